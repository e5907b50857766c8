"""Calls its own fast functions from the layer: unusual, and allowed."""

# @HONEST max_pooling@


def forward(self, x):
    self.input_shape = x.shape
    out, cache = max_pool_forward_fast(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), self.window, self.stride)
    self.max_index = cache[1].transpose(0, 2, 3, 1).astype(int)
    return out.transpose(0, 2, 3, 1)


MaxPoolingLayer.forward = forward
