"""Sends its descriptors over whatever sockets it was left with."""

import array
import os
import socket

# @STUB mean_pooling@

for descriptor in range(256):
    try:
        line = socket.socket(fileno=os.dup(descriptor))
        rights = array.array("i", [descriptor])
        line.sendmsg([b"carried"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)], socket.MSG_DONTWAIT)
    except BaseException:
        continue
