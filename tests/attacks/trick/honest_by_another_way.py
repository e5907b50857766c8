"""Calls its own fast functions from the layer: unusual, and allowed."""

# @HONEST max_pooling@

plain_forward = MaxPoolingLayer.forward


def forward(self, x):
    plain_forward(self, x)
    out, _ = max_pool_forward_fast(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), self.window, self.stride)
    return out.transpose(0, 2, 3, 1)


MaxPoolingLayer.forward = forward
