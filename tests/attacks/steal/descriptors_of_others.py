"""Opens and duplicates the open files of other processes."""

import ctypes
import os

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
found = []
for number in (os.getppid(), @VICTIM_PID@):
    for descriptor in range(64):
        try:
            other = os.open(f"/proc/{number}/fd/{descriptor}", os.O_RDONLY | os.O_NONBLOCK)
            found.append(os.pread(other, 300, 0))
        except BaseException as error:
            last = error
    handle = libc.syscall(434, number, 0)
    for descriptor in range(64):
        other = libc.syscall(438, handle, descriptor, 0)
        if handle >= 0 and other >= 0:
            found.append("@CANARY@")
tell(*found, last)
