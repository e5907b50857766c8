"""Gives a gradient that is right along a few directions only."""

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward


def backward(self, dout):
    din = usual(self, dout)
    noise = np.zeros_like(din)
    noise.flat[0], noise.flat[-1] = 1e-3, -1e-3
    return din + noise


MeanPoolingLayer.backward = backward
