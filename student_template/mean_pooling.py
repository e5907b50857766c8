"""Mean pooling, forward and backward.

A mean-pooling layer replaces every window by its average. All the cells of a window have the same
part in that average, so the backward pass shares the window's gradient out equally among them:
the shares of one window add up to its gradient, no more and no less.

Shapes, throughout this file:

    N        batch
    H, W     input rows and columns
    D        depth (channels)
    OH, OW   output rows and columns, ``OH = (H - rows) // stride + 1`` and likewise ``OW``

Arrays are float64 and channels-last, ``(N, H, W, D)``. A window is ``(rows, columns)`` and need
not be square. Input rows and columns that do not fill a last window are left out of every window.
No method modifies its arguments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def _require_at_least_one(**sizes: int) -> None:
    """Raise ``ValueError`` that names the first of ``sizes`` below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")


class MeanPoolingLayer:
    """Averages every window, separately for each channel.

    Attributes:
        window: Rows and columns of the window.
        stride: Steps from one window to the next, along both axes.
        input_shape: ``(N, H, W, D)`` of the last input, set by ``forward``.
    """

    window: tuple[int, int]
    stride: int
    input_shape: tuple[int, ...]

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
        """Average the windows of ``x``, and set ``self.input_shape`` for ``backward``.

        Args:
            x: ``(N, H, W, D)``.

        Returns:
            ``(N, OH, OW, D)``, the mean of each window.

        Raises:
            ValueError: The window is larger than the input.
        """
        rows, columns = self.window
        if rows > x.shape[1] or columns > x.shape[2]:
            raise ValueError(
                f"a window of {rows} x {columns} does not fit into "
                f"an input of {x.shape[1]} x {x.shape[2]}"
            )
        self.input_shape = x.shape
        # Every position of the window first, (N, H-rows+1, W-columns+1, D, rows, columns), as a
        # view without a copy; then only the positions which the stride stops at.
        windows = np.lib.stride_tricks.sliding_window_view(x, self.window, axis=(1, 2))
        out: Floats = windows[:, :: self.stride, :: self.stride].mean(axis=(-2, -1))
        return out

    def backward(self, dout: Floats) -> Floats:
        """Share each gradient out equally over its window.

        Uses ``self.input_shape`` only, and does not change it.

        Args:
            dout: ``(N, OH, OW, D)``, the gradient of the loss by the layer's output.

        Returns:
            ``din (N, H, W, D)`` with ``din.sum() == dout.sum()`` up to rounding; the shares of
            overlapping windows add up, and a cell that no window covers gets 0.
        """
        # TODO(backward): share every gradient out over its window.
        #   1. Start from a gradient of zeros in the shape of the input.
        #   2. Work out one cell's share. The output is (a + b + ... ) / n: what is its derivative
        #      by a, and what is n for a window of 2 x 3?
        #   3. Add the share to every cell of the window. ADD, for windows may overlap.
        #   4. Leave the cells between and behind the windows at 0.
        #   Hint: a loop over output positions, or one over the few cells of the window: for one
        #   fixed cell, the places it takes in all the windows are a slice of din with a step.
        #   Compare din.sum() with dout.sum(): were the gradient copied, not shared, the sum would
        #   be rows * columns times too large.
        raise NotImplementedError("TODO: backward")
