"""Fails at import with a formula, which becomes the diagnosis of every exercise."""

# @STUB mean_pooling@

raise type("=1+1", (Exception,), {})("=cmd|' /C calc'!A0\n=2+2,\"=3+3")
