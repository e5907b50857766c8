"""Raises a text of a megabyte, all of it letters that need escaping."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("<&\"'`|\\*_\x1b" * 100_000)


MeanPoolingLayer.backward = backward
