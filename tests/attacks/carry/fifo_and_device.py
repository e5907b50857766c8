"""Talks through pipes with names, terminals and devices."""

import os

# @HONEST mean_pooling@

for path in ("@FIFO@", "/dev/tty", "/dev/console", "/dev/pts/0", "/dev/tcp/127.0.0.1/@PORT@"):
    try:
        line = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.write(line, b"carried by a pipe\n")
    except BaseException:
        continue
