"""Reads every piece of memory that processes of the machine share."""

from multiprocessing import shared_memory
from pathlib import Path

# @TELL mean_pooling@

found = []
try:
    for path in Path("/dev/shm").iterdir():
        found.append(path.read_bytes()[:200])
except BaseException as error:
    found.append(error)
try:
    found.append(bytes(shared_memory.SharedMemory("@SHM@").buf[:100]))
except BaseException as error:
    found.append(error)
tell(*found)
