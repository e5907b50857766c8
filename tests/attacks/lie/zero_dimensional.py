"""Gives an array without dimensions."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.array(0.0)
