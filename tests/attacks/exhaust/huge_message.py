"""Raises an exception with a text of a hundred million characters."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("x" * 10**8)


MeanPoolingLayer.backward = backward
