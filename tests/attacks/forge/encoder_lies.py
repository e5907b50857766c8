"""Patches the encoder so that everything becomes an array of zeros."""

import sys

# @STUB mean_pooling@


def encode(value, parcel, depth=0):
    return {"array": parcel.add(np.zeros((2, 4, 6, 3))), "layout": "C"}


for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("autograder") and hasattr(module, "encode"):
        module.encode = encode
