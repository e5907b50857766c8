"""Solves the exercise under a timer that fires ten thousand times a second."""

import signal

# @HONEST mean_pooling@

signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
