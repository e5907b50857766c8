"""Why a kit is not to be released: it is inconsistent, it would give secrets away, or it is not finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.leaks import refuse_leaks
from autograder.release import released_files
from autograder.scaffolding import notes_in
from autograder.selfcheck import inspect_kit


def findings_of(kit: Kit, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Everything that stands against a release, a line each; ``tell`` hears what is being looked at."""
    inconsistent = inspect_kit(kit, tell)
    tell("looking for secrets in what goes out")
    try:
        files = released_files(kit)
    except AssignmentError as error:
        return inconsistent if any(str(error) in each for each in inconsistent) else (*inconsistent, str(error))
    return (*inconsistent, *leaks_in(kit, files), *unfinished_in(kit))


def leaks_in(kit: Kit, files: Mapping[str, bytes]) -> Iterator[str]:
    """What gives a secret away: the first such line of each file."""
    try:
        refuse_leaks(kit, files)
    except AssignmentError:
        for name, data in files.items():
            try:
                refuse_leaks(kit, {name: data})
            except AssignmentError as error:
                yield str(error)


def unfinished_in(kit: Kit) -> Iterator[str]:
    """Notes to the instructor that are still there."""
    for name in kit.names:
        own = (path for path in (kit.root / "assignments" / name).iterdir() if path.is_file())
        for path in (kit.root / "solutions" / f"{name}.py", *sorted(own)):
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
            for number, place, _ in notes_in(path.relative_to(kit.root).as_posix(), text):
                yield f"{place}: TODO instructor {number} is still to be done: do it, and take the note out"
