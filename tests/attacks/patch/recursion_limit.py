"""Lowers the recursion limit until the worker itself can hardly answer."""

import sys

# @HONEST mean_pooling@

for limit in range(200, 10, -1):
    try:
        sys.setrecursionlimit(limit)
    except RecursionError:
        break
