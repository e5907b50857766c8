"""Solves the exercise and leaves a thread spinning and one asleep, neither a daemon."""

import threading
import time

# @HONEST mean_pooling@


def spin():
    while True:
        time.sleep(0.001)


threading.Thread(target=spin).start()
threading.Thread(target=time.sleep, args=(1e6,)).start()
