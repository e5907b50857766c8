"""Backward is a convolution with a box, so it is a product of Fourier transforms.

The sum of an opened-up dout with a box never wraps round, for the last window ends inside the input. Rounding leaves
something like 1e-17 where no window reaches; that is wiped out. What is returned is the real part, a view.
"""
import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def windows(self, axis):
        size, window = self.input_shape[axis + 1], self.window[axis]
        if window < 1 or self.stride < 1 or window > size:
            raise ValueError(f"window {window}, stride {self.stride}, size {size}")
        return (size - window) // self.stride + 1

    def forward(self, x):
        self.input_shape = x.shape
        oh, ow = self.windows(0), self.windows(1)
        rows, columns = self.window
        total = np.zeros((len(x), oh, ow, x.shape[3]), dtype=complex)
        for i in range(rows):
            for j in range(columns):
                total += x[:, i : i + oh * self.stride : self.stride, j : j + ow * self.stride : self.stride]
        return (total / (rows * columns)).real

    def covered(self, axis):
        """Which positions of an axis lie in a window."""
        mask = np.zeros(self.input_shape[axis + 1], dtype=bool)
        for start in range(self.windows(axis)):
            mask[start * self.stride :][: self.window[axis]] = True
        return mask

    def backward(self, dout):
        _, h, w, _ = self.input_shape
        oh, ow = self.windows(0), self.windows(1)
        opened = np.zeros(self.input_shape, dtype=complex)
        opened[:, : (oh - 1) * self.stride + 1 : self.stride, : (ow - 1) * self.stride + 1 : self.stride] = dout
        box = np.zeros((1, h, w, 1))
        box[:, : self.window[0], : self.window[1]] = 1 / (self.window[0] * self.window[1])
        product = np.fft.fft2(opened, axes=(1, 2)) * np.fft.fft2(box, axes=(1, 2))
        din = np.fft.ifft2(product, axes=(1, 2)).real
        din[:, ~self.covered(0)] = 0.0
        din[:, :, ~self.covered(1)] = 0.0
        return din
