"""Fills the channel with frames as fast as it can."""

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    data = frame({"number": 1, "value": {"array": 0}, "arrays": [["|u1", [1 << 24]]]}, bytes(1 << 24))
    while True:
        everywhere(data)


MeanPoolingLayer.backward = backward
