"""Max pooling, forward and backward.

A max-pooling layer slides a window over every feature map and keeps only the largest value it
sees. Its backward pass is a piece of bookkeeping: the largest value alone decided the output, so
it alone receives the gradient, and a value that won in several overlapping windows receives the
sum of what those windows send back.

Shapes, throughout this file:

    N        batch
    H, W     input rows and columns
    D        depth (channels)
    OH, OW   output rows and columns, ``OH = (H - rows) // stride + 1`` and likewise ``OW``

Arrays are float64 and channels-last, ``(N, H, W, D)``; only the two ``*_fast`` functions are
channels-first, ``(N, D, H, W)``. A window is ``(rows, columns)`` and need not be square. Its
cells are counted row by row from 0, so cell ``k`` is row ``k // columns``, column ``k % columns``.
Input rows and columns that do not fill a last window are left out of every window. No function
modifies its arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def _require_at_least_one(**sizes: int) -> None:
    """Raise ``ValueError`` that names the first of ``sizes`` below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")


def pooled_size(size: int, window: int, stride: int) -> int:
    """Count the windows that fit along one axis.

    Args:
        size: Input rows (or columns).
        window: Rows (or columns) of the window.
        stride: Steps from one window to the next.

    Returns:
        ``(size - window) // stride + 1``.

    Raises:
        ValueError: The window or the stride is below 1, or the window is larger than the input.
    """
    # BEGIN SOLUTION
    # TODO(pooled_size): count the windows along one axis.
    #   1. Refuse what cannot be: a window or a stride below 1, a window larger than the input.
    #      Say in the ValueError which number is wrong.
    #   2. Return how many windows fit completely; what is left over at the end is cropped.
    #   Hint: the first window always fits. How many whole strides are left after it? Try a size
    #   of 5 with a window of 2 and a stride of 2 on paper. `_require_at_least_one` is there to
    #   be used.
    _require_at_least_one(window=window, stride=stride)
    if window > size:
        raise ValueError(f"a window of {window} does not fit into an input of {size}")
    return (size - window) // stride + 1
    # END SOLUTION


# BEGIN SOLUTION
def _output_shape(
    input_rows: int, input_columns: int, window: tuple[int, int], stride: int
) -> tuple[int, int]:
    """Return ``(OH, OW)``."""
    rows, columns = window
    return pooled_size(input_rows, rows, stride), pooled_size(input_columns, columns, stride)


def _cells(
    window: tuple[int, int], out_shape: tuple[int, int], stride: int
) -> list[tuple[slice, slice]]:
    """Return for each cell of the window, row by row, the slices that pick it in every window.

    Indexing the input's rows and columns with one pair gives ``OH`` rows and ``OW`` columns: the
    values which that cell has in all the windows at once.
    """
    out_rows, out_columns = out_shape
    return [
        (
            slice(row, row + out_rows * stride, stride),
            slice(column, column + out_columns * stride, stride),
        )
        for row, column in np.ndindex(*window)
    ]


# END SOLUTION


class MaxPoolingLayer:
    """Keeps the largest value of every window, separately for each channel.

    Attributes:
        window: Rows and columns of the window.
        stride: Steps from one window to the next, along both axes.
        input_shape: ``(N, H, W, D)`` of the last input, set by ``forward``.
        max_index: int ``(N, OH, OW, D)``, set by ``forward``: the cell of each window that held
            its maximum, counted row by row from 0; the first such cell at a tie.
    """

    window: tuple[int, int]
    stride: int
    input_shape: tuple[int, ...]
    max_index: npt.NDArray[np.intp]

    def __init__(self, window: tuple[int, int], stride: int) -> None:
        """Remember the geometry.

        Args:
            window: ``(rows, columns)``.
            stride: Steps from one window to the next.

        Raises:
            ValueError: A size or the stride is below 1.
        """
        rows, columns = window
        _require_at_least_one(window_rows=rows, window_columns=columns, stride=stride)
        self.window = (rows, columns)
        self.stride = stride

    def forward(self, x: Floats) -> Floats:
        """Pool ``x``, and set ``self.input_shape`` and ``self.max_index`` for ``backward``.

        Args:
            x: ``(N, H, W, D)``.

        Returns:
            ``(N, OH, OW, D)``, the maximum of each window.

        Raises:
            ValueError: The window is larger than the input.
        """
        self.input_shape = x.shape
        # BEGIN SOLUTION
        # TODO(max_index): set self.max_index, int (N, OH, OW, D).
        #   1. Find OH and OW, the output rows and columns.
        #   2. For each output position take its window of x, for all images and channels at once.
        #   3. Number the window's cells row by row from 0 and store the number of the cell that
        #      holds the maximum. At a tie it is the first one.
        #   It counts by itself: what is stored here stays, even while the raise at the end of
        #   this method does too.
        #   Hint: np.argmax along one axis already takes the first maximum. Bring the two window
        #   axes together into one first. Where does the window of output row 1 begin if the
        #   stride is 3?
        out_shape = _output_shape(x.shape[1], x.shape[2], self.window, self.stride)
        places = _cells(self.window, out_shape, self.stride)
        windows = np.stack([x[:, rows, columns] for rows, columns in places], axis=-1)
        # windows is (N, OH, OW, D, rows * columns)
        self.max_index = windows.argmax(axis=-1)
        # END SOLUTION
        # BEGIN SOLUTION
        # TODO(forward): return the maxima, (N, OH, OW, D).
        #   1. Take the same windows as for max_index (either of the two may be written first).
        #   2. Take the maximum over the window's rows and columns, but not over images and
        #      channels: each of those is pooled by itself.
        #   3. Return the result in place of the raise below.
        #   Hint: start no running maximum from 0, for a window may be negative throughout.
        out: Floats = windows.max(axis=-1)
        return out
        # END SOLUTION

    def backward(self, dout: Floats) -> Floats:
        """Send each gradient back to the maximum of its window.

        Uses ``self.input_shape`` and ``self.max_index`` only, and changes neither.

        Args:
            dout: ``(N, OH, OW, D)``, the gradient of the loss by the layer's output.

        Returns:
            ``din (N, H, W, D)``; the gradients of overlapping windows add up, and a cell that is
            the maximum of no window gets 0.
        """
        # BEGIN SOLUTION
        # TODO(backward): hand every gradient to the cell that won.
        #   1. Start from a gradient of zeros in the shape of the input.
        #   2. Turn each number in self.max_index into a row and a column of the window.
        #   3. Add the window's own position in the input: where is its first cell?
        #   4. ADD the window's gradient there. Two overlapping windows may have the same winner,
        #      and assigning would lose one of them.
        #   Hint: a loop over output positions is fine. A shorter way: for one fixed cell of the
        #   window, the places it takes in all the windows are a slice of din with a step; which
        #   of the windows have that cell as their maximum?
        #   Beware: din[indices] += values counts an index that occurs twice only once.
        din = np.zeros(self.input_shape)
        places = _cells(self.window, dout.shape[1:3], self.stride)
        for cell, (rows, columns) in enumerate(places):
            din[:, rows, columns] += np.where(self.max_index == cell, dout, 0.0)
        return din
        # END SOLUTION


def max_pool_backward_matrix(
    dout: Floats,
    max_mask: npt.NDArray[np.bool_],
    input_shape: tuple[int, int, int, int],
    window: tuple[int, int],
    stride: int,
) -> Floats:
    """Max pooling's backward pass, from a matrix that marks the maxima.

    Args:
        dout: ``(N, OH, OW, D)``, the gradient of the loss by the pooled output.
        max_mask: bool ``(N*OH*OW*D, rows*columns)``: one row per window, in the order batch,
            output row, output column, depth; one column per cell of the window, row by row.
        input_shape: ``(N, H, W, D)``.
        window: ``(rows, columns)``.
        stride: Steps from one window to the next.

    Returns:
        ``din (N, H, W, D)``: each marked cell gets its window's gradient, and the gradients of
        overlapping windows add up.

    Raises:
        ValueError: The window does not fit into the input, or a size or the stride is below 1.
    """
    # BEGIN SOLUTION
    # TODO(backward_matrix): spread dout over the cells that max_mask marks.
    #   1. Check the geometry, as pooled_size does.
    #   2. Give the matrix back its axes: batch, output row, output column, depth, cell.
    #   3. For each window, its marked cells get the window's gradient and the others get 0.
    #   4. ADD the result to the window's part of din, for windows may overlap.
    #   Hint: depth runs fastest over the rows of the matrix, and the columns of the window run
    #   fastest over its columns. One reshape undoes both, without any transposition. A window
    #   of 2 x 3 tells a mixed-up order at once; a square one may hide it.
    out_shape = _output_shape(input_shape[1], input_shape[2], window, stride)
    marked = max_mask.reshape(*dout.shape, window[0] * window[1])
    din = np.zeros(input_shape)
    for cell, (rows, columns) in enumerate(_cells(window, out_shape, stride)):
        din[:, rows, columns] += np.where(marked[..., cell], dout, 0.0)
    return din
    # END SOLUTION


def max_pool_forward_fast(x: Floats, window: tuple[int, int], stride: int) -> tuple[Floats, Any]:
    """Max pooling for speed, channels-first.

    Args:
        x: ``(N, D, H, W)``.
        window: ``(rows, columns)``.
        stride: Steps from one window to the next.

    Returns:
        ``(out, cache)``: ``out (N, D, OH, OW)``, and whatever ``max_pool_backward_fast`` needs.

    Raises:
        ValueError: The window does not fit into the input, or a size or the stride is below 1.
    """
    # BEGIN SOLUTION
    # TODO(fast): pool without a Python loop over batch, depth or output position.
    #   1. Check the geometry, as pooled_size does.
    #   2. Loop over the few cells of the window instead: the values that one cell has in all the
    #      windows at once are a slice of x with a step.
    #   3. Keep a running maximum of those slices, and next to it the number of the cell it came
    #      from. Only a strictly larger value takes over, so the first maximum stays at a tie.
    #   4. Put into the cache what the backward pass needs, and no reference to x itself: the
    #      caller may change x later.
    #   Hint: np.maximum works on whole arrays. The cells come in rising order, so the cell number
    #   can be kept by a maximum too.
    out_shape = _output_shape(x.shape[2], x.shape[3], window, stride)
    first, *others = _cells(window, out_shape, stride)
    out = x[:, :, *first].copy()
    max_index = np.zeros(out.shape, dtype=np.min_scalar_type(len(others)))
    for cell, place in enumerate(others, start=1):
        values = x[:, :, *place]
        larger = np.multiply(values > out, cell, dtype=max_index.dtype)
        np.maximum(max_index, larger, out=max_index)
        np.maximum(out, values, out=out)
    # All the cells of x are numbered from 0: the winner's number is that of its window's first
    # cell, and how far behind it the winner lies. It is worked out here, once for all backwards.
    numbers = np.arange(x.size).reshape(x.shape)
    steps = np.add.outer(np.arange(window[0]) * x.shape[3], np.arange(window[1])).ravel()
    target = numbers[:, :, *first] + steps[max_index]
    return out, (x.shape, target)
    # END SOLUTION


def max_pool_backward_fast(dout: Floats, cache: Any) -> Floats:
    """Max pooling's backward pass for speed, channels-first.

    Args:
        dout: ``(N, D, OH, OW)``, the gradient of the loss by the pooled output.
        cache: As ``max_pool_forward_fast`` gave it; it is left as it is.

    Returns:
        ``din (N, D, H, W)``, the same gradient as ``MaxPoolingLayer.backward`` gives.
    """
    # BEGIN SOLUTION
    # TODO(fast): the same gradient, again without a loop over batch, depth or output position.
    #   1. Unpack the cache.
    #   2. Send each window's gradient to the cell that held its first maximum, all windows at
    #      once.
    #   3. Gradients that meet in one input cell add up.
    #   Hint: there are two good ways. Loop over the cells of the window and add to slices with a
    #   step; or number all the input cells from 0, work out the number each window's gradient
    #   goes to, and let np.bincount (with its weights) add everything up in one go.
    input_shape, target = cache
    size = np.prod(input_shape)
    din = np.bincount(target.ravel(), weights=dout.ravel(), minlength=size)
    return din.reshape(input_shape)
    # END SOLUTION
