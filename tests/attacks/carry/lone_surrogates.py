"""Raises text that no encoding holds."""

# @STUB mean_pooling@


def backward(self, dout):
    raise type("Sur\udcffrogate", (Exception,), {})("\ud800\udfff\udc80 \udcff" * 10)


MeanPoolingLayer.backward = backward
