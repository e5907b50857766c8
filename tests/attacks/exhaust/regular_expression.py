"""Lets a regular expression go back and forth, 2^60 times."""

import re

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: re.match(r"(a|aa)+$", "a" * 90 + "b")
