"""Takes a second for each call, in the hope that each call has a clock of its own."""

import time

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward


def backward(self, dout):
    time.sleep(1)
    return usual(self, dout)


MeanPoolingLayer.backward = backward
