"""Opens the private file by the C library and by bare system calls, past anything that Python guards."""

import ctypes

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
found = []
for number in (None, 2, 257, 437):  # open, then open, openat and openat2 by their numbers
    data = ctypes.create_string_buffer(200)
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    if number is None:
        descriptor = libc.open(b"@SECRET_FILE@", 0)
    elif number == 2:
        descriptor = libc.syscall(2, b"@SECRET_FILE@", 0, 0)
    elif number == 257:
        descriptor = libc.syscall(257, -100, b"@SECRET_FILE@", 0, 0)
    else:
        descriptor = libc.syscall(437, -100, b"@SECRET_FILE@", how, 24)
    if descriptor >= 0:
        libc.read(descriptor, data, 199)
    found.append((number, descriptor, data.value.decode()))
tell(*found)
