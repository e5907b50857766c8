# Asks every input cell which windows it lies in, and adds up exactly what they send (math.fsum).
# Numbers are kept in lists and in array.array; the results are views of the latter.
from array import array
from math import fsum

import numpy as np

cells_done = 0


def covering(cell, window, stride, count):
    """Numbers of the windows along one axis that a cell lies in."""
    found = []
    for o in range(count):
        if o * stride <= cell and cell < o * stride + window:
            found.append(o)
    return found


class MeanPoolingLayer(object):
    def __init__(self, window, stride):
        self.window_size = list(window)
        self.stride = stride

    def count(self, axis):
        window = self.window_size[axis - 1]
        if window < 1 or self.stride < 1:
            raise ValueError("not possible: window " + str(self.window_size) + " stride " + str(self.stride))
        if window > self.input_shape[axis]:
            raise ValueError("window too big")
        return (self.input_shape[axis] - window) // self.stride + 1

    def forward(self, x):
        self.input_shape = x.shape
        oh = self.count(1)
        ow = self.count(2)
        numbers = x.tolist()
        result = array("d")
        for image in numbers:
            for r in range(oh):
                lines = image[r * self.stride:r * self.stride + self.window_size[0]]
                for c in range(ow):
                    for d in range(x.shape[3]):
                        part = []
                        for line in lines:
                            for pixel in line[c * self.stride:c * self.stride + self.window_size[1]]:
                                part.append(pixel[d])
                        result.append(fsum(part) / len(part))
        return np.asarray(result).reshape(len(numbers), oh, ow, x.shape[3])

    def backward(self, dout):
        global cells_done
        n_images, height, width, depth = self.input_shape
        oh = self.count(1)
        ow = self.count(2)
        area = self.window_size[0] * self.window_size[1]
        gradients = dout.tolist()
        result = array("d")
        for n in range(n_images):
            for y in range(height):
                over = covering(y, self.window_size[0], self.stride, oh)
                for x in range(width):
                    across = covering(x, self.window_size[1], self.stride, ow)
                    for d in range(depth):
                        result.append(fsum(gradients[n][r][c][d] for r in over for c in across) / area)
                        cells_done += 1
        print("cells so far:", cells_done)
        return np.asarray(result).reshape(self.input_shape)
