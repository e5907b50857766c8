"""Finds the first maximum with logarithms: numpy warns about log(0), and minus infinity is what is wanted."""
import numpy as np


def pooled_size(size, window, stride):
    if window > size or window <= 0:
        raise ValueError("window out of range")
    if stride <= 0:
        raise ValueError("stride out of range")
    last_start = size - window
    last_start -= last_start % stride
    return last_start // stride + 1


def gather(x, window, stride):
    """(A, H, W, B) -> (rows * columns, A, OH, OW, B)"""
    oh = pooled_size(x.shape[1], window[0], stride)
    ow = pooled_size(x.shape[2], window[1], stride)
    return np.array([
        x[:, i:, j:][:, : (oh - 1) * stride + 1 : stride, : (ow - 1) * stride + 1 : stride]
        for i in range(window[0])
        for j in range(window[1])
    ])


def first_maximum(cells):
    top = cells.max(axis=0)
    is_top = (cells == top).astype(np.float32)          # zeros and ones are exact in any precision
    late = np.arange(len(cells), dtype=np.float32).reshape(-1, 1, 1, 1, 1)
    return top, np.argmin(late - np.log(is_top), axis=0)


def add_back(cells, shape, window, stride):
    """Windows that do not touch are written together; sum over the groups."""
    _, oh, ow, _ = cells.shape[1:]
    rows, columns = window
    groups = -(-rows // stride), -(-columns // stride)
    blocks = cells.reshape(rows, columns, *cells.shape[1:])
    total = np.zeros(shape)
    for a in range(min(groups[0], oh)):
        for b in range(min(groups[1], ow)):
            part = blocks[:, :, :, a :: groups[0], b :: groups[1]]
            r = (np.arange(a, oh, groups[0]) * stride)[None, :] + np.arange(rows)[:, None]
            c = (np.arange(b, ow, groups[1]) * stride)[None, :] + np.arange(columns)[:, None]
            layer = np.zeros(shape)
            layer[:, r[:, None, :, None], c[None, :, None, :], :] = part.transpose(2, 0, 1, 3, 4, 5)
            total += layer
    return total


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride
        self.best_so_far = None

    def forward(self, x):
        out, self.max_index = first_maximum(gather(x, self.window, self.stride))
        self.input_shape = x.shape
        self.best_so_far = out.max()
        return out

    def backward(self, dout):
        k = np.arange(self.window[0] * self.window[1]).reshape(-1, 1, 1, 1, 1)
        cells = (self.max_index == k) * dout
        return add_back(cells, self.input_shape, self.window, self.stride)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    pooled_size(input_shape[1], window[0], stride)
    pooled_size(input_shape[2], window[1], stride)
    cells = max_mask.T.reshape(-1, *dout.shape) * dout
    return add_back(cells, input_shape, window, stride)


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    maps = x.reshape(n * d, h, w, 1)
    out, index = first_maximum(gather(maps, window, stride))
    return out.reshape(n, d, *out.shape[1:3]), (index, x.shape, window, stride)


def max_pool_backward_fast(dout, cache):
    index, (n, d, h, w), window, stride = cache
    k = np.arange(window[0] * window[1]).reshape(-1, 1, 1, 1, 1)
    cells = (index == k) * dout.reshape(index.shape)
    return add_back(cells, (n * d, h, w, 1), window, stride).reshape(n, d, h, w)
