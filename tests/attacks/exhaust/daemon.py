"""Solves the exercise and leaves a daemon behind that outlives it."""

import os
import time

# @HONEST mean_pooling@

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
except OSError:
    pass
