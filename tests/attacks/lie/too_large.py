"""Gives an array larger than any frame."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.zeros(9 << 20)
