"""Two 0/1 matrices do the geometry, one for each axis.

R[o, i, h] is 1 where row i of output row o is input row h; C[p, j, w] does the same for columns.
Gathering the windows is a product with R and C, and the way back is their transpose.
"""
import numpy as np


def pooled_size(size, window, stride):
    if size < 1 or window < 1 or stride < 1 or window > size:
        raise ValueError("bad geometry")
    start = np.arange(size - window + 1)
    return int(np.count_nonzero(start % stride == 0))


def axis_matrix(size, window, stride):
    out = pooled_size(size, window, stride)
    position = np.arange(out)[:, None] * stride + np.arange(window)[None, :]
    return (position[:, :, None] == np.arange(size)).astype(float)


class MaxPoolingLayer:

    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def matrices(self, shape):
        return (axis_matrix(shape[1], self.window[0], self.stride),
                axis_matrix(shape[2], self.window[1], self.stride))

    def forward(self, x):
        R, C = self.matrices(x.shape)
        windows = np.einsum("oih,pjw,nhwd->nopdij", R, C, x, optimize=True)
        windows = windows.reshape(windows.shape[:4] + (-1,))
        self.input_shape = x.shape
        self.max_index = np.argmax(windows, axis=-1)
        # every row of R and C holds a single 1, so the values come through unchanged
        return np.max(windows, axis=-1)

    def backward(self, dout):
        R, C = self.matrices(self.input_shape)
        rows, columns = self.window
        row = np.eye(rows)[self.max_index // columns]
        column = np.eye(columns)[self.max_index % columns]
        return np.einsum("nopd,nopdi,nopdj,oih,pjw->nhwd", dout, row, column, R, C, optimize=True)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    R = axis_matrix(input_shape[1], window[0], stride)
    C = axis_matrix(input_shape[2], window[1], stride)
    marked = max_mask.reshape(dout.shape + tuple(window)).astype(float)
    return np.einsum("nopd,nopdij,oih,pjw->nhwd", dout, marked, R, C, optimize=True)


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    rows, columns = window
    R = axis_matrix(h, rows, stride).reshape(-1, h)
    C = axis_matrix(w, columns, stride).reshape(-1, w)
    oh, ow = len(R) // rows, len(C) // columns
    unfolded = R @ x @ C.T
    cells = unfolded.reshape(n, d, oh, rows, ow, columns).transpose(0, 1, 2, 4, 3, 5)
    cells = cells.reshape(n, d, oh, ow, rows * columns)
    first = cells.argmax(axis=-1)
    onehot = first[..., None] == np.arange(rows * columns)
    return cells.max(axis=-1), (onehot, R, C, window)


def max_pool_backward_fast(dout, cache):
    onehot, R, C, (rows, columns) = cache
    n, d, oh, ow = dout.shape
    spread = (dout[..., None] * onehot).reshape(n, d, oh, ow, rows, columns)
    unfolded = spread.swapaxes(3, 4).reshape(n, d, oh * rows, ow * columns)
    return R.T @ unfolded @ C
