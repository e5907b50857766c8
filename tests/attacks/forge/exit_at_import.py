"""Leaves with code 0 while it is imported."""

import sys

# @STUB mean_pooling@

sys.exit(0)
