"""im2col with three index arrays, col2im with np.add.at on the same three."""
import numpy as np


def get_indices(shape, filter_shape, stride, padding):
    """Batch, row and column (in the padded input) of each entry of the columns, without the depth."""
    n, h, w, _ = shape
    rows, columns = filter_shape
    h, w = h + 2 * padding, w + 2 * padding
    if padding < 0:
        raise ValueError(f"padding {padding} is negative")
    if stride < 1:
        raise ValueError(f"stride {stride} is below 1")
    if not 1 <= rows <= h:
        raise ValueError(f"{rows} filter rows, {h} padded input rows")
    if not 1 <= columns <= w:
        raise ValueError(f"{columns} filter columns, {w} padded input columns")
    oh = (h - rows) // stride + 1
    ow = (w - columns) // stride + 1

    inner_row = np.repeat(np.arange(rows), columns)
    inner_column = np.tile(np.arange(columns), rows)
    outer_row = stride * np.tile(np.repeat(np.arange(oh), ow), n)
    outer_column = stride * np.tile(np.arange(ow), n * oh)
    batch = np.repeat(np.arange(n), oh * ow)

    i = outer_row.reshape(-1, 1) + inner_row.reshape(1, -1)
    j = outer_column.reshape(-1, 1) + inner_column.reshape(1, -1)
    return batch.reshape(-1, 1), i, j


def im2col(x, filter_shape, stride, padding):
    b, i, j = get_indices(x.shape, filter_shape, stride, padding)
    p = padding
    x_padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)), mode="constant")
    entries = x_padded[b, i, j]             # (N*OH*OW, rows*columns, D)
    return entries.reshape(entries.shape[0], -1)


def col2im(columns, input_shape, filter_shape, stride, padding):
    b, i, j = get_indices(input_shape, filter_shape, stride, padding)
    n, h, w, d = input_shape
    p = padding
    x_padded = np.zeros((n, h + 2 * p, w + 2 * p, d))
    np.add.at(x_padded, (b, i, j), columns.reshape(*i.shape, d))
    if p == 0:
        return x_padded
    return x_padded[:, p:-p, p:-p, :]


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.W = weights
        self.b = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.pad = padding

    def forward(self, x):
        self.input_shape = x.shape
        self.columns = im2col(x, self.filter_shape, self.stride, self.pad)
        z = self.columns @ self.W + self.b
        self.filter_data = z * (z > 0)
        oh = (x.shape[1] + 2 * self.pad - self.filter_shape[0]) // self.stride + 1
        ow = (x.shape[2] + 2 * self.pad - self.filter_shape[1]) // self.stride + 1
        return self.filter_data.reshape((x.shape[0], oh, ow, self.W.shape[1]))

    def backward(self, dout):
        dz = dout.reshape(-1, self.W.shape[1]).copy()
        dz *= self.filter_data > 0
        self.dweights = np.matmul(self.columns.T, dz)
        self.dbias = np.ones((1, len(dz))) @ dz
        return col2im(dz @ self.W.T, self.input_shape, self.filter_shape, self.stride, self.pad)
