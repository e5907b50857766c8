"""Moves every input and lets the stored max_index pick, without deriving where a gradient goes."""

# @STUB max_pooling@


def picked(self, x):
    n, height, width, depth = x.shape
    (rows, columns), step = self.window, self.stride
    out = np.empty(self.max_index.shape)
    for b, row, column, d in np.ndindex(*out.shape):
        part = x[b, row * step : row * step + rows, column * step : column * step + columns, d]
        out[b, row, column, d] = part.flat[self.max_index[b, row, column, d]]
    return out


def backward(self, dout):
    din = np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        x = np.zeros(self.input_shape)
        x[where] = 1.0
        din[where] = np.sum(picked(self, x) * dout)
    return din


MaxPoolingLayer.backward = backward
