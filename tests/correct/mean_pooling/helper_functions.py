"""Mean pooling from a small library of axis functions: checks, positions, sums over runs, spreading, a journal."""
import numpy as np

journal = []
number_of_layers = 0


# --- journal

def note(*words):
    journal.append(" ".join(str(word) for word in words))
    print("mean pooling |", journal[-1])


def number_layer():
    global number_of_layers
    number_of_layers += 1
    return number_of_layers


# --- checks

def require(what, value, least):
    if value < least:
        raise ValueError(f"{what} is {value}, less than {least}")


def check_layer(window, stride):
    require("stride", stride, 1)
    require("window rows", window[0], 1)
    require("window columns", window[1], 1)


def check_fit(window, height, width):
    require("input rows", height, window[0])
    require("input columns", width, window[1])


# --- one axis

def first_cells(size, window, stride):
    return np.arange(0, size - window + 1, stride)


def run_bounds(size, window, stride):
    """first, end, first, end, ... as reduceat wants them; an end behind the last cell is left out."""
    first = first_cells(size, window, stride)
    bounds = np.stack([first, first + window], axis=1).ravel()
    return bounds[bounds < size]


def sum_runs(x, axis, window, stride):
    """reduceat adds from each bound to the next where that is larger; every other result is a window."""
    size = x.shape[axis]
    sums = np.add.reduceat(x, run_bounds(size, window, stride), axis=axis)
    return np.take(sums, np.arange(0, sums.shape[axis], 2), axis=axis)


def spread_runs(gradient, axis, size, window, stride):
    """The transpose of sum_runs: every gradient to each cell of its run."""
    moved = np.moveaxis(gradient, axis, 0)
    cells = first_cells(size, window, stride)[:, None] + np.arange(window)
    result = np.zeros((size, *moved.shape[1:]))
    np.add.at(result, cells.T, moved[None])
    return np.moveaxis(result, 0, axis)


# --- the layer

def area(window):
    return window[0] * window[1]


class MeanPoolingLayer:
    def __init__(self, window, stride):
        check_layer(window, stride)
        self.number = number_layer()
        self.window = window
        self.stride = stride
        note("layer", self.number, "window", window, "stride", stride)

    def forward(self, x):
        check_fit(self.window, x.shape[1], x.shape[2])
        self.input_shape = x.shape
        note("layer", self.number, "forward", x.shape)
        lines = sum_runs(x, 1, self.window[0], self.stride)
        return sum_runs(lines, 2, self.window[1], self.stride) / area(self.window)

    def backward(self, dout):
        note("layer", self.number, "backward", dout.shape)
        wide = spread_runs(dout / area(self.window), 2, self.input_shape[2], self.window[1], self.stride)
        return spread_runs(wide, 1, self.input_shape[1], self.window[0], self.stride).copy()
