"""The engine of the coursework kit: it knows nothing of pooling or convolution and holds no secret."""

__version__ = "0.1.0"
