"""Writes fields of every formatting language into its text."""

# @STUB mean_pooling@


def backward(self, dout):
    raise ValueError("{seconds} {0} {error.__class__} %s %(x)s %n ${HOME} $(id) `id` {{ 7*7 }} {% include 'x' %} [bold red]100[/]")


MeanPoolingLayer.backward = backward
