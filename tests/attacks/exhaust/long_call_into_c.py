"""Multiplies large matrices, during which no Python handler runs."""

# @STUB mean_pooling@


def backward(self, dout):
    matrix = np.ones((4000, 4000))
    while True:
        matrix @ matrix


MeanPoolingLayer.backward = backward
