"""Everything the kit raises on purpose.

KitError                  a person can mend it; its text is one line: what, where, how to mend
├── KitNotFound           no ``assignments/`` folder from here upwards
├── AssignmentError       an ``assignment.toml``, a ``checks.py`` or a solution is not as it should be
├── UnknownAssignment     a name nobody knows, with the nearest ones
├── UnknownCheck          the same of a check
├── TemplateError         solution markers that do not pair up
├── SubmissionsError      the submissions folder cannot be graded at all
├── CollectError          what was handed in, or the roster, cannot be read as what it was said to be
├── MissingExtra          an optional package is needed that is not installed
├── PictureError          what was asked for cannot be drawn
├── OutputError           results cannot be written
├── ClusterError          there is no cluster to grade on, or none is left
├── ExportError           a platform's own file cannot be filled in, or marks do not fit it
├── CourseError           a ``course.toml`` is not as it should be
├── GradebookError        the gradebook cannot be used: it is damaged, full, newer than this kit, or none at all
│   └── GradebookAway     it cannot be reached just now: locked, gone or cut off
└── SandboxError          student code cannot be confined here, or the sandbox itself has broken

StudentFault              the student's code raised, returned the unspeakable, or was stopped
└── WorkerStopped         the process is gone: time, memory, a crash or an exit of its own

Postponed                 a submission took longer than a first look may; it is marked later, with all its time
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.model import Text

ABSENT = re.compile(
    r"(?:(?:module '(?P<module>\w+)'|'(?P<type>\w+)' object) has no attribute|nothing is called) '(?P<name>\w+)'"
)


class KitError(Exception):
    """A mistake that a person can mend; ``str(error)`` is one clear line, in English.

    What a student may meet is told in every language.
    """

    def __init__(self, told: str | Text) -> None:
        super().__init__(told.en if isinstance(told, Text) else told)
        self._told = told

    def into(self, language: str) -> str:
        """The line in ``language``, as far as it is known there."""
        return self._told.into(language) if isinstance(self._told, Text) else self._told


class KitNotFound(KitError):
    """No kit is found upwards from the current folder."""


class AssignmentError(KitError):
    """An assignment's own files are wrong; the text names file and key."""


class UnknownAssignment(KitError):
    """There is no assignment of that name."""


class UnknownCheck(KitError):
    """There is no check of that name."""


class TemplateError(KitError):
    """The solution's markers cannot be turned into a template."""


class SubmissionsError(KitError):
    """The folder of submissions cannot be graded at all."""


class CollectError(KitError):
    """A platform's download or a roster cannot be read as what it was said to be."""


class MissingExtra(KitError):
    """What was asked for needs an optional package; the text says how to install it."""


class PictureError(KitError):
    """What was asked for cannot be drawn; the text says what can."""


class OutputError(KitError):
    """Results cannot be written where they were asked for."""


class ClusterError(KitError):
    """No worker of a cluster can be reached, or none may grade; what is graded by then is kept."""


class ExportError(KitError):
    """Marks cannot be put into the form that a platform takes, or into its own file."""


class CourseError(KitError):
    """A course's own file is wrong; the text names file and key."""


class GradebookError(KitError):
    """The gradebook cannot be used as it is, and waiting would not help."""


class GradebookAway(GradebookError):
    """The gradebook cannot be reached just now; it may come back, and nothing is lost until then."""


class SandboxError(KitError):
    """Student code cannot be confined on this host, or the sandbox broke: never the student's fault."""


@dataclass(eq=False)
class StudentFault(Exception):
    """The student's code raised an exception, or answered with something that is no value.

    ``kind`` is the exception's class name, ``message`` its text, ``line`` the last line of the
    student's own in the traceback, ``trace`` the traceback reduced to the student's frames,
    ``bases`` the built-in classes it is an instance of, ``file`` where that line is, if in a module handed in
    beside the one that is marked. ``unset`` is an attribute that was read and is not there. ``given`` are the
    attributes that were set on an object before its method was called, where nothing else was asked of it.
    """

    kind: str
    message: str
    line: int | None = None
    trace: str = ""
    bases: frozenset[str] = frozenset()
    file: str = ""
    unset: str = ""
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        file = f"{self.file}, " if self.file else ""
        where = f" ({file}line {self.line})" if self.line else ""
        return f"{self.kind}: {self.message}{where}" if self.message else f"{self.kind}{where}"

    @property
    def stub(self) -> bool:
        """Whether a stub's ``NotImplementedError`` was met."""
        return "NotImplementedError" in self.bases

    @property
    def absent(self) -> tuple[str, str] | None:
        """The student's file or class, empty in a notebook, and the name in it that was asked for and is not there."""
        found = ABSENT.fullmatch(self.message) if self.kind == "AttributeError" and self.line is None else None
        if found is None:
            return None
        return (f"{found['module']}.py" if found["module"] else found["type"] or ""), found["name"]

    @property
    def unfinished(self) -> bool:
        """Whether there was nothing to ask: a stub, or no such name."""
        return self.stub or bool(self.unset) or self.absent is not None


@dataclass(eq=False)
class WorkerStopped(StudentFault):
    """The worker is gone; ``kind`` is ``timeout``, ``memory``, ``exit``, ``signal`` or ``protocol``."""


class Postponed(Exception):
    """A submission took longer than a first look may: it is to be marked again later, with all its time."""
