"""Claims objects of impossible and of foreign numbers."""

import sys

# @STUB mean_pooling@

NUMBERS = [10**300, -1, 0, 2**64, 1]
module = sys.modules.get("autograder.worker")


def kept(self, value):
    NUMBERS.append(NUMBERS.pop(0))
    return module.Handle(NUMBERS[-1], "ndarray")


if module is not None:
    module.Worker._kept = kept
