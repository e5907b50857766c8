"""Gives infinities, whose difference is NaN."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.full(self.input_shape, np.inf) * np.sign(dout.sum())
