"""Gives the right answer in a precision that other machines do not have."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward

MeanPoolingLayer.backward = lambda self, dout: usual(self, dout).astype(np.longdouble)
