# im2col of the cell numbers says where each column entry comes from; np.bincount sends it back there.
import numpy as np


def im2col(x, filter_shape, stride, padding):
    if padding < 0 or stride < 1:
        raise ValueError("padding below 0 or stride below 1")
    n, h, w, d = x.shape
    rows, columns = filter_shape
    if rows < 1 or columns < 1 or rows > h + 2 * padding or columns > w + 2 * padding:
        raise ValueError("filter does not fit in the padded input")
    padded = np.pad(x, ((0, 0), (padding,) * 2, (padding,) * 2, (0, 0)))
    last_row = h + 2 * padding - rows
    last_column = w + 2 * padding - columns
    cells = [
        padded[:, i : i + last_row + 1 : stride, j : j + last_column + 1 : stride]
        for i in range(rows)
        for j in range(columns)
    ]
    # (N, OH, OW, rows * columns, D)
    return np.stack(cells, axis=3).reshape(-1, rows * columns * d)


def col2im(columns, input_shape, filter_shape, stride, padding):
    size = int(np.prod(input_shape))
    # number the cells from 1, so that bin 0 collects what falls on the padding
    numbers = np.arange(1, size + 1).reshape(input_shape)
    bins = im2col(numbers, filter_shape, stride, padding)
    sums = np.bincount(bins.ravel(), weights=columns.ravel(), minlength=size + 1)
    return sums[1:].reshape(input_shape)


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding
        self.active = 0.0        # share of the outputs that are not 0

    def forward(self, x):
        n, h, w, _ = self.input_shape = x.shape
        self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
        linear = self.columns @ self.weights + self.bias
        self.filter_data = (linear + abs(linear)) / 2
        self.active = float((linear > 0).mean())
        oh = (h + 2 * self.padding - self.filter_shape[0]) // self.stride + 1
        return self.filter_data.reshape(n, oh, len(self.columns) // (n * oh), -1)

    def backward(self, dout):
        through = np.sign(self.filter_data) * dout.reshape(self.filter_data.shape)
        self.dweights = (through.T @ self.columns).T
        self.dbias = through.sum(axis=0, keepdims=True)
        dcolumns = through @ self.weights.T
        return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
