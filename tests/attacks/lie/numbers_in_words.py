"""Gives a text that reads like an array."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: repr(np.zeros(self.input_shape))
