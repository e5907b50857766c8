"""Blocks and ignores every signal there is, and then loops."""

import signal

# @STUB mean_pooling@


def backward(self, dout):
    for number in range(1, 65):
        try:
            signal.signal(number, lambda *_: None)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


MeanPoolingLayer.backward = backward
