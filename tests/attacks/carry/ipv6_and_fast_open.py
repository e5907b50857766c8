"""Calls by IPv6 and by TCP fast open, which needs no connect."""

import socket

# @HONEST mean_pooling@

for family, address in ((socket.AF_INET6, ("::1", @PORT@)), (socket.AF_INET6, ("::ffff:127.0.0.1", @PORT@)), (socket.AF_INET, ("127.0.0.1", @PORT@))):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(0.5)
            line.sendto(b"carried by fast open\n", 0x20000000, address)
    except BaseException:
        continue
