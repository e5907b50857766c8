"""What people get wrong about a ReLU and about batch normalisation, exercise by exercise.

A wrong ``backward`` of batch normalisation is wrong in one of its three gradients, where that is what it is about,
and right in the others.
"""

import numpy as np

from autograder.misconceptions import misconception
from autograder.model import Text


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The mask is True where x is exactly 0: only what is greater than 0 passes.",
        "x 恰好为 0 的位置，mask 也是 True：只有大于 0 的数才通过。",
    ),
    hint=Text(
        "What does the task say of the gradient at exactly 0, and what would your mask let through there?",
        "题目对恰好为 0 处的梯度怎么说？你的 mask 在那里会放行什么？",
    ),
)
def relu_zero_counted_as_positive(self, x):
    self.mask = x >= 0
    return x * self.mask


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The mask holds the numbers 0 and 1, not booleans.",
        "mask 里存的是数字 0 和 1，而不是布尔值。",
    ),
    hint=Text(
        "What is the dtype of a comparison, before anything is done to it?",
        "一次比较的结果，在没有再做任何处理之前，dtype 是什么？",
    ),
)
def relu_mask_of_integers(self, x):
    self.mask = np.sign(np.maximum(x, 0)).astype(int)
    return x * self.mask


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The mask was taken from the output, after the negative numbers had become 0, by asking what is not "
        "negative: that is true of everything.",
        "mask 取自输出：负数已经变成 0，再问“是否不小于 0”，处处成立。",
    ),
    hint=Text(
        "At the moment you compute the mask, which numbers does the array hold?",
        "计算 mask 的那一刻，数组里是哪些数？",
    ),
)
def relu_mask_of_what_is_not_negative_after(self, x):
    passed = np.maximum(x, 0)
    self.mask = passed >= 0
    return passed


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "Negative numbers leak through, a hundredth of each: this ReLU sets them to 0.",
        "负数漏过来了百分之一：这里的 ReLU 应把负数变成 0。",
    ),
    hint=Text(
        "Draw the function that the task defines, and the one you wrote, side by side.",
        "把题目定义的函数和你写的函数并排画出来。",
    ),
)
def relu_leaky(self, x):
    self.mask = x > 0
    return np.where(self.mask, x, 0.01 * x)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "Negative numbers come out positive: the absolute value was taken.",
        "负数变成了正数输出：这是取了绝对值。",
    ),
    hint=Text(
        "What should come of -3?",
        "输入 -3，应当输出什么？",
    ),
)
def relu_absolute_value(self, x):
    self.mask = x > 0
    return np.abs(x)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "Numbers above 1 were cut down to 1: a ReLU has no upper end.",
        "大于 1 的数被截成了 1：ReLU 没有上限。",
    ),
    hint=Text(
        "What should come of 7?",
        "输入 7，应当输出什么？",
    ),
)
def relu_clipped_at_one(self, x):
    self.mask = x > 0
    return np.clip(x, 0.0, 1.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The output is 1 where x is positive: that is the derivative, not the function.",
        "x 为正处输出 1：那是导数，不是函数本身。",
    ),
    hint=Text(
        "Which of the two, value or slope, does forward hand on to the next layer?",
        "前向交给下一层的是函数值还是斜率？",
    ),
)
def relu_step(self, x):
    self.mask = x > 0
    return np.heaviside(x, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The negative numbers were overwritten in x itself, which belongs to the caller.",
        "负数直接在 x 里被改成了 0，而 x 属于调用者。",
    ),
    hint=Text(
        "Print x before and after the call.",
        "在调用前后各打印一次 x。",
    ),
)
def relu_input_cleared(self, x):
    self.mask = x > 0
    x[~self.mask] = 0
    return x


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The mask of the first input is kept for good: it has to be that of the last one.",
        "mask 一直保留第一次输入的结果：它应当属于最近一次输入。",
    ),
    hint=Text(
        "Call forward twice, with an array and with its negative, and look at the mask.",
        "用一个数组和它的相反数先后调用两次 forward，再看 mask。",
    ),
)
def relu_mask_of_first_call(self, x):
    if not hasattr(self, "mask") or self.mask.shape != x.shape:
        self.mask = x > 0
    return np.maximum(x, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "The numbers were read in the order in which they lie in memory, which need not be that of the array.",
        "按内存中的次序读取了各个数，而它未必是数组的次序。",
    ),
    hint=Text(
        "Hand in a transposed array, and compare with a copy of it.",
        "传入一个转置过的数组，再与它的副本比较。",
    ),
)
def relu_read_in_order_of_memory(self, x):
    self.mask = x > 0
    return np.maximum(x.ravel(order="K"), 0.0).reshape(x.shape)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "Small positive numbers count as 0: the border is 0 itself, however small a number is.",
        "很小的正数被当成了 0：界线就是 0 本身，数再小也一样。",
    ),
    hint=Text(
        "Which side of the border is 1e-300 on?",
        "1e-300 在界线的哪一侧？",
    ),
)
def relu_small_numbers_cut_off(self, x):
    self.mask = x > 1e-8
    return np.maximum(x, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.forward",
    explanation=Text(
        "A loop over rows and columns takes arrays of two axes only: the ReLU is asked for any shape.",
        "按行、列循环，只适用于二维数组：ReLU 应当接受任意形状。",
    ),
    hint=Text(
        "Which line of yours would fail for an array of one axis, or of four?",
        "换成一维或四维数组，你的哪一行会出错？",
    ),
)
def relu_vectors_only(self, x):
    rows, columns = x.shape
    out = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            out[row, column] = max(x[row, column], 0.0)
    self.mask = out > 0
    return out


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The whole gradient was handed on, also where the input did not pass.",
        "梯度原样传了回去，连输入没有通过的地方也传了。",
    ),
    hint=Text(
        "Move an input of -3 a little: does the output notice?",
        "把 -3 这个输入稍微移动一下，输出会变吗？",
    ),
)
def relu_gradient_not_masked(self, dout):
    return dout.copy()


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The slope of the ReLU was returned, and the arriving gradient forgotten.",
        "返回的是 ReLU 的斜率，忘了乘传入的梯度。",
    ),
    hint=Text(
        "The chain rule has two factors here: which one did you leave out?",
        "链式法则在这里有两个因子：你漏了哪一个？",
    ),
)
def relu_gradient_of_ones(self, dout):
    return self.mask.astype(np.float64)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The mask was taken from the sign of the arriving gradient: what counts is the sign of the input.",
        "掩码取自传入梯度的符号：应当看输入的符号。",
    ),
    hint=Text(
        "May a gradient be negative where the input passed?",
        "输入通过的地方，梯度可以是负的吗？",
    ),
)
def relu_mask_of_gradient(self, dout):
    return np.maximum(dout, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "Negative gradients were dropped as well: where the input passed, so does every gradient.",
        "负的梯度也被丢掉了：输入通过之处，任何梯度都应通过。",
    ),
    hint=Text(
        "Which of the two has to be positive for the gradient to pass, the input or the gradient?",
        "要让梯度通过，必须为正的是输入还是梯度？",
    ),
)
def relu_mask_and_sign_of_gradient(self, dout):
    return np.where(self.mask & (dout > 0), dout, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The gradient passes just where the input did not.",
        "梯度恰好在输入没有通过的地方通过了。",
    ),
    hint=Text(
        "Take one positive number and one negative one, and follow both.",
        "取一个正数、一个负数，各跟踪一遍。",
    ),
)
def relu_mask_inverted(self, dout):
    return np.where(self.mask, 0.0, dout)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The gradient was masked in dout itself, which belongs to the caller.",
        "直接在 dout 里做了遮挡，而 dout 属于调用者。",
    ),
    hint=Text(
        "Print dout before and after the call.",
        "在调用前后各打印一次 dout。",
    ),
)
def relu_gradient_cleared_in_place(self, dout):
    dout[~self.mask] = 0.0
    return dout


def keeps_relu_output(self, x):
    """A right ``forward`` that keeps its output besides."""
    self.mask, self.out = x > 0, np.maximum(x, 0.0)
    return self.out


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    companions={"ReluLayer.forward": keeps_relu_output},
    explanation=Text(
        "The gradient was multiplied by the layer's output: the slope is 1 wherever the input passed.",
        "梯度乘上了这一层的输出：凡是输入通过的地方，斜率都是 1。",
    ),
    hint=Text(
        "An input of 5 grows by a little: by how much does the output grow?",
        "输入 5 增大一点点，输出增大多少？",
    ),
)
def relu_multiplied_by_output(self, dout):
    return dout * self.out


def keeps_half_at_zero(self, x):
    """A right ``forward`` that also keeps where the input is 0."""
    self.mask, self.zero = x > 0, x == 0
    return np.maximum(x, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    companions={"ReluLayer.forward": keeps_half_at_zero},
    explanation=Text(
        "At exactly 0 half of the gradient passes: this layer's rule is none.",
        "恰好为 0 时通过了一半梯度：这一层的规定是完全不通过。",
    ),
    hint=Text(
        "There are several slopes to choose from at the kink. Which one does the task choose?",
        "折点处有多种斜率可选。题目选的是哪一种？",
    ),
)
def relu_half_at_zero(self, dout):
    slope = self.mask + 0.5 * self.zero
    return dout * slope


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    explanation=Text(
        "The gradient was added to that of the calls before: every call starts afresh.",
        "梯度与先前调用的结果累加了：每次调用都应重新计算。",
    ),
    hint=Text(
        "Call backward twice and compare.",
        "连续调用两次 backward，比较一下。",
    ),
)
def relu_gradient_accumulated(self, dout):
    kept = getattr(self, "total", np.zeros(()))
    kept = kept if kept.shape == dout.shape else np.zeros(dout.shape)
    self.total = kept + np.where(self.mask, dout, 0.0)
    return self.total.copy()


def keeps_relu_mask_on_the_class(self, x):
    """A ``forward`` that also notes the mask on the class."""
    self.mask = x > 0
    type(self).latest = self.mask
    return np.maximum(x, 0.0)


@misconception(
    exercise="relu",
    replaces="ReluLayer.backward",
    companions={"ReluLayer.forward": keeps_relu_mask_on_the_class},
    explanation=Text(
        "The mask was noted on the class: after another layer's forward it is that one's.",
        "掩码记在了类上：别的层做过前向之后，它就变成了那一层的掩码。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then go back through the first.",
        "让两个层先后做前向，再从第一层往回传。",
    ),
)
def relu_mask_shared_by_layers(self, dout):
    return np.where(type(self).latest, dout, 0.0)


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The variance was divided by m - 1: this layer divides by the number of values m.",
        "方差除以了 m - 1：这一层应除以值的个数 m。",
    ),
    hint=Text(
        "Is the batch a sample from which something is estimated, or is it all there is to normalise?",
        "这一批是用来估计总体的样本，还是要归一化的全部数据？",
    ),
)
def forward_unbiased_variance(self, x):
    axes = tuple(range(x.ndim))[:-1]
    values = x.size // x.shape[-1]
    centred = x - x.mean(axis=axes)
    variance = (centred**2).sum(axis=axes) / max(values - 1, 1)
    self.inverse_std = (variance + self.epsilon) ** -0.5
    self.normalized = centred * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "epsilon was added to the root, after it was taken: it belongs inside, to the variance.",
        "epsilon 加在了开方之后：它应加在方差上，位于根号之内。",
    ),
    hint=Text(
        "Which quantity does the definition add epsilon to: the variance or the standard deviation?",
        "按定义，epsilon 加在哪个量上：方差，还是标准差？",
    ),
)
def forward_epsilon_outside_the_root(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = 1 / (x.std(axis=axes) + self.epsilon)
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "epsilon was left out: a feature that does not vary is divided by 0.",
        "漏掉了 epsilon：特征不变化时会除以 0。",
    ),
    hint=Text(
        "What does your layer give for a feature that has the same value everywhere?",
        "如果一个特征处处相同，你的层会给出什么？",
    ),
)
def forward_epsilon_forgotten(self, x):
    axes = tuple(range(x.ndim))[:-1]
    with np.errstate(all="ignore"):
        self.inverse_std = 1 / x.std(axis=axes)
        self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "A fixed epsilon of 1e-5 was used: the layer was told another one when it was made.",
        "用了固定的 1e-5 作为 epsilon：构造这一层时可能给出别的值。",
    ),
    hint=Text(
        "Where does the layer keep what its constructor was given?",
        "构造函数收到的参数，这一层存在哪里？",
    ),
)
def forward_epsilon_of_its_own(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + 1e-5) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The variance was raised to epsilon where it is smaller: epsilon is added everywhere.",
        "方差小于 epsilon 时才用 epsilon 代替：epsilon 应当处处加上。",
    ),
    hint=Text(
        "Should a large variance feel epsilon, too?",
        "方差很大时，epsilon 还起作用吗？",
    ),
)
def forward_epsilon_as_a_floor(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = np.maximum(x.var(axis=axes), self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The input was divided by the variance: it is the standard deviation that has the same unit as x.",
        "除以的是方差：与 x 单位相同的是标准差。",
    ),
    hint=Text(
        "What is the variance of your normalised values, and what should it be?",
        "你归一化之后的值，方差是多少？应当是多少？",
    ),
)
def forward_divided_by_variance(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = 1 / (x.var(axis=axes) + self.epsilon)
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "Mean and variance were taken over the batch alone, pixel by pixel: a feature is one for all pixels.",
        "均值和方差只跨样本求，每个像素各算各的：一个特征应把所有像素算在一起。",
    ),
    hint=Text(
        "How many means are there for images of 4 x 5 pixels and 3 features?",
        "图像有 4 x 5 个像素、3 个特征，应当有几个均值？",
    ),
)
def forward_over_the_batch_only(self, x):
    self.inverse_std = (x.var(axis=0) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=0)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "Mean and variance were taken over the pixels of each image by itself: the batch belongs to them as well.",
        "均值和方差只在每张图像内部求：整批样本都应算进去。",
    ),
    hint=Text(
        "Does the normalised value of an image change with the other images of the batch? It should.",
        "一张图像归一化后的值，会随批中其他图像而变吗？应当会。",
    ),
)
def forward_over_the_pixels_only(self, x):
    axes = (1, 2) if x.ndim == 4 else (0,)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    wide = (variance + self.epsilon) ** -0.5
    self.inverse_std = wide.reshape(-1, x.shape[-1])[0]
    self.normalized = (x - mean) * wide
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "One mean and one variance were taken for everything: each feature has its own.",
        "所有数共用一个均值和一个方差：每个特征应有自己的。",
    ),
    hint=Text(
        "How many means should there be for three features?",
        "有三个特征时，应当有几个均值？",
    ),
)
def forward_over_all_axes(self, x):
    self.inverse_std = np.full(x.shape[-1], (x.var() + self.epsilon) ** -0.5)
    self.normalized = (x - x.mean()) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "Mean and variance were taken over the features of each example: that is layer normalisation.",
        "均值和方差是在每个样本的各特征之间求的：那是层归一化。",
    ),
    hint=Text(
        "Which axis is the one not to average over?",
        "哪一个轴不应参与平均？",
    ),
)
def forward_over_the_features(self, x):
    axes = tuple(range(x.ndim))[:-1]
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - mean) / np.sqrt(variance + self.epsilon)
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The mean was not subtracted: the values were scaled only.",
        "没有减去均值：只做了缩放。",
    ),
    hint=Text(
        "What is the mean of your normalised values?",
        "你归一化之后的值，均值是多少？",
    ),
)
def forward_not_centred(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = x * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The squares were averaged before the mean was subtracted: the variance is about the mean, not about 0.",
        "减去均值之前就求了平方的平均：方差应以均值为中心，而不是以 0 为中心。",
    ),
    hint=Text(
        "Raise all values of a feature by 10: should its variance change?",
        "把一个特征的所有值都加 10，它的方差应当变吗？",
    ),
)
def forward_variance_about_zero(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = ((x**2).mean(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The variance was computed as the mean of the squares less the square of the mean: where the mean is "
        "large, both are huge and nearly equal, and their difference has no digits left.",
        "方差用“平方的平均减去平均的平方”来算：均值很大时，这两个数又大又几乎相等，相减之后有效数字所剩无几。",
    ),
    hint=Text(
        "Try values near a million that differ by one or so. Which numbers do you subtract from each other?",
        "试试一百万附近、彼此只差 1 左右的数：你把哪两个数相减了？",
    ),
)
def forward_mean_of_squares_less_square_of_mean(self, x):
    axes = tuple(range(x.ndim))[:-1]
    mean = x.mean(axis=axes)
    variance = np.maximum((x**2).mean(axis=axes) - mean**2, 0.0)
    self.inverse_std = (variance + self.epsilon) ** -0.5
    self.normalized = (x - mean) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "gamma was left out: the normalised values are scaled by it before beta is added.",
        "漏掉了 gamma：归一化的值应先乘以 gamma，再加 beta。",
    ),
    hint=Text(
        "Which of the layer's parameters does your output depend on?",
        "你的输出用到了这一层的哪些参数？",
    ),
)
def forward_gamma_forgotten(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "beta was left out: it is added at the end.",
        "漏掉了 beta：最后应加上它。",
    ),
    hint=Text(
        "Which of the layer's parameters does your output depend on?",
        "你的输出用到了这一层的哪些参数？",
    ),
)
def forward_beta_forgotten(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.gamma


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "gamma and beta were exchanged: gamma scales and beta shifts.",
        "gamma 与 beta 用反了：gamma 用来缩放，beta 用来平移。",
    ),
    hint=Text(
        "Which of the two leaves a constant feature where it is when you double it?",
        "对不变化的特征，把哪一个加倍不会改变输出？",
    ),
)
def forward_gamma_and_beta_exchanged(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return self.normalized * self.beta + self.gamma


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "beta was added before gamma was multiplied, so the shift is scaled as well.",
        "先加了 beta 再乘 gamma，平移量也被缩放了。",
    ),
    hint=Text(
        "Where is the output's mean with gamma = 2 and beta = 3?",
        "gamma = 2、beta = 3 时，输出的均值在哪里？",
    ),
)
def forward_shifted_before_scaled(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    return (self.normalized + self.beta) * self.gamma


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "self.inverse_std holds the standard deviation, not one divided by it.",
        "self.inverse_std 里存的是标准差，而不是它的倒数。",
    ),
    hint=Text(
        "By what was the centred input multiplied?",
        "中心化之后的输入乘以了什么？",
    ),
)
def forward_standard_deviation_kept(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** 0.5
    self.normalized = (x - x.mean(axis=axes)) / self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "self.normalized holds the centred input, before it was divided.",
        "self.normalized 里存的是只做了中心化、还没有缩放的输入。",
    ),
    hint=Text(
        "What is the variance of what you store?",
        "你存下来的值，方差是多少？",
    ),
)
def forward_kept_only_centred(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = x - x.mean(axis=axes)
    return self.normalized * self.inverse_std * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "self.normalized was scaled and shifted in place: it holds the output.",
        "self.normalized 被就地缩放和平移了：里面存的其实是输出。",
    ),
    hint=Text(
        "Which name does the array have that *= and += write into, and who else knows it by another name?",
        "*= 和 += 写进的是哪个数组？还有谁用别的名字指着它？",
    ),
)
def forward_kept_after_scale_and_shift(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - x.mean(axis=axes)) * self.inverse_std
    out = self.normalized
    out *= self.gamma
    out += self.beta
    return out


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "self.inverse_std has an axis of length 1 for each axis that was averaged over: its shape is (D,).",
        "self.inverse_std 保留了长度为 1 的各个轴：它的形状应是 (D,)。",
    ),
    hint=Text(
        "What does keepdims do to the shape of a mean?",
        "keepdims 对均值的形状有什么影响？",
    ),
)
def forward_inverse_std_with_all_axes(self, x):
    axes = tuple(range(x.ndim))[:-1]
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    self.inverse_std = (variance + self.epsilon) ** -0.5
    self.normalized = (x - mean) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "Mean and variance were mixed with those of earlier calls: this layer knows the batch at hand only.",
        "均值和方差与先前调用的结果混在了一起：这一层只看当前这一批。",
    ),
    hint=Text(
        "Call forward twice with different batches. Should the second answer depend on the first batch?",
        "用不同的批调用两次 forward，第二次的结果应当与第一批有关吗？",
    ),
)
def forward_running_averages(self, x):
    axes = tuple(range(x.ndim))[:-1]
    old_mean, old_variance = getattr(self, "running", (x.mean(axis=axes), x.var(axis=axes)))
    self.running = 0.9 * old_mean + 0.1 * x.mean(axis=axes), 0.9 * old_variance + 0.1 * x.var(axis=axes)
    mean, variance = self.running
    self.inverse_std = (variance + self.epsilon) ** -0.5
    self.normalized = (x - mean) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "x itself was centred, with -=, and x belongs to the caller.",
        "用 -= 直接把 x 中心化了，而 x 属于调用者。",
    ),
    hint=Text(
        "Print x before and after the call.",
        "在调用前后各打印一次 x。",
    ),
)
def forward_input_centred_in_place(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    x -= x.mean(axis=axes)
    self.normalized = x * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The array was brought to two axes in the order in which it lies in memory, which need not be its own.",
        "按内存中的次序把数组变成了二维，而它未必是数组自己的次序。",
    ),
    hint=Text(
        "Hand in a transposed array, and compare with a copy of it.",
        "传入一个转置过的数组，再与它的副本比较。",
    ),
)
def forward_features_read_in_order_of_memory(self, x):
    rows = x.ravel(order="K").reshape(-1, x.shape[-1])
    self.inverse_std = (rows.var(axis=0) + self.epsilon) ** -0.5
    self.normalized = ((rows - rows.mean(axis=0)) * self.inverse_std).reshape(x.shape)
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "A reshape to (D, m) does not bring the features to the front: it mixes them.",
        "reshape 成 (D, m) 并不能把特征移到最前面，只会把它们混在一起。",
    ),
    hint=Text(
        "A reshape keeps the numbers in order. Which of them end up in the first row?",
        "reshape 不改变数的次序。第一行里会是哪些数？",
    ),
)
def forward_features_mixed_by_reshape(self, x):
    rows = x.reshape(x.shape[-1], -1)
    self.inverse_std = (rows.var(axis=1) + self.epsilon) ** -0.5
    centred = rows - rows.mean(axis=1, keepdims=True)
    self.normalized = (centred * self.inverse_std[:, np.newaxis]).reshape(x.shape)
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_forward",
    replaces="BatchNormLayer.forward",
    explanation=Text(
        "The median was subtracted in place of the mean.",
        "减去的是中位数，而不是均值。",
    ),
    hint=Text(
        "What is the mean of your normalised values?",
        "你归一化之后的值，均值是多少？",
    ),
)
def forward_median_subtracted(self, x):
    axes = tuple(range(x.ndim))[:-1]
    self.inverse_std = (x.var(axis=axes) + self.epsilon) ** -0.5
    self.normalized = (x - np.median(x, axis=axes)) * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "Mean and variance were taken for constants: only the straight path is there.",
        "把均值和方差当成了常数：只有直接到达的那条路径。",
    ),
    hint=Text(
        "Move one input: which quantities of the forward pass change with it?",
        "移动一个输入：前向计算中有哪些量会跟着变？",
    ),
)
def backward_mean_and_variance_held_fixed(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    return dout * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The path through the mean is missing: the mean moves with every value of its feature.",
        "缺了穿过均值的那条路径：特征的任何一个值变动，均值都会跟着动。",
    ),
    hint=Text(
        "Raise all values of a feature by the same amount: what becomes of the output, and so of the sum of dx?",
        "把一个特征的所有值加上同一个数，输出会怎样？dx 的和因此应是多少？",
    ),
)
def backward_mean_held_fixed(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    part = dout - self.normalized * self.dgamma / m
    return part * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The path through the variance is missing: the variance moves with every value of its feature.",
        "缺了穿过方差的那条路径：特征的任何一个值变动，方差都会跟着动。",
    ),
    hint=Text(
        "Stretch all values of a feature about their mean: what becomes of the output?",
        "把一个特征的所有值以均值为中心拉伸，输出会怎样？",
    ),
)
def backward_variance_held_fixed(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    part = dout - self.dbeta / m
    return part * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The centred input is used twice, and the gradient of the second use replaced that of the first: they add up.",
        "中心化之后的输入用了两次，第二次的梯度覆盖了第一次的：两者应当相加。",
    ),
    hint=Text(
        "In your graph, how many arrows leave the centred input?",
        "在你的计算图中，从中心化的输入出发有几条箭头？",
    ),
)
def backward_paths_replaced_not_added(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    dcentred = -self.normalized * self.dgamma * self.gamma * self.inverse_std / m
    return dcentred - dcentred.mean(axis=axes)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "Each output was taken to depend on its own input alone: the others of the feature reach it through "
        "mean and variance.",
        "只算了每个输出对自己那个输入的依赖：同一特征的其他输入也会经均值和方差影响它。",
    ),
    hint=Text(
        "Move one input and look at the outputs of the other examples.",
        "移动一个输入，看看其他样本的输出。",
    ),
)
def backward_diagonal_only(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    own = 1 - 1 / m - self.normalized**2 / m
    return dout * own * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The sums were divided by the number of examples: with pixels a feature has many more values.",
        "各个和除以了样本数：有像素时，一个特征的值要多得多。",
    ),
    hint=Text(
        "For 2 images of 3 x 4 pixels, over how many numbers is a mean taken?",
        "2 张 3 x 4 像素的图像，一个均值是对几个数求的？",
    ),
)
def backward_batch_counted_for_values(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / len(dout) - self.normalized * self.dgamma / len(dout)
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The sums were divided by m - 1: the forward pass divides by m.",
        "各个和除以了 m - 1：前向中除的是 m。",
    ),
    hint=Text(
        "Which variance does the forward pass take, and what does its derivative inherit from that?",
        "前向用的是哪种方差？它的导数由此继承了什么？",
    ),
)
def backward_values_minus_one(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / max(m - 1, 1) - self.normalized * self.dgamma / max(m - 1, 1)
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The sums were subtracted as they are: mean and variance are divided by the number of values, so are "
        "their gradients.",
        "直接减去了各个和：均值和方差都除以了值的个数，它们的梯度也应如此。",
    ),
    hint=Text(
        "By how much does the mean of m values rise if one of them rises by h?",
        "m 个值中有一个增加 h，均值增加多少？",
    ),
)
def backward_sums_not_divided(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta - self.normalized * self.dgamma
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the variance was not divided by the number of values.",
        "穿过方差的那一部分没有除以值的个数。",
    ),
    hint=Text(
        "The variance is a mean of squares: which factor does that leave in its derivative?",
        "方差是平方的平均：它的导数因此带有什么因子？",
    ),
)
def backward_variance_path_not_divided(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / m - self.normalized * self.dgamma
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the variance is half as large as it should be: the square's 2 cancels the root's 1/2.",
        "穿过方差的那一部分只有应有的一半：平方带来的 2 与开方带来的 1/2 正好抵消。",
    ),
    hint=Text(
        "What is the derivative of a square, and what that of a square root? Write both down.",
        "平方的导数是什么，平方根的导数又是什么？都写下来。",
    ),
)
def backward_variance_path_halved(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / m - 0.5 * self.normalized * self.dgamma / m
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the variance is twice as large as it should be: the root's 1/2 is missing.",
        "穿过方差的那一部分是应有的两倍：漏了开方带来的 1/2。",
    ),
    hint=Text(
        "What is the derivative of a square root?",
        "平方根的导数是什么？",
    ),
)
def backward_variance_path_doubled(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / m - 2 * self.normalized * self.dgamma / m
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the mean has the wrong sign: the mean is subtracted in the forward pass.",
        "穿过均值的那一部分符号反了：前向中均值是被减去的。",
    ),
    hint=Text(
        "When the mean rises, does the centred value rise or fall?",
        "均值升高时，中心化的值是升还是降？",
    ),
)
def backward_mean_path_added(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout + self.dbeta / m - self.normalized * self.dgamma / m
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the variance has the wrong sign: the larger the variance, the smaller the output.",
        "穿过方差的那一部分符号反了：方差越大，输出越小。",
    ),
    hint=Text(
        "When the variance rises, does its inverse root rise or fall?",
        "方差增大时，它的平方根的倒数是增还是减？",
    ),
)
def backward_variance_path_added(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout - self.dbeta / m + self.normalized * self.dgamma / m
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "The part through the variance was divided by the sum of the squares of the normalised values: with "
        "epsilon these are a little smaller than m.",
        "穿过方差的那一部分除以了归一化值的平方和：由于 epsilon，它比 m 略小。",
    ),
    hint=Text(
        "With a large epsilon, what is the variance of the normalised values?",
        "epsilon 很大时，归一化之后的值方差是多少？",
    ),
)
def backward_epsilon_divided_out(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    with np.errstate(all="ignore"):
        share = np.nan_to_num(self.dgamma / np.sum(self.normalized**2, axis=axes))
    rest = dout - self.dbeta / m - self.normalized * share
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "gamma is missing in dx: every gradient passes the scale on its way back.",
        "dx 里缺了 gamma：每份梯度往回走时都要经过缩放这一步。",
    ),
    hint=Text(
        "If gamma is 0, can the input still change the output?",
        "gamma 为 0 时，输入还能改变输出吗？",
    ),
)
def backward_gamma_forgotten(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = m * dout - self.dbeta - self.normalized * self.dgamma
    return self.inverse_std / m * rest


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dx was divided by gamma: what the forward pass multiplies with, the backward pass multiplies with, too.",
        "dx 除以了 gamma：前向乘了什么，反向也要乘什么。",
    ),
    hint=Text(
        "y = 3 x. What is the derivative of y by x?",
        "y = 3 x，y 对 x 的导数是什么？",
    ),
)
def backward_divided_by_gamma(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    with np.errstate(all="ignore"):
        factor = self.inverse_std / self.gamma / m
    return factor * (m * dout - self.dbeta - self.normalized * self.dgamma)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "gamma was multiplied on the straight path, but not on those through mean and variance.",
        "只在直接的路径上乘了 gamma，穿过均值和方差的路径上没有乘。",
    ),
    hint=Text(
        "Where in the graph does gamma stand: before or after the paths part?",
        "在计算图里，gamma 位于各条路径分开之前还是之后？",
    ),
)
def backward_gamma_on_the_straight_path_only(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = dout * self.gamma - self.dbeta / m - self.normalized * self.dgamma / m
    return rest * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "inverse_std is missing in dx.",
        "dx 里缺了 inverse_std。",
    ),
    hint=Text(
        "Make all inputs ten times as large: the output stays the same. What must become of dx?",
        "把所有输入放大十倍，输出不变。dx 应当怎样变？",
    ),
)
def backward_inverse_std_missing(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    return self.gamma / m * (m * dout - self.dbeta - self.normalized * self.dgamma)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "inverse_std was multiplied twice.",
        "inverse_std 乘了两次。",
    ),
    hint=Text(
        "Make all inputs ten times as large: by which factor does your dx change, and by which should it?",
        "把所有输入放大十倍：你的 dx 变了几倍？应当变几倍？",
    ),
)
def backward_inverse_std_squared(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    return self.gamma * self.inverse_std**2 / m * (m * dout - self.dbeta - self.normalized * self.dgamma)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dx was divided by inverse_std: what the forward pass multiplies with, the backward pass multiplies with, too.",
        "dx 除以了 inverse_std：前向乘了什么，反向也要乘什么。",
    ),
    hint=Text(
        "Does self.inverse_std hold the standard deviation, or one divided by it?",
        "self.inverse_std 里存的是标准差，还是它的倒数？",
    ),
)
def backward_divided_by_inverse_std(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    return self.gamma / self.inverse_std / m * (m * dout - self.dbeta - self.normalized * self.dgamma)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dx was divided by the number of values once more: the loss is no mean over the batch unless dout says so.",
        "dx 又多除了一次值的个数：损失是否按批取平均，已经体现在 dout 里了。",
    ),
    hint=Text(
        "How often does the number of values divide the straight path?",
        "直接的那条路径上，值的个数除了几次？",
    ),
)
def backward_dx_averaged(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    rest = m * dout - self.dbeta - self.normalized * self.dgamma
    return self.gamma * self.inverse_std / m**2 * rest


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dx has the wrong sign: the step downhill is the optimiser's business.",
        "dx 的符号反了：往下坡走是优化器的事。",
    ),
    hint=Text(
        "What does the loss do when an input moves along dx?",
        "输入沿 dx 方向移动时，损失是增还是减？",
    ),
)
def backward_wrong_sign(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    self.dbeta = np.sum(dout, axis=axes)
    self.dgamma = np.sum(dout * self.normalized, axis=axes)
    return -self.gamma * self.inverse_std / m * (m * dout - self.dbeta - self.normalized * self.dgamma)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma is the sum of dout: gamma multiplied the normalised values, so they weigh the gradient.",
        "dgamma 成了 dout 的和：gamma 乘的是归一化的值，梯度要用它们加权。",
    ),
    hint=Text(
        "y = gamma z + beta. What is the derivative of y by gamma?",
        "y = gamma z + beta，y 对 gamma 的导数是什么？",
    ),
)
def dgamma_is_the_sum_of_dout(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = total, total.copy()
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma is a mean: gamma is used for every value, and the gradients of all its uses add up.",
        "dgamma 取了平均：每个值都用到了 gamma，各处的梯度应当相加。",
    ),
    hint=Text(
        "In how many places does one number gamma enter the output?",
        "同一个 gamma 在输出里出现了多少次？",
    ),
)
def dgamma_averaged(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted / m, total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma was weighed with the centred input: gamma multiplies it only after it was divided.",
        "dgamma 用中心化的输入加权：gamma 乘的是缩放之后的值。",
    ),
    hint=Text(
        "Which array stands next to gamma in the forward pass?",
        "前向中与 gamma 相乘的是哪个数组？",
    ),
)
def dgamma_of_the_centred_input(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted / self.inverse_std, total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma was multiplied by gamma: in a product, the derivative by one factor is the other one.",
        "dgamma 又乘了 gamma：乘积对一个因子的导数，是另一个因子。",
    ),
    hint=Text(
        "y = gamma z. What is the derivative of y by gamma?",
        "y = gamma z，y 对 gamma 的导数是什么？",
    ),
)
def dgamma_times_gamma(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted * self.gamma, total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma was summed over the batch alone, so there is one for every pixel: all pixels use the same gamma.",
        "dgamma 只跨样本求和，结果每个像素一个：所有像素用的是同一个 gamma。",
    ),
    hint=Text(
        "What is the shape of gamma, and what has that of its gradient to be?",
        "gamma 的形状是什么？它的梯度应是什么形状？",
    ),
)
def dgamma_over_the_batch_only(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = np.sum(dout * self.normalized, axis=0), total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma was summed over all features: each has a gamma of its own.",
        "dgamma 把所有特征加在了一起：每个特征有自己的 gamma。",
    ),
    hint=Text(
        "Which axis is the one that must not be summed over?",
        "哪一个轴不应参与求和？",
    ),
)
def dgamma_of_all_features_together(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = np.full(weighted.shape, weighted.sum()), total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma was added to that of the calls before: every call starts afresh.",
        "dgamma 与先前调用的结果累加了：每次调用都应重新计算。",
    ),
    hint=Text(
        "Call backward twice and look at dgamma after each.",
        "连续调用两次 backward，每次之后看一下 dgamma。",
    ),
)
def dgamma_accumulated(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = getattr(self, "dgamma", 0.0) + weighted, total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta is a mean: beta is added to every value, and the gradients of all its uses add up.",
        "dbeta 取了平均：每个值都加了 beta，各处的梯度应当相加。",
    ),
    hint=Text(
        "Raise beta a little: how many outputs rise?",
        "把 beta 提高一点，有多少个输出会随之升高？",
    ),
)
def dbeta_averaged(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total / m
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta is dout itself: it has to have the shape of beta.",
        "dbeta 就是 dout 本身：它应与 beta 同形。",
    ),
    hint=Text(
        "What is the shape of beta, and what has that of its gradient to be?",
        "beta 的形状是什么？它的梯度应是什么形状？",
    ),
)
def dbeta_not_summed(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, dout.copy()
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta was summed over the batch alone, so there is one for every pixel: all pixels use the same beta.",
        "dbeta 只跨样本求和，结果每个像素一个：所有像素用的是同一个 beta。",
    ),
    hint=Text(
        "How many numbers does beta hold, and how many does your dbeta?",
        "beta 里有几个数？你的 dbeta 里有几个？",
    ),
)
def dbeta_over_the_batch_only(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, np.sum(dout, axis=0)
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta was multiplied by gamma: beta is added after the scale.",
        "dbeta 乘了 gamma：beta 是在缩放之后才加上的。",
    ),
    hint=Text(
        "y = gamma z + beta. What is the derivative of y by beta?",
        "y = gamma z + beta，y 对 beta 的导数是什么？",
    ),
)
def dbeta_times_gamma(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total * self.gamma
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta has an axis of length 1 for each axis that was summed over: its shape is (D,).",
        "dbeta 保留了长度为 1 的各个轴：它的形状应是 (D,)。",
    ),
    hint=Text(
        "What does keepdims do to the shape of a sum?",
        "keepdims 对求和结果的形状有什么影响？",
    ),
)
def dbeta_with_all_axes(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, np.sum(dout, axis=axes, keepdims=True)
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dbeta was added to that of the calls before: every call starts afresh.",
        "dbeta 与先前调用的结果累加了：每次调用都应重新计算。",
    ),
    hint=Text(
        "Call backward twice and look at dbeta after each.",
        "连续调用两次 backward，每次之后看一下 dbeta。",
    ),
)
def dbeta_accumulated(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, getattr(self, "dbeta", 0.0) + total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dgamma and dbeta were exchanged.",
        "dgamma 与 dbeta 弄反了。",
    ),
    hint=Text(
        "Which of the two parameters needs the normalised values for its gradient?",
        "两个参数中，哪一个的梯度要用到归一化的值？",
    ),
)
def dgamma_and_dbeta_exchanged(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = total, weighted
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dx was added to that of the calls before: every call starts afresh.",
        "dx 与先前调用的结果累加了：每次调用都应重新计算。",
    ),
    hint=Text(
        "Call backward twice and compare.",
        "连续调用两次 backward，比较一下。",
    ),
)
def dx_accumulated(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total
    self.dx = getattr(self, "dx", 0.0) + dx
    return self.dx.copy()


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "self.normalized was overwritten while the gradient was computed: a second call finds other numbers there.",
        "计算梯度时改写了 self.normalized：再次调用时里面已经不是原来的数。",
    ),
    hint=Text(
        "Which of the arrays that you write into belong to forward?",
        "你写进去的数组里，有哪些是前向留下的？",
    ),
)
def normalized_used_up(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total
    self.normalized *= weighted / m
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dout itself was multiplied by gamma, with *=, and dout belongs to the caller.",
        "用 *= 直接把 dout 乘上了 gamma，而 dout 属于调用者。",
    ),
    hint=Text(
        "Print dout before and after the call.",
        "在调用前后各打印一次 dout。",
    ),
)
def gradient_scaled_in_place(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total
    dout *= self.gamma
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "gamma and beta were moved in backward: a layer finds gradients, and the optimiser makes the steps.",
        "在 backward 里改动了 gamma 和 beta：层只负责求梯度，更新由优化器来做。",
    ),
    hint=Text(
        "Who else holds the array gamma, and what does that one expect to find in it?",
        "还有谁拿着 gamma 这个数组？他指望里面是什么？",
    ),
)
def parameters_moved(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total
    self.gamma -= 0.01 * weighted
    self.beta -= 0.01 * total
    return dx


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "dout was brought to two axes in the order in which it lies in memory, which need not be its own.",
        "按内存中的次序把 dout 变成了二维，而它未必是数组自己的次序。",
    ),
    hint=Text(
        "Hand in a transposed dout, and compare with a copy of it.",
        "传入一个转置过的 dout，再与它的副本比较。",
    ),
)
def gradient_read_in_order_of_memory(self, dout):
    rows = dout.ravel(order="K").reshape(-1, dout.shape[-1])
    values = self.normalized.reshape(rows.shape)
    self.dbeta, self.dgamma = rows.sum(axis=0), (rows * values).sum(axis=0)
    rest = rows - rows.mean(axis=0) - values * self.dgamma / len(rows)
    return (rest * self.gamma * self.inverse_std).reshape(dout.shape)


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    explanation=Text(
        "A feature that does not vary got no gradient: epsilon keeps the root away from 0, and its gradient "
        "is as good as any.",
        "不变化的特征没有得到梯度：epsilon 使根号不为 0，它的梯度与别的特征一样要算。",
    ),
    hint=Text(
        "Move one value of such a feature a little: does the output change?",
        "把这种特征的一个值稍微移动一下，输出会变吗？",
    ),
)
def no_gradient_for_constant_features(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    m = dout.size // dout.shape[-1]
    total, weighted = np.sum(dout, axis=axes), np.sum(dout * self.normalized, axis=axes)
    dx = self.gamma * self.inverse_std / m * (m * dout - total - self.normalized * weighted)
    self.dgamma, self.dbeta = weighted, total
    varies = np.any(np.abs(self.normalized) > 1e-9, axis=axes)
    return np.where(varies, dx, 0.0)


def keeps_output(self, x):
    """A right ``forward`` that keeps its output besides."""
    axes = tuple(range(x.ndim))[:-1]
    centred = x - x.mean(axis=axes)
    self.inverse_std = ((centred**2).mean(axis=axes) + self.epsilon) ** -0.5
    self.normalized = centred * self.inverse_std
    self.out = self.normalized * self.gamma + self.beta
    return self.out


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    companions={"BatchNormLayer.forward": keeps_output},
    explanation=Text(
        "The normalised values were worked out from the output, by dividing by gamma: a gamma of 0 leaves "
        "nothing to divide.",
        "归一化的值是由输出除以 gamma 反推的：gamma 为 0 时就无从反推了。",
    ),
    hint=Text(
        "What does the output still know of the input where gamma is 0?",
        "gamma 为 0 时，从输出还能看出输入是什么吗？",
    ),
)
def normalized_recovered_from_the_output(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    with np.errstate(all="ignore"):
        recovered = (self.out - self.beta) / self.gamma
    self.dbeta, self.dgamma = np.sum(dout, axis=axes), np.sum(dout * recovered, axis=axes)
    rest = dout - dout.mean(axis=axes) - recovered * np.mean(dout * recovered, axis=axes)
    return rest * self.gamma * self.inverse_std


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    companions={"BatchNormLayer.forward": keeps_output},
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
    axes = tuple(range(dout.ndim))[:-1]
    sent = self.out
    self.dbeta, self.dgamma = np.sum(sent, axis=axes), np.sum(sent * self.normalized, axis=axes)
    rest = sent - sent.mean(axis=axes) - self.normalized * np.mean(sent * self.normalized, axis=axes)
    return rest * self.gamma * self.inverse_std


def keeps_normalized_on_the_class(self, x):
    """A ``forward`` that also notes the normalised values on the class."""
    axes = tuple(range(x.ndim))[:-1]
    centred = x - x.mean(axis=axes)
    self.inverse_std = ((centred**2).mean(axis=axes) + self.epsilon) ** -0.5
    self.normalized = type(self).latest = centred * self.inverse_std
    return self.normalized * self.gamma + self.beta


@misconception(
    exercise="batchnorm_backward",
    replaces="BatchNormLayer.backward",
    companions={"BatchNormLayer.forward": keeps_normalized_on_the_class},
    explanation=Text(
        "The normalised values were noted on the class: after another layer's forward they are that one's.",
        "归一化的值记在了类上：别的层做过前向之后，它们就变成了那一层的值。",
    ),
    hint=Text(
        "Run two layers forward, one after the other, then go back through the first.",
        "让两个层先后做前向，再从第一层往回传。",
    ),
)
def normalized_shared_by_layers(self, dout):
    axes = tuple(range(dout.ndim))[:-1]
    values = type(self).latest
    self.dbeta, self.dgamma = np.sum(dout, axis=axes), np.sum(dout * values, axis=axes)
    rest = dout - dout.mean(axis=axes) - values * np.mean(dout * values, axis=axes)
    return rest * self.gamma * self.inverse_std
