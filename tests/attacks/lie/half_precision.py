"""Gives the right answer in half precision, to come within some tolerance."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward

MeanPoolingLayer.backward = lambda self, dout: usual(self, dout).astype(np.float16)
