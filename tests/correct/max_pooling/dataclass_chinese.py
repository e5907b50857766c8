"""最大池化：前向、反向、矩阵形式与快速版本。"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


class 几何错误(ValueError):
    """窗口、步长或输入尺寸不合理。"""


@dataclass(frozen=True)
class 几何:
    """一次池化的全部尺寸。"""

    高: int
    宽: int
    窗高: int
    窗宽: int
    步长: int

    def __post_init__(self):
        # 不合理的几何在这里就报错
        pooled_size(self.高, self.窗高, self.步长)
        pooled_size(self.宽, self.窗宽, self.步长)

    @property
    def 输出高(self) -> int:
        return pooled_size(self.高, self.窗高, self.步长)

    @property
    def 输出宽(self) -> int:
        return pooled_size(self.宽, self.窗宽, self.步长)

    def 切片(self, 行: int, 列: int) -> tuple[slice, slice]:
        """所有窗口中第（行，列）个格子在输入里的位置。"""
        return (
            slice(行, 行 + self.输出高 * self.步长, self.步长),
            slice(列, 列 + self.输出宽 * self.步长, self.步长),
        )


@dataclass
class 缓存:
    形状: tuple[int, ...]
    尺寸: 几何
    序号: np.ndarray = field(repr=False)


def pooled_size(size, window, stride):
    """输出的行数（或列数）；不足一个窗口的尾部被裁掉。"""
    if window < 1 or stride < 1 or size < 1:
        raise 几何错误("尺寸和步长至少为一")
    if window > size:
        raise 几何错误("窗口比输入还大")
    return (size - window + stride) // stride


@dataclass(eq=False)
class MaxPoolingLayer:
    window: tuple[int, int]
    stride: int
    input_shape: tuple[int, ...] | None = field(default=None, init=False)
    max_index: np.ndarray | None = field(default=None, init=False, repr=False)

    def __post_init__(self):
        if self.stride < 1 or any(边 < 1 for 边 in self.window):
            raise 几何错误("窗口和步长必须为正")

    def 尺寸(self) -> 几何:
        _, 高, 宽, _ = self.input_shape
        return 几何(高, 宽, *self.window, self.stride)

    def forward(self, x):
        self.input_shape = x.shape
        尺寸 = self.尺寸()
        格子 = [x[:, 竖, 横] for 竖, 横 in (尺寸.切片(*位) for 位 in np.ndindex(*self.window))]
        全部 = np.stack(格子, axis=-1)
        self.max_index = 全部.argmax(axis=-1)   # 并列时取第一个
        return 全部.max(axis=-1)

    def backward(self, dout):
        尺寸 = self.尺寸()
        梯度 = np.zeros(self.input_shape)
        for 号, 位 in enumerate(np.ndindex(*self.window)):
            竖, 横 = 尺寸.切片(*位)
            梯度[:, 竖, 横] += (self.max_index == 号) * dout
        return 梯度


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    """每一行是一个窗口，每一列是窗口里的一个格子。"""
    批, 高, 宽, 深 = input_shape
    尺寸 = 几何(高, 宽, *window, stride)
    展开 = max_mask * dout.reshape(-1, 1)
    梯度 = np.zeros(input_shape)
    for 列号, 位 in zip(展开.T, np.ndindex(*window)):
        竖, 横 = 尺寸.切片(*位)
        梯度[:, 竖, 横] += 列号.reshape(批, 尺寸.输出高, 尺寸.输出宽, 深)
    return 梯度


def max_pool_forward_fast(x, window, stride):
    尺寸 = 几何(x.shape[2], x.shape[3], *window, stride)
    最大, 序号 = None, None
    for 号, 位 in enumerate(np.ndindex(*window)):
        竖, 横 = 尺寸.切片(*位)
        值 = x[:, :, 竖, 横]
        if 最大 is None:
            最大, 序号 = 值.copy(), np.zeros(值.shape, dtype=np.int64)
        else:
            序号 = np.where(值 > 最大, 号, 序号)
            最大 = np.maximum(最大, 值)
    return 最大, 缓存(x.shape, 尺寸, 序号)


def max_pool_backward_fast(dout, cache):
    梯度 = np.zeros(cache.形状)
    for 号, 位 in enumerate(np.ndindex(cache.尺寸.窗高, cache.尺寸.窗宽)):
        竖, 横 = cache.尺寸.切片(*位)
        梯度[:, :, 竖, 横] += np.where(cache.序号 == 号, dout, 0)
    return 梯度
