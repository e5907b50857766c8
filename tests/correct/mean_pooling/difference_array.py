"""Backward as a two-dimensional difference array.

Adding a constant to a rectangle changes the difference array in its four corners only; two cumulative
sums bring the rectangle back.  Sums of rounded numbers do not cancel exactly, so cells that no window
covers are set to 0 at the end (the cover is counted in integers, with the same trick).
"""
import numpy as np


def rectangles(corner_values, shape, window, stride):
    n, h, w, d = shape
    rows, columns = window
    oh, ow = corner_values.shape[1:3]
    steps = np.zeros((n, h + 1, w + 1, d), dtype=corner_values.dtype)
    for down, sign in ((0, 1), (rows, -1)):
        for right, other in ((0, 1), (columns, -1)):
            area = steps[:, down : down + oh * stride : stride, right : right + ow * stride : stride]
            area += sign * other * corner_values
    return steps.cumsum(axis=1).cumsum(axis=2)[:, :h, :w]


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def forward(self, x):
        n, h, w, d = x.shape
        rows, columns = self.window
        if not 0 < rows <= h or not 0 < columns <= w:
            raise ValueError("window outside 1 .. input size")
        if self.stride <= 0:
            raise ValueError("stride must be positive")
        self.input_shape = x.shape
        # the matching trick forward: sums of rectangles from a table of sums
        table = np.zeros((n, h + 1, w + 1, d))
        table[:, 1:, 1:] = x.cumsum(axis=1).cumsum(axis=2)
        s = self.stride
        upper, lower = table[:, : h - rows + 1 : s], table[:, rows :: s]
        total = lower[:, :, columns::s] - lower[:, :, : w - columns + 1 : s]
        total = total - upper[:, :, columns::s] + upper[:, :, : w - columns + 1 : s]
        return total / (rows * columns)

    def backward(self, dout):
        rows, columns = self.window
        din = rectangles(dout / (rows * columns), self.input_shape, self.window, self.stride)
        ones = np.ones((1, *dout.shape[1:3], 1), dtype=int)
        cover = rectangles(ones, (1, *self.input_shape[1:3], 1), self.window, self.stride)
        return np.where(cover > 0, din, 0.0)
