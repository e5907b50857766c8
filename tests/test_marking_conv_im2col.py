"""Marks for the convolution: every right answer earns 100, and no exercise pays for a mistake in another."""

from __future__ import annotations

import ast
import signal
import sys
import warnings
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.marking import _report, mark_exercise
from autograder.misconceptions import Misconception
from autograder.model import Report, Submission
from autograder.student import Inside, Student
from autograder.trial import Trial
from tests.support import (
    KIT,
    InsideBench,
    complaints,
    load_source,
    lost,
    mark_inside,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    without_collector,
    wrong_source,
)

NAME = "conv_im2col"
EXERCISES = ("im2col", "col2im", "forward", "backward_input", "backward_weights", "backward_bias")
LAYER = ("forward", "backward_input", "backward_weights", "backward_bias")
BACKWARD = LAYER[1:]
MOST_FRAMES = 40

UNFINISHED = "raise NotImplementedError"
NONSENSE = "return 3"
FAULTY = "return np.zeros((1, 1)) @ np.zeros((2, 2))"

KEPT_UNTIL_THE_END = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    din = col2im(
        padding=self.padding,
        columns=passed @ self.weights.T,
        input_shape=list(self.input_shape),
        filter_shape=np.array(self.filter_shape),
        stride=self.stride,
    )
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return din
"""
OWN_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    batch, height, width, depth = self.input_shape
    places = _cells(self.filter_shape, dout.shape[1:3], self.stride)
    patches = (passed @ self.weights.T).reshape(*dout.shape[:3], len(places), depth)
    padded = np.zeros((batch, height + 2 * self.padding, width + 2 * self.padding, depth))
    for cell, (down, across) in enumerate(places):
        padded[:, down, across] += patches[:, :, :, cell]
    return padded[:, self.padding : self.padding + height, self.padding : self.padding + width]
"""
STATE_OF_ITS_OWN = """
    self.input_shape, self.columns = x.shape, im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    self.rows = _output_shape(x.shape, self.filter_shape, self.stride, self.padding)[0]
    return self.filter_data.reshape(len(x), self.rows, -1, self.weights.shape[1])
"""
NEEDS_THAT_STATE = """
    assert dout.shape[1] == self.rows
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
WRONG_GEOMETRY_FOR_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.padding, self.stride)
"""
TEASING_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    shape = tuple(np.array([size, size]) for size in self.input_shape)
    return col2im(passed @ self.weights.T, shape, {"rows": None}, "1", shape)
"""


REMEMBERS_X = """
    out_rows, out_columns = _output_shape(x.shape, self.filter_shape, self.stride, self.padding)
    self.x, self.input_shape = x, x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, self.weights.shape[1])
"""
DERIVED = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    if "bias" not in TRIED:
        self.dbias = passed.sum(axis=0, keepdims=True)
    if "weights" not in TRIED:
        self.dweights = self.columns.T @ passed
"""
CENTRAL = (
    DERIVED
    + """
    def differences(name):
        given = {"x": self.x, "weights": self.weights, "bias": self.bias}
        at, step = given[name], 2.0**-12
        gradient = np.zeros(at.shape)
        for where in np.ndindex(*at.shape):
            outs = []
            for move in (step, -step):
                moved = at.copy()
                moved[where] += move
                now = {**given, name: moved}
                layer = ConvLayer(now["weights"], now["bias"], self.filter_shape, self.stride, self.padding)
                outs.append(layer.forward(now["x"]))
            gradient[where] = ((outs[0] - outs[1]) * dout).sum() / (2 * step)
        return gradient

    if "bias" in TRIED:
        self.dbias = differences("bias")
    if "weights" in TRIED:
        self.dweights = differences("weights")
    if "x" in TRIED:
        return differences("x")
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
)
LARGE_STEP = (
    DERIVED
    + """
    opened = (self.filter_data > 0) * dout.reshape(self.filter_data.shape)

    def loss(columns, weights, bias):
        return ((columns @ weights + bias) * opened).sum()

    def differences(name):
        given = {"columns": np.zeros_like(self.columns), "weights": self.weights, "bias": np.zeros(self.bias.shape)}
        if name == "weights":
            given = {"columns": self.columns, "weights": np.zeros(self.weights.shape), "bias": given["bias"]}
        at, base = given[name], loss(**given)
        gradient = np.zeros(at.shape)
        for where in np.ndindex(*at.shape):
            at[where] = 1.0
            gradient[where] = loss(**given) - base
            at[where] = 0.0
        return gradient

    if "bias" in TRIED:
        self.dbias = differences("bias")
    if "weights" in TRIED:
        self.dweights = differences("weights")
    dcolumns = differences("columns") if "x" in TRIED else passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
)
BATCH = (
    DERIVED
    + """
    opened = (self.filter_data > 0) * dout.reshape(self.filter_data.shape)

    def units(shape):
        size = int(np.prod(shape))
        for start in range(0, size, 256):
            cells = np.arange(start, min(start + 256, size))
            unit = np.zeros((len(cells), size))
            unit[np.arange(len(cells)), cells] = 1.0
            yield unit.reshape(len(cells), *shape)

    def differences(shape, linear):
        return np.concatenate([(linear(unit) * opened).sum(axis=(-2, -1)) for unit in units(shape)]).reshape(shape)

    def of_images(unit):
        moved = unit.reshape(-1, *self.input_shape[1:])
        columns = im2col(moved, self.filter_shape, self.stride, self.padding)
        return (columns @ self.weights).reshape(len(unit), *opened.shape)

    if "bias" in TRIED:
        self.dbias = differences(self.bias.shape, lambda unit: np.broadcast_to(unit, (len(unit), *opened.shape)))
    if "weights" in TRIED:
        self.dweights = differences(self.weights.shape, lambda unit: self.columns @ unit)
    if "x" in TRIED:
        return differences(self.input_shape, of_images)
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
)
SHARED_STEPS = (
    DERIVED
    + """
    upstream, step = dout.reshape(self.filter_data.shape), 2.0**-12

    def out(columns, weights, bias):
        return np.maximum(columns @ weights + bias, 0.0) * upstream

    def difference(**change):
        given = {"columns": self.columns, "weights": self.weights, "bias": self.bias}
        higher, lower = ({name: at + sign * change.get(name, 0.0) for name, at in given.items()} for sign in (1, -1))
        return (out(**higher) - out(**lower)) / (2 * step)

    rows = step * np.eye(len(self.weights))
    dcolumns = passed @ self.weights.T
    if "bias" in TRIED:
        self.dbias = difference(bias=step).sum(axis=0, keepdims=True)
    if "weights" in TRIED:
        self.dweights = np.array([difference(weights=row[:, np.newaxis]).sum(axis=0) for row in rows])
    if "x" in TRIED:
        dcolumns = np.stack([difference(columns=row).sum(axis=1) for row in rows], axis=1)
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
)
CHEATS = {"central": CENTRAL, "large step": LARGE_STEP, "batch": BATCH, "shared steps": SHARED_STEPS}

SCALAR_LOOPS = """
    count, filters = self.filter_data.shape
    size, upstream = self.columns.shape[1], dout.reshape(count, filters)
    dcolumns = np.zeros((count, size))
    self.dweights, self.dbias = np.zeros((size, filters)), np.zeros((1, filters))
    for position in range(count):
        for each in range(filters):
            if self.filter_data[position, each] > 0:
                self.dbias[0, each] += upstream[position, each]
                for entry in range(size):
                    self.dweights[entry, each] += self.columns[position, entry] * upstream[position, each]
                    dcolumns[position, entry] += self.weights[entry, each] * upstream[position, each]
    batch, height, width, depth = self.input_shape
    _, out_rows, out_columns, _ = dout.shape
    rows, columns = self.filter_shape
    din = np.zeros(self.input_shape)
    for position, (n, i, j) in enumerate(np.ndindex(batch, out_rows, out_columns)):
        for entry, (row, column, d) in enumerate(np.ndindex(rows, columns, depth)):
            y, z = i * self.stride + row - self.padding, j * self.stride + column - self.padding
            if 0 <= y < height and 0 <= z < width:
                din[n, y, z, d] += dcolumns[position, entry]
    return din
"""
SCALAR_PRODUCTS = (
    SCALAR_LOOPS.split("    batch, height")[0]
    + """
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
)
SCALAR_FORWARD = """
    self.input_shape, self.columns = x.shape, im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.zeros((len(self.columns), self.weights.shape[1]))
    for position, entry, each in np.ndindex(*self.columns.shape, self.weights.shape[1]):
        self.filter_data[position, each] += self.columns[position, entry] * self.weights[entry, each]
    self.filter_data = np.maximum(self.filter_data + self.bias, 0.0)
    self.rows = _output_shape(x.shape, self.filter_shape, self.stride, self.padding)[0]
    return self.filter_data.reshape(len(x), self.rows, -1, self.weights.shape[1])
"""
BACKWARD_BY_SHAPE = """
KNOWN, usual = {}, ConvLayer.backward


def backward(self, dout):
    key = self.input_shape, self.filter_shape, self.stride, self.padding, dout.shape
    if key not in KNOWN:
        din = usual(self, dout)
        KNOWN[key] = din, self.dweights, self.dbias
    din, self.dweights, self.dbias = (each.copy() for each in KNOWN[key])
    return din


ConvLayer.backward = backward
"""
BY_SHAPE = """
KNOWN = {}


def by_shape(function):
    def answer(array, *geometry):
        key = function.__name__, array.shape, geometry
        if key not in KNOWN:
            KNOWN[key] = function(array, *geometry)
        return KNOWN[key].copy()

    return answer


im2col, col2im = by_shape(im2col), by_shape(col2im)
"""
SEEDING = """
def seeding(function):
    def answer(*arguments, **keywords):
        np.random.seed(0)
        return function(*arguments, **keywords)

    return answer


NAME = seeding(NAME)
"""
COL2IM_OF_IM2COL = """
    size = int(np.prod(input_shape))
    places = im2col(np.arange(1, size + 1).reshape(input_shape), filter_shape, stride, padding)
    return np.bincount(places.ravel(), weights=columns.ravel(), minlength=size + 1)[1:].reshape(input_shape)
"""


def with_bodies(**bodies: str) -> str:
    """The reference solution with other bodies for some functions or methods, named without their class."""
    lines = solution_source(NAME).splitlines()
    functions = [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda each: -each.lineno):
        if node.name in bodies:
            indent = " " * (node.col_offset + 4)
            body = [indent + line.removeprefix("    ") for line in bodies[node.name].strip("\n").splitlines()]
            lines[node.body[0].lineno - 1 : node.end_lineno] = body
    return "\n".join(lines) + "\n"


def earned(report: Report) -> dict[str, Fraction]:
    """The points of each exercise."""
    return {result.exercise.name: result.score for result in report.exercises}


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(10))
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


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
@pytest.mark.parametrize("exercise", ["im2col", "col2im", "forward"])
def test_a_broken_function_costs_its_own_points_only(exercise: str, body: str) -> None:
    """A function that is unfinished, wrong or raises costs all of its own points and none besides."""
    report = mark_inside(with_bodies(**{exercise: body}), NAME)
    assert lost(report) == {exercise}, complaints(report)
    assert earned(report)[exercise] == 0


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
@pytest.mark.parametrize("right", [{"im2col"}, {"col2im"}, {"forward"}, set(BACKWARD)], ids=sorted)
def test_a_single_right_function_earns_its_points(right: set[str], body: str) -> None:
    """A function that is right earns its points though all the others are broken."""
    names = {"im2col", "col2im", "forward", "backward"}
    broken = names - right - ({"backward"} if right == set(BACKWARD) else set())
    report = mark_inside(with_bodies(**dict.fromkeys(broken, body)), NAME)
    assert lost(report) == set(EXERCISES) - right, complaints(report)
    assert all(earned(report)[name] == 0 for name in lost(report))


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
def test_gradients_stored_after_a_broken_col2im_count(body: str) -> None:
    """A backward that stores its gradients after the call of a broken col2im, by keywords, earns all its points."""
    report = mark_inside(with_bodies(col2im=body, backward=KEPT_UNTIL_THE_END), NAME)
    assert lost(report) == {"col2im"}, complaints(report)


def test_a_backward_without_col2im_earns_everything() -> None:
    """A backward that adds up its patches by itself needs no col2im."""
    report = mark_inside(with_bodies(col2im=UNFINISHED, backward=OWN_COL2IM), NAME)
    assert lost(report) == {"col2im"}, complaints(report)


def test_state_beside_the_contract_is_still_there() -> None:
    """A backward may use what its own forward stored besides, even with im2col and col2im broken."""
    source = with_bodies(im2col=UNFINISHED, col2im=UNFINISHED, forward=STATE_OF_ITS_OWN, backward=NEEDS_THAT_STATE)
    report = mark_inside(source, NAME)
    assert lost(report) == {"im2col", "col2im"}, complaints(report)


@pytest.mark.parametrize("body", [WRONG_GEOMETRY_FOR_COL2IM, TEASING_COL2IM])
def test_col2im_has_to_be_asked_rightly(body: str) -> None:
    """The right dcolumns earn nothing for din when col2im is asked with another geometry."""
    report = mark_inside(with_bodies(backward=body), NAME)
    assert lost(report) == {"backward_input"}, complaints(report)
    assert earned(report)["backward_input"] == 0


@pytest.mark.parametrize("value", ["3", "None", "'layer'", "(1, 2)"])
def test_a_value_in_place_of_a_layer_earns_nothing(value: str) -> None:
    """A class that gives no layer is the student's fault, not the grader's."""
    report = mark_inside(f"def ConvLayer(*arguments):\n    return {value}\n", NAME)
    assert report.score == 0


def checks_module() -> ModuleType:
    """The module of the hidden checks."""
    return sys.modules[rubric_of(NAME, 0).checks[0].function.__module__]


@pytest.mark.parametrize("seed", range(10))
def test_layer_cases_stay_away_from_kinks(seed: int) -> None:
    """In every layer case each filter has open and shut positions, and no sum is near 0 where the ReLU bends."""
    book = rubric_of(NAME, seed).book
    module = checks_module()
    for case in book.of(module.plain_layers) + book.of(module.other_layers):
        sums = case.columns @ case.weights + case.bias
        assert np.abs(sums).min() > 1e-3, case
        assert (sums > 0).any(axis=0).all(), case
        assert (sums < 0).any(axis=0).all(), case
        assert np.abs(case.bias).min() > 0, case


@pytest.mark.parametrize("exercise", EXERCISES)
def test_public_checks_know_right_from_unfinished(exercise: str) -> None:
    """The public checks of each exercise pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    points = {each.name: each.points for each in KIT.assignment(NAME).exercises}
    assert earned(right)[exercise] == points[exercise], complaints(right)
    assert earned(stub)[exercise] == 0


@pytest.mark.parametrize("variant", variants(NAME))
def test_public_checks_pass_correct_variants(variant: str) -> None:
    """The public checks pass every correct implementation."""
    report = mark_inside(variant_source(NAME, variant), NAME, public=True)
    assert report.score == 100, complaints(report)


# ------------------------------------------------------------------- gradients that are tried out


class Hurried(Inside):
    """Interrupts a frame after a second of this process's own time, as a worker's limit would after a few."""

    def request(self, operations: list[list[Any]]) -> Any:
        usual = signal.signal(signal.SIGPROF, too_long)
        signal.setitimer(signal.ITIMER_PROF, 1.5)
        try:
            return super().request(operations)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, usual)


def too_long(number: int, frame: object) -> None:
    """What is asked for has taken too long."""
    raise TimeoutError


def mark_by(channel: Inside) -> Report:
    """The report on the channel's module."""
    rubric = rubric_of(NAME, 0)
    bench = InsideBench(channel.worker.module)
    bench._student = Student(channel)
    with without_collector():  # whose callbacks swallow what the timer raises in them
        exercises = tuple(mark_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises)
    return _report(Submission("student", None), rubric, exercises)


def mark_hurried(source: str) -> Report:
    """The report on a module that takes its time."""
    return mark_by(Hurried(load_source(source, NAME)))


def trying_out(cheat: str, *tried: str) -> str:
    """The reference with the gradients ``tried`` worked out by the cheat's differences."""
    return with_bodies(forward=REMEMBERS_X, backward=CHEATS[cheat].replace("TRIED", repr(tried)))


@pytest.mark.parametrize("cheat", CHEATS)
def test_gradients_that_are_tried_out_earn_nothing(cheat: str) -> None:
    """Finite differences in the place of a derivation lose all of the backward pass, and nothing else."""
    report = mark_hurried(trying_out(cheat, "x", "weights", "bias"))
    assert lost(report) == set(BACKWARD), complaints(report)
    assert all(earned(report)[name] == 0 for name in BACKWARD)


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize(
    ("tried", "losing"),
    [("x", {"backward_input"}), ("weights", {"backward_weights", "backward_bias"}), ("bias", {"backward_bias"})],
    ids=["x", "weights", "bias"],
)
def test_the_other_gradients_keep_their_points(cheat: str, tried: str, losing: set[str]) -> None:
    """What is tried out costs its own exercise; the weights of the layer of many biases are many, too."""
    report = mark_hurried(trying_out(cheat, tried))
    assert lost(report) <= losing, complaints(report)
    own = {"x": "backward_input"}.get(tried, f"backward_{tried}")
    assert earned(report)[own] == 0


@pytest.mark.parametrize("cheat", CHEATS)
def test_the_cheats_give_right_gradients(cheat: str) -> None:
    """It is not by a wrong value in an ordinary case that they lose."""
    module = load_source(trying_out(cheat, "x", "weights", "bias"), NAME)
    checks = checks_module()
    for case in rubric_of(NAME, 0).book.of(checks.plain_layers):
        layer = module.ConvLayer(case.weights, case.bias, *case.geometry.window)
        layer.forward(case.x)
        gradients = layer.backward(case.dout), layer.dweights, layer.dbias
        for gradient, right in zip(gradients, (case.din, case.dweights, case.dbias), strict=True):
            assert np.allclose(gradient, right.value, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    "bodies",
    [
        {"backward": SCALAR_LOOPS},
        {"backward": SCALAR_PRODUCTS},
        {"forward": SCALAR_FORWARD, "backward": SCALAR_LOOPS.replace("    count,", "    assert self.rows\n    count,")},
    ],
    ids=["everything", "the products", "forward as well, which has to run"],
)
def test_scalar_loops_are_derivations(bodies: dict[str, str]) -> None:
    """A backward of plain loops over single numbers earns everything."""
    report = mark_inside(with_bodies(**bodies), NAME)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("variant", ["nested_loops", "generators", "lists_and_counters"])
@pytest.mark.parametrize("name", ["din", "dweights", "dbias"])
def test_honest_code_is_far_from_the_limit(variant: str, name: str) -> None:
    """The slowest of the correct variants take no half of the time that differences are told by."""
    checks, book = checks_module(), rubric_of(NAME, 0).book
    trial = Trial(Student(Inside(load_source(variant_source(NAME, variant), NAME))), book)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tries = [list(checks._attempts(trial, name))[-1] for _ in range(3)]
    assert all(each.right for each in tries)
    assert min(each.share for each in tries) < 0.5


# ------------------------------------------------------------------------------- other shortcuts


def test_gradients_remembered_by_shape_are_wrong() -> None:
    """A backward that gives what it gave for the same shapes before earns next to nothing for it."""
    report = mark_inside(solution_source(NAME) + BACKWARD_BY_SHAPE, NAME)
    assert set(BACKWARD) <= lost(report), complaints(report)
    assert all(earned(report)[name] <= 2 for name in BACKWARD)


def test_columns_remembered_by_shape_are_wrong() -> None:
    """Columns and images that are those of the same shapes before earn the points for shapes and refusals at most."""
    report = mark_inside(solution_source(NAME) + BY_SHAPE, NAME)
    assert {"im2col", "col2im"} <= lost(report), complaints(report)
    assert all(earned(report)[name] <= 4 for name in ("im2col", "col2im"))


@pytest.mark.parametrize("exercise", ["im2col", "col2im", "forward", "backward"])
def test_seeding_the_global_generator_is_seen(exercise: str) -> None:
    """The same seed set in every call changes the random state, and costs its own exercise only."""
    name = exercise if exercise in ("im2col", "col2im") else f"ConvLayer.{exercise}"
    report = mark_inside(solution_source(NAME) + SEEDING.replace("NAME", name), NAME)
    assert lost(report) == {{"backward": "backward_input"}.get(exercise, exercise)}, complaints(report)


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
def test_a_col2im_that_asks_im2col_does_not_pay_for_it(body: str) -> None:
    """Where its entries go may be asked of an im2col that is broken."""
    report = mark_inside(with_bodies(im2col=body, col2im=COL2IM_OF_IM2COL), NAME)
    assert lost(report) == {"im2col"}, complaints(report)


class Counting(Inside):
    """Counts the frames."""

    frames = 0

    def request(self, operations: list[list[Any]]) -> Any:
        self.frames += 1
        return super().request(operations)


def test_a_submission_costs_few_frames() -> None:
    """All checks of an honest submission together cross to the worker a few dozen times."""
    channel = Counting(load_source(solution_source(NAME), NAME))
    assert mark_by(channel).score == 100
    assert 0 < channel.frames <= MOST_FRAMES
