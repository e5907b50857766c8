"""Convolution through im2col, with the loops written out."""

import numpy as np


def output_size(size, extent, stride, padding):
    if extent < 1 or stride < 1:
        raise ValueError("filter and stride must be at least 1")
    if padding < 0:
        raise ValueError("padding must not be negative")
    if extent > size + 2 * padding:
        raise ValueError("the filter is larger than the padded input")
    return (size + 2 * padding - extent) // stride + 1


def im2col(x, filter_shape, stride, padding):
    n_batch, height, width, depth = x.shape
    rows, columns = filter_shape
    oh = output_size(height, rows, stride, padding)
    ow = output_size(width, columns, stride, padding)
    result = np.zeros((n_batch * oh * ow, rows * columns * depth))
    line = 0
    for n in range(n_batch):
        for r in range(oh):
            for c in range(ow):
                for i in range(rows):
                    for j in range(columns):
                        y = r * stride + i - padding
                        z = c * stride + j - padding
                        if 0 <= y < height and 0 <= z < width:
                            start = (i * columns + j) * depth
                            result[line, start : start + depth] = x[n, y, z, :]
                line += 1
    return result


def col2im(columns, input_shape, filter_shape, stride, padding):
    n_batch, height, width, depth = input_shape
    rows, cols = filter_shape
    oh = output_size(height, rows, stride, padding)
    ow = output_size(width, cols, stride, padding)
    x = np.zeros((n_batch, height, width, depth))
    line = 0
    for n in range(n_batch):
        for r in range(oh):
            for c in range(ow):
                for i in range(rows):
                    for j in range(cols):
                        y = r * stride + i - padding
                        z = c * stride + j - padding
                        if 0 <= y < height and 0 <= z < width:
                            start = (i * cols + j) * depth
                            x[n, y, z, :] += columns[line, start : start + depth]
                line += 1
    return x


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        self.input_shape = x.shape
        self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
        scores = np.dot(self.columns, self.weights) + self.bias
        scores[scores < 0] = 0
        self.filter_data = scores
        oh = output_size(x.shape[1], self.filter_shape[0], self.stride, self.padding)
        ow = output_size(x.shape[2], self.filter_shape[1], self.stride, self.padding)
        return self.filter_data.reshape(x.shape[0], oh, ow, -1)

    def backward(self, dout):
        gradient = dout.reshape(self.filter_data.shape).copy()
        gradient[self.filter_data <= 0] = 0
        self.dweights = np.dot(self.columns.T, gradient)
        self.dbias = np.sum(gradient, axis=0, keepdims=True)
        dcolumns = np.dot(gradient, self.weights.T)
        return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
