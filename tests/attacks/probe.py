"""Tries gently what the dangerous attacks do in earnest: whatever succeeds is named, and costs everything."""

import ctypes
import os
import socket
import sys

# @HONEST mean_pooling@


def forks():
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def unshares():
    if ctypes.CDLL(None).unshare(0x10000000) != 0:
        raise OSError


TRIED = {
    "reading a private file": lambda: open("@SECRET_FILE@").close(),
    "reading the solution": lambda: open("@KIT@/solutions/mean_pooling.py").close(),
    "writing a file elsewhere": lambda: open("@VICTIM_FILE@", "a").close(),
    "writing among the results": lambda: open("@OUT@/probe", "w").close(),
    "a signal to another process": lambda: os.kill(int("@VICTIM_PID@"), 0),
    "a child process": forks,
    "a socket": lambda: socket.socket().close(),
    "a new namespace": unshares,
}
succeeded = []
for what, attempt in TRIED.items():
    try:
        attempt()
    except OSError:
        continue
    succeeded.append(what)
if succeeded:
    sys.exit("not confined: " + ", ".join(succeeded))
