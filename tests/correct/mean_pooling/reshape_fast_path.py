"""Mean pooling: np.repeat where the windows tile the input, slices elsewhere."""
import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride
        self.tiled = tuple(window) == (stride, stride)

    def sizes(self):
        _, h, w, _ = self.input_shape
        rows, columns = self.window
        if not (1 <= rows <= h and 1 <= columns <= w and 1 <= self.stride):
            raise ValueError("window %s with stride %s on %s x %s" % (self.window, self.stride, h, w))
        return (h - rows) // self.stride + 1, (w - columns) // self.stride + 1

    def forward(self, x):
        self.input_shape = n, h, w, d = x.shape
        rows, columns = self.window
        oh, ow = self.sizes()
        if self.tiled:
            return x[:, :oh * rows, :ow * columns].reshape(n, oh, rows, ow, columns, d).mean(axis=(2, 4))
        s = self.stride
        total = 0
        for i in range(rows):
            for j in range(columns):
                total = total + x[:, i:i + oh * s:s, j:j + ow * s:s]
        return total / (rows * columns)

    def backward(self, dout):
        rows, columns = self.window
        oh, ow = self.sizes()
        share = dout / (rows * columns)
        if self.tiled:
            _, h, w, _ = self.input_shape
            spread = share.repeat(rows, axis=1).repeat(columns, axis=2)
            tail = ((0, 0), (0, h - oh * rows), (0, w - ow * columns), (0, 0))
            return np.pad(spread, tail)
        s = self.stride
        din = np.zeros(self.input_shape)
        for i in range(rows):
            for j in range(columns):
                din[:, i:i + oh * s:s, j:j + ow * s:s] += share
        return din
