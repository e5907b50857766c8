"""Gives the right answer big-endian, backwards in memory and read-only."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward


def backward(self, dout):
    din = usual(self, dout).astype(">f8")[::-1].copy()[::-1]
    din.flags.writeable = False
    return din


MeanPoolingLayer.backward = backward
