"""平均池化层：梯度平均分给窗口里的每个格子。"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Iterator

import numpy as np


@dataclass(slots=True, eq=False)
class MeanPoolingLayer:
    """window 是（行，列），stride 是步长。"""

    window: tuple[int, int]
    stride: int
    input_shape: tuple[int, int, int, int] = field(init=False, default=(0, 0, 0, 0))

    def __post_init__(self) -> None:
        if self.stride < 1:
            raise ValueError("步长必须至少为 1")
        if min(self.window) < 1:
            raise ValueError("窗口必须至少为 1")

    @property
    def 格子数(self) -> int:
        return reduce(int.__mul__, self.window)

    def 输出大小(self) -> tuple[int, int]:
        大小 = tuple(
            (长 - 窗) // self.stride + 1 for 长, 窗 in zip(self.input_shape[1:3], self.window)
        )
        if min(大小) < 1:
            raise ValueError("窗口比输入大")
        return 大小

    def 各窗口(self) -> Iterator[tuple[int, int, slice, slice]]:
        行数, 列数 = self.输出大小()
        for 行 in range(行数):
            for 列 in range(列数):
                上, 左 = 行 * self.stride, 列 * self.stride
                yield 行, 列, slice(上, 上 + self.window[0]), slice(左, 左 + self.window[1])

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.input_shape = x.shape
        结果 = np.empty((x.shape[0], *self.输出大小(), x.shape[3]))
        for 行, 列, 竖, 横 in self.各窗口():
            结果[:, 行, 列] = x[:, 竖, 横].sum(axis=(1, 2)) / self.格子数
        return 结果

    def backward(self, dout: np.ndarray) -> np.ndarray:
        梯度 = np.zeros(self.input_shape)
        份额 = dout / self.格子数
        for 行, 列, 竖, 横 in self.各窗口():
            梯度[:, 竖, 横] += 份额[:, 行, 列][:, None, None]   # 重叠处相加
        return 梯度
