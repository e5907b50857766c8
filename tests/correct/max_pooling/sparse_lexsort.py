"""Gradients as sparse entries {place: value}; the fast pair sorts (np.lexsort) and reduces runs (ufunc.reduceat)."""
import itertools

import numpy as np


def starts(size, window, stride):
    if min(size, window, stride) < 1:
        raise ValueError(f"size {size}, window {window}, stride {stride}: below 1")
    yield from itertools.takewhile(lambda start: start + window <= size, itertools.count(0, stride))


def pooled_size(size, window, stride):
    count = sum(1 for _ in starts(size, window, stride))
    if not count:
        raise ValueError(f"window {window} exceeds size {size}")
    return count


def windows(shape, window, stride):
    """((n, r, c, d), [places of the window's cells]) for every window, in the order of the output."""
    n, h, w, d = shape
    pooled_size(h, window[0], stride)
    pooled_size(w, window[1], stride)
    images, depths = range(n), range(d)
    tops, lefts = enumerate(starts(h, window[0], stride)), list(enumerate(starts(w, window[1], stride)))
    corners = ((r, c, top, left) for r, top in tops for c, left in lefts)
    for r, c, top, left in corners:
        cells = list(itertools.product(range(top, top + window[0]), range(left, left + window[1])))
        for image, depth in itertools.product(images, depths):
            yield (image, r, c, depth), [(image, i, j, depth) for i, j in cells]


def collect(entries):
    """Add up the entries that share a place."""
    sparse = {}
    for place, value in entries:
        sparse[place] = sparse.get(place, 0.0) + value
    return sparse


def dense(sparse, shape):
    din = np.zeros(shape)
    if sparse:
        din[tuple(np.array(list(sparse)).T)] = list(sparse.values())
    return din


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride
        self.sparse = {}

    def forward(self, x):
        n, h, w, d = self.input_shape = x.shape
        shape = n, pooled_size(h, self.window[0], self.stride), pooled_size(w, self.window[1], self.stride), d
        found = {where: x[tuple(zip(*cells))] for where, cells in windows(x.shape, self.window, self.stride)}
        self.max_index = np.zeros(shape, dtype=np.uint16 if self.window[0] * self.window[1] < 2**16 else np.uint64)
        for where, values in found.items():
            self.max_index[where] = np.argmax(values)
        return dense({where: max(values.tolist()) for where, values in found.items()}, shape)

    def backward(self, dout):
        self.sparse = collect(
            (cells[self.max_index[where]], dout[where])
            for where, cells in windows(self.input_shape, self.window, self.stride)
        )
        return dense(self.sparse, self.input_shape)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    lines = dict(zip(np.ndindex(*dout.shape), max_mask))
    return dense(
        collect(
            (cell, dout[where])
            for where, cells in windows(input_shape, window, stride)
            for cell in itertools.compress(cells, lines[where])
        ),
        input_shape,
    )


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    oh, ow = pooled_size(h, window[0], stride), pooled_size(w, window[1], stride)
    first = np.arange(x.size).reshape(x.shape)[:, :, : oh * stride : stride, : ow * stride : stride][:, :, :oh, :ow]
    steps = np.add.outer(np.arange(window[0]) * w, np.arange(window[1])).ravel()
    places = np.add.outer(first.ravel(), steps).ravel()
    values = x.ravel()[places]
    runs = np.arange(0, places.size, steps.size)
    out = np.maximum.reduceat(values, runs)
    # of the places that hold their window's maximum, the first of each window
    (at,) = np.nonzero(values == np.repeat(out, steps.size))
    line = at // steps.size
    order = np.lexsort((at, line))
    heads = np.flatnonzero(np.diff(line[order], prepend=-1))
    return out.reshape(n, d, oh, ow), (places[at[order[heads]]], x.shape)


def max_pool_backward_fast(dout, cache):
    places, shape = cache
    order = np.lexsort((places,))
    ordered = places[order]
    heads = np.flatnonzero(np.diff(ordered, prepend=-1))
    din = np.zeros(shape)
    din.flat[ordered[heads]] = np.add.reduceat(dout.ravel()[order], heads)
    return din
