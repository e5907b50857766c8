"""Makes namespaces of its own and binds the whole file system into its folder."""

import ctypes
import os

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
found = [libc.unshare(0x10000000 | 0x00020000), libc.unshare(0x00020000)]
try:
    os.mkdir("view")
    found.append(libc.mount(b"/", b"view", None, 4096 | 16384, None))
    found.append(libc.mount(b"proc", b"view", b"proc", 0, None))
    found.append(libc.umount2(b"@TMP@", 2))
    with open("view@SECRET_FILE@") as secret:
        found.append(secret.read())
except BaseException as error:
    found.append(error)
try:
    with open("@SECRET_FILE@") as secret:
        found.append(secret.read())
except BaseException as error:
    found.append(error)
tell(*found)
