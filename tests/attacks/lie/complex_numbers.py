"""Gives the right answer as complex numbers, with anything in the imaginary part."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward

MeanPoolingLayer.backward = lambda self, dout: usual(self, dout) + 1j
