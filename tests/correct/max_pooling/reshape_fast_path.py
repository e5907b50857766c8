"""
Max pooling.  Where the windows tile the input a reshape does all the work;
everything else goes through a slower general path.
"""
import numpy as np


def pooled_size(size, window, stride):
    if window > size:
        raise ValueError("window larger than the input")
    if window <= 0 or stride <= 0 or size <= 0:
        raise ValueError("sizes and strides start at 1")
    # number of starting points, rounded up
    return -(-(size - window + 1) // stride)


def _tiles(window, stride):
    return window[0] == stride and window[1] == stride


def _split(x, window, stride):
    """(N, D, H, W) -> (N, D, OH, OW, rows * columns)"""
    n, d, h, w = x.shape
    rows, columns = window
    oh, ow = pooled_size(h, rows, stride), pooled_size(w, columns, stride)
    if _tiles(window, stride):
        cropped = x[:, :, :oh * rows, :ow * columns]
        blocks = cropped.reshape(n, d, oh, rows, ow, columns)
        return blocks.swapaxes(3, 4).reshape(n, d, oh, ow, rows * columns)
    cells = np.empty((n, d, oh, ow, rows * columns), dtype=x.dtype)
    for k in range(rows * columns):
        i, j = divmod(k, columns)
        cells[..., k] = x[:, :, i:i + oh * stride:stride, j:j + ow * stride:stride]
    return cells


def _join(cells, shape, window, stride):
    """The way back: what stands on the same input cell is added."""
    n, d, h, w = shape
    rows, columns = window
    oh, ow = cells.shape[2:4]
    din = np.zeros(shape)
    if _tiles(window, stride):
        blocks = cells.reshape(n, d, oh, ow, rows, columns).swapaxes(3, 4)
        din[:, :, :oh * rows, :ow * columns] = blocks.reshape(n, d, oh * rows, ow * columns)
        return din
    for k in range(rows * columns):
        i, j = divmod(k, columns)
        din[:, :, i:i + oh * stride:stride, j:j + ow * stride:stride] += cells[..., k]
    return din


def _first(index, count):
    return index[..., np.newaxis] == np.arange(count)


def _channels_first(a):
    return np.transpose(a, (0, 3, 1, 2))


def _channels_last(a):
    return np.transpose(a, (0, 2, 3, 1))


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def forward(self, x):
        cells = _split(_channels_first(x), self.window, self.stride)
        self.input_shape = x.shape
        self.max_index = _channels_last(cells.argmax(-1))      # a transposed view is fine
        return _channels_last(cells.max(-1))

    def backward(self, dout):
        n, h, w, d = self.input_shape
        count = self.window[0] * self.window[1]
        chosen = _first(_channels_first(self.max_index), count)
        cells = _channels_first(dout)[..., None] * chosen
        return _channels_last(_join(cells, (n, d, h, w), self.window, self.stride))


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    n, h, w, d = input_shape
    oh, ow = pooled_size(h, window[0], stride), pooled_size(w, window[1], stride)
    marked = max_mask.reshape(n, oh, ow, d, -1).transpose(0, 3, 1, 2, 4)
    cells = np.where(marked, _channels_first(dout)[..., None], 0.0)
    return _channels_last(_join(cells, (n, d, h, w), window, stride))


def max_pool_forward_fast(x, window, stride):
    cells = _split(x, window, stride)
    index = cells.argmax(-1)
    return cells.max(-1), (index, x.shape, window, stride)


def max_pool_backward_fast(dout, cache):
    index, shape, window, stride = cache
    cells = dout[..., None] * _first(index, window[0] * window[1])
    return _join(cells, shape, window, stride)
