"""What can be drawn of max pooling: which cell of each window counts, and which cells the gradients go to."""

from __future__ import annotations

from autograder.model import Text
from autograder.show.scene import Scene, Show
from autograder.student import Student, StudentObject


def layer(student: Student, scene: Scene) -> StudentObject:
    """The student's layer for these windows."""
    return student.new("MaxPoolingLayer", scene.windows.window, scene.windows.stride)


SHOW = Show(
    layer=layer,
    forward=Text(
        "the marked cell of each window is the one that max_index names", "每个窗口中标出的单元是 max_index 所指的"
    ),
    backward=Text("where the gradient of each window lands", "每个窗口的梯度落在哪里"),
    winners="max_index",
)
