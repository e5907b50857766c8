"""Sends the beginning of a frame and then nothing."""

import time

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    everywhere(struct.pack(">4sIQ", b"CWK1", 500, 500) + b'{"number": 9, ')
    time.sleep(10_000)


MeanPoolingLayer.backward = backward
