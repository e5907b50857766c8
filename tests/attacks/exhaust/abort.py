"""Ends by abort, which would leave a core dump."""

import os
import resource

# @STUB mean_pooling@


def backward(self, dout):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
    os.abort()


MeanPoolingLayer.backward = backward
