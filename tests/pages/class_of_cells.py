"""A made-up class for the pages: always the same, whatever the assignments say, so that pictures of it can be kept."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from autograder import messages
from autograder.model import (
    Assignment,
    CheckResult,
    Conditions,
    Diagnosis,
    Exercise,
    ExerciseResult,
    Limits,
    Picture,
    Rectangle,
    Report,
    Status,
    Text,
    Verdict,
)
from autograder.scoring import score_exercise

SIZE = Exercise("size", Text("Output size", "输出尺寸"), 10)
FORWARD = Exercise("forward", Text("Forward pass", "前向传播"), 40)
BACKWARD = Exercise("backward", Text("Backward pass", "反向传播"), 50)
ASSIGNMENT = Assignment(
    "cells",
    Text("Cells and windows", "单元与窗口"),
    (SIZE, FORWARD, BACKWARD),
    Limits(5, 512),
    ("numpy",),
    Path("cells"),
)
CONDITIONS = Conditions(12345, "1.2.3", "full")

PICTURE = Picture(
    what="din",
    case="x 2 x 6 x 5 x 2, window 3 x 2, stride 1",
    axes=(Text("row", "行"), Text("column", "列")),
    place=Text("example 1, depth 0", "样本 1，深度 0"),
    levels=("00000", "01200", "00310", "02030", "00004", "00000"),
    signs=(".....", ".....", "..0..", ".+...", ".....", "....."),
    worst=(4, 4),
    corner=(0, 0),
    whole=(6, 5),
    window=Rectangle(2, 3, 3, 2),
    reach=Rectangle(2, 3, 4, 2),
    covering=2,
    notes=(Text("The sum of all cells is right.", "所有单元之和是对的。"),),
)
OVERWRITTEN = Diagnosis(
    "assigned-not-added",
    Text("Where windows overlap, the last gradient replaced the others.", "窗口重叠处，后来的梯度覆盖了先前的。"),
    Text("What should a cell hold that two windows share?", "一个单元被两个窗口共用时，应当存放什么？"),
    named=True,
)
ZERO = Diagnosis(
    "all-zero", Text("out is zero everywhere", "out 处处为零"), Text("Is it ever written to?", "它有没有被赋值？")
)
WRONG = Text("9 of 60 values of din are wrong; the worst is at index (1, 4, 4, 0)", "din 的 60 个值中有 9 个不对")
TRACE = '  File "cells.py", line 12, in backward\n    return dout.reshape(x.shape)\n'


def check(name: str, verdict: Verdict, message: Text | None = None, detail: str = "") -> CheckResult:
    """A check's result."""
    return CheckResult(name, Text(f"The {name} is as it should be", f"{name} 正确"), 1, verdict, message, detail)


def right(exercise: Exercise) -> ExerciseResult:
    """All points."""
    return score_exercise(exercise, (check("shape", Verdict.PASSED), check("sum", Verdict.PASSED)))


def overwritten() -> ExerciseResult:
    """A backward that is wrong where windows overlap, with a picture of it."""
    failed = check("gradient", Verdict.FAILED, WRONG)
    raised = check("second call", Verdict.FAILED, messages.FAULT.format(error="ValueError: 12 (line 12)"), TRACE)
    skipped = check("tail", Verdict.SKIPPED, messages.SKIPPED.format(names="gradient"))
    result = score_exercise(BACKWARD, (check("shape", Verdict.PASSED), failed, raised, skipped))
    return replace(result, diagnoses=(OVERWRITTEN,), picture=PICTURE)


def zero() -> ExerciseResult:
    """A forward that gives zeros."""
    result = score_exercise(FORWARD, (check("shape", Verdict.PASSED), check("values", Verdict.FAILED, WRONG)))
    return replace(result, diagnoses=(ZERO,))


def unwritten(exercise: Exercise) -> ExerciseResult:
    """A stub."""
    return score_exercise(exercise, (check("shape", Verdict.FAILED, messages.UNFINISHED),))


def graded(student: str, *exercises: ExerciseResult, seconds: float = 0.03) -> Report:
    """The report on a submission that ran."""
    return Report(student, ASSIGNMENT, Status.GRADED, exercises, None, seconds, CONDITIONS)


def unmarked(student: str, status: Status, message: Text, detail: str = "", seconds: float = 0.0) -> Report:
    """The report on one that did not."""
    return Report(student, ASSIGNMENT, status, (), message, seconds, CONDITIONS, detail)


ANN = graded("ann_overlap", right(SIZE), right(FORWARD), overwritten())
BOB = graded("bob_right", right(SIZE), right(FORWARD), right(BACKWARD))
CLEO = unmarked(
    "cleo_broken",
    Status.BROKEN,
    messages.DOES_NOT_IMPORT.format(filename="cells.py", error="NameError: name 'nump' is not defined (line 3)"),
    '  File "cells.py", line 3, in <module>\n    nump.zeros(3)\n',
)
DAN = unmarked("dan_missing", Status.MISSING, messages.MISSING.format(filename="cells.py"))
EVE = replace(
    graded("eve_curious", right(SIZE), unwritten(FORWARD), unwritten(BACKWARD), seconds=4.2),
    printed="[Errno 2] No such file or directory: '/etc/shadow'\n",
)
FAY = unmarked("fay_errored", Status.ERRORED, messages.GRADER_FAULT, "Traceback: the reference gave 42")
GUS = graded("gus_zero", right(SIZE), zero(), overwritten())
FEW = (ANN, BOB, CLEO, DAN, EVE, FAY, GUS)


def many(count: int) -> tuple[Report, ...]:
    """A class of so many, made of the few in a mixture that is always the same."""
    draw = random.Random(count)
    kinds = draw.choices(FEW, weights=(6, 12, 1, 1, 1, 1, 4), k=count)
    return tuple(replace(each, student=f"student_{number:04}") for number, each in enumerate(kinds))
