"""Backward as an average of the gradients over each cell, times how often the cell is covered.

Cells that no window covers give 0 / 0, a numpy warning, and nan, which becomes 0.
"""
import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = np.array(window)
        self.stride = stride
        self.cover = None

    def _cells(self):
        oh, ow = (np.array(self.input_shape[1:3]) - self.window) // self.stride + 1
        return [
            (slice(None), slice(i, i + oh * self.stride, self.stride), slice(j, j + ow * self.stride, self.stride))
            for i in range(self.window[0])
            for j in range(self.window[1])
        ]

    def forward(self, x):
        if self.stride < 1 or (self.window < 1).any() or (self.window > x.shape[1:3]).any():
            raise ValueError("window or stride does not suit the input")
        self.input_shape = x.shape
        return np.mean([x[cell] for cell in self._cells()], axis=0)

    def backward(self, dout):
        total = np.zeros(self.input_shape)
        self.cover = np.zeros(self.input_shape, dtype=np.float32)      # small whole numbers: exact
        for cell in self._cells():
            total[cell] += dout
            self.cover[cell] += 1
        average = total / self.cover
        return np.nan_to_num(average) * self.cover / self.window.prod()
