"""中文命名,数据类;参数与梯度由每一层自己报告。"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator

import numpy as np
from conv_im2col import ConvLayer as 卷积
from max_pooling import MaxPoolingLayer as 最大池化
from mean_pooling import MeanPoolingLayer as 平均池化
from normalization import BatchNormLayer as 批归一化
from normalization import ReluLayer as 线性整流


def softmax_cross_entropy(scores, labels):
    行 = range(len(labels))
    移后 = scores - np.max(scores, axis=1)[:, None]
    对数和 = np.log(np.sum(np.exp(移后), axis=1))
    概率 = np.exp(移后 - 对数和[:, None])
    正确 = np.zeros_like(概率)
    正确[行, labels] = 1
    损失 = sum(float(对数和[i] - 移后[i, labels[i]]) for i in 行) / len(labels)
    return 损失, (概率 - 正确) / len(labels)


@dataclass
class DenseLayer:
    weights: np.ndarray
    bias: np.ndarray
    输入: Any = field(default=None, repr=False)

    def forward(self, x):
        self.输入 = x
        return np.concatenate([x.reshape(len(x), -1), np.ones((len(x), 1))], axis=1) @ np.vstack([self.weights, self.bias])

    def backward(self, dout):
        全部 = np.concatenate([self.输入.reshape(len(dout), -1), np.ones((len(dout), 1))], axis=1).T @ dout
        self.dweights, self.dbias = 全部[:-1], 全部[-1:]
        return (dout @ self.weights.T).reshape(self.输入.shape)


@dataclass
class 网络:
    各层: list[Any]

    def forward(self, images):
        for 层 in self.各层:
            images = 层.forward(images)
        return images

    def backward(self, dscores):
        for 层 in self.各层[::-1]:
            dscores = 层.backward(dscores)

    def parameters(self):
        return list(self._逐个())

    def _逐个(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for 层 in self.各层:
            match 层:
                case 批归一化():
                    yield 层.gamma, 层.dgamma
                    yield 层.beta, 层.dbeta
                case 卷积() | DenseLayer():
                    yield 层.weights, 层.dweights
                    yield 层.bias, 层.dbias


def build_network(rng):
    def 权重(入, 出):
        return rng.standard_normal((入, 出)) * (2 / 入) ** 0.5, np.zeros((1, 出))

    return 网络([
        卷积(*权重(9, 16), (3, 3), 1, 1), 批归一化(np.ones(16), np.zeros(16)), 平均池化((2, 2), 2),
        卷积(*权重(144, 24), (3, 3), 1, 1), 批归一化(np.ones(24), np.zeros(24)), 最大池化((2, 2), 2),
        DenseLayer(*权重(96, 48)), 批归一化(np.ones(48), np.zeros(48)), 线性整流(), DenseLayer(*权重(48, 10)),
    ])  # fmt: skip


def train(images, labels, rng):
    网 = build_network(rng)
    惯性 = {}
    总步数 = 14 * -(-len(images) // 32)
    步 = 0
    for _ in range(14):
        for 批 in np.array_split(rng.permutation(len(images)), -(-len(images) // 32)):
            网.backward(softmax_cross_entropy(网.forward(images[批]), labels[批])[1])
            步长 = 0.05 * (1 + np.cos(np.pi * 步 / 总步数)) / 2
            步 += 1
            for 号, (数组, 梯度) in enumerate(网.parameters()):
                惯性[号] = 0.9 * 惯性.get(号, 0) - 步长 * 梯度
                np.add(数组, 惯性[号], out=数组)
    return 网


def predict(network, images):
    return network.forward(images).argmax(1)
