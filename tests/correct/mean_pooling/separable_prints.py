"""Mean pooling as two one-dimensional poolings, one along the rows and one along the columns."""
import numpy as np


def count(size, window, stride):
    if window < 1 or stride < 1:
        raise ValueError("window and stride must be at least one")
    if window > size:
        raise ValueError("window > size")
    return (size - window) // stride + 1


def mean_axis(x, axis, window, stride):
    moved = x.swapaxes(0, axis)
    out = count(len(moved), window, stride)
    total = sum(moved[k : k + out * stride : stride] for k in range(window))
    return (total / window).swapaxes(0, axis)


def share_axis(dout, axis, size, window, stride):
    """The other way round: entry o goes, divided, to cells o * stride .. o * stride + window - 1."""
    moved = dout.swapaxes(0, axis)
    spread = np.zeros((size,) + moved.shape[1:])
    for o, gradient in enumerate(moved):
        spread[o * stride : o * stride + window] += gradient / window
    return spread.swapaxes(0, axis)


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride
        print("mean pooling over", window, "by", stride)

    def forward(self, x):
        half = mean_axis(x, 1, self.window[0], self.stride)
        self.input_shape = x.shape
        return mean_axis(half, 2, self.window[1], self.stride)

    def backward(self, dout):
        _, h, w, _ = self.input_shape
        half = share_axis(dout, 2, w, self.window[1], self.stride)
        din = share_axis(half, 1, h, self.window[0], self.stride)
        print("share per cell:", 1 / (self.window[0] * self.window[1]))
        return din       # a view with its axes swapped back
