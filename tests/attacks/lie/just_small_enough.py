"""Gives 60 MB in every answer."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.zeros(60_000_000 // 8)
