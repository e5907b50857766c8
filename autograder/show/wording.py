"""The words around a picture, in both languages."""

from __future__ import annotations

import numpy as np

from autograder.model import Text
from autograder.show.scene import Scene

ROUNDING = 1e-5
"""Of the largest number: what a sum of slopes that are measured may be off."""

INPUT = Text("input x", "输入 x")
OUTPUT = Text("output out", "输出 out")
ARRIVES = Text("dout, what arrives", "dout:传来的梯度")
LANDED = Text("din, what lands", "din:落下的梯度")
FILTER = Text("filter", "滤波器")
FORWARD = Text("Forward", "前向")
BACKWARD = Text("Backward", "反向")
SUM = Text("sum", "和")
NOTHING = Text("no answer to draw", "没有可画的结果")
COVERED = Text(
    "Letters name windows. A cell marked · lies under no window.", "字母是窗口的名字。标有 · 的单元不在任何窗口下。"
)
YOURS = Text("as {filename} answers", "按 {filename} 的结果")
REFERENCE = Text("as the reference answers", "按参考答案的结果")
SIZES = Text(
    "input {size}, window {window}, stride {stride}{padding}", "输入 {size},窗口 {window},步幅 {stride}{padding}"
)
PADDING = Text(", padding {padding}", ",填充 {padding}")


def sizes(scene: Scene) -> Text:
    """The geometry in words."""
    windows = scene.windows
    padding = PADDING.format(padding=windows.padding) if windows.padding else Text("", "")
    values = {"size": by(windows.size), "window": by(windows.window), "stride": windows.stride}
    return Text(SIZES.en.format(padding=padding.en, **values), SIZES.zh.format(padding=padding.zh, **values))


def by(size: tuple[int, int]) -> str:
    """Rows and columns."""
    return f"{size[0]} x {size[1]}"


def number(value: float) -> str:
    """A number as short as can be, without a minus before zero."""
    return f"{value + 0:.3g}"


def total(numbers: np.ndarray) -> str:
    """The sum as short as can be; 0 where only rounding is left of it."""
    value = float(numbers.sum())
    return number(0.0 if abs(value) <= ROUNDING * float(np.abs(numbers).max()) else value)


def titled(name: str, whose: Text) -> Text:
    """Whose answers of which assignment are drawn."""
    return Text(f"{name}, {whose.en}", f"{name},{whose.zh}")
