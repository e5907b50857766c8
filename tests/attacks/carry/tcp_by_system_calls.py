"""Calls a service by bare system calls, past Python's socket module."""

import ctypes
import struct

# @HONEST mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
line = libc.syscall(41, 2, 1, 0)
address = struct.pack("=H", 2) + struct.pack(">H", @PORT@) + bytes([127, 0, 0, 1]) + bytes(8)
if line >= 0 and libc.syscall(42, line, address, 16) == 0:
    libc.syscall(44, line, b"carried by calls\n", 17, 0, None, 0)
