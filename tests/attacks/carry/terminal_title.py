"""Sets the terminal's title, its clipboard and a link by its escape sequences."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("\x1b]0;root\x07\x1b]52;c;ZWNobyBoaQ==\x07\x1b]8;;http://127.0.0.1:@PORT@\x1b\\click\x1b]8;;\x1b\\\x90q\x9c")


MeanPoolingLayer.backward = backward
