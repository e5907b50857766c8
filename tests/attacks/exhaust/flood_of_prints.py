"""Prints for ever, a hundred kilobytes at a time."""

# @STUB mean_pooling@


def backward(self, dout):
    while True:
        print("x" * 100_000, flush=True)


MeanPoolingLayer.backward = backward
