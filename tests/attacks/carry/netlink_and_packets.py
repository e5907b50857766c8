"""Opens the rarer kinds of sockets: netlink, packets, raw, Bluetooth, virtual machines, algorithms."""

import socket

# @HONEST mean_pooling@

opened = []
for family in range(46):
    for kind in (1, 2, 3, 5):
        try:
            opened.append(socket.socket(family, kind))
        except BaseException:
            continue
for line in opened:
    try:
        line.setblocking(False)
        line.connect(("127.0.0.1", @PORT@))
    except BaseException:
        continue
