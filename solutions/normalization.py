"""A ReLU and batch normalisation, forward and backward.

Batch normalisation brings every feature to mean 0 and variance 1 over the batch, and then lets the network choose
another scale and shift. Mean and variance are computed from the very numbers that are normalised, so every input
reaches every output of its feature: by itself, through the mean and through the variance. The backward pass adds up
these three paths.

Shapes, throughout this file:

    N        batch
    H, W     rows and columns
    D        depth (channels), the number of features

Arrays are float64 and channels-last, ``(N, H, W, D)`` or ``(N, D)``; the ReLU takes any shape. A feature has one value
for each example, and for each pixel of it where there are pixels: ``m = N`` or ``m = N*H*W`` values in all. No method
modifies its arguments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class ReluLayer:
    """Lets positive numbers pass and replaces all others by 0.

    Attributes:
        mask: True where the last input was positive, set by ``forward``.
    """

    mask: Bools

    def forward(self, x: Floats) -> Floats:
        """Replace what is not positive by 0, and set ``self.mask`` for ``backward``.

        Args:
            x: Any shape.

        Returns:
            ``max(x, 0)`` element by element, in the shape of ``x``.
        """
        # BEGIN SOLUTION
        # TODO(relu): let positive numbers pass.
        #   1. Store as self.mask, an array of booleans, where x is greater than 0.
        #   2. Return x there, and 0 everywhere else.
        #   Hint: x belongs to the caller: make a new array.
        self.mask = x > 0
        return np.where(self.mask, x, 0.0)
        # END SOLUTION

    def backward(self, dout: Floats) -> Floats:
        """Let the gradient pass where the input passed.

        Args:
            dout: The gradient of the loss by the layer's output.

        Returns:
            The gradient of the loss by the input; 0 where the input was exactly 0.
        """
        # BEGIN SOLUTION
        # TODO(relu): send the gradient back.
        #   3. Where the input passed, so does the gradient; elsewhere it is 0.
        #   Hint: the sign of dout has no say in this.
        return np.where(self.mask, dout, 0.0)
        # END SOLUTION


class BatchNormLayer:
    """Normalises every feature over the batch, then scales and shifts it.

    Attributes:
        gamma: ``(D,)``, the scale of each feature.
        beta: ``(D,)``, the shift of each feature.
        epsilon: What is added to the variance before the root is taken.
        normalized: The last input, normalised, before scale and shift; set by ``forward``.
        inverse_std: ``(D,)``, what the centred input was multiplied with; set by ``forward``.
        dgamma: The gradient of the loss by ``gamma``, set by ``backward``.
        dbeta: The gradient of the loss by ``beta``, set by ``backward``.
    """

    gamma: Floats
    beta: Floats
    epsilon: float
    normalized: Floats
    inverse_std: Floats
    dgamma: Floats
    dbeta: Floats

    def __init__(self, gamma: Floats, beta: Floats, epsilon: float = 1e-5) -> None:
        """Remember the parameters; the arrays are kept, not copied.

        Args:
            gamma: ``(D,)``.
            beta: ``(D,)``.
            epsilon: Keeps the root away from 0 where a feature hardly varies.
        """
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def forward(self, x: Floats) -> Floats:
        """Normalise ``x`` feature by feature, then scale and shift it.

        Sets ``self.normalized`` and ``self.inverse_std`` for ``backward``.

        Args:
            x: ``(N, H, W, D)`` or ``(N, D)``.

        Returns:
            ``gamma * normalized + beta``, in the shape of ``x``.
        """
        # BEGIN SOLUTION
        # TODO(batchnorm_forward): normalise, scale and shift.
        #   1. Take the mean of each feature over every axis but the last, and centre x with it.
        #   2. Take the mean of the squares of what is centred: that is the variance.
        #   3. Store 1 / sqrt(variance + epsilon) as self.inverse_std, (D,).
        #   4. Store the centred input times that as self.normalized, in the shape of x.
        #   5. Scale and shift it into a new array, and return that.
        #   Hint: numpy takes a tuple of axes. Centre before you square: the mean of the squares less the square of
        #   the mean is the same on paper, but loses its digits where the mean is large.
        axes = tuple(range(x.ndim - 1))
        centred = x - x.mean(axis=axes)
        variance = (centred * centred).mean(axis=axes)
        self.inverse_std = 1.0 / np.sqrt(variance + self.epsilon)
        self.normalized = centred * self.inverse_std
        return self.gamma * self.normalized + self.beta
        # END SOLUTION

    def backward(self, dout: Floats) -> Floats:
        """Send the gradient back along all three paths, and find that of the parameters.

        Sets ``self.dgamma`` and ``self.dbeta`` afresh; nothing is left over from an earlier call.

        Args:
            dout: The gradient of the loss by the layer's output, ``(N, H, W, D)`` or ``(N, D)``.

        Returns:
            ``dx``, in the shape of ``dout``.
        """
        # BEGIN SOLUTION
        # TODO(batchnorm_backward): find self.dgamma, self.dbeta and dx.
        #   1. beta was added to every value of its feature, and gamma multiplied every normalised one. Store the
        #      gradients of the two, (D,) each.
        #   2. Go back through the graph of the forward pass, node by node, until you reach x. Where a quantity was
        #      used twice, its gradients add up: the centred input was, and so was x.
        #   3. Return dx. In the end it comes down to one line with self.gamma, self.inverse_std, self.normalized and
        #      two sums; the handout derives it.
        #   Hint: add dx up over the batch, feature by feature: the sums have to vanish. What would it do to the
        #   output if all values of a feature were raised by the same amount?
        axes = tuple(range(dout.ndim - 1))
        weighted = dout * self.normalized
        self.dbeta = dout.sum(axis=axes)
        self.dgamma = weighted.sum(axis=axes)
        through_variance = self.normalized * weighted.mean(axis=axes)
        return self.gamma * self.inverse_std * (dout - dout.mean(axis=axes) - through_variance)
        # END SOLUTION
