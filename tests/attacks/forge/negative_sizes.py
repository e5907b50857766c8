"""Describes arrays of negative, huge, fractional and textual sizes."""

# @STUB mean_pooling@
# @CHANNEL@

SIZES = ([-1], [-1, -8], [0, 2**63], [2**70], [1.5], ["1"], [[1]], [True], [1] * 40, None, {"0": 1})


def backward(self, dout):
    for number, size in enumerate(SIZES * 30):
        everywhere(frame({"number": number, "value": {"array": 0}, "arrays": [["<f8", size]]}, bytes(8)))
    return np.zeros(self.input_shape)


MeanPoolingLayer.backward = backward
