"""Has control characters in the source line that its traceback quotes."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("@ESC@[31m red")  # @ESC@]0;title@BEL@ <script>alert(1)</script>


MeanPoolingLayer.backward = backward
