"""Has a number, a text and an array in the place of the layer's class."""

# @STUB mean_pooling@

ROUND = [7, "layer", np.zeros(3), None, [1], (1, 2), {"a": 1}]


def MeanPoolingLayer(window, stride):
    ROUND.append(ROUND.pop(0))
    return ROUND[-1]
