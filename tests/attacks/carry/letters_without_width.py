"""Hides text between letters that are not seen, and stacks marks on one letter."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("p\u200ba\u200cs\u200ds\u2060e\ufeffd\u00ad" + "e\u0301" * 3 + "\u0336" * 500 + "\U000e0041\U000e0042")


MeanPoolingLayer.backward = backward
