"""Asks numpy for a terabyte, then for many small arrays that are kept."""

# @STUB mean_pooling@

kept = []


def backward(self, dout):
    try:
        kept.append(np.ones(1 << 37))
    except MemoryError:
        pass
    while True:
        kept.append(np.ones(1 << 20))


MeanPoolingLayer.backward = backward
