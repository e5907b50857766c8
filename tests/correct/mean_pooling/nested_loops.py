"""Mean pooling, one window after the other."""

import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def output_size(self, height, width):
        rows, columns = self.window
        if rows < 1 or columns < 1 or self.stride < 1:
            raise ValueError("window and stride must be at least 1")
        if rows > height or columns > width:
            raise ValueError("the window is larger than the input")
        oh = (height - rows) // self.stride + 1
        ow = (width - columns) // self.stride + 1
        return oh, ow

    def forward(self, x):
        self.input_shape = x.shape
        n_batch, height, width, depth = x.shape
        rows, columns = self.window
        oh, ow = self.output_size(height, width)
        out = np.zeros((n_batch, oh, ow, depth))
        for n in range(n_batch):
            for r in range(oh):
                for c in range(ow):
                    top = r * self.stride
                    left = c * self.stride
                    for d in range(depth):
                        out[n, r, c, d] = x[n, top : top + rows, left : left + columns, d].mean()
        return out

    def backward(self, dout):
        n_batch, height, width, depth = self.input_shape
        rows, columns = self.window
        oh, ow = self.output_size(height, width)
        din = np.zeros((n_batch, height, width, depth))
        for n in range(n_batch):
            for r in range(oh):
                for c in range(ow):
                    for d in range(depth):
                        share = dout[n, r, c, d] / (rows * columns)
                        for i in range(rows):
                            for j in range(columns):
                                din[n, r * self.stride + i, c * self.stride + j, d] += share
        return din


if __name__ == "__main__":
    layer = MeanPoolingLayer((2, 2), 2)
    layer.forward(np.arange(16.0).reshape(1, 4, 4, 1))
    print(layer.backward(np.ones((1, 2, 2, 1)))[0, :, :, 0])
