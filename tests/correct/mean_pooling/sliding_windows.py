import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class MeanPoolingLayer:
    """Backward is a correlation: open the gradient up by the stride, pad it, and average.

    Input cell h is covered by the outputs o with h - rows < o * stride <= h, so once dout stands on every
    stride-th row, cell h takes the sum of the `rows` entries that end at h.
    """

    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def forward(self, x):
        if self.stride < 1:
            raise ValueError("stride must be 1 or more")
        if min(self.window) < 1:
            raise ValueError("window must be 1 or more")
        # raises ValueError by itself where the window is too large
        view = sliding_window_view(x, self.window, axis=(1, 2))
        self.input_shape = x.shape
        return view[:, :: self.stride, :: self.stride].mean((4, 5))

    def backward(self, dout):
        rows, columns = self.window
        n, h, w, d = self.input_shape
        _, oh, ow, _ = dout.shape
        opened = np.zeros((n, h + rows - 1, w + columns - 1, d))
        inside = opened[:, rows - 1 :, columns - 1 :]
        inside[:, : oh * self.stride : self.stride, : ow * self.stride : self.stride] = dout
        return sliding_window_view(opened, (rows, columns), axis=(1, 2)).mean(axis=(4, 5))
