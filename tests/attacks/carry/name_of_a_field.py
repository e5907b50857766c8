"""Gives an array whose dtype has hostile field names, which messages quote."""

# @STUB mean_pooling@


def backward(self, dout):
    return np.zeros(3, dtype=[("<b>\x1b[31m", "f8"), ("=1+1", "f8")])


MeanPoolingLayer.backward = backward
