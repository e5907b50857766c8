# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Mean pooling: backward
#
# Mean pooling puts the average of each window in place of the window. The forward pass is given here, and the
# backward pass is what you write: a few lines, if you see what becomes of a gradient on its way through an average.
#
# Run the cells from top to bottom. The checks here are for learning: they tell you what was expected. Marks come from
# others like them, with other numbers and other geometries. The handout holds the derivation in full.
#
# Notation: `x` is `(N, H, W, D)`, that is images, rows, columns, feature maps; `out` is `(N, OH, OW, D)`. The window
# has $R$ rows and $C$ columns and moves by $s$, the stride. $L$ is the loss, and `dout`, `din` are its gradients with
# respect to `out` and `x`.

# %% [markdown] lang="zh"
# # 平均池化：反向传播
#
# 平均池化用窗口的平均值代替整个窗口。前向已经给出，反向由你来写。只要看清一份梯度穿过“取平均”之后会怎样，几行就能写完。
#
# 请从上到下依次运行各单元格。这里的检查是为学习而设的，会告诉你应得的结果；计分用的是另一批检查，要求相同，数字和几何不同。完整的推导见讲义。
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
# ## 1. What the layer does
#
# A window of 2 x 2 slides over a map with stride 1. Each number of the output is the average of what is framed:
#
# $$y_{n,i,j,d} = \frac{1}{R C} \sum_{r=0}^{R-1} \sum_{c=0}^{C-1} x_{n,\ i s + r,\ j s + c,\ d}.$$
#
# How many windows does the 8 in the middle lie in? And the 2 in the corner?

# %% [markdown] lang="zh"
# ## 1. 这一层做什么
#
# 2 x 2 的窗口以步幅 1 在一张图上滑动，输出的每个数就是框中各数的平均：
#
# $$y_{n,i,j,d} = \frac{1}{R C} \sum_{r=0}^{R-1} \sum_{c=0}^{C-1} x_{n,\ i s + r,\ j s + c,\ d}.$$
#
# 正中间的 8 落在几个窗口里？角上的 2 呢？


# %%
def small_map():
    """The handout's map of 3 x 3, as a batch of one image with one map."""
    return np.array([[2, 4, 6], [0, 8, 2], [4, 0, 6]], dtype=float)[np.newaxis, :, :, np.newaxis]


def plot_sliding_average():
    """One panel for each place of the window."""
    _, panels = new_figure(1, 4, (9, 2.6))
    for axes, (i, j) in zip(panels, np.ndindex(2, 2), strict=True):
        values = small_map()[0, :, :, 0]
        average = np.mean(values[i : i + 2, j : j + 2])
        draw_map(axes, values, f"out[0, {i}, {j}, 0] = {average:g}", ("p" if not i + j else "", "q"))
        draw_frame(axes, (i, j), (2, 2))


show_picture(plot_sliding_average)

# %% [markdown] lang="en"
# ## 2. Backward
#
# **One window.** Raise one of its elements by $h$. By how much does the average rise? That ratio is the derivative;
# it is the same for each cell, and no value of `x` has a say in it.
#
# **All windows.** An element may lie in several windows. Each of them is a path to the loss, and the chain rule adds
# the paths up:
#
# $$\frac{\partial L}{\partial x_{n,p,q,d}} = \frac{1}{R C} \sum_{\text{windows } (i,j) \text{ over } (p,q)} \frac{\partial L}{\partial y_{n,i,j,d}}.$$
#
# Seen from the output: cut every gradient into equal shares, and *add* one share to each cell of its window. Elements
# that no window covers, in gaps or behind the last window, keep 0.
#
# **Write `backward`.** The constructor and `forward` are there already; leave them as they are.

# %% [markdown] lang="zh"
# ## 2. 反向传播
#
# **先看一个窗口。** 让其中一个元素增加 $h$ ，平均值增加多少？两者之比就是导数：每个格子都一样，与 `x` 的数值无关。
#
# **再看所有窗口。** 一个元素可能落在几个窗口里，每个窗口都是一条通向损失的路径，链式法则把它们全部加起来：
#
# $$\frac{\partial L}{\partial x_{n,p,q,d}} = \frac{1}{R C} \sum_{(i,j) \in S(p,q)} \frac{\partial L}{\partial y_{n,i,j,d}},$$
#
# 其中 $S(p,q)$ 是覆盖 $(p,q)$ 的那些窗口。
#
# 换到输出一边来说：把每份梯度平均分成若干份，再给窗口里的每个格子**加上**一份。空隙里的元素、最后一个窗口之后的元素，没有窗口覆盖，保持为 0。
#
# **请写 `backward`。** 构造函数和 `forward` 已经写好，不要改动。

# %% solution="MeanPoolingLayer"

# %% checks="backward"

# %% [markdown] lang="en"
# ## 3. Shares that meet
#
# The layer is linear, so `backward` may be asked about one window at a time. The first four pictures are your answers
# when all of `dout` but one number is 0; the last one is your answer to all of `dout` at once. Is it the sum of the
# four? Which cell got shares from every window? The numbers of `x` appear nowhere: why?

# %% [markdown] lang="zh"
# ## 3. 相遇的份额
#
# 这一层是线性的，所以可以一次只问 `backward` 一个窗口。前四幅图是 `dout` 只留一个数、其余置零时你的答案，最后一幅是整个 `dout` 一起算的答案。它是前四幅之和吗？哪个格子从每个窗口都分到了一份？图中没有出现 `x` 的任何数值，为什么？


# %%
def plot_shares():
    """The handout's example of overlap, window by window and as a whole."""
    dout = np.array([[4, 8], [12, -16]], dtype=float)[np.newaxis, :, :, np.newaxis]
    layer = MeanPoolingLayer((2, 2), 1)
    layer.forward(small_map())
    _, panels = new_figure(1, 5, (11, 2.8))
    for axes, (i, j) in zip(panels, np.ndindex(2, 2), strict=False):
        alone = np.zeros_like(dout)
        alone[0, i, j, 0] = dout[0, i, j, 0]
        din = layer.backward(alone)
        draw_map(axes, din[0, :, :, 0], f"dout[0, {i}, {j}, 0] = {alone.sum():g}", ("", "q"), "PuOr", (-5, 5))
        draw_frame(axes, (i, j), (2, 2), "tab:blue")
    din = layer.backward(dout)
    draw_map(panels[4], din[0, :, :, 0], f"din,  din.sum() = {din.sum():g}", ("", "q"), "PuOr", (-5, 5))
    panels[0].set_ylabel("p", rotation=0, labelpad=10)


show_picture(plot_shares)

# %% [markdown] lang="en"
# ## 4. Who is covered how often
#
# Let every gradient be $R C$, so that every share is 1. Then `din` counts windows. The window is 3 x 3; only the
# stride differs. Where are the tails, where the gaps? With stride 2 some rows are brighter than their neighbours:
# does that mean that the layer treats some pixels as more important? Try a window of 2 x 4.

# %% [markdown] lang="zh"
# ## 4. 谁被覆盖了几次
#
# 让每份梯度都等于 $R C$ ，这样每一份恰好是 1，`din` 数的就是窗口的个数。窗口都是 3 x 3，只有步幅不同。哪里是尾部，哪里是空隙？步幅为 2 时，有些行比相邻的行更亮，这是否意味着某些像素在这一层里更重要？再换成 2 x 4 的窗口试试。


# %%
def plot_coverage(window=(3, 3)):
    """How many windows lie over each element, for four strides."""
    figure, panels = new_figure(1, 4, (10.5, 3))
    for axes, stride in zip(panels, (1, 2, 3, 4), strict=True):
        layer = MeanPoolingLayer(window, stride)
        dout = np.full_like(layer.forward(np.zeros((1, 9, 10, 1))), window[0] * window[1])
        din = layer.backward(dout)
        image = draw_map(axes, din[0, :, :, 0], f"stride = {stride}", ("", "q"), "viridis", (0, 9))
        for label in axes.texts:
            label.set_fontsize(8)
    panels[0].set_ylabel("p", rotation=0, labelpad=10)
    figure.colorbar(image, ax=panels, shrink=0.75, label="din")


show_picture(plot_coverage)

# %% [markdown] lang="en"
# ## 5. The total is kept
#
# A gradient is cut up, and all its shares are handed out: nothing is lost and nothing is made. So `din.sum()` equals
# `dout.sum()`. On the left each dot is a layer of some random window and stride; all dots should lie on the line. On
# the right are the same layers and a sharper question: `(x * din).sum()` against `(out * dout).sum()`. Which mistakes
# would the left picture show, and which only the right one?

# %% [markdown] lang="zh"
# ## 5. 总量不变
#
# 一份梯度切开之后全部发完，既不少也不多，所以 `din.sum()` 等于 `dout.sum()`。左图每个点是一个窗口、步幅随机的层，所有点都应当落在直线上。右图还是这些层，问得更细：比较 `(x * din).sum()` 与 `(out * dout).sum()`。哪些错误左图就能看出来？哪些只有右图才看得出来？


# %%
def plot_totals():
    """Sums on both sides of twenty layers."""
    rng = np.random.default_rng(11)
    _, panels = new_figure(1, 2, (8, 3.6))
    pairs = []
    for _ in range(20):
        window = (int(rng.integers(1, 4)), int(rng.integers(1, 5)))
        layer = MeanPoolingLayer(window, int(rng.integers(1, 4)))
        x = rng.normal(size=(2, 7, 8, 3))
        out = layer.forward(x)
        dout = rng.normal(size=out.shape)
        din = layer.backward(dout)
        pairs.append((dout.sum(), din.sum(), (out * dout).sum(), (x * din).sum()))
    above, below, above_weighted, below_weighted = np.array(pairs).T
    names = (("dout.sum()", "din.sum()"), ("(out * dout).sum()", "(x * din).sum()"))
    for axes, seen, name in zip(panels, ((above, below), (above_weighted, below_weighted)), names, strict=True):
        axes.axline((0, 0), slope=1, color="gray", lw=1)
        axes.plot(*seen, "o", color="tab:blue", alpha=0.8)
        axes.set_xlabel(name[0])
        axes.set_ylabel(name[1])


show_picture(plot_totals)

# %% [markdown] lang="en"
# ## 6. Asking the layer itself
#
# A gradient can be tested without knowing the answer: move one element of `x` by $\pm\varepsilon$, see how
# $L = \sum \mathrm{out} \cdot \mathrm{dout}$ moves, and
#
# $$\frac{L(x+\varepsilon) - L(x-\varepsilon)}{2\varepsilon}$$
#
# has to agree with `din` there. On the right is the difference of the two. A mean is linear: which $\varepsilon$ is
# small enough for it?

# %% [markdown] lang="zh"
# ## 6. 让这一层自己作证
#
# 不知道答案，也能检验梯度：把 `x` 的一个元素移动 $\pm\varepsilon$ ，看 $L = \sum \mathrm{out} \cdot \mathrm{dout}$ 怎样变，
#
# $$\frac{L(x+\varepsilon) - L(x-\varepsilon)}{2\varepsilon}$$
#
# 应当与那里的 `din` 一致。右图是两者之差。平均是线性的， $\varepsilon$ 取多小才够？


# %%
def plot_numeric_gradient(shape=(6, 8), window=(2, 3), stride=2, eps=1e-3):
    """``backward`` beside central differences of ``forward``."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(1, *shape, 1))
    layer = MeanPoolingLayer(window, stride)
    dout = rng.normal(size=layer.forward(x).shape)
    din = layer.backward(dout)
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = eps
        above, below = (np.sum(MeanPoolingLayer(window, stride).forward(x + way * step) * dout) for way in (1, -1))
        numeric[place] = (above - below) / (2 * eps)
    gap = np.abs(din - numeric).max()
    size = np.abs(numeric).max()
    titles = ("din", r"$(L(x + \varepsilon) - L(x - \varepsilon))\ /\ 2 \varepsilon$", rf"$\max |\Delta| = ${gap:.0e}")
    figure, panels = new_figure(1, 3, (9, 2.6))
    for axes, values, title in zip(panels, (din, numeric, din - numeric), titles, strict=True):
        image = draw_map(axes, values[0, :, :, 0], title, ("p", "q"), "PuOr", (-size, size), numbers=False)
    figure.colorbar(image, ax=panels, shrink=0.8)


show_picture(plot_numeric_gradient)

# %% [markdown] lang="en"
# ## To think about
#
# - Which window makes the layer a *global* average, and what does its gradient look like?
# - Mean pooling is a convolution of each map by itself. With which filter?
# - Were tails padded with zeros, not cropped: should the mean divide by all cells or by the real ones? What would
#   become of the total?
# - A mean spreads its gradient, a maximum hands it to one cell. Which of the two would you rather have behind a layer
#   that looks for rare patterns, and why?

# %% [markdown] lang="zh"
# ## 想一想
#
# - 窗口取多大，这一层就成了**全局平均**？它的梯度是什么样子？
# - 平均池化是对每张特征图分别做的卷积，卷积核是什么？
# - 假如尾部不裁掉，而是补零，平均时该除以全部格子数，还是只除以真实元素的个数？总量又会怎样？
# - 平均把梯度摊开，最大值把梯度交给一个格子。前面若是一个寻找罕见图案的层，你更愿意在它后面接哪一种？为什么？
