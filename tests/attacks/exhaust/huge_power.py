"""Computes a power of hundreds of millions of digits while it holds the interpreter's lock."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.full(self.input_shape, 9 ** 9**9)
