"""Gives the right answer in single precision."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward

MeanPoolingLayer.backward = lambda self, dout: usual(self, dout).astype(np.float32)
