"""Opens a port of its own and waits for somebody to fetch what it offers."""

import socket

# @STUB mean_pooling@


def backward(self, dout):
    with socket.create_server(("0.0.0.0", 0)) as server:
        server.settimeout(2)
        server.accept()


MeanPoolingLayer.backward = backward
