"""Gives a generator, a coroutine's frame and an iterator in the place of an array."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: (row for row in dout)
