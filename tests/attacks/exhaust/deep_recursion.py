"""Calls itself for ever."""

# @STUB mean_pooling@


def backward(self, dout):
    return backward(self, dout)


MeanPoolingLayer.backward = backward
