"""Reads whatever was left open when it was started, and walks from any folder among it."""

import os
import stat

# @TELL mean_pooling@

found = []
for descriptor in range(3, 1024):
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        continue
    try:
        if stat.S_ISDIR(mode):
            found.append(os.listdir(descriptor)[:10])
            found.append(os.listdir(os.open("../../..", os.O_RDONLY, dir_fd=descriptor))[:10])
            found.append(os.read(os.open("@SECRET_FILE@"[1:], os.O_RDONLY, dir_fd=descriptor), 200))
        elif stat.S_ISREG(mode):
            found.append(os.pread(descriptor, 300, 0))
    except BaseException as error:
        found.append(type(error).__name__)
tell(*found)
