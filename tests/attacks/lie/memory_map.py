"""Gives the right answer as a map of a file that changes later."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward


def backward(self, dout):
    din = usual(self, dout)
    mapped = np.memmap("mapped", dtype=float, mode="w+", shape=din.shape)
    mapped[...] = din
    return mapped


MeanPoolingLayer.backward = backward
