"""Waits for somebody to type something."""

import os
import sys
import threading

# @STUB mean_pooling@


def backward(self, dout):
    try:
        sys.stdin.read()
        os.read(0, 1)
        input()
    except BaseException:
        pass
    threading.Event().wait()


MeanPoolingLayer.backward = backward
