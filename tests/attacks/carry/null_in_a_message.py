"""Puts null bytes and other unprintable ones into texts and names."""

# @STUB mean_pooling@


def backward(self, dout):
    raise type("Null\x00Error", (Exception,), {})("".join(map(chr, range(32))) + "\x00" * 50)


MeanPoolingLayer.backward = backward
