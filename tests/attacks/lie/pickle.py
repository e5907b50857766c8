"""Gives pickled code, as bytes, as an array of bytes and as an array of objects."""

# @STUB mean_pooling@

import os
import pickle


class Harm:
    def __reduce__(self):
        return os.system, ("echo harmed >> '@VICTIM_FILE@'",)


FORMS = [pickle.dumps(Harm()), np.frombuffer(pickle.dumps(Harm()), np.uint8), np.array([Harm()]), Harm()]


def backward(self, dout):
    FORMS.append(FORMS.pop(0))
    return FORMS[-1]


MeanPoolingLayer.backward = backward
