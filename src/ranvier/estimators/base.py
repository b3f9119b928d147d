"""What classifier and regressor share: the fit, from the user's arrays to weights."""

from __future__ import annotations

import math
import warnings
from dataclasses import fields
from functools import partial
from itertools import pairwise
from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ranvier.errors import ConfigurationError, DataError
from ranvier.estimators.conversion import model_of, read_model
from ranvier.estimators.exporting import export_estimator
from ranvier.estimators.forward import logits
from ranvier.estimators.inputs import HostArray, orders, read_features, read_weights
from ranvier.estimators.network import Architecture, Weights, initial_weights
from ranvier.estimators.parameters import Parameters, check_parameters, hidden_sizes
from ranvier.estimators.quasi_newton import GradientRecorder, fit_quasi_newton
from ranvier.estimators.record import Record
from ranvier.estimators.rows import Rows
from ranvier.estimators.session import Session
from ranvier.estimators.stochastic import OptimizerState, StochasticFit, optimizer_for, state_of
from ranvier.estimators.supervisor import Supervisor
from ranvier.losses import Loss
from ranvier.models import Sequential

AUTOMATIC_BATCH = 200
"""The rows of a step when ``batch_size`` is "auto", if there are so many."""


class BaseMLP(Parameters, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A network of dense layers behind scikit-learn's face; a subclass knows targets and losses."""

    _loss_names: tuple[str, ...] = ()
    _score_name: str = "score"

    # -- what a subclass knows -------------------------------------------------------------------

    def _out_activation(self, y: Any) -> tuple[int, str]:
        """Return the number of outputs and scikit-learn's name of their activation."""
        raise NotImplementedError

    def _learn_targets(
        self, X: Any, y: Any, *, first: bool, known: bool, whole: bool = False
    ) -> tuple[Any, Any]:
        """Check X and y, and learn about them: about X if it is the first, about y unless its labels are known."""
        raise NotImplementedError

    def _encoded(self, y: Any) -> HostArray:
        """Turn checked targets into what the loss takes."""
        raise NotImplementedError

    def _row_weights(self, y: Any, weights: HostArray, *, incremental: bool) -> HostArray:
        """Return what each row counts."""
        del y, incremental
        return weights

    def _loss(self) -> Loss:
        """Return the loss of a row."""
        raise NotImplementedError

    def _strata(self, y: Any) -> Any:
        """Return what the validation rows are stratified by, or None."""
        del y
        return None

    # -- fitting ---------------------------------------------------------------------------------

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        evaluation: tuple[Any, Any, Any] | None,
        *,
        incremental: bool,
    ) -> Self:
        # Not get_params: a subclass may have an __init__ of its own with fewer of them.
        parameters = {field.name: getattr(self, field.name) for field in fields(self)}
        check_parameters(type(self).__name__, parameters, self._loss_names)
        hidden = hidden_sizes(self.hidden_layer_sizes)
        first = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        X, y = self._learn_targets(
            X, y, first=first, known=incremental or not first, whole=not (first or incremental)
        )
        weights = self._row_weights(y, read_weights(sample_weight, X.shape[0]), incremental=incremental)
        outputs, out_activation = self._out_activation(y)
        sizes = (int(X.shape[1]), *hidden, outputs)
        architecture = Architecture(sizes, self.activation, out_activation, bool(self.batch_normalization))
        self._random_state = random_state = check_random_state(self.random_state)
        if first:
            self._begin(architecture, random_state)
        elif not hasattr(self, "_record"):
            self._begin_with_given(architecture)
        elif architecture != self._architecture():
            raise ConfigurationError(
                f"A fit that continues needs the architecture of the last one, {self._architecture()}; received: "
                f"{architecture}. Set warm_start=False, or clone the estimator."
            )
        self.n_outputs_ = outputs
        rows = Rows(X, self._encoded(y), weights)
        stochastic = self.solver != "lbfgs"
        if self.early_stopping and incremental:
            raise ConfigurationError("partial_fit does not support early_stopping=True; use `fit`.")
        validation = None if evaluation is None else self._evaluation_rows(evaluation)
        if self.early_stopping and stochastic and validation is None:
            rows, validation = self._split(rows, y, random_state)
        self._train(architecture, rows, validation, random_state, incremental=incremental)
        return self

    def _begin(self, architecture: Architecture, random_state: np.random.RandomState) -> None:
        self.n_layers_ = len(architecture.sizes)
        self.out_activation_ = architecture.out_activation
        self.n_iter_, self.t_ = 0, 0
        self._start(initial_weights(architecture, random_state))

    def _begin_with_given(self, architecture: Architecture) -> None:
        """Continue with weights that were put into ``coefs_`` and ``intercepts_`` by hand."""
        shapes = [np.shape(coef) for coef in self.coefs_]
        if shapes != list(pairwise(architecture.sizes)):
            raise ConfigurationError(
                f"`coefs_` that are set by hand must have the shapes {list(pairwise(architecture.sizes))} of the "
                f"network; received: {shapes}."
            )
        self.n_layers_ = len(architecture.sizes)
        self.out_activation_ = architecture.out_activation
        self.n_iter_, self.t_ = getattr(self, "n_iter_", 0), getattr(self, "t_", 0)
        normalizations = initial_weights(architecture, np.random.RandomState(0)).normalizations
        coefs, intercepts = (
            [np.array(each, np.float32) for each in given] for given in (self.coefs_, self.intercepts_)
        )
        self._start(Weights(coefs, intercepts, normalizations))

    def _start(self, weights: Weights) -> None:
        self._keep(weights)
        self._record = Record(False, 0.0, 0.0, saturates=False)
        self._optimizer: OptimizerState | None = None

    def _score_can_stand_still(self) -> bool:
        """Tell whether the score is the same for many different weights."""
        return False

    def _train(
        self,
        architecture: Architecture,
        rows: Rows,
        validation: Rows | None,
        random_state: np.random.RandomState,
        *,
        incremental: bool,
    ) -> None:
        stochastic = self.solver != "lbfgs"
        seen_rows = rows.count
        batch_rows = self._batch_rows(seen_rows) if stochastic else seen_rows
        single = batch_rows == seen_rows
        if single and not (self.dropout or self.batch_normalization):
            rows = rows.merged()
            batch_rows = rows.count
        record = self._record
        record.begin(
            early_stopping=bool(self.early_stopping) and stochastic,
            tol=float(self.tol),
            patience=float(self.n_iter_no_change) if stochastic else math.inf,
            saturates=self._score_can_stand_still(),
        )
        optimizer = optimizer_for(self) if stochastic else GradientRecorder()
        session = Session.begin(
            architecture,
            self._weights(),
            self._loss(),
            optimizer,
            rows.targets,
            alpha=float(self.alpha),
            dropout=float(self.dropout),
        )
        supervisor_of = partial(
            Supervisor,
            record=record,
            validate=None if validation is None else session.validation(validation, architecture),
            score_name=self._score_name,
            verbose=bool(self.verbose),
            keep_best=not incremental and (stochastic or validation is not None),
            schedule=self.learning_rate if self.solver == "sgd" else "constant",
            first_rate=float(self.learning_rate_init),
            power=float(self.power_t),
            rows=seen_rows if stochastic else 0,
            seen=self.t_,
        )
        if stochastic:
            fit = StochasticFit(
                rows,
                batch_rows,
                1 if incremental else int(self.max_iter),
                orders(rows.count, random_state, shuffle=bool(self.shuffle) and not single),
                int(random_state.randint(2**31 - 1)) if self.dropout else 0,
                self.callbacks,
                bool(self.progress_bar),
                self._optimizer if incremental else None,
            )
            weights, supervisor = fit.run(session, supervisor_of)
            self._optimizer = state_of(optimizer, continues=supervisor.best_is_last)
            self._warn_of(supervisor, incremental=incremental)
        else:
            weights, supervisor = fit_quasi_newton(
                session,
                rows,
                supervisor_of,
                iterations=int(self.max_iter),
                evaluations=int(self.max_fun),
                tol=float(self.tol),
                progress_bar=bool(self.progress_bar),
            )
        self._keep(weights)
        self._publish(supervisor)

    def _warn_of(self, supervisor: Supervisor, *, incremental: bool) -> None:
        if supervisor.diverged:
            warnings.warn(
                f"The loss became NaN or infinite in iteration {supervisor.iterations + 1}; the estimator has the best "
                "weights from before. Use a smaller `learning_rate_init`, or scale the inputs.",
                ConvergenceWarning,
                stacklevel=5,
            )
        elif not incremental and not supervisor.converged and supervisor.iterations == self.max_iter:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't "
                "converged yet. Increase `max_iter`, or `learning_rate_init`.",
                ConvergenceWarning,
                stacklevel=5,
            )

    def _publish(self, supervisor: Supervisor) -> None:
        record = supervisor.record
        self.n_iter_ = supervisor.iterations
        self.t_ = supervisor.seen
        self.loss_curve_ = list(record.loss_curve)
        if self.loss_curve_:
            self.loss_ = self.loss_curve_[-1]
        validated = bool(record.validation_scores)
        self.validation_scores_ = list(record.validation_scores) if validated else None
        self.validation_loss_curve_ = list(record.validation_loss_curve) if validated else None
        self.best_validation_score_ = record.best_score if validated else None
        self.best_loss_ = None if record.early_stopping else record.best_loss
        self._no_improvement_count = record.stalled

    def _batch_rows(self, count: int) -> int:
        if isinstance(self.batch_size, str):
            return min(AUTOMATIC_BATCH, count)
        if self.batch_size > count:
            warnings.warn(
                f"Got `batch_size` larger than sample size. It is taken as {count}; received: {self.batch_size}.",
                stacklevel=6,
            )
        return min(int(self.batch_size), count)

    def _split(self, rows: Rows, y: Any, random_state: np.random.RandomState) -> tuple[Rows, Rows]:
        strata, indices = self._strata(y), np.arange(rows.count)
        size = math.ceil(rows.count * self.validation_fraction)
        if strata is not None and size > 1:
            classes, counts = np.unique(strata, return_counts=True)
            if counts.min() < 2 or min(size, rows.count - size) < len(classes):
                strata = None  # too few rows to have each class on both sides
        cure = "Increase `validation_fraction`, or give more rows or an `eval_set`."
        try:
            kept, apart = train_test_split(
                indices, test_size=self.validation_fraction, random_state=random_state, stratify=strata
            )
        except ValueError as error:
            raise DataError(
                f"The validation set is too small: {self.validation_fraction} of {rows.count} rows. {error} {cure}"
            ) from error
        if len(apart) < 2:
            raise DataError(f"The validation set is too small: one of {rows.count} rows. {cure}")
        return rows.take(kept), rows.take(apart)

    def _evaluation_rows(self, evaluation: tuple[Any, Any, Any]) -> Rows:
        X, y, given = evaluation
        X, y = self._learn_targets(X, y, first=False, known=True)
        weights = read_weights(given, X.shape[0])
        return Rows(X, self._encoded(y), weights)

    # -- weights ---------------------------------------------------------------------------------

    def _architecture(self) -> Architecture:
        sizes = (self.coefs_[0].shape[0], *(coef.shape[1] for coef in self.coefs_))
        weights = self._weights()
        activation = getattr(self, "_activation", self.activation)
        return Architecture(sizes, activation, self.out_activation_, bool(weights.normalizations))

    def _weights(self) -> Weights:
        return Weights(self.coefs_, self.intercepts_, getattr(self, "normalizations_", []))

    def _keep(self, weights: Weights) -> None:
        self._activation = self.activation
        self.coefs_ = weights.coefs
        self.intercepts_ = weights.intercepts
        self.normalizations_ = weights.normalizations

    def _logits(self, X: Any) -> HostArray:
        """Return what goes into the activation of the outputs, in the precision of X."""
        check_is_fitted(self)
        X, dtype = read_features(self, X, reset=False)
        activation = getattr(self, "_activation", self.activation)
        return logits(X.tocsr() if issparse(X) else X, self._weights(), activation, dtype)

    def to_model(self) -> Sequential:
        """Return the network as a model with copies of the weights, not compiled.

        Raises:
            NotFittedError: Before ``fit``.
        """
        check_is_fitted(self)
        return model_of(self._architecture(), float(self.dropout), self._weights())

    def export(
        self,
        filepath: Any,
        format: str | None = None,
        *,
        verbose: bool = False,
        input_dtype: str = "float32",
        title: str | None = None,
    ) -> None:
        """Write the fitted estimator to a file that predicts without Ranvier, once it was seen to predict the same.

        The input is ``X``. A classifier's outputs are ``label``, with the labels of the training, and
        ``probabilities``; a regressor's is ``variable``, of shape (n, outputs).

        Args:
            filepath: The file: ``.onnx`` for ONNX, or ``.py`` for one file of Python that needs NumPy alone.
            format: ``"onnx"`` or ``"python"``; what the name of the file says when None.
            verbose: Whether to print a line about the file.
            input_dtype: The dtype in which the features enter an ONNX file.
            title: What the file says it is; the name of the class when None.

        Raises:
            NotFittedError: Before ``fit``.
            MissingExtraError: If the package ``onnx`` is needed and not installed.
            FileWriteError: If the file would predict something else, or cannot be written; then there is none.
        """
        check_is_fitted(self)
        export_estimator(self, filepath, format, verbose=verbose, input_dtype=input_dtype, title=title)

    def _adopt(self, model: Any) -> None:
        """Take architecture and weights from a model."""
        architecture, weights, dropout = read_model(model)
        self.hidden_layer_sizes = architecture.sizes[1:-1]
        self.activation = architecture.activation
        self.batch_normalization = architecture.normalized
        self.dropout = dropout
        self.n_layers_ = len(architecture.sizes)
        self.out_activation_ = architecture.out_activation
        self.n_outputs_ = architecture.sizes[-1]
        self.n_features_in_ = architecture.sizes[0]
        self.n_iter_, self.t_ = 0, 0
        self._start(weights)

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn what is supported."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
