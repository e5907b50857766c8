"""Moves every input by one and lets the template's own forward do the rest."""

# @STUB mean_pooling@


def backward(self, dout):
    shape = self.input_shape
    din = np.zeros(shape)
    for where in np.ndindex(*shape):
        x = np.zeros(shape)
        x[where] = 1.0
        din[where] = np.sum(self.forward(x) * dout)
    return din


MeanPoolingLayer.backward = backward
