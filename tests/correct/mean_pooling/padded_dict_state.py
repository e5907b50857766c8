"""Mean pooling; everything the layer knows is in self.state."""
import numpy as np


class MeanPoolingLayer:
    def __init__(self, window, stride):
        self.state = {"window": tuple(window), "stride": stride}

    input_shape = property(
        lambda self: self.state["input_shape"],
        lambda self, shape: self.state.update(input_shape=tuple(shape)),
    )

    def _counts(self):
        rows, columns = self.state["window"]
        stride = self.state["stride"]
        _, h, w, _ = self.input_shape
        if min(rows, columns, stride) < 1:
            raise ValueError("window and stride start at 1")
        if h < rows or w < columns:
            raise ValueError("input smaller than the window")
        return (h - rows) // stride + 1, (w - columns) // stride + 1

    def forward(self, x):
        self.input_shape = x.shape
        oh, ow = self._counts()
        rows, columns = self.state["window"]
        stride = self.state["stride"]
        self.state["calls"] = self.state.get("calls", 0) + 1
        out = np.zeros((x.shape[0], oh, ow, x.shape[3]))
        for r in range(oh):
            for c in range(ow):
                top, left = r * stride, c * stride
                out[:, r, c, :] = np.mean(x[:, top : top + rows, left : left + columns, :], axis=(1, 2))
        return out

    def backward(self, dout):
        """Pad the share of one output up to a whole input, and add up the inputs."""
        oh, ow = self._counts()
        rows, columns = self.state["window"]
        stride = self.state["stride"]
        _, h, w, _ = self.input_shape
        din = np.zeros(self.input_shape)
        for r in range(oh):
            for c in range(ow):
                share = dout[:, r : r + 1, c : c + 1, :] / (rows * columns)
                block = np.tile(share, (1, rows, columns, 1))
                top, left = r * stride, c * stride
                margins = ((0, 0), (top, h - top - rows), (left, w - left - columns), (0, 0))
                din = din + np.pad(block, margins)
        return din
