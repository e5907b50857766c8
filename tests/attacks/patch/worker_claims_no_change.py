"""Spoils dout and the random state, and patches the worker to claim that nothing changed."""

import gc

# @HONEST mean_pooling@

usual = MeanPoolingLayer.backward
before = []


def backward(self, dout):
    before[:] = [dout.copy()]
    din = usual(self, dout)
    dout[...] = 7
    np.random.seed(0)
    return din


MeanPoolingLayer.backward = backward
for each in gc.get_objects():
    if type(each).__name__ == "Worker" and "fetch" in getattr(each, "operations", ()):
        each.operations["fetch"] = lambda number: before[0]
        each.operations["random_state"] = lambda number: "the same as ever"
