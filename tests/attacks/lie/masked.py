"""Gives a masked array in which every element is masked."""

# @STUB mean_pooling@

MeanPoolingLayer.backward = lambda self, dout: np.ma.masked_all(self.input_shape)
