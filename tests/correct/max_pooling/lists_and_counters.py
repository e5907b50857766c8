# my max pooling :) everything with lists because I can see what is in them
# the prints are so I know where I am
import numpy as np

how_many_forwards = 0
how_many_backwards = 0
biggest_so_far = None


def pooled_size(size, window, stride):
    if window < 1 or stride < 1:
        raise ValueError("window and stride have to be 1 or bigger!")
    if window > size:
        raise ValueError("the window is bigger than the picture!")
    count = 0
    start = 0
    while start + window <= size:
        count = count + 1
        start = start + stride
    return count


def empty_picture(N, H, W, D):
    return [[[[0.0 for d in range(D)] for w in range(W)] for h in range(H)] for n in range(N)]


class MaxPoolingLayer():
    def __init__(self, window, stride):
        self.window_rows = window[0]
        self.window_columns = window[1]
        self.stride = stride
        self.last_patch = None

    def forward(self, x):
        global how_many_forwards, biggest_so_far
        how_many_forwards += 1
        print("forward number", how_many_forwards, "x has shape", x.shape)
        self.input_shape = x.shape
        N, H, W, D = x.shape
        OH = pooled_size(H, self.window_rows, self.stride)
        OW = pooled_size(W, self.window_columns, self.stride)
        numbers = x.tolist()
        maxima = []
        winners = []
        for n in range(N):
            for r in range(OH):
                for c in range(OW):
                    for d in range(D):
                        patch = []
                        for i in range(self.window_rows):
                            for j in range(self.window_columns):
                                patch.append(numbers[n][r * self.stride + i][c * self.stride + j][d])
                        biggest = max(patch)
                        maxima.append(biggest)
                        winners.append(patch.index(biggest))    # index() finds the first one
                        self.last_patch = patch
                        if biggest_so_far is None or biggest > biggest_so_far:
                            biggest_so_far = biggest
        self.max_index = np.array(winners, dtype=int).reshape(N, OH, OW, D)
        print("biggest number ever:", biggest_so_far)
        return np.array(maxima, dtype=float).reshape(N, OH, OW, D)

    def backward(self, dout):
        global how_many_backwards
        how_many_backwards += 1
        print("backward number", how_many_backwards, "dout has shape", dout.shape)
        N, H, W, D = self.input_shape
        picture = empty_picture(N, H, W, D)
        gradients = dout.tolist()
        winners = self.max_index.tolist()
        for n in range(N):
            for r in range(len(winners[n])):
                for c in range(len(winners[n][r])):
                    for d in range(D):
                        i = 0
                        j = winners[n][r][c][d]
                        while j >= self.window_columns:
                            i += 1
                            j -= self.window_columns
                        picture[n][r * self.stride + i][c * self.stride + j][d] += gradients[n][r][c][d]
        picture = np.array(picture).reshape(N, H, W, D)
        np.testing.assert_array_equal(picture.shape, self.input_shape)      # just to be sure
        return picture


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    N, H, W, D = input_shape
    OH = pooled_size(H, window[0], stride)
    OW = pooled_size(W, window[1], stride)
    picture = empty_picture(N, H, W, D)
    lines = iter(max_mask.tolist())
    gradients = iter(dout.flatten().tolist())
    for n in range(N):
        for r in range(OH):
            for c in range(OW):
                for d in range(D):
                    line = next(lines)
                    gradient = next(gradients)
                    k = 0
                    for i in range(window[0]):
                        for j in range(window[1]):
                            if line[k] == True:
                                picture[n][r * stride + i][c * stride + j][d] += gradient
                            k += 1
    print("matrix done")
    return np.array(picture).reshape(N, H, W, D)


def max_pool_forward_fast(x, window, stride):
    global how_many_forwards
    how_many_forwards += 1
    N, D, H, W = x.shape
    OH = pooled_size(H, window[0], stride)
    OW = pooled_size(W, window[1], stride)
    best = np.zeros((N, D, OH, OW)) - np.inf      # smaller than everything
    best_i = np.zeros((N, D, OH, OW))             # floats, but whole ones
    best_j = np.zeros((N, D, OH, OW))
    for i in range(window[0]):
        for j in range(window[1]):
            values = x[:, :, i:i + (OH - 1) * stride + 1:stride, j:j + (OW - 1) * stride + 1:stride]
            bigger = values > best
            best[bigger] = values[bigger]
            best_i[bigger] = i
            best_j[bigger] = j
    print("fast forward", best.shape)
    return best, [best_i, best_j, [N, D, H, W], window, stride]


def max_pool_backward_fast(dout, cache):
    global how_many_backwards
    how_many_backwards += 1
    best_i, best_j, shape, window, stride = cache
    OH = dout.shape[2]
    OW = dout.shape[3]
    dx = np.zeros(shape)
    for i in range(window[0]):
        for j in range(window[1]):
            mine = dout.copy()
            mine[best_i != i] = 0
            mine[best_j != j] = 0
            dx[:, :, i:i + (OH - 1) * stride + 1:stride, j:j + (OW - 1) * stride + 1:stride] += mine
    print("fast backward", dx.shape)
    return dx
