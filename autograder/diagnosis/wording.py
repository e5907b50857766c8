"""What is said of answers that no known misconception gives, in both languages: ``{what}`` is the array's name."""

from __future__ import annotations

from autograder.compare import close_up
from autograder.model import Text


def filled(text: Text, **values: object) -> Text:
    """The text with its placeholders filled in, those that are texts in each language by themselves."""
    en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
    zh = {key: value.zh if isinstance(value, Text) else value for key, value in values.items()}
    return Text(text.en.format(**en), close_up(text.zh.format(**zh)))


CONSISTENT = Text(
    "your backward is exactly the gradient of your own forward, but the forward computes something else than asked: "
    "it is one mistake made in both",
    "你的反向传播正好是你自己前向传播的梯度，但前向传播算的不是题目要求的东西：两处犯的是同一个错误",
)
CONSISTENT_HINT = Text(
    "Mend the forward first, then make the same change in the backward.",
    "先改正前向传播，再对反向传播做同样的修改。",
)

OWN_FORWARD = Text(
    "{what} was compared with the slope of your own forward pass, which is wrong itself: mend that first",
    "{what} 是与你自己前向传播的斜率对照的，而前向传播本身有错：请先改正前向传播",
)
OWN_FORWARD_HINT = Text(
    "What is wrong with forward is said at its own exercise. Whether anything is wrong here shows only after that.",
    "前向传播错在哪里，见它自己的那道题。这里是否还有错，要等它改对之后才看得出来。",
)

SINGLE = Text(
    "{what} is right, but only to a few digits: every number in it is one of single precision",
    "{what} 是对的，但只精确到几位数字：其中每个数都是单精度的",
)
SINGLE_HINT = Text(
    "Look for float32 and for dtype= in your code: float64 is numpy's default.",
    "在代码中查找 float32 和 dtype=：numpy 默认就是 float64。",
)
IMPRECISE = Text(
    "{what} is right to a few digits, but not beyond them",
    "{what} 只有前几位数字是对的，再往后就不对了",
)
IMPRECISE_HINT = Text(
    "Is something small added in another place than asked, a constant rounded, or a step done in float32?",
    "是不是某个很小的数加错了位置、某个常数取了近似值，或者有一步用了 float32？",
)
NOT_FINITE = Text("{what} holds values that are NaN or infinite", "{what} 中有 NaN 或无穷大")
NOT_FINITE_HINT = Text(
    "Look for a division by zero, a logarithm of zero or an array that was never filled (np.empty).",
    "检查是否除以了零、对零取了对数，或者数组从未赋值（np.empty）。",
)
ALL_ZERO = Text("{what} is zero everywhere", "{what} 处处为零")
ALL_ZERO_HINT = Text(
    "Is the array that you return the one that you filled?",
    "你返回的数组，是你填过值的那一个吗？",
)
SIGN = Text("{what} has the wrong sign everywhere", "{what} 的符号处处相反")
SIGN_HINT = Text(
    "A gradient points uphill: nothing in this pass turns its sign.",
    "梯度指向上升方向：这一步里没有任何地方会改变符号。",
)
TIMES = Text(
    "{what} is too large everywhere: the factor is {meaning}",
    "{what} 处处偏大，倍数恰好是{meaning}",
)
DIVIDED = Text(
    "{what} is too small everywhere: it is as if divided by {meaning}",
    "{what} 处处偏小，相当于多除以了{meaning}",
)
FACTOR_HINT = Text(
    "Write the formula for one output, and count how often each factor stands in it.",
    "写出单个输出的公式，数一数每个因子出现了几次。",
)
CONSTANT_FACTOR = Text(
    "{what} is wrong by the same factor everywhere: it is {factor} times what it should be",
    "{what} 处处差同样的倍数：是应有值的 {factor} 倍",
)
VARYING_FACTOR = Text(
    "{what} is right up to a factor, which changes from case to case: it is {factors} times what it should be",
    "{what} 只差一个倍数，而这个倍数随用例变化：是应有值的 {factors} 倍",
)
SOMETIMES_FACTOR = Text(
    "{what} is right in some cases, and right up to a factor in others: there it is {factors} times what it should be",
    "{what} 在有的用例中完全正确，在其余用例中只差一个倍数：是应有值的 {factors} 倍",
)
OR_ANOTHER = Text(" or some other number of", " 或其他")
TWICE = Text("{what} is twice what it should be", "{what} 是应有值的两倍")
TWICE_HINT = Text(
    "Is something from an earlier call still there, and added to? Every call starts afresh.",
    "上一次调用留下的东西是不是还在，又被加了上去？每次调用都应重新开始。",
)
WHOLE = Text(
    "{what} holds whole numbers only: everything behind the decimal point got lost",
    "{what} 里全是整数：小数部分丢失了",
)
WHOLE_HINT = Text(
    "Look for an array of integers that you write into, for int() and for //.",
    "检查是否写入了整数类型的数组，是否用了 int() 或 //。",
)
OFFSET = Text("{what} is off by the same amount everywhere", "{what} 处处差同样的量")
OFFSET_HINT = Text(
    "Something is added, or left out, once for every element.",
    "每个元素都多加了或少加了同一个量。",
)
TRANSPOSED = Text(
    "{what} holds the right values with two axes exchanged ({axes})",
    "{what} 的数值是对的，但有两个轴颠倒了（{axes}）",
)
TRANSPOSED_HINT = Text(
    "Write down what each axis stands for before and after every transpose and reshape.",
    "在每次 transpose 和 reshape 前后，写下每个轴代表什么。",
)
FLIPPED = Text("{what} is in reverse order by {axes}", "{what} 按{axes}颠倒了次序")
FLIPPED_HINT = Text(
    "Which index is the first one: does your slice run forwards?",
    "下标从哪一端开始？你的切片方向对吗？",
)
SHIFTED = Text("{what} is shifted by one {one}", "{what} 错开了一{one}")
SHIFTED_HINT = Text(
    "Check where the first window starts, and whether you count from 0 or from 1.",
    "检查第一个窗口从哪里开始，下标是从 0 还是从 1 数起。",
)
ONLY_REGION = Text("{what} is right except in {region}", "{what} 只有{region}不对，其余都对")
ONLY_REGION_HINT = Text(
    "Work one small input out by hand where just this happens.",
    "取一个恰好出现这种情形的小输入，手算一遍。",
)
ENDS = {0: Text("the first {one}", "第一{one}"), -1: Text("the last {one}", "最后一{one}")}
ENDS_OF_AXIS = {
    0: Text("the first place along axis {number}", "轴 {number} 的第一个位置"),
    -1: Text("the last place along axis {number}", "轴 {number} 的最后一个位置"),
}
ONLY_AT = Text("{what} is wrong in {place} only", "{what} 只有{place}不对，其余都对")
ONLY_AT_HINT = Text(
    "Is a loop or a slice one short, or one too long?",
    "循环或切片是不是少了一个，或多了一个？",
)
RIGHT_AT = Text("{what} is right in {place} only", "{what} 只有{place}是对的")
RIGHT_AT_HINT = Text(
    "An index is fixed that should run over the whole axis.",
    "本应遍历整个轴的下标被固定住了。",
)
BORDER = Text("{what} is right inside and wrong only at the border", "{what} 内部是对的，只有边缘不对")
BORDER_HINT = Text(
    "Which windows touch the border, and where do the last ones end?",
    "哪些窗口挨着边缘？最后的窗口在哪里结束？",
)
PERMUTED = Text("{what} holds the right values, but in the wrong cells", "{what} 的数值都对，但放错了位置")
PERMUTED_HINT = Text(
    "Compare the order in which you write with the order in which you read: a reshape keeps the last axis fastest.",
    "对照写入与读取的次序：reshape 总是让最后一个轴变化最快。",
)
ZERO_WHERE_NOT = Text(
    "{what} is zero in cells where it should not be, and right everywhere else",
    "{what} 在一些不应为零的位置是零，其余都对",
)
ZERO_WHERE_NOT_HINT = Text(
    "Which cells feed an output, but get nothing back?",
    "哪些单元参与了某个输出，却没有得到梯度？",
)
NOT_ZERO = Text(
    "{what} is right except in cells where it should be zero",
    "{what} 只在本应为零的位置不对",
)
NOT_ZERO_HINT = Text(
    "Change one of these cells in the input: does any output notice?",
    "改变输入中这样的一个单元：会有输出跟着变吗？",
)
FALSE_WHERE_TRUE = Text(
    "{what} is False in places where it should be True, and right everywhere else",
    "{what} 在一些应为 True 的位置是 False，其余都对",
)
TRUE_WHERE_FALSE = Text(
    "{what} is True in places where it should be False, and right everywhere else",
    "{what} 在一些应为 False 的位置是 True，其余都对",
)
FLAGS_HINT = Text(
    "What do the inputs at these places have in common? Try one that lies exactly on the boundary, too.",
    "这些位置上的输入有什么共同之处？也试一个恰好在分界上的数。",
)
NEGATIVE = Text(
    "{what} is negative where it should be 0, and right everywhere else",
    "{what} 在应为 0 的位置是负数，其余都对",
)
NEGATIVE_HINT = Text(
    "Is the ReLU missing, or does it come only after this was stored?",
    "是不是漏了 ReLU，或者在保存之后才做 ReLU？",
)
OUTSIDE = Text(
    "{what} holds numbers that no cell of a window has",
    "{what} 中有的数超出了窗口内单元的编号",
)
OUTSIDE_HINT = Text(
    "Is it a place in the window that is asked for, or one in the whole input? How many cells does a window have?",
    "要求的是窗口内的位置，还是整个输入中的位置？一个窗口有几个单元？",
)
SAME_SUM = Text(
    "{what} has the right sum, but it is spread over the wrong cells",
    "{what} 的总和是对的，但分到了错误的位置",
)
SAME_SUM_HINT = Text(
    "Nothing got lost: look at where each piece is added, not at how large it is.",
    "没有丢失什么：请检查每一份加到了哪里，而不是它有多大。",
)
WRONG_SHAPE_RIGHT_CONTENTS = Text(
    "{what} has the wrong shape but the right contents, in the right order",
    "{what} 的内容与次序都对，但形状不对",
)
WRONG_SHAPE_RIGHT_CONTENTS_HINT = Text(
    "Only the last step is missing: give the array the shape that the task names.",
    "只差最后一步：把数组变成题目要求的形状。",
)
WRONG_ORDER_OF_AXES = Text(
    "{what} holds the right values, but its axes come in another order",
    "{what} 的数值是对的，但各轴的次序不对",
)
WRONG_SHAPE_OTHER_ORDER = Text(
    "{what} has the wrong shape, and the right values in another order",
    "{what} 的形状不对，数值都在，但次序不对",
)
WRONG_SHAPE = Text("{what} has the wrong shape", "{what} 的形状不对")
WRONG_SHAPE_HINT = Text(
    "Print the shape after every step. A gradient has the shape of what it is the gradient of.",
    "每一步之后打印形状。梯度与它所对应的变量同形。",
)
WRONG_DTYPE_HINT = Text(
    "Print .dtype after every step: np.zeros makes floats, a comparison booleans, and arithmetic with floats floats.",
    "每一步之后打印 .dtype：np.zeros 得到浮点数，比较得到布尔值，与浮点数运算得到浮点数。",
)
NO_ARRAY = Text("{what} is no array of numbers of the right kind", "{what} 不是合适类型的数值数组")
NO_ARRAY_HINT = Text("Print type(...) and .dtype of what you return.", "打印返回值的 type(...) 和 .dtype。")
DIFFERENT = Text("{what} differs from what is right in most cells", "{what} 与正确结果在多数位置上不同")
PARTLY_DIFFERENT = Text("{what} is right in most cells and wrong in some", "{what} 多数位置是对的，少数不对")
DIFFERENT_HINT = Text(
    "Take the smallest input you can think of, work it out by hand, and print every step.",
    "取你能想到的最小的输入手算一遍，并打印每一步。",
)
RAISES = Text("your code raises an exception where it should answer", "你的代码在应当给出结果时抛出了异常")
RAISES_HINT = Text(
    "Read the traceback from its last line upwards: which line of yours is it?",
    "从回溯信息的最后一行往上看：是你的哪一行？",
)
STOPPED = Text("your code does not come to an end, or ends the program", "你的代码没有正常结束，或使程序中止")
STOPPED_HINT = Text("Which loop might never end? Is there an exit()?", "哪个循环可能不会结束？有没有调用 exit()？")
CHANGED = Text("{what}, which belongs to the caller, is changed", "修改了属于调用者的 {what}")
CHANGED_HINT = Text(
    "In-place operators (+=, /=, out=) write into the array you were given: work on a new one.",
    "就地运算（+=、/=、out=）会写进传入的数组：请在新数组上计算。",
)
NO_ERROR = Text("impossible sizes are not refused with a ValueError", "遇到不可能的尺寸时没有抛出 ValueError")
NO_ERROR_HINT = Text(
    "Which sizes have no answer? Say so before you compute.",
    "哪些尺寸没有答案？请在计算之前指出来。",
)
NOT_DERIVED_HINT = Text(
    "Differences of the forward pass are good for checking a gradient, not for computing one: use the chain rule.",
    "用前向传播的差分可以检验梯度，但不能用来计算梯度：请用链式法则推导。",
)
TOO_SLOW = Text("the answer is right but takes too long", "结果是对的，但用时太长")
TOO_SLOW_HINT = Text("Let numpy work on whole arrays instead of a loop.", "用 numpy 对整个数组运算，不要写循环。")
WRONG_NUMBER = Text("{what} is not right", "{what} 不对")
WRONG_NUMBER_HINT = Text("Try the smallest sizes by hand.", "用最小的尺寸手算一遍。")

OTHER_HINT = Text(
    "It is not the numbers of an answer that are wrong: look in your code for what this sentence names.",
    "不是结果的数值有错：请在代码中找这句话所说的地方。",
)

ALL_AMONG = Text("Every wrong cell is one of: {region}.", "所有出错的单元都属于：{region}。")
OF_OWN_FORWARD = Text(
    "It is compared with the slope of your own forward pass.",
    "对照的是你自己前向传播的斜率。",
)
SUM_IS_RIGHT = Text(
    "The sum of all cells is right: nothing is lost, it is in the wrong places.",
    "所有单元之和是对的：没有丢失什么，只是放错了位置。",
)
WINDOW_SUM_IS_RIGHT = Text("The only window over the worst cell has the right sum.", "覆盖它的那个窗口，总和是对的。")
WINDOW_SUM_IS_WRONG = Text(
    "The only window over the worst cell does not have the right sum.", "覆盖它的那个窗口，总和不对。"
)
ROW = Text("row", "行")

AXIS = Text("axis-{number} index", "轴 {number} 下标")
COLUMN = Text("column", "列")
PLAIN_AXES = {1: (Text("place", "位置"),), 2: (ROW, COLUMN)}
"""What axes are called that a case has no names for, by how many there are."""
AND = Text(" and ", "和")
