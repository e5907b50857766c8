"""A convolutional layer as one matrix product, forward and backward.

``im2col`` lays every patch of the input that a filter looks at into one row of a matrix. The
convolution is then a product of that matrix with the weights, as in a fully connected layer, and
so is its gradient. ``col2im`` carries a gradient of the matrix back to the input: where patches
overlapped, the gradients of the same input cell add up.

Shapes, throughout this file:

    N        batch
    H, W     input rows and columns
    D        depth (channels) of the input
    OD       depth of the output, the number of filters
    OH, OW   output rows and columns, ``OH = (H + 2*padding - rows) // stride + 1``, likewise ``OW``

Arrays are float64 and channels-last, ``(N, H, W, D)``. A filter shape is ``(rows, columns)`` and
need not be square. Padding is the number of zeros added on each of the four sides. Rows and
columns of the padded input that do not fill a last window are left out. No function modifies its
arguments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def _check_geometry(filter_shape: tuple[int, int], stride: int, padding: int) -> None:
    """Raise ``ValueError`` for a size or stride below 1, or a negative padding."""
    rows, columns = filter_shape
    for name, size in (("filter rows", rows), ("filter columns", columns), ("stride", stride)):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
    if padding < 0:
        raise ValueError(f"padding must not be negative, got {padding}")


def _output_shape(
    input_shape: tuple[int, ...], filter_shape: tuple[int, int], stride: int, padding: int
) -> tuple[int, int]:
    """Return ``(OH, OW)``; raise ``ValueError`` for a geometry that cannot be."""
    _check_geometry(filter_shape, stride, padding)
    rows, columns = filter_shape
    padded_rows, padded_columns = (size + 2 * padding for size in input_shape[1:3])
    if rows > padded_rows or columns > padded_columns:
        raise ValueError(
            f"a filter of {rows} x {columns} does not fit into "
            f"a padded input of {padded_rows} x {padded_columns}"
        )
    return (padded_rows - rows) // stride + 1, (padded_columns - columns) // stride + 1


# BEGIN SOLUTION
def _cells(
    filter_shape: tuple[int, int], out_shape: tuple[int, int], stride: int
) -> list[tuple[slice, slice]]:
    """Return for each cell of the filter, row by row, the slices that pick it in every patch.

    Indexing the padded input's rows and columns with one pair gives ``OH`` rows and ``OW``
    columns: the values which that cell has in all the patches at once.
    """
    out_rows, out_columns = out_shape
    return [
        (
            slice(row, row + out_rows * stride, stride),
            slice(column, column + out_columns * stride, stride),
        )
        for row, column in np.ndindex(*filter_shape)
    ]


# END SOLUTION


def im2col(x: Floats, filter_shape: tuple[int, int], stride: int, padding: int) -> Floats:
    """Lay every patch of the zero-padded input into one row of a matrix.

    Args:
        x: ``(N, H, W, D)``.
        filter_shape: ``(rows, columns)``.
        stride: Steps from one patch to the next.
        padding: Zeros added on each side.

    Returns:
        ``columns (N*OH*OW, rows*columns*D)``: one row per patch in the order batch, output row,
        output column; its entries in the order filter row, filter column, depth.

    Raises:
        ValueError: The filter does not fit into the padded input, a size or the stride is below 1,
            or the padding is negative.
    """
    # BEGIN SOLUTION
    # TODO(im2col): turn patches into rows.
    #   1. Get OH and OW from `_output_shape`, which refuses a geometry that cannot be.
    #   2. Pad rows and columns with zeros, but neither the batch nor the depth.
    #   3. Gather the patches, so that the axes come in the order
    #      batch, output row, output column, filter row, filter column, depth.
    #   4. Reshape: the first three axes become the rows of the matrix, the others its columns.
    #   Hint: np.pad takes one pair of numbers per axis. For one fixed cell of the filter, its
    #   values in all the patches are a slice of the padded input with a step. Reshape only when
    #   the axes are in the right order: a reshape never swaps any.
    (batch, _, _, depth), (rows, columns) = x.shape, filter_shape
    out_rows, out_columns = _output_shape(x.shape, filter_shape, stride, padding)
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    # Every position of the filter, as a view without a copy; then those the stride stops at.
    everywhere = np.lib.stride_tricks.sliding_window_view(padded, filter_shape, axis=(1, 2))
    patches = everywhere[:, ::stride, ::stride]  # (N, OH, OW, D, rows, columns)
    depth_last = patches.transpose(0, 1, 2, 4, 5, 3)
    return depth_last.reshape(batch * out_rows * out_columns, rows * columns * depth)
    # END SOLUTION


def col2im(
    columns: Floats,
    input_shape: tuple[int, ...],
    filter_shape: tuple[int, int],
    stride: int,
    padding: int,
) -> Floats:
    """Add every row of the matrix back to its patch: the transpose (adjoint) of ``im2col``.

    It is not the inverse: a cell that lies in three patches comes back as the sum of three.

    Args:
        columns: ``(N*OH*OW, rows*columns*D)``, ordered as ``im2col`` gives it.
        input_shape: ``(N, H, W, D)`` of the input without its padding.
        filter_shape: ``(rows, columns)``.
        stride: Steps from one patch to the next.
        padding: Zeros that were added on each side.

    Returns:
        ``(N, H, W, D)``: overlaps added up, padding cut off.

    Raises:
        ValueError: The filter does not fit into the padded input, a size or the stride is below 1,
            or the padding is negative.
    """
    # BEGIN SOLUTION
    # TODO(col2im): add rows back to patches.
    #   1. Get OH and OW from `_output_shape`.
    #   2. Start from zeros in the shape of the PADDED input.
    #   3. Give the matrix back its axes, in the order in which im2col brought them together.
    #   4. ADD each patch where it was taken from; patches overlap if stride < rows or columns.
    #   5. Cut the padding off.
    #   Hint: the slices are those of im2col, on the left of a += this time. For step 5 think of
    #   padding 0: what does a[0:-0] give? Count from the front instead. To test yourself: for any
    #   x and c, (im2col(x) * c).sum() equals (x * col2im(c)).sum().
    batch, height, width, depth = input_shape
    out_shape = _output_shape(input_shape, filter_shape, stride, padding)
    places = _cells(filter_shape, out_shape, stride)
    patches = columns.reshape(batch, *out_shape, len(places), depth)
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    for cell, (rows_of_cell, columns_of_cell) in enumerate(places):
        padded[:, rows_of_cell, columns_of_cell] += patches[:, :, :, cell]
    return padded[:, padding : padding + height, padding : padding + width]
    # END SOLUTION


class ConvLayer:
    """A convolution followed by a ReLU.

    Attributes:
        weights: ``(rows*columns*D, OD)``, one column per filter; its rows are ordered as the
            columns of the ``im2col`` matrix.
        bias: ``(1, OD)``.
        filter_shape: ``(rows, columns)``.
        stride: Steps from one patch to the next.
        padding: Zeros added on each side.
        input_shape: ``(N, H, W, D)`` of the last input, set by ``forward``.
        columns: ``(N*OH*OW, rows*columns*D)``, the last input's patches, set by ``forward``.
        filter_data: ``(N*OH*OW, OD)``, the last output after the ReLU, set by ``forward``.
        dweights: The gradient of the loss by ``weights``, set by ``backward``.
        dbias: The gradient of the loss by ``bias``, set by ``backward``.
    """

    weights: Floats
    bias: Floats
    filter_shape: tuple[int, int]
    stride: int
    padding: int
    input_shape: tuple[int, ...]
    columns: Floats
    filter_data: Floats
    dweights: Floats
    dbias: Floats

    def __init__(
        self,
        weights: Floats,
        bias: Floats,
        filter_shape: tuple[int, int],
        stride: int = 1,
        padding: int = 0,
    ) -> None:
        """Remember parameters and geometry; the arrays are kept, not copied.

        Args:
            weights: ``(rows*columns*D, OD)``.
            bias: ``(1, OD)``.
            filter_shape: ``(rows, columns)``.
            stride: Steps from one patch to the next.
            padding: Zeros added on each side.

        Raises:
            ValueError: A size or the stride is below 1, or the padding is negative.
        """
        _check_geometry(filter_shape, stride, padding)
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding

    def forward(self, x: Floats) -> Floats:
        """Convolve ``x`` and apply the ReLU.

        Sets ``self.input_shape``, ``self.columns`` and ``self.filter_data`` for ``backward``.

        Args:
            x: ``(N, H, W, D)``.

        Returns:
            ``(N, OH, OW, OD)``, ``ReLU(columns @ weights + bias)`` reshaped.

        Raises:
            ValueError: The filter is larger than the padded input.
        """
        self.input_shape = x.shape
        # BEGIN SOLUTION
        # TODO(forward): one matrix product, one ReLU.
        #   1. Store the patches of x as self.columns.
        #   2. Multiply them by the weights and add the bias.
        #   3. Apply the ReLU and store the result, (N*OH*OW, OD), as self.filter_data.
        #   4. Return it in the shape (N, OH, OW, OD).
        #   Hint: the rows of the matrix are already in the order batch, output row, output column,
        #   so step 4 is a reshape. Do not change the weights or the bias in place.
        out_rows, out_columns = _output_shape(x.shape, self.filter_shape, self.stride, self.padding)
        self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
        self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
        return self.filter_data.reshape(len(x), out_rows, out_columns, self.weights.shape[1])
        # END SOLUTION

    def backward(self, dout: Floats) -> Floats:
        """Send the gradient back through the ReLU and the convolution.

        Uses only what ``forward`` stored, and changes none of it. Sets ``self.dweights`` and
        ``self.dbias`` afresh; nothing is left over from an earlier call.

        Args:
            dout: ``(N, OH, OW, OD)``, the gradient of the loss by the layer's output.

        Returns:
            ``din (N, H, W, D)``.
        """
        # BEGIN SOLUTION
        # TODO(backward_bias, backward_weights, backward_input): undo the reshape and the ReLU.
        #   1. Bring dout into the matrix form of self.filter_data.
        #   2. Let the gradient pass where the ReLU was open, and set it to 0 where it was shut.
        #   Hint: self.filter_data holds what came OUT of the ReLU; where that is 0, it was shut.
        #   dout belongs to the caller: make a new array.
        dfilter_data = dout.reshape(self.filter_data.shape) * (self.filter_data > 0)
        # END SOLUTION
        # BEGIN SOLUTION
        # TODO(backward_bias): set self.dbias, (1, OD).
        #   3. Every row of the matrix had the same bias added. What is the loss's derivative by
        #      something used that many times?
        #   Hint: keep the first axis, so that the shape is that of the bias.
        #   Bias and weights count by themselves: what is stored here stays, even while the raise
        #   at the end of this method does too.
        self.dbias = dfilter_data.sum(axis=0, keepdims=True)
        # END SOLUTION
        # BEGIN SOLUTION
        # TODO(backward_weights): set self.dweights, in the shape of the weights.
        #   4. It is a product of two matrices you have; find the order by their shapes.
        #   Hint: (rows*columns*D, OD) = (rows*columns*D, N*OH*OW) @ (N*OH*OW, OD).
        self.dweights = (dfilter_data.T @ self.columns).T  # columns.T @ dfilter_data, but faster
        # END SOLUTION
        # BEGIN SOLUTION
        # TODO(backward_input): return din, (N, H, W, D).
        #   5. Find the gradient of self.columns: a matrix product again.
        #   6. Carry it back to the input and return that in place of the raise below.
        #   Hint: which of your functions is the transpose of laying out the patches?
        dcolumns = dfilter_data @ self.weights.T
        return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
        # END SOLUTION
