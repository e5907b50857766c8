"""Gives dates and durations in the place of numbers."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.zeros(self.input_shape, dtype="timedelta64[s]")
