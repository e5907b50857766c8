"""Switches the garbage collector off and hangs callbacks on it."""

import gc

# @HONEST mean_pooling@

gc.disable()
gc.freeze()
gc.set_threshold(1, 1, 1)
gc.callbacks.append(lambda phase, info: None)
gc.enable()
