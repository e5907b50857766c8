"""Stops itself by SIGSTOP, so that it neither runs nor ends."""

import os
import signal

# @STUB mean_pooling@


def backward(self, dout):
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
        signal.raise_signal(signal.SIGTSTP)


MeanPoolingLayer.backward = backward
