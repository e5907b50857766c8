"""Sleeps, and uses no CPU time that a limit could count."""

import time

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: time.sleep(1e9)
