"""Leaves a daemon behind, out of its session, that answers and writes results later."""

import os
import time

# @HONEST mean_pooling@
# @CHANNEL@

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for _ in range(200):
                time.sleep(0.1)
                everywhere(frame({"number": 20, "value": None, "arrays": []}))
                try:
                    with open("@VICTIM_FILE@", "a") as victim:
                        victim.write("forged\n")
                except OSError:
                    continue
        os._exit(0)
except OSError:
    pass
