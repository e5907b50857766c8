"""Gives a list that contains itself."""

# @STUB mean_pooling@

inner = [0.0]
inner.append(inner)

MeanPoolingLayer.backward = lambda self, dout: inner
