"""What people get wrong about a network that reads digits: each a wrong version of one function."""

import numpy as np

from autograder.misconceptions import misconception
from autograder.model import Text


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The exponentials of the scores themselves were taken: from a score of 710 on they are infinite, and "
        "the result is NaN.",
        "直接对分数取了指数：分数超过 709 时指数就成了无穷大，结果是 NaN。",
    ),
    hint=Text(
        "Which number may you subtract from every score of an example without changing a single probability?",
        "从一个样本的所有分数里减去哪个数，概率一个也不会变？",
    ),
)
def scores_not_shifted(scores, labels):
    batch = np.arange(len(labels))
    exponentials = np.exp(scores)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[batch, labels]).mean()
    probabilities[batch, labels] -= 1.0
    return float(loss), probabilities / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The logarithm of the probability was taken: where it is too small for a float it is 0, and the loss "
        "is infinite.",
        "先算出概率再取对数：概率小到浮点数表示不了时就是 0，损失成了无穷大。",
    ),
    hint=Text(
        "Write the logarithm of a quotient as a difference before you compute anything.",
        "先在纸上把商的对数写成差，再动手计算。",
    ),
)
def logarithm_of_a_probability(scores, labels):
    batch = np.arange(len(labels))
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[batch, labels]).mean()
    probabilities[batch, labels] -= 1.0
    return float(loss), probabilities / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "A small number was added to the probability before its logarithm was taken: that hides the infinity, "
        "and the loss of a bad guess is far too small.",
        "取对数之前给概率加了一个很小的数：无穷大是不见了，但猜得很错时损失远远偏小。",
    ),
    hint=Text(
        "What should the loss be where the right class lies 20,000 below another one? What does yours say?",
        "正确类别的分数比别的低 20,000 时，损失应该是多少？你的结果呢？",
    ),
)
def epsilon_in_the_logarithm(scores, labels):
    batch = np.arange(len(labels))
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[batch, labels] + 1e-12).mean()
    probabilities[batch, labels] -= 1.0
    return float(loss), probabilities / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "One number was subtracted from the whole batch: a row that lies far below the largest score of "
        "another row becomes all zeros.",
        "整批分数减去了同一个数：某一行若远低于另一行的最大分数，指数就全部变成 0。",
    ),
    hint=Text(
        "Whose largest score has a say in the probabilities of one example?",
        "一个样本的概率，与谁的最大分数有关？",
    ),
)
def one_shift_for_the_batch(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max()
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[batch, labels])
    dscores = exponentials / totals
    dscores[batch, labels] -= 1.0
    return float(loss), dscores / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The losses of the batch were added up, not averaged: the loss and its gradient grow with the batch.",
        "整批的损失被相加，而没有取平均：损失与梯度会随批的大小增长。",
    ),
    hint=Text(
        "Give the same example twice: what should become of the loss?",
        "把同一个样本放两遍，损失应该怎样变？",
    ),
)
def summed_over_the_batch(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.sum(np.log(totals[:, 0]) - shifted[batch, labels])
    dscores = exponentials / totals
    dscores[batch, labels] -= 1.0
    return float(loss), dscores


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The loss is a mean over the batch and its gradient is not: the factor 1/N is missing there.",
        "损失对整批取了平均，梯度却没有：少了因子 1/N。",
    ),
    hint=Text(
        "Which factor does the mean put in front of every example's loss?",
        "取平均给每个样本的损失乘上了什么因子？",
    ),
)
def gradient_not_averaged(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[batch, labels])
    dscores = exponentials / totals
    dscores[batch, labels] -= 1.0
    return float(loss), dscores


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The gradient was divided by all numbers of the scores, not by the number of examples.",
        "梯度除以了分数的总个数，而不是样本数。",
    ),
    hint=Text(
        "Over what is the mean taken: over examples, or over examples and classes?",
        "平均是对样本取的，还是对样本与类别一起取的？",
    ),
)
def averaged_over_classes_too(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[batch, labels])
    dscores = exponentials / totals
    dscores[batch, labels] -= 1.0
    return float(loss), dscores / scores.size


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The gradient is the probabilities alone: at the right class 1 has to be taken away.",
        "梯度只是概率本身：在正确类别处还要减去 1。",
    ),
    hint=Text(
        "Add the gradient of one example up over its classes: what must come out, if raising all scores alike "
        "changes nothing?",
        "把一个样本的梯度按类别加起来：既然所有分数一起增大不改变任何东西，和应该是多少？",
    ),
)
def right_class_not_subtracted(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[batch, labels])
    return float(loss), exponentials / totals / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The gradient has the wrong sign: it points to where the loss falls, and whoever steps against it "
        "climbs.",
        "梯度的符号反了：它指向损失下降的方向，沿它的反方向走，损失反而上升。",
    ),
    hint=Text(
        "Should the loss rise or fall when the score of the right class rises?",
        "正确类别的分数升高时，损失应该上升还是下降？",
    ),
)
def sign_reversed(scores, labels):
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - shifted[batch, labels])
    dscores = -exponentials / totals
    dscores[batch, labels] += 1.0
    return float(loss), dscores / len(labels)


@misconception(
    exercise="softmax_cross_entropy",
    replaces="softmax_cross_entropy",
    explanation=Text(
        "The scores themselves were shifted in place: they belong to the caller.",
        "直接在传入的分数上做了减法：这个数组属于调用者。",
    ),
    hint=Text(
        "Which of your lines write into an array that was handed in?",
        "你的哪一行改写了传入的数组？",
    ),
)
def scores_shifted_in_place(scores, labels):
    batch = np.arange(len(labels))
    scores -= scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(totals[:, 0]) - scores[batch, labels])
    dscores = exponentials / totals
    dscores[batch, labels] -= 1.0
    return float(loss), dscores / len(labels)


@misconception(
    exercise="dense",
    replaces="DenseLayer.forward",
    explanation=Text(
        "The bias was not added.",
        "没有加上偏置。",
    ),
    hint=Text(
        "What does the layer give for an input of zeros?",
        "输入全是 0 时，这一层给出什么？",
    ),
)
def bias_not_added(self, x):
    self.input_shape = x.shape
    self.rows = x.reshape(len(x), -1)
    return self.rows @ self.weights


@misconception(
    exercise="dense",
    replaces="DenseLayer.forward",
    explanation=Text(
        "A ReLU was applied: a dense layer has none inside, unlike the layer of the convolution.",
        "多做了一次 ReLU：与卷积层不同，全连接层里没有 ReLU。",
    ),
    hint=Text(
        "May a score be negative?",
        "分数可以是负的吗？",
    ),
)
def relu_inside(self, x):
    self.input_shape = x.shape
    self.rows = x.reshape(len(x), -1)
    return np.maximum(self.rows @ self.weights + self.bias, 0.0)


@misconception(
    exercise="dense",
    replaces="DenseLayer.forward",
    explanation=Text(
        "Feature maps were flattened channel by channel: the numbers of an example lie in the order row, "
        "column, channel.",
        "特征图是按通道一个一个展平的：一个样本的数应当按 行、列、通道 的顺序排列。",
    ),
    hint=Text(
        "Which axis runs fastest in a channels-last array?",
        "通道在最后的数组里，哪个轴变化最快？",
    ),
)
def channels_flattened_first(self, x):
    self.input_shape = x.shape
    ordered = x.transpose(0, 3, 1, 2) if x.ndim == 4 else x
    self.rows = ordered.reshape(len(x), -1)
    return self.rows @ self.weights + self.bias


@misconception(
    exercise="dense",
    replaces="DenseLayer.backward",
    explanation=Text(
        "The gradient of the weights was divided by the number of examples: the mean was taken in the loss "
        "already.",
        "权重的梯度又除以了样本数：平均已经在损失里取过了。",
    ),
    hint=Text(
        "Where does the factor 1/N come from, and how often may it be applied?",
        "因子 1/N 从哪里来？它应该出现几次？",
    ),
)
def weights_averaged(self, dout):
    self.dbias = dout.sum(axis=0, keepdims=True)
    self.dweights = self.rows.T @ dout / len(dout)
    return (dout @ self.weights.T).reshape(self.input_shape)


@misconception(
    exercise="dense",
    replaces="DenseLayer.backward",
    explanation=Text(
        "The gradient of the bias was averaged over the examples: every example adds its share, and the mean "
        "was taken in the loss.",
        "偏置的梯度对样本取了平均：每个样本都要加上自己的一份，平均已经在损失里取过了。",
    ),
    hint=Text(
        "How often was the bias used in the forward pass?",
        "前向时偏置被用了几次？",
    ),
)
def bias_averaged(self, dout):
    self.dbias = dout.mean(axis=0, keepdims=True)
    self.dweights = self.rows.T @ dout
    return (dout @ self.weights.T).reshape(self.input_shape)


@misconception(
    exercise="dense",
    replaces="DenseLayer.backward",
    explanation=Text(
        "The gradient of the bias lost an axis: it has to have the shape of the bias, (1, M).",
        "偏置的梯度少了一个轴：它的形状应当与偏置一样，是 (1, M)。",
    ),
    hint=Text(
        "Compare the shapes of dbias and bias.",
        "比较 dbias 与 bias 的形状。",
    ),
)
def bias_without_its_axis(self, dout):
    self.dbias = dout.sum(axis=0)
    self.dweights = self.rows.T @ dout
    return (dout @ self.weights.T).reshape(self.input_shape)


@misconception(
    exercise="dense",
    replaces="DenseLayer.backward",
    explanation=Text(
        "The gradient of the input came back flat: the layer before has to get it in the shape of its own "
        "output.",
        "输入的梯度仍是展平的：前一层需要的是与它自己的输出同样形状的梯度。",
    ),
    hint=Text(
        "In what shape did the input arrive?",
        "输入来的时候是什么形状？",
    ),
)
def shape_not_given_back(self, dout):
    self.dbias = dout.sum(axis=0, keepdims=True)
    self.dweights = self.rows.T @ dout
    return dout @ self.weights.T


@misconception(
    exercise="dense",
    replaces="DenseLayer.backward",
    explanation=Text(
        "Gradients were added to those of the call before: every backward has to set them afresh.",
        "梯度加到了上一次调用的结果上：每次 backward 都应当重新计算。",
    ),
    hint=Text(
        "What do dweights and dbias hold after two calls?",
        "调用两次之后，dweights 和 dbias 里是什么？",
    ),
)
def gradients_pile_up(self, dout):
    self.dbias = getattr(self, "dbias", 0.0) + dout.sum(axis=0, keepdims=True)
    self.dweights = getattr(self, "dweights", 0.0) + self.rows.T @ dout
    return (dout @ self.weights.T).reshape(self.input_shape)


@misconception(
    exercise="network_gradient",
    replaces="Network.backward",
    explanation=Text(
        "The gradient was sent through the layers in the order of the forward pass: the chain rule begins at "
        "the loss.",
        "梯度按前向的顺序穿过各层：链式法则要从损失那一端开始。",
    ),
    hint=Text(
        "Which layer's output do you have the gradient of?",
        "你手里的梯度，是关于哪一层输出的？",
    ),
)
def chain_from_the_front(self, dscores):
    gradient = dscores
    for layer in self.layers:
        gradient = layer.backward(gradient)
    return gradient


@misconception(
    exercise="network_gradient",
    replaces="Network.backward",
    explanation=Text(
        "The gradient was divided by the number of images once more: the mean belongs to the loss.",
        "梯度又除以了一次图像数：取平均是损失的事。",
    ),
    hint=Text(
        "Whose gradient is dscores?",
        "dscores 是谁的梯度？",
    ),
)
def averaged_once_more(self, dscores):
    gradient = dscores / len(dscores)
    for layer in reversed(self.layers):
        gradient = layer.backward(gradient)
    return gradient


@misconception(
    exercise="network_gradient",
    replaces="Network.forward",
    explanation=Text(
        "The network gives probabilities: backward knows nothing of that last softmax, which belongs to the "
        "loss.",
        "网络给出的是概率：最后那次 softmax 属于损失，backward 并不知道它。",
    ),
    hint=Text(
        "Which steps of forward have no counterpart in backward?",
        "forward 的哪一步在 backward 里没有对应？",
    ),
)
def probabilities_not_scores(self, images):
    out = images
    for layer in self.layers:
        out = layer.forward(out)
    exponentials = np.exp(out - out.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@misconception(
    exercise="network_gradient",
    replaces="Network.parameters",
    explanation=Text(
        "Copies of the arrays were handed out: whoever trains them changes nothing in the network.",
        "给出的是数组的副本：训练改变的只是副本，网络不受影响。",
    ),
    hint=Text(
        "Is an array you multiply with in forward the very one that you hand out?",
        "forward 里相乘的那个数组，就是你给出去的那个吗？",
    ),
)
def copies_handed_out(self):
    return [
        (getattr(layer, name).copy(), getattr(layer, f"d{name}"))
        for layer in self.layers
        for name in ("weights", "bias", "gamma", "beta")
        if hasattr(layer, name)
    ]


@misconception(
    exercise="network_gradient",
    replaces="Network.parameters",
    explanation=Text(
        "Gamma and beta of the batch normalisation were left out: they would keep their first values for "
        "ever.",
        "漏掉了批归一化的 gamma 与 beta：它们会永远停在初始值。",
    ),
    hint=Text(
        "Which layers set a gradient that nobody asks for?",
        "哪些层设置了没有人去取的梯度？",
    ),
)
def normalisation_left_out(self):
    return [
        (getattr(layer, name), getattr(layer, f"d{name}"))
        for layer in self.layers
        for name in ("weights", "bias")
        if hasattr(layer, name)
    ]


@misconception(
    exercise="network_gradient",
    replaces="Network.parameters",
    explanation=Text(
        "Each parameter was paired with the gradient of another one.",
        "参数与别的参数的梯度配成了对。",
    ),
    hint=Text(
        "Print the shapes and the names side by side.",
        "把名字与形状并排打印出来看看。",
    ),
)
def gradients_in_another_order(self):
    arrays = [getattr(layer, name) for layer in self.layers for name in ("weights", "bias", "gamma", "beta")
              if hasattr(layer, name)]
    gradients = [getattr(layer, f"d{name}") for layer in self.layers for name in ("weights", "bias", "beta", "gamma")
                 if hasattr(layer, name)]
    return list(zip(arrays, gradients))


@misconception(
    exercise="network_gradient",
    replaces="build_network",
    explanation=Text(
        "All weights begin at 0: every filter computes the same, gets the same gradient, and stays like all "
        "the others.",
        "所有权重都从 0 开始：每个卷积核算出一样的东西、得到一样的梯度，永远彼此相同。",
    ),
    hint=Text(
        "What could make two filters of one layer differ after the first step?",
        "第一步之后，同一层的两个卷积核靠什么变得不同？",
    ),
)
def weights_of_zero(rng):
    return Network(
        [
            ConvLayer(np.zeros((9, 8)), np.zeros((1, 8)), (3, 3), padding=1),
            BatchNormLayer(np.ones(8), np.zeros(8)),
            MaxPoolingLayer((2, 2), 2),
            DenseLayer(np.zeros((128, 10)), np.zeros((1, 10))),
        ]
    )


@misconception(
    exercise="network_gradient",
    replaces="build_network",
    explanation=Text(
        "The weights come from a generator of the function's own: all networks begin alike, whatever rng is "
        "passed in.",
        "权重来自函数自己建的随机数生成器：无论传入什么 rng，网络的开头都一样。",
    ),
    hint=Text(
        "Where in your function does rng appear?",
        "你的函数里哪里用到了 rng？",
    ),
)
def generator_of_its_own(rng):
    fixed = np.random.default_rng(0)
    return Network(
        [
            ConvLayer(fixed.normal(scale=0.4, size=(9, 8)), np.zeros((1, 8)), (3, 3), padding=1),
            BatchNormLayer(np.ones(8), np.zeros(8)),
            MaxPoolingLayer((2, 2), 2),
            DenseLayer(fixed.normal(scale=0.1, size=(128, 10)), np.zeros((1, 10))),
        ]
    )


@misconception(
    exercise="network_gradient",
    replaces="build_network",
    explanation=Text(
        "Without a convolution and a normalisation the network is a single dense layer on pooled pixels.",
        "网络里没有卷积和归一化，只是在池化后的像素上接了一个全连接层。",
    ),
    hint=Text(
        "Which of your earlier modules does build_network use?",
        "build_network 用到了你以前写的哪些模块？",
    ),
)
def no_convolution(rng):
    weights = rng.normal(scale=0.2, size=(16, 10))
    return Network([MaxPoolingLayer((2, 2), 2), DenseLayer(weights, np.zeros((1, 10)))])


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "The steps go along the gradient, uphill: the loss grows.",
        "沿着梯度的方向走，是在上坡：损失会增大。",
    ),
    hint=Text(
        "Print the loss of the first ten batches.",
        "打印前十批的损失看看。",
    ),
)
def uphill(images, labels, rng):
    network = build_network(rng)
    for _ in range(2):
        order = rng.permutation(len(images))
        for start in range(0, len(images), 32):
            batch = order[start : start + 32]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            for array, gradient in network.parameters():
                array += 0.1 * gradient
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "A new array was computed and forgotten: the network still holds the old one.",
        "算出了新的数组却没有放回去：网络里还是原来的数组。",
    ),
    hint=Text(
        "What is the difference between a -= b and a = a - b for whoever else holds a?",
        "对同样拿着 a 的别人来说，a -= b 与 a = a - b 有什么不同？",
    ),
)
def arrays_rebound(images, labels, rng):
    network = build_network(rng)
    for _ in range(2):
        order = rng.permutation(len(images))
        for start in range(0, len(images), 32):
            batch = order[start : start + 32]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            for array, gradient in network.parameters():
                array = array - 0.1 * gradient
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "The images were shuffled and the labels were not: most images are taught with another one's label.",
        "图像打乱了顺序，标签却没有：多数图像学到的是别人的标签。",
    ),
    hint=Text(
        "Are images[i] and labels[i] still about the same digit?",
        "images[i] 和 labels[i] 说的还是同一个数字吗？",
    ),
)
def labels_not_shuffled(images, labels, rng):
    network = build_network(rng)
    for _ in range(2):
        order = rng.permutation(len(images))
        for start in range(0, len(images), 32):
            batch = order[start : start + 32]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[start : start + 32])
            network.backward(dscores)
            for array, gradient in network.parameters():
                array -= 0.1 * gradient
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "Only the first batch of each epoch was used.",
        "每一轮都只用了第一批图像。",
    ),
    hint=Text(
        "How many images does the network see in one epoch?",
        "一轮里网络看到了多少张图像？",
    ),
)
def first_batch_only(images, labels, rng):
    network = build_network(rng)
    for _ in range(2):
        order = rng.permutation(len(images))
        for start in range(0, 32, 32):
            batch = order[start : start + 32]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            for array, gradient in network.parameters():
                array -= 0.1 * gradient
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "Training ended long before the loss was near 0: a few steps, and small ones.",
        "损失还远没有接近 0 就停止了训练：只走了几步，而且步子很小。",
    ),
    hint=Text(
        "Plot the loss: is it still falling at the end?",
        "画出损失曲线：最后它还在下降吗？",
    ),
)
def stopped_too_early(images, labels, rng):
    network = build_network(rng)
    for _ in range(2):
        order = rng.permutation(len(images))
        for start in range(0, len(images), 32):
            batch = order[start : start + 32]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            for array, gradient in network.parameters():
                array -= 0.002 * gradient
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "The caller's images and labels were shuffled in place.",
        "直接打乱了调用者的图像和标签数组。",
    ),
    hint=Text(
        "To whom do images and labels belong? Draw an order instead.",
        "images 和 labels 是谁的？可以改为抽取一个顺序。",
    ),
)
def arguments_shuffled(images, labels, rng):
    network = build_network(rng)
    steps = []
    for epoch in range(12):
        state = rng.bit_generator.state
        rng.shuffle(images)
        rng.bit_generator.state = state
        rng.shuffle(labels)
        for start in range(0, len(images), 64):
            batch = slice(start, start + 64)
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            steps = steps or [np.zeros_like(array) for array, _ in network.parameters()]
            for step, (array, gradient) in zip(steps, network.parameters()):
                step *= 0.9
                step -= 0.05 * (1 - epoch / 12) * gradient
                array += step
    return network


@misconception(
    exercise="accuracy",
    replaces="train",
    explanation=Text(
        "The order of the images comes from numpy's global random state: nobody who passes in an rng can "
        "repeat it.",
        "图像的顺序取自 numpy 的全局随机状态：传入 rng 的人无法重现结果。",
    ),
    hint=Text(
        "Which lines of yours draw random numbers, and from where?",
        "你的哪几行取了随机数？从哪里取的？",
    ),
)
def global_random_numbers(images, labels, rng):
    network = build_network(rng)
    steps = []
    for epoch in range(12):
        order = np.random.permutation(len(images))
        for start in range(0, len(images), 64):
            batch = order[start : start + 64]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            steps = steps or [np.zeros_like(array) for array, _ in network.parameters()]
            for step, (array, gradient) in zip(steps, network.parameters()):
                step *= 0.9
                step -= 0.05 * (1 - epoch / 12) * gradient
                array += step
    return network


@misconception(
    exercise="accuracy",
    replaces="predict",
    explanation=Text(
        "The digit with the lowest score was given.",
        "给出的是分数最低的数字。",
    ),
    hint=Text(
        "Is a high score good or bad for the loss?",
        "分数高，损失是大还是小？",
    ),
)
def lowest_score(network, images):
    return network.forward(images).argmin(axis=1)


@misconception(
    exercise="accuracy",
    replaces="predict",
    explanation=Text(
        "For each digit the best image was given, not for each image the best digit.",
        "给出的是每个数字最像的那张图像，而不是每张图像最像的那个数字。",
    ),
    hint=Text(
        "How many answers should there be for 7 images?",
        "7 张图像应该有几个答案？",
    ),
)
def best_image_of_each_digit(network, images):
    return network.forward(images).argmax(axis=0)


@misconception(
    exercise="accuracy",
    replaces="predict",
    explanation=Text(
        "The highest score was given, not the digit that has it.",
        "给出的是最高的分数，而不是得到这个分数的数字。",
    ),
    hint=Text(
        "What is the difference between max and argmax?",
        "max 与 argmax 有什么区别？",
    ),
)
def score_not_digit(network, images):
    return network.forward(images).max(axis=1)
