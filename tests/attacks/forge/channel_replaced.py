"""Puts a file of its own in the place of every descriptor."""

import os

# @STUB mean_pooling@

own = os.open("own", os.O_CREAT | os.O_RDWR)
for descriptor in range(64):
    if descriptor != own:
        try:
            os.fstat(descriptor)
            os.dup2(own, descriptor)
        except OSError:
            continue
