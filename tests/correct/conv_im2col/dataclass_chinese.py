"""卷积层：用 im2col 展开成矩阵乘法。"""
from dataclasses import InitVar, dataclass, field
from typing import Optional

import numpy as np


def 输出长度(长: int, 核: int, 步长: int, 填充: int) -> int:
    """一个方向上卷积核能放几次。"""
    if 核 < 1 or 步长 < 1:
        raise ValueError("卷积核与步长至少为 1")
    if 填充 < 0:
        raise ValueError("填充不能为负")
    余 = 长 + 2 * 填充 - 核
    if 余 < 0:
        raise ValueError("卷积核比填充后的输入还大")
    return 余 // 步长 + 1


def 重叠部分(偏移: int, 长: int, 个数: int, 步长: int, 填充: int):
    """核里第“偏移”个位置落在输入内部的那些输出，以及对应的输入位置。"""
    首 = max(0, -((偏移 - 填充) // 步长))                   # 第一个不落在填充里的输出
    末 = min(个数, (长 - 1 + 填充 - 偏移) // 步长 + 1)       # 最后一个之后
    末 = max(首, 末)
    起 = 首 * 步长 + 偏移 - 填充
    return slice(首, 末), slice(起, 起 + (末 - 首) * 步长, 步长)


def 各位置(形状, 核形状, 步长, 填充):
    _, 高, 宽, _ = 形状
    出高 = 输出长度(高, 核形状[0], 步长, 填充)
    出宽 = 输出长度(宽, 核形状[1], 步长, 填充)
    列表 = []
    for 行, 列 in np.ndindex(*核形状):
        出行, 入行 = 重叠部分(行, 高, 出高, 步长, 填充)
        出列, 入列 = 重叠部分(列, 宽, 出宽, 步长, 填充)
        列表.append(((行, 列), (出行, 出列), (入行, 入列)))
    return 出高, 出宽, 列表


def im2col(x, filter_shape, stride, padding):
    """不建填充数组：落在填充里的位置本来就是零。"""
    出高, 出宽, 列表 = 各位置(x.shape, filter_shape, stride, padding)
    批, _, _, 深 = x.shape
    展开 = np.zeros((批, 出高, 出宽, *filter_shape, 深))
    for (行, 列), (出行, 出列), (入行, 入列) in 列表:
        展开[:, 出行, 出列, 行, 列] = x[:, 入行, 入列]
    return 展开.reshape(批 * 出高 * 出宽, -1)


def col2im(columns, input_shape, filter_shape, stride, padding):
    """im2col 的转置：重叠处相加，填充处丢掉。"""
    出高, 出宽, 列表 = 各位置(input_shape, filter_shape, stride, padding)
    展开 = columns.reshape(input_shape[0], 出高, 出宽, *filter_shape, input_shape[3])
    图像 = np.zeros(input_shape)
    for (行, 列), (出行, 出列), (入行, 入列) in 列表:
        图像[:, 入行, 入列] += 展开[:, 出行, 出列, 行, 列]
    return 图像


@dataclass(eq=False, repr=False)
class ConvLayer:
    weights: np.ndarray
    bias: np.ndarray
    filter_shape: tuple
    stride: int = 1
    padding: int = 0
    训练: InitVar[bool] = True
    input_shape: Optional[tuple] = field(default=None, init=False)
    columns: Optional[np.ndarray] = field(default=None, init=False)
    filter_data: Optional[np.ndarray] = field(default=None, init=False)
    dweights: Optional[np.ndarray] = field(default=None, init=False)
    dbias: Optional[np.ndarray] = field(default=None, init=False)

    def __post_init__(self, 训练):
        self.记录 = [] if 训练 else None

    @property
    def 参数(self):
        return self.filter_shape, self.stride, self.padding

    def forward(self, x):
        self.input_shape = x.shape
        self.columns = im2col(x, *self.参数)
        self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0)
        出高 = 输出长度(x.shape[1], self.filter_shape[0], self.stride, self.padding)
        出宽 = 输出长度(x.shape[2], self.filter_shape[1], self.stride, self.padding)
        return self.filter_data.reshape(x.shape[0], 出高, 出宽, -1)

    def backward(self, dout):
        梯度 = dout.reshape(self.filter_data.shape)
        梯度 = np.where(self.filter_data <= 0, 0, 梯度)     # 先过 ReLU
        self.dweights = self.columns.T @ 梯度
        self.dbias = 梯度.sum(axis=0, keepdims=True)
        if self.记录 is not None:
            self.记录.append(float(np.abs(self.dweights).max(initial=0)))
        return col2im(梯度 @ self.weights.T, self.input_shape, *self.参数)
