# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Batch normalisation and ReLU: forward and backward
#
# A ReLU to warm up, and then a layer whose gradient takes three paths at once. On paper it is a page of chain rule; in
# code it is one line, if you find out which two things the loss cannot notice.
#
# Run the cells from top to bottom. The checks here are for learning: they tell you what was expected. Marks come from
# others like them, with other numbers and shapes. The handout holds the derivation in full, node by node.
#
# Notation: `x` is `(N, D)` or `(N, H, W, D)`, the features last. A feature has $m$ values in the whole batch: $N$ of
# them, or $N H W$. $L$ is the loss; `dout`, `dx`, `dgamma`, `dbeta` are its gradients.

# %% [markdown] lang="zh"
# # 批归一化与 ReLU：前向与反向
#
# 先用 ReLU 热身，再写一个梯度同时走三条路的层。写在纸上，它是一整页链式法则；写成代码只有一行，只要你看出损失察觉不到哪两件事。
#
# 请从上到下依次运行各单元格。这里的检查是为学习而设的，会告诉你应得的结果；计分用的是另一批检查，要求相同，数字和形状不同。完整的推导见讲义，一个节点一个节点地写在那里。
#
# 记号：`x` 的形状是 `(N, D)` 或 `(N, H, W, D)`，特征在最后一个轴。一个特征在整批中有 $m$ 个值： $N$ 个，或 $N H W$ 个。 $L$ 是损失，`dout`、`dx`、`dgamma`、`dbeta` 是它的各个梯度。

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
except ModuleNotFoundError:
    plt = None


def new_figure(columns, size, **keywords):
    """A figure and its panels, side by side with room between them."""
    figure, panels = plt.subplots(1, columns, figsize=size, layout="constrained", **keywords)
    figure.get_layout_engine().set(h_pad=0.08, w_pad=0.08)
    return figure, panels


def draw_bars(axes, values, title):
    """One bar for each value, with the value above or below it."""
    bars = axes.bar(range(len(values)), values, color=np.where(np.asarray(values) < 0, "tab:orange", "tab:blue"))
    axes.bar_label(bars, [f"{value + 0:.2f}" for value in values], fontsize=8)
    axes.axhline(0, color="gray", lw=1)
    axes.margins(y=0.2)
    axes.set_xticks(range(len(values)))
    axes.set_title(title, fontsize=10)


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
# ## 1. The ReLU
#
# Positive numbers pass, all others become 0:
#
# $$y = \max(x, 0).$$
#
# Going back, the gradient passes where the number passed, and nowhere else. At exactly 0 there is a kink; this layer's
# rule for it is a gradient of 0. What may `backward` depend on, and what not: the sign of `x`, its size, the sign of
# `dout`?
#
# **Write both methods of `ReluLayer`.** `self.mask` is all that the one leaves for the other.

# %% [markdown] lang="zh"
# ## 1. ReLU
#
# 正数通过，其余变成 0：
#
# $$y = \max(x, 0).$$
#
# 往回走时，数字通过的地方梯度也通过，别处一概不通过。恰好为 0 处是折点，这一层规定那里的梯度为 0。`backward` 可以依赖什么、不可以依赖什么：`x` 的符号、`x` 的大小、`dout` 的符号？
#
# **请写 `ReluLayer` 的两个方法。** 前一个留给后一个的，只有 `self.mask`。

# %% solution="ReluLayer"

# %% checks="relu"

# %% [markdown] lang="en"
# On the left is your function, on the right what your `backward` makes of three gradients that are the same for every
# $x$. Where is the step, and is it the same for all three?

# %% [markdown] lang="zh"
# 左图是你写的函数。右图里，三份传入的梯度对每个 $x$ 都一样，画的是你的 `backward` 的结果。台阶在哪里？三条线的台阶位置相同吗？


# %%
def plot_relu():
    """The function, and the gradient for three constant upstream ones."""
    x = np.linspace(-2, 2, 81)
    layer = ReluLayer()
    out = layer.forward(x)
    _, (left, right) = new_figure(2, (8, 2.8))
    left.plot(x, out, lw=2)
    left.set_title("out")
    for upstream in (1.0, 0.4, -0.7):
        right.plot(x, layer.backward(np.full(x.shape, upstream)), ".", ms=4, label=f"dout = {upstream:g}")
    right.set_title("dx")
    right.legend(fontsize=8)
    for axes in (left, right):
        axes.set_xlabel("x")
        axes.grid(alpha=0.3)


show_picture(plot_relu)

# %% [markdown] lang="en"
# ## 2. Batch normalisation, forward
#
# Numbers that arrive at a layer drift while the layers before it learn. Below are three features of a batch: one far to
# the right, one spread wide, one hardly varying. The layer behind would have to get used to all of that, again and
# again.

# %% [markdown] lang="zh"
# ## 2. 批归一化：前向
#
# 前面各层在学习，传到后面的数就会漂移。下面是一批数据的三个特征：一个远在右边，一个铺得很开，一个几乎不变。后面的层不得不一次又一次地去适应这一切。


# %%
def three_features(count=400):
    """A batch of three features that have little in common."""
    rng = np.random.default_rng(5)
    return rng.normal(size=(count, 3)) * np.array([1.0, 4.0, 0.05]) + np.array([9.0, -3.0, 1.0])


def draw_histograms(axes, values, title):
    """The three features in one panel."""
    for feature in range(values.shape[1]):
        axes.hist(values[:, feature], bins=40, alpha=0.6, label=f"d = {feature}")
    axes.set_title(title)
    axes.legend(fontsize=8)


def plot_drift():
    """What arrives."""
    _, axes = new_figure(1, (6, 2.6))
    draw_histograms(axes, three_features(), "x")


show_picture(plot_drift)

# %% [markdown] lang="en"
# The mean $\mu$ and the biased variance $v$ of each feature are taken over every axis but the last, and then
#
# $$z_i = \frac{x_i - \mu}{\sqrt{v + \varepsilon}}, \qquad y_i = \gamma z_i + \beta.$$
#
# For backward, the layer keeps $z$ as `self.normalized`, and one over the root as `self.inverse_std`, of shape `(D,)`.
#
# ## 3. Batch normalisation, backward
#
# One input reaches *every* output of its feature: its own straight on, and all of them through the mean and through the
# variance. Go back through the five steps one by one; where a result was used twice, its gradients add up. Before you
# do, think about what the answer has to be like:
#
# - Raise all values of a feature by the same amount. What becomes of $z$, and so of the sum of `dx`?
# - Stretch all values about their mean. What becomes of $z$ now, and so of the sum of `dx * normalized`?
#
# **Write both methods of `BatchNormLayer`.** The constructor is there already; leave it as it is.

# %% [markdown] lang="zh"
# 每个特征的均值 $\mu$ 和有偏方差 $v$ ，都跨最后一个轴以外的所有轴来求，然后
#
# $$z_i = \frac{x_i - \mu}{\sqrt{v + \varepsilon}}, \qquad y_i = \gamma z_i + \beta.$$
#
# 为了反向，这一层把 $z$ 存为 `self.normalized`，把根号的倒数存为 `self.inverse_std`，形状是 `(D,)`。
#
# ## 3. 批归一化：反向
#
# 一个输入能影响它那个特征的**每一个**输出：直接影响自己那一个，又经过均值、经过方差影响全部。把五个步骤一步一步地倒着走；一个结果若用了两次，两份梯度要相加。动手之前，先想想答案该是什么样子：
#
# - 把一个特征的所有值加上同一个数， $z$ 会怎样？`dx` 之和因此是多少？
# - 把所有值以均值为中心拉伸， $z$ 又会怎样？`dx * normalized` 之和因此是多少？
#
# **请写 `BatchNormLayer` 的两个方法。** 构造函数已经写好，不要改动。

# %% solution="BatchNormLayer"

# %% checks="batchnorm_forward"

# %% [markdown] lang="en"
# The same three features behind your layer, with $\gamma$ of ones and $\beta$ of zeros on the left. On the right
# $\gamma$ and $\beta$ have put them where they want them. Has the third feature the same width as the others, on the
# left? Look closely: who keeps it from that?

# %% [markdown] lang="zh"
# 同样三个特征，经过你写的层之后：左图中 $\gamma$ 全为 1、 $\beta$ 全为 0；右图中 $\gamma$ 和 $\beta$ 把它们放到了各自想去的地方。左图里第三个特征与另两个一样宽吗？仔细看，是谁不让它一样宽？


# %%
def plot_normalized():
    """What leaves, plain and with a scale and shift of its own."""
    _, (left, right) = new_figure(2, (9, 2.6))
    plain = BatchNormLayer(np.ones(3), np.zeros(3), epsilon=1e-2)
    draw_histograms(left, plain.forward(three_features()), "gamma = 1, beta = 0")
    chosen = BatchNormLayer(np.array([0.5, 1.0, -2.0]), np.array([0.0, 5.0, 12.0]), epsilon=1e-2)
    draw_histograms(right, chosen.forward(three_features()), "gamma = 0.5, 1, -2; beta = 0, 5, 12")


show_picture(plot_normalized)

# %% [markdown] lang="en"
# Multiply a batch by some number, and normalise it. The curves show the standard deviation of your `normalized` for
# three values of $\varepsilon$. In which range does a factor make no difference? Where is the bend, and what is the
# variance of the input there?

# %% [markdown] lang="zh"
# 把一批数据乘上某个倍数，再做归一化。曲线是三种 $\varepsilon$ 之下你的 `normalized` 的标准差。倍数在什么范围内不起作用？弯折在哪里，那里输入的方差是多少？


# %%
def plot_epsilon():
    """The spread of the normalised values against that of the input."""
    rng = np.random.default_rng(8)
    batch = rng.normal(size=(50, 1))
    sizes = 10.0 ** np.arange(-6, 4.25, 0.25)
    _, axes = new_figure(1, (6, 3))
    for epsilon in (1e-2, 1e-5, 1e-8):
        spreads = []
        for size in sizes:
            layer = BatchNormLayer(np.ones(1), np.zeros(1), epsilon)
            layer.forward(size * batch)
            spreads.append(np.std(layer.normalized))
        axes.loglog(sizes, spreads, ".-", label=rf"$\varepsilon$ = {epsilon:g}")
    axes.set_xlabel("std(x)")
    axes.set_ylabel("std(normalized)")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


show_picture(plot_epsilon)

# %% checks="batchnorm_backward"

# %% [markdown] lang="en"
# ## 4. What is taken away
#
# One feature with six values, one random `dout`. From left to right: `dout`, its mean, its part along `normalized`, and
# your `dx` divided by $\gamma$ and `inverse_std`. Is the last one what remains of the first when the two in the middle
# are taken away? Which shapes of `dout` would leave nothing at all?

# %% [markdown] lang="zh"
# ## 4. 去掉了什么
#
# 一个特征，六个值，一个随机的 `dout`。从左到右依次是：`dout`、它的平均值、它沿 `normalized` 方向的部分，以及你的 `dx` 除以 $\gamma$ 与 `inverse_std`。从第一幅里去掉中间两幅，剩下的是最后一幅吗？什么样的 `dout` 会什么都不剩？


# %%
def plot_remainder():
    """The gradient beside the two parts of ``dout`` that have no effect."""
    rng = np.random.default_rng(4)
    layer = BatchNormLayer(np.array([1.5]), np.array([0.3]))
    upstream = rng.normal(0.8, 1.0, size=layer.forward(rng.normal(size=(6, 1))).shape)
    dx = layer.backward(upstream)
    z, sent = layer.normalized[:, 0], upstream[:, 0]
    left = dx[:, 0] / (layer.gamma[0] * layer.inverse_std[0])
    parts = {"dout": sent, "mean": np.full(6, np.mean(sent)), "along normalized": z * np.dot(z, sent) / 6, "dx / (...)": left}
    _, panels = new_figure(4, (11, 2.6), sharey=True)
    for axes, (title, values) in zip(panels, parts.items(), strict=True):
        draw_bars(axes, values, f"{title}\nsum = {round(np.sum(values), 2) + 0:.2f}")


show_picture(plot_remainder)

# %% [markdown] lang="en"
# ## 5. Small batches
#
# How large is `dx` for batches of 2, 3, 4 and so on, when `dout` is always of size 1? Each dot is one random batch.
# Why is there next to nothing left for two? And what happens with $\varepsilon = 0.5$?

# %% [markdown] lang="zh"
# ## 5. 很小的批
#
# `dout` 的大小总是 1 左右，样本数为 2、3、4……时，`dx` 有多大？每个点是随机的一批。样本数为 2 时为什么几乎什么都不剩？换成 $\varepsilon = 0.5$ 又会怎样？


# %%
def plot_small_batches():
    """The largest element of ``dx`` for random batches of several sizes."""
    rng = np.random.default_rng(6)
    _, panels = new_figure(2, (9, 3), sharey=True)
    for axes, epsilon in zip(panels, (1e-5, 0.5), strict=True):
        for count in range(2, 10):
            layer = BatchNormLayer(np.ones(40), np.zeros(40), epsilon)
            upstream = rng.normal(size=layer.forward(rng.normal(size=(count, 40))).shape)
            largest = np.abs(layer.backward(upstream)).max(axis=0)
            axes.semilogy(np.full(40, count), largest, ".", color="tab:blue", alpha=0.4)
        axes.set_title(rf"$\varepsilon$ = {epsilon:g}", fontsize=10)
        axes.set_xlabel("N")
    panels[0].set_ylabel("max |dx|")


show_picture(plot_small_batches)

# %% [markdown] lang="en"
# ## 6. Asking the layer itself
#
# A gradient can be tested without knowing the answer: move one element of `x` by $\pm h$, see how
# $L = \sum \mathrm{out} \cdot \mathrm{dout}$ moves, and
#
# $$\frac{L(x+h) - L(x-h)}{2h}$$
#
# has to agree with `dx` there. The curve shows the largest difference for steps of many sizes. It falls, and then it
# rises again: which of the two ends is mathematics, and which is float64?

# %% [markdown] lang="zh"
# ## 6. 让这一层自己作证
#
# 不知道答案，也能检验梯度：把 `x` 的一个元素移动 $\pm h$ ，看 $L = \sum \mathrm{out} \cdot \mathrm{dout}$ 怎样变，
#
# $$\frac{L(x+h) - L(x-h)}{2h}$$
#
# 应当与那里的 `dx` 一致。曲线是步长取各种大小时的最大差异，先降后升：哪一头是数学造成的，哪一头是 float64 造成的？


# %%
def plot_numeric_gradient():
    """How far central differences are from ``dx``, for many steps."""
    rng = np.random.default_rng(7)
    x, gamma, beta = rng.normal(size=(2, 2, 3, 2)), rng.normal(size=2), rng.normal(size=2)
    layer = BatchNormLayer(gamma, beta)
    upstream = rng.normal(size=layer.forward(x).shape)
    dx = layer.backward(upstream)
    steps, gaps = 10.0 ** np.arange(-10, 0.5, 0.5), []
    for size in steps:
        numeric = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            move = np.zeros(x.shape)
            move[place] = size
            above, below = (np.sum(BatchNormLayer(gamma, beta).forward(x + way * move) * upstream) for way in (1, -1))
            numeric[place] = (above - below) / (2 * size)
        gaps.append(np.abs(numeric - dx).max())
    _, axes = new_figure(1, (6, 3))
    axes.loglog(steps, gaps, "o-")
    axes.set_xlabel("h")
    axes.set_ylabel(r"$\max |\Delta|$")
    axes.grid(alpha=0.3)


show_picture(plot_numeric_gradient)

# %% [markdown] lang="en"
# ## To think about
#
# - A network in use may see one example at a time. Which mean and which variance would you take then?
# - The layer before has a bias. What is its gradient, and is the bias of any use?
# - Multiply the weights of the layer before by 10. What becomes of the output, and what of the weights' gradient?
# - Take mean and variance over the features of each example instead. What changes in the formula?

# %% [markdown] lang="zh"
# ## 想一想
#
# - 网络用起来的时候，样本可能一个一个地来。那时该用什么均值、什么方差？
# - 前一层有偏置。它的梯度是多少？这个偏置还有用吗？
# - 把前一层的权重乘以 10，输出会怎样？权重的梯度又会怎样？
# - 如果改成在每个样本的各特征之间求均值和方差，公式里哪些地方要改？
