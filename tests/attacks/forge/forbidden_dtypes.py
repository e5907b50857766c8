"""Describes arrays of objects, records and texts, which an unwary reader would bring to life."""

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    for number, dtype in enumerate(["|O", "|V8", "<U2", "<M8[s]", "O", "i4,O", "<f16", "|S8", 8, None, ["<f8"]] * 30):
        everywhere(frame({"number": number, "value": {"array": 0}, "arrays": [[dtype, [1]]]}, bytes(8)))
    return np.zeros(self.input_shape)


MeanPoolingLayer.backward = backward
