"""A sparse gradient, {(row, column): sum over images and channels apart}, in extended precision.

The result is a locked view, backwards in memory, into a larger array.
"""
from collections import defaultdict

import numpy as np


class Mean:
    """What all mean poolings share: where windows begin, and how much a cell counts."""

    def __init__(self, window, stride):
        self.rows, self.columns = window
        self.stride = stride
        self.touched = 0

    def tops(self):
        return self._starts(self.input_shape[1], self.rows)

    def lefts(self):
        return self._starts(self.input_shape[2], self.columns)

    def _starts(self, size, window):
        if window < 1 or self.stride < 1:
            raise ValueError("window and stride must be positive")
        if window > size:
            raise ValueError("no window fits")
        return range(0, size - window + 1, self.stride)

    @property
    def weight(self):
        return np.longdouble(1) / np.longdouble(self.rows * self.columns)


class MeanPoolingLayer(Mean):
    def forward(self, x):
        self.input_shape = x.shape
        exact = x.astype(np.longdouble)
        lines = [
            [exact[:, t : t + self.rows, l : l + self.columns].sum((1, 2)) * self.weight for l in self.lefts()]
            for t in self.tops()
        ]
        return np.array(lines).transpose(2, 0, 1, 3).astype(np.float64)

    def backward(self, dout):
        sparse = defaultdict(lambda: 0)
        share = dout.astype(np.longdouble) * self.weight
        for r, top in enumerate(self.tops()):
            for c, left in enumerate(self.lefts()):
                for y in range(top, top + self.rows):
                    for x in range(left, left + self.columns):
                        sparse[y, x] = sparse[y, x] + share[:, r, c]
        self.touched = len(sparse)
        n, h, w, d = self.input_shape
        buffer = np.full((n, h + 4, w + 2, d + 1), -1.0)
        din = buffer[:, h + 1 : 1 : -1, w:0:-1, :d]
        din[...] = 0.0
        for (y, x), gradient in sparse.items():
            din[:, y, x] = gradient
        din.flags.writeable = False
        return din
