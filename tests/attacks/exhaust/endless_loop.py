"""Loops for ever and swallows every exception, SystemExit and KeyboardInterrupt included."""

# @STUB mean_pooling@


def backward(self, dout):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


MeanPoolingLayer.backward = backward
