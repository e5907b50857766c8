"""Has a source line that would end the block of code which quotes it."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("x")  # ``` ```` ````` ~~~ ````````


MeanPoolingLayer.backward = backward
