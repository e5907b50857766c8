"""Stops and continues its parent and the grader's other processes, by signals and by pidfd."""

import ctypes
import os
import signal

# @HONEST mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
for target in (@VICTIM_PID@, os.getppid()):
    try:
        os.kill(target, signal.SIGSTOP)
    except OSError:
        pass
    descriptor = libc.syscall(434, target, 0)
    if descriptor >= 0:
        libc.syscall(424, descriptor, signal.SIGSTOP, None, 0)
        os.close(descriptor)
    libc.syscall(129, target, signal.SIGUSR1, None)
