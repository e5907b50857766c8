"""Interrupts the main thread while it is imported."""

import _thread
import signal

# @STUB mean_pooling@

_thread.interrupt_main(signal.SIGINT)
raise KeyboardInterrupt
