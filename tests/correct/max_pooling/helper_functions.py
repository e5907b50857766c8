"""Max pooling in many small functions, with a base layer and a running commentary on stdout."""
import numpy as np

VERBOSE = True


def say(*words):
    if VERBOSE:
        print("[pool]", *words)


def require(condition, message):
    if not condition:
        raise ValueError(message)


def check_positive(**numbers):
    for name, value in numbers.items():
        require(value >= 1, f"{name} is {value}, it must be at least 1")


def pooled_size(size, window, stride):
    check_positive(size=size, window=window, stride=stride)
    require(window <= size, f"window {window} is larger than size {size}")
    starts = range(0, size - window + 1, stride)
    return starts[-1] // stride + 1


def output_shape(height, width, window, stride):
    return pooled_size(height, window[0], stride), pooled_size(width, window[1], stride)


def cell_row(cell, window):
    return cell // window[1]


def cell_column(cell, window):
    return cell - cell_row(cell, window) * window[1]


def corners(count, stride):
    return np.arange(count) * stride


def window_at(x, top, left, window):
    return x[:, top:top + window[0], left:left + window[1], :]


def flatten_window(patch):
    n, rows, columns, d = patch.shape
    return patch.reshape(n, rows * columns, d)


def sum_by_target(target, values, size):
    """Add up the values that share a target: sort, then add each run."""
    total = np.zeros(size)
    if target.size == 0:
        return total
    order = np.argsort(target, kind="stable")
    ordered = target[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    total[ordered[starts]] = np.add.reduceat(values[order], starts)
    return total


class Layer:
    """What every layer here has."""

    def __init__(self):
        self.input_shape = None
        self.name = type(self).__name__

    def __repr__(self):
        return f"<{self.name} {self.input_shape}>"


class MaxPoolingLayer(Layer):
    def __init__(self, window, stride):
        super().__init__()
        check_positive(stride=stride, rows=window[0], columns=window[1])
        self.window = window
        self.stride = stride
        self.max_index = None

    def forward(self, x):
        say("forward", x.shape)
        self.input_shape = x.shape
        n, h, w, d = x.shape
        oh, ow = output_shape(h, w, self.window, self.stride)
        out = np.empty((n, oh, ow, d))
        self.max_index = np.empty((n, oh, ow, d), dtype=int)
        for r, top in enumerate(corners(oh, self.stride)):
            for c, left in enumerate(corners(ow, self.stride)):
                cells = flatten_window(window_at(x, top, left, self.window))
                self.max_index[:, r, c] = cells.argmax(axis=1)
                out[:, r, c] = cells.max(axis=1)
        return out

    def backward(self, dout):
        say("backward", dout.shape)
        n, h, w, d = self.input_shape
        b, r, c, z = np.ogrid[tuple(slice(s) for s in dout.shape)]
        row = r * self.stride + cell_row(self.max_index, self.window)
        column = c * self.stride + cell_column(self.max_index, self.window)
        target = ((b * h + row) * w + column) * d + z
        return sum_by_target(target.ravel(), dout.ravel(), n * h * w * d).reshape(self.input_shape)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    n, h, w, d = input_shape
    oh, ow = output_shape(h, w, window, stride)
    gradients = dout.ravel()
    line, cell = np.where(max_mask)
    rest, z = np.divmod(line, d)
    rest, c = np.divmod(rest, ow)
    b, r = np.divmod(rest, oh)
    row = r * stride + cell_row(cell, window)
    column = c * stride + cell_column(cell, window)
    target = ((b * h + row) * w + column) * d + z
    return sum_by_target(target, gradients[line], n * h * w * d).reshape(input_shape)


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    oh, ow = output_shape(h, w, window, stride)
    cells = np.empty((window[0] * window[1], n, d, oh, ow))
    for k in range(len(cells)):
        i, j = cell_row(k, window), cell_column(k, window)
        cells[k] = x[:, :, i:i + oh * stride:stride, j:j + ow * stride:stride]
    return cells.max(axis=0), (cells.argmax(axis=0), x.shape, window, stride)


def max_pool_backward_fast(dout, cache):
    index, shape, window, stride = cache
    n, d, h, w = shape
    b, z, r, c = np.ogrid[tuple(slice(s) for s in dout.shape)]
    row = r * stride + cell_row(index, window)
    column = c * stride + cell_column(index, window)
    target = ((b * d + z) * h + row) * w + column
    return sum_by_target(target.ravel(), dout.ravel(), n * d * h * w).reshape(shape)
