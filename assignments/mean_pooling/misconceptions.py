"""What people get wrong about the gradient of mean pooling: each a wrong ``backward``."""

import numpy as np

from autograder.misconceptions import misconception
from autograder.model import Text


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was copied to every cell instead of shared out: it is rows*columns times too "
        "large.",
        "梯度被原样复制给了窗口里的每个单元，而不是分摊下去：结果大了 行数×列数 倍。",
    ),
    hint=Text(
        "If one input cell grows by a little, by how much does the mean of its window grow?",
        "如果窗口里的一个输入增大一点点，这个窗口的平均值会增大多少？",
    ),
)
def copied_not_shared(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += dout[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "Where windows overlap, the share of the last window replaced the earlier ones: a cell "
        "that feeds several outputs must receive the sum of their shares.",
        "窗口重叠处，后一个窗口的份额覆盖了先前的份额：一个单元若参与了多个输出，应得到各份之和。",
    ),
    hint=Text(
        "What does the chain rule say about a variable that several outputs depend on?",
        "一个变量同时影响多个输出时，链式法则怎么说？",
    ),
)
def assigned_not_added(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] = share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was divided by stride*stride: the number of cells in a mean is set by the "
        "window, not by the step between windows.",
        "梯度除以了步幅的平方：参与平均的单元数由窗口决定，与窗口移动的步幅无关。",
    ),
    hint=Text(
        "Keep the window and change the stride: does the formula of a single mean change?",
        "窗口不变、只改步幅：单个平均值的公式会变吗？",
    ),
)
def divided_by_stride_squared(self, dout):
    rows, columns = self.window
    share = dout / (self.stride * self.stride)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was divided by the square of the window's rows: that counts the cells of a "
        "square window only.",
        "梯度除以了窗口行数的平方：只有正方形窗口的单元数才是这样算的。",
    ),
    hint=Text(
        "How many cells does a window of 2 rows and 3 columns hold?",
        "一个 2 行 3 列的窗口里有多少个单元？",
    ),
)
def divided_by_rows_squared(self, dout):
    rows, columns = self.window
    share = dout / rows**2
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was divided by 4 whatever the window: that is right for 2 x 2 alone.",
        "无论窗口多大，梯度都除以 4：这只对 2×2 的窗口成立。",
    ),
    hint=Text(
        "Which numbers in your code belong to one example and not to the definition?",
        "你的代码里，哪些数字来自某个例子，而不是来自定义？",
    ),
)
def divided_by_four(self, dout):
    rows, columns = self.window
    share = dout / 4
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "Each cell's gradient was averaged over the windows that cover it: shares of overlapping "
        "windows are to be summed, so part of the gradient was lost.",
        "每个单元的梯度又按覆盖它的窗口数取了平均：重叠窗口的份额应当相加，这样会丢失一部分梯度。",
    ),
    hint=Text(
        "Compare the sum of what came in with the sum of what went out, for overlapping windows.",
        "在窗口重叠的情形下，比较传入梯度之和与传出梯度之和。",
    ),
)
def divided_by_covering_windows(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    covering = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
            covering[:, top : top + rows, left : left + columns] += 1
    return din / np.maximum(covering, 1)


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The stride was taken for the window's extent: the gradient reached stride x stride cells "
        "instead of the rows x columns the mean was taken over.",
        "把步幅当成了窗口的大小：梯度传给了 步幅×步幅 个单元，而不是求平均时用到的 行×列 个单元。",
    ),
    hint=Text(
        "Draw windows that overlap, or leave gaps: which cells did one mean look at?",
        "画出互相重叠或留有空隙的窗口：一个平均值用到了哪些单元？",
    ),
)
def stride_as_window(self, dout):
    rows, columns = self.window
    step = self.stride
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * step, j * step
            din[:, top : top + step, left : left + step] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * rows, j * columns
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The window's rows and columns were exchanged: a window of 2 x 3 was treated as 3 x 2.",
        "窗口的行数与列数弄反了：2×3 的窗口被当成了 3×2。",
    ),
    hint=Text(
        "Which of the two numbers of a window belongs to which axis of the array?",
        "窗口的两个数分别对应数组的哪一个轴？",
    ),
)
def rows_and_columns_exchanged(self, dout):
    columns, rows = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[0, top : top + rows, left : left + columns] += share[0, i, j]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += 1 / (rows * columns)
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    rows, columns = self.window
    share = dout.transpose(0, 2, 1, 3) / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(share.shape[1]):
        for j in range(share.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    rows, columns = self.window
    share = dout / (rows * columns)
    din = getattr(self, "din", None)
    if din is None or din.shape != self.input_shape:
        din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    self.din = din
    return din.copy()


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The arriving gradient was divided in place: the caller's array is no longer what it was.",
        "直接在原数组上做了除法：调用者手里的梯度数组被改掉了。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def argument_overwritten(self, dout):
    rows, columns = self.window
    dout /= rows * columns
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += dout[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The last windows were stretched to the border: rows and columns that fill no window take "
        "no part in any mean.",
        "最后一排窗口被拉伸到了边缘：凑不满一个窗口的行和列没有参与任何平均。",
    ),
    hint=Text(
        "With 7 rows, a window of 2 rows and a stride of 2, which outputs depend on the last row?",
        "输入 7 行、窗口 2 行、步幅 2 时，哪些输出与最后一行有关？",
    ),
)
def tail_joined_to_last_window(self, dout):
    rows, columns = self.window
    _, height, width, _ = self.input_shape
    out_rows, out_columns = dout.shape[1:3]
    din = np.zeros(self.input_shape)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            bottom = height if i == out_rows - 1 else top + rows
            right = width if j == out_columns - 1 else left + columns
            cells = (bottom - top) * (right - left)
            din[:, top:bottom, left:right] += dout[:, i : i + 1, j : j + 1] / cells
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "Cells that no window covers received a gradient: no output depends on them, so theirs is "
        "zero.",
        "没有被任何窗口覆盖的单元也得到了梯度：没有输出依赖它们，它们的梯度应为零。",
    ),
    hint=Text(
        "Change an input cell that lies in a gap between windows: which output notices?",
        "改变落在窗口空隙里的一个输入：哪个输出会有变化？",
    ),
)
def uncovered_cells_filled(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(self.input_shape)
    covered = np.zeros(self.input_shape, dtype=bool)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
            covered[:, top : top + rows, left : left + columns] = True
    return np.where(covered, din, share.mean())


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    share = dout / (rows * columns)
    height, width = (out_rows - 1) * self.stride + rows, (out_columns - 1) * self.stride + columns
    din = np.zeros((batch, height, width, depth))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
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
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(layer_class.shape_seen_first)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradients of all depths were mixed: each depth is pooled on its own, so its gradient "
        "stays in its own depth.",
        "不同深度的梯度混在了一起：每个深度各自池化，梯度也应留在各自的深度里。",
    ),
    hint=Text(
        "Does output depth 0 change when an input cell of depth 1 does?",
        "改变深度 1 的一个输入，深度 0 的输出会变吗？",
    ),
)
def depths_mixed(self, dout):
    rows, columns = self.window
    share = dout.mean(axis=3, keepdims=True) / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The whole gradient went to one cell of the window, as in max pooling: a mean depends on "
        "all its cells alike.",
        "整个梯度只传给了窗口中的一个单元，像最大池化那样：平均值对窗口内每个单元的依赖是相同的。",
    ),
    hint=Text(
        "Which cells of a window change its mean?",
        "改变窗口里的哪些单元会改变平均值？",
    ),
)
def one_cell_takes_all(self, dout):
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            din[:, i * self.stride, j * self.stride] += dout[:, i, j]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was divided by the number of outputs: the mean runs over the cells of one "
        "window, not over all windows.",
        "梯度除以了输出的个数：平均是在一个窗口的单元上取的，而不是在所有窗口上取的。",
    ),
    hint=Text(
        "Enlarge the input and keep the window: does the share of one cell change?",
        "输入变大而窗口不变：一个单元分到的份额会变吗？",
    ),
)
def divided_by_number_of_windows(self, dout):
    rows, columns = self.window
    share = dout / (dout.shape[1] * dout.shape[2])
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The gradient was divided by the batch size as well: the loss has already done that, if it "
        "is a mean over the batch.",
        "梯度又除以了批次大小：如果损失对批次取了平均，那一步早已做过了。",
    ),
    hint=Text(
        "Does one image's pooled output depend on how many other images are in the batch?",
        "一张图片的池化结果与批次里还有多少张图片有关吗？",
    ),
)
def averaged_over_batch(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns) / len(dout)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    explanation=Text(
        "The shares were written through a reshaped array: that is a view of an array that lies row by "
        "row in memory, and a copy of any other, so for some gradients all of them were lost.",
        "各份梯度是通过变形后的数组写入的：只有按行存放的数组，变形才得到视图，"
        "否则得到的是副本，于是对某些梯度，写进去的值全都丢失了。",
    ),
    hint=Text(
        "np.zeros_like takes over how its argument lies in memory. Try it on dout.transpose(...).",
        "np.zeros_like 会沿用参数在内存中的存放方式。用 dout.transpose(...) 试一试。",
    ),
)
def share_written_to_a_copy(self, dout):
    rows, columns = self.window
    share = np.zeros_like(dout)
    one_after_another = share.reshape(-1)
    for number, gradient in enumerate(dout.flat):
        one_after_another[number] = gradient / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


def keeps_shape_on_the_class(self, x):
    """A ``forward`` that notes the input's shape for all layers at once."""
    windows = np.lib.stride_tricks.sliding_window_view(x, self.window, axis=(1, 2))
    self.input_shape = type(self).latest_shape = x.shape
    return windows[:, :: self.stride, :: self.stride].mean(axis=(-2, -1))


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    companions={"MeanPoolingLayer.forward": keeps_shape_on_the_class},
    explanation=Text(
        "The input's shape was noted on the class: after another layer's forward it is that one's.",
        "输入形状记在了类上：别的层做过前向之后，它就变成了那一层的形状。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then go back through the first.",
        "让两个层先后做前向，再从第一层往回传。",
    ),
)
def shape_of_latest_forward(self, dout):
    rows, columns = self.window
    share = dout / (rows * columns)
    din = np.zeros(type(self).latest_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din


def keeps_output(self, x):
    """A right ``forward`` that keeps its output besides."""
    windows = np.lib.stride_tricks.sliding_window_view(x, self.window, axis=(1, 2))
    self.input_shape = x.shape
    self.out = windows[:, :: self.stride, :: self.stride].mean(axis=(-2, -1))
    return self.out.copy()


@misconception(
    exercise="backward",
    replaces="MeanPoolingLayer.backward",
    companions={"MeanPoolingLayer.forward": keeps_output},
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
    rows, columns = self.window
    share = self.out / (rows * columns)
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] += share[:, i : i + 1, j : j + 1]
    return din
