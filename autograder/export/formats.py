"""The formats, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.export import blackboard, canvas, document, gradescope, moodle, spreadsheet
from autograder.export.entry import Entry, Product, Settings
from autograder.export.sheet import Sheet


@dataclass(frozen=True)
class Format:
    """What writes a format, and to how many decimals points are rounded in it."""

    build: Callable[[Sequence[Entry], Sheet | None, Settings], Product]
    decimals: int


FORMATS: Mapping[str, Format] = {
    name: Format(module.build, module.DECIMALS)
    for name, module in (
        ("canvas", canvas),
        ("moodle", moodle),
        ("blackboard", blackboard),
        ("gradescope", gradescope),
        ("csv", spreadsheet),
        ("json", document),
    )
}
