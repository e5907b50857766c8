"""Puts a script, an image and a form into an exception's text."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("<script>alert(1)</script><img src=x onerror=alert(1)><form action=//127.0.0.1:@PORT@><iframe>--><!--")


MeanPoolingLayer.backward = backward
