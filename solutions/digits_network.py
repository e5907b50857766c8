"""A small network that reads handwritten digits, built of the layers of the earlier assignments.

The layers from ``conv_im2col.py``, ``max_pooling.py``, ``mean_pooling.py`` and ``normalization.py`` become a network
here: a chain of layers forward, the same chain in reverse order backward. What is missing is the loss at the end of the
chain, one more layer, and the loop that lets the network learn.

Shapes, throughout this file:

    N        batch
    C        classes; 10 for digits
    D, M     numbers that go into and come out of a dense layer, for each example

Images are float64, ``(N, 8, 8, 1)``, from 0 (white) to 1 (black). Labels are ints from 0 to 9, ``(N,)``. Every random
number comes from the ``rng`` that is passed in. No function modifies its arguments, but training changes the arrays of
the network that it trains.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from mean_pooling import MeanPoolingLayer
from normalization import BatchNormLayer, ReluLayer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]


def softmax_cross_entropy(scores: Floats, labels: Ints) -> tuple[float, Floats]:
    """Compute the loss of a batch, and its gradient by the scores.

    Args:
        scores: ``(N, C)``, a score for each class of each example; up to 10,000 and beyond, of either sign.
        labels: ``(N,)``, the right class of each example, from 0 to ``C - 1``.

    Returns:
        ``(loss, dscores)``: minus the logarithm of the probability that the softmax gives to the right class, as a mean
        over the batch, and the gradient of that by ``scores``, ``(N, C)``.
    """
    # BEGIN SOLUTION
    # TODO(softmax_cross_entropy): the loss and its gradient, both stable.
    #   1. Subtract from every row its largest score. Why does no probability change, and what can exp no longer do?
    #   2. Take exp, add every row up. The loss of one example is the logarithm of its row's sum, less its shifted score
    #      of the right class. The loss of the batch is the mean.
    #   3. The gradient of one example is its row of probabilities, less 1 at the right class. The gradient of the mean
    #      holds one more factor.
    #   4. Return the loss and the gradient; scores is left as it is.
    #   Hint: two arrays of N ints as an index pick one entry from each row. Do not take the logarithm of a probability:
    #   one that is too small for a float is 0, and its logarithm is not the loss.
    batch = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1)
    loss = np.mean(np.log(totals) - shifted[batch, labels])
    dscores = exponentials / totals[:, np.newaxis]
    dscores[batch, labels] -= 1.0
    return float(loss), dscores / len(labels)
    # END SOLUTION


class DenseLayer:
    """Connects every number that comes in with every number that goes out.

    Attributes:
        weights: ``(D, M)``.
        bias: ``(1, M)``.
        dweights: The gradient of the loss by ``weights``, set by ``backward``.
        dbias: The gradient of the loss by ``bias``, set by ``backward``.
    """

    weights: Floats
    bias: Floats
    dweights: Floats
    dbias: Floats

    def __init__(self, weights: Floats, bias: Floats) -> None:
        """Remember the parameters; the arrays are kept, not copied.

        Args:
            weights: ``(D, M)``.
            bias: ``(1, M)``.
        """
        self.weights = weights
        self.bias = bias

    def forward(self, x: Floats) -> Floats:
        """Multiply by the weights and add the bias.

        Args:
            x: ``(N, D)``, or ``(N, H, W, channels)`` with ``H*W*channels == D``.

        Returns:
            ``(N, M)``.
        """
        # BEGIN SOLUTION
        # TODO(dense): one row for each example, one matrix product.
        #   1. Remember the shape of x for backward.
        #   2. Make one row of each example. Whatever has only rows already stays as it is.
        #   3. Remember the rows, too, and return their product with the weights, plus the bias.
        #   Hint: a reshape with -1 fits both cases.
        self.input_shape = x.shape
        self.rows = x.reshape(len(x), -1)
        return self.rows @ self.weights + self.bias
        # END SOLUTION

    def backward(self, dout: Floats) -> Floats:
        """Send the gradient back, and set ``self.dweights`` and ``self.dbias`` afresh.

        Args:
            dout: ``(N, M)``, the gradient of the loss by the layer's output.

        Returns:
            The gradient of the loss by ``x``, in the shape that ``x`` had.
        """
        # BEGIN SOLUTION
        # TODO(dense): three gradients.
        #   4. Set self.dbias, (1, M), and self.dweights, (D, M), as in the layer of the convolution.
        #   5. Return the gradient of the rows, in the shape of x.
        #   Hint: find the order of each product by its shapes. Nothing is divided by N here: the mean over the batch
        #   was taken in the loss, and its factor is in dout already.
        self.dbias = dout.sum(axis=0, keepdims=True)
        self.dweights = self.rows.T @ dout
        return (dout @ self.weights.T).reshape(self.input_shape)
        # END SOLUTION


# BEGIN SOLUTION
def _filters(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[Floats, Floats]:
    """Return weights of the size that keeps the variance through a ReLU, and a bias of 0."""
    return rng.normal(scale=np.sqrt(2.0 / inputs), size=(inputs, outputs)), np.zeros((1, outputs))


def _normalising(features: int) -> BatchNormLayer:
    """Return a batch normalisation that changes neither scale nor shift yet."""
    return BatchNormLayer(np.ones(features), np.zeros(features))


# END SOLUTION


class Network:
    """A chain of layers.

    Attributes:
        layers: The layers, in the order in which an image meets them.
    """

    layers: list[Any]

    def __init__(self, layers: Sequence[Any]) -> None:
        """Remember the layers.

        Args:
            layers: Objects with ``forward`` and ``backward``.
        """
        self.layers = list(layers)

    def forward(self, images: Floats) -> Floats:
        """Send images through all layers.

        The same images and parameters always give the same scores.

        Args:
            images: ``(N, 8, 8, 1)``.

        Returns:
            ``(N, 10)``, a score for each digit.
        """
        # BEGIN SOLUTION
        # TODO(network_gradient): the chain forward.
        #   1. What comes out of one layer goes into the next.
        #   Hint: one loop, one variable.
        out = images
        for layer in self.layers:
            out = layer.forward(out)
        return out
        # END SOLUTION

    def backward(self, dscores: Floats) -> Floats:
        """Send a gradient through all layers; afterwards each holds the gradients of its parameters.

        Args:
            dscores: ``(N, 10)``, the gradient of the loss by the scores.

        Returns:
            The gradient of the loss by the images.
        """
        # BEGIN SOLUTION
        # TODO(network_gradient): the chain backward.
        #   2. The chain rule goes from the loss to the images.
        #   Hint: which layer must be asked first?
        arriving = dscores
        for layer in reversed(self.layers):
            arriving = layer.backward(arriving)
        return arriving
        # END SOLUTION

    def parameters(self) -> list[tuple[Floats, Floats]]:
        """List everything that is learned.

        Returns:
            A pair for each parameter of each layer: the array itself, not a copy, and its gradient from the last
            ``backward``, in the same shape. The order is always the same.
        """
        # BEGIN SOLUTION
        # TODO(network_gradient): every parameter with its gradient.
        #   3. Convolutions and dense layers have weights and a bias, batch normalisation has gamma and beta, the others
        #      have nothing.
        #   Hint: hasattr and getattr save you from asking every layer what it is.
        return [
            (getattr(layer, name), getattr(layer, f"d{name}"))
            for layer in self.layers
            for name in ("weights", "bias", "gamma", "beta")
            if hasattr(layer, name)
        ]
        # END SOLUTION


def build_network(rng: np.random.Generator) -> Network:
    """Build a network that has learned nothing yet.

    Args:
        rng: Where the first weights come from. Equal generators give equal networks.

    Returns:
        A network of convolution, batch normalisation, pooling and dense layers; what it looks like is up to you.
    """
    # BEGIN SOLUTION
    # TODO(network_gradient): choose the layers and their first weights.
    #   4. Begin with a convolution and batch normalisation, then pool; end with a dense layer that gives 10 scores.
    #   5. Draw weights from rng, about as large as sqrt(2 / inputs), where inputs is how many numbers are added up for
    #      one output. Let a bias begin at 0, gamma at 1, beta at 0; each layer has arrays of its own.
    #   6. Work out how many numbers reach the first dense layer.
    #   Hint: begin with a single convolution of 16 filters, 3 x 3 with padding 1, and 2 x 2 max pooling; once that
    #   learns, see what a second convolution does. The ReLU of a convolution is inside its layer.
    return Network(
        [
            ConvLayer(*_filters(rng, 9, 16), (3, 3), padding=1),
            _normalising(16),
            MaxPoolingLayer((2, 2), 2),
            ConvLayer(*_filters(rng, 9 * 16, 32), (3, 3), padding=1),
            _normalising(32),
            MeanPoolingLayer((2, 2), 2),
            DenseLayer(*_filters(rng, 2 * 2 * 32, 64)),
            ReluLayer(),
            DenseLayer(*_filters(rng, 64, 10)),
        ]
    )
    # END SOLUTION


def train(images: Floats, labels: Ints, rng: np.random.Generator) -> Network:
    """Build a network and let it learn to read the images.

    Args:
        images: ``(N, 8, 8, 1)``.
        labels: ``(N,)``, what each of them shows.
        rng: Where first weights and the order of the images come from. Equal generators give equal networks.

    Returns:
        The trained network, one that ``build_network`` has built.
    """
    # BEGIN SOLUTION
    # TODO(accuracy): gradient descent in small batches.
    #   1. Build a network. In each epoch go through all images once, in an order drawn from rng, a batch at a time.
    #   2. For each batch: scores, loss, gradient, backward.
    #   3. Move every parameter a small step against its gradient, in place.
    #   4. Make the steps smaller towards the end.
    #   Hint: `array -= step` changes the array that the layer holds, `array = array - step` makes another one. With
    #   momentum a step is 0.9 times the step before it, less rate * gradient; that learns much faster. Watch the loss
    #   of a few batches first: where it grows, steps are too large.
    epochs, size, largest_rate, momentum = 12, 32, 0.05, 0.9
    network = build_network(rng)
    steps: list[Floats] = []
    for epoch in range(epochs):
        rate = largest_rate * (1.0 - epoch / epochs)
        order = rng.permutation(len(images))
        for start in range(0, len(images), size):
            batch = order[start : start + size]
            _, dscores = softmax_cross_entropy(network.forward(images[batch]), labels[batch])
            network.backward(dscores)
            parameters = network.parameters()
            steps = steps or [np.zeros_like(array) for array, _ in parameters]
            for step, (array, gradient) in zip(steps, parameters, strict=True):
                step *= momentum
                step -= rate * gradient
                array += step
    return network
    # END SOLUTION


def predict(network: Any, images: Floats) -> Ints:
    """Read images.

    Batch normalisation uses mean and variance of the images that come together, so give it many at a time.

    Args:
        network: As ``build_network`` or ``train`` gives it.
        images: ``(N, 8, 8, 1)``.

    Returns:
        ``(N,)``, the digit that each of them most likely shows.
    """
    # BEGIN SOLUTION
    # TODO(accuracy): the digit with the highest score.
    #   5. Compute the scores of all images, and find the highest of each.
    #   Hint: you need no probabilities: where the score is highest, the softmax is.
    digits: Ints = network.forward(images).argmax(axis=1)
    return digits
    # END SOLUTION
