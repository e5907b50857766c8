"""What can be drawn of mean pooling: the average of each window, and who gets which share of its gradient."""

from __future__ import annotations

from autograder.model import Text
from autograder.show.scene import Scene, Show
from autograder.student import Student, StudentObject


def layer(student: Student, scene: Scene) -> StudentObject:
    """The student's layer for these windows."""
    return student.new("MeanPoolingLayer", scene.windows.window, scene.windows.stride)


SHOW = Show(
    layer=layer,
    forward=Text("the average of each window", "每个窗口的平均值"),
    backward=Text("the shares of each window's gradient", "每个窗口的梯度分成的各份"),
    stride=1,
    size=(3, 3),
    alike=True,
)
