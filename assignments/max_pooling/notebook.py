# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Max pooling: forward and backward
#
# A max-pooling layer slides a window over each feature map and keeps the largest number it sees. The maps get
# smaller, and a pattern that moves by a pixel often leaves the output as it was. The layer has nothing to learn; what
# is interesting is the way back: which numbers of the input does a gradient of the output belong to?
#
# You write the functions below, one cell after another, and run the checks under each. The checks here are for
# learning: they tell you what was expected. Marks come from others like them, with other numbers and other
# geometries. The handout holds the derivations in full.
#
# Notation: `x` is `(N, H, W, D)`, that is images, rows, columns, feature maps; `out` is `(N, OH, OW, D)`. The window
# has $R$ rows and $C$ columns and moves by $s$, the stride. $L$ is the loss, and `dout`, `din` are its gradients with
# respect to `out` and `x`.

# %% [markdown] lang="zh"
# # 最大池化：前向与反向
#
# 最大池化层让一个窗口在每张特征图上滑动，每停一处，只留下看到的最大的数。特征图变小了；图案挪动一个像素，输出往往不变。这一层没有要学习的参数，有意思的是回来的路：输出的一份梯度，该归输入里的哪个数？
#
# 请按顺序在下面的单元格里写函数，每写完一个就运行它下面的检查。这里的检查是为学习而设的，会告诉你应得的结果；计分用的是另一批检查，要求相同，数字和几何不同。完整的推导见讲义。
#
# 记号：`x` 的形状是 `(N, H, W, D)`，依次为图像、行、列、特征图；`out` 的形状是 `(N, OH, OW, D)`。窗口有 $R$ 行 $C$ 列，每次移动 $s$ （步幅）。 $L$ 是损失，`dout` 与 `din` 分别是它对 `out` 和对 `x` 的梯度。

# %% [markdown] lang="en"
# This much is given. Run it first.

# %% [markdown] lang="zh"
# 这一部分已经给出，请先运行。

# %% given="start"

# %% [markdown] lang="en"
# The next two cells hold what the pictures are drawn with. Run them; you need not read them.

# %% [markdown] lang="zh"
# 下面两个单元格是画图用的工具，运行即可，不必细读。

# %%
try:
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle
except ModuleNotFoundError:
    plt = None


def new_figure(rows, columns, size, **keywords):
    """A figure and its panels, with room between them."""
    figure, panels = plt.subplots(rows, columns, figsize=size, layout="constrained", **keywords)
    figure.get_layout_engine().set(h_pad=0.08, w_pad=0.08)
    return figure, panels


def draw_map(axes, values, title="", names=("", ""), colours="cividis", limits=(None, None), numbers=True):
    """Show a matrix as an image, with its numbers written into the cells."""
    image = axes.imshow(values, cmap=colours, vmin=limits[0], vmax=limits[1])
    axes.set_title(title, fontsize=10)
    axes.set_ylabel(names[0], rotation=0, labelpad=10)
    axes.set_xlabel(names[1])
    if numbers:
        axes.set_yticks(range(values.shape[0]))
        axes.set_xticks(range(values.shape[1]))
        for place, value in np.ndenumerate(values):
            shade = image.cmap(image.norm(value))[:3]
            ink = "black" if np.dot(shade, (0.3, 0.6, 0.1)) > 0.5 else "white"
            axes.text(place[1], place[0], f"{value + 0:g}", ha="center", va="center", color=ink, fontsize=10)
    else:
        axes.locator_params(integer=True)
    return image


def draw_frame(axes, corner, shape, colour="tab:orange", style="-", inset=0.0):
    """Frame the cells of a window, whose first one is ``corner``."""
    place = (corner[1] - 0.5 + inset, corner[0] - 0.5 + inset)
    size = (shape[1] - 2 * inset, shape[0] - 2 * inset)
    axes.add_patch(Rectangle(place, *size, fill=False, lw=3, ls=style, ec=colour, clip_on=False, zorder=3))


# %% lang="en"
def show_picture(plot):
    """Draw a picture, or say in one line why there is none yet."""
    if plt is None:
        print("Install matplotlib to see the pictures.")
        return
    try:
        plot()
    except NotImplementedError as error:
        plt.close("all")
        print(f"Write {str(error).removeprefix('TODO: ')} first; then run this cell again.")
    except Exception as error:
        plt.close("all")
        print(f"No picture: {type(error).__name__}: {' '.join(str(error).split())}. Look at the checks first.")
    else:
        plt.show()


# %% lang="zh"
def show_picture(plot):
    """画一幅图；还画不了，就用一行话说明原因。"""
    if plt is None:
        print("要看图，请先安装 matplotlib。")
        return
    try:
        plot()
    except NotImplementedError as error:
        plt.close("all")
        print(f"请先写 {str(error).removeprefix('TODO: ')}，再运行这个单元格。")
    except Exception as error:
        plt.close("all")
        print(f"画不出来：{type(error).__name__}: {' '.join(str(error).split())}。请先看检查结果。")
    else:
        plt.show()


# %% [markdown] lang="en"
# ## 1. How many windows fit?
#
# Look along one axis of `size` elements. Window $i$, counted from 0, starts at $i s$ and its last element is
# $i s + R - 1$; it counts only if that is still inside. Work out the largest $i$ for which
# $i s + R \le \mathrm{size}$, and mind that numbering starts at 0. Whatever is left behind the last whole window is a
# *tail*, and no window looks at it.
#
# **Write `pooled_size`.** A window larger than the input is impossible, and so is a size or a stride below 1: raise a
# `ValueError`. (What would the formula alone say for a window of 5 on 3 elements?)

# %% [markdown] lang="zh"
# ## 1. 放得下几个窗口？
#
# 只看一个方向，设有 `size` 个元素。第 $i$ 个窗口（从 0 数起）从 $i s$ 开始，到 $i s + R - 1$ 结束，整个落在里面才算数。请求出满足 $i s + R \le \mathrm{size}$ 的最大的 $i$ ，别忘了编号从 0 开始。最后一个完整窗口之后剩下的是“尾部”，没有窗口会看它。
#
# **请写 `pooled_size`。** 窗口比输入大，或者尺寸、步幅小于 1，都是不可能的，应当抛出 `ValueError`。（窗口 5、元素 3 个，单凭公式会得到什么？）

# %% solution="pooled_size"

# %% checks="pooled_size"

# %% [markdown] lang="en"
# Here are your windows, one in each row of a picture; along the bottom runs the input. Which elements lie in two
# windows, which in none? What must be true of the stride and the window for the one, and for the other?

# %% [markdown] lang="zh"
# 下图画的是你算出的窗口，一行一个，横向是输入的各个元素。哪些元素落在两个窗口里？哪些一个也没有落进？步幅与窗口满足什么关系时会这样？


# %%
def plot_windows_along_a_line():
    """The windows that ``pooled_size`` counts, for four geometries."""
    _, panels = new_figure(2, 2, (8, 4))
    for axes, (size, window, stride) in zip(panels.flat, ((5, 2, 2), (7, 3, 2), (6, 3, 1), (9, 2, 3)), strict=True):
        count = pooled_size(size, window, stride)
        covered = np.zeros((count, size))
        for number in range(count):
            covered[number, number * stride : number * stride + window] = number + 1
        title = f"pooled_size({size}, {window}, {stride}) = {count}"
        axes.imshow(np.ma.masked_equal(covered, 0), cmap="viridis", vmin=0, vmax=5, aspect="auto")
        axes.set_title(title, fontsize=10)
        axes.set_ylabel("i", rotation=0, labelpad=10)
        axes.set_xlabel("p")
        axes.set_xticks(range(size))
        axes.set_yticks(range(count))
        axes.set_xticks(np.arange(size) - 0.5, minor=True)
        axes.grid(which="minor", color="lightgray")


show_picture(plot_windows_along_a_line)

# %% [markdown] lang="en"
# ## 2. The layer
#
# Output $(i, j)$ belongs to the window whose top left corner is $(i s, j s)$, and cell $(r, c)$ of that window is the
# input element $(i s + r,\ j s + c)$. Here a window of 2 x 2 slides over one map with stride 1:

# %% [markdown] lang="zh"
# ## 2. 池化层
#
# 输出 $(i, j)$ 对应的窗口，左上角在 $(i s, j s)$ ；窗口里的格子 $(r, c)$ 就是输入元素 $(i s + r,\ j s + c)$ 。下面是 2 x 2 的窗口以步幅 1 在一张图上滑动：


# %%
def overlap_map():
    """The handout's map of 3 x 4: the 9 lies in four windows."""
    return np.array([[1, 5, 2, 3], [4, 0, 9, -2], [6, 7, -1, 8]], dtype=float)


def plot_sliding_window():
    """One panel for each place of the window."""
    _, panels = new_figure(2, 3, (8, 4.6))
    for (i, j), axes in np.ndenumerate(panels):
        draw_map(axes, overlap_map(), f"i, j = {i}, {j}", ("p", "q"))
        draw_frame(axes, (i, j), (2, 2))


show_picture(plot_sliding_window)

# %% [markdown] lang="en"
# **Forward.** Each window gives its largest number, for each image and each map by itself:
#
# $$y_{n,i,j,d} = \max_{0\le r\lt R,\ 0\le c\lt C}\ x_{n,\ i s + r,\ j s + c,\ d}.$$
#
# The largest number may be negative. `forward` returns `out` and leaves a record for the way back:
# `self.input_shape`, and `self.max_index` of shape `(N, OH, OW, D)`, which says for each window *which cell* held the
# maximum. Cells are numbered row by row, $k = r C + c$, so `divmod(k, columns)` gives row and column back. If several
# cells tie, the first one counts.
#
# **Backward.** Take one window and let its maximum be ahead of the others. Raise the maximum by a little $h$, and the
# output rises by $h$: the derivative is 1. Raise any other cell a little, and nothing happens: the derivative is 0.
# So the whole gradient of a window goes to its winner. An element may win in several windows; the chain rule adds up
# all the ways by which it reaches the loss:
#
# $$\frac{\partial L}{\partial x_{n,p,q,d}} = \sum_{\text{windows } (i,j) \text{ won by } (p,q)} \frac{\partial L}{\partial y_{n,i,j,d}}.$$
#
# **Write `forward` and `backward`.** In `forward` you may do `max_index` first or the maxima first; each has checks
# of its own. `backward` may use `self.input_shape`, `self.max_index` and the geometry. It needs no value of `x`: why
# not?

# %% [markdown] lang="zh"
# **前向。** 每个窗口给出自己最大的数，各图像、各特征图分开算：
#
# $$y_{n,i,j,d} = \max_{0\le r\lt R,\ 0\le c\lt C}\ x_{n,\ i s + r,\ j s + c,\ d}.$$
#
# 最大的数也可能是负数。`forward` 返回 `out`，并为反向留下记录：一是 `self.input_shape`；二是形状为 `(N, OH, OW, D)` 的 `self.max_index`，记下每个窗口的最大值在**几号格子**。格子逐行编号， $k = r C + c$ ，所以 `divmod(k, columns)` 可以还原行和列。几个格子并列时，取第一个。
#
# **反向。** 取一个窗口，设最大值领先于其余各数。让最大值增加很小的 $h$ ，输出也增加 $h$ ，导数为 1；让别的格子增加一点点，输出不动，导数为 0。所以一个窗口的梯度全部归胜出者。同一个元素可能在几个窗口里胜出，链式法则把它通向损失的路径全部加起来：
#
# $$\frac{\partial L}{\partial x_{n,p,q,d}} = \sum_{(i,j) \in V(p,q)} \frac{\partial L}{\partial y_{n,i,j,d}},$$
#
# 其中 $V(p,q)$ 是由 $(p,q)$ 胜出的那些窗口。
#
# **请写 `forward` 和 `backward`。** 在 `forward` 里，先写 `max_index` 或先求最大值都可以，两者各有检查。`backward` 只用 `self.input_shape`、`self.max_index` 和几何参数，用不着 `x` 的数值。为什么？

# %% solution="MaxPoolingLayer"

# %% checks="forward"

# %% checks="max_index"

# %% [markdown] lang="en"
# Two feature maps, the window 2 x 2, stride 2. Each window is framed, and a ring marks the winner that your
# `max_index` names. Two of the windows hold a tie: find them, and see whether the ring is where it should be.

# %% [markdown] lang="zh"
# 两张特征图，窗口 2 x 2，步幅 2。方框是窗口，圆圈是你的 `max_index` 指出的胜出者。有两个窗口里出现了并列，请找出来，看看圆圈画对了没有。


# %%
def two_maps():
    """The handout's two feature maps, as a batch of one image."""
    first = [[1, 1, 2, 0], [3, 2, 1, 1], [0, 1, 2, 1], [1, 0, 0, 1]]
    second = [[5, 1, 0, 2], [2, 3, 1, 1], [1, 2, 2, 0], [0, 1, 1, 2]]
    return np.stack([first, second], axis=-1)[np.newaxis].astype(float)


def draw_winners(axes, layer, depth, colours=("tab:orange",)):
    """Frame the windows of one map, and ring the cell that won in each."""
    for number, (i, j) in enumerate(np.ndindex(layer.max_index.shape[1:3])):
        draw_frame(axes, (i * layer.stride, j * layer.stride), layer.window, colours[number % len(colours)])
        row, column = divmod(int(layer.max_index[0, i, j, depth]), layer.window[1])
        place = (j * layer.stride + column, i * layer.stride + row)
        axes.plot(*place, "o", ms=24, mfc="none", mec="tab:red", mew=2.5)


def plot_winners():
    """Both maps with windows and winners, what comes out, and the record."""
    layer = MaxPoolingLayer((2, 2), 2)
    out = layer.forward(two_maps())
    _, panels = new_figure(2, 3, (8, 5.4), width_ratios=(2, 1, 1))
    for depth, (wide, middle, right) in enumerate(panels):
        draw_map(wide, two_maps()[0, :, :, depth], f"x[0, :, :, {depth}]", ("p", "q"), limits=(0, 5))
        draw_winners(wide, layer, depth)
        draw_map(middle, out[0, :, :, depth], f"out[0, :, :, {depth}]", ("i", "j"), limits=(0, 5))
        draw_map(right, layer.max_index[0, :, :, depth], f"max_index[0, :, :, {depth}]", ("i", "j"), "Greys", (0, 9))


show_picture(plot_winners)

# %% checks="backward"

# %% [markdown] lang="en"
# Where did the gradient go? The same two maps, with a `dout` of positive and negative numbers. No two windows share
# an element, so each number travels to its winner and everything else stays 0. Compare the two sums.

# %% [markdown] lang="zh"
# 梯度去了哪里？还是这两张图，`dout` 有正有负。窗口互不重叠，所以每个数只走到自己的胜出者那里，其余全是 0。请比较两边的总和。


# %%
def plot_gradient_without_overlap():
    """What comes in from above, and what goes on below."""
    dout = np.stack([[[1, 2], [3, 4]], [[-1, 0.5], [2.5, -2]]], axis=-1)[np.newaxis]
    layer = MaxPoolingLayer((2, 2), 2)
    layer.forward(two_maps())
    din = layer.backward(dout)
    figure, panels = new_figure(2, 2, (6, 5.6), width_ratios=(1, 2))
    for depth, (left, right) in enumerate(panels):
        draw_map(left, dout[0, :, :, depth], f"dout[0, :, :, {depth}]", ("i", "j"), "PuOr", (-5, 5))
        draw_map(right, din[0, :, :, depth], f"din[0, :, :, {depth}]", ("p", "q"), "PuOr", (-5, 5))
        draw_winners(right, layer, depth)
    figure.suptitle(f"dout.sum() = {dout.sum():g}    din.sum() = {din.sum():g}", fontsize=11)


show_picture(plot_gradient_without_overlap)

# %% [markdown] lang="en"
# Now with overlap: stride 1 on the map over which the window slid above. The 9 wins four of the six windows, and four
# gradients meet in one cell. Add them up by hand. What would stand there if `backward` assigned where it should add,
# and what would become of the sum?

# %% [markdown] lang="zh"
# 再看重叠的情形：就是前面滑动窗口的那张图，步幅 1。六个窗口里有四个由 9 胜出，四份梯度在同一格相遇。请手算它们的和。如果 `backward` 该加的地方写成了赋值，那里会是多少？总和又会怎样？


# %%
def plot_gradient_with_overlap():
    """The handout's example of overlap."""
    x = overlap_map()[np.newaxis, :, :, np.newaxis]
    dout = np.array([[1, -2, 0.5], [3, 4, -1]])[np.newaxis, :, :, np.newaxis]
    layer = MaxPoolingLayer((2, 2), 1)
    out = layer.forward(x)
    din = layer.backward(dout)
    _, panels = new_figure(2, 2, (7, 5))
    draw_map(panels[0, 0], x[0, :, :, 0], "x", ("p", "q"))
    draw_map(panels[0, 1], out[0, :, :, 0], "out", ("i", "j"), limits=(-2, 9))
    draw_map(panels[1, 1], dout[0, :, :, 0], f"dout    dout.sum() = {dout.sum():g}", ("i", "j"), "PuOr", (-5, 5))
    draw_map(panels[1, 0], din[0, :, :, 0], f"din    din.sum() = {din.sum():g}", ("p", "q"), "PuOr", (-5, 5))


show_picture(plot_gradient_with_overlap)

# %% [markdown] lang="en"
# A larger map. Every window sends a gradient of 1, so `din` counts how many windows an element has won. With stride 3
# the windows lie side by side, and each has a winner of its own. The smaller the stride, the more windows there are,
# and the fewer elements share them. Why do bright dots sit on the hills, and single dots in the valleys? Where is
# `din` 0 although `x` is large?

# %% [markdown] lang="zh"
# 换一张大一些的图。让每个窗口都送回 1，`din` 数的就是每个元素赢了几个窗口。步幅为 3 时窗口并排，各有各的胜出者；步幅越小，窗口越多，却越集中在少数几个元素上。为什么亮点都在“山顶”，“山谷”里只有零星的 1？哪里的 `x` 很大，`din` 却是 0？


# %%
def plot_where_the_gradient_went():
    """The number of windows that each element of a hilly map has won."""
    rows, columns = np.mgrid[0:14, 0:14]
    hills = [np.exp(-((rows - p) ** 2 + (columns - q) ** 2) / 9) for p, q in ((3, 4), (9, 2), (8, 10))]
    x = (sum(hills) + np.random.default_rng(3).normal(scale=0.03, size=rows.shape))[np.newaxis, :, :, np.newaxis]
    figure, panels = new_figure(1, 4, (9.5, 3))
    draw_map(panels[0], x[0, :, :, 0], "x", ("p", "q"), numbers=False)
    for axes, stride in zip(panels[1:], (3, 2, 1), strict=True):
        layer = MaxPoolingLayer((3, 3), stride)
        din = layer.backward(np.ones_like(layer.forward(x)))
        title = f"stride = {stride}, sum = {din.sum():g}"
        image = draw_map(axes, din[0, :, :, 0], title, ("", "q"), "viridis", (0, 9), numbers=False)
    figure.colorbar(image, ax=panels, shrink=0.75, label="din")


show_picture(plot_where_the_gradient_went)

# %% [markdown] lang="en"
# ## 3. The record as a matrix
#
# Another way to remember the winners is a table of true and false: `max_mask`, with one row for each window and one
# column for each cell. The rows are in the order image, output row, output column, map, the last of them running
# fastest:
#
# $$\mathrm{row} = \left((n\cdot OH + i)\cdot OW + j\right)\cdot D + d.$$
#
# **Write `max_pool_backward_matrix`.** Each marked cell gets the whole gradient of its window, and where windows
# overlap the gradients add up. The function does not ask whether the marks make sense: a row may have one, several,
# or none.

# %% [markdown] lang="zh"
# ## 3. 写成矩阵的记录
#
# 记住胜出者还有一种办法：列一张真假表 `max_mask`，一个窗口占一行，一个格子占一列。各行按“图像、输出行、输出列、特征图”的次序排列，最后一个变得最快：
#
# $$\mathrm{row} = \left((n\cdot OH + i)\cdot OW + j\right)\cdot D + d.$$
#
# **请写 `max_pool_backward_matrix`。** 凡是标出的格子，都得到所在窗口的全部梯度；窗口重叠处照样相加。函数不管标记是否合理，一行里可以有一个、几个，也可以一个都没有。

# %% solution="max_pool_backward_matrix"

# %% checks="backward_matrix"

# %% [markdown] lang="en"
# On the left each window marks its first maximum, on the right every tied maximum. Find the rows that differ. What do
# they do to the sum of `din`, and which of the two is the gradient that `backward` gives?

# %% [markdown] lang="zh"
# 左边的每个窗口只标第一个最大值，右边把并列的最大值全部标出。请找出两边不同的行。它们让 `din` 的总和变成了多少？哪一边与 `backward` 的结果相同？


# %%
def plot_masks():
    """The two maps' windows as rows, with one mark each and with all that tie."""
    dout = np.stack([[[1, 2], [3, 4]], [[-1, 0.5], [2.5, -2]]], axis=-1)[np.newaxis]
    windows = ("1132", "5123", "2011", "0211", "0110", "1201", "2101", "2012")
    cells = np.array([[int(digit) for digit in window] for window in windows])
    first = np.eye(4, dtype=bool)[[2, 0, 0, 1, 1, 1, 0, 0]]
    tied = first.copy()
    tied[4, 2] = tied[7, 3] = True
    _, panels = new_figure(1, 2, (7, 4.6))
    for axes, mask in zip(panels, (first, tied), strict=True):
        din = max_pool_backward_matrix(dout, mask, (1, 4, 4, 2), (2, 2), 2)
        draw_map(axes, cells, f"din.sum() = {din.sum():g}", ("", "k"), "Greys", (0, 15))
        axes.set_aspect(0.6)
        for row, column in np.argwhere(mask):
            draw_frame(axes, (row, column), (1, 1))
        names = [f"{i}, {j}, {d}" for i, j, d in np.ndindex(2, 2, 2)]
        axes.set_yticks(range(8), names)
        axes.set_ylabel("i, j, d", rotation=90)


show_picture(plot_masks)

# %% [markdown] lang="en"
# ## 4. Fast
#
# A loop over all windows is slow in Python. The trick is to loop over something small instead. Hold one cell $(r, c)$
# fixed and let $i$ and $j$ run: the elements it picks lie on a grid, evenly spaced, one for each window.

# %% [markdown] lang="zh"
# ## 4. 快速版
#
# 用 Python 循环遍历所有窗口很慢，窍门是改为遍历一样数目很少的东西。固定一个格子 $(r, c)$ ，让 $i$ 、 $j$ 变动：它挑出的元素排成间隔均匀的网格，一个窗口一个。


# %%
def plot_one_cell_of_every_window():
    """For each cell of a window of 2 x 3 the elements that it picks, with stride 2."""
    _, panels = new_figure(2, 3, (8.5, 4.4))
    for (r, c), axes in np.ndenumerate(panels):
        picked = np.zeros((5, 7))
        for i, j in np.ndindex(2, 3):
            place = (i * 2 + r, j * 2 + c)
            picked[place] = 1
            axes.text(place[1], place[0], f"{i},{j}", ha="center", va="center", color="white", fontsize=9)
        draw_map(axes, picked, f"k = {r * 3 + c},  r, c = {r}, {c}", ("p", "q"), "Blues", (0, 1.3), numbers=False)
        axes.set(xticks=range(7), yticks=range(5))
        axes.set_xticks(np.arange(7) - 0.5, minor=True)
        axes.set_yticks(np.arange(5) - 0.5, minor=True)
        axes.grid(which="minor", color="lightgray")


show_picture(plot_one_cell_of_every_window)

# %% [markdown] lang="en"
# Each square shows the output `i,j` whose window picks this element as its cell `k`. Within one panel, can two
# windows pick the same element? And across panels?
#
# **Write `max_pool_forward_fast` and `max_pool_backward_fast`.** They are *channels-first*, `(N, D, H, W)`. What you
# put into `cache` is up to you. No loop over images, maps or output positions; one over the cells of a window is
# fine. Values come before speed.

# %% [markdown] lang="zh"
# 方块里写的是输出 `i,j`：它的窗口以这个元素为 `k` 号格子。同一幅小图里，两个窗口会不会挑中同一个元素？不同的小图之间呢？
#
# **请写 `max_pool_forward_fast` 和 `max_pool_backward_fast`。** 这两个函数**通道在前**，形状是 `(N, D, H, W)`。`cache` 里放什么由你决定。不能用循环遍历图像、特征图或输出位置，遍历窗口里的几个格子则没有问题。先求正确，再求快。

# %% solution="max_pool_forward_fast, max_pool_backward_fast"

# %% checks="fast"

# %% [markdown] lang="en"
# ## 5. Asking the layer itself
#
# A gradient can be tested without knowing the answer. Choose a random `dout` and take
# $L = \sum \mathrm{out} \cdot \mathrm{dout}$ as the loss. Move one element of `x` by $\pm\varepsilon$, see how $L$
# moves, and
#
# $$\frac{L(x+\varepsilon) - L(x-\varepsilon)}{2\varepsilon}$$
#
# has to agree with `din` there. On the left what your `backward` says, in the middle what your `forward` does, on the
# right the difference. Change the window, the stride and the input. What happens at an exact tie, and who is right
# then?

# %% [markdown] lang="zh"
# ## 5. 让这一层自己作证
#
# 不知道答案，也能检验梯度。随机取一个 `dout`，以 $L = \sum \mathrm{out} \cdot \mathrm{dout}$ 为损失。把 `x` 的一个元素移动 $\pm\varepsilon$ ，看 $L$ 怎样变，
#
# $$\frac{L(x+\varepsilon) - L(x-\varepsilon)}{2\varepsilon}$$
#
# 应当与那里的 `din` 一致。左图是 `backward` 说的，中图是 `forward` 做的，右图是两者之差。请换几种窗口、步幅和输入。恰好并列时会怎样？那时谁是对的？


# %%
def plot_numeric_gradient(shape=(6, 8), window=(2, 3), stride=1, eps=1e-6):
    """``backward`` beside central differences of ``forward``, on numbers that do not tie."""
    rng = np.random.default_rng(7)
    x = rng.permutation(float(np.prod(shape)) * np.linspace(-1, 1, np.prod(shape))).reshape(1, *shape, 1)
    layer = MaxPoolingLayer(window, stride)
    dout = rng.normal(size=layer.forward(x).shape)
    din = layer.backward(dout)
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = eps
        above, below = (np.sum(MaxPoolingLayer(window, stride).forward(x + way * step) * dout) for way in (1, -1))
        numeric[place] = (above - below) / (2 * eps)
    figure, panels = new_figure(1, 3, (9, 2.6))
    size = np.abs(dout).max() * 2
    gap = np.abs(din - numeric).max()
    titles = ("din", r"$(L(x + \varepsilon) - L(x - \varepsilon))\ /\ 2 \varepsilon$", rf"$\max |\Delta| = ${gap:.0e}")
    for axes, values, title in zip(panels, (din, numeric, din - numeric), titles, strict=True):
        image = draw_map(axes, values[0, :, :, 0], title, ("p", "q"), "PuOr", (-size, size), numbers=False)
    figure.colorbar(image, ax=panels, shrink=0.8)


show_picture(plot_numeric_gradient)

# %% [markdown] lang="en"
# ## To think about
#
# - Where do exact ties turn up in a real network? Think of a pooling layer right behind a ReLU.
# - Gradient descent takes a step, and another cell of the window wins. Is the loss still continuous there? Is its
#   gradient?
# - Two poolings of 2 x 2 with stride 2, one after the other: which single pooling is that? Are the gradients the
#   same, at ties too?
# - How many bits does `max_index` need for each window, and how many would it take to keep `x` instead?
# - `(x * din).sum()` equals `(out * dout).sum()`. Why?

# %% [markdown] lang="zh"
# ## 想一想
#
# - 在真实的网络里，哪里会出现严格的并列？想想紧跟在 ReLU 后面的池化层。
# - 梯度下降走一步，窗口里换了另一个格子胜出。在换位的那一点，损失还连续吗？梯度呢？
# - 连做两次窗口 2 x 2、步幅 2 的池化，等于做一次怎样的池化？梯度一样吗？遇到并列时呢？
# - `max_index` 每个窗口要几个比特？如果改为保存 `x`，要多少？
# - `(x * din).sum()` 等于 `(out * dout).sum()`，为什么？
