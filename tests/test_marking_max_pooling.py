"""Marks for max pooling: every right answer earns 100, every wrong one loses, and only where it is wrong."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import compare
from autograder.marking import mark_exercise, open_marker
from autograder.misconceptions import Misconception
from autograder.model import Report, Submission, Verdict
from autograder.protocol import Laid
from autograder.student import Inside, Student
from tests.attacks.corpus import ATTACKS, Attack, filled
from tests.support import (
    InsideBench,
    complaints,
    load_source,
    lost,
    mark_inside,
    marker_for,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

NAME = "max_pooling"
SPEED = 6
"""Points of 100 for the speed of the fast pair."""
MOST_FRAMES = 20
MOST_OPERATIONS = 205


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every correct implementation earns 100, however odd its style."""
    report = mark_inside(variant_source(NAME, variant), NAME, seed)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("misconception", misconceptions(NAME), ids=lambda each: each.id)
def test_misconceptions_lose_points_where_they_belong(misconception: Misconception) -> None:
    """Every misconception loses points in its own exercise and in no other."""
    report = mark_inside(wrong_source(NAME, misconception), NAME)
    assert lost(report) == {misconception.exercise}, complaints(report)


@pytest.mark.parametrize("exercise", ["pooled_size", "forward", "max_index", "backward", "backward_matrix", "fast"])
def test_public_checks_know_right_from_unfinished(exercise: str) -> None:
    """The public checks of each exercise pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    scores = {report: {each.exercise.name: each.score for each in report.exercises} for report in (right, stub)}
    assert scores[right][exercise] > 0
    assert scores[stub][exercise] == 0


# ------------------------------------------------------------------- gradients that are tried out

STEP = "0.03125"
"""Small against the distance of the inputs' values and a power of 2, so that every difference is exact."""

KEPT = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        higher, lower = self.x.copy(), self.x.copy()
        higher[where] += STEP
        lower[where] -= STEP
        difference = pooled(self, higher) - pooled(self, lower)
        din[where] = (difference * dout).sum() / (2 * STEP)
    return din
"""
REBUILT = """
def backward(self, dout):
    x = np.zeros(self.input_shape)
    rows, columns = divmod(self.max_index, self.window[1])
    n, i, j, d = np.indices(self.max_index.shape)
    x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    base, din = pooled(self, x), np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        before, x[where] = x[where], x[where] + STEP
        din[where] = ((pooled(self, x) - base) * dout).sum() / STEP
        x[where] = before
    return din
"""
KEPT_OR_REBUILT = KEPT.replace("self.x.copy(), self.x.copy()", "x.copy(), x.copy()").replace(
    "    din = np.zeros",
    """    x = getattr(self, "x", None)
    if x is None:
        x = np.zeros(self.input_shape)
        rows, columns = divmod(self.max_index, self.window[1])
        n, i, j, d = np.indices(self.max_index.shape)
        x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    din = np.zeros""",
)
BATCH = """
def backward(self, dout):
    size, (n, *rest) = self.x.size, self.input_shape
    steps = STEP * np.eye(size).reshape(size, *self.x.shape)
    moved = np.concatenate([self.x + steps, self.x - steps]).reshape(2 * size * n, *rest)
    out = pooled(self, moved).reshape(2, size, *dout.shape)
    return (((out[0] - out[1]) * dout).reshape(size, -1).sum(axis=1) / (2 * STEP)).reshape(self.input_shape)
"""
BATCH_REBUILT = """
def backward(self, dout):
    x = np.zeros(self.input_shape)
    rows, columns = divmod(self.max_index, self.window[1])
    n, i, j, d = np.indices(self.max_index.shape)
    x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    base, din = pooled(self, x), np.zeros(x.size)
    for start in range(0, x.size, 256):
        cells = np.arange(start, min(start + 256, x.size))
        moved = np.repeat(x[np.newaxis], len(cells), axis=0)
        moved.reshape(len(cells), -1)[np.arange(len(cells)), cells] += STEP
        out = pooled(self, moved.reshape(-1, *x.shape[1:])).reshape(len(cells), *dout.shape)
        din[cells] = ((out - base) * dout).reshape(len(cells), -1).sum(axis=1) / STEP
    return din.reshape(x.shape)
"""
CHEATS = {
    "x kept": KEPT,
    "x rebuilt": REBUILT,
    "x kept or rebuilt": KEPT_OR_REBUILT,
    "a batch": BATCH,
    "a batch of x rebuilt": BATCH_REBUILT,
}
POOLED = """
def pooled(layer, x):
    other = MaxPoolingLayer(layer.window, layer.stride)
    return other.forward(x)
"""


def with_backward(backward: str) -> str:
    """The reference with this backward in the layer, whose forward keeps its input."""
    text = solution_source(NAME)
    (layer,) = (node for node in ast.parse(text).body if getattr(node, "name", "") == "MaxPoolingLayer")
    (old,) = (node for node in layer.body if getattr(node, "name", "") == "backward")
    lines = text.splitlines(keepends=True)
    new = textwrap.indent(backward.replace("STEP", STEP), "    ") + "\n" + POOLED
    changed = "".join(lines[: old.lineno - 1]) + new + "".join(lines[old.end_lineno :])
    remembered = "        self.input_shape = x.shape\n"
    return changed.replace(remembered, f"{remembered}        self.x = x\n")


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_gradient_that_is_tried_out_earns_nothing(cheat: str) -> None:
    """Finite differences in the place of a derivation lose all of backward, and nothing else."""
    report = mark_inside(with_backward(cheat), NAME)
    assert earned(report)["backward"] == 0, complaints(report)
    assert lost(report) == {"backward"}


def earned(report: Report) -> dict[str, float]:
    """Points by exercise."""
    return {result.exercise.name: float(result.score) for result in report.exercises}


def failed(report: Report) -> set[str]:
    """The names of the checks that failed; those that were skipped are not among them."""
    return {each.name for result in report.exercises for each in result.checks if each.verdict is Verdict.FAILED}


def attack_source(name: str) -> str:
    """The text of one of the attacks on this assignment."""
    (attack,) = (each for each in ATTACKS if each.kind == "trick" and each.name == name)
    return text_of(attack)


def text_of(attack: Attack) -> str:
    """What is handed in; these need no words of a run."""
    return filled(attack.path.read_text(encoding="utf-8"), {})


@pytest.mark.parametrize("name", ["finite_differences", "differences_of_the_stored_index"])
def test_attacks_that_try_gradients_out_earn_nothing(name: str) -> None:
    """Differences lose all of backward, whether they move a kept input or let the stored index pick."""
    report = mark_inside(attack_source(name), NAME)
    assert earned(report)["backward"] == 0, complaints(report)
    assert "backward_derived" in failed(report)


@pytest.mark.parametrize("cheat", ["x kept", "a batch"])
def test_the_cheats_give_right_gradients(cheat: str) -> None:
    """It is not by a wrong value that they lose."""
    cheating, right = (load_source(each, NAME) for each in (with_backward(CHEATS[cheat]), solution_source(NAME)))
    x = np.random.default_rng(3).permutation(2 * 6 * 7).reshape(1, 6, 7, 2) * 1.0
    dins = []
    for module in (cheating, right):
        layer = module.MaxPoolingLayer((2, 3), 1)
        dins.append(layer.backward(layer.forward(x)))
    assert np.allclose(*dins, rtol=1e-12)


TRIED_IN_FORWARD = """
def backward(self, dout):
    return (self.slopes * dout).reshape(self.slopes.shape[0], -1).sum(axis=1).reshape(self.input_shape)

usual = forward

def forward(self, x):
    out = self.usual(x)
    if hasattr(self, "inner"):
        return out
    self.slopes, other = np.zeros((x.size, *out.shape)), MaxPoolingLayer(self.window, self.stride)
    other.inner = True
    for cell in range(x.size):
        moved = x.copy()
        moved.flat[cell] += STEP
        self.slopes[cell] = (other.forward(moved) - out) / STEP
    return out
"""


def test_trying_out_in_forward_earns_nothing() -> None:
    """Slopes that forward measures for a later backward are tried out all the same."""
    report = mark_inside(with_backward(TRIED_IN_FORWARD), NAME)
    assert earned(report)["backward"] == 0, complaints(report)


def test_a_slow_forward_costs_nothing_of_backward() -> None:
    """A forward that takes as long as trying out is not held against a backward that works it out."""
    slow = "self.input_shape = x.shape\n        sum(np.sqrt(i) for i in range(x.size * 20 if x.size > 9000 else 1))\n"
    source = solution_source(NAME).replace("self.input_shape = x.shape\n", slow)
    report = mark_inside(source, NAME)
    assert report.score == 100, complaints(report)


MORE_STATE = """
def backward(self, dout):
    din = np.zeros(self.x.shape)
    for n, i, j, d in np.ndindex(*dout.shape):
        row, column = divmod(int(self.max_index[n, i, j, d]), self.window[1])
        din[n, i * self.stride + row, j * self.stride + column, d] += dout[n, i, j, d]
    return din
"""


def test_state_beyond_the_contract_costs_its_own_check_only() -> None:
    """An honest backward that reads an attribute of its own loses what the contract's words are worth, no more."""
    report = mark_inside(with_backward(MORE_STATE), NAME)
    assert failed(report) == {"backward_from_stored"}, complaints(report)
    (backward,) = (each for each in report.exercises if each.exercise.name == "backward")
    weights = {each.name: each.weight for each in backward.checks}
    assert weights["backward_from_stored"] == 2
    assert backward.score == 25 * (1 - backward.score.__class__(2, sum(weights.values())))


ALL_AT_ONCE = """
def backward(self, dout):
    din, out = np.zeros(self.input_shape), pooled(self, self.x)
    for row, column in np.ndindex(*self.window):
        moved = self.x.copy()
        (rows, columns), step = dout.shape[1:3], self.stride
        where = slice(None), slice(row, row + rows * step, step), slice(column, column + columns * step, step)
        moved[where] += STEP
        din[where] += (pooled(self, moved) - out) / STEP * dout
    return din
"""


def test_trying_out_one_cell_of_every_window_at_once_is_wrong_where_windows_overlap() -> None:
    """Moving all windows' k-th cells together is right for windows apart (a derivation then), wrong for others."""
    report = mark_inside(with_backward(ALL_AT_ONCE), NAME)
    assert {"backward_values", "backward_ties"} <= failed(report), complaints(report)
    assert earned(report)["backward"] <= 3
    for stride, right in ((3, True), (2, True), (1, False)):
        assert gives_the_right_gradient(with_backward(ALL_AT_ONCE), (2, 2), stride) is right


def gives_the_right_gradient(source: str, window: tuple[int, int], stride: int) -> bool:
    """Whether a layer of this module agrees with the reference on an input without a tie."""
    x = np.random.default_rng(3).permutation(2 * 6 * 7).reshape(1, 6, 7, 2) * 1.0
    layers = [load_source(each, NAME).MaxPoolingLayer(window, stride) for each in (source, solution_source(NAME))]
    dout = np.random.default_rng(4).normal(size=layers[1].forward(x).shape)
    layers[0].forward(x)
    return bool(np.allclose(*[layer.backward(dout) for layer in layers]))


LOOP = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    for n in range(dout.shape[0]):
        for i in range(dout.shape[1]):
            for j in range(dout.shape[2]):
                for d in range(dout.shape[3]):
                    row, column = divmod(int(self.max_index[n, i, j, d]), self.window[1])
                    din[n, i * self.stride + row, j * self.stride + column, d] += dout[n, i, j, d]
    return din
"""
GATHER = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    rows, columns = self.window
    for n, h, w, d in np.ndindex(*self.input_shape):
        for i in range(dout.shape[1]):
            row = h - i * self.stride
            if 0 <= row < rows:
                for j in range(dout.shape[2]):
                    column = w - j * self.stride
                    if 0 <= column < columns and self.max_index[n, i, j, d] == row * columns + column:
                        din[n, h, w, d] += dout[n, i, j, d]
    return din
"""


@pytest.mark.parametrize("backward", [LOOP, GATHER], ids=["over windows", "over cells"])
def test_plain_loops_are_derivations(backward: str) -> None:
    """A backward of plain loops beside a forward without any earns everything."""
    report = mark_inside(with_backward(backward), NAME)
    assert report.score == 100, complaints(report)


# ------------------------------------------------------------------------------------- the race

ZEROS_WHEN_LARGE = """
right_forward, right_backward = max_pool_forward_fast, max_pool_backward_fast


def max_pool_forward_fast(x, window, stride):
    if x.size < 2000:
        return right_forward(x, window, stride)
    out = np.zeros((*x.shape[:2], *map(pooled_size, x.shape[2:], window, (stride, stride))))
    return out, x.shape


def max_pool_backward_fast(dout, cache):
    return np.zeros(cache) if type(cache[0]) is int else right_backward(dout, cache)
"""



def test_remembered_answers_do_not_win_the_race() -> None:
    """Every attempt has inputs of its own, so what a slow one found out is of no use in the next."""
    report = mark_inside(attack_source("remembers_the_race"), NAME)
    assert failed(report) == {"fast_speed"}, complaints(report)
    assert earned(report)["fast"] == 20 - SPEED


def test_a_wrong_answer_does_not_win_the_race() -> None:
    """Speed counts for right answers only."""
    report = mark_inside(solution_source(NAME) + ZEROS_WHEN_LARGE, NAME)
    assert "fast_speed" in failed(report)
    assert earned(report)["fast"] <= 20 - SPEED


def test_the_clock_runs_while_the_input_arrives(tmp_path: Path) -> None:
    """Slow work that is done while the arguments are unpacked counts, in a worker that is patched to do it there."""
    path = tmp_path / f"{NAME}.py"
    path.write_text(attack_source("computes_before_the_race"), encoding="utf-8")
    with open_marker(rubric_of(NAME, 0)) as marker:
        report = marker.mark(Submission("student", path))
    assert failed(report) == {"fast_speed"}, complaints(report)


def test_a_loop_in_pooled_size_costs_that_exercise_alone(tmp_path: Path) -> None:
    """Whatever asks for sizes gets right ones while another exercise is marked, so nothing else meets the loop."""
    path = tmp_path / f"{NAME}.py"
    path.write_text(solution_source(NAME) + "\n\ndef pooled_size(size, window, stride):\n    while True: pass\n")
    rubric = rubric_of(NAME, 0)
    limits = replace(rubric.assignment.limits, seconds=1.0)
    hasty = replace(rubric, assignment=replace(rubric.assignment, limits=limits))
    assert lost(marker_for(hasty).mark(Submission("student", path))) == {"pooled_size"}


# -------------------------------------------------------------------------- what may not be told


class Overhearing(Inside):
    """Notes every array and every table that is sent, and the inputs of the fast forward."""

    def __init__(self, source: str) -> None:
        super().__init__(load_source(source, NAME))
        self.sent: list[np.ndarray] = []
        self.asked: list[Any] = []
        self.tables = 0

    def request(self, operations: list[list[Any]]) -> Any:
        """Note, and answer."""
        for name, _, *values in operations:
            self.sent += [array.copy() for array in arrays_in(values)]
            self.tables += name == "table"
            if name == "hold" and values[1] == "max_pool_forward_fast":
                self.asked.append(values[2])
        return super().request(operations)


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    """Every array that a value holds."""
    if type(value) is Laid:
        yield value.array
    elif type(value) is np.ndarray:
        yield value
    elif type(value) in (list, tuple):
        for part in value:
            yield from arrays_in(part)


def everywhere(array: np.ndarray) -> Iterator[tuple[Any, ...]]:
    """What tells an array again, with its channels first or last."""
    turned = [array, array.transpose(0, 3, 1, 2), array.transpose(0, 2, 3, 1)] if array.ndim == 4 else [array]
    return ((each.shape, each.astype(np.float64).tobytes()) for each in turned)


@pytest.mark.parametrize("seed", range(3))
def test_no_exercise_is_told_its_answers(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a check expects is sent before its exercise is done, and no table of sizes before theirs is."""
    expected: list[np.ndarray] = []
    usual = compare.closeness_problem

    def noting(what: str, actual: Any, right: np.ndarray, **others: Any) -> Any:
        expected.append(right)
        return usual(what, actual, right, **others)

    monkeypatch.setattr(compare, "closeness_problem", noting)
    rubric, reference = rubric_of(NAME, seed), load_source(solution_source(NAME), NAME)
    channel = Overhearing(solution_source(NAME))
    bench = InsideBench(channel.worker.module)
    bench._student = Student(channel)
    compared = 0
    for exercise in rubric.assignment.exercises:
        expected.clear()
        channel.asked.clear()
        assert mark_exercise(exercise, rubric, bench).score == exercise.points
        hidden = [*expected, *(index_of(reference, *asked) for asked in channel.asked if type(asked[0]) is np.ndarray)]
        told = {each for array in channel.sent for each in everywhere(array)}
        for array in hidden:
            compared += 1
            assert np.all(array == 0) or told.isdisjoint(everywhere(array)), (exercise.name, array.shape)
        assert channel.tables == 0 or exercise.name != "pooled_size"
    assert compared > 60 and len(channel.sent) > 60


def index_of(reference: Any, x: np.ndarray, window: tuple[int, int], stride: int) -> np.ndarray:
    """The ``max_index`` behind a fast forward: whoever knows it need not look for a maximum."""
    if min(*window, stride) < 1 or window[0] > x.shape[2] or window[1] > x.shape[3]:
        return np.zeros(1)
    layer = reference.MaxPoolingLayer(window, stride)
    layer.forward(x.transpose(0, 2, 3, 1))
    return np.asarray(layer.max_index)


def test_remembered_indices_are_of_no_use() -> None:
    """The fast pair is asked about other inputs than those whose max_index backward was handed."""
    report = mark_inside(attack_source("remembers_indices"), NAME)
    assert earned(report)["fast"] == 0, complaints(report)
    assert earned(report)["backward"] == 25


SEEDED = {
    "forward": ("MaxPoolingLayer.forward", "forward"),
    "backward": ("MaxPoolingLayer.backward", "backward"),
    "matrix": ("max_pool_backward_matrix", "backward_matrix"),
    "fast forward": ("max_pool_forward_fast", "fast"),
    "fast backward": ("max_pool_backward_fast", "fast"),
}


@pytest.mark.parametrize(("name", "exercise"), SEEDED.values(), ids=SEEDED)
def test_seeding_the_global_generator_shows(name: str, exercise: str) -> None:
    """A function that seeds numpy's global generator loses, though each call leaves it in the same state."""
    seeding = f"""
usual_one = {name}


def seeding(*arguments):
    np.random.seed(0)
    return usual_one(*arguments)


{name} = seeding
"""
    report = mark_inside(solution_source(NAME) + seeding, NAME)
    assert lost(report) == {exercise}, complaints(report)
    (check,) = failed(report)
    assert check.endswith("_untouched")


# ------------------------------------------------------------------------------- what may not be kept

KEPT_BY_SIZE = {
    "forward": """
usual, known = MaxPoolingLayer.forward, {}


def kept(self, x):
    out = known.setdefault((x.shape, self.window, self.stride), usual(self, x))
    return out.copy()


MaxPoolingLayer.forward = kept
""",
    "max_index": """
usual, known = MaxPoolingLayer.forward, {}


def kept(self, x):
    out = usual(self, x)
    self.max_index = known.setdefault((x.shape, self.window, self.stride), self.max_index)
    return out


MaxPoolingLayer.forward = kept
""",
    "backward": """
usual, known = MaxPoolingLayer.backward, {}


def kept(self, dout):
    return known.setdefault((self.input_shape, self.window, self.stride), usual(self, dout)).copy()


MaxPoolingLayer.backward = kept
""",
    "backward_matrix": """
usual, known = max_pool_backward_matrix, {}


def max_pool_backward_matrix(dout, max_mask, *geometry):
    return known.setdefault(geometry, usual(dout, max_mask, *geometry)).copy()
""",
    "fast": """
usual, known = max_pool_forward_fast, {}


def max_pool_forward_fast(x, *geometry):
    return known.setdefault((x.shape, *geometry), usual(x, *geometry))
""",
}


@pytest.mark.parametrize("exercise", KEPT_BY_SIZE)
def test_sizes_occur_again_with_other_numbers(exercise: str) -> None:
    """What was worked out once for an input's size, window and stride is wrong later."""
    report = mark_inside(solution_source(NAME) + KEPT_BY_SIZE[exercise], NAME)
    assert lost(report) == {exercise}, complaints(report)


ARGUMENTS = {
    "forward": ("MaxPoolingLayer.forward", 1, "forward"),
    "backward": ("MaxPoolingLayer.backward", 1, "backward"),
    "matrix dout": ("max_pool_backward_matrix", 0, "backward_matrix"),
    "matrix mask": ("max_pool_backward_matrix", 1, "backward_matrix"),
    "fast forward": ("max_pool_forward_fast", 0, "fast"),
    "fast backward": ("max_pool_backward_fast", 0, "fast"),
}


@pytest.mark.parametrize(("name", "number", "exercise"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_overwritten_by_way_of_a_reshape_shows(name: str, number: int, exercise: str) -> None:
    """A reshape is a view of an array that is contiguous and a copy of any other: both kinds are watched."""
    overwriting = f"""
usual_one = {name}


def overwriting(*arguments):
    answer = usual_one(*arguments)
    arguments[{number}].reshape(-1)[:] = 0
    return answer


{name} = overwriting
"""
    report = mark_inside(solution_source(NAME) + overwriting, NAME)
    assert lost(report) == {exercise}, complaints(report)
    assert any(check.endswith("_untouched") for check in failed(report))


@pytest.mark.parametrize("order", ["A", "K"])
@pytest.mark.parametrize(("name", "number", "exercise"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_reading_memory_in_its_own_order_shows(name: str, number: int, exercise: str, order: str) -> None:
    """Elements taken as they lie in memory are in the wrong places for some argument."""
    reading = f"""
usual_one = {name}


def reading(*arguments):
    arguments = list(arguments)
    argument = arguments[{number}]
    arguments[{number}] = argument.ravel({order!r}).reshape(argument.shape)
    return usual_one(*arguments)


{name} = reading
"""
    report = mark_inside(solution_source(NAME) + reading, NAME)
    assert exercise in lost(report), complaints(report)


# --------------------------------------------------------------------------------- what it costs


class Counting(Inside):
    """Counts the frames and the operations in them."""

    frames = 0
    operations = 0

    def request(self, operations: list[list[Any]]) -> Any:
        self.frames += 1
        self.operations += len(operations)
        return super().request(operations)


def test_a_submission_costs_few_frames_and_operations() -> None:
    """All checks of an honest submission together cross to the worker seldom, and ask little there."""
    rubric = rubric_of(NAME, 0)
    channel = Counting(load_source(solution_source(NAME), NAME))
    bench = InsideBench(channel.worker.module)
    bench._student = Student(channel)
    results = [mark_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises]
    assert sum(result.score for result in results) == 100
    assert 0 < channel.frames <= MOST_FRAMES
    assert 0 < channel.operations <= MOST_OPERATIONS
