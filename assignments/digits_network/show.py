"""What can be drawn of softmax and cross-entropy: the probabilities behind your loss, and where it falls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.model import Text
from autograder.show.asking import Asking
from autograder.show.sheet import Line, Numbers, Part, Sheet, SheetShow
from autograder.student import Student

# The handout's example.
SCORES = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
LABELS = np.array([0, 2])
MOST = 40

ABOUT = Text("{count} x {classes} scores, the label in brackets", "{count} x {classes} 个分数,方括号中是标签")
EXAMPLE = Text("Example {number}, label {label}", "样本 {number},标签 {label}")
HOW = Text(
    "measured: your loss with each label in turn, and with small steps of each score",
    "测出来的:依次换上每个标签,再让每个分数走一小步,看你的损失",
)
SCORE = Text("scores", "分数")
PROBABILITY = Text("probability, from your loss", "概率,由你的损失得出")
SLOPE = Text("slope of your loss", "你的损失的斜率")
ANSWERED = Text("dscores, as returned", "dscores:返回值")
LOSS = Text("your loss", "你的损失")

NOT_ONE = Text(
    "example {number}: by your loss the probabilities of the classes add up to {total:.4g}, not to 1",
    "样本 {number}:按你的损失,各类别的概率之和是 {total:.4g},而不是 1",
)
SHIFTED = Text(
    "example {number}: dscores adds up to {total:.4g}, as if raising all scores alike changed the loss",
    "样本 {number}:dscores 之和是 {total:.4g},好像所有分数同样升高会改变损失",
)
SCALED = Text(
    "dscores is {factor:.4g} times the slope of your loss, everywhere", "dscores 处处是你的损失的斜率的 {factor:.4g} 倍"
)
UNLIKE = Text(
    "example {number}, class {column}: dscores is {given:.4g}, the slope of your loss {slope:.4g}",
    "样本 {number},类别 {column}:dscores 是 {given:.4g},而你的损失的斜率是 {slope:.4g}",
)
SURE = Text("the probabilities of each example add up to 1", "每个样本的概率之和为 1")
AGREED = Text(
    "dscores is the slope of your loss, and adds up to 0 for each example",
    "dscores 就是你的损失的斜率,每个样本合计为 0",
)


def ask(student: Student, numbers: Numbers, asking: Asking) -> Sheet:
    """Every example's scores, what your loss makes of them, and the gradient that you answer."""
    scores = numbers.x
    labels = LABELS if numbers.seed is None else drawn(numbers.seed, scores.shape)
    answered = asking.array("dscores", lambda: both(student.softmax_cross_entropy(scores, labels))[1], scores.shape)
    slopes = asking.slopes(LOSS, lambda moved: loss_of(student, moved, labels), scores)
    shares = probabilities(student, scores) if slopes is not None else None
    wrong = np.zeros(scores.shape, dtype=bool)
    if answered is not None and slopes is not None:
        wrong = ~near(answered, slopes)
    lines = ((SCORE, scores, False), (PROBABILITY, shares, True), (SLOPE, slopes, True), (ANSWERED, answered, True))
    return Sheet(
        ABOUT.format(count=scores.shape[0], classes=scores.shape[1]),
        tuple(example(number, int(label), lines, wrong[number]) for number, label in enumerate(labels)),
        findings=tuple(findings(shares, slopes, answered)),
        praise=(SURE, AGREED),
    )


def drawn(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """A label for each example, the same for a seed."""
    return np.random.default_rng(seed + 1).integers(shape[1], size=shape[0])


def both(answer: Any) -> tuple[Any, Any]:
    """The loss and its gradient; None for both where there are not two things."""
    return (answer[0], answer[1]) if type(answer) in (tuple, list) and len(answer) == 2 else (None, None)


def loss_of(student: Student, scores: np.ndarray, labels: np.ndarray) -> float:
    """The student's loss; NaN where it is no number."""
    loss = both(student.softmax_cross_entropy(scores, labels))[0]
    value = loss.item() if type(loss) is np.ndarray and loss.size == 1 else loss
    return value if type(value) is float else float("nan")


def probabilities(student: Student, scores: np.ndarray) -> np.ndarray:
    """Of each example and class: the loss of that example alone, were that its label, says how likely it is."""
    found = np.empty(scores.shape)
    for number, label in np.ndindex(*scores.shape):
        found[number, label] = np.exp(-loss_of(student, scores[number : number + 1], np.array([label])))
    return found


def example(number: int, label: int, lines: Any, wrong: np.ndarray) -> Part:
    """The lines of one example."""
    heads = tuple(f"[{column}]" if column == label else str(column) for column in range(wrong.size))
    rows = [
        Line(title, None if held is None else held[number], adds_up=adds_up,
             wrong=frozenset(np.flatnonzero(wrong)) if title is ANSWERED else frozenset())
        for title, held, adds_up in lines
    ]  # fmt: skip
    return Part(EXAMPLE.format(number=number, label=label), HOW if number == 0 else Text("", ""), heads, tuple(rows))


def findings(shares: np.ndarray | None, slopes: np.ndarray | None, answered: np.ndarray | None) -> Iterator[Text]:
    """What cannot be right, whatever the scores are; of each kind the first."""
    if shares is not None and (off := ~near(shares.sum(axis=1), 1.0)).any():
        number = int(np.argmax(off))
        yield NOT_ONE.format(number=number, total=float(shares[number].sum()))
    if answered is not None and (off := ~near(answered.sum(axis=1), 0.0)).any():
        number = int(np.argmax(off))
        yield SHIFTED.format(number=number, total=float(answered[number].sum()))
    if answered is not None and slopes is not None and not near(answered, slopes).all():
        yield amiss(answered, slopes)


def amiss(answered: np.ndarray, slopes: np.ndarray) -> Text:
    """One factor for all of it; or the first place where something else is wrong."""
    largest = np.unravel_index(np.argmax(np.abs(slopes)), slopes.shape)
    factor = float(answered[largest] / slopes[largest]) if slopes[largest] else 0.0
    if factor and near(answered, factor * slopes).all():
        return SCALED.format(factor=factor)
    number, column = np.argwhere(~near(answered, slopes))[0]
    return UNLIKE.format(number=int(number), column=int(column), given=float(answered[number, column]),
                         slope=float(slopes[number, column]))  # fmt: skip


def near(one: np.ndarray, other: np.ndarray | float) -> np.ndarray:
    """Where two are the same as far as slopes can tell; never where one is NaN."""
    return np.asarray(np.isclose(one, other, rtol=1e-5, atol=1e-5))


SHOW = SheetShow(numbers=SCORES, ask=ask, most=MOST, spacing=0.25)
