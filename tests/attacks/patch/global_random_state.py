"""Solves the exercise, but seeds numpy's global generator on the way."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward


def backward(self, dout):
    np.random.seed(0)
    return usual(self, dout)


MeanPoolingLayer.backward = backward
