"""Gives the numbers as texts."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.zeros(self.input_shape).astype(str)
