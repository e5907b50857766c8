"""Ends its process with code 0 while it is imported."""

import os

# @STUB mean_pooling@

os._exit(0)
