"""Where a handout teaches an exercise: its sections, and those that are about one.

The paragraph that sets the exercise has its name in bold, as ``**`backward`**``, or stands under a heading with it. It
is taught in the sections that say so, by a comment ``<!-- teaches: backward, fast -->`` under their heading; where none
does, in those whose heading names the exercise, and in those to which the paragraph points by number ("section 6").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"(#+) +(.*)")
_FENCE = "```"
_MARKER = re.compile(r"<!-- *teaches: *([\w, ]+?) *-->")
NO_TEXT = ("|", "$$", "![", "<!--", "```")
"""How paragraphs begin that are no sentences."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_POINTER = re.compile(r"[Ss]ections? (\d+(?:\.\d+)*)|第 ?(\d+(?:\.\d+)*) ?节|\b(\d+\.\d+) 节")


@dataclass(frozen=True)
class Section:
    """A part of a handout under one heading, without the parts below it.

    ``level`` is the heading's depth, 1 for the handout's own; ``line`` is where it stands, from 1.
    """

    heading: str
    level: int
    line: int
    paragraphs: tuple[str, ...]

    @property
    def number(self) -> str:
        """What the heading begins with, such as ``6.1``; empty where it has no number."""
        found = _NUMBER.match(self.heading)
        return found[0] if found else ""

    @property
    def opening(self) -> str:
        """The first paragraph of text; empty where there are only parts below it."""
        return next((each for each in self.paragraphs if not each.startswith(NO_TEXT)), "")

    @property
    def teaches(self) -> frozenset[str]:
        """The exercises that it says it teaches."""
        named = ",".join(_MARKER.findall("\n".join(self.paragraphs)))
        return frozenset(each.strip() for each in named.split(",") if each.strip())


@dataclass(frozen=True)
class Lesson:
    """A section about an exercise, and the paragraph of it to begin with."""

    section: Section
    paragraph: str


def handout_of(folder: Path, language: str) -> Path:
    """An assignment's handout in a language."""
    return folder / ("handout.zh.md" if language == "zh" else "handout.md")


def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of a handout in Markdown, in order."""
    lines = text.splitlines()
    headings = [number for number, line in _outside_code(lines) if _HEADING.match(line)]
    return tuple(
        _section(lines[start], start + 1, lines[start + 1 : end])
        for start, end in zip(headings, [*headings[1:], len(lines)], strict=True)
    )


def lessons_on(exercise: str, sections: tuple[Section, ...]) -> tuple[Lesson, ...]:
    """Where an exercise is taught, its own paragraph first, each section once."""
    tasks = [lesson for section in sections for lesson in _tasks(exercise, section)]
    taught = [each for each in sections if exercise in each.teaches] or _by_their_looks(exercise, sections, tasks)
    set_in = {lesson.section for lesson in tasks}
    found = (*tasks, *(Lesson(each, each.opening) for each in taught if each not in set_in))
    return found or tuple(Lesson(each, each.opening) for each in sections if _mentions(exercise, each))[:1]


def _by_their_looks(exercise: str, sections: tuple[Section, ...], tasks: list[Lesson]) -> list[Section]:
    """The sections whose heading names the exercise, or to which a task points."""
    pointed = {number for lesson in tasks for number in _pointers(lesson.paragraph)}
    return [each for each in sections if each.number in pointed or _names(exercise, each)]


def _section(heading: str, line: int, lines: list[str]) -> Section:
    bare = heading.lstrip("#")
    return Section(bare.strip(), len(heading) - len(bare), line, tuple(_paragraphs(lines)))


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(lines):
        if line.startswith(_FENCE):
            inside = not inside
        elif not inside:
            yield number, line


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """The paragraphs, an item of a list being one."""
    text = re.sub(r"\n(?=- )", "\n\n", "\n".join(lines))
    return (each.strip() for each in re.split(r"\n\s*\n", text) if each.strip())


def _tasks(exercise: str, section: Section) -> Iterator[Lesson]:
    """The paragraph that sets the exercise, with its name in bold, alone or with a signature or points."""
    name = re.escape(exercise)
    bold = re.compile(rf"\*\*`{name}\b[^`]*`(?: ?[(（][^*]*)?\*\*")
    if f"`{exercise}`" in section.heading:
        yield Lesson(section, section.opening)
    else:
        yield from (Lesson(section, each) for each in section.paragraphs if bold.search(each))


def _names(exercise: str, section: Section) -> bool:
    named = re.search(rf"(?<!\w){re.escape(exercise)}(?!\w)", section.heading, re.ASCII | re.IGNORECASE)
    return named is not None and section.level > 1


def _mentions(exercise: str, section: Section) -> bool:
    return f"`{exercise}`" in "\n".join(section.paragraphs)


def _pointers(paragraph: str) -> list[str]:
    return ["".join(groups) for groups in _POINTER.findall(paragraph)]
