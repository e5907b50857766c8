"""Index arithmetic: find the row and the column of each maximum, then np.add.at."""
import numpy as np


def pooled_size(size, window, stride):
    if not (1 <= window <= size and stride >= 1):
        raise ValueError(f"cannot pool {size} with window {window} and stride {stride}")
    return int(np.arange(0, size - window + 1, stride).size)


class MaxPoolingLayer:
    def __init__(self, window, stride):
        rows, columns = window
        if rows < 1 or columns < 1:
            raise ValueError("empty window")
        if stride < 1:
            raise ValueError("stride must be at least 1")
        self.window = rows, columns
        self.stride = stride
        self.calls = 0

    def _where(self, max_index):
        n, oh, ow, d = np.indices(max_index.shape, sparse=True)
        i, j = np.unravel_index(max_index, self.window)
        return n, oh * self.stride + i, ow * self.stride + j, d

    def forward(self, x):
        self.calls += 1
        rows, columns = self.window
        oh = pooled_size(x.shape[1], rows, self.stride)
        ow = pooled_size(x.shape[2], columns, self.stride)
        y = (np.arange(oh) * self.stride)[:, None] + np.arange(rows)
        z = (np.arange(ow) * self.stride)[:, None] + np.arange(columns)
        patches = x[:, y[:, None, :, None], z[None, :, None, :], :]
        patches = patches.reshape(len(x), oh, ow, rows * columns, x.shape[3])
        self.input_shape = x.shape
        self.max_index = patches.argmax(axis=3)
        return x[self._where(self.max_index)]

    def backward(self, dout):
        din = np.zeros(self.input_shape)
        np.add.at(din, self._where(self.max_index), dout)
        return din


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    n, h, w, d = input_shape
    oh = pooled_size(h, window[0], stride)
    ow = pooled_size(w, window[1], stride)
    line, cell = np.nonzero(max_mask)
    b, r, c, z = np.unravel_index(line, (n, oh, ow, d))
    i, j = np.unravel_index(cell, window)
    din = np.zeros(input_shape)
    np.add.at(din, (b, r * stride + i, c * stride + j, z), dout[b, r, c, z])
    return din


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    rows, columns = window
    oh, ow = pooled_size(h, rows, stride), pooled_size(w, columns, stride)
    # flat position of each window's corner in a feature map, and of each cell from the corner
    corner = (np.arange(oh) * stride * w)[:, None] + np.arange(ow) * stride
    offset = (np.arange(rows) * w)[:, None] + np.arange(columns)
    cells = corner.reshape(-1, 1) + offset.reshape(1, -1)
    maps = x.reshape(n * d, h * w)
    k = maps[:, cells].argmax(axis=2)
    spot = cells[np.arange(oh * ow), k]
    out = np.take_along_axis(maps, spot, axis=1)
    spot = spot + (np.arange(n * d) * h * w)[:, None]
    return out.reshape(n, d, oh, ow), (spot.ravel(), x.shape)


def max_pool_backward_fast(dout, cache):
    spot, shape = cache
    din = np.zeros(shape)
    np.add.at(din.reshape(-1), spot, dout.ravel())
    return din
