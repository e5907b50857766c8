"""A solution cell as otter wants it: what it strips for students leaves exactly the stub.

Of a region of ours, the task stays; the code becomes a block without a prompt of otter's own, and the stub's
``raise`` a prompt: a string that the solution never reaches, whose first and last line otter takes away.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.errors import AssignmentError
from autograder.notebooks.outline import TASK
from autograder.template import BEGIN, END

OPENING = "# BEGIN SOLUTION NO PROMPT"
CLOSING = "# END SOLUTION"
PROMPT = ('""" # BEGIN PROMPT', '""" # END PROMPT')
STUB = "raise NotImplementedError("


def with_blanks(answer: str, stub: str) -> str:
    """The text of a cell that holds ``answer`` and that otter turns into ``stub``.

    Raises ``AssignmentError`` where the two do not belong together.
    """
    lines = list(_lines(answer.split("\n"), stub.split("\n")))
    if "\n".join(stripped(lines)) != stub:
        raise AssignmentError(f"the solution does not give the stub that begins {stub[:60]!r}: run make template")
    return "\n".join(lines)


def stripped(lines: list[str]) -> Iterator[str]:
    """What otter leaves of the lines."""
    inside = False
    for line in lines:
        bare = line.strip()
        if bare in (OPENING, CLOSING):
            inside = bare == OPENING
        elif not inside and bare not in PROMPT:
            yield line


def _lines(answer: list[str], stub: list[str]) -> Iterator[str]:
    position, place = 0, 0
    while position < len(answer):
        if answer[position].strip() != BEGIN:
            yield answer[position]
            position, place = position + 1, place + 1
            continue
        indent = answer[position][: -len(BEGIN)]
        end = answer.index(indent + END, position)
        task, code = _parted(answer[position + 1 : end])
        position, place = end + 1, place + len(task)
        yield from (*task, indent + OPENING, *code, indent + CLOSING)
        if place < len(stub) and stub[place].startswith(indent + STUB):
            yield from (indent + PROMPT[0], stub[place], indent + PROMPT[1])
            place += 1
        while _is_blank(answer, position) and not _is_blank(stub, place):
            position += 1  # a helper that students do not see is gone with the lines below it
        if _is_blank(stub, place) and not _is_blank(answer, position):
            yield ""  # two tasks stand apart
            place += 1


def _parted(region: list[str]) -> tuple[list[str], list[str]]:
    """The task, which students see, and the code, which they do not; a helper's region has no task."""
    if not region or not region[0].strip().startswith(TASK):
        return [], region
    length = next((number for number, line in enumerate(region) if not line.strip().startswith("#")), len(region))
    return region[:length], region[length:]


def _is_blank(lines: list[str], number: int) -> bool:
    return number < len(lines) and not lines[number].strip()
