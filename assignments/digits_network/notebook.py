# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Reading digits: a network of your own layers
#
# Everything you have written comes together here: convolution, pooling, normalisation and ReLU become a network that
# learns to read handwritten digits. Three things are missing: a loss, a dense layer, and the loop that learns.
#
# Run the cells from top to bottom. The checks here are for learning; marks come from others like them, and from images
# that are in no file you have. The handout holds the derivations in full.
#
# Notation: `images` is `(N, 8, 8, 1)`, `scores` is `(N, 10)`, `labels` is `(N,)`. $L$ is the loss, and `dscores` is its
# gradient with respect to the scores.

# %% [markdown] lang="zh"
# # 识别手写数字：用自己写的层搭一个网络
#
# 你写过的一切在这里汇合：卷积、池化、归一化和 ReLU 组成一个网络，学会识别手写数字。还缺三样东西：损失、全连接层，以及让网络学习的循环。
#
# 请从上到下依次运行各单元格。这里的检查是为学习而设的；计分用的是另一批类似的检查，以及你手头任何文件里都没有的图像。完整的推导见讲义。
#
# 记号：`images` 的形状是 `(N, 8, 8, 1)`，`scores` 是 `(N, 10)`，`labels` 是 `(N,)`。 $L$ 是损失，`dscores` 是它对分数的梯度。

# %% [markdown] lang="en"
# This much is given. Run it first: it imports the modules you have written before, which lie beside this notebook.

# %% [markdown] lang="zh"
# 这一部分已经给出，请先运行。它会导入你以前写的各个模块，它们应当与本笔记本放在一起。

# %% given="start"

# %% [markdown] lang="en"
# The next two cells hold what the pictures are drawn with. Run them; you need not read them.

# %% [markdown] lang="zh"
# 下面两个单元格是画图用的工具，运行即可，不必细读。

# %%
from pathlib import Path

try:
    import matplotlib.pyplot as plt
except ModuleNotFoundError:
    plt = None


def new_figure(rows, columns, size, **keywords):
    """A figure and its panels, with room between them."""
    figure, panels = plt.subplots(rows, columns, figsize=size, layout="constrained", **keywords)
    figure.get_layout_engine().set(h_pad=0.08, w_pad=0.08)
    return figure, panels


def draw_image(axes, values, title="", colours="Greys", limits=(0, 1)):
    """Show a matrix as an image without numbers or ticks."""
    image = axes.imshow(values, cmap=colours, vmin=limits[0], vmax=limits[1])
    axes.set_title(title, fontsize=9)
    axes.set_xticks([])
    axes.set_yticks([])
    return image


def read_digits():
    """The images, from 0 to 1, and what they show, out of the file that comes with this notebook."""
    for folder in (".", "data", "assignments/digits_network/data", "coursework/assignments/digits_network/data"):
        if (Path(folder) / "digits.npz").is_file():
            with np.load(Path(folder) / "digits.npz") as file:
                return file["images"] / 16.0, file["labels"].astype(int)
    raise FileNotFoundError("digits.npz is not beside this notebook")


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
# ## 1. The digits
#
# 1,347 images of 8 x 8 pixels, from 0 (white) to 1 (black). Each row below shows one digit, written by several hands.
# Which of them would you misread yourself?

# %% [markdown] lang="zh"
# ## 1. 数据
#
# 共 1,347 张 8 x 8 的图像，像素从 0（白）到 1（黑）。下面每一行是同一个数字的不同写法。哪些连你自己也会认错？


# %%
def plot_digits(columns=20):
    """Some images of every digit."""
    images, labels = read_digits()
    wide = np.pad(images[..., 0], ((0, 0), (1, 1), (1, 1)))
    rows = [np.concatenate(list(wide[labels == digit][:columns]), axis=1) for digit in range(10)]
    _, axes = new_figure(1, 1, (8, 4))
    draw_image(axes, np.concatenate(rows))


show_picture(plot_digits)

# %% [markdown] lang="en"
# ## 2. The loss
#
# The network gives each digit a score $z_c$. The softmax turns the scores of one image into probabilities, and the loss
# is minus the logarithm of the probability of the right digit $t$, as a mean over the batch:
#
# $$p_c = \frac{e^{z_c}}{\sum_k e^{z_k}}, \qquad L = \frac{1}{N} \sum_{n} -\log p_{n, t_n} = \frac{1}{N} \sum_n \Big( \log \sum_k e^{z_{n,k}} - z_{n,t_n} \Big).$$
#
# Differentiate the last form by $z_{n,c}$: the logarithm of the sum gives the probability, the other term gives 1 where
# $c = t_n$. And remember the mean.
#
# $e^{710}$ is infinite for a computer. But no probability changes if the same number is taken from all scores of an
# image. Which number makes every exponential safe?
#
# **Write `softmax_cross_entropy`.**

# %% [markdown] lang="zh"
# ## 2. 损失
#
# 网络给每个数字打一个分 $z_c$ 。softmax 把一张图像的各个分数变成概率，损失是正确数字 $t$ 的概率的负对数，再对整批取平均：
#
# $$p_c = \frac{e^{z_c}}{\sum_k e^{z_k}}, \qquad L = \frac{1}{N} \sum_{n} -\log p_{n, t_n} = \frac{1}{N} \sum_n \Big( \log \sum_k e^{z_{n,k}} - z_{n,t_n} \Big).$$
#
# 把最后一种写法对 $z_{n,c}$ 求导：和的对数给出概率，另一项在 $c = t_n$ 处给出 1。别忘了取平均。
#
# 对计算机来说 $e^{710}$ 就是无穷大。但一张图像的所有分数减去同一个数，概率不变。减去哪个数，能让每个指数都安全？
#
# **请写 `softmax_cross_entropy`。**

# %% solution="softmax_cross_entropy"

# %% checks="softmax_cross_entropy"

# %% [markdown] lang="en"
# One image and two classes: the right class scores $z$, the other one 0. How does the loss behave far to the left and far
# to the right? Where is its slope largest, and what is it there? A guess that is confident and wrong costs a lot: how much?

# %% [markdown] lang="zh"
# 一张图像、两个类别：正确的类别得 $z$ 分，另一个得 0 分。损失在很左边和很右边各是什么样子？斜率在哪里最大，是多少？自信却猜错，代价很大：有多大？


# %%
def plot_loss_of_a_score():
    """Loss and slope of a single image with two classes."""
    values = np.linspace(-8, 8, 161)
    found = [softmax_cross_entropy(np.array([[z, 0.0]]), np.array([0])) for z in values]
    _, panels = new_figure(1, 2, (8, 3))
    curves = {"loss": [loss for loss, _ in found], "dscores[0, 0]": [dscores[0, 0] for _, dscores in found]}
    for axes, (name, numbers) in zip(panels, curves.items(), strict=True):
        axes.plot(values, numbers, color="tab:blue")
        axes.set_xlabel("z")
        axes.set_title(name, fontsize=10)
        axes.axhline(0, color="gray", lw=0.8)


show_picture(plot_loss_of_a_score)

# %% [markdown] lang="en"
# ## 3. The dense layer
#
# Each image becomes one row of numbers, and the rows are multiplied by a matrix, as the columns in your convolution:
#
# $$\mathrm{out} = X W + b, \qquad \frac{\partial L}{\partial W} = X^{\top} \mathrm{dout}, \qquad \frac{\partial L}{\partial X} = \mathrm{dout}\, W^{\top}.$$
#
# What is the gradient of the bias, which is added to every row? Feature maps come in as `(N, H, W, channels)` and are
# flattened; what goes back must have that shape again.
#
# **Write `DenseLayer`: `forward` and `backward`.**

# %% [markdown] lang="zh"
# ## 3. 全连接层
#
# 每张图像变成一行数，这些行再乘以一个矩阵，和卷积层里的列矩阵一样：
#
# $$\mathrm{out} = X W + b, \qquad \frac{\partial L}{\partial W} = X^{\top} \mathrm{dout}, \qquad \frac{\partial L}{\partial X} = \mathrm{dout}\, W^{\top}.$$
#
# 偏置加到了每一行上，它的梯度是什么？特征图以 `(N, H, W, channels)` 的形状进来，要展平；回去的梯度要恢复这个形状。
#
# **请写 `DenseLayer` 的 `forward` 与 `backward`。**

# %% solution="DenseLayer"

# %% checks="dense"

# %% [markdown] lang="en"
# Move one weight by $\pm\varepsilon$ and see how $L = \sum \mathrm{out} \cdot \mathrm{dout}$ moves: that is `dweights`
# without any derivation. All three pictures should be right: left and middle alike, the difference on the right tiny.

# %% [markdown] lang="zh"
# 把一个权重移动 $\pm\varepsilon$ ，看 $L = \sum \mathrm{out} \cdot \mathrm{dout}$ 怎样变：不用推导就得到 `dweights`。左图与中图应当一样，右图的差应当极小。


# %%
def plot_dense_gradient(eps=1e-6):
    """``dweights`` beside central differences."""
    rng = np.random.default_rng(3)
    weights, bias = rng.normal(size=(12, 6)), rng.normal(size=(1, 6))
    x, dout = rng.normal(size=(4, 2, 3, 2)), rng.normal(size=(4, 6))
    layer = DenseLayer(weights, bias)
    layer.forward(x)
    layer.backward(dout)
    numeric = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape):
        step = np.zeros(weights.shape)
        step[place] = eps
        above, below = (np.sum(DenseLayer(weights + way * step, bias).forward(x) * dout) for way in (1, -1))
        numeric[place] = (above - below) / (2 * eps)
    size, gap = np.abs(numeric).max(), np.abs(layer.dweights - numeric).max()
    figure, panels = new_figure(1, 3, (7, 3.4))
    shown = (layer.dweights, numeric, layer.dweights - numeric)
    for axes, values, title in zip(panels, shown, ("dweights", "differences", f"max {gap:.0e}"), strict=True):
        image = draw_image(axes, values, title, "PuOr", (-size, size))
    figure.colorbar(image, ax=panels, shrink=0.8)


show_picture(plot_dense_gradient)

# %% [markdown] lang="en"
# ## 4. The network
#
# A network is a chain: what comes out of one layer goes into the next. Backward, the gradient goes through the same chain
# from its end. Afterwards every layer holds the gradients of its own parameters, and `parameters()` lists them all: the
# arrays themselves, not copies, each with its gradient.
#
# `build_network(rng)` chooses the layers. Begin with one convolution of 16 filters, batch normalisation, max pooling and
# a dense layer; try more when that learns. Draw weights about as large as $\sqrt{2 / \mathrm{inputs}}$.
#
# **Write `Network` and `build_network`.**

# %% [markdown] lang="zh"
# ## 4. 网络
#
# 网络是一条链：一层的输出是下一层的输入。反向时，梯度从链的末端走回来。之后每一层都存着自己参数的梯度，`parameters()` 把它们全部列出来：给出的是数组本身，而不是副本，并配上各自的梯度。
#
# `build_network(rng)` 决定用哪些层。先用 16 个卷积核的一层卷积、批归一化、最大池化和一个全连接层；能学会之后再试更多的层。权重的大小取 $\sqrt{2 / \mathrm{inputs}}$ 左右。
#
# **请写 `Network` 与 `build_network`。**

# %% solution="Network, build_network"

# %% checks="network_gradient"

# %% [markdown] lang="en"
# Thousands of parameters, and one picture tells whether all their gradients are right. Each dot is a random direction
# in which *all* parameters are moved: across, how fast the loss should grow by your gradients; up, how fast it does grow.
# All dots should lie on the line. If one lies beside it, does a step 10 times smaller bring it back? Then it was a kink.

# %% [markdown] lang="zh"
# 参数有几千个，一幅图就能看出它们的梯度对不对。每个点是一个随机方向，**全部**参数一起沿它移动：横轴是按你的梯度损失应当增长得多快，纵轴是实际增长得多快。所有点都应当落在直线上。如果有一个点偏了，把步长缩小到十分之一，它回来了吗？回来了，就是碰到了折点。


# %%
def plot_whole_gradient(eps=1e-6):
    """Claimed and measured slopes along random directions over all parameters."""
    rng = np.random.default_rng(5)
    model = build_network(rng)
    pictures, dscores = rng.uniform(size=(5, 8, 8, 1)), rng.normal(size=(5, 10))
    model.forward(pictures)
    model.backward(dscores)
    for array, _ in model.parameters():
        array += 0.1 * rng.normal(size=array.shape)
    model.forward(pictures)
    model.backward(dscores)
    pairs = [(array, array.copy(), gradient.copy()) for array, gradient in model.parameters()]
    dots = []
    for _ in range(40):
        moves = [rng.normal(size=array.shape) for array, _, _ in pairs]
        ends = []
        for way in (1, -1):
            for (array, before, _), move in zip(pairs, moves, strict=True):
                array[...] = before + way * eps * move
            ends.append(np.sum(model.forward(pictures) * dscores))
        claimed = sum(np.sum(gradient * move) for (_, _, gradient), move in zip(pairs, moves, strict=True))
        dots.append((claimed, (ends[0] - ends[1]) / (2 * eps)))
    _, axes = new_figure(1, 1, (4, 3.6))
    axes.axline((0, 0), slope=1, color="gray", lw=1)
    axes.plot(*np.array(dots).T, "o", color="tab:blue", alpha=0.7)
    axes.set_xlabel("gradient · direction")
    axes.set_ylabel("(L(+) - L(-)) / 2ε")


show_picture(plot_whole_gradient)

# %% [markdown] lang="en"
# ## 5. Learning to read
#
# Take a few images, compute the loss and its gradient, move every parameter a small step against its gradient, take the
# next few images; go through all of them several times, each time in another order. With momentum, a step remembers the
# steps before it and learning goes much faster. Let the steps become smaller towards the end.
#
# `predict` gives for each image the digit with the highest score. Full marks need 97 % of images kept back, and less than
# a minute. With your own layers, what is slow? Your fast pooling functions help.
#
# **Write `train` and `predict`.**

# %% [markdown] lang="zh"
# ## 5. 学会识别
#
# 取几张图像，算出损失和梯度，让每个参数朝梯度的反方向走一小步，再取下几张；所有图像过好几遍，每一遍换一个顺序。有了动量，每一步都记得前面的步子，学得快得多。越到最后，步子越小。
#
# `predict` 对每张图像给出分数最高的数字。满分要求读对 97 % 的留出图像，用时不到一分钟。用你自己的层，哪里慢？快速池化的那对函数会有帮助。
#
# **请写 `train` 与 `predict`。**

# %% solution="train, predict"

# %% checks="accuracy"

# %% [markdown] lang="en"
# ### The loss while it learns
#
# The next cell trains a network on four fifths of the images and notes the loss of every batch. What should the very
# first loss be, if the network has no idea? Does the curve fall to nearly 0? Does it jump, and what would smaller steps do?

# %% [markdown] lang="zh"
# ### 训练时的损失
#
# 下一个单元格用五分之四的图像训练一个网络，并记下每一批的损失。如果网络一无所知，最初的损失应该是多少？曲线降到接近 0 了吗？它有没有跳动，步子更小又会怎样？


# %%
learned = {}


def learn():
    """A trained network, the losses on its way, and the images it has not seen, with their labels."""
    if not learned:
        images, labels = read_digits()
        cut, plain, seen = len(images) * 4 // 5, softmax_cross_entropy, []

        def noted(scores, right):
            result = plain(scores, right)
            seen.append(float(result[0]))
            return result

        globals()["softmax_cross_entropy"] = noted
        try:
            model = train(images[:cut].copy(), labels[:cut].copy(), np.random.default_rng(1))
        finally:
            globals()["softmax_cross_entropy"] = plain
        learned.update(network=model, losses=seen, images=images[cut:], labels=labels[cut:])
    return learned


def plot_loss():
    """The loss of every batch, and their mean over the last 20."""
    learned.clear()
    seen = np.array(learn()["losses"])
    _, axes = new_figure(1, 1, (7, 3))
    axes.plot(seen, color="tab:blue", alpha=0.35, lw=0.8)
    sums = np.cumsum(np.concatenate([[0.0], seen]))
    width = min(20, len(seen))
    axes.plot(np.arange(width - 1, len(seen)), (sums[width:] - sums[:-width]) / width, color="tab:blue")
    axes.axhline(np.log(10), color="gray", lw=1, ls="--")
    axes.set_xlabel("batch")
    axes.set_ylabel("loss")
    axes.set_ylim(0, 3)


show_picture(plot_loss)

# %% [markdown] lang="en"
# ### What the filters look for
#
# The weights of the first convolution, each filter as a small picture, before training (above) and after (below). Can you
# name what some of them look for: edges of one direction, ends of lines, dots?

# %% [markdown] lang="zh"
# ### 卷积核在找什么
#
# 第一层卷积的权重，每个卷积核画成一小幅图：上面是训练前，下面是训练后。你能说出其中一些在找什么吗：某个方向的边缘、线条的端点、圆点？


# %%
def plot_filters(columns=16):
    """The first convolution's filters, before and after."""
    model, new = learn()["network"], build_network(np.random.default_rng(1))
    shape = learn()["images"][:4].shape
    new.forward(np.zeros(shape))
    new.backward(np.zeros((4, 10)))
    drawn = [next(array for array, _ in each.parameters() if array.ndim == 2 and len(array) > 1) for each in (new, model)]
    side = int(np.sqrt(len(drawn[0])))
    _, panels = new_figure(2, min(columns, drawn[0].shape[1]), (9, 1.7))
    for row, weights in zip(panels, drawn, strict=True):
        size = np.abs(weights).max()
        for axes, column in zip(row, weights.T, strict=False):
            draw_image(axes, column[: side * side].reshape(side, side), "", "PuOr", (-size, size))


show_picture(plot_filters)

# %% [markdown] lang="en"
# ### What it mixes up
#
# The last fifth of the images, which the network has not seen. Row: what the image shows; column: what the network reads.
# Which pairs does it mix up, and would you?

# %% [markdown] lang="zh"
# ### 它会弄混什么
#
# 最后五分之一的图像，网络没有见过。行是图像真正的数字，列是网络读出的数字。它弄混了哪些？换作你呢？


# %%
def plot_confusion():
    """How often each digit was read as which."""
    lesson = learn()
    read = predict(lesson["network"], lesson["images"])
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (lesson["labels"], read), 1)
    _, axes = new_figure(1, 1, (4.6, 4.4))
    axes.imshow(np.log1p(table), cmap="Blues")
    for (row, column), count in np.ndenumerate(table):
        if count:
            ink = "white" if np.log1p(count) > 0.6 * np.log1p(table.max()) else "black"
            axes.text(column, row, count, ha="center", va="center", fontsize=9, color=ink)
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel("predict")
    axes.set_ylabel("label")
    axes.set_title(f"{np.trace(table)} / {table.sum()} = {np.trace(table) / table.sum():.1%}", fontsize=10)


show_picture(plot_confusion)

# %% [markdown] lang="en"
# ### What it reads wrongly
#
# The images it was wrong about, each with its label and what was read. If there are none, the ones it was least sure of
# follow.

# %% [markdown] lang="zh"
# ### 它读错了什么
#
# 网络读错的图像，以及真正的数字和读出的数字。如果一张也没有错，就是它最没有把握的那些。


# %%
def plot_wrong(most=10):
    """The images that were read with the lowest scores for the right digit, compared with the best other one."""
    lesson = learn()
    scores, read = lesson["network"].forward(lesson["images"]), predict(lesson["network"], lesson["images"])
    right = np.arange(10) == lesson["labels"][:, np.newaxis]
    margins = scores[right] - np.where(right, -np.inf, scores).max(axis=1)
    _, panels = new_figure(1, most, (9, 1.5))
    for axes, number in zip(panels, np.argsort(margins), strict=False):
        draw_image(axes, lesson["images"][number, :, :, 0], f"{lesson['labels'][number]} → {read[number]}")


show_picture(plot_wrong)

# %% [markdown] lang="en"
# ## To think about
#
# - Why is the loss of a network that knows nothing about $\log 10$?
# - Batch normalisation uses the other images of the batch. What happens if you read one image at a time? What would have
#   to be remembered from training to read a single one as well?
# - Take a layer away, or put one in. What does it cost in time, and what does it bring?
# - The digits were written by 13 people, and all of them wrote some of your images. Would the network read a fourteenth
#   hand as well?

# %% [markdown] lang="zh"
# ## 想一想
#
# - 一无所知的网络，损失为什么大约是 $\log 10$ ？
# - 批归一化要用到同一批里的其他图像。如果一次只读一张会怎样？要想单独读好一张，训练时应当记住什么？
# - 去掉一层，或者加上一层：时间多了还是少了，换来了什么？
# - 这些数字出自 13 个人之手，你的图像里每个人都有。换成第十四个人的笔迹，网络还能读得这么好吗？
