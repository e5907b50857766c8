"""What people get wrong about a convolution by ``im2col``, exercise by exercise.

A wrong ``ConvLayer.backward`` is wrong in one of its three gradients and right in the others, so
it costs points where it belongs and nowhere else.
"""

# ruff: noqa: F821  (names of the solution, there once a function is spliced into it)

import numpy as np

from autograder.misconceptions import misconception
from autograder.model import Text


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The entries of a row run depth by depth: the depth has to change fastest, inside "
        "each cell.",
        "一行中的元素是按深度逐个排列的：变化最快的应是深度，它在每个单元之内变化。",
    ),
    hint=Text(
        "Which two numbers of the input stand next to each other at the start of a row?",
        "一行的开头，紧挨着的两个数分别是输入里的哪两个？",
    ),
)
def im2col_depth_before_cells(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    patches = patches.transpose(0, 1, 2, 5, 3, 4)
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The cells of a patch were laid out column by column: they go row by row.",
        "小块里的单元是按列展开的：应当按行展开。",
    ),
    hint=Text(
        "Write down the row that a filter of 2 x 3 gives at depth 1.",
        "深度为 1 时，写出 2×3 的滤波器得到的那一行。",
    ),
)
def im2col_cells_column_by_column(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    patches = patches.transpose(0, 1, 2, 4, 3, 5)
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The matrix runs down the output's columns first: after a position comes the one to "
        "its right.",
        "矩阵的各行先沿输出的列往下走：一个位置之后应当是它右边的位置。",
    ),
    hint=Text(
        "Where is the filter in the second row of the matrix?",
        "矩阵第二行对应的滤波器停在哪里？",
    ),
)
def im2col_positions_column_by_column(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    patches = patches.transpose(0, 2, 1, 3, 4, 5)
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The examples of the batch were interleaved: all positions of one example come before"
        " those of the next.",
        "批次中的样本被交错排列了：应当先排完一个样本的所有位置，再排下一个样本。",
    ),
    hint=Text(
        "With two images, which rows of the matrix belong to the first?",
        "有两张图片时，矩阵的哪些行属于第一张？",
    ),
)
def im2col_batch_fastest(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    patches = patches.transpose(1, 2, 0, 3, 4, 5)
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The filter was moved by one cell at a time whatever the stride: only the number of "
        "steps followed it.",
        "无论步幅多大，滤波器每次都只移动一格：只有移动的次数用到了步幅。",
    ),
    hint=Text(
        "Where does the second patch begin when the stride is 2?",
        "步幅为 2 时，第二个小块从哪里开始？",
    ),
)
def im2col_stride_ignored(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i, j
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The border was padded with copies of the nearest cells: the agreed padding is zero.",
        "边缘外填的是最近单元的副本：约定的填充值是零。",
    ),
    hint=Text(
        "What does a filter see that reaches beyond the image?",
        "滤波器伸出图片之外时，看到的是什么？",
    ),
)
def im2col_padded_with_edge_values(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "All the padding was put below and to the right: half of it belongs above and to the left.",
        "填充全都加在了下边和右边：其中一半应当加在上边和左边。",
    ),
    hint=Text(
        "Which part of the padded image lies under the filter's first position?",
        "滤波器在第一个位置时，盖住的是填充后图片的哪一部分？",
    ),
)
def im2col_padded_on_one_side(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The padding was left out: the patches are those of the bare input, and there are too"
        " few of them.",
        "没有做填充：取到的只是原始输入的小块，而且数量偏少。",
    ),
    hint=Text(
        "How many positions has a filter of 3 x 3 on an image of 3 x 3 with a padding of 1?",
        "在 3×3 的图片上填充 1，3×3 的滤波器有几个位置？",
    ),
)
def im2col_padding_forgotten(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = x
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > x.shape[1] + 2 * padding or columns > x.shape[2] + 2 * padding:
        raise ValueError("the filter is larger than the padded input")
    out_rows, out_columns = max(out_rows, 0), max(out_columns, 0)
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, rows * columns * x.shape[3])


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "Every patch was turned upside down and left to right: here the filter is laid on as "
        "it stands.",
        "每个小块都被上下、左右翻转了：这里的滤波器是原样放上去的。",
    ),
    hint=Text(
        "Convolution in mathematics and in this layer differ in one respect. Which does the "
        "contract describe?",
        "数学上的卷积与这一层的“卷积”有一处不同。题目约定的是哪一种？",
    ),
)
def im2col_filter_flipped(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    patches = patches[:, :, :, ::-1, ::-1]
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The filter was taken to be square: its rows were used for its columns as well.",
        "默认滤波器是正方形：把行数同时当成了列数。",
    ),
    hint=Text(
        "A filter shape is a pair. Where does your code use each of the two numbers?",
        "滤波器的形状是一对数。你的代码在哪里用到了其中的每一个？",
    ),
)
def im2col_square_only(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    columns = rows
    out_columns = max((padded.shape[2] - columns) // stride + 1, 0)
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, rows * columns * x.shape[3])


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "A filter larger than the padded input was answered with an empty matrix: there is no"
        " such layer.",
        "滤波器比填充后的输入还大，却返回了一个空矩阵：这样的层并不存在。",
    ),
    hint=Text(
        "What should a caller learn who asks for a filter larger than the image?",
        "如果有人要求滤波器比图片还大，应当让他知道什么？",
    ),
)
def im2col_impossible_geometry_accepted(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    out_rows, out_columns = max(out_rows, 0), max(out_columns, 0)
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, rows * columns * x.shape[3])


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "The patches were cut out by byte distances worked out from the shape: they hold for an array "
        "that lies row by row in memory, and not for any other.",
        "小块是按形状算出的字节间隔取出来的：这只对在内存中按行存放的数组成立。",
    ),
    hint=Text(
        "What are the strides of an array, and what are those of its transpose?",
        "一个数组的 strides 是多少，它转置之后的 strides 又是多少？",
    ),
)
def im2col_memory_order_assumed(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    _, height, width, depth = padded.shape
    cell = padded.itemsize * depth
    image, line = height * width * cell, width * cell
    patches = np.lib.stride_tricks.as_strided(
        padded,
        (len(x), out_rows, out_columns, rows, columns, depth),
        (image, stride * line, stride * cell, line, cell, padded.itemsize),
    )
    return patches.reshape(len(x) * out_rows * out_columns, -1).copy()


@misconception(
    exercise="im2col",
    replaces="im2col",
    explanation=Text(
        "numpy's global random generator was seeded in every call: whatever the caller draws afterwards "
        "is the same each time.",
        "每次调用都给 numpy 的全局随机数生成器设了种子：调用者随后抽到的数每次都一样。",
    ),
    hint=Text(
        "Which line was only there so that your own experiment came out the same every time?",
        "哪一行只是为了让你自己的试验每次结果相同而写的？",
    ),
)
def im2col_generator_seeded(x, filter_shape, stride, padding):
    np.random.seed(0)
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - columns) // stride + 1
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = np.zeros((len(x), out_rows, out_columns, rows, columns, x.shape[3]))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, top : top + rows, left : left + columns]
    return patches.reshape(len(x) * out_rows * out_columns, -1)


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "Where patches overlap, the last one replaced the others: an input cell was copied "
        "into several rows, so their gradients add up.",
        "小块重叠处，后一个覆盖了前面的：一个输入单元曾被复制到多行中，这些行的梯度应当相加。",
    ),
    hint=Text(
        "In how many rows of the matrix does one input cell appear?",
        "一个输入单元会出现在矩阵的多少行里？",
    ),
)
def col2im_assigned_not_added(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] = patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "Each cell was divided by the number of patches that hold it: that makes an inverse "
        "of im2col, but the gradient needs its transpose.",
        "每个单元都除以了包含它的小块数：这样得到的是 im2col 的逆，而梯度需要的是它的转置。",
    ),
    hint=Text(
        "If a cell feeds three outputs, is its derivative the mean of three or the sum?",
        "一个单元影响三个输出，它的导数是三者的平均还是总和？",
    ),
)
def col2im_overlaps_averaged(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    covering = np.zeros_like(padded)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
            covering[:, top : top + rows, left : left + width_of_filter] += 1
    padded /= np.maximum(covering, 1)
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The padding was left on: the result is larger than the input it is the gradient of.",
        "填充没有被裁掉：结果比它所对应的输入还大。",
    ),
    hint=Text(
        "What shape must a gradient have so that it can be subtracted from its variable?",
        "梯度要能从对应的变量中减去，它应当是什么形状？",
    ),
)
def col2im_padding_not_cut(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "Cutting from padding to -padding leaves nothing at padding 0: minus zero is zero, "
        "not the end.",
        "从 padding 切到 -padding，在 padding 为 0 时什么也不剩：负零就是零，并不表示末尾。",
    ),
    hint=Text(
        "What does a[0:-0] give?",
        "a[0:-0] 会得到什么？",
    ),
)
def col2im_empty_without_padding(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding:-padding, padding:-padding]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "All the padding was cut off below and to the right: the image came back shifted.",
        "填充全从下边和右边裁掉了：得到的图像发生了平移。",
    ),
    hint=Text(
        "Where in the padded array does the first cell of the input lie?",
        "输入的第一个单元位于填充后数组的什么位置？",
    ),
)
def col2im_padding_cut_on_one_side(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, :height, :width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The entries of a row were read depth by depth: the depth changes fastest, inside "
        "each cell.",
        "把一行中的元素当成按深度逐个排列来读：变化最快的应是深度，它在每个单元之内变化。",
    ),
    hint=Text(
        "In which order did im2col write the entries of a row?",
        "im2col 是按什么次序写下一行中各个元素的？",
    ),
)
def col2im_depth_before_cells(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, depth, rows, width_of_filter)
    patches = patches.transpose(0, 1, 2, 4, 5, 3)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The entries of a row were put back column by column: they are the filter's cells row"
        " by row.",
        "一行中的元素被按列放了回去：它们是按行排列的滤波器单元。",
    ),
    hint=Text(
        "Which cell of a 2 x 3 filter is the second entry of a row at depth 1?",
        "深度为 1 时，一行的第二个元素对应 2×3 滤波器的哪个单元？",
    ),
)
def col2im_cells_column_by_column(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, width_of_filter, rows, depth)
    patches = patches.transpose(0, 1, 2, 4, 3, 5)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The matrix was read down the output's columns first: after a position comes the one "
        "to its right.",
        "读取矩阵时先沿输出的列往下走：一个位置之后应当是它右边的位置。",
    ),
    hint=Text(
        "Where was the filter when im2col wrote the second row?",
        "im2col 写第二行时，滤波器停在哪里？",
    ),
)
def col2im_positions_column_by_column(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_columns, out_rows, rows, width_of_filter, depth)
    patches = patches.transpose(0, 2, 1, 3, 4, 5)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The patches were put back one cell apart whatever the stride.",
        "无论步幅多大，各小块都只相隔一格放回。",
    ),
    hint=Text(
        "From where did im2col take the second patch when the stride is 2?",
        "步幅为 2 时，im2col 的第二个小块取自哪里？",
    ),
)
def col2im_stride_ignored(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i, j
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The matrix was cleared row by row as it was used up: the caller's array is no longer"
        " what it was.",
        "矩阵的各行用完后被清零：调用者手里的数组因此变了样。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def col2im_argument_overwritten(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    columns[...] = 0
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "The entries were taken in the order in which they lie in memory: that is row by row for some "
        "matrices only.",
        "元素是按它们在内存中的次序取出的：只有某些矩阵才是按行存放的。",
    ),
    hint=Text(
        "In which order do the entries of a transposed matrix lie in memory?",
        "矩阵转置之后，它的元素在内存中是什么次序？",
    ),
)
def col2im_in_order_of_memory(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    if min(rows, width_of_filter, stride) < 1 or padding < 0:
        raise ValueError("sizes and stride must be 1 or more, padding 0 or more")
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = (padded.shape[1] - rows) // stride + 1
    out_columns = (padded.shape[2] - width_of_filter) // stride + 1
    if rows > padded.shape[1] or width_of_filter > padded.shape[2]:
        raise ValueError("the filter is larger than the padded input")
    patches = columns.ravel(order="K")
    patches = patches.reshape(batch, out_rows, out_columns, rows, width_of_filter, depth)
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * stride, j * stride
            padded[:, top : top + rows, left : left + width_of_filter] += patches[:, i, j]
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="col2im",
    replaces="col2im",
    explanation=Text(
        "A filter larger than the padded input was answered with zeros: there is no such layer.",
        "滤波器比填充后的输入还大，却返回了全零的图像：这样的层并不存在。",
    ),
    hint=Text(
        "What should a caller learn who asks for a filter larger than the image?",
        "如果有人要求滤波器比图片还大，应当让他知道什么？",
    ),
)
def col2im_impossible_geometry_accepted(columns, input_shape, filter_shape, stride, padding):
    batch, height, width, depth = input_shape
    rows, width_of_filter = filter_shape
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, depth))
    out_rows = max((padded.shape[1] - rows) // max(stride, 1) + 1, 0)
    out_columns = max((padded.shape[2] - width_of_filter) // max(stride, 1) + 1, 0)
    for row, (n, i, j) in enumerate(np.ndindex(batch, out_rows, out_columns)):
        patch = columns[row].reshape(rows, width_of_filter, depth)
        top, left = i * stride, j * stride
        padded[n, top : top + rows, left : left + width_of_filter] += patch
    return padded[:, padding : padding + height, padding : padding + width]


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The bias was not added.",
        "没有加上偏置。",
    ),
    hint=Text(
        "Give the layer zero weights: what should come out?",
        "把权重全设为零：这一层应当输出什么？",
    ),
)
def forward_bias_forgotten(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The ReLU was left out: negative values came through.",
        "漏掉了 ReLU：负值原样通过了。",
    ),
    hint=Text(
        "Which values may the output of this layer not have?",
        "这一层的输出不可能取哪些值？",
    ),
)
def forward_relu_missing(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = self.columns @ self.weights + self.bias
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The bias was added after the ReLU: it has to shift the threshold, so it belongs inside.",
        "偏置加在了 ReLU 之后：它的作用是移动阈值，应当加在里面。",
    ),
    hint=Text(
        "With a negative bias, can the output of this layer be negative?",
        "偏置为负时，这一层的输出可能是负的吗？",
    ),
)
def forward_bias_after_relu(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights, 0.0) + self.bias
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The filter was rotated by half a turn: here it is laid on as it stands.",
        "滤波器被旋转了 180 度：这里应当原样放上去。",
    ),
    hint=Text(
        "Convolution in mathematics and in this layer differ in one respect. Which does the "
        "contract describe?",
        "数学上的卷积与这一层的“卷积”有一处不同。题目约定的是哪一种？",
    ),
)
def forward_filter_flipped(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    filters = self.weights.reshape(rows, columns, x.shape[3], -1)[::-1, ::-1]
    weights = filters.reshape(self.weights.shape)
    self.filter_data = np.maximum(self.columns @ weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The product was reshaped as if the output depth came first: a reshape only counts, "
        "it never moves an axis.",
        "变形时把输出深度当成了靠前的一维：reshape 只按次序重新计数，从不移动任何一维。",
    ),
    hint=Text(
        "What do the rows of the product stand for, and what do its columns?",
        "乘积的行代表什么，列又代表什么？",
    ),
)
def forward_channels_scrambled(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), -1, out_rows, out_columns).transpose(0, 2, 3, 1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The output's rows and columns were exchanged: it is right only while they agree in "
        "number.",
        "输出的行数与列数弄反了：只有二者相等时才看不出错。",
    ),
    hint=Text(
        "Try an input with more columns than rows.",
        "换一个列数多于行数的输入试试。",
    ),
)
def forward_rows_and_columns_exchanged(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_columns, out_rows, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "What was kept is the product before the ReLU: filter_data is what came out of it.",
        "保存的是 ReLU 之前的乘积：filter_data 应当是 ReLU 之后的值。",
    ),
    hint=Text(
        "Can filter_data hold a negative value?",
        "filter_data 里会有负值吗？",
    ),
)
def forward_kept_before_relu(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = self.columns @ self.weights + self.bias
    return np.maximum(self.filter_data, 0.0).reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The shape of the padded input was remembered: the gradient must have the shape of "
        "the input itself.",
        "记下的是填充后输入的形状：梯度应当与输入本身同形。",
    ),
    hint=Text(
        "Whose shape does input_shape name?",
        "input_shape 说的是谁的形状？",
    ),
)
def forward_kept_padded_shape(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = (
        len(x),
        x.shape[1] + 2 * self.padding,
        x.shape[2] + 2 * self.padding,
        x.shape[3],
    )
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The patches were kept on the class: a second layer writes over those of the first.",
        "小块矩阵存在了类上：第二层会覆盖第一层的记录。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then look at the first one's patches.",
        "让两个层先后做前向，再看第一层存下的小块。",
    ),
)
def forward_columns_shared_by_layers(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    type(self).columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The padding was not passed on to im2col: there are too few patches.",
        "没有把填充传给 im2col：得到的小块偏少。",
    ),
    hint=Text(
        "Give the layer a padding of 1: how many rows must its columns have?",
        "让这一层的填充为 1：columns 应当有多少行？",
    ),
)
def forward_padding_not_passed_on(self, x):
    self.input_shape = x.shape
    rows, columns = self.filter_shape
    self.columns = im2col(x, self.filter_shape, self.stride, 0)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    out_rows = (x.shape[1] - rows) // self.stride + 1
    out_columns = (x.shape[2] - columns) // self.stride + 1
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The output was written through a reshaped array: that is a view of an array that lies row by "
        "row in memory, and a copy of any other, so for some inputs all of it was lost.",
        "输出是通过变形后的数组写入的：只有按行存放的数组，变形才得到视图，否则得到的是副本，"
        "于是对某些输入，写进去的值全都丢失了。",
    ),
    hint=Text(
        "np.zeros_like takes over how its argument lies in memory. Try it on x.transpose(...).",
        "np.zeros_like 会沿用参数在内存中的存放方式。用 x.transpose(...) 试一试。",
    ),
)
def forward_written_to_a_copy(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    out = np.zeros_like(x, shape=(len(x), out_rows, out_columns, self.weights.shape[1]))
    by_position = out.reshape(self.filter_data.shape)
    by_position[...] = self.filter_data
    return out


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "The input was cleared once its patches were laid out: the caller's array is no longer what it "
        "was.",
        "小块取出之后把输入清了零：调用者手里的数组因此变了样。",
    ),
    hint=Text(
        "Print your argument before and after the call.",
        "在调用前后各打印一次传入的参数。",
    ),
)
def forward_input_cleared(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    x[...] = 0
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="forward",
    replaces="ConvLayer.forward",
    explanation=Text(
        "A filter larger than the padded input was answered with an empty output: there is no such "
        "layer.",
        "滤波器比填充后的输入还大，却返回了一个空的输出：这样的层并不存在。",
    ),
    hint=Text(
        "What should a caller learn who asks for a filter larger than the image?",
        "如果有人要求滤波器比图片还大，应当让他知道什么？",
    ),
)
def forward_impossible_geometry_accepted(self, x):
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    if out_rows < 1 or out_columns < 1:
        return np.zeros((len(x), 0, 0, self.weights.shape[1]))
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient did not pass through the ReLU on its way to the input: where the output"
        " is 0, nothing flows back.",
        "求输入的梯度时漏掉了 ReLU：输出为 0 的地方没有梯度流回。",
    ),
    hint=Text(
        "The layer ends in a ReLU. What is its derivative where it was shut?",
        "这一层以 ReLU 结尾。它关闭的地方导数是多少？",
    ),
)
def input_relu_mask_missing(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.reshape(self.filter_data.shape)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = arriving @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient did not pass through the ReLU on its way to the weights: where the "
        "output is 0, nothing flows back.",
        "求权重的梯度时漏掉了 ReLU：输出为 0 的地方没有梯度流回。",
    ),
    hint=Text(
        "The layer ends in a ReLU. What is its derivative where it was shut?",
        "这一层以 ReLU 结尾。它关闭的地方导数是多少？",
    ),
)
def weights_relu_mask_missing(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.reshape(self.filter_data.shape)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ arriving
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient did not pass through the ReLU on its way to the bias: where the output "
        "is 0, nothing flows back.",
        "求偏置的梯度时漏掉了 ReLU：输出为 0 的地方没有梯度流回。",
    ),
    hint=Text(
        "The layer ends in a ReLU. What is its derivative where it was shut?",
        "这一层以 ReLU 结尾。它关闭的地方导数是多少？",
    ),
)
def bias_relu_mask_missing(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.reshape(self.filter_data.shape)
    self.dbias = arriving.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient passed where the ReLU was shut and was stopped where it was open.",
        "梯度在 ReLU 关闭处通过了，在打开处反而被挡住。",
    ),
    hint=Text(
        "A value came through the ReLU unchanged: what is the derivative there?",
        "一个值原样通过了 ReLU：那里的导数是多少？",
    ),
)
def input_mask_inverted(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    blocked = np.where(self.filter_data > 0, 0.0, dout.reshape(self.filter_data.shape))
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = blocked @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The ReLU's mask was taken from the arriving gradient: it is the forward value that "
        "decides.",
        "ReLU 的掩码取自传入的梯度：起决定作用的是前向时的值。",
    ),
    hint=Text(
        "What did the ReLU look at in the forward pass?",
        "前向时，ReLU 看的是什么？",
    ),
)
def input_mask_from_gradient(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    positive = np.maximum(dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = positive @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "For the weights, the ReLU's mask was taken from the arriving gradient: it is the "
        "forward value that decides.",
        "求权重的梯度时，ReLU 的掩码取自传入的梯度：起决定作用的是前向时的值。",
    ),
    hint=Text(
        "May a gradient be negative where the ReLU is open?",
        "ReLU 打开的地方，梯度可以是负的吗？",
    ),
)
def weights_mask_from_gradient(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    positive = np.maximum(dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ positive
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "Where patches overlap, the last one replaced the others: an input cell receives the "
        "sum of what all its patches send back.",
        "小块重叠处，后一个覆盖了前面的：一个输入单元应得到所有包含它的小块传回的梯度之和。",
    ),
    hint=Text(
        "What does the chain rule say about a variable that several outputs depend on?",
        "一个变量同时影响多个输出时，链式法则怎么说？",
    ),
)
def input_overlaps_assigned(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    batch, height, width, depth = self.input_shape
    rows, columns = self.filter_shape
    _, out_rows, out_columns, _ = dout.shape
    patches = dcolumns.reshape(batch, out_rows, out_columns, rows, columns, depth)
    pad, step = self.padding, self.stride
    padded = np.zeros((batch, height + 2 * pad, width + 2 * pad, depth))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * step, j * step
            padded[:, top : top + rows, left : left + columns] = patches[:, i, j]
    return padded[:, pad : pad + height, pad : pad + width]


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient still carries the padding: it must have the shape of the input.",
        "梯度里还带着填充部分：它应当与输入同形。",
    ),
    hint=Text(
        "What shape must a gradient have so that it can be subtracted from its variable?",
        "梯度要能从对应的变量中减去，它应当是什么形状？",
    ),
)
def input_padding_not_cut(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    batch, height, width, depth = self.input_shape
    rows, columns = self.filter_shape
    _, out_rows, out_columns, _ = dout.shape
    patches = dcolumns.reshape(batch, out_rows, out_columns, rows, columns, depth)
    pad, step = self.padding, self.stride
    padded = np.zeros((batch, height + 2 * pad, width + 2 * pad, depth))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * step, j * step
            padded[:, top : top + rows, left : left + columns] += patches[:, i, j]
    return padded


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "Cutting from padding to -padding leaves nothing at padding 0: minus zero is zero, "
        "not the end.",
        "从 padding 切到 -padding，在 padding 为 0 时什么也不剩：负零就是零，并不表示末尾。",
    ),
    hint=Text(
        "What does a[0:-0] give?",
        "a[0:-0] 会得到什么？",
    ),
)
def input_empty_without_padding(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    batch, height, width, depth = self.input_shape
    rows, columns = self.filter_shape
    _, out_rows, out_columns, _ = dout.shape
    patches = dcolumns.reshape(batch, out_rows, out_columns, rows, columns, depth)
    pad, step = self.padding, self.stride
    padded = np.zeros((batch, height + 2 * pad, width + 2 * pad, depth))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * step, j * step
            padded[:, top : top + rows, left : left + columns] += patches[:, i, j]
    return padded[:, pad:-pad, pad:-pad]


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The filter was turned by half a turn in the gradient: the transpose of the product "
        "already does what is needed.",
        "求梯度时把滤波器旋转了 180 度：把乘积转置就已经够了。",
    ),
    hint=Text(
        "Which of the textbook's formulas is about a sum over outputs, and which about this "
        "matrix product?",
        "书上的公式里，哪个是对输出求和，哪个说的是这里的矩阵乘积？",
    ),
)
def input_filter_not_reversed_twice(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    filters = self.weights.reshape(*self.filter_shape, self.input_shape[3], -1)
    turned = filters[::-1, ::-1].reshape(self.weights.shape)
    dcolumns = passed @ turned.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The arriving gradient was not used on the way to the input, as if every output had "
        "the gradient 1.",
        "求输入的梯度时没有用到传入的梯度，相当于假定每个输出的梯度都是 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def input_arriving_gradient_ignored(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    opened = np.where(self.filter_data > 0, 1.0, 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = opened @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient of the input was divided by the batch size: each example has a gradient"
        " of its own, and the loss has taken its mean already.",
        "输入的梯度除以了批次大小：每个样本有各自的梯度，而求平均已经在损失里做过了。",
    ),
    hint=Text(
        "Does one image's output depend on how many other images are in the batch?",
        "一张图片的输出与批次里还有多少张图片有关吗？",
    ),
)
def input_averaged_over_batch(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    dcolumns = dcolumns / len(dout)
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The ReLU's mask was written into the arriving gradient: the caller's array is no "
        "longer what it was.",
        "把 ReLU 的掩码直接写进了传入的梯度：调用者手里的数组因此变了样。",
    ),
    hint=Text(
        "Does a reshaped array have memory of its own?",
        "变形得到的数组有自己的内存吗？",
    ),
)
def input_gradient_masked_in_place(self, dout):
    passed = dout.reshape(self.filter_data.shape)
    passed[self.filter_data <= 0] = 0
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The weights' gradient was divided by the batch size: whether the loss is a mean is "
        "the loss's affair, and its gradient says so already.",
        "权重的梯度除以了批次大小：是否取平均是损失函数的事，它传来的梯度里已经体现了。",
    ),
    hint=Text(
        "Double every arriving gradient, or double the batch: what should happen to the "
        "weights' gradient?",
        "把传入的梯度加倍，或者把批次加倍：权重的梯度应当怎样变化？",
    ),
)
def weights_averaged_over_batch(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed / len(dout)
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The weights' gradient was averaged over all positions of the filter: it is the sum "
        "of what each position contributes.",
        "权重的梯度对滤波器的所有位置取了平均：它应当是各个位置贡献之和。",
    ),
    hint=Text(
        "How often does one weight occur in the whole output?",
        "同一个权重在整个输出里用到了多少次？",
    ),
)
def weights_averaged_over_positions(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed / len(passed)
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The weights' gradient was added to that of the previous call: every backward starts "
        "afresh.",
        "权重的梯度累加到了上一次调用的结果上：每次反向都应当重新开始。",
    ),
    hint=Text(
        "Call it twice with the same argument: should the second answer differ?",
        "用同样的参数调用两次：第二次的结果应该不同吗？",
    ),
)
def weights_accumulated_over_calls(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = getattr(self, "dweights", 0.0) + self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The weights' gradient is transposed: it must have the shape of the weights.",
        "权重的梯度被转置了：它应当与权重同形。",
    ),
    hint=Text(
        "What shape must a gradient have so that it can be subtracted from its variable?",
        "梯度要能从对应的变量中减去，它应当是什么形状？",
    ),
)
def weights_gradient_transposed(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = passed.T @ self.columns
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The arriving gradient was not used for the weights, as if every output had the "
        "gradient 1.",
        "求权重的梯度时没有用到传入的梯度，相当于假定每个输出的梯度都是 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def weights_arriving_gradient_ignored(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ np.where(self.filter_data > 0, 1.0, 0.0)
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The weights' gradient was kept on the class: a second layer writes over that of the "
        "first.",
        "权重的梯度存在了类上：第二层会覆盖第一层的结果。",
    ),
    hint=Text(
        "Send gradients back through two layers, one after the other, then look at the first "
        "one's.",
        "让两个层先后做反向，再看第一层的权重梯度。",
    ),
)
def weights_gradient_shared_by_layers(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    type(self).dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "Only the first example of the batch contributed to the weights' gradient: all "
        "examples use the same weights.",
        "只有批次中的第一个样本参与了权重的梯度：所有样本用的都是同一组权重。",
    ),
    hint=Text(
        "Which examples change when one weight does?",
        "改变一个权重，哪些样本的输出会变？",
    ),
)
def weights_first_example_only(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    positions = dout.shape[1] * dout.shape[2]
    self.dweights = self.columns[:positions].T @ passed[:positions]
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The bias's gradient was averaged over all positions: every position adds the same "
        "bias, so their gradients add up.",
        "偏置的梯度对所有位置取了平均：每个位置都加了同一个偏置，各处的梯度应当相加。",
    ),
    hint=Text(
        "If the bias grows by a little, how many outputs grow with it?",
        "偏置增大一点点，有多少个输出会随之增大？",
    ),
)
def bias_averaged_over_positions(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.mean(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The bias's gradient was divided by the batch size: the arriving gradient already "
        "contains any mean over the batch.",
        "偏置的梯度除以了批次大小：若对批次取过平均，传入的梯度里已经包含了。",
    ),
    hint=Text(
        "Where is the mean over the batch taken, if there is one: in this layer or in the loss?",
        "如果要对批次取平均，是在这一层取，还是在损失里取？",
    ),
)
def bias_averaged_over_batch(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True) / len(dout)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The bias's gradient lost an axis: its shape is (OD,), that of the bias is (1, OD).",
        "偏置的梯度少了一维：它的形状是 (OD,)，而偏置的形状是 (1, OD)。",
    ),
    hint=Text(
        "What becomes of the first axis when you sum along it?",
        "沿第一维求和之后，这一维会怎样？",
    ),
)
def bias_gradient_flat(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "All filters got the same bias gradient: each filter's bias feeds only its own output map.",
        "所有滤波器得到了同样的偏置梯度：每个滤波器的偏置只影响它自己的输出图。",
    ),
    hint=Text(
        "Which outputs change when the bias of filter 0 does?",
        "改变 0 号滤波器的偏置，哪些输出会变？",
    ),
)
def bias_filters_mixed(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = np.full((1, passed.shape[1]), passed.sum())
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The bias's gradient was added to that of the previous call: every backward starts afresh.",
        "偏置的梯度累加到了上一次调用的结果上：每次反向都应当重新开始。",
    ),
    hint=Text(
        "Call it twice with the same argument: should the second answer differ?",
        "用同样的参数调用两次：第二次的结果应该不同吗？",
    ),
)
def bias_accumulated_over_calls(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = getattr(self, "dbias", 0.0) + passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "Only the first example of the batch contributed to the bias's gradient: all examples"
        " use the same bias.",
        "只有批次中的第一个样本参与了偏置的梯度：所有样本用的都是同一个偏置。",
    ),
    hint=Text(
        "Which examples change when the bias does?",
        "改变偏置，哪些样本的输出会变？",
    ),
)
def bias_first_example_only(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed[: dout.shape[1] * dout.shape[2]].sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The layer's own output was sent back in the place of the arriving gradient.",
        "传回去的是这一层自己的输出，而不是传入的梯度。",
    ),
    hint=Text(
        "What did forward give, and what does backward receive? Only one of the two knows the loss.",
        "前向给出的是什么，反向收到的又是什么？两者中只有一个体现了损失。",
    ),
)
def input_upstream_is_the_output(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    wrong = self.filter_data
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = wrong @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The layer's own output was sent back in the place of the arriving gradient.",
        "传回去的是这一层自己的输出，而不是传入的梯度。",
    ),
    hint=Text(
        "What did forward give, and what does backward receive? Only one of the two knows the loss.",
        "前向给出的是什么，反向收到的又是什么？两者中只有一个体现了损失。",
    ),
)
def weights_upstream_is_the_output(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    wrong = self.filter_data
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ wrong
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
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
def input_arriving_gradient_transposed(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.swapaxes(1, 2).reshape(self.filter_data.shape)
    wrong = np.where(self.filter_data > 0, arriving, 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = wrong @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
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
def weights_arriving_gradient_transposed(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.swapaxes(1, 2).reshape(self.filter_data.shape)
    wrong = np.where(self.filter_data > 0, arriving, 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ wrong
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The arriving gradient was reshaped as if the output depth came first: a reshape only counts, "
        "it never moves an axis.",
        "变形时把传入梯度的输出深度当成了最前面的一维：reshape 只按次序重新计数，"
        "从不移动任何一维。",
    ),
    hint=Text(
        "Which numbers of dout belong to the first filter?",
        "dout 里的哪些数属于第一个滤波器？",
    ),
)
def input_channels_scrambled(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.reshape(dout.shape[3], -1).T
    wrong = np.where(self.filter_data > 0, arriving, 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = wrong @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The arriving gradient was reshaped as if the output depth came first: a reshape only counts, "
        "it never moves an axis.",
        "变形时把传入梯度的输出深度当成了最前面的一维：reshape 只按次序重新计数，"
        "从不移动任何一维。",
    ),
    hint=Text(
        "Which numbers of dout belong to the first filter?",
        "dout 里的哪些数属于第一个滤波器？",
    ),
)
def weights_channels_scrambled(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    arriving = dout.reshape(dout.shape[3], -1).T
    wrong = np.where(self.filter_data > 0, arriving, 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ wrong
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The gradient of the previous call was kept and added to: every call must start from zero.",
        "保留了上一次调用的梯度并继续累加：每次调用都应当从零开始。",
    ),
    hint=Text(
        "Call it twice with the same argument: should the second answer differ?",
        "用同样的参数调用两次：第二次的结果应该不同吗？",
    ),
)
def input_accumulated_over_calls(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    kept = getattr(self, "dcolumns", None)
    if kept is not None and kept.shape == dcolumns.shape:
        dcolumns = dcolumns + kept
    self.dcolumns = dcolumns
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The ReLU's mask was written through a reshaped copy: np.copy keeps how an array lies in memory, "
        "so for some gradients the reshape copied once more, and the mask was lost.",
        "ReLU 的掩码是通过变形后的副本写入的：np.copy 会保持数组在内存中的存放方式，"
        "所以对某些梯度，变形时又复制了一次，掩码就丢失了。",
    ),
    hint=Text(
        "When does reshape give a view, and when a copy?",
        "reshape 什么时候给出视图，什么时候给出副本？",
    ),
)
def input_mask_written_to_a_copy(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    masked = np.copy(dout)
    masked.reshape(self.filter_data.shape)[self.filter_data <= 0] = 0
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = masked.reshape(self.filter_data.shape) @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


def keeps_mask_on_the_class(self, x):
    """A ``forward`` that notes where the ReLU was open for all layers at once."""
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    type(self).opened = self.filter_data > 0
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="backward_input",
    replaces="ConvLayer.backward",
    companions={"ConvLayer.forward": keeps_mask_on_the_class},
    explanation=Text(
        "Where the ReLU was open was noted on the class: after another layer's forward it is that one's "
        "mask.",
        "ReLU 在哪里打开被记在了类上：别的层做过前向之后，它就变成了那一层的掩码。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then go back through the first.",
        "让两个层先后做前向，再从第一层往回传。",
    ),
)
def input_mask_shared_by_layers(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    arriving = np.where(self.opened, dout.reshape(self.filter_data.shape), 0.0)
    dcolumns = arriving @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


def keeps_padded_input(self, x):
    """A right ``forward`` that keeps the padded input besides."""
    pad = self.padding
    self.padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows, columns = self.filter_shape
    out_rows = (x.shape[1] + 2 * self.padding - rows) // self.stride + 1
    out_columns = (x.shape[2] + 2 * self.padding - columns) // self.stride + 1
    self.input_shape = x.shape
    self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    return self.filter_data.reshape(len(x), out_rows, out_columns, -1)


@misconception(
    exercise="backward_weights",
    replaces="ConvLayer.backward",
    companions={"ConvLayer.forward": keeps_padded_input},
    explanation=Text(
        "The patches that the weights' gradient is summed over were taken one cell apart, whatever the "
        "stride.",
        "累加权重的梯度时，无论步幅多大，各小块都只相隔一格取出。",
    ),
    hint=Text(
        "Which patch of the input did the second output look at when the stride is 2?",
        "步幅为 2 时，第二个输出看的是输入的哪一块？",
    ),
)
def weights_patches_one_cell_apart(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    rows, columns = self.filter_shape
    arriving = passed.reshape(dout.shape)
    dweights = np.zeros(self.weights.shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            patch = self.padded[:, i : i + rows, j : j + columns]
            dweights += patch.reshape(len(dout), -1).T @ arriving[:, i, j]
    self.dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = dweights
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The output positions were counted without the padding: the gradients of the last rows and "
        "columns of the output were left out.",
        "数输出位置时没有算上填充：输出最后几行、几列的梯度被漏掉了。",
    ),
    hint=Text(
        "How many rows and columns does dout have when the padding is 1?",
        "填充为 1 时，dout 有多少行、多少列？",
    ),
)
def bias_positions_counted_without_padding(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    rows, columns = self.filter_shape
    arriving = passed.reshape(dout.shape)
    dbias = np.zeros(self.bias.shape)
    for i in range((self.input_shape[1] - rows) // self.stride + 1):
        for j in range((self.input_shape[2] - columns) // self.stride + 1):
            dbias += arriving[:, i, j].sum(axis=0)
    self.dbias = dbias
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The bias's gradient was kept on the class: a second layer writes over that of the first.",
        "偏置的梯度存在了类上：第二层会覆盖第一层的结果。",
    ),
    hint=Text(
        "Send gradients back through two layers, one after the other, then look at the first one's.",
        "让两个层先后做反向，再看第一层的偏置梯度。",
    ),
)
def bias_gradient_shared_by_layers(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    type(self).dbias = passed.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The layer's own output was sent back in the place of the arriving gradient.",
        "传回去的是这一层自己的输出，而不是传入的梯度。",
    ),
    hint=Text(
        "What did forward give, and what does backward receive? Only one of the two knows the loss.",
        "前向给出的是什么，反向收到的又是什么？两者中只有一个体现了损失。",
    ),
)
def bias_upstream_is_the_output(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = self.filter_data.sum(axis=0, keepdims=True)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)


@misconception(
    exercise="backward_bias",
    replaces="ConvLayer.backward",
    explanation=Text(
        "The arriving gradient was not used for the bias, as if every output had the gradient 1.",
        "求偏置的梯度时没有用到传入的梯度，相当于假定每个输出的梯度都是 1。",
    ),
    hint=Text(
        "The chain rule has two factors: which one is missing?",
        "链式法则里有两个因子相乘：少了哪一个？",
    ),
)
def bias_arriving_gradient_ignored(self, dout):
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias = (self.filter_data > 0).sum(axis=0, keepdims=True).astype(float)
    self.dweights = self.columns.T @ passed
    dcolumns = passed @ self.weights.T
    return col2im(dcolumns, self.input_shape, self.filter_shape, self.stride, self.padding)
