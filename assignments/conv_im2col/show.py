"""What can be drawn of the convolution: one filter over one map, and what comes back through its weights."""

from __future__ import annotations

import numpy as np

from autograder.model import Text
from autograder.show.scene import Scene, Show
from autograder.student import Student, StudentObject


def weights(scene: Scene) -> np.ndarray:
    """One filter of small numbers above 0, so that the ReLU lets everything through."""
    return np.arange(1.0, np.prod(scene.windows.window) + 1).reshape(scene.windows.window)


def layer(student: Student, scene: Scene) -> StudentObject:
    """The student's layer with this one filter and no bias."""
    windows = scene.windows
    matrix = weights(scene).reshape(-1, 1)
    return student.new("ConvLayer", matrix, np.zeros((1, 1)), windows.window, windows.stride, windows.padding)


SHOW = Show(
    layer=layer,
    forward=Text("the patch under the filter, its cells weighted and added up", "滤波器下的小块,各单元加权后求和"),
    backward=Text("each gradient, spread over its patch by the weights", "每份梯度按权重散布到它的小块上"),
    stride=1,
    padding=0,
    filter=weights,
    keeps_total=False,
    alike=True,
)
