"""Talks to a service by a socket that has a name and no file, which no rule on files sees."""

import socket

# @HONEST mean_pooling@

try:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect("\0@ABSTRACT@")
        line.send(b"carried by a name\n")
except BaseException:
    pass
