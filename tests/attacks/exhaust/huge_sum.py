"""Adds up 10^12 numbers without a line of Python in between."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: sum(range(10**12))
