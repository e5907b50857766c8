# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Convolution as a matrix product
#
# A convolutional layer lays a small filter on an image, multiplies, adds up, and moves on. In this notebook you turn
# that sliding into one product of two matrices: `im2col` writes every patch of the image into a row, and the rest is
# linear algebra. The same trick makes the backward pass short: three gradients, each of them a product or a sum, and
# `col2im` to bring the last one back to the image.
#
# You write the functions below, one cell after another, and run the checks under each. The checks here are for
# learning: they tell you what was expected. Marks come from others like them, with other numbers and other
# geometries. The handout holds the derivations in full.
#
# Notation: `x` is `(N, H, W, D)`, that is images, rows, columns, channels; `out` is `(N, OH, OW, OD)`. A filter has
# $R$ rows and $Q$ columns, $s$ is the stride and $p$ the padding. $K = R Q D$ is how many numbers a filter holds. $L$
# is the loss; `dout` means $\partial L / \partial$ `out`, and so on, and every gradient has the shape of what it
# belongs to.

# %% [markdown] lang="zh"
# # 用矩阵乘法做卷积
#
# 卷积层把一个小小的卷积核盖在图像上，相乘、相加，再挪到下一处。在这个笔记本里，你要把这番滑动变成一次矩阵乘法：`im2col` 把图像的每个小块写成矩阵的一行，其余的都是线性代数。反向传播也因此变短了：三个梯度，各是一次乘法或一次求和，最后由 `col2im` 送回图像。
#
# 请按顺序在下面的单元格里写函数，每写完一个就运行它下面的检查。这里的检查是为学习而设的，会告诉你应得的结果；计分用的是另一批检查，要求相同，数字和几何不同。完整的推导见讲义。
#
# 记号：`x` 的形状是 `(N, H, W, D)`，依次为图像、行、列、通道；`out` 的形状是 `(N, OH, OW, OD)`。卷积核有 $R$ 行 $Q$ 列， $s$ 是步长， $p$ 是补零的圈数； $K = R Q D$ 是一个核含有的数字个数。 $L$ 是损失，`dout` 指 $\partial L / \partial$ `out`，其余类推。谁的梯度，形状就和谁一样。

# %% [markdown] lang="en"
# This much is given: it works out how large the output is,
#
# $$OH = \left\lfloor \frac{H + 2p - R}{s} \right\rfloor + 1, \qquad OW = \left\lfloor \frac{W + 2p - Q}{s} \right\rfloor + 1,$$
#
# and refuses what cannot be. Run it first.

# %% [markdown] lang="zh"
# 下面这一部分已经给出：它算出输出有多大，
#
# $$OH = \left\lfloor \frac{H + 2p - R}{s} \right\rfloor + 1, \qquad OW = \left\lfloor \frac{W + 2p - Q}{s} \right\rfloor + 1,$$
#
# 并拒绝不可能的几何参数。请先运行。

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
# ## 1. Every patch becomes a row
#
# Output position $(i, j)$ looks at the patch of the *padded* image whose top left corner is $(i s, j s)$. Here are
# the four patches of an image of 3 x 3 with one ring of zeros around it, for a filter of 3 x 2 and stride 2. Copy
# each patch, row by row, into a line of paper:

# %% [markdown] lang="zh"
# ## 1. 每个小块变成一行
#
# 输出位置 $(i, j)$ 看的是**补零之后**的图像上，左上角在 $(i s, j s)$ 的那一块。下图是一幅 3 x 3 的图像，四周补一圈 0；卷积核 3 x 2，步长 2，共有四个小块。请在纸上把每一块逐行抄成一行：


# %%
def small_image():
    """The handout's image of 3 x 3, as a batch of one with one channel."""
    return np.arange(1.0, 10.0).reshape(1, 3, 3, 1)


def surrounded(image):
    """One channel of one image with a ring of zeros."""
    return np.pad(image[0, :, :, 0], 1)


def plot_patches():
    """The four patches of the example."""
    _, panels = new_figure(1, 4, (10.5, 2.9))
    for axes, (i, j) in zip(panels, np.ndindex(2, 2), strict=True):
        draw_map(axes, surrounded(small_image()), f"i, j = {i}, {j}")
        draw_frame(axes, (2 * i, 2 * j), (3, 2))
        draw_frame(axes, (1, 1), (3, 3), "white", ":")


show_picture(plot_patches)

# %% [markdown] lang="en"
# `im2col` makes a matrix of shape `(N*OH*OW, K)`. Its rows are in the order image, output row, output column, and
# each row holds its patch in the order filter row, filter column, channel; in both the last one runs fastest:
#
# $$\mathrm{row} = (n \cdot OH + i) \cdot OW + j, \qquad k = (a \cdot Q + b) \cdot D + d.$$
#
# Entry (row, $k$) is the padded image at $(n,\ i s + a,\ j s + b,\ d)$.
#
# **Write `im2col`.**

# %% [markdown] lang="zh"
# `im2col` 生成形状为 `(N*OH*OW, K)` 的矩阵。行的次序是图像、输出行、输出列；一行之内的次序是核的行、核的列、通道。两者都是最后一个变得最快：
#
# $$\mathrm{row} = (n \cdot OH + i) \cdot OW + j, \qquad k = (a \cdot Q + b) \cdot D + d.$$
#
# 第 (row, $k$) 个元素是补零图在 $(n,\ i s + a,\ j s + b,\ d)$ 处的值。**请写 `im2col`。**

# %% solution="im2col"

# %% checks="im2col"

# %% [markdown] lang="en"
# Your matrix for the four patches above; the frames have the colours of the patches. Compare it with what you wrote
# on paper. Which numbers of the image occur twice, and why those?

# %% [markdown] lang="zh"
# 这是你的矩阵，四行对应上面的四个小块，左边小块的边框与右边那一行颜色相同。和你在纸上抄的一样吗？图像里哪些数出现了两次？为什么是它们？


# %%
def plot_matrix_of_patches():
    """The padded image with its patches, and the matrix with their rows."""
    columns = im2col(small_image(), (3, 2), 2, 1)
    _, (left, right) = new_figure(1, 2, (9, 3.6))
    draw_map(left, surrounded(small_image()))
    draw_map(right, columns, "columns", ("", "k"))
    right.set_yticks(range(4), [f"i, j = {i}, {j}" for i, j in np.ndindex(2, 2)])
    for row, colour in enumerate(("tab:orange", "deepskyblue", "magenta", "white")):
        i, j = divmod(row, 2)
        draw_frame(left, (2 * i, 2 * j), (3, 2), colour, "--" if i else "-", inset=0.06 + 0.08 * i)
        draw_frame(right, (row, 0), (1, 6), colour, "--" if i else "-", inset=0.06)


show_picture(plot_matrix_of_patches)

# %% [markdown] lang="en"
# A larger image: a bright ring, a filter of 3 x 3, stride 1. The matrix has a row for each of 100 positions and a
# column for each of 9 filter cells. Read it the other way: each column of the matrix is the whole image, seen through
# one cell of the filter. The last three pictures are columns 0, 4 and 8, given the shape `(OH, OW)`. In which
# direction has the ring moved?

# %% [markdown] lang="zh"
# 换一幅大一些的图像：一个亮环，卷积核 3 x 3，步长 1。100 个位置各占一行，核的 9 个格子各占一列。竖着看这个矩阵：每一列都是透过核的一个格子看到的整幅图。后三幅小图就是第 0、4、8 列，形状改成了 `(OH, OW)`。亮环朝哪个方向移动了？


# %%
def ring():
    """An image of 12 x 12 with a bright ring, as a batch of one with one channel."""
    rows, columns = np.mgrid[0:12, 0:12] - 5.5
    return np.exp(-((np.hypot(rows, columns) - 3.6) ** 2))[np.newaxis, :, :, np.newaxis]


def plot_columns_as_images():
    """The image, its matrix, and three columns of the matrix as images."""
    columns = im2col(ring(), (3, 3), 1, 0)
    _, panels = new_figure(1, 5, (11, 3), width_ratios=(2, 1.2, 2, 2, 2))
    draw_map(panels[0], ring()[0, :, :, 0], "x", ("u", "v"), numbers=False)
    draw_map(panels[1], columns, f"columns {columns.shape}", ("", "k"), numbers=False)
    panels[1].set_aspect("auto")
    panels[1].set_xticks((0, 4, 8))
    for axes, k in zip(panels[2:], (0, 4, 8), strict=True):
        draw_map(axes, columns[:, k].reshape(10, 10), f"columns[:, {k}]", ("i", "j"), numbers=False)


show_picture(plot_columns_as_images)

# %% [markdown] lang="en"
# ## 2. Every row is added back to its patch
#
# On the way back, a gradient of the matrix has to become a gradient of the image. `im2col` only copies, and an
# element that was copied to several places reaches the loss through each of them. So its gradient is a *sum*:
#
# $$\frac{\partial L}{\partial x_{nuvd}} = \sum_{\text{copies } (r, k) \text{ of } (n,u,v,d)} \frac{\partial L}{\partial c_{rk}}.$$
#
# **Write `col2im`.** Begin with zeros in the shape of the padded image, add every row to the patch where it came
# from, and cut the padding off at the end. (How do you cut when the padding is 0? What does `a[0:-0]` give?)

# %% [markdown] lang="zh"
# ## 2. 把每一行加回它的小块
#
# 往回走时，要把矩阵的梯度变成图像的梯度。`im2col` 只是复制；一个元素被复制到几处，就经由这几处影响损失，所以它的梯度是一个**和**：
#
# $$\frac{\partial L}{\partial x_{nuvd}} = \sum_{(r, k) \in M(n,u,v,d)} \frac{\partial L}{\partial c_{rk}},$$
#
# 其中 $M(n,u,v,d)$ 是 $x_{nuvd}$ 的各个副本所在的位置。
#
# **请写 `col2im`。** 从补零图大小的全 0 数组开始，把每一行加到它原来的小块上，最后裁掉补的那一圈。（补零数是 0 时怎么裁？`a[0:-0]` 得到什么？）

# %% solution="col2im"

# %% checks="col2im"

# %% [markdown] lang="en"
# Rows of ones are brought home, the first row alone, then the first two, and so on; the last picture counts how many
# patches cover each element. `col2im` is the transpose of `im2col`, not its inverse: what does `col2im(im2col(x))`
# make of each element of `x`?

# %% [markdown] lang="zh"
# 把全是 1 的各行送回去：先只送第一行，再送前两行，依此类推。最后一幅图数的就是每个元素被几个小块覆盖。`col2im` 是 `im2col` 的转置，而不是逆：`col2im(im2col(x))` 会把 `x` 的每个元素变成多少？


# %%
def plot_rows_coming_home():
    """One row after another, for an image of 4 x 4 and a filter of 3 x 3."""
    _, panels = new_figure(1, 4, (10, 2.9))
    for count, (axes, (i, j)) in enumerate(zip(panels, np.ndindex(2, 2), strict=True), start=1):
        columns = np.zeros((4, 9))
        columns[:count] = 1
        image = col2im(columns, (1, 4, 4, 1), (3, 3), 1, 0)
        draw_map(axes, image[0, :, :, 0], f"columns[:{count}] = 1", ("u", "v"), "viridis", (0, 4))
        draw_frame(axes, (i, j), (3, 3))


show_picture(plot_rows_coming_home)

# %% [markdown] lang="en"
# Being the transpose has a consequence that you can test with any numbers at all:
# $\langle \mathrm{im2col}(x),\ c \rangle$ and $\langle x,\ \mathrm{col2im}(c) \rangle$, sums of products of
# corresponding elements, are the same number. Each line below should show it twice. Which mistakes does this find?
# And if both functions go through the positions in the same wrong order?

# %% [markdown] lang="zh"
# 既然是转置，就有一个可以用任何数字来检验的结论：对应元素相乘再求和， $\langle \mathrm{im2col}(x),\ c \rangle$ 与 $\langle x,\ \mathrm{col2im}(c) \rangle$ 是同一个数。下面每一行都应当把同一个数写两遍。哪些错误它查得出来？如果两个函数用了同一种错误的次序呢？


# %%
def print_adjoint():
    """Both inner products for several geometries."""
    rng = np.random.default_rng(4)
    for filter_shape, stride, padding in (((3, 2), 1, 0), ((2, 3), 2, 1), ((1, 1), 2, 2), ((2, 2), 3, 1)):
        x = rng.normal(size=(2, 5, 6, 3))
        columns = im2col(x, filter_shape, stride, padding)
        c = rng.normal(size=columns.shape)
        image = col2im(c, x.shape, filter_shape, stride, padding)
        print(filter_shape, stride, padding, f"{np.sum(columns * c):12.6f} {np.sum(x * image):12.6f}")


show_picture(print_adjoint)

# %% [markdown] lang="en"
# ## 3. The layer
#
# **Forward.** With $\mathbf{C}$ the matrix of patches, $\mathbf{W}$ the weights (each column is one filter, written
# out as a vector of length $K$) and $\beta$ the bias,
#
# $$\mathbf{Z} = \mathbf{C} \mathbf{W} + \beta, \qquad \mathbf{F} = \max(\mathbf{Z}, 0).$$
#
# The ReLU is part of this layer. $\mathbf{F}$ is `filter_data`; its rows are in the right order already, so the
# output is only another shape of it. `forward` keeps `self.input_shape`, `self.columns` and `self.filter_data` for
# the way back.
#
# **Backward.** Go through the same steps from the end. The ReLU lets a gradient pass where its output was positive
# and stops it elsewhere; call the result $\mathbf{G}$, of the shape of $\mathbf{F}$. Then
#
# $$\frac{\partial L}{\partial \beta_o} = \sum_r g_{ro}, \qquad \frac{\partial L}{\partial w_{ko}} = \sum_r c_{rk}\, g_{ro}, \qquad
# \frac{\partial L}{\partial c_{rk}} = \sum_o g_{ro}\, w_{ko}.$$
#
# The bias and the weights serve all positions, hence sums over $r$; an entry of $\mathbf{C}$ serves all filters,
# hence a sum over $o$. Two of the three are products of matrices: the shapes tell you which, and where the transposes
# go. The last one still has to find its way back to the image.
#
# **Write `forward` and `backward`.** `backward` sets `self.dweights` and `self.dbias` afresh in each call and returns
# `din`. Each of the three has checks of its own, so you can do them one after another.

# %% [markdown] lang="zh"
# ## 3. 卷积层
#
# **前向。** 记小块组成的矩阵为 $\mathbf{C}$ ，权重为 $\mathbf{W}$ （每一列是一个拉成长度 $K$ 的向量的卷积核），偏置为 $\beta$ ，则
#
# $$\mathbf{Z} = \mathbf{C} \mathbf{W} + \beta, \qquad \mathbf{F} = \max(\mathbf{Z}, 0).$$
#
# ReLU 也算在这一层里。 $\mathbf{F}$ 就是 `filter_data`，它的行已经排好了次序，输出不过是换一种形状。`forward` 要为反向留下 `self.input_shape`、`self.columns` 和 `self.filter_data`。
#
# **反向。** 从末尾起把这些步骤倒着走。ReLU 的输出为正的地方，梯度通过；其余的地方，梯度被挡住。得到的结果记作 $\mathbf{G}$ ，形状与 $\mathbf{F}$ 相同。于是
#
# $$\frac{\partial L}{\partial \beta_o} = \sum_r g_{ro}, \qquad \frac{\partial L}{\partial w_{ko}} = \sum_r c_{rk}\, g_{ro}, \qquad
# \frac{\partial L}{\partial c_{rk}} = \sum_o g_{ro}\, w_{ko}.$$
#
# 偏置和权重由所有位置共用，所以对 $r$ 求和； $\mathbf{C}$ 的元素由所有卷积核共用，所以对 $o$ 求和。三式之中有两个是矩阵乘法：写出形状，就知道是哪两个、转置放在哪里。最后一个还要再送回图像。
#
# **请写 `forward` 和 `backward`。** `backward` 每次调用都重新设置 `self.dweights` 和 `self.dbias`，并返回 `din`。三者各有检查，可以一个一个地写。

# %% solution="ConvLayer"

# %% checks="forward"

# %% [markdown] lang="en"
# What filters see. Four filters of 3 x 3 look at the ring: below each one are its numbers, and below those its
# feature map. Where is each map bright, and where is it exactly 0? The first two filters look for edges with the
# bright side below and to the right: where do the opposite edges go?

# %% [markdown] lang="zh"
# 卷积核看到了什么。四个 3 x 3 的卷积核来看那个亮环：上面一排是核的数值，下面一排是各自的特征图。每张图哪里亮，哪里恰好是 0？前两个核找的是下侧亮、右侧亮的边缘，方向相反的边缘到哪里去了？


# %%
def four_filters():
    """Edges in two directions, a diagonal, a spot: the weights, one filter in each column."""
    down = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
    diagonal = [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]]
    spot = [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]
    return np.stack([np.ravel(down), np.ravel(np.transpose(down)), np.ravel(diagonal), np.ravel(spot)], axis=1) / 2.0


def plot_feature_maps():
    """Each filter above its feature map of the ring."""
    layer = ConvLayer(four_filters(), np.zeros((1, 4)), (3, 3), 1, 1)
    out = layer.forward(ring())
    _, panels = new_figure(2, 5, (11, 4.4), height_ratios=(1, 1.4))
    panels[0, 0].set_axis_off()
    draw_map(panels[1, 0], ring()[0, :, :, 0], "x", ("u", "v"), numbers=False)
    for number, (above, below) in enumerate(panels.T[1:]):
        draw_map(above, four_filters()[:, number].reshape(3, 3), f"weights[:, {number}]", ("", ""), "PuOr", (-2, 2))
        draw_map(below, out[0, :, :, number], f"out[0, :, :, {number}]", ("", "j"), numbers=False)


show_picture(plot_feature_maps)

# %% checks="backward_bias"

# %% checks="backward_weights"

# %% checks="backward_input"

# %% [markdown] lang="en"
# Where did the gradient go? All of `dout` is 0 but three ones, at the marked places of the first filter's map. In the
# second picture that filter has come back, laid on the image around each of the places where the ReLU was open. At
# one place it was shut: which one, and what has become of its gradient? Where the two others overlap, they add up. On
# the right is `dweights` for the same filter: the patches of `x` under the open places, added up. Why is that what
# the sum over $r$ says?

# %% [markdown] lang="zh"
# 梯度去了哪里？`dout` 除三个 1 之外全是 0，这三处在第一个核的特征图上标了出来。第二幅图里，凡是 ReLU 打开的地方，卷积核又印回到图像上。有一处 ReLU 是关着的：是哪一处？那里的梯度怎么样了？另外两个脚印重叠的地方加在了一起。最右边是同一个核的 `dweights`：打开的那几处，`x` 的小块相加。为什么对 $r$ 求和就是这个意思？


# %%
def plot_footprints():
    """``din`` and ``dweights`` for a gradient at three positions of one filter's map."""
    layer = ConvLayer(four_filters(), np.zeros((1, 4)), (3, 3), 1, 1)
    out = layer.forward(ring())
    dout = np.zeros_like(out)
    places = ((1, 4), (1, 6), (9, 3))
    for i, j in places:
        dout[0, i, j, 0] = 1
    din = layer.backward(dout)
    figure, panels = new_figure(1, 3, (9.5, 3.3), width_ratios=(1.3, 1.3, 1))
    draw_map(panels[0], out[0, :, :, 0], "out[0, :, :, 0]", ("i", "j"), numbers=False)
    for i, j in places:
        draw_frame(panels[0], (i, j), (1, 1), "deepskyblue")
    image = draw_map(panels[1], din[0, :, :, 0], "din[0, :, :, 0]", ("u", "v"), "PuOr", (-1.2, 1.2), numbers=False)
    for i, j in places:
        draw_frame(panels[1], (i - 1, j - 1), (3, 3), "deepskyblue", ":")
    figure.colorbar(image, ax=panels[1], shrink=0.7)
    draw_map(panels[2], np.round(layer.dweights[:, 0].reshape(3, 3), 2), "dweights[:, 0]", ("a", "b"), "PuOr", (-2, 2))


show_picture(plot_footprints)

# %% [markdown] lang="en"
# ## 4. A filter that is learned
#
# The gradient of the weights is what training follows. Take the output of the first filter above as a target, start
# from small random weights, and let gradient descent make the squared error smaller. In the upper row are the weights
# on the way (the filter to be found is the last one), in the lower row `dweights` at the same moments, each in a
# scale of its own. Why does the gradient fade? Which mistake in `backward` would still let the error fall, only more
# slowly?

# %% [markdown] lang="zh"
# ## 4. 学出来的卷积核
#
# 训练所沿着走的，正是权重的梯度。以上面第一个核的输出为目标，从很小的随机权重出发，用梯度下降让平方误差变小。上排是途中的权重（最右边是要找的核），下排是同一时刻的 `dweights`，各用各的色标。梯度为什么越来越小？`backward` 里的哪种错误仍会让误差下降，只是慢一些？


# %%
def learned_filter(steps=60, rate=0.08):
    """The weights and their gradients while one filter learns what another one answers, and the errors."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(4, 8, 8, 1))
    teacher = ConvLayer(four_filters()[:, :1], np.zeros((1, 1)), (3, 3))
    student = ConvLayer(rng.normal(scale=0.1, size=(9, 1)), np.full((1, 1), 0.1), (3, 3))
    target = teacher.forward(x)
    path, errors = [], []
    for _ in range(steps + 1):
        difference = student.forward(x) - target
        student.backward(2 * difference / difference.size)
        path.append((student.weights.reshape(3, 3), student.dweights.reshape(3, 3)))
        errors.append(float(np.mean(difference**2)))
        student.weights = student.weights - rate * student.dweights
        student.bias = student.bias - rate * student.dbias
    return path, errors


def plot_learning():
    """Weights above their gradients at five moments, and the error over time."""
    path, errors = learned_filter()
    _, panels = new_figure(2, 6, (11, 4.2))
    for axes, step in zip(panels.T, (0, 5, 15, 30, 60), strict=False):
        weights, dweights = path[step]
        draw_map(axes[0], np.round(weights, 1), f"weights, t = {step}", ("", ""), "PuOr", (-1, 1))
        size = np.abs(dweights).max()
        draw_map(axes[1], dweights, f"|dweights| ≤ {size:.2g}", ("", ""), "PuOr", (-size, size), numbers=False)
        axes[1].set(xticks=range(3), yticks=range(3))
    draw_map(panels[0, 5], four_filters()[:, 0].reshape(3, 3), "weights, t → ∞", ("", ""), "PuOr", (-1, 1))
    panels[1, 5].plot(errors, color="tab:blue")
    panels[1, 5].set(xlabel="t", yscale="log", title="L")
    panels[1, 5].grid(alpha=0.4)


show_picture(plot_learning)

# %% [markdown] lang="en"
# ## To think about
#
# - How many times larger than the image is the matrix, for a filter of 3 x 3 and stride 1? When would you not want to
#   pay for that?
# - With stride 2 and a filter of 2 x 2, is `col2im` the inverse of `im2col` after all?
# - The first filter's numbers add up to 0. What does it answer on an image that is equally bright everywhere, and
#   what at its padded border?
# - Why does `dbias` need no `columns`? What would be its gradient if the ReLU were never open?
# - Numeric gradients fail where a $z$ lies within $\varepsilon$ of 0. Why, and whose fault is that?
# - Mean pooling was a convolution with equal weights. What does that say about its backward pass?

# %% [markdown] lang="zh"
# ## 想一想
#
# - 核为 3 x 3、步长为 1 时，矩阵是图像的几倍大？什么时候这个代价不值得？
# - 步长 2、核 2 x 2 时，`col2im` 会不会恰好是 `im2col` 的逆？
# - 第一个核的各数之和是 0。图像处处一样亮时，它答什么？在补零的边上又答什么？
# - 算 `dbias` 为什么用不着 `columns`？如果 ReLU 从不打开，它的梯度是多少？
# - 某个 $z$ 离 0 不到 $\varepsilon$ 时，数值梯度会对不上。为什么？是谁的错？
# - 平均池化是权重全相等的卷积。由此看它的反向传播，能说些什么？
