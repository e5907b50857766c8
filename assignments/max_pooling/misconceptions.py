"""What people get wrong about max pooling, exercise by exercise.

A wrong ``forward`` still keeps the right ``max_index`` and the other way round, so each costs
points where it belongs and nowhere else. What ``max_pool_forward_fast`` puts into its cache is
private, so the fast functions are exchanged in pairs.
"""

# ruff: noqa: F821  (names of the solution, there once a function is spliced into it)

import numpy as np

from autograder.misconceptions import misconception
from autograder.model import Text


@misconception(
    exercise="pooled_size",
    replaces="pooled_size",
    explanation=Text(
        "The division was rounded up: a last window that the input does not fill was counted.",
        "除法向上取了整：输入填不满的最后一个窗口也被算了进去。",
    ),
    hint=Text(
        "Lay windows of 2 with a stride of 2 along 5 cells: how many lie wholly inside?",
        "在 5 个单元上摆放大小为 2、步幅为 2 的窗口：有几个完全落在里面？",
    ),
)
def size_rounded_up(size, window, stride):
    if window < 1 or stride < 1 or window > size:
        raise ValueError("the window must fit the input, and the stride must be 1 or more")
    return -(-(size - window) // stride) + 1


@misconception(
    exercise="pooled_size",
    replaces="pooled_size",
    explanation=Text(
        "The steps between windows were counted, not the windows: there is one window more than "
        "there are steps.",
        "数的是窗口移动的次数，而不是窗口的个数：窗口总比移动次数多一个。",
    ),
    hint=Text(
        "How many windows fit when the window is exactly as large as the input?",
        "窗口恰好与输入一样大时，能放下几个窗口？",
    ),
)
def first_window_not_counted(size, window, stride):
    if window < 1 or stride < 1 or window > size:
        raise ValueError("the window must fit the input, and the stride must be 1 or more")
    return (size - window) // stride


@misconception(
    exercise="pooled_size",
    replaces="pooled_size",
    explanation=Text(
        "The input was divided by the stride alone: that is right only where stride and window "
        "agree.",
        "只用输入大小除以步幅：仅当步幅等于窗口大小时才对。",
    ),
    hint=Text(
        "Let the window grow and keep the stride: should the number of windows stay the same?",
        "步幅不变而窗口变大：窗口的个数应该不变吗？",
    ),
)
def size_divided_by_stride(size, window, stride):
    if window < 1 or stride < 1 or window > size:
        raise ValueError("the window must fit the input, and the stride must be 1 or more")
    return size // stride


@misconception(
    exercise="pooled_size",
    replaces="pooled_size",
    explanation=Text(
        "Size and window were each divided and rounded before subtracting: rounding twice can lose "
        "or gain a window.",
        "先把输入与窗口分别除以步幅取整、再相减：两次取整可能多出或少掉一个窗口。",
    ),
    hint=Text(
        "Which length do the steps have to fit into, and how often should it be rounded?",
        "各次移动要放进哪一段长度里？应当取整几次？",
    ),
)
def size_rounded_before_subtracting(size, window, stride):
    if window < 1 or stride < 1 or window > size:
        raise ValueError("the window must fit the input, and the stride must be 1 or more")
    return size // stride - window // stride + 1


@misconception(
    exercise="pooled_size",
    replaces="pooled_size",
    explanation=Text(
        "Impossible geometry was given a size: a window larger than the input, or a window or "
        "stride below 1, has none.",
        "对不可能的几何也算出了大小：窗口大于输入，或窗口、步幅小于 1 时，根本没有输出可言。",
    ),
    hint=Text(
        "What should a caller learn who asks for a window larger than the input?",
        "如果有人要求窗口比输入还大，应当让他知道什么？",
    ),
)
def impossible_size_accepted(size, window, stride):
    return max((size - window) // max(stride, 1) + 1, 0)


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The search for the maximum started at zero: where a whole window is negative, zero won "
        "although it is not in the window.",
        "寻找最大值时从零开始比较：当整个窗口都是负数时，不在窗口里的零反而胜出了。",
    ),
    hint=Text(
        "What is the maximum of -3 and -1, and what would your running maximum say?",
        "-3 与 -1 中哪个最大？你逐步更新的最大值会给出什么？",
    ),
)
def maximum_starts_at_zero(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            for k in range(rows * columns):
                out[:, i, j] = np.maximum(out[:, i, j], cells[:, k])
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The stride was taken for the window's extent: the maximum was sought in stride x stride "
        "cells.",
        "把步幅当成了窗口的大小：只在 步幅×步幅 个单元里找最大值。",
    ),
    hint=Text(
        "Which cells belong to a window when it is larger than the step to the next one?",
        "窗口比到下一个窗口的步幅更大时，哪些单元属于它？",
    ),
)
def forward_stride_as_window(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            seen = x[:, top : top + self.stride, left : left + self.stride]
            out[:, i, j] = seen.max(axis=(1, 2))
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The maximum was always sought in 2 x 2 cells, whatever window the layer was made with.",
        "无论这一层的窗口多大，总是在 2×2 个单元里找最大值。",
    ),
    hint=Text(
        "Which numbers in your code belong to one example and not to the definition?",
        "你的代码里，哪些数字来自某个例子，而不是来自定义？",
    ),
)
def forward_two_by_two(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = x[:, top : top + 2, left : left + 2].max(axis=(1, 2))
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The window was taken to be square: its rows were used for its columns as well.",
        "默认窗口是正方形：把行数同时当成了列数。",
    ),
    hint=Text(
        "A window is a pair. Where does your code use each of the two numbers?",
        "窗口是一对数。你的代码在哪里用到了其中的每一个？",
    ),
)
def forward_square_only(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = x[:, top : top + rows, left : left + rows].max(axis=(1, 2))
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "One maximum was taken over all depths of a window: each depth is pooled on its own.",
        "对窗口的所有深度只取了一个最大值：每个深度应当各自池化。",
    ),
    hint=Text(
        "Which axes of the array does a window extend over, and which does it not?",
        "窗口沿数组的哪些轴展开，又不沿哪些轴展开？",
    ),
)
def maximum_over_depths(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=(1, 2))[:, None]
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The largest magnitude was taken for the maximum: -5 was put above 3.",
        "把绝对值最大的数当成了最大值：-5 排到了 3 的前面。",
    ),
    hint=Text(
        "Where on the number line does the maximum of a window lie?",
        "一个窗口的最大值位于数轴上的什么位置？",
    ),
)
def largest_magnitude(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            largest = np.abs(cells).argmax(axis=1)
            out[:, i, j] = np.take_along_axis(cells, largest[:, None], axis=1)[:, 0]
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "Rows and columns that fill no window were pooled too: they are to be cropped.",
        "凑不满一个窗口的行和列也被池化了：它们应当被裁掉。",
    ),
    hint=Text(
        "What does the formula for the output size say when the last window does not fit?",
        "最后一个窗口放不下时，输出大小的公式怎么说？",
    ),
)
def tail_pooled(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    tops = range(0, max(height - rows + self.stride, 1), self.stride)
    lefts = range(0, max(width - columns + self.stride, 1), self.stride)
    out = np.full((batch, len(tops), len(lefts), depth), -np.inf)
    self.input_shape = x.shape
    self.max_index = np.zeros((batch, out_rows, out_columns, depth), dtype=int)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            seen = x[:, top : top + rows, left : left + columns]
            out[:, i, j] = seen.max(axis=(1, 2), initial=-np.inf)
            if i < out_rows and j < out_columns:
                self.max_index[:, i, j] = seen.reshape(batch, -1, depth).argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The input was overwritten: cells that are no maximum were cleared to leave a mask behind.",
        "输入被改写了：为了留下掩码，把不是最大值的单元清了零。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def forward_input_overwritten(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    kept = np.zeros(x.shape, dtype=bool)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            window = x[:, top : top + rows, left : left + columns]
            out[:, i, j] = window.max(axis=(1, 2))
            self.max_index[:, i, j] = window.reshape(batch, -1, depth).argmax(axis=1)
            largest = window == out[:, i : i + 1, j : j + 1]
            kept[:, top : top + rows, left : left + columns] |= largest
    x[~kept] = 0.0
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The maxima were written through a reshaped array: that is a view of an array that lies row by "
        "row in memory, and a copy of any other, so for some inputs all of them were lost.",
        "最大值是通过变形后的数组写入的：只有按行存放的数组，变形才得到视图，否则得到的是副本，"
        "于是对某些输入，写进去的值全都丢失了。",
    ),
    hint=Text(
        "np.zeros_like takes over how its argument lies in memory. Try it on x.transpose(...).",
        "np.zeros_like 会沿用参数在内存中的存放方式。用 x.transpose(...) 试一试。",
    ),
)
def forward_written_to_a_copy(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros_like(x[:, :out_rows, :out_columns])
    by_position = out.reshape(batch, out_rows * out_columns, depth)
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            by_position[:, i * out_columns + j] = cells.max(axis=1)
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The shape was noted after the input had been cropped: the gradient needs that of the whole "
        "input, cropped rows and columns included.",
        "裁剪之后才记下形状：梯度需要的是整个输入的形状，被裁掉的行和列也算在内。",
    ),
    hint=Text(
        "How large must the gradient be if the last row of the input fills no window?",
        "如果输入的最后一行凑不满窗口，梯度应当有多大？",
    ),
)
def forward_kept_cropped_shape(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    bottom, right = (out_rows - 1) * self.stride + rows, (out_columns - 1) * self.stride + columns
    x = x[:, :bottom, :right]
    self.input_shape = x.shape
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="forward",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "A window larger than the input was answered with an empty output: there is no such layer.",
        "窗口比输入还大，却返回了一个空的输出：这样的层并不存在。",
    ),
    hint=Text(
        "What should a caller learn who asks for a window larger than the input?",
        "如果有人要求窗口比输入还大，应当让他知道什么？",
    ),
)
def forward_impossible_window_accepted(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = max((height - rows) // self.stride + 1, 0)
    out_columns = max((width - columns) // self.stride + 1, 0)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "At a tie the last maximum was kept: the agreed one is the first, row by row.",
        "出现并列最大值时记下了最后一个：约定取按行数过去的第一个。",
    ),
    hint=Text(
        "When a later cell is exactly as large, should it take the place of the earlier one?",
        "后面的单元与先前的最大值恰好相等时，应当取代它吗？",
    ),
)
def last_maximum_at_a_tie(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = rows * columns - 1 - cells[:, ::-1].argmax(axis=1)
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The cells of the window were counted column by column: they are counted row by row.",
        "窗口里的单元是按列数的：应当按行来数。",
    ),
    hint=Text(
        "In a window of 2 x 2, which cell has the number 1?",
        "在 2×2 的窗口里，哪个单元的编号是 1？",
    ),
)
def index_column_by_column(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            first = cells.argmax(axis=1)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = first % columns * rows + first // columns
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The position was counted in the whole input, not in the window: it grows beyond "
        "rows*columns.",
        "位置是在整个输入里数的，而不是在窗口里数的：它会超出 行数×列数。",
    ),
    hint=Text(
        "Which values can the number of a cell take in a window of 2 x 2?",
        "在 2×2 的窗口里，单元编号可能取哪些值？",
    ),
)
def index_in_whole_input(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            row, column = divmod(cells.argmax(axis=1), columns)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = (top + row) * width + left + column
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The cell's row was multiplied by the number of rows: each row passed by holds as many "
        "cells as there are columns.",
        "单元的行号乘了行数：每越过一行，越过的单元数等于列数。",
    ),
    hint=Text(
        "In a window of 2 rows and 3 columns, which number has the first cell of the second row?",
        "在 2 行 3 列的窗口里，第二行第一个单元的编号是多少？",
    ),
)
def index_multiplied_by_rows(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            row, column = divmod(cells.argmax(axis=1), columns)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = row * rows + column
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "One position served all depths: each depth has its maximum in a cell of its own.",
        "所有深度共用同一个位置：每个深度的最大值各有自己的单元。",
    ),
    hint=Text(
        "Do two feature maps have their maxima in the same place?",
        "两张特征图的最大值一定在同一个位置吗？",
    ),
)
def one_index_for_all_depths(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = cells[:, :, :1].argmax(axis=1)
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The positions were kept on the class: a second layer writes over those of the first.",
        "位置记在了类上：第二层会覆盖第一层的记录。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then look at the first one's positions.",
        "让两个层先后做前向，再看第一层记下的位置。",
    ),
)
def index_shared_by_layers(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            max_index[:, i, j] = cells.argmax(axis=1)
    type(self).max_index = max_index
    return out


@misconception(
    exercise="max_index",
    replaces="MaxPoolingLayer.forward",
    explanation=Text(
        "The positions were written through a reshaped array: that is a view of an array that lies row "
        "by row in memory, and a copy of any other, so for some inputs all of them were lost.",
        "位置是通过变形后的数组写入的：只有按行存放的数组，变形才得到视图，否则得到的是副本，"
        "于是对某些输入，写进去的位置全都丢失了。",
    ),
    hint=Text(
        "np.zeros_like takes over how its argument lies in memory. Try it on x.transpose(...).",
        "np.zeros_like 会沿用参数在内存中的存放方式。用 x.transpose(...) 试一试。",
    ),
)
def index_written_to_a_copy(self, x):
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros_like(x[:, :out_rows, :out_columns], dtype=int)
    by_position = self.max_index.reshape(batch, out_rows * out_columns, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            by_position[:, i * out_columns + j] = cells.argmax(axis=1)
    return out


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "Where windows overlap, the last gradient replaced the earlier ones: a cell that is the "
        "maximum of several windows must receive the sum of their gradients.",
        "窗口重叠处，后来的梯度覆盖了先前的：一个单元若是多个窗口的最大值，应得到这些梯度之和。",
    ),
    hint=Text(
        "What does the chain rule say about a variable that several outputs depend on?",
        "一个变量同时影响多个输出时，链式法则怎么说？",
    ),
)
def assigned_not_added(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] = dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The cell number was divided by the window's rows: counted row by row, it has to be "
        "divided by the length of a row.",
        "单元编号除以了窗口的行数：既然是按行数的，就应当除以一行的长度。",
    ),
    hint=Text(
        "In a window of 2 rows and 3 columns, where is cell number 2?",
        "在 2 行 3 列的窗口里，编号为 2 的单元在哪里？",
    ),
)
def index_divided_by_rows(self, dout):
    row, column = divmod(self.max_index, self.window[0])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "Row and column inside the window were exchanged: the gradient went to the mirrored cell.",
        "窗口内的行与列弄反了：梯度传到了沿对角线对称的那个单元。",
    ),
    hint=Text(
        "Of quotient and remainder, which is the row when cells are counted row by row?",
        "按行编号时，商与余数中哪一个是行？",
    ),
)
def row_and_column_exchanged(self, dout):
    column, row = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The cell number was always divided by 2: that finds row and column in windows of two "
        "columns only.",
        "单元编号总是除以 2：这只能在两列的窗口里求出行与列。",
    ),
    hint=Text(
        "Which numbers in your code belong to one example and not to the definition?",
        "你的代码里，哪些数字来自某个例子，而不是来自定义？",
    ),
)
def index_divided_by_two(self, dout):
    row, column = divmod(self.max_index, 2)
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The stride was taken for the window's width when turning the cell number into a row and a "
        "column.",
        "把单元编号换算成行和列时，把步幅当成了窗口的宽度。",
    ),
    hint=Text(
        "Does the number of a cell inside its window depend on where the next window starts?",
        "一个单元在窗口内的编号，与下一个窗口从哪里开始有关吗？",
    ),
)
def stride_as_window(self, dout):
    row, column = divmod(self.max_index, self.stride)
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The windows were laid side by side: they start one stride apart, not one window apart.",
        "窗口被首尾相接地摆放：相邻窗口的起点相隔一个步幅，而不是一个窗口的宽度。",
    ),
    hint=Text(
        "Where does the second window start when the stride differs from the window?",
        "步幅与窗口大小不同时，第二个窗口从哪里开始？",
    ),
)
def window_as_stride(self, dout):
    rows, columns = self.window
    row, column = divmod(self.max_index, columns)
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * rows, j * columns
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "Every cell of the window received the gradient: only the maximum passed its value on.",
        "窗口里的每个单元都得到了梯度：其实只有最大值把自己的数值传了下去。",
    ),
    hint=Text(
        "Change a cell that is not the maximum by a little: what happens to the output?",
        "稍微改变一个不是最大值的单元：输出会怎样？",
    ),
)
def every_cell_gets_it(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += dout[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The gradient was shared out over the window, as in mean pooling: the maximum depends on "
        "one cell alone.",
        "梯度像平均池化那样分摊到了整个窗口：最大值只取决于一个单元。",
    ),
    hint=Text(
        "How many cells of a window have a derivative other than zero?",
        "一个窗口里，有几个单元的导数不为零？",
    ),
)
def shared_out_like_a_mean(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The arriving gradient was not used: what came back is the layer's own derivative, as if "
        "every output had the gradient 1.",
        "没有用到传入的梯度：返回的只是这一层自身的导数，相当于假定每个输出的梯度都是 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def arriving_gradient_ignored(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += 1
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The arriving gradient was read with rows and columns exchanged: the output in row i and "
        "column j got the gradient of row j and column i.",
        "读取传入梯度时行列颠倒了：第 i 行第 j 列的输出拿到了第 j 行第 i 列的梯度。",
    ),
    hint=Text(
        "Try an output with more columns than rows.",
        "换一个列数多于行数的输出试试。",
    ),
)
def arriving_gradient_transposed(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(self.max_index.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, j, i, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The position found for the first depth was used for all of them: each depth has its "
        "maximum in a cell of its own.",
        "所有深度都用了第一个深度的位置：每个深度的最大值各有自己的单元。",
    ),
    hint=Text(
        "Do two feature maps have their maxima in the same place?",
        "两张特征图的最大值一定在同一个位置吗？",
    ),
)
def position_of_first_depth(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, 0], left + column[n, i, j, 0], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "Only the first example of the batch received a gradient; all the others got zero.",
        "只有批次中的第一个样本得到了梯度，其余样本的梯度全是零。",
    ),
    hint=Text(
        "What becomes of the second image of a batch?",
        "批次里的第二张图片会怎样？",
    ),
)
def first_example_only(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for i, j, d in np.ndindex(dout.shape[1:]):
        top, left = i * self.stride, j * self.stride
        din[0, top + row[0, i, j, d], left + column[0, i, j, d], d] += dout[0, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The gradient of the previous call was kept and added to: every call must start from zero.",
        "保留了上一次调用的梯度并继续累加：每次调用都应当从零开始。",
    ),
    hint=Text(
        "Call it twice with the same argument: should the second answer differ?",
        "用同样的参数调用两次：第二次的结果应该不同吗？",
    ),
)
def accumulated_over_calls(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = getattr(self, "din", None)
    if din is None or din.shape != self.input_shape:
        din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    self.din = din
    return din.copy()


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The arriving gradient was used up: each value was set to zero once it had been passed on, "
        "so the caller's array is no longer what it was.",
        "传入的梯度被“用掉”了：每个值传下去后就被置零，调用者手里的数组因此变了样。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def argument_overwritten(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
        dout[n, i, j, d] = 0
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The gradient has the shape of the covered area: it must have the input's shape, with "
        "zeros in the cropped rows and columns.",
        "返回的梯度只有被覆盖区域那么大：它应当与输入同形，被裁掉的行和列填零。",
    ),
    hint=Text(
        "What shape must a gradient have so that it can be subtracted from its variable?",
        "梯度要能从对应的变量中减去，它应当是什么形状？",
    ),
)
def shape_of_covered_area(self, dout):
    rows, columns = self.window
    batch, out_rows, out_columns, depth = dout.shape
    row, column = divmod(self.max_index, columns)
    height, width = (out_rows - 1) * self.stride + rows, (out_columns - 1) * self.stride + columns
    din = np.zeros((batch, height, width, depth))
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The input's shape was remembered by the class: all layers then share that of the first.",
        "输入形状被记在了类上：于是所有层共用第一层的形状。",
    ),
    hint=Text(
        "Make two layers, run both forward, then both backward. Whose memory is used?",
        "建两个层，先各做一次前向，再各做一次反向。用到的是谁的记忆？",
    ),
)
def shape_shared_by_layers(self, dout):
    layer_class = type(self)
    if not hasattr(layer_class, "shape_seen_first"):
        layer_class.shape_seen_first = self.input_shape
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(layer_class.shape_seen_first)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


def keeps_input_and_output(self, x):
    """A right ``forward`` that keeps more than the contract asks: for a ``backward`` that wants it."""
    rows, columns = self.window
    batch, height, width, depth = x.shape
    out_rows = pooled_size(height, rows, self.stride)
    out_columns = pooled_size(width, columns, self.stride)
    out = np.zeros((batch, out_rows, out_columns, depth))
    self.input_shape = x.shape
    self.max_index = np.zeros(out.shape, dtype=int)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            cells = x[:, top : top + rows, left : left + columns].reshape(batch, -1, depth)
            out[:, i, j] = cells.max(axis=1)
            self.max_index[:, i, j] = cells.argmax(axis=1)
    self.x, self.out = x.copy(), out.copy()
    return out


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    companions={"MaxPoolingLayer.forward": keeps_input_and_output},
    explanation=Text(
        "At a tie every maximum of a window got the whole gradient: comparing with the maximum marks "
        "them all, and more flows back than arrived.",
        "出现并列时，窗口里的每个最大值都得到了完整的梯度：与最大值作比较会标出所有并列者，"
        "传回的梯度就比传入的多。",
    ),
    hint=Text(
        "Pool an input that is the same everywhere: what is the sum of its gradient?",
        "池化一个处处相等的输入：它的梯度之和是多少？",
    ),
)
def every_tie_gets_it_all(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            window = self.x[:, top : top + rows, left : left + columns]
            largest = window == self.out[:, i : i + 1, j : j + 1]
            gradient = largest * dout[:, i : i + 1, j : j + 1]
            din[:, top : top + rows, left : left + columns] += gradient
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    companions={"MaxPoolingLayer.forward": keeps_input_and_output},
    explanation=Text(
        "The layer's own output was sent back in the place of the arriving gradient.",
        "传回去的是这一层自己的输出，而不是传入的梯度。",
    ),
    hint=Text(
        "What did forward give, and what does backward receive? Only one of the two knows the loss.",
        "前向给出的是什么，反向收到的又是什么？两者中只有一个体现了损失。",
    ),
)
def upstream_is_the_output(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += self.out[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    companions={"MaxPoolingLayer.forward": keeps_input_and_output},
    explanation=Text(
        "The gradient was made like an input that forward had kept besides: input_shape and max_index "
        "are all that backward may rely on.",
        "梯度是照着前向另外保存的输入建的：反向只能依靠 input_shape 和 max_index。",
    ),
    hint=Text(
        "Which two attributes does the contract promise to backward?",
        "题目约定反向可以用到哪两个属性？",
    ),
)
def kept_input_needed(self, dout):
    row, column = divmod(self.max_index, self.window[1])
    din = np.zeros_like(self.x)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward",
    replaces="MaxPoolingLayer.backward",
    explanation=Text(
        "The array of zeros was laid out once for each layer: it has the shape of the first input, not "
        "that of the latest.",
        "全零数组每层只建了一次：它的形状是第一个输入的形状，而不是最近一个输入的形状。",
    ),
    hint=Text(
        "Give one layer two inputs of different size, one after the other.",
        "让同一层先后处理两个大小不同的输入。",
    ),
)
def zeros_of_first_input(self, dout):
    if not hasattr(self, "zeros"):
        self.zeros = np.zeros(self.input_shape)
    row, column = divmod(self.max_index, self.window[1])
    din = self.zeros.copy()
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * self.stride, j * self.stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "Each window wrote over its area, zeros included: where windows overlap, that wipes out "
        "the gradients of earlier windows instead of adding to them.",
        "每个窗口把自己的区域整个重写，连零也写了进去：窗口重叠处，先前的梯度被抹掉而不是累加。",
    ),
    hint=Text(
        "What should a cell hold that two windows have marked?",
        "一个单元同时被两个窗口标记，它应当存放什么？",
    ),
)
def matrix_assigned_not_added(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, i, j, d], dout[n, i, j, d], 0.0)
        din[n, top : top + rows, left : left + columns, d] = area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The mask's columns were read as the window's cells column by column: they run row by row.",
        "把掩码的各列当成按列排列的窗口单元来读：它们是按行排列的。",
    ),
    hint=Text(
        "Which cell of a window of 2 x 3 does the mask's second column stand for?",
        "在 2×3 的窗口里，掩码的第二列代表哪个单元？",
    ),
)
def matrix_cells_column_by_column(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, columns, rows)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, i, j, d].T, dout[n, i, j, d], 0.0)
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The mask's rows were read depth by depth: the depth changes fastest, inside an output "
        "position.",
        "掩码的各行被按深度逐个读取：变化最快的应是深度，它在同一输出位置之内变化。",
    ),
    hint=Text(
        "Take an output of 1 x 2 with two depths: which window does the second row belong to?",
        "设输出为 1×2、深度为 2：第二行属于哪个窗口？",
    ),
)
def matrix_depth_before_position(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, depth, out_rows, out_columns, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, d, i, j], dout[n, i, j, d], 0.0)
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The windows were taken in the order of output columns: the output rows come first.",
        "窗口是先按输出列的次序取的：应当先按输出行。",
    ),
    hint=Text(
        "After the first window, does the next row of the mask describe the one to its right or "
        "the one below?",
        "第一个窗口之后，掩码的下一行描述的是右边的窗口还是下面的窗口？",
    ),
)
def matrix_windows_column_by_column(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_columns, out_rows, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, j, i, d], dout[n, i, j, d], 0.0)
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The mask was used the wrong way round: the maxima got zero and all other cells the "
        "gradient.",
        "掩码用反了：最大值处得到零，其余单元反而得到梯度。",
    ),
    hint=Text(
        "What does True in the mask say about its cell?",
        "掩码中的 True 说明这个单元怎样？",
    ),
)
def matrix_mask_inverted(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, i, j, d], 0.0, dout[n, i, j, d])
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "Only the first marked cell of a window got the gradient: here every marked cell gets it, "
        "and a window may have several marks or none.",
        "只有窗口里第一个被标记的单元得到了梯度：这里每个被标记的单元都应得到，而标记可以有多个，也可以没有。",
    ),
    hint=Text(
        "What does the mask say about a window that holds the same largest value twice?",
        "一个窗口里有两个相同的最大值时，掩码是什么样的？",
    ),
)
def matrix_first_mark_only(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_shape = (
        dout.shape[0],
        pooled_size(input_shape[1], rows, stride),
        pooled_size(input_shape[2], columns, stride),
        dout.shape[3],
    )
    row, column = divmod(max_mask.argmax(axis=1).reshape(out_shape), columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        din[n, top + row[n, i, j, d], left + column[n, i, j, d], d] += dout[n, i, j, d]
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The gradient was divided among the marked cells: here each of them gets the whole.",
        "梯度在被标记的单元之间平分了：这里每个被标记的单元都应得到完整的梯度。",
    ),
    hint=Text(
        "Read again what a marked cell receives in this exercise.",
        "再读一遍：这道题里被标记的单元得到什么？",
    ),
)
def matrix_shared_among_marks(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        marks = max(mask[n, i, j, d].sum(), 1)
        area = np.where(mask[n, i, j, d], dout[n, i, j, d] / marks, 0.0)
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The stride was taken for the window's extent: marks beyond the first stride x stride "
        "cells were lost.",
        "把步幅当成了窗口的大小：落在前 步幅×步幅 个单元之外的标记丢失了。",
    ),
    hint=Text(
        "Let the windows overlap: how far does each of them reach?",
        "让窗口互相重叠：每个窗口伸展到哪里？",
    ),
)
def matrix_stride_as_window(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, i, j, d], dout[n, i, j, d], 0.0)[:stride, :stride]
        din[n, top : top + area.shape[0], left : left + area.shape[1], d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The mask was inverted in place: the caller's mask now marks every cell but the maxima.",
        "在原数组上把掩码取了反：调用者手里的掩码如今标记的是最大值以外的单元。",
    ),
    hint=Text(
        "Compare the mask before and after the call.",
        "比较调用前后的掩码。",
    ),
)
def matrix_mask_overwritten(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    np.logical_not(max_mask, out=max_mask)
    elsewhere = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(elsewhere[n, i, j, d], 0.0, dout[n, i, j, d])
        din[n, top : top + rows, left : left + columns, d] += area
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The arriving gradient was not used: every marked cell counted 1 for each window that marks it.",
        "没有用到传入的梯度：每个被标记的单元，每被一个窗口标记就只加 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def matrix_arriving_gradient_ignored(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    din = np.zeros(input_shape)
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        din[n, top : top + rows, left : left + columns, d] += mask[n, i, j, d]
    return din


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "The gradient was added to that of an earlier call for the same shape: every call must start "
        "from zero.",
        "梯度累加到了先前同样形状的那次调用上：每次调用都应当从零开始。",
    ),
    hint=Text(
        "Call it twice with the same arguments: should the second answer differ?",
        "用同样的参数调用两次：第二次的结果应该不同吗？",
    ),
)
def matrix_accumulated_over_calls(dout, max_mask, input_shape, window, stride):
    rows, columns = window
    out_rows = pooled_size(input_shape[1], rows, stride)
    out_columns = pooled_size(input_shape[2], columns, stride)
    batch, depth = dout.shape[0], dout.shape[3]
    mask = max_mask.reshape(batch, out_rows, out_columns, depth, rows, columns)
    kept = vars(max_pool_backward_matrix).setdefault("kept", {})
    din = kept.setdefault(tuple(input_shape), np.zeros(input_shape))
    for n, i, j, d in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        area = np.where(mask[n, i, j, d], dout[n, i, j, d], 0.0)
        din[n, top : top + rows, left : left + columns, d] += area
    return din.copy()


@misconception(
    exercise="backward_matrix",
    replaces="max_pool_backward_matrix",
    explanation=Text(
        "Impossible geometry was never refused: a window that does not fit the input, or a size below "
        "1, has no gradient.",
        "不可能的几何没有被拒绝：窗口放不进输入，或大小小于 1 时，根本没有梯度可言。",
    ),
    hint=Text(
        "What should a caller learn who asks for a window larger than the input?",
        "如果有人要求窗口比输入还大，应当让他知道什么？",
    ),
)
def matrix_impossible_geometry_accepted(dout, max_mask, input_shape, window, stride):
    which, cell = np.nonzero(max_mask)
    n, i, j, d = np.unravel_index(which, dout.shape)
    row, column = divmod(cell, max(window[1], 1))
    din = np.zeros(input_shape)
    np.add.at(din, (n, i * stride + row, j * stride + column, d), dout[n, i, j, d])
    return din


def plain_forward_fast(x, window, stride):
    """A right ``max_pool_forward_fast``: the partner of a wrong ``max_pool_backward_fast``."""
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    return cells.max(axis=-1), (x.shape, cells.argmax(axis=-1), window, stride)


def plain_backward_fast(dout, cache):
    """A right ``max_pool_backward_fast``: the partner of a wrong ``max_pool_forward_fast``."""
    input_shape, max_index, (_, columns), stride = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * stride + row, j * stride + column), dout)
    return din


def mask_of_maxima(x, window, stride):
    """A ``max_pool_forward_fast`` that keeps every cell as large as its window's maximum."""
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    out = cells.max(axis=-1)
    return out, (x.shape, cells == out[..., None], window, stride)


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": mask_of_maxima},
    explanation=Text(
        "At a tie every maximum of a window got the whole gradient: comparing with the maximum "
        "marks them all, and more flows back than arrived.",
        "出现并列时，窗口里的每个最大值都得到了完整的梯度：与最大值作比较会标出所有并列者，传回的梯度就比传入的多。",
    ),
    hint=Text(
        "Pool an input that is the same everywhere: what is the sum of its gradient?",
        "池化一个处处相等的输入：它的梯度之和是多少？",
    ),
)
def fast_every_tie_gets_it_all(dout, cache):
    input_shape, mask, (rows, columns), stride = cache
    out_rows, out_columns = dout.shape[2:]
    din = np.zeros(input_shape)
    for k in range(rows * columns):
        row, column = divmod(k, columns)
        bottom, right = row + out_rows * stride, column + out_columns * stride
        din[:, :, row:bottom:stride, column:right:stride] += dout * mask[..., k]
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The gradients were repeated into tiles side by side: that is right only where the stride "
        "equals the window.",
        "把梯度重复成首尾相接的小块：只有步幅等于窗口大小时才对。",
    ),
    hint=Text(
        "What do the tiles look like when windows overlap, or leave gaps?",
        "当窗口互相重叠或留有空隙时，这些小块会是什么样？",
    ),
)
def fast_gradient_repeated(dout, cache):
    input_shape, max_index, (rows, columns), _ = cache
    repeated = dout.repeat(rows, axis=2).repeat(columns, axis=3)
    holder = max_index.repeat(rows, axis=2).repeat(columns, axis=3)
    row, column = np.indices(repeated.shape[2:])
    tiles = repeated * (holder == row % rows * columns + column % columns)
    din = np.zeros(input_shape)
    height, width = input_shape[2:]
    din[:, :, : tiles.shape[2], : tiles.shape[3]] = tiles[:, :, :height, :width]
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "A cell that is the maximum of several windows received one of their gradients only: "
        "an indexed assignment or += writes each place once.",
        "一个单元是多个窗口的最大值时，只得到了其中一份梯度：按下标数组做 +=，每个位置只写一次。",
    ),
    hint=Text(
        "What happens to din[index] += values when an index occurs twice?",
        "下标中有重复时，din[index] += values 会怎样？",
    ),
)
def fast_repeated_index_lost(dout, cache):
    input_shape, max_index, (_, columns), stride = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    din[n, d, i * stride + row, j * stride + column] += dout
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The cell number was divided by the window's rows: counted row by row, it has to be "
        "divided by the length of a row.",
        "单元编号除以了窗口的行数：既然是按行数的，就应当除以一行的长度。",
    ),
    hint=Text(
        "In a window of 2 rows and 3 columns, where is cell number 2?",
        "在 2 行 3 列的窗口里，编号为 2 的单元在哪里？",
    ),
)
def fast_index_divided_by_rows(dout, cache):
    input_shape, max_index, (rows, _), stride = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, rows)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * stride + row, j * stride + column), dout)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The windows were laid side by side: they start one stride apart, not one window apart.",
        "窗口被首尾相接地摆放：相邻窗口的起点相隔一个步幅，而不是一个窗口的宽度。",
    ),
    hint=Text(
        "Where does the second window start when the stride differs from the window?",
        "步幅与窗口大小不同时，第二个窗口从哪里开始？",
    ),
)
def fast_window_as_stride(dout, cache):
    input_shape, max_index, (rows, columns), _ = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * rows + row, j * columns + column), dout)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The arriving gradient was not used: what came back is the layer's own derivative, as if "
        "every output had the gradient 1.",
        "没有用到传入的梯度：返回的只是这一层自身的导数，相当于假定每个输出的梯度都是 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def fast_arriving_gradient_ignored(dout, cache):
    input_shape, max_index, (_, columns), stride = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * stride + row, j * stride + column), 1.0)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The gradient has the shape of the covered area: it must have the input's shape, with "
        "zeros in the cropped rows and columns.",
        "返回的梯度只有被覆盖区域那么大：它应当与输入同形，被裁掉的行和列填零。",
    ),
    hint=Text(
        "What shape must a gradient have so that it can be subtracted from its variable?",
        "梯度要能从对应的变量中减去，它应当是什么形状？",
    ),
)
def fast_shape_of_covered_area(dout, cache):
    input_shape, max_index, (rows, columns), stride = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    height, width = i.max() * stride + rows, j.max() * stride + columns
    din = np.zeros((*input_shape[:2], height, width))
    np.add.at(din, (n, d, i * stride + row, j * stride + column), dout)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The positions in the cache were turned into positions in the input in place: a second "
        "backward after the same forward starts from spoilt ones.",
        "直接在缓存里把窗口内的位置改成了输入中的位置：同一次前向之后再做一次反向，用到的就是被改坏的位置。",
    ),
    hint=Text(
        "Call the backward pass twice with one cache: should the second answer differ?",
        "用同一份缓存做两次反向：第二次的结果应该不同吗？",
    ),
)
def fast_cache_used_up(dout, cache):
    input_shape, position, (_, columns), stride = cache
    width = input_shape[3]
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(position, columns)
    position[...] = (i * stride + row) * width + j * stride + column
    din = np.zeros(input_shape)
    np.add.at(din.reshape(*input_shape[:2], -1), (n, d, position), dout)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": plain_backward_fast},
    explanation=Text(
        "At a tie the last maximum was kept: the agreed one is the first, row by row.",
        "出现并列最大值时记下了最后一个：约定取按行数过去的第一个。",
    ),
    hint=Text(
        "When a later cell is exactly as large, should it take the place of the earlier one?",
        "后面的单元与先前的最大值恰好相等时，应当取代它吗？",
    ),
)
def fast_last_maximum_at_a_tie(x, window, stride):
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    max_index = window[0] * window[1] - 1 - cells[..., ::-1].argmax(axis=-1)
    return cells.max(axis=-1), (x.shape, max_index, window, stride)


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": plain_backward_fast},
    explanation=Text(
        "The search for the maximum started at zero: where a whole window is negative, zero won "
        "although it is not in the window.",
        "寻找最大值时从零开始比较：当整个窗口都是负数时，不在窗口里的零反而胜出了。",
    ),
    hint=Text(
        "What is the maximum of -3 and -1, and what would your running maximum say?",
        "-3 与 -1 中哪个最大？你逐步更新的最大值会给出什么？",
    ),
)
def fast_maximum_starts_at_zero(x, window, stride):
    rows, columns = window
    out_rows = pooled_size(x.shape[2], rows, stride)
    out_columns = pooled_size(x.shape[3], columns, stride)
    out = np.zeros((*x.shape[:2], out_rows, out_columns))
    max_index = np.zeros(out.shape, dtype=int)
    for k in range(rows * columns):
        row, column = divmod(k, columns)
        bottom, right = row + out_rows * stride, column + out_columns * stride
        values = x[:, :, row:bottom:stride, column:right:stride]
        max_index[values > out] = k
        out = np.maximum(out, values)
    return out, (x.shape, max_index, window, stride)


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": plain_backward_fast},
    explanation=Text(
        "The pooled maps came back channels-last: the fast functions are channels-first, in and "
        "out.",
        "返回的结果把通道放在了最后一维：两个快速函数的输入和输出都是通道在前。",
    ),
    hint=Text(
        "What does each axis of your result count?",
        "你的结果中，每一维数的是什么？",
    ),
)
def fast_output_channels_last(x, window, stride):
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    cache = (x.shape, cells.argmax(axis=-1), window, stride)
    return cells.max(axis=-1).transpose(0, 2, 3, 1), cache


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": plain_backward_fast},
    explanation=Text(
        "The input was overwritten: cells below the maximum of their window were cleared to leave "
        "a mask behind.",
        "输入被改写了：为了留下掩码，把窗口里小于最大值的单元清了零。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def fast_input_overwritten(x, window, stride):
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    out, max_index = cells.max(axis=-1), cells.argmax(axis=-1)
    i, j = np.indices((out_rows, out_columns), sparse=True)
    for k in range(window[0] * window[1]):
        row, column = divmod(k, window[1])
        place = (slice(None), slice(None), i * stride + row, j * stride + column)
        x[place] = np.where(max_index == k, x[place], 0.0)
    return out, (x.shape, max_index, window, stride)


def backward_of_latest(dout, cache):
    """A ``max_pool_backward_fast`` that uses the positions of whichever forward came last."""
    input_shape, (_, columns), stride = cache
    max_index = max_pool_forward_fast.latest
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * stride + row, j * stride + column), dout)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": backward_of_latest},
    explanation=Text(
        "The positions were kept outside the cache: a later forward writes over those of an "
        "earlier one.",
        "位置没有放进缓存而是存在了别处：后一次前向会覆盖前一次的记录。",
    ),
    hint=Text(
        "Run forward on two inputs, then go back from the first. Whose positions are used?",
        "对两个输入先后做前向，再从第一个往回传。用到的是谁的位置？",
    ),
)
def fast_positions_outside_cache(x, window, stride):
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    max_pool_forward_fast.latest = cells.argmax(axis=-1)
    return cells.max(axis=-1), (x.shape, window, stride)


def backward_of_kept_output(dout, cache):
    """A ``max_pool_backward_fast`` that sends the kept output back."""
    input_shape, max_index, (_, columns), stride, out = cache
    n, d, i, j = np.indices(dout.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros(input_shape)
    np.add.at(din, (n, d, i * stride + row, j * stride + column), out)
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": backward_of_kept_output},
    explanation=Text(
        "The layer's own output was sent back in the place of the arriving gradient.",
        "传回去的是这一层自己的输出，而不是传入的梯度。",
    ),
    hint=Text(
        "What did forward give, and what does backward receive? Only one of the two knows the loss.",
        "前向给出的是什么，反向收到的又是什么？两者中只有一个体现了损失。",
    ),
)
def fast_upstream_is_the_output(x, window, stride):
    out_rows = pooled_size(x.shape[2], window[0], stride)
    out_columns = pooled_size(x.shape[3], window[1], stride)
    views = np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))
    cells = views[:, :, ::stride, ::stride].reshape(*x.shape[:2], out_rows, out_columns, -1)
    out = cells.max(axis=-1)
    return out, (x.shape, cells.argmax(axis=-1), window, stride, out.copy())


def backward_of_reshaped(dout, cache):
    """The partner of a ``max_pool_forward_fast`` that reshapes where it should transpose."""
    input_shape, max_index, (_, columns), stride = cache
    batch, depth, height, width = input_shape
    n, i, j, d = np.indices(max_index.shape, sparse=True)
    row, column = divmod(max_index, columns)
    din = np.zeros((batch, height, width, depth))
    np.add.at(din, (n, i * stride + row, j * stride + column, d), dout.reshape(max_index.shape))
    return din.reshape(input_shape)


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": backward_of_reshaped},
    explanation=Text(
        "Channels-first was turned into channels-last by a reshape: that only counts anew and moves no "
        "axis, so the channels were scrambled, in both passes alike.",
        "用 reshape 把通道在前变成了通道在后：reshape 只是重新计数，不移动任何一维，"
        "于是两个方向上通道都被打乱了。",
    ),
    hint=Text(
        "Which one moves an axis: reshape or transpose?",
        "reshape 和 transpose，哪一个会移动数组的维？",
    ),
)
def fast_channels_reshaped(x, window, stride):
    batch, depth, height, width = x.shape
    out_rows = pooled_size(height, window[0], stride)
    out_columns = pooled_size(width, window[1], stride)
    last = x.reshape(batch, height, width, depth)
    views = np.lib.stride_tricks.sliding_window_view(last, window, axis=(1, 2))
    cells = views[:, ::stride, ::stride].reshape(batch, out_rows, out_columns, depth, -1)
    out = cells.max(axis=-1).reshape(batch, depth, out_rows, out_columns)
    return out, (x.shape, cells.argmax(axis=-1), window, stride)


@misconception(
    exercise="fast",
    replaces="max_pool_forward_fast",
    companions={"max_pool_backward_fast": plain_backward_fast},
    explanation=Text(
        "Impossible geometry was answered with an empty or meaningless output: a window that does not "
        "fit the input, or a size below 1, has none.",
        "对不可能的几何返回了空的或毫无意义的输出：窗口放不进输入，或大小小于 1 时，"
        "根本没有输出可言。",
    ),
    hint=Text(
        "What should a caller learn who asks for a window larger than the input?",
        "如果有人要求窗口比输入还大，应当让他知道什么？",
    ),
)
def fast_impossible_geometry_accepted(x, window, stride):
    rows, columns = window
    out_rows = max((x.shape[2] - rows) // max(stride, 1) + 1, 0)
    out_columns = max((x.shape[3] - columns) // max(stride, 1) + 1, 0)
    out = np.full((*x.shape[:2], out_rows, out_columns), -np.inf)
    max_index = np.zeros(out.shape, dtype=int)
    for k in range(rows * columns):
        row, column = divmod(k, columns)
        bottom, right = row + out_rows * stride, column + out_columns * stride
        values = x[:, :, row:bottom:stride, column:right:stride]
        max_index[values > out] = k
        out = np.maximum(out, values)
    return out, (x.shape, max_index, window, stride)


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The gradient is right, but it is worked out image by image: a Python loop over the batch "
        "takes longer the larger the batch.",
        "梯度是对的，但它是一张图一张图算出来的：对批次做 Python 循环，批次越大就越慢。",
    ),
    hint=Text(
        "Which few things are there to count through, however large the batch is?",
        "无论批次多大，有哪几样东西始终只有很少几个可数？",
    ),
)
def fast_looped_over_batch(dout, cache):
    input_shape, max_index, (rows, columns), stride = cache
    out_rows, out_columns = dout.shape[2:]
    din = np.zeros(input_shape)
    for n in range(input_shape[0]):
        for k in range(rows * columns):
            row, column = divmod(k, columns)
            bottom, right = row + out_rows * stride, column + out_columns * stride
            gradient = np.where(max_index[n] == k, dout[n], 0.0)
            din[n, :, row:bottom:stride, column:right:stride] += gradient
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The gradient is right, but it is worked out depth by depth: a Python loop over the depths "
        "takes longer the more there are.",
        "梯度是对的，但它是一个深度一个深度算出来的：对深度做 Python 循环，深度越多就越慢。",
    ),
    hint=Text(
        "Each depth is treated alike: which numpy operation treats them all at once?",
        "每个深度的做法都一样：哪种 numpy 运算能一次处理所有深度？",
    ),
)
def fast_looped_over_depth(dout, cache):
    input_shape, max_index, (rows, columns), stride = cache
    out_rows, out_columns = dout.shape[2:]
    din = np.zeros(input_shape)
    for d in range(input_shape[1]):
        for k in range(rows * columns):
            row, column = divmod(k, columns)
            bottom, right = row + out_rows * stride, column + out_columns * stride
            gradient = np.where(max_index[:, d] == k, dout[:, d], 0.0)
            din[:, d, row:bottom:stride, column:right:stride] += gradient
    return din


@misconception(
    exercise="fast",
    replaces="max_pool_backward_fast",
    companions={"max_pool_forward_fast": plain_forward_fast},
    explanation=Text(
        "The gradient is right, but it is worked out window by window: a Python loop over the "
        "output positions takes longer the larger the image.",
        "梯度是对的，但它是一个窗口一个窗口算出来的：对输出位置做 Python 循环，图片越大就越慢。",
    ),
    hint=Text(
        "Which is smaller: the number of windows in an image, or of cells in a window?",
        "一张图里的窗口数，与一个窗口里的单元数，哪个更少？",
    ),
)
def fast_looped_over_positions(dout, cache):
    input_shape, max_index, (_, columns), stride = cache
    row, column = divmod(max_index, columns)
    n, d = np.indices(input_shape[:2], sparse=True)
    din = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = (n, d, i * stride + row[:, :, i, j], j * stride + column[:, :, i, j])
            din[place] += dout[:, :, i, j]
    return din
