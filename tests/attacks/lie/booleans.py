"""Gives True everywhere."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.ones(self.input_shape, dtype=bool)
