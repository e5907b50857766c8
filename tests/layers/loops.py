"""Back-propagation as introductory texts write it: one window after the other, in loops of Python.

Three such texts are rebuilt here from what they describe. They assume windows that do not overlap in pooling.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.layers.shapes import Conv, Floats, Pool


def pool_backward_from_matrix(pool: Pool, dout: Floats, max_mask: npt.NDArray[np.bool_]) -> Floats:
    """Max pooling's backward pass from a matrix of maxima, window by window with all channels at once.

    Shapes: ``dout (N, OH, OW, D)``, ``max_mask (N*OH*OW*D, rows*columns)``; gives ``(N, H, W, D)``.
    """
    batch, out_rows, out_columns, depth = dout.shape
    rows, columns = pool.window
    din = np.zeros(pool.shape)
    first = 0
    for image in range(batch):
        for row in range(out_rows):
            for column in range(out_columns):
                losers = ~max_mask[first : first + depth]
                first += depth
                for r in range(rows):
                    for c in range(columns):
                        cell = din[image, row * pool.stride + r, column * pool.stride + c]
                        cell[:] = dout[image, row, column]
                        cell[losers[:, r * columns + c]] = 0
    return din


def pool_forward_strided(pool: Pool, x: Floats) -> Floats:
    """Max pooling ``(N, D, H, W)`` over a strided view: a forward pass without loops, which keeps no positions."""
    windows = np.lib.stride_tricks.sliding_window_view(x, pool.window, axis=(2, 3))
    out: Floats = windows[:, :, :: pool.stride, :: pool.stride].max(axis=(4, 5))
    return out


def pool_backward_from_input(pool: Pool, x: Floats, dout: Floats) -> Floats:
    """Max pooling's backward pass, ``(N, D, H, W)``: the maximum of every window is looked for again."""
    rows, columns = pool.window
    batch, depth, out_rows, out_columns = dout.shape
    din = np.zeros_like(x)
    for image in range(batch):
        for channel in range(depth):
            for row in range(out_rows):
                for column in range(out_columns):
                    top, left = row * pool.stride, column * pool.stride
                    window = x[image, channel, top : top + rows, left : left + columns]
                    r, c = np.unravel_index(window.argmax(), window.shape)
                    din[image, channel, top + r, left + c] = dout[image, channel, row, column]
    return din


def conv_backward(
    conv: Conv, dout: Floats, columns: Floats, filter_data: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    """``(din, dweights, dbias)`` of a convolution with a ReLU: three products of matrices, with loops around them."""
    dfilter_data = _rows_of(dout)
    dfilter_data[filter_data <= 0] = 0
    dweights = np.dot(columns.T, dfilter_data)
    dbias = np.sum(dfilter_data, axis=0, keepdims=True)
    return patches_added(conv, np.dot(dfilter_data, weights.T)), dweights, dbias


def _rows_of(dout: Floats) -> Floats:
    """``(N, OH, OW, OD)`` as ``(N*OH*OW, OD)``, row by row."""
    batch, out_rows, out_columns, filters = dout.shape
    matrix = np.zeros((batch * out_rows * out_columns, filters))
    for image in range(batch):
        for row in range(out_rows):
            for column in range(out_columns):
                matrix[(image * out_rows + row) * out_columns + column] = dout[image, row, column]
    return matrix


def patches_added(conv: Conv, dcolumns: Floats) -> Floats:
    """``(N*OH*OW, rows*columns*D)`` added up to ``(N, H, W, D)``, patch by patch."""
    batch, height, width, depth = conv.shape
    _, out_rows, out_columns, _ = conv.out_shape
    (rows, columns), padding = conv.filter_shape, conv.padding
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    for image in range(batch):
        for row in range(out_rows):
            for column in range(out_columns):
                top, left = row * conv.stride, column * conv.stride
                patch = dcolumns[(image * out_rows + row) * out_columns + column].reshape(rows, columns, depth)
                padded[image, top : top + rows, left : left + columns] += patch
    return padded[:, padding : padding + height, padding : padding + width]
