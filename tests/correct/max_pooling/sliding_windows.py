import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pooled_size(size, window, stride):
    """How many windows fit along one axis."""
    if window < 1 or stride < 1:
        raise ValueError("window and stride have to be positive")
    room = size - window
    if room < 0:
        raise ValueError("window is larger than the input")
    steps, _left_over = divmod(room, stride)
    return steps + 1


def _look(x, window, stride, axis):
    pooled_size(x.shape[axis[0]], window[0], stride)
    pooled_size(x.shape[axis[1]], window[1], stride)
    every = sliding_window_view(x, window, axis=axis)
    pick = [slice(None)] * every.ndim
    pick[axis[0]] = pick[axis[1]] = slice(None, None, stride)
    return every[tuple(pick)]


class MaxPoolingLayer:
    """Max pooling over channels-last batches."""

    def __init__(self, window, stride):
        self.rows, self.columns = window
        self.stride = stride

    def forward(self, x):
        view = _look(x, (self.rows, self.columns), self.stride, (1, 2))
        n, oh, ow, d = view.shape[:4]
        self.input_shape = x.shape
        self.max_index = view.reshape(n, oh, ow, d, -1).argmax(4)
        return view.max(axis=(4, 5))

    def backward(self, dout):
        din = np.zeros(self.input_shape)
        # A writeable view onto the input gradient: row r of window o is cell o * stride + r.
        view = sliding_window_view(din, (self.rows, self.columns), axis=(1, 2), writeable=True)
        view = view[:, :: self.stride, :: self.stride]
        for cell in np.unique(self.max_index):
            r, c = divmod(int(cell), self.columns)
            view[..., r, c] += dout * (self.max_index == cell)
        return din


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    din = np.zeros(input_shape)
    view = _look(din, window, stride, (1, 2))
    spread = dout.reshape(-1, 1) * max_mask
    spread = spread.reshape(view.shape)
    oh, ow = view.shape[1:3]
    rows, columns = window
    for r in range(rows):
        for c in range(columns):
            din[:, r : r + oh * stride : stride, c : c + ow * stride : stride] += spread[..., r, c]
    return din


def max_pool_forward_fast(x, window, stride):
    view = _look(x, window, stride, (2, 3))
    cells = view.reshape(*view.shape[:4], -1)
    winner = np.argmax(cells, axis=4, keepdims=True)
    onehot = np.zeros(cells.shape, dtype=bool)
    np.put_along_axis(onehot, winner, True, axis=4)
    out = np.take_along_axis(cells, winner, axis=4).squeeze(4)
    return out, {"onehot": onehot, "shape": x.shape, "window": window, "stride": stride}


def max_pool_backward_fast(dout, cache):
    rows, columns = cache["window"]
    stride = cache["stride"]
    oh, ow = dout.shape[-2:]
    din = np.zeros(cache["shape"])
    for k in range(rows * columns):
        r, c = divmod(k, columns)
        place = din[:, :, r : r + oh * stride : stride, c : c + ow * stride : stride]
        np.add(place, dout, out=place, where=cache["onehot"][..., k])
    return din
