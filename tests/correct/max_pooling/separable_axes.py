"""A window's maximum is the maximum of its rows' maxima, so pool the columns, then the rows.

The first maximum row by row is the first row that reaches the maximum, and the first column in it.
Results come back in Fortran order, which is how the two passes leave them.
"""
import numpy as np


def pooled_size(size, window, stride):
    if size < 1:
        raise ValueError("nothing to pool")
    if window not in range(1, size + 1):
        raise ValueError("the window must have between 1 and %d cells" % size)
    if stride < 1:
        raise ValueError("stride below 1")
    return (size + stride - window) // stride


def pool_axis(x, axis, window, stride):
    """Maximum and offset of the first maximum along one axis."""
    count = pooled_size(x.shape[axis], window, stride)
    starts = np.arange(count) * stride
    best = np.take(x, starts, axis=axis)
    offset = np.zeros(best.shape, dtype=np.int16 if window < 2**15 else np.int64)
    for k in range(1, window):
        rival = np.take(x, starts + k, axis=axis)
        wins = rival > best
        offset[wins] = k
        best[wins] = rival[wins]
    return best, offset


def unpool_axis(dout, offset, axis, size, window, stride):
    shape = list(dout.shape)
    count = shape[axis]
    shape[axis] = size
    din = np.zeros(shape)
    area = [slice(None)] * dout.ndim
    for k in range(window):
        area[axis] = slice(k, k + count * stride, stride)
        din[tuple(area)] += np.where(offset == k, dout, 0.0)
    return din


def pool(x, window, stride, row_axis):
    """Output, offset of the row, offset of the column (of that row)."""
    by_column, column = pool_axis(x, row_axis + 1, window[1], stride)
    out, row = pool_axis(by_column, row_axis, window[0], stride)
    starts = np.arange(out.shape[row_axis]) * stride
    starts = starts.reshape([-1 if a == row_axis else 1 for a in range(4)])
    column = np.take_along_axis(column, starts + row, axis=row_axis)
    return out, row, column


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def forward(self, x):
        out, row, column = pool(x, self.window, self.stride, 1)
        self.input_shape = x.shape
        self.max_index = row.astype(int) * self.window[1] + column
        return np.asfortranarray(out)

    def backward(self, dout):
        din = scatter(dout, self.max_index, self.input_shape, self.window, self.stride, 1)
        return np.asfortranarray(din)


def scatter(dout, index, shape, window, stride, row_axis):
    row, column = np.divmod(index, window[1])
    din = np.zeros(shape)
    for k in range(window[0]):
        # the windows whose maximum lies in their row k, first spread along that row
        lines = unpool_axis(dout * (row == k), column, row_axis + 1, shape[row_axis + 1], window[1], stride)
        area = [slice(None)] * 4
        area[row_axis] = slice(k, k + dout.shape[row_axis] * stride, stride)
        din[tuple(area)] += lines
    return din


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    _, h, w, _ = input_shape
    pooled_size(h, window[0], stride)
    pooled_size(w, window[1], stride)
    din = np.zeros(input_shape, order="F")
    for k in range(window[0] * window[1]):
        marked = max_mask[:, k].reshape(dout.shape)
        single = np.full(dout.shape, k)
        if marked.any():
            din += scatter(dout * marked, single, input_shape, window, stride, 1)
    return din


def max_pool_forward_fast(x, window, stride):
    out, row, column = pool(x, window, stride, 2)
    index = row.astype(int) * window[1] + column
    return np.asfortranarray(out), (index, x.shape, window, stride)


def max_pool_backward_fast(dout, cache):
    index, shape, window, stride = cache
    return np.asfortranarray(scatter(dout, index, shape, window, stride, 2))
