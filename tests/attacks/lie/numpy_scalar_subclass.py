"""Gives a numpy scalar of a class that claims numpy's name."""

# @STUB mean_pooling@


class Claiming(np.float64):
    def __float__(self):
        raise SystemExit("converted")

    def __eq__(self, other):
        return True


Claiming.__module__ = "numpy"
Claiming.__name__ = "float64"

MeanPoolingLayer.backward = lambda self, dout: Claiming(1.0)
