"""Made-up results, without any marking."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path

from autograder import messages
from autograder.gradebook.book import Gradebook
from autograder.gradebook.identity import Identity
from autograder.gradebook.recording import Progress, record, start_run
from autograder.gradebook.records import Graded, Plan
from autograder.model import (
    Assignment,
    CheckResult,
    Conditions,
    Diagnosis,
    Exercise,
    ExerciseResult,
    Limits,
    Report,
    Status,
    Text,
    Verdict,
)

ADD = Exercise("add", Text("Adding", "加法"), 60)
DOUBLE = Exercise("double", Text("Doubling", "加倍"), 40)
ADDING = Assignment("adding", Text("Adding", "加法"), (ADD, DOUBLE), Limits(3.0, 512), ("numpy",), Path("nowhere"))
GRADER = "grader"


def report(student: str, add: Fraction | int = 60, *, seconds: float = 0.1) -> Report:
    """A report on a student who earned ``add`` of 60 points, and 40 of 40."""
    exercises = (_exercise(ADD, Fraction(add)), _exercise(DOUBLE, Fraction(40)))
    return Report(student, ADDING, Status.GRADED, exercises, None, seconds, Conditions(7, "0.1.0", "full"))


def _exercise(exercise: Exercise, score: Fraction) -> ExerciseResult:
    verdict = Verdict.PASSED if score == exercise.points else Verdict.FAILED
    complaint = None if verdict is Verdict.PASSED else Text("values differ", "数值不同")
    check = CheckResult(f"{exercise.name}_values", Text("Values", "数值"), 1, verdict, complaint, "File …, line 3")
    diagnoses = () if complaint is None else (Diagnosis("minus", Text("minus", "减"), Text("look", "看"), named=True),)
    return ExerciseResult(exercise, score, verdict, (check,), (score,), diagnoses)


def faulty(student: str) -> Report:
    """The report on a student over whom our own code failed."""
    conditions = Conditions(7, "0.1.0", "full")
    return Report(student, ADDING, Status.ERRORED, (), messages.GRADER_FAULT, 0.0, conditions, "Traceback …")


def identity(submission: str = "one", checks: str = "checks", seed: int = 7) -> Identity:
    """What a result was made from."""
    return Identity(submission, "assignment", checks, "0.1.0", seed)


def graded(found: Report, made_from: Identity | None = None, handed_in_at: datetime | None = None) -> Graded:
    """A result to be recorded."""
    return Graded(found, made_from or identity(), handed_in_at)


def plan(process: int = 1) -> Plan:
    """A run of ``adding``."""
    return Plan("adding", 7, "class", "out", "auto", "en", GRADER, "elsewhere", process)


def begin(book: Gradebook, total: int = 1) -> int:
    """A run that has begun."""
    return start_run(book, plan(), total, 0)


def put(book: Gradebook, run: int, result: Graded) -> Report:
    """Record a result; the report that is kept."""
    return record(book, run, [result], Progress(1, 1.0), GRADER)[0]
