"""Gives mappings with keys that are no texts, that are equal to all, that raise."""

# @STUB mean_pooling@


class Key:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise SystemExit("compared")


MeanPoolingLayer.backward = lambda self, dout: {Key(): 1, (1, 2): 3, None: 4, "\ud800": 5}
