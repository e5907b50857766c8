"""Mean pooling on strided views of the input and of its gradient."""
import numpy as np
from numpy.lib import stride_tricks


def windows_of(a, window, stride, writeable=False):
    """(N, OH, OW, D, rows, columns), sharing the memory of `a`."""
    n, h, w, d = a.shape
    oh = (h - window[0]) // stride + 1
    ow = (w - window[1]) // stride + 1
    sn, sh, sw, sd = a.strides
    return stride_tricks.as_strided(
        a,
        shape=(n, oh, ow, d, window[0], window[1]),
        strides=(sn, sh * stride, sw * stride, sd, sh, sw),
        writeable=writeable,
    )


class MeanPoolingLayer:
    def __init__(self, window, stride):
        if stride < 1 or window[0] < 1 or window[1] < 1:
            raise ValueError("window and stride must be positive")
        self.window = tuple(window)
        self.stride = stride

    def forward(self, x):
        # as_strided would read outside the array
        if x.shape[1] < self.window[0] or x.shape[2] < self.window[1]:
            raise ValueError("window larger than the input")
        self.input_shape = x.shape
        return windows_of(x, self.window, self.stride).mean(axis=(-2, -1))

    def backward(self, dout):
        din = np.zeros(self.input_shape)
        view = windows_of(din, self.window, self.stride, writeable=True)
        share = dout / np.prod(self.window)
        # one cell of every window at a time: those never share memory
        for i, j in np.ndindex(self.window):
            view[..., i, j] += share
        return din.view()
