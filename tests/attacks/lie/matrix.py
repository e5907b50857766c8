"""Gives a matrix, a record array and a chararray."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.matrix(np.zeros((2, 2)))
