"""Marking from file to report with a tiny assignment: what costs what, and whose fault is whose."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest

from autograder import __version__, messages
from autograder.errors import AssignmentError, StudentFault
from autograder.marking import mark
from autograder.model import (
    LANGUAGES,
    Assignment,
    Check,
    CheckResult,
    Exercise,
    Limits,
    Mode,
    Report,
    Status,
    Submission,
    Text,
    Verdict,
)
from autograder.rubrics import Rubric, rubric_for
from autograder.student import Inside, Student
from autograder.trial import CaseBook, Trial
from tests.support import KIT, confinement_here, marker_for

PASSED, FAILED, SKIPPED, ERRORED = Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED, Verdict.ERRORED
GOOD = """\
import numpy as np
def double(x):
    return 2 * x
class Layer:
    def forward(self, x):
        self.size = x.size
        return x + 1
def split(x):
    return x.sum(axis=0), {"x": x}
"""
REFERENCE = GOOD


def assignment_of(seconds: float) -> Assignment:
    """Two exercises of 40 and 60 points."""
    exercises = (Exercise("double", Text("Double", "加倍"), 40), Exercise("layer", Text("Layer", "层"), 60))
    return Assignment("tiny", Text("Tiny", "小"), exercises, Limits(seconds, 256), ("numpy",), Path())


def numbers(rng: np.random.Generator, reference: Any) -> np.ndarray:
    """The run's input."""
    return rng.normal(size=(3, 2))


def doubled(rng: np.random.Generator, reference: Any) -> np.ndarray:
    """What the reference makes of an input of its own."""
    return np.asarray(reference.double(np.ones(3)))


# Checks as a careless author writes them: they take answers to be of the form that the reference gives.


def double_values(trial: Trial) -> None:
    x = trial.cases(numbers)
    trial.expect_close("out", trial.student.double(x), 2 * x, "x 3 x 2")


def double_again(trial: Trial) -> None:
    trial.expect_close("out", trial.student.double(np.ones(2)), np.full(2, 2.0))


def layer_values(trial: Trial) -> None:
    x = trial.cases(numbers)
    layer = trial.student.Layer()
    trial.expect_close("out", layer.forward(x), x + 1)
    trial.expect_int("size", layer.get("size"), x.size)


def layer_split(trial: Trial) -> None:
    x = trial.cases(numbers)
    out, _ = trial.student.split(x, keep=1)
    trial.expect_close("the first sum", np.asarray(out[0]), np.asarray(x.sum(axis=0)[0]))


def record(
    function: Callable[[Trial], None], exercise: str, *, weight: int = 1, requires: tuple[str, ...] = ()
) -> Check:
    """A check that is this function."""
    return Check(function.__name__, exercise, Text(function.__name__, "题"), weight, requires, function)


CHECKS = (
    record(double_values, "double", weight=3),
    record(double_again, "double", requires=("double_values",)),
    record(layer_values, "layer", weight=2),
    record(layer_split, "layer"),
)


def reference_module() -> ModuleType:
    """The hidden solution."""
    module = ModuleType("reference_tiny")
    exec(REFERENCE, vars(module))
    return module


def rubric_of(
    *checks: Check, seconds: float = 20, seed: int = 1, reference: ModuleType | None = None, reveal: bool = False
) -> Rubric:
    """What the tiny assignment is marked by."""
    book = CaseBook(seed, reference or reference_module())
    return Rubric(assignment_of(seconds), checks or CHECKS, book, reveal=reveal)


def marked(folder: Path, source: str | bytes, rubric: Rubric | None = None, mode: Mode = "auto") -> Report:
    """The report on a file with this content."""
    return marker_for(rubric or rubric_of(), mode).mark(Submission("ann", written(folder, source)))


def written(folder: Path, source: str | bytes) -> Path:
    """A file with this content."""
    path = folder / "tiny.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"))
    return path


def verdicts(report: Report) -> dict[str, Verdict]:
    """The verdict of each check by its name."""
    return {each.name: each.verdict for each in results(report)}


def results(report: Report) -> tuple[CheckResult, ...]:
    """The results of all checks, in order."""
    return tuple(each for exercise in report.exercises for each in exercise.checks)


def scores(report: Report) -> list[Fraction]:
    """The points of each exercise."""
    return [exercise.score for exercise in report.exercises]


def text_of(report: Report, name: str) -> str:
    """What a check says."""
    (message,) = (each.message for each in results(report) if each.name == name)
    assert message is not None
    return message.en


# ------------------------------------------------------------------------------ what earns what


def test_a_right_file_earns_everything(tmp_path: Path) -> None:
    """All checks pass, and the report holds the conditions it was made under."""
    report = marked(tmp_path, GOOD)
    assert set(verdicts(report).values()) == {PASSED}
    assert (report.status, report.score, report.message) == (Status.GRADED, 100, None)
    assert (report.conditions.seed, report.conditions.kit_version) == (1, __version__)
    assert report.conditions.confinement == confinement_here().level
    assert report.seconds > 0


@pytest.mark.parametrize("name", KIT.names)
def test_marking_leaves_nothing_for_the_collector(name: str) -> None:
    """What a mark was made of is freed with it: a class must not make Python look for circles again and again."""
    marker = marker_for(rubric_for(KIT, name, 5), "auto")
    submission = Submission("ann", KIT.solution_path(KIT.assignment(name)))
    marker.mark(submission)
    gc.collect()
    gc.disable()
    try:
        marker.mark(submission)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_file_that_defines_nothing_earns_nothing(tmp_path: Path) -> None:
    """A file without a single function is graded and told what is missing, and nothing is said of exceptions."""
    report = marked(tmp_path, "x = 1\n")
    assert (report.status, report.score) == (Status.GRADED, 0)
    assert text_of(report, "double_values") == "tiny.py has nothing called double: was it renamed or deleted?"
    assert [each.diagnoses for each in report.exercises] == [(), ()]


def test_a_stub_costs_only_its_own_exercise(tmp_path: Path) -> None:
    """An exercise not yet written earns nothing and is told as such; the other is graded in full."""
    report = marked(tmp_path, GOOD.replace("return 2 * x", "raise NotImplementedError('TODO: double')"))
    assert scores(report) == [0, 60]
    assert text_of(report, "double_values") == "not written yet: double"


def test_what_failed_and_what_was_skipped_are_told_apart(tmp_path: Path) -> None:
    """A check that needs a failed one is not run and says so."""
    report = marked(tmp_path, GOOD.replace("2 * x", "3 * x"))
    assert verdicts(report) == {
        "double_values": FAILED,
        "double_again": SKIPPED,
        "layer_values": PASSED,
        "layer_split": PASSED,
    }
    assert text_of(report, "double_again") == "not run: it needs double_values to pass first"
    assert scores(report) == [0, 60]


def test_a_check_behind_a_passed_one_can_still_fail(tmp_path: Path) -> None:
    """Partial points come from the checks that passed."""
    report = marked(tmp_path, GOOD.replace("2 * x", "2 * x if x.ndim == 2 else x"))
    assert (verdicts(report)["double_values"], verdicts(report)["double_again"]) == (PASSED, FAILED)
    assert scores(report) == [30, 60]


def test_skips_go_down_the_chain(tmp_path: Path) -> None:
    """What needs a skipped check is skipped too."""

    def last(trial: Trial) -> None:
        trial.expect_int("one", 1, 1)

    chain = (*CHECKS[:2], record(last, "double", requires=("double_again",)), *CHECKS[2:])
    report = marked(tmp_path, GOOD.replace("2 * x", "x"), rubric_of(*chain))
    assert verdicts(report)["last"] is SKIPPED


def test_messages_hold_the_case_and_not_the_answer(tmp_path: Path) -> None:
    """A hidden check tells the sizes it used and the student's value, never the expected one."""
    report = marked(tmp_path, GOOD.replace("2 * x", "0 * x"))
    expected = 2 * rubric_of().book.of(numbers)
    text = text_of(report, "double_values")
    assert text.endswith("[x 3 x 2]")
    assert not any(f"{value:.6g}" in text for value in expected.flat)


def test_revealed_messages_hold_the_answer(tmp_path: Path) -> None:
    """A public check tells what was expected."""
    report = marked(tmp_path, GOOD.replace("2 * x", "0 * x"), rubric_of(reveal=True))
    assert "(expected " in text_of(report, "double_values")


# -------------------------------------------------------------------------------- dead workers

ENDINGS = {
    "exit": "import os; os._exit(0)",
    "loop": "while True: pass",
    "crash": "import ctypes; ctypes.string_at(0)",
    "closed channel": "import os; os.closerange(3, 100)",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_worker_that_dies_costs_only_its_exercise(tmp_path: Path, ending: str) -> None:
    """The rest of the exercise is not run, and the next one is graded in a new worker."""
    source = GOOD.replace("return 2 * x", ending)
    report = marked(tmp_path, source, rubric_of(CHECKS[0], record(double_again, "double"), *CHECKS[2:], seconds=1))
    assert (report.status, scores(report)) == (Status.GRADED, [0, 60])
    assert text_of(report, "double_again") == messages.NOT_RUN.en
    assert text_of(report, "double_values")


def test_a_timeout_is_told_with_its_limit(tmp_path: Path) -> None:
    """The limit that was overrun is named."""
    report = marked(tmp_path, GOOD.replace("return x + 1", "while True: pass"), rubric_of(seconds=0.5))
    assert (
        text_of(report, "layer_values") == "stopped: this exercise took longer than its 0.5 seconds (an endless loop?)"
    )
    assert [each.name for each in results(report) if each.stopped] == ["layer_values"]
    assert scores(report) == [40, 0]


def test_each_exercise_has_its_own_time(tmp_path: Path) -> None:
    """Time that one exercise used up is not taken from the next."""
    busy = "import time\n    end = time.monotonic() + 0.9\n    while time.monotonic() < end: pass\n"
    source = GOOD.replace("    return 2 * x", f"    {busy}    return 2 * x").replace(
        "        return x + 1", f"        {busy.replace('    ', '        ')}        return x + 1"
    )
    only = (CHECKS[0], CHECKS[2])
    assert scores(marked(tmp_path, source, rubric_of(*only, seconds=1.5))) == [40, 60]


def test_points_earned_before_a_death_stay(tmp_path: Path) -> None:
    """What passed before the worker died is not taken back."""
    source = GOOD.replace("return x.sum(axis=0), {", "import os; os._exit(0); return {")
    assert scores(marked(tmp_path, source)) == [40, 40]


def test_a_file_that_loads_only_once_is_no_fault_of_ours(tmp_path: Path) -> None:
    """A submission that fails when it is loaded again loses what comes after, and nothing is errored."""
    flag = tmp_path / "seen"
    source = f"import os\nif os.path.exists({str(flag)!r}): raise OSError('again')\n" + GOOD.replace(
        "return 2 * x", f"open({str(flag)!r}, 'w').close(); os._exit(1)"
    )
    report = marked(tmp_path, source, mode="none")
    assert (report.status, scores(report)) == (Status.GRADED, [0, 0])
    assert "OSError: again" in text_of(report, "layer_values")


def test_a_death_is_noticed_in_the_check_that_caused_it(tmp_path: Path) -> None:
    """What a check asked for and never read is done before the next check begins; faults of it cost nothing."""

    def unread(trial: Trial) -> None:
        trial.student.later.double(np.ones(1))
        trial.expect_int("one", 1, 1)

    rubric = rubric_of(record(unread, "double"), record(double_again, "double"), *CHECKS[2:])
    died = marked(tmp_path, GOOD.replace("return 2 * x", "import os; os._exit(0)"), rubric)
    assert (verdicts(died)["unread"], text_of(died, "double_again")) == (FAILED, messages.NOT_RUN.en)
    raised = marked(tmp_path, GOOD.replace("return 2 * x", "raise KeyError"), rubric)
    assert (verdicts(raised)["unread"], verdicts(raised)["double_again"]) == (PASSED, FAILED)


def asked(trial: Trial) -> Any:
    """An answer that waits."""
    return trial.student.later.double(np.ones(2))


def asked_strangely(trial: Trial) -> Any:
    """Another."""
    return trial.student.later.double(np.ones((1, 1, 1)))


def read(trial: Trial) -> None:
    trial.expect_close("out", trial.once(asked).value, np.full(2, 2.0))


def read_strangely(trial: Trial) -> None:
    trial.expect_close("out", trial.once(asked_strangely).value, np.full((1, 1, 1), 2.0))


READING = (
    replace(record(read, "double"), reads=(asked,)),
    replace(record(read_strangely, "double", requires=("read",)), reads=(asked_strangely,)),
)


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_what_is_put_ahead_costs_only_who_reads_it(tmp_path: Path, ending: str) -> None:
    """A worker that ends in a later check's question has answered the earlier one's."""
    source = GOOD.replace("return 2 * x", f"if x.ndim == 3:\n        {ending}\n    return 2 * x")
    report = marked(tmp_path, source, rubric_of(*READING, *CHECKS[2:], seconds=1))
    assert (verdicts(report)["read"], verdicts(report)["read_strangely"]) == (PASSED, FAILED)
    assert scores(report) == [20, 60]


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_question_of_a_skipped_check_costs_nothing(tmp_path: Path, ending: str) -> None:
    """Not even where the worker ends in it: the next exercise has one of its own, and all its time."""
    source = GOOD.replace("return 2 * x", f"if x.ndim == 3:\n        {ending}\n    return x")
    report = marked(tmp_path, source, rubric_of(*READING, *CHECKS[2:], seconds=1))
    assert (verdicts(report)["read"], verdicts(report)["read_strangely"]) == (FAILED, SKIPPED)
    assert scores(report) == [0, 60]


def test_nothing_is_put_ahead_of_what_is_timed(tmp_path: Path) -> None:
    """What checks after a timed one read is asked for after it."""
    seen = []

    def timed(trial: Trial) -> None:
        trial.student.later.double(np.ones((1, 1)))
        seen.append(trial.student.timed_flush())
        trial.expect_int("one", 1, 1)

    logging = GOOD.replace("return 2 * x", "log.append(x.ndim)\n    return 2 * x")

    def told(trial: Trial) -> None:
        trial.expect_shape_tuple("order", tuple(trial.student.told()), (1, 2, 3))

    checks = (READING[0], replace(record(timed, "double"), timed=True), READING[1], record(told, "double"))
    source = f"log = []\n{logging}def told(): return log\n"
    report = marked(tmp_path, source, rubric_of(*checks, *CHECKS[2:]))
    assert (set(verdicts(report).values()), len(seen)) == ({PASSED}, 1)


def test_answers_asked_for_once_are_not_shared(tmp_path: Path) -> None:
    """What one submission answered is never read for another, nor for a new worker of the same one."""

    def remembered(trial: Trial) -> None:
        for _ in range(2):
            trial.expect_close("out", trial.once(asked).value, np.full(2, 2.0))

    rubric = rubric_of(record(remembered, "double"), *CHECKS[2:])
    assert verdicts(marked(tmp_path, GOOD, rubric))["remembered"] is PASSED
    assert verdicts(marked(tmp_path, GOOD.replace("2 * x", "3 * x"), rubric))["remembered"] is FAILED
    assert verdicts(marked(tmp_path, GOOD, rubric))["remembered"] is PASSED


# ------------------------------------------------------------------------------ whose fault it is


def broken_check(trial: Trial) -> None:
    """A check that is wrong by itself."""
    trial.student.double(np.ones(1))
    len(None)  # type: ignore[arg-type]


def silent_check(trial: Trial) -> None:
    """A check that looks at nothing."""
    trial.student.double(np.ones(1))


def crashing_machine(trial: Trial) -> None:
    """A check in trouble that no answer causes."""
    raise OSError("disk full")


def not_to_be_had(rng: np.random.Generator, reference: Any) -> Any:
    """What the reference does not define."""
    return reference.no_such_thing


def broken_case(trial: Trial) -> None:
    """A check whose cases cannot be built."""
    trial.cases(not_to_be_had)


@pytest.mark.parametrize("wrong", [broken_check, silent_check, crashing_machine, broken_case])
def test_a_fault_of_ours_is_errored_and_costs_nothing(tmp_path: Path, wrong: Callable[[Trial], None]) -> None:
    """A check that is wrong by itself earns its points, staff sees why, and the student is told."""
    report = marked(tmp_path, GOOD, rubric_of(record(wrong, "double"), *CHECKS[1:2], *CHECKS[2:]))
    assert verdicts(report)[wrong.__name__] is ERRORED
    assert (report.status, report.score) == (Status.ERRORED, 100)
    assert report.message == messages.GRADER_FAULT
    assert text_of(report, wrong.__name__) == messages.GRADER_FAULT.en
    assert "Error" in results(report)[0].staff_detail


def test_a_fault_of_ours_saves_no_wrong_answer_elsewhere(tmp_path: Path) -> None:
    """The other checks of the exercise count as ever."""
    rubric = rubric_of(record(broken_check, "double"), CHECKS[0], *CHECKS[2:])
    report = marked(tmp_path, GOOD.replace("2 * x", "x"), rubric)
    assert verdicts(report)["double_values"] is FAILED
    assert scores(report) == [10, 60]


def test_what_needs_an_errored_check_is_run(tmp_path: Path) -> None:
    """A prerequisite that failed through our own fault skips nothing."""
    rubric = rubric_of(
        record(broken_check, "double"), record(double_again, "double", requires=("broken_check",)), *CHECKS[2:]
    )
    assert verdicts(marked(tmp_path, GOOD, rubric))["double_again"] is PASSED
    assert verdicts(marked(tmp_path, GOOD.replace("2 * x", "x"), rubric))["double_again"] is FAILED


def test_a_check_that_stumbles_over_a_wrong_answer_it_has_seen_has_failed(tmp_path: Path) -> None:
    """What was found wrong before the check came to grief is what counts."""

    def careless(trial: Trial) -> None:
        out = trial.student.double(np.ones(3))
        trial.expect_close("out", out, np.full(3, 2.0))
        trial.expect_close("out", out[2:], np.full(1, 2.0))

    rubric = rubric_of(record(careless, "double"), *CHECKS[2:])
    report = marked(tmp_path, GOOD.replace("2 * x", "None"), rubric)
    assert verdicts(report)["careless"] is FAILED
    assert text_of(report, "careless") == "out should be a numpy array, but it is NoneType"


def test_our_own_failure_to_mark_at_all_is_errored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that could not be marked has no result, and staff sees why."""

    def no_room(*_: object) -> None:
        raise OSError("no process to be had")

    monkeypatch.setattr("autograder.bench.Student", no_room)
    report = marked(tmp_path, GOOD)
    assert (report.status, report.exercises, report.message) == (Status.ERRORED, (), messages.GRADER_FAULT)
    assert "no process to be had" in report.staff_detail


# What a submission may try instead of the right answer. None of it may pass, and none may look like our fault.

DOUBLES = {
    "nothing": "None",
    "a bool": "True",
    "an int": "7",
    "an endless int": "1 << 100_000",
    "a long int": "10 ** 300",
    "a float": "2.5",
    "NaN": "float('nan')",
    "a numpy NaN": "np.float64('nan')",
    "a text": "'x'",
    "a surrogate": "'\\ud800'",
    "bytes": "b'x'",
    "an empty tuple": "()",
    "a tuple of arrays": "(2 * x,)",
    "a list": "(2 * x).tolist()",
    "a long list": "[0.0] * 400_000",
    "keys that are no text": "{1: x}",
    "keys with a surrogate": "{'\\udfff': x}",
    "a deep list": "eval('[' * 80 + ']' * 80)",
    "a list within itself": "(lambda y: (y.append(y), y)[1])([])",
    "an array of NaN": "x * np.nan",
    "an array of infinity": "np.full(x.shape, np.inf)",
    "the largest float": "np.full(x.shape, 1.7e308)",
    "a scalar array": "np.array(2.0)",
    "an empty array": "np.zeros((0, 2))",
    "an array of no size": "np.zeros((0,) * 16)",
    "too many axes": "(2 * x).reshape((1,) * 20 + x.shape)",
    "a shape that broadcasts": "np.zeros((1, 1))",
    "complex": "2 * x + 0j",
    "objects": "(2 * x).astype(object)",
    "texts": "(2 * x).astype('U8')",
    "booleans": "x > 0",
    "dates": "np.zeros(x.shape, 'M8[s]')",
    "records": "np.zeros(x.shape, dtype=[('a', 'f8')])",
    "masked": "np.ma.masked_array(2 * x)",
    "a matrix": "np.matrix(2 * x)",
    "far too large": "np.zeros(20_000_000)",
    "larger than memory": "np.zeros(1 << 50)",
    "broadcast without end": "np.broadcast_to(0.0, (1 << 55,))",
    "many arrays": "tuple([x] * 16), [x] * 300",
    "a class": "Layer",
    "a module": "np",
    "itself": "double",
    "a generator": "(y for y in x)",
    "a memoryview": "memoryview(x)",
    "an exception": "ValueError('x')",
    "always equal": "type('E', (), {'__eq__': lambda *a: True, '__array__': lambda *a, **k: x * 2})()",
    "a liar": "type('L', (), {'__class__': property(lambda s: np.ndarray), '__module__': 'numpy'})()",
    "a raiser": "type('R', (), {'__getattribute__': lambda s, n: 1 / 0})()",
    "a forged handle": "__import__('autograder.protocol').protocol.Handle(10 ** 30, 'ndarray')",
    "a laid array": "__import__('autograder.protocol').protocol.Laid(x, 'strided')",
    "a raised surrogate": "(_ for _ in ()).throw(ValueError('\\ud800\\x00\\x1b[31m'))",
    "a raised brace": "(_ for _ in ()).throw(ValueError('{0} {what} {'))",
    "a raised exit": "exit()",
    "a raised interrupt": "(_ for _ in ()).throw(KeyboardInterrupt)",
    "a raised nothing": "(_ for _ in ()).throw(type('', (BaseException,), {'__str__': lambda s: 1})())",
    "endless recursion": "double(x)",
}


def refused(report: Report, *names: str) -> None:
    """None of these checks passed, none is errored, and everything said can be written down."""
    assert report.status is Status.GRADED, [each.staff_detail for each in results(report)]
    assert all(verdicts(report)[name] in (FAILED, SKIPPED) for name in names), verdicts(report)
    for each in results(report):
        if each.message is not None:
            assert all(len(each.message.into(language)) < 3_000 for language in LANGUAGES)
            json.dumps([each.message.en, each.message.zh, each.staff_detail], ensure_ascii=False)


@pytest.mark.parametrize("answer", DOUBLES.values(), ids=DOUBLES)
def test_no_odd_answer_passes_or_looks_like_our_fault(tmp_path: Path, answer: str) -> None:
    """Whatever is returned or raised instead of the right array has failed, and the other exercise stands."""
    report = marked(tmp_path, GOOD.replace("2 * x", answer), rubric_of(seconds=10))
    refused(report, "double_values", "double_again")
    assert scores(report) == [0, 60]


LAYERS = {
    "a function that gives nothing": "def Layer(): return None",
    "a function that gives an int": "def Layer(): return 3",
    "a function that gives an array": "def Layer(): return np.zeros((3, 2))",
    "a function that gives a tuple": "def Layer(): return (1, 2)",
    "a dict": "def Layer(): return {'forward': 1}",
    "no class at all": "Layer = None",
    "an object that has nothing": "Layer = object",
    "a size that is a bool": "class Layer:\n    def forward(self, x):\n        self.size = True\n        return x + 1",
    "a size that raises": (
        "class Layer:\n    size = property(lambda s: 1 / 0)\n    def forward(self, x):\n        return x + 1"
    ),
    "a size that was deleted": (
        "class Layer:\n    def forward(self, x):\n        self.size = 6\n        del self.size\n        return x + 1"
    ),
    "any attribute": "class Layer:\n    def __getattr__(self, name):\n        return lambda *a: self",
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_no_odd_class_passes_or_looks_like_our_fault(tmp_path: Path, layer: str) -> None:
    """Where a check takes an object for granted, a student without one has failed."""
    report = marked(tmp_path, f"{GOOD}\n{layer}\n", rubric_of(seconds=10))
    refused(report, "layer_values")
    assert scores(report) == [40, 20]


SPLITS = [
    "None",
    "3",
    "()",
    "(x,)",
    "(x, x, x)",
    "{}",
    "[1, 2]",
    "(None, x)",
    "('', x)",
    "(np.zeros(0), x)",
    "'ab'",
    "x",
]


@pytest.mark.parametrize("answer", SPLITS)
def test_no_odd_tuple_passes_or_looks_like_our_fault(tmp_path: Path, answer: str) -> None:
    """Where a check takes an answer apart without looking, a student whose answer has no such parts has failed."""
    report = marked(tmp_path, f"{GOOD}\ndef split(x): return {answer}\n", rubric_of(seconds=10))
    refused(report, "layer_split")
    assert scores(report) == [40, 40]


def test_an_answer_of_a_wrong_form_is_told_without_our_traceback(tmp_path: Path) -> None:
    """The student reads that the form is wrong; nothing of the check's text is shown."""
    report = marked(tmp_path, f"{GOOD}\ndef split(x): return 3\n")
    (result,) = (each for each in results(report) if each.name == "layer_split")
    assert result.message == messages.UNUSABLE.format(error="TypeError")
    assert result.staff_detail == ""
    assert "in layer_split" in result.stumble


def stumbling(trial: Trial) -> None:
    """A check that is right about right answers, and in trouble of its own over wrong ones."""
    if not trial.expect_close("out", trial.student.double(np.ones(2)), np.full(2, 2.0)):
        {}["boom"]


def test_a_mistake_in_a_check_is_seen_where_an_answer_was_wrong_first(tmp_path: Path) -> None:
    """The verdict stands, and the traceback is kept for staff, apart from what students read."""
    rubric = rubric_of(record(stumbling, "double"), *CHECKS[2:])
    (result, *_) = results(marked(tmp_path, GOOD.replace("2 * x", "x"), rubric))
    assert (result.verdict, result.staff_detail) == (FAILED, "")
    assert "KeyError: 'boom'" in result.stumble


def test_tampering_with_the_worker_is_no_fault_of_ours(tmp_path: Path) -> None:
    """A worker that answers nonsense to everything earns nothing and errs nothing."""
    tampered = "import autograder.worker as w\nw.Worker._encoded = lambda self, result, parcel: 5\n" + GOOD
    report = marked(tmp_path, tampered)
    refused(report, *verdicts(report))
    assert report.score == 0


# ----------------------------------------------------------------------- what cannot be marked


def test_nothing_handed_in_is_missing() -> None:
    """No file makes no result but a sentence."""
    report = mark(Submission("ann", None), rubric_of())
    assert (report.status, report.score, report.exercises) == (Status.MISSING, 0, ())
    assert report.message == messages.MISSING.format(filename="tiny.py")


def test_a_known_problem_is_passed_on(tmp_path: Path) -> None:
    """What was wrong with the file when it was found is what the report says, and it is not opened."""
    problem = messages.NOT_A_FILE.format(filename="tiny.py")
    report = mark(Submission("ann", tmp_path, problem), rubric_of())
    assert (report.status, report.message) == (Status.BROKEN, problem)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\ndef double(x:\n    pass\n", "tiny.py does not import: SyntaxError: "),
        ("x = 1\n\nraise ValueError('no')\n", "tiny.py does not import: ValueError: no (line 3)"),
        ("import torch\n", "tiny.py does not import: ModuleNotFoundError: 'torch' is not available here"),
        ("import sys\nsys.exit(0)\n", "tiny.py does not import: SystemExit: 0 (line 2)"),
        ("import os\nos._exit(0)\n", "tiny.py does not import: the process ended in the middle"),
        ("while True: pass\n", "tiny.py does not import: it took longer than 1 seconds"),
        ("x = '\0'\n", "tiny.py does not import: SyntaxError: "),
        ("raise NotImplementedError\n", "tiny.py does not import: NotImplementedError (line 1)"),
        ("raise type('E', (Exception,), {'__str__': lambda s: '\\ud800'})()\n", "tiny.py does not import: E: "),
        ("import ctypes\nctypes.string_at(0)\n", "tiny.py does not import: the process crashed (SIGSEGV)"),
        (b"# caf\xe9\n", "tiny.py is not UTF-8 text (byte 5)"),
        ("x = 1\n".encode("utf-16"), "tiny.py is not UTF-8 text (byte 0)"),
        ("# \ud800\n", "tiny.py is not UTF-8 text (byte 2)"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_broken(tmp_path: Path, source: str | bytes, said: str) -> None:
    """A file that does not even load gets one sentence, and no check is run."""
    report = marked(tmp_path, source, rubric_of(seconds=1))
    assert (report.status, report.score, report.exercises) == (Status.BROKEN, 0, ())
    assert report.message is not None
    assert report.message.en.startswith(said)


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    """The line is the student's own."""
    report = marked(tmp_path, "x = 1\n\n\ndef double(x:\n    pass\n")
    assert report.message is not None
    assert report.message.en.endswith("(line 4)")
    assert report.message.zh.endswith("（第 4 行）")
    assert report.staff_detail.splitlines()[1].strip() == "def double(x:"


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    """A file saved by an editor that adds one is marked like any other."""
    assert marked(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).score == 100


def test_a_long_file_in_chinese_is_marked(tmp_path: Path) -> None:
    """A file near the limit in size is no trouble, whatever its alphabet."""
    assert marked(tmp_path, GOOD + "# " + "池化" * 150_000 + "\n").score == 100


# --------------------------------------------------------------------------------------- repeating


def seen_by(seed: int) -> np.ndarray:
    """The input that a seed makes."""
    return CaseBook(seed, None).of(numbers)


def test_the_same_seed_makes_the_same_cases() -> None:
    """Cases depend on the seed and on what builds them, and on nothing else."""
    assert np.array_equal(seen_by(5), seen_by(5))
    assert not np.array_equal(seen_by(5), seen_by(6))


def test_cases_do_not_depend_on_the_order_of_checks() -> None:
    """Whatever else was built before, a case is the same."""
    book = CaseBook(5, reference_module())
    book.of(doubled)
    assert np.array_equal(book.of(numbers), seen_by(5))


def test_cases_are_built_once() -> None:
    """Every check and every submission of a run gets the very same input."""
    book = CaseBook(5, None)
    assert book.of(numbers) is book.of(numbers)


def builders() -> tuple[Callable[..., float], ...]:
    """Functions that are not known by their names: each call makes others that are called the same."""

    def inner(rng: np.random.Generator, reference: Any) -> float:
        return float(rng.normal())

    return inner, lambda rng, reference: float(rng.normal())


@pytest.mark.parametrize("number", [0, 1], ids=["inner", "lambda"])
def test_a_builder_without_a_name_of_its_own_is_refused(number: int) -> None:
    """What it makes would be taken for what another of that name has made; the message says where it is written."""
    book = CaseBook(5, None)
    with pytest.raises(AssignmentError, match=rf"^{re.escape(__file__)}:\d+: .* no function at module level, move it"):
        book.of(builders()[number])
    trial = Trial(Student(Inside(reference_module())), book)
    with pytest.raises(AssignmentError, match="no function at module level"):
        trial.once(builders()[number])


def test_two_builders_of_one_name_are_refused() -> None:
    """The second is not given what the first has built."""
    other = FunctionType(doubled.__code__, globals(), "numbers")
    other.__qualname__ = "numbers"
    book = CaseBook(5, None)
    book.of(numbers)
    with pytest.raises(AssignmentError, match="another builder is called"):
        book.of(other)


def test_the_same_seed_makes_the_same_report(tmp_path: Path) -> None:
    """A run repeated tells the same in every word."""
    source = GOOD.replace("2 * x", "2 * x + x ** 2").replace("x + 1", "x - 1")
    one, again, other = (marked(tmp_path, source, rubric_of(seed=seed)) for seed in (3, 3, 4))
    said = [[(each.verdict, each.message) for each in results(report)] for report in (one, again, other)]
    assert said[0] == said[1]
    assert said[0] != said[2]


def test_a_submission_does_not_change_the_next_one_s_cases(tmp_path: Path) -> None:
    """A student who writes to an argument harms nobody else."""
    rubric = rubric_of()
    marked(tmp_path, GOOD.replace("return 2 * x", "x *= 0; return x"), rubric)
    assert marked(tmp_path, GOOD, rubric).score == 100


def test_a_trial_reports_a_fault_where_a_value_error_was_asked_for(tmp_path: Path) -> None:
    """Only a ``ValueError``, or a class made of it, is one; a stub's error is told as unfinished."""

    def refuses(trial: Trial) -> None:
        trial.expect_value_error("double", lambda: trial.student.double(np.ones(2)))

    rubric = rubric_of(record(refuses, "double"), *CHECKS[2:])
    for raised, verdict, said in (
        ("raise ValueError", PASSED, None),
        ("raise type('E', (ValueError,), {})()", PASSED, None),
        ("raise TypeError('x')", FAILED, "double should raise a ValueError, but it raised TypeError: x (line 3)"),
        ("raise NotImplementedError", FAILED, "not written yet: double"),
        ("return 1", FAILED, "double should raise a ValueError, but it returned normally"),
    ):
        report = marked(tmp_path, GOOD.replace("return 2 * x", raised), rubric)
        assert verdicts(report)["refuses"] is verdict
        assert said is None or text_of(report, "refuses") == said


@pytest.mark.parametrize("ask", [lambda trial: trial.student.new("Layer"), lambda trial: trial.student.later.Layer()])
def test_a_value_error_that_is_still_to_come_is_met(tmp_path: Path, ask: Callable[[Trial], Any]) -> None:
    """An object or an answer that waits is settled before it is said whether it was refused."""

    def refuses(trial: Trial) -> None:
        trial.expect_value_error("Layer", lambda: ask(trial))

    rubric = rubric_of(*CHECKS[:2], record(refuses, "layer"))
    refusing = GOOD.replace("class Layer:", "class Layer:\n    def __init__(self):\n        raise ValueError\n")
    assert verdicts(marked(tmp_path, refusing, rubric))["refuses"] is PASSED
    assert verdicts(marked(tmp_path, GOOD, rubric))["refuses"] is FAILED


def test_a_student_fault_reads_as_a_sentence() -> None:
    """Kind, text and line stand in one line, whichever of them there are."""
    assert str(StudentFault("KeyError", "'x'", 3)) == "KeyError: 'x' (line 3)"
    assert str(StudentFault("KeyError", "")) == "KeyError"
