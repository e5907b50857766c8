"""Gives more arrays than a frame may hold, in tuples of tuples."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: tuple(tuple(np.zeros(1) for _ in range(16)) for _ in range(40))
