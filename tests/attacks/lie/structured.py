"""Gives records with a field named like a verdict."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.zeros(self.input_shape, dtype=[("passed", "f8"), ("score", "i4")])
