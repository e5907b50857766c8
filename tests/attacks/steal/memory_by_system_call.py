"""Reads other processes' memory by process_vm_readv, and attaches to them by ptrace."""

import ctypes
import os

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
found = []


class Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


for number in (os.getppid(), @VICTIM_PID@):
    data = ctypes.create_string_buffer(4096)
    mine = Part(ctypes.addressof(data), 4096)
    theirs = Part(id(type), 4096)
    found.append(libc.process_vm_readv(number, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0))
    found.append(libc.ptrace(16, number, None, None))
    found.append(libc.ptrace(0x4206, number, None, None))
    libc.ptrace(17, number, None, None)
if any(each >= 0 for each in found):
    tell("@CANARY@", *found)
