"""The command line: ``python -m tests.mutants [ASSIGNMENT ...] [--matrix] [--write]``.

Marks every mutant of the reference solutions. Exit status 1 where one keeps all its points and is not listed in
``equivalent.toml``, where a listed one does not, and, if no assignment is named, where ``docs/marking.md`` holds other
figures. With ``--matrix`` it is about the checks instead: exit status 1 where one sees nothing alone, is no rung, and
stops no attack of ``guards.toml``, and where ``docs/marking.md`` holds other figures.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.errors import KitError
from tests.marking_page import PAGE, is_current, write_section
from tests.mutants import grade, kills, page, show, standing
from tests.mutants.listed import LIST, ListError, entry, equivalents, unknown
from tests.mutants.mutate import Mutant, mutants_of
from tests.support import KIT, ROOT, rubric_of

WIDTH = 120
LISTS = {path: path.relative_to(ROOT).as_posix() for path in (LIST, standing.LIST)}
"""The lists that people write, as they are called in messages."""
UNLISTED = f"add a check that sees it; or, if it computes the same, add it to {LISTS[LIST]} with the reason:"
IDLE = (
    "a check stands by a mistake that it alone sees: add a misconception, take the check out, "
    f"or say in {LISTS[standing.LIST]} why it stands"
)


def parsed(names: tuple[str, ...]) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description="Mark every mutant of the reference solutions."
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help=f"one of {', '.join(names)}; all if none")
    parser.add_argument("--write", action="store_true", help=f"write the section of {PAGE.name}")
    parser.add_argument("--matrix", action="store_true", help="show instead what each check sees, and why it stands")
    arguments = parser.parse_args()
    strange = [name for name in arguments.assignments if name not in names]
    if strange:
        parser.error(f"there is no assignment {strange[0]}: there are {', '.join(names)}")
    if arguments.matrix and arguments.write and arguments.assignments:
        parser.error("--matrix --write is about all assignments: name none")
    return arguments


def main() -> int:
    """Mark, show, compare with the list and with the page."""
    names = KIT.names
    arguments = parsed(names)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    chosen = [name for name in names if name in (arguments.assignments or names)]
    try:
        if arguments.matrix:
            found = {name: matrix(console, name) for name in chosen}
            return judged(found, every=len(chosen) == len(names), write=arguments.write)
        return marked(console, chosen, names, write=arguments.write)
    except (ListError, KitError) as error:
        return told([f"mutants: {error}"])


def marked(console: Console, chosen: list[str], names: tuple[str, ...], *, write: bool) -> int:
    """Mark the mutants of the chosen assignments; the page is about all of them."""
    listed, every = equivalents(), [mutant for name in names for mutant in mutants_of(name)]
    mutants = [mutant for mutant in every if mutant.assignment in chosen]
    left = [mutant for name in chosen for mutant in survivors(console, name)]
    show.show_counts(console, mutants, left)
    problems = list(differences(left, mutants, {each.id for each in listed}))
    problems += [f"listed in {LISTS[LIST]}, but there is no such mutant: {name}" for name in unknown(listed, every)]
    if write or len(chosen) == len(names):
        problems += page_problems(page.SECTION, page.section(every, listed), "--write", write=write)
    return told(problems)


def judged(found: dict[str, tuple[standing.Standing, ...]], *, every: bool, write: bool) -> int:
    """Whether each check stands for something; the page is about those of every assignment."""
    idle = [(name, check) for name, these in found.items() for check in standing.idle(these)]
    problems = [f"{name}: nothing speaks for {check}" for name, check in idle]
    problems += [IDLE] if idle else []
    if every:
        problems += page_problems(standing.SECTION, standing.section(found), "--matrix --write", write=write)
    return told(problems)


def page_problems(section: str, text: str, option: str, *, write: bool) -> list[str]:
    """Write the section, or say where it has another text."""
    if write:
        write_section(section, text)
        return []
    current = is_current(section, text)
    command = f"python -m tests.mutants {option}"
    return [] if current else [f"docs/{PAGE.name} holds other figures: write these there with {command}"]


def told(problems: list[str]) -> int:
    """The exit status, once the problems are printed."""
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def differences(left: list[Mutant], mutants: list[Mutant], listed: set[str]) -> Iterator[str]:
    """Where the survivors are not the listed ones, and what to do about it."""
    surviving = {mutant.id for mutant in left}
    for mutant in mutants:
        if mutant.id in listed and mutant.id not in surviving:
            yield f"listed in {LISTS[LIST]}, but loses points: take it out: {mutant.id}"
    for mutant in left:
        if mutant.id not in listed:
            place = f"solutions/{mutant.assignment}.py:{mutant.line}"
            yield f"{place}: this mutant keeps all its points: {UNLISTED}\n{entry(mutant)}\n"


def survivors(console: Console, name: str) -> tuple[Mutant, ...]:
    """The mutants of one assignment that keep all their points."""
    mutants = mutants_of(name)
    with progress_bar(console, name, len(mutants)) as step:
        return grade.survivors(mutants, step)


def matrix(console: Console, name: str) -> tuple[standing.Standing, ...]:
    """What each check of one assignment sees and why it stands, which is shown as well."""
    mutants, wrong = {each.id: each.source for each in mutants_of(name)}, kills.wrong_sources(name)
    sources = mutants | wrong
    with progress_bar(console, name, len(sources)) as step:
        found = kills.kills(name, sources, step)
    exercises = {check.name: check.exercise for check in rubric_of(name, 0).checks}
    stand = standing.standings(found, exercises, standing.guards(name), standing.spoken_for(name))
    show.show_standings(console, name, stand, frozenset(mutants))
    return stand


@contextmanager
def progress_bar(console: Console, name: str, total: int) -> Iterator[grade.Progress]:
    """A bar on a terminal; some sources are marked more than once, which makes it longer."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total)

        def step() -> None:
            progress.advance(task)
            done = int(progress.tasks[0].completed)
            progress.update(task, total=max(total, done))

        yield step


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
