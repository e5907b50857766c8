"""The frozen records that pass between the steps. Nothing here computes marks or touches a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

LANGUAGES = ("en", "zh")
GRADEBOOK = "gradebook.sqlite"
"""In the folder of results: what a run keeps its results in, unless it is told otherwise."""
PUBLIC_SEED = 0
"""Students' own checks have the same inputs each time, so that they see what a change of theirs has changed."""

Mode = Literal["auto", "none"]
MODES: tuple[Mode, ...] = ("auto", "none")
"""How to confine: ``auto`` puts on every layer this host offers; ``none`` is for a host that is the sandbox."""


@dataclass(frozen=True)
class Text:
    """One thing said in every language the kit speaks."""

    en: str
    zh: str

    def into(self, language: str) -> str:
        """The wording in ``language`` (one of ``LANGUAGES``)."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Both wordings with ``{placeholders}`` filled in."""
        return Text(self.en.format(**values), self.zh.format(**values))


class Verdict(StrEnum):
    """What became of a check: ``ERRORED`` is the grader's own fault and never costs marks."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERRORED = "errored"


class Status(StrEnum):
    """What became of a submission."""

    GRADED = "graded"
    MISSING = "missing"
    BROKEN = "broken"
    ERRORED = "errored"


@dataclass(frozen=True)
class Limits:
    """What one submission may use: wall-clock seconds for an exercise and address space in MiB."""

    seconds: float
    memory_mib: int


@dataclass(frozen=True)
class Exercise:
    """One thing to write, marked on its own; ``seconds`` where the assignment's are not the right ones for it."""

    name: str
    title: Text
    points: int
    seconds: float | None = None


@dataclass(frozen=True)
class Assignment:
    """What ``assignment.toml`` says, checked; ``uses`` names the assignments whose modules are handed in with it.

    ``after`` names those that a course takes before it.
    """

    name: str
    title: Text
    exercises: tuple[Exercise, ...]
    limits: Limits
    imports: tuple[str, ...]
    folder: Path
    uses: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """The one file a student hands in, unless it is the notebook."""
        return f"{self.name}.py"

    @property
    def notebook(self) -> str:
        """The same as a notebook."""
        return f"{self.name}.ipynb"

    @property
    def max_score(self) -> int:
        """The points of all exercises together."""
        return sum(exercise.points for exercise in self.exercises)

    def seconds_for(self, exercise: Exercise) -> float:
        """How long the checks of ``exercise`` may take together."""
        return self.limits.seconds if exercise.seconds is None else exercise.seconds

    def within(self, share: float) -> Assignment:
        """The same with only a share of all time."""
        exercises = tuple(
            each if each.seconds is None else replace(each, seconds=each.seconds * share) for each in self.exercises
        )
        limits = replace(self.limits, seconds=self.limits.seconds * share)
        return replace(self, exercises=exercises, limits=limits)


Question = Callable[[Any], object]
"""What is put to a trial by ``Trial.once``, for several checks to read."""


@dataclass(frozen=True)
class Check:
    """One question put to a submission; ``function`` takes a ``Trial`` and records observations.

    One that is ``timed`` depends on how long something took, so what it saw proves nothing else. One that is
    ``costly`` takes so long that it is put to submissions alone, and not to the known mistakes they are compared with.
    ``reads`` are questions that may be put before it is run.
    """

    name: str
    exercise: str
    title: Text
    weight: int
    requires: tuple[str, ...]
    function: Callable[[Any], None]
    timed: bool = False
    costly: bool = False
    reads: tuple[Question, ...] = ()


class Kind(StrEnum):
    """What an observation compared, or how it ended."""

    VALUES = "values"
    SHAPE = "shape"
    SLOPE = "slope"
    NUMBER = "number"
    ARGUMENT = "argument"
    ERROR = "error"
    SPEED = "speed"
    FAULT = "fault"
    STOP = "stop"
    OTHER = "other"


@dataclass(frozen=True)
class Observation:
    """One comparison a check made: ``problem`` is None where it held.

    ``case`` describes the input in words and sizes, never in values. ``actual`` is what the
    student's code gave, ``expected`` what the reference does, and ``subject`` the case itself:
    they are kept for diagnosis, on the trusted side alone.
    """

    what: str
    case: str
    problem: Text | None
    kind: Kind = Kind.OTHER
    actual: Any = field(default=None, repr=False, compare=False)
    expected: Any = field(default=None, repr=False, compare=False)
    subject: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class CheckResult:
    """A check's verdict, with what the student reads (``message``) and what only staff reads.

    ``printed`` is what the student's code printed meanwhile, where it is a student who checks. ``stumble`` is the
    traceback of a check that stumbled over what was answered: like ``staff_detail`` of an errored one, for staff alone.
    ``stopped`` says that the worker ended in it.
    """

    name: str
    title: Text
    weight: int
    verdict: Verdict
    message: Text | None = None
    staff_detail: str = ""
    observations: tuple[Observation, ...] = field(default=(), repr=False, compare=False)
    printed: str = field(default="", repr=False, compare=False)
    stumble: str = field(default="", repr=False, compare=False)
    stopped: bool = False

    def __getstate__(self) -> dict[str, Any]:
        """Without observations: they hold arrays, and are of no use where nobody diagnoses."""
        return {**vars(self), "observations": ()}


@dataclass(frozen=True)
class Diagnosis:
    """What seems to be wrong with an exercise: a misconception that is ``named``, or a pattern that is described."""

    id: str
    text: Text
    hint: Text
    named: bool = False


@dataclass(frozen=True)
class Rectangle:
    """Some cells of a picture: the row and column of the first, and how many of each."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class Picture:
    """Where one answer is wrong: a map of rows and columns that says how far off each cell is, and never from what.

    ``levels`` has a text for each row and in it a digit for each cell: 0 right, 1 a little off, 2 off, 3 far off, 4 no
    finite number. ``signs`` has as many letters: ``0`` where the answer is zero and should not be, ``+`` where it
    should be zero and is not, ``.`` for all else. ``place`` says which slice of the answer it is, ``corner`` which row
    and column come first where only a part of ``whole`` is shown, and ``worst`` the row and column that are furthest
    off, counted from the map's first. ``window`` is one of the ``covering`` windows that hold that cell, ``reach`` all
    of them together.
    """

    what: str
    case: str
    axes: tuple[Text, Text]
    place: Text
    levels: tuple[str, ...]
    signs: tuple[str, ...]
    worst: tuple[int, int]
    corner: tuple[int, int]
    whole: tuple[int, int]
    window: Rectangle | None = None
    reach: Rectangle | None = None
    covering: int = 0
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class ExerciseResult:
    """The points of one exercise, the checks behind them, in order, and what seems to be wrong.

    ``picture`` shows where, if an array is wrong that can be shown. ``staff_detail`` says where diagnosing itself went
    wrong, which changes no mark.
    """

    exercise: Exercise
    score: Fraction
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    points: tuple[Fraction, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    staff_detail: str = ""
    picture: Picture | None = None

    @property
    def complaint(self) -> Text | None:
        """What the first failed check says; None where none failed."""
        for result in self.checks:
            if result.verdict is Verdict.FAILED:
                return result.message
        return None


@dataclass(frozen=True)
class Submission:
    """One student's file as found; ``path`` is None where it is missing.

    ``archived`` says that ``path`` is an archive in which the file is still to be looked for.
    ``problem`` says why what is there cannot even be handed to a worker, or what is there instead.
    """

    student: str
    path: Path | None
    problem: Text | None = None
    archived: bool = False


@dataclass(frozen=True)
class Problem:
    """Why there is nothing to mark: the file is ``MISSING``, or what is there is ``BROKEN``."""

    text: Text
    status: Status = Status.BROKEN


@dataclass(frozen=True)
class Conditions:
    """What a result depends on besides the submission, recorded so that it can be repeated."""

    seed: int
    kit_version: str
    confinement: str


@dataclass(frozen=True)
class Report:
    """Everything known about one graded submission; ``printed`` is what its code wrote, for staff."""

    student: str
    assignment: Assignment
    status: Status
    exercises: tuple[ExerciseResult, ...]
    message: Text | None
    seconds: float
    conditions: Conditions
    staff_detail: str = ""
    printed: str = ""

    @cached_property
    def score(self) -> Fraction:
        """Exact points over all exercises."""
        return sum((result.score for result in self.exercises), Fraction(0))
