"""Keeps the input's shape with the class, so that all layers share it."""

# @HONEST mean_pooling@


class MeanPoolingLayer(MeanPoolingLayer):
    shared = [None]

    @property
    def input_shape(self):
        return self.shared[0]

    @input_shape.setter
    def input_shape(self, shape):
        self.shared[0] = shape
