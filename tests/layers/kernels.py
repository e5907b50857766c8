"""The same steps by torch, on one thread, on contiguous channels-first float64, the layout that it takes by default."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tests.layers.measure import Side
from tests.layers.shapes import Conv, Data, Floats, Parameters, Pool, channels_first, channels_last


def keep_to_one_thread() -> None:
    """For all that is measured from now on."""
    torch.set_num_threads(1)


def version() -> str:
    """Of torch."""
    return str(torch.__version__)


def max_pool_forward(pool: Pool, data: Data) -> Side:
    """``max_pool2d`` with its indices."""
    x = planes(data.x)
    return Side(
        lambda: functional.max_pool2d(x, pool.window, pool.stride, return_indices=True),
        lambda found: (_array(found[0]),),
    )


def max_pool_backward(pool: Pool, data: Data) -> Side:
    """The way back through ``max_pool2d``."""
    x = planes(data.x)
    return _backward(functional.max_pool2d(x, pool.window, pool.stride), x, data)


def mean_pool_backward(pool: Pool, data: Data) -> Side:
    """The way back through ``avg_pool2d``."""
    x = planes(data.x)
    return _backward(functional.avg_pool2d(x, pool.window, pool.stride), x, data)


def conv_forward(conv: Conv, data: Data, filters: Parameters) -> Side:
    """``relu(conv2d)``."""
    x, weights, bias = planes(data.x), _kernel(conv, filters.weights), _leaf(filters.bias[0])
    return Side(lambda: _convolved(conv, x, weights, bias), lambda out: (_array(out),))


def conv_backward(conv: Conv, data: Data, filters: Parameters) -> Side:
    """The way back through ``relu(conv2d)`` to input, weights and bias."""
    x, weights, bias = planes(data.x), _kernel(conv, filters.weights), _leaf(filters.bias[0])
    out, dout = _convolved(conv, x, weights, bias), planes(data.dout)
    return Side(
        lambda: torch.autograd.grad(out, (x, weights, bias), dout, retain_graph=True),
        lambda found: (_array(found[0]), _matrix(found[1]), found[2].numpy()[None]),
    )


def norm_forward(data: Data, scale: Parameters) -> Side:
    """``batch_norm`` as in training."""
    x, gamma, beta = planes(data.x), _leaf(scale.weights), _leaf(scale.bias)
    return Side(lambda: _normalised(x, gamma, beta), lambda out: (_array(out),))


def norm_backward(data: Data, scale: Parameters) -> Side:
    """The way back through ``batch_norm`` to input, scale and shift."""
    x, gamma, beta = planes(data.x), _leaf(scale.weights), _leaf(scale.bias)
    out, dout = _normalised(x, gamma, beta), planes(data.dout)
    return Side(
        lambda: torch.autograd.grad(out, (x, gamma, beta), dout, retain_graph=True),
        lambda found: (_array(found[0]), found[1].numpy(), found[2].numpy()),
    )


def planes(x: Floats) -> Tensor:
    """A channels-last array as torch takes it."""
    return _leaf(channels_first(x))


def _leaf(values: Floats) -> Tensor:
    return torch.from_numpy(np.array(values)).requires_grad_()


def _kernel(conv: Conv, weights: Floats) -> Tensor:
    """``(rows*columns*D, OD)`` as ``(OD, D, rows, columns)``."""
    return _leaf(weights.reshape(*conv.filter_shape, conv.shape[3], conv.filters).transpose(3, 2, 0, 1).copy())


def _matrix(kernel: Tensor) -> Floats:
    """``(OD, D, rows, columns)`` as ``(rows*columns*D, OD)``."""
    matrix: Floats = kernel.numpy().transpose(2, 3, 1, 0).reshape(-1, len(kernel))
    return matrix


def _convolved(conv: Conv, x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    return functional.relu(functional.conv2d(x, weights, bias, conv.stride, conv.padding))


def _normalised(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    return functional.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)


def _backward(out: Tensor, x: Tensor, data: Data) -> Side:
    dout = planes(data.dout)
    return Side(
        lambda: torch.autograd.grad(out, x, dout, retain_graph=True),
        lambda found: (_array(found[0]),),
    )


def _array(found: Tensor) -> Floats:
    return channels_last(found.detach().numpy())
