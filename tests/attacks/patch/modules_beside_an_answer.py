"""Hands in a right answer among files that would spoil it, were they ever imported."""

# @HONEST mean_pooling@
