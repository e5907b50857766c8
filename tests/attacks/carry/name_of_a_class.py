"""Gives an object whose class has a hostile name, which messages quote."""

# @STUB mean_pooling@


def backward(self, dout):
    return type("=1+1<script>\x1b[31m\u202e{seconds}", (), {})()


MeanPoolingLayer.backward = backward
