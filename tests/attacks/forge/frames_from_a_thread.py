"""Lets a thread write answers over and over while checks run."""

import threading
import time

# @STUB mean_pooling@
# @CHANNEL@


def keep_on():
    for number in range(3000):
        everywhere(frame({"number": number, "value": {"array": 0}, "arrays": [["<f8", [1]]]}, bytes(8)))
        time.sleep(0.001)


threading.Thread(target=keep_on, daemon=True).start()
