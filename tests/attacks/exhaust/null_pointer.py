"""Reads from address 0."""

import ctypes

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: ctypes.string_at(0)
