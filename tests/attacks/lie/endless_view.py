"""Gives a view of 10^12 elements that takes eight bytes."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.broadcast_to(np.float64(0), (10**6, 10**6))
