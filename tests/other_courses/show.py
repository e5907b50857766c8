"""The two tables, on the screen and in ``docs/marking.md``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.marking_page import write_section
from tests.other_courses.compare import Count, Judged, by_theme, count_kind, names_of_all
from tests.other_courses.themes import OTHER, THEMES

SECTION = "peers"

Rows = list[list[str]]

COURSES_HEAD = ["", "misconceptions asked", "let pass", "mutants asked", "let pass", "right answers asked", "refused"]

TEXT = """\
The checks of six public courses were rebuilt from what they check: geometry, seeds, upstream gradients and tolerances
are theirs, the code is our own (`tests/other_courses/`). Every misconception, every mutant and every unusual right
answer of this kit was put to them and to ours. `make marking-bench` does it again.

{courses}

A course is asked only about what it has: not about mean pooling where it has none, nor about rectangular windows where
a window is one number. None is asked about the ReLU inside our layer, about errors for impossible geometry or about
speed, which are ours alone. Our convolution is cut into `im2col`, `col2im` and a layer; a course that has a convolution
is asked about all of it, and a course that has max pooling about the layer and the fast pair alike. What a course only
prints is accepted up to ten times the error that it tells students to expect; what deeplearning.ai leaves ungraded
counts as if it were graded. So the table shows what each could notice at best. A rule that a course never states, such
as which of two equal maxima wins, is something it does not notice, not a mistake of its students.

By what the mistake is about: `2/3` says that two of three such misconceptions pass, ✓ that none does, – that the course
has no such task.

{themes}
"""


def course_rows(found: Sequence[Judged]) -> Rows:
    """One row for each course, ours last."""
    rows = []
    for name in names_of_all():
        wrong, mutants = count_kind(found, name, "misconception"), count_kind(found, name, "mutant")
        right = count_kind(found, name, "variant")
        rows.append([name, *numbers(wrong), *numbers(mutants), str(right.asked), str(right.asked - right.passed)])
    return rows


def numbers(count: Count) -> list[str]:
    """How many were asked, and how many passed, with the share."""
    return [str(count.asked), f"{count.passed} ({count.share})" if count.asked else "–"]


def theme_rows(found: Sequence[Judged]) -> Rows:
    """One row for each theme that anything is about, in the order of the table of themes."""
    counts = by_theme(found)
    order = [theme for theme in (*THEMES, OTHER) if theme in counts]
    return [[theme, *(cell(counts[theme][name]) for name in names_of_all())] for theme in order]


def cell(count: Count) -> str:
    """What one lets pass of a theme."""
    if not count.asked:
        return "–"
    return f"{count.passed}/{count.asked}" if count.passed else "✓"


def show(console: Console, found: Sequence[Judged]) -> None:
    """Both tables, and what there is to say of right answers."""
    console.print(table("What each lets pass", COURSES_HEAD, course_rows(found)))
    console.print(table("The same by theme: misconceptions let pass", ["", *names_of_all()], theme_rows(found)))
    for line in remarks(found):
        console.print(line)


def remarks(found: Iterable[Judged]) -> list[str]:
    """A line for each right answer that somebody refuses, and for each that was too slow to wait for."""
    right = [each for each in found if each.module.kind == "variant"]
    lines = []
    for each in right:
        answer = f"the right answer {each.module.assignment}/{each.module.id}"
        lines += [f"{name} refuses {answer}" for name in sorted(each.asked - each.passed_by)]
        lines += [f"not waited for until {name} was done with {answer}" for name in sorted(each.unfinished)]
    return lines


def table(title: str, head: list[str], rows: Rows) -> Table:
    """A table for the screen."""
    made = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(head):
        made.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        made.add_row(*row)
    return made


def markdown(head: list[str], rows: Rows) -> str:
    """The same for a page."""
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def text_for(found: Sequence[Judged]) -> str:
    """What stands in the page between the markers."""
    return TEXT.format(
        courses=markdown(COURSES_HEAD, course_rows(found)),
        themes=markdown(["", *names_of_all()], theme_rows(found)),
    )


def write(found: Sequence[Judged]) -> None:
    """Put it there."""
    write_section(SECTION, text_for(found).rstrip("\n"))
