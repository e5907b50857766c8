"""Gives an integer of a million digits and one that no float holds."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: 7 ** 1_000_000
