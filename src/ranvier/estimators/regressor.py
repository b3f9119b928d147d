"""The regressor."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.estimators.base import BaseMLP
from ranvier.estimators.inputs import HostArray, read_evaluation, read_rows
from ranvier.estimators.losses import regression_loss
from ranvier.estimators.parameters import LossFirst
from ranvier.estimators.solvers import has_steps
from ranvier.losses import Loss


@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, BaseMLP, LossFirst):  # type: ignore[misc]  # scikit-learn has no types
    """A neural network that predicts numbers, with the face of ``sklearn.neural_network.MLPRegressor``.

    The parameters that scikit-learn's has mean the same here; ``dropout`` and those after it are Ranvier's
    own, and ``loss`` has more choices.

    Args:
        loss: ``"squared_error"`` (half of it), ``"absolute_error"``, ``"huber"``, ``"quantile"``, or
            ``"poisson"`` (half the deviance; predictions are positive).
        hidden_layer_sizes: The number of units of each hidden layer; one number for one layer.
        activation: Of the hidden layers: ``"identity"``, ``"logistic"``, ``"tanh"`` or ``"relu"``.
        solver: ``"adam"``, ``"sgd"`` or ``"lbfgs"``.
        alpha: The strength of the L2 penalty on weights; it is divided by the number of rows of a batch.
        batch_size: The rows of a step; ``"auto"`` is 200, or all rows if they are fewer.
        learning_rate: How the rate of ``"sgd"`` changes: ``"constant"``, ``"invscaling"``, ``"adaptive"``.
        learning_rate_init: The learning rate at the beginning.
        power_t: The exponent of ``"invscaling"``.
        max_iter: The largest number of passes over the rows; of iterations for ``"lbfgs"``.
        shuffle: Whether the rows are taken in a new order in each pass.
        random_state: What first weights, validation rows, orders and dropout derive from.
        tol: The least improvement that counts; for ``"lbfgs"`` the gradient that counts as 0.
        verbose: Whether each iteration is printed.
        warm_start: Whether ``fit`` begins with the weights of the last fit.
        momentum: The momentum of ``"sgd"``.
        nesterovs_momentum: Whether it is Nesterov's.
        early_stopping: Whether validation rows decide when to stop, instead of the training loss.
        validation_fraction: The share of the rows set aside for that, if ``fit`` is given no ``eval_set``.
        beta_1: Adam's share of the old mean of gradients.
        beta_2: Adam's share of the old mean of squares.
        epsilon: What Adam adds to the root.
        n_iter_no_change: How many iterations without improvement end the training.
        max_fun: The largest number of evaluations of the loss for ``"lbfgs"``.
        dropout: The share of hidden units dropped in training, in [0, 1).
        batch_normalization: Whether hidden layers are batch-normalized before their activation.
        callbacks: Objects of ``ranvier.callbacks``, told of every iteration.
        progress_bar: Whether a bar over the iterations is shown.
        huber_delta: The error from which on ``"huber"`` is a straight line, in units of the target.
        quantile: The quantile that ``"quantile"`` predicts, between 0 and 1.

    Attributes:
        coefs_: The weights of each layer, shape (inputs, outputs).
        intercepts_: The intercepts of each layer, shape (outputs,).
        normalizations_: The arrays of each batch normalization; empty without.
        loss_: The training loss of the last iteration.
        best_loss_: The smallest training loss; None with ``early_stopping``.
        loss_curve_: The training loss of each iteration.
        validation_scores_: R² on the validation rows after each iteration, or None.
        validation_loss_curve_: The loss on the validation rows after each iteration, or None.
        best_validation_score_: The best R² on the validation rows, or None.
        n_iter_: The number of iterations of the last fit.
        t_: The number of rows seen.
        n_layers_: The number of layers, the input counted.
        n_outputs_: The number of outputs.
        out_activation_: ``"identity"``, or ``"exp"`` for ``"poisson"``.
        n_features_in_: The number of features.
        feature_names_in_: Their names, where X has names.

    Example:
        >>> import numpy as np
        >>> from ranvier import MLPRegressor
        >>> X = np.linspace(-1, 1, 50)[:, None]
        >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 0] ** 2)
        >>> model.score(X, X[:, 0] ** 2) > 0.99
        True
    """

    _: KW_ONLY
    huber_delta: float = 1.0
    quantile: float = 0.5

    _loss_names = ("squared_error", "absolute_error", "huber", "quantile", "poisson")
    _score_name = "r2"

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        eval_set: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train the network.

        Args:
            X: Features of shape (n, features), dense or sparse.
            y: Targets of shape (n,) or (n, outputs).
            sample_weight: What each row counts, shape (n,).
            eval_set: ``(X, y)`` or ``(X, y, sample_weight)`` to validate on after each iteration.
            X_val: The same rows by the names of scikit-learn, which a ``Pipeline`` can transform: features,
            y_val: targets,
            sample_weight_val: and what each row counts.

        Returns:
            The regressor itself.
        """
        evaluation = read_evaluation(eval_set, X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, evaluation, incremental=False)

    @available_if(has_steps)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one pass over some rows.

        Args:
            X: Features.
            y: Targets.
            sample_weight: What each row counts.

        Returns:
            The regressor itself.
        """
        return self._fit(X, y, sample_weight, None, incremental=True)

    def predict(self, X: Any) -> HostArray:
        """Return the predicted numbers, shape (n,) or (n, outputs)."""
        found = self._logits(X)
        if self.out_activation_ == "exp":
            with np.errstate(over="ignore"):
                found = np.exp(found)
        return found[:, 0] if self.n_outputs_ == 1 else found

    @classmethod
    def from_model(cls, model: Any) -> Self:
        """Return a fitted regressor with the network of a model.

        Args:
            model: A ``Sequential`` of dense layers whose last has no activation, or ``"exponential"``.

        Raises:
            UnsupportedError: If an estimator cannot stand for the model.
            ConfigurationError: If it ends in another activation.
        """
        estimator = cls()
        estimator._adopt(model)
        if estimator.out_activation_ not in ("identity", "exp"):
            raise ConfigurationError(
                "A regressor's model must end without activation, or in exponential; received: "
                f"{estimator.out_activation_}."
            )
        estimator.loss = "poisson" if estimator.out_activation_ == "exp" else "squared_error"
        return estimator

    def _learn_targets(
        self, X: Any, y: Any, *, first: bool, known: bool, whole: bool = False
    ) -> tuple[Any, Any]:
        del known, whole
        X, y = read_rows(self, X, y, reset=first, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        with np.errstate(over="ignore"):
            y = np.asarray(y, np.float32)
        if not np.isfinite(y).all():
            raise DataError(
                f"`y` must hold numbers that fit float32, at most {np.finfo(np.float32).max:.2g}; received: larger "
                "ones. Scale the targets, for example with scikit-learn's TransformedTargetRegressor."
            )
        if self.loss == "poisson" and y.min() < 0:
            raise DataError(
                f"loss='poisson' needs targets of at least 0; received: {y.min():g}. Use loss='squared_error'."
            )
        outputs = 1 if y.ndim == 1 else y.shape[1]
        if not first and outputs != self.n_outputs_:
            raise ShapeError(
                f"`y` must have {self.n_outputs_} outputs, as in the first fit; received: {outputs}."
            )
        return X, y

    def _out_activation(self, y: Any) -> tuple[int, str]:
        return 1 if y.ndim == 1 else int(y.shape[1]), "exp" if self.loss == "poisson" else "identity"

    def _encoded(self, y: Any) -> HostArray:
        return np.asarray(y[:, None] if y.ndim == 1 else y)

    def _loss(self) -> Loss:
        return regression_loss(self.loss, float(self.huber_delta), float(self.quantile))
