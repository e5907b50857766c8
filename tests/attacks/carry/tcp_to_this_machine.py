"""Calls a service of the machine that grades."""

import socket

# @HONEST mean_pooling@

for address in (("127.0.0.1", @PORT@), ("localhost", @PORT@), ("0.0.0.0", @PORT@)):
    try:
        with socket.create_connection(address, timeout=0.5) as line:
            line.sendall(b"carried by tcp\n")
    except BaseException:
        continue
