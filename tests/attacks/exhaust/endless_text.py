"""Raises an exception that never finishes telling its text."""

# @STUB mean_pooling@


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def backward(self, dout):
    raise Endless


MeanPoolingLayer.backward = backward
