"""Three ways to the columns: 1 x 1 filters and tiles by a reshape, the rest cell by cell."""
import numpy as np


def _sizes(shape, filter_shape, stride, padding):
    h, w = shape[1] + 2 * padding, shape[2] + 2 * padding
    rows, columns = filter_shape
    if padding < 0 or stride < 1 or not (1 <= rows <= h) or not (1 <= columns <= w):
        raise ValueError("impossible convolution")
    return (h - rows) // stride + 1, (w - columns) // stride + 1


def _is_tiling(filter_shape, stride):
    return tuple(filter_shape) == (stride, stride)


def im2col(x, filter_shape, stride, padding):
    oh, ow = _sizes(x.shape, filter_shape, stride, padding)
    n, h, w, d = x.shape
    rows, columns = filter_shape
    if rows == columns == stride == 1 and padding == 0:
        return x.reshape(-1, d)
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    padded[:, padding:padding + h, padding:padding + w] = x
    if _is_tiling(filter_shape, stride):
        tiles = padded[:, :oh * rows, :ow * columns].reshape(n, oh, rows, ow, columns, d)
        return tiles.swapaxes(2, 3).reshape(n * oh * ow, rows * columns * d)
    result = np.empty((n, oh, ow, rows, columns, d))
    for i in range(rows):
        for j in range(columns):
            result[:, :, :, i, j] = padded[:, i:i + oh * stride:stride, j:j + ow * stride:stride]
    return result.reshape(n * oh * ow, -1)


def col2im(columns, input_shape, filter_shape, stride, padding):
    oh, ow = _sizes(input_shape, filter_shape, stride, padding)
    n, h, w, d = input_shape
    rows, cols = filter_shape
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    blocks = columns.reshape(n, oh, ow, rows, cols, d)
    if _is_tiling(filter_shape, stride):
        padded[:, :oh * rows, :ow * cols] = blocks.swapaxes(2, 3).reshape(n, oh * rows, ow * cols, d)
    else:
        for i in range(rows):
            for j in range(cols):
                padded[:, i:i + oh * stride:stride, j:j + ow * stride:stride] += blocks[:, :, :, i, j]
    # h + padding, not -padding: that would be empty without padding
    return padded[:, padding:h + padding, padding:w + padding]


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        if stride < 1:
            raise ValueError("stride must be at least 1")
        if padding < 0:
            raise ValueError("padding must be at least 0")
        if filter_shape[0] < 1 or filter_shape[1] < 1:
            raise ValueError("the filter needs at least one cell")
        self.weights = np.array(weights)       # a copy: nobody changes it behind the layer's back
        self.bias = np.array(bias)
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        oh, ow = _sizes(x.shape, self.filter_shape, self.stride, self.padding)
        self.input_shape = x.shape
        columns = im2col(x, self.filter_shape, self.stride, self.padding)
        self.columns = columns.copy() if columns.base is not None else columns
        self.filter_data = np.maximum(0, self.columns @ self.weights + self.bias)
        return self.filter_data.reshape(x.shape[0], oh, ow, self.weights.shape[1])

    def backward(self, dout):
        relu = self.filter_data > 0
        d = dout.reshape(-1, self.weights.shape[1]) * relu
        self.dweights = self.columns.T @ d
        self.dbias = d.sum(axis=0)[np.newaxis]
        return col2im(d @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
