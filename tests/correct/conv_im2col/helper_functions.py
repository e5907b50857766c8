"""Convolution from small parts: a geometry object, an affine step, a ReLU step, a base layer."""
import collections

import numpy as np

Geometry = collections.namedtuple("Geometry", "n h w d rows columns stride padding oh ow")


def geometry(input_shape, filter_shape, stride, padding):
    n, h, w, d = input_shape
    rows, columns = filter_shape
    problems = []
    if rows < 1 or columns < 1:
        problems.append(f"filter {rows} x {columns}")
    if stride < 1:
        problems.append(f"stride {stride}")
    if padding < 0:
        problems.append(f"padding {padding}")
    if rows > h + 2 * padding or columns > w + 2 * padding:
        problems.append(f"filter {rows} x {columns} does not fit in {h} x {w} padded by {padding}")
    if problems:
        raise ValueError("; ".join(problems))
    oh = (h + 2 * padding - rows) // stride + 1
    ow = (w + 2 * padding - columns) // stride + 1
    return Geometry(n, h, w, d, rows, columns, stride, padding, oh, ow)


def source(g):
    """Where each entry of one image's columns is found in the flattened image; h * w stands for "outside"."""
    row = np.arange(g.oh)[:, None] * g.stride + np.arange(g.rows) - g.padding
    column = np.arange(g.ow)[:, None] * g.stride + np.arange(g.columns) - g.padding
    row_ok = (row >= 0) & (row < g.h)
    column_ok = (column >= 0) & (column < g.w)
    flat = row[:, None, :, None] * g.w + column[None, :, None, :]
    return np.where(row_ok[:, None, :, None] & column_ok[None, :, None, :], flat, g.h * g.w)


def with_outside(x, g):
    """Flatten each image and append one pixel of zeros, the outside."""
    return np.concatenate([x.reshape(g.n, g.h * g.w, g.d), np.zeros((g.n, 1, g.d))], axis=1)


def im2col(x, filter_shape, stride, padding):
    g = geometry(x.shape, filter_shape, stride, padding)
    return with_outside(x, g).take(source(g), axis=1).reshape(g.n * g.oh * g.ow, g.rows * g.columns * g.d)


def col2im(columns, input_shape, filter_shape, stride, padding):
    g = geometry(input_shape, filter_shape, stride, padding)
    targets = source(g).ravel()
    entries = columns.reshape(g.n, targets.size, g.d)
    # sort the entries by target; each run of equal targets is summed in one go
    order = targets.argsort(kind="stable")
    found, starts = np.unique(targets[order], return_index=True)
    image = np.zeros((g.n, g.h * g.w + 1, g.d))
    image[:, found] = np.add.reduceat(entries[:, order], starts, axis=1)
    return image[:, :-1].reshape(input_shape)


def affine(columns, weights, bias):
    return columns @ weights + bias


def affine_backward(dscores, columns, weights):
    return dscores @ weights.T, columns.T @ dscores, dscores.sum(axis=0, keepdims=True)


def relu(scores):
    return np.maximum(scores, 0)


def relu_backward(dout, activated):
    return dout * (activated > 0)


class Layer:
    input_shape = None

    def __call__(self, x):
        return self.forward(x)

    def log(self, message):
        print(f"{type(self).__name__}: {message}")


class ConvLayer(Layer):
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        super().__init__()
        self.weights = weights
        self.bias = bias
        self.window = filter_shape, stride, padding
        self.log(f"{weights.shape[1]} filters of {filter_shape}, stride {stride}, padding {padding}")

    def forward(self, x):
        g = geometry(x.shape, *self.window)
        self.input_shape = x.shape
        self.columns = im2col(x, *self.window)
        self.filter_data = relu(affine(self.columns, self.weights, self.bias))
        out = self.filter_data.reshape(g.n, g.oh, g.ow, -1)
        self.log(f"{x.shape} -> {out.shape}")
        return out

    def backward(self, dout):
        dscores = relu_backward(dout.reshape(self.filter_data.shape), self.filter_data)
        dcolumns, self.dweights, self.dbias = affine_backward(dscores, self.columns, self.weights)
        din = col2im(dcolumns, self.input_shape, *self.window)
        self.log(f"largest gradient {np.abs(din).max(initial=0):.3g}")
        return din
