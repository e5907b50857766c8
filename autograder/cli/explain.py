"""``autograder explain``: what a check looks at, and where the handout teaches it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import Bilingual, kit_option, language_option
from autograder.model import Text

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.catalog import Kit
    from autograder.explain import Explanation
    from autograder.model import Assignment, Exercise

MOST_LINES = 3
"""Of a handout's paragraph that are shown."""
LOOKS_AT = Text("It looks at", "检查内容")
ASKS_FOR = Text("It asks your file for", "它会调用你文件中的")
TRIES = Text("Cases", "用例")
NEEDS = Text("It is run once these pass", "以下检查通过后才运行")
TAUGHT = Text("Where it is taught", "讲义中的位置")
WORTH = Text("exercise {name} ({points} points)", "题目 {name}({points} 分)")
SHARE = Text("{share:g} of them in this check", "其中本项占 {share:g} 分")
HIDDEN = Text("hidden", "隐藏")
WRITTEN = Text("The check itself: {where}", "检查本身:{where}")
LIST = Text(
    "python -m autograder explain CHECK tells more of any of them",
    "python -m autograder explain CHECK 可查看其中任意一项",
)
ZH = "说明检查 NAME 检查什么、讲义在哪里讲到。NAME 也可以是作业名或题目名：这时列出它的各项检查。"


@click.command(cls=Bilingual, zh=ZH)
@click.argument("name")
@language_option
@kit_option
def explain(name: str, language: str, kit_folder: Path | None) -> None:
    """Say what the check NAME looks at, and where the handout teaches it.

    NAME may be the name of an assignment or of an exercise, too: then its checks are listed.
    """
    from rich.console import Console

    from autograder.catalog import find_kit
    from autograder.explain import exercises_called
    from autograder.explain import explain as explained

    kit = find_kit(Path(), kit_folder)
    console = Console(highlight=False)
    called = exercises_called(kit, name)
    for assignment, exercises in called:
        _list(console, kit, assignment, exercises, language)
    if called:
        console.print(LIST.into(language), style="dim")
        return
    for each in explained(kit, name, language):
        _show(console, each, language)


def _list(
    console: Console, kit: Kit, assignment: Assignment, exercises: tuple[Exercise, ...], language: str
) -> None:
    """Every check of these exercises of an assignment."""
    from rich.text import Text as Styled

    from autograder.explain import checks_at_hand
    from autograder.report.indented import Indented

    console.print(Styled.assemble((assignment.name, "bold"), f"  {assignment.title.into(language)}"))
    checks = checks_at_hand(kit, assignment)
    for exercise in exercises:
        worth = WORTH.format(name=exercise.name, points=exercise.points).into(language)
        console.print(Indented(Styled.assemble(f"{exercise.title.into(language)}  ", (worth, "dim")), 2))
        for each in checks:
            if each.exercise == exercise.name:
                console.print(Indented(Styled.assemble((each.name, "cyan"), f"  {each.title.into(language)}"), 4))


def _show(console: Console, told: Explanation, language: str) -> None:
    """One check in full."""
    from rich.text import Text as Styled

    from autograder.report.indented import Indented

    hidden = "" if told.public else f"  [{HIDDEN.into(language)}]"
    console.print(Styled.assemble((told.check.name, "bold cyan"), (hidden, "yellow"), f"  {told.assignment.name}.py"))
    console.print(Indented(Styled(told.text), 2))
    worth = WORTH.format(name=told.exercise.name, points=told.exercise.points).into(language)
    share = "" if told.public else ", " + SHARE.format(share=told.worth).into(language)
    console.print(Styled(f"  {told.exercise.title.into(language)}: {worth}{share}", style="dim"))
    _points(console, LOOKS_AT.into(language), [each.into(language) for each in told.looks])
    _points(console, TRIES.into(language), list(told.cases))
    _points(console, ASKS_FOR.into(language), list(told.calls))
    _points(console, NEEDS.into(language), list(told.check.requires))
    if told.lessons:
        console.print(Styled(f"  {TAUGHT.into(language)}", style="bold"))
    for lesson in told.lessons:
        where = f"{told.handout}:{lesson.section.line}"
        console.print(Styled.assemble("  → ", (lesson.section.heading, "green"), (f"  {where}", "dim")))
        if lesson.paragraph:
            console.print(Indented(Styled(_beginning(lesson.paragraph, language), style="dim"), 6))
    console.print(Styled(f"  {WRITTEN.format(where=told.where).into(language)}", style="dim"))
    console.print()


def _points(console: Console, title: str, points: list[str]) -> None:
    from rich.text import Text as Styled

    from autograder.report.indented import Indented

    if points:
        console.print(Styled(f"  {title}", style="bold"))
    for each in points:
        console.print(Indented(Styled(f"• {each}"), 2))


def _beginning(paragraph: str, language: str) -> str:
    """The first lines as one: Chinese has no spaces where lines meet."""
    lines = paragraph.splitlines()
    beginning = ("" if language == "zh" else " ").join(lines[:MOST_LINES])
    return beginning + (" …" if len(lines) > MOST_LINES else "")
