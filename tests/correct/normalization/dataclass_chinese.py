"""批归一化：中文变量名与注释，dataclass 保存状态。"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(eq=False)
class ReluLayer:
    mask: np.ndarray | None = None

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, dout):
        return np.where(self.mask, dout, 0)


@dataclass(frozen=True)
class 统计量:
    """一个特征一个数。"""

    均值: np.ndarray
    方差: np.ndarray

    @classmethod
    def 取自(cls, 数据: np.ndarray) -> 统计量:
        轴 = tuple(range(数据.ndim - 1))
        return cls(数据.mean(axis=轴), 数据.var(axis=轴))


@dataclass(eq=False, slots=True)
class BatchNormLayer:
    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float = 1e-5
    normalized: np.ndarray = field(init=False, default=None)
    inverse_std: np.ndarray = field(init=False, default=None)
    dgamma: np.ndarray = field(init=False, default=None)
    dbeta: np.ndarray = field(init=False, default=None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        统计 = 统计量.取自(x)
        self.inverse_std = 1 / np.sqrt(统计.方差 + self.epsilon)
        self.normalized = (x - 统计.均值) * self.inverse_std
        return self.gamma * self.normalized + self.beta

    def backward(self, dout: np.ndarray) -> np.ndarray:
        轴 = tuple(range(dout.ndim - 1))
        个数 = dout.size // dout.shape[-1]
        self.dbeta = dout.sum(axis=轴)
        self.dgamma = (dout * self.normalized).sum(axis=轴)
        # 三条路径：直接、穿过均值、穿过方差
        直接 = dout * self.gamma * self.inverse_std
        均值 = -直接.sum(axis=轴) / 个数
        方差 = -self.normalized * (直接 * self.normalized).sum(axis=轴) / 个数
        return 直接 + 均值 + 方差
