"""Max pooling, written with plain loops first; only the fast pair is vectorised."""

import numpy as np


def pooled_size(size, window, stride):
    if size < 1 or window < 1 or stride < 1:
        raise ValueError("size, window and stride must be at least 1")
    if window > size:
        raise ValueError(f"a window of {window} does not fit in {size}")
    return (size - window) // stride + 1


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride
        self.input_shape = None
        self.max_index = None

    def forward(self, x):
        n_batch, height, width, depth = x.shape
        rows, columns = self.window
        oh = pooled_size(height, rows, self.stride)
        ow = pooled_size(width, columns, self.stride)
        out = np.zeros((n_batch, oh, ow, depth))
        index = np.zeros((n_batch, oh, ow, depth), dtype=int)
        for n in range(n_batch):
            for r in range(oh):
                for c in range(ow):
                    top = r * self.stride
                    left = c * self.stride
                    for d in range(depth):
                        best = x[n, top, left, d]
                        best_cell = 0
                        for i in range(rows):
                            for j in range(columns):
                                value = x[n, top + i, left + j, d]
                                # strictly greater, so the first one wins a tie
                                if value > best:
                                    best = value
                                    best_cell = i * columns + j
                        out[n, r, c, d] = best
                        index[n, r, c, d] = best_cell
        self.input_shape = x.shape
        self.max_index = index
        return out

    def backward(self, dout):
        din = np.zeros(self.input_shape)
        columns = self.window[1]
        n_batch, oh, ow, depth = dout.shape
        for n in range(n_batch):
            for r in range(oh):
                for c in range(ow):
                    for d in range(depth):
                        k = self.max_index[n, r, c, d]
                        i = k // columns
                        j = k % columns
                        din[n, r * self.stride + i, c * self.stride + j, d] += dout[n, r, c, d]
        return din


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    n_batch, height, width, depth = input_shape
    rows, columns = window
    oh = pooled_size(height, rows, stride)
    ow = pooled_size(width, columns, stride)
    din = np.zeros(input_shape)
    line = 0
    for n in range(n_batch):
        for r in range(oh):
            for c in range(ow):
                for d in range(depth):
                    for k in range(rows * columns):
                        if max_mask[line, k]:
                            i, j = divmod(k, columns)
                            din[n, r * stride + i, c * stride + j, d] += dout[n, r, c, d]
                    line += 1
    return din


def max_pool_forward_fast(x, window, stride):
    _, _, height, width = x.shape
    rows, columns = window
    oh = pooled_size(height, rows, stride)
    ow = pooled_size(width, columns, stride)
    best = x[:, :, : oh * stride : stride, : ow * stride : stride].astype(float)
    which = np.zeros(best.shape, dtype=int)
    for i in range(rows):
        for j in range(columns):
            cell = x[:, :, i : i + oh * stride : stride, j : j + ow * stride : stride]
            better = cell > best
            which[better] = i * columns + j
            np.maximum(best, cell, out=best)
    return best, (x.shape, which, window, stride)


def max_pool_backward_fast(dout, cache):
    shape, which, (rows, columns), stride = cache
    oh, ow = dout.shape[2:]
    din = np.zeros(shape)
    for i in range(rows):
        for j in range(columns):
            here = which == i * columns + j
            din[:, :, i : i + oh * stride : stride, j : j + ow * stride : stride] += dout * here
    return din
