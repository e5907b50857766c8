"""Asks a name server, the name being what it carries."""

import socket

# @HONEST mean_pooling@

QUESTION = bytes.fromhex("00010100000100000000000007636172726965640765786d61706c650000010001")
for family, address in ((socket.AF_INET, ("127.0.0.1", @UDP_PORT@)), (socket.AF_INET, ("127.0.0.53", 53))):
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.sendto(QUESTION, address)
    except BaseException:
        continue
try:
    socket.getaddrinfo("localhost", 80)
except BaseException:
    pass
