"""Raises an exception with a hundred thousand causes and a traceback as long."""

# @STUB mean_pooling@


def backward(self, dout, depth=0):
    first = None
    for number in range(100_000):
        last = ValueError(number)
        last.__cause__ = first
        first = last
    raise ExceptionGroup("many", [first] * 1000)


MeanPoolingLayer.backward = backward
