"""Rosenblatt's perceptron (1958): one neuron that learns from its mistakes.

The neuron adds up its inputs, each times a weight, and fires when the sum exceeds a threshold:

    output = step(w . x + b),    step(z) = 1 if z > 0 else 0

Shown an example, it compares its output with the target. Right: nothing changes. Wrong: the weights
move towards the example if it should have fired, and away from it if it should not have:

    w <- w + rate * (target - output) * x
    b <- b + rate * (target - output)

If a line (a plane, a hyperplane) separates the two classes, this finds one after a finite number of
mistakes, at most (R / margin)^2 for inputs no longer than R. If none does, it never settles.

Sources: F. Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and Organization
in the Brain", Psychological Review 65 (1958); A. Novikoff, "On Convergence Proofs for Perceptrons"
(1962), for the bound.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, missing_extra

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:  # pragma: no cover
    raise missing_extra("The perceptron", "scikit-learn", "data") from error

if TYPE_CHECKING:
    from ranvier.types import ArrayLike

__all__ = ["Perceptron", "step"]


def step(z: Any) -> Any:
    """Fire or not: 1 where ``z > 0``, else 0.

    Args:
        z: Weighted sums less the threshold, of any shape.

    Returns:
        Integers of the same shape.

    Example:
        >>> step(np.array([-0.5, 0.0, 2.0]))
        array([0, 0, 1])
    """
    return (np.asarray(z) > 0).astype(np.int64)


class Perceptron(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Rosenblatt's perceptron as a classifier with scikit-learn's interface.

    Two classes take one neuron. More classes take one neuron each, which learns to fire for its class
    alone; the neuron with the largest sum decides.

    Args:
        learning_rate: How far a mistake moves the weights. Starting from zero weights it scales
            them and decides nothing.
        max_iter: Passes over the examples at most; it stops after the first without a mistake.
        shuffle: Whether each pass goes through the examples in another order.
        random_state: Seed of the shuffling: an integer, a ``numpy.random.RandomState``, or None.

    Attributes:
        classes_: The classes, sorted.
        coef_: Weights, shape (neurons, features).
        intercept_: Biases (thresholds times -1), shape (neurons,).
        errors_: Mistakes in each pass, summed over the neurons.
        n_iter_: Passes made.
        converged_: Whether the last pass was without a mistake.
        n_features_in_: Number of features.

    Example:
        >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
        >>> Perceptron(shuffle=False).fit(x, y).predict(x)  # AND
        array([0, 0, 0, 1])
    """

    def __init__(
        self,
        learning_rate: float = 1.0,
        max_iter: int = 100,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Perceptron:
        """Learn from examples, starting from zero weights.

        Args:
            X: Inputs, shape (samples, features).
            y: Classes, shape (samples,).

        Returns:
            The perceptron itself.

        Raises:
            ConfigurationError: If ``learning_rate`` or ``max_iter`` is not positive, or all examples
                belong to one class.
        """
        self._check_settings()
        inputs, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ConfigurationError(
                "A perceptron needs examples of at least two classes; "
                f"received: one class only, {self.classes_[0]!r}."
            )
        targets = numbers[:, None] == (np.arange(len(self.classes_)) if len(self.classes_) > 2 else [1])
        self._learn(inputs, targets.astype(np.float64))
        if not self.converged_:
            warnings.warn(
                f"After {self.n_iter_} passes the perceptron still makes mistakes ({self.errors_[-1]} in the "
                "last). Raise `max_iter`; if no line separates the classes it will never settle.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, X: ArrayLike) -> np.ndarray[Any, Any]:
        """Return the neurons' sums ``w . x + b``.

        Args:
            X: Inputs, shape (samples, features).

        Returns:
            Shape (samples,) for two classes, positive for the second; else (samples, classes).
        """
        check_is_fitted(self)
        inputs = validate_data(self, X, dtype=np.float64, reset=False)
        sums: np.ndarray[Any, Any] = inputs @ self.coef_.T + self.intercept_
        return sums[:, 0] if len(self.classes_) == 2 else sums

    def predict(self, X: ArrayLike) -> np.ndarray[Any, Any]:
        """Return the class of each input.

        Args:
            X: Inputs, shape (samples, features).

        Returns:
            Classes, shape (samples,).
        """
        sums = self.decision_function(X)
        predicted: np.ndarray[Any, Any] = self.classes_[step(sums) if sums.ndim == 1 else sums.argmax(axis=1)]
        return predicted

    def _check_settings(self) -> None:
        if not self.learning_rate > 0:
            raise ConfigurationError(f"`learning_rate` must be positive; received: {self.learning_rate!r}.")
        if not self.max_iter >= 1:
            raise ConfigurationError(f"`max_iter` must be at least 1; received: {self.max_iter!r}.")

    def _learn(self, X: np.ndarray[Any, Any], targets: np.ndarray[Any, Any]) -> None:
        """Apply the learning rule; all neurons see each example at the same time."""
        random = check_random_state(self.random_state)
        self.coef_ = np.zeros((targets.shape[1], X.shape[1]))
        self.intercept_ = np.zeros(targets.shape[1])
        self.errors_: list[int] = []
        order = np.arange(len(X))
        for _ in range(self.max_iter):
            if self.shuffle:
                random.shuffle(order)
            mistakes = 0
            for i in order:
                errors = targets[i] - step(self.coef_ @ X[i] + self.intercept_)
                if errors.any():
                    self.coef_ += self.learning_rate * np.outer(errors, X[i])
                    self.intercept_ += self.learning_rate * errors
                    mistakes += int(np.count_nonzero(errors))
            self.errors_.append(mistakes)
            if mistakes == 0:
                break
        self.n_iter_ = len(self.errors_)
        self.converged_ = mistakes == 0
