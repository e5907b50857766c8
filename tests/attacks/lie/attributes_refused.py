"""Has a layer that refuses to be told its input's shape, and knows another."""

# @STUB mean_pooling@


class MeanPoolingLayer(MeanPoolingLayer):
    input_shape = property(lambda self: (1, 1, 1, 1), lambda self, value: 1 / 0)

    def backward(self, dout):
        return np.zeros((2, 4, 6, 3))
