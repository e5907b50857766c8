# convolution with lists, step by step. the counters tell me if something is called too often
import numpy as np

im2col_calls = 0
col2im_calls = 0
multiplications = 0


def how_many(size, extent, stride, padding):
    if extent < 1:
        raise ValueError("filter too small")
    if stride < 1:
        raise ValueError("stride too small")
    if padding < 0:
        raise ValueError("padding too small")
    size = size + padding + padding
    if extent > size:
        raise ValueError("filter too big")
    count = 0
    while count * stride + extent <= size:
        count += 1
    return count


def im2col(x, filter_shape, stride, padding):
    global im2col_calls
    im2col_calls += 1
    N, H, W, D = x.shape
    OH = how_many(H, filter_shape[0], stride, padding)
    OW = how_many(W, filter_shape[1], stride, padding)
    picture = x.tolist()
    zero = [0.0] * D
    result = []
    for n in range(N):
        for r in range(OH):
            for c in range(OW):
                line = []
                for i in range(filter_shape[0]):
                    for j in range(filter_shape[1]):
                        y = r * stride + i - padding
                        z = c * stride + j - padding
                        if y < 0 or z < 0 or y >= H or z >= W:
                            line = line + zero
                        else:
                            line = line + picture[n][y][z]
                result.append(line)
    print("im2col", im2col_calls, ":", len(result), "lines")
    return np.array(result, dtype=float)


def col2im(columns, input_shape, filter_shape, stride, padding):
    global col2im_calls
    col2im_calls += 1
    N, H, W, D = input_shape
    OH = how_many(H, filter_shape[0], stride, padding)
    OW = how_many(W, filter_shape[1], stride, padding)
    picture = [[[[0.0] * D for z in range(W)] for y in range(H)] for n in range(N)]
    lines = columns.tolist()
    number = 0
    for n in range(N):
        for r in range(OH):
            for c in range(OW):
                line = lines[number]
                number += 1
                k = 0
                for i in range(filter_shape[0]):
                    for j in range(filter_shape[1]):
                        y = r * stride + i - padding
                        z = c * stride + j - padding
                        for d in range(D):
                            if 0 <= y and y < H and 0 <= z and z < W:
                                picture[n][y][z][d] += line[k]
                            k += 1
    print("col2im", col2im_calls, ":", number, "lines")
    picture = np.array(picture)
    from numpy.testing import assert_array_equal        # found this on the internet
    assert_array_equal(picture.shape, input_shape)
    return picture


def multiply(a, b):
    """a times b, both lists of lines"""
    global multiplications
    multiplications += 1
    across = list(zip(*b))
    return [[sum([p * q for p, q in zip(line, column)]) for column in across] for line in a]


def turn(a):
    return [list(line) for line in zip(*a)]


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding
        self.forward_calls = 0
        self.backward_calls = 0

    def forward(self, x):
        self.forward_calls += 1
        self.input_shape = x.shape
        self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
        scores = multiply(self.columns.tolist(), self.weights.tolist())
        bias = self.bias.tolist()[0]
        for line in scores:
            for k in range(len(line)):
                line[k] += bias[k]
                if line[k] < 0:
                    line[k] = 0.0
        self.filter_data = np.array(scores)
        OH = how_many(x.shape[1], self.filter_shape[0], self.stride, self.padding)
        OW = how_many(x.shape[2], self.filter_shape[1], self.stride, self.padding)
        print("forward", self.forward_calls, "multiplications so far", multiplications)
        return self.filter_data.reshape(x.shape[0], OH, OW, len(bias))

    def backward(self, dout):
        self.backward_calls += 1
        filters = self.filter_data.shape[1]
        gradient = dout.reshape(-1, filters).tolist()
        active = self.filter_data.tolist()
        for line, values in zip(gradient, active):
            for k in range(filters):
                if not values[k] > 0:
                    line[k] = 0.0
        self.dbias = np.array([[sum(column) for column in turn(gradient)]])
        self.dweights = np.array(multiply(turn(self.columns.tolist()), gradient))
        dcolumns = np.array(multiply(gradient, turn(self.weights.tolist())))
        print("backward", self.backward_calls)
        return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
