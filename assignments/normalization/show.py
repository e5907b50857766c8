"""What can be drawn of batch normalisation: one feature, and the three paths by which each value reaches the loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.gradients import weighted_sum
from autograder.model import Text
from autograder.show.asking import Asking
from autograder.show.sheet import Line, Numbers, Part, Sheet, SheetShow
from autograder.student import Student, StudentObject

# The first feature of the handout's example.
VALUES = np.array([[1.0, 3.0, 5.0, 7.0]])
UPSTREAM = np.array([1.0, 2.0, -4.0, 9.0])
GAMMA, BETA, EPSILON = 3.0, 1.0, 4.0
MOST = 12

ABOUT = Text(
    "one feature of {count} values, gamma {gamma:g}, beta {beta:g}, epsilon {epsilon:g}",
    "一个特征的 {count} 个值,gamma {gamma:g},beta {beta:g},epsilon {epsilon:g}",
)
FORWARD = Text("Forward", "前向"), Text("a column for each value of the feature", "特征的每个值占一列")
BACKWARD = (
    Text("Backward", "反向"),
    Text(
        "the parts are measured, by small steps of x through your forward",
        "各部分是测出来的:让 x 走一小步,再经过你的前向",
    ),
)
PART = Text("part: {path}", "部分:{path}")
PATHS = (Text("by itself", "直接"), Text("through the variance", "经过方差"), Text("through the mean", "经过均值"))
TOGETHER, ANSWERED = Text("the parts together", "各部分之和"), Text("dx, from backward", "dx:backward 的结果")
MEASURED = Text("out", " out ")

OFF_CENTRE = Text("the normalised values add up to {total:.4g}, not to 0", "归一化后的值之和是 {total:.4g},而不是 0")
RAISED = Text(
    "dx adds up to {total:.4g}: it says that raising all values alike would change the output",
    "dx 之和是 {total:.4g}:这等于说,所有值同样升高会改变输出",
)
MISSING = Text(
    "dx is the sum of the other two parts: the path {path} is missing", "dx 是另外两部分之和:缺了{path}的路径"
)
MISSING_BOTH = Text("dx is the part by itself alone: two paths are missing", "dx 只有直接的那一部分:缺了两条路径")
UNLIKE = Text(
    "column {column}: dx is {given:.4g}, the parts add up to {total:.4g}",
    "第 {column} 列:dx 是 {given:.4g},各部分之和是 {total:.4g}",
)
CENTRED = Text("the normalised values add up to 0", "归一化后的值之和为 0")
COMPLETE = Text("dx is the sum of its three parts, and adds up to 0", "dx 是三部分之和,而且加起来为 0")


@dataclass(frozen=True)
class Parts:
    """Of each value, what it does to the loss by each of its paths, ``(values,)`` each."""

    direct: np.ndarray
    variance: np.ndarray
    mean: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """All three together."""
        return self.direct + self.variance + self.mean


def ask(student: Student, numbers: Numbers, asking: Asking) -> Sheet:
    """Forward and backward of one feature, and the parts of its gradient."""
    x = numbers.x.ravel()
    dout = UPSTREAM if numbers.seed is None else upstream(numbers.seed, x.size)
    feature, made = (x.size, 1), layer(student)
    out = asking.array("out", lambda: made.forward(x.reshape(feature)), feature)
    normalized = dx = parts = None
    if out is not None:
        normalized = asking.array("normalized", lambda: made.get("normalized"), feature)
        dx = asking.array("dx", lambda: made.backward(dout.reshape(feature)), feature)
        parts = measured(student, x, dout, asking)
    wrong = frozenset() if dx is None or parts is None else frozenset(np.flatnonzero(~near(dx[:, 0], parts.total)))
    heads = tuple(str(column) for column in range(x.size))
    forward = (Line(Text("x", "x"), x, adds_up=False), Line(Text("normalized", "normalized"), flat(normalized)),
               Line(Text("out", "out"), flat(out), adds_up=False))  # fmt: skip
    backward = (Line(Text("dout", "dout"), dout), *part_lines(parts), Line(ANSWERED, flat(dx), wrong=wrong))
    return Sheet(
        ABOUT.format(count=x.size, gamma=GAMMA, beta=BETA, epsilon=EPSILON),
        (Part(*FORWARD, heads, forward), Part(*BACKWARD, heads, backward)),
        findings=tuple(findings(normalized, flat(dx), parts)),
        praise=(CENTRED, COMPLETE),
    )


def upstream(seed: int, count: int) -> np.ndarray:
    """Whole numbers from -9 to 9, the same for a seed."""
    return np.random.default_rng(seed + 1).integers(-9, 10, size=count).astype(np.float64)


def layer(student: Student) -> StudentObject:
    """The student's layer for one feature."""
    return student.new("BatchNormLayer", np.array([GAMMA]), np.array([BETA]), EPSILON)


def measured(student: Student, x: np.ndarray, dout: np.ndarray, asking: Asking) -> Parts | None:
    """The parts, from the student's forward alone.

    It is given the feature three times over: as it is, once more, and mirrored, high for low. That leaves mean and
    variance as they were, but each value has a third of the say in them. Only what comes out for the first third
    counts. A value of the second third reaches that through mean and variance alone. One of the last third does, too,
    but where the first raises the variance, its mirror image lowers it.
    """
    batch = np.concatenate([x, x, 2 * x.mean() - x]).reshape(-1, 1)
    counted = np.concatenate([dout, np.zeros(2 * x.size)]).reshape(-1, 1)
    slopes = asking.slopes(MEASURED, lambda moved: weighted_sum(layer(student).forward(moved), counted), batch)
    if slopes is None:
        return None
    own, other, mirrored = slopes.reshape(3, x.size)
    return Parts(own - other, 3 * (other - mirrored) / 2, 3 * (other + mirrored) / 2)


def part_lines(parts: Parts | None) -> Iterator[Line]:
    """A line for each part, and one for their sum."""
    if parts is not None:
        for path, numbers in zip(PATHS, (parts.direct, parts.variance, parts.mean), strict=True):
            yield Line(inserted(PART, path), numbers)
        yield Line(TOGETHER, parts.total)


def findings(normalized: np.ndarray | None, dx: np.ndarray | None, parts: Parts | None) -> Iterator[Text]:
    """What cannot be right, whatever the numbers are."""
    if normalized is not None and not near(normalized.sum(), 0.0):
        yield OFF_CENTRE.format(total=float(normalized.sum()))
    if dx is not None and not near(dx.sum(), 0.0):
        yield RAISED.format(total=float(dx.sum()))
    if dx is not None and parts is not None and not near(dx, parts.total).all():
        yield amiss(dx, parts)


def amiss(dx: np.ndarray, parts: Parts) -> Text:
    """Which path is missing; or the first column where something else is wrong."""
    for path, part in zip(PATHS[1:], (parts.variance, parts.mean), strict=True):
        if near(dx, parts.total - part).all():
            return inserted(MISSING, path)
    if near(dx, parts.direct).all():
        return MISSING_BOTH
    column = int(np.argmin(near(dx, parts.total)))
    return UNLIKE.format(column=column, given=float(dx[column]), total=float(parts.total[column]))


def inserted(text: Text, path: Text) -> Text:
    """The text with the name of a path in it."""
    return Text(text.en.format(path=path.en), text.zh.format(path=path.zh))


def near(one: np.ndarray, other: np.ndarray | float) -> np.ndarray:
    """Where two are the same as far as slopes can tell; never where one is NaN."""
    return np.asarray(np.isclose(one, other, rtol=1e-5, atol=1e-5))


def flat(column: np.ndarray | None) -> np.ndarray | None:
    """The numbers of one feature in a row."""
    return None if column is None else column[:, 0]


SHOW = SheetShow(numbers=VALUES, ask=ask, most=MOST)
