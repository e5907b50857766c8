"""Solves the exercise and prints twenty megabytes on the way."""

import os
import sys

# @HONEST mean_pooling@

for _ in range(100):
    print("x" * 100_000)
    print("y" * 50_000, file=sys.stderr)
    for descriptor in (1, 2):
        try:
            os.write(descriptor, b"z" * 30_000)
        except OSError:
            continue
