"""What is a student's own in a text, and what of it two texts share: copydetect's winnowing of words without names.

Every window of ``WORDS`` characters counts, so that a run gives the same as the last; names, strings, comments and
spaces make no difference. What is in the template, the reference and the handouts' code is nobody's own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.errors import MissingExtra

try:
    from copydetect import CodeFingerprint, compare_files  # type: ignore[import-untyped]
except ImportError as error:
    raise MissingExtra(f"{error.name} cannot be imported: install the extra similarity") from error

WORDS = 25
"""Characters of code, each name counted as one: the shortest passage that counts as shared."""

Spans = tuple[tuple[int, int], ...]
"""Where passages begin and end in a text."""


@dataclass(frozen=True)
class Shared:
    """What two texts share: the part of each one's own, from 0 to 1, and where it stands."""

    parts: tuple[float, float]
    spans: tuple[Spans, Spans]

    @property
    def most(self) -> float:
        """The larger part: whoever copied all of a shorter text has it all."""
        return max(self.parts)


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """A text, and what of it is its writer's own; ``common`` are the hashes of what is nobody's."""

    text: str
    common: np.ndarray

    @cached_property
    def code(self) -> CodeFingerprint:
        """What copydetect makes of it; no file is read."""
        found = CodeFingerprint("module.py", WORDS, 1, self.common, fp=io.StringIO(self.text))
        if len(found.offsets):
            # The library counts from the start again at each class: offsets never fall.
            found.offsets[:, 1] = np.maximum.accumulate(found.offsets[:, 1])
        return found

    @property
    def own(self) -> int:
        """Characters of code that are its writer's own, each name counted as one."""
        return int(self.code.token_coverage)

    @property
    def shape(self) -> str:
        """The code without names, strings, comments and spaces: equal where texts differ in nothing else."""
        return str(self.code.filtered_code)


def common_of(texts: Iterable[str]) -> np.ndarray:
    """The hashes of what is nobody's own, for ``Fingerprint``."""
    hashes = {each for text in texts for each in Fingerprint(tidied(text), np.array([])).code.hashes}
    return np.array(sorted(hashes), dtype=np.int64)


def tidied(text: str) -> str:
    """The text with the line ends and without the blank borders that a lexer would change, which would shift spans."""
    return "\n".join(text.expandtabs(4).splitlines()).strip("\n") + "\n"


def shared(one: Fingerprint, other: Fingerprint) -> Shared:
    """What two texts share of their writers' own."""
    count, parts, spans = compare_files(one.code, other.code)
    if not count:
        return Shared((0.0, 0.0), ((), ()))
    first, second = (min(float(part), 1.0) for part in parts)
    return Shared((first, second), (_spans(spans[0], one.text), _spans(spans[1], other.text)))


def _spans(slices: np.ndarray, text: str) -> Spans:
    """Begin and end of each passage, in order and none within another."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(zip(*slices.astype(int).tolist(), strict=True)):
        start = max(begin, found[-1][1] if found else 0)
        if start < min(end, len(text)):
            found.append((start, min(end, len(text))))
    return tuple(found)
