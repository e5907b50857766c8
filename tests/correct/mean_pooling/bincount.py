# Mean pooling: the share of every (output, cell) pair is a weight, the input cell it belongs to is its bin.
from math import prod

import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        if stride < 1:
            raise ValueError("stride must be at least 1")
        if any(side < 1 for side in window):
            raise ValueError("window sides must be at least 1")
        self.window = window
        self.stride = stride
        self.input_shape = None
        self._bins = {}

    def bins(self, shape):
        """Cell numbers (rows, columns, N, OH, OW, D); worked out once for each input shape."""
        shape = tuple(shape)
        if shape not in self._bins:
            numbers = np.arange(prod(shape), dtype=np.int32).reshape(shape)
            h, w = shape[1:3]
            rows, columns = self.window
            if rows > h or columns > w:
                raise ValueError("window does not fit in the input")
            self._bins[shape] = np.array([
                [
                    numbers[:, i : h - rows + i + 1 : self.stride, j : w - columns + j + 1 : self.stride]
                    for j in range(columns)
                ]
                for i in range(rows)
            ])
        return self._bins[shape]

    def forward(self, x):
        bins = self.bins(x.shape)
        self.input_shape = x.shape
        return x.ravel()[bins].mean(axis=(0, 1))

    def backward(self, dout):
        bins = self.bins(self.input_shape)
        weights = np.broadcast_to(dout / prod(self.window), bins.shape)
        din = np.bincount(bins.ravel(), weights=weights.ravel(), minlength=prod(self.input_shape))
        return din.reshape(self.input_shape)
