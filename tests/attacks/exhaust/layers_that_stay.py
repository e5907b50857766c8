"""Takes a hundred megabytes for every layer that is made."""

# @HONEST mean_pooling@


class MeanPoolingLayer(MeanPoolingLayer):
    def __init__(self, window, stride):
        super().__init__(window, stride)
        self.burden = np.ones(100_000_000 // 8)
