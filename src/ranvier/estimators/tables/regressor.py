"""The regressor for tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from sklearn.base import RegressorMixin

from ranvier.errors import ShapeError
from ranvier.estimators.tables.base import BaseTabular
from ranvier.estimators.tables.explanation import Explanation, explain_regressor
from ranvier.estimators.tables.feeding import TableRows
from ranvier.estimators.tables.scoring import REGRESSION_METRICS, Scores
from ranvier.estimators.tables.targets import checked_numbers

HostArray: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(eq=False, repr=False)
class TabularRegressor(RegressorMixin, BaseTabular):  # type: ignore[misc]  # scikit-learn has no types
    """Networks that learn numbers from a table as it comes.

    Give it a data frame of numbers, categories, texts, truth values and dates, with values missing. It finds out what
    each column is (:attr:`schema_`), trains an ensemble of networks by a published recipe that needs no tuning, and
    averages their predictions, which stay between the smallest and the largest target.

    Args:
        recipe: ``"td"``, or ``"td-s"`` for the simple form without embeddings of numbers, dropout and weight decay.
        n_members: How many networks are trained, each with other rows set aside, and averaged; ``"auto"`` is 8 up
            to 20,000 rows, 4 up to 50,000, 2 up to 100,000, then 1.
        epochs: The passes over the rows; ``"auto"`` follows from the number of rows and members, at most 128; a single
            network of the recipe takes 256.
        batch_size: The rows of a step; ``"auto"`` is 64 to 1,024, by the number of rows.
        hidden_layer_sizes: The number of units of each hidden layer.
        learning_rate: The highest learning rate; ``"auto"`` is 0.2, for ``"td-s"`` 0.07.
        dropout: The share of hidden units dropped at first, in [0, 1); ``"auto"`` is 0.15, for ``"td-s"`` 0.
        weight_decay: The strength of weight decay at first; ``"auto"`` is 0.02, for ``"td-s"`` 0.
        validation_fraction: The share of the rows that a member sets aside to choose its epoch; ``"auto"`` is 0.2,
            or less where there are more than 5 members; 0 for none.
        validation_metric: What chooses the epoch: ``"rmse"`` (also ``"auto"``) or ``"mae"``.
        schema: What columns are to be taken for; a :class:`Schema`, such as a changed copy of ``schema_``, or its dict.
        callbacks: Objects of ``ranvier.callbacks``, told of every epoch of each member in turn.
        progress_bar: Whether a bar over the epochs of all members is shown.
        random_state: What first weights, rows set aside, orders and dropout derive from.

    Attributes:
        schema_: What each column was taken for.
        history_: By name one number for each epoch, the mean of the members: ``loss`` (of standardized targets),
            ``val_rmse``, ``val_mae``.
        best_epoch_: The epoch whose weights were kept, counted from 1; of several members the median.
        best_epochs_: That of each member.
        validation_score_: The metric of the kept weights on the rows set aside, the mean of the members, or None.
        n_members_: How many networks there are.
        members_: The networks: weights, history and so on.
        target_mean_: The mean of each target, shape (targets,).
        target_deviation_: The standard deviation of each target.
        target_bounds_: The smallest and the largest of each target, shape (2, targets).
        n_features_in_: The number of columns.
        feature_names_in_: Their names, where X has names.

    Example:
        >>> import pandas as pd
        >>> from ranvier import TabularRegressor
        >>> X = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "shop": ["a", "b"] * 20})
        >>> y = [float(day) for day in range(40)]
        >>> regressor = TabularRegressor(n_members=1, epochs=16, random_state=0).fit(X, y)
        >>> [column.kind for column in regressor.schema_]
        ['date', 'category']

    Source: Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    _metrics = REGRESSION_METRICS
    _classification = False

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, eval_set: Any = None) -> Self:
        """Learn a table.

        Args:
            X: The rows: a data frame of any library that narwhals knows, an array, or a list of rows.
            y: Their targets, shape (n,) or (n, targets).
            sample_weight: What each row counts, shape (n,); a weight of 2 and a row that is there twice are the same.
            eval_set: ``(X, y)`` or ``(X, y, sample_weight)`` to choose the epoch on, instead of rows set aside.

        Returns:
            The regressor itself.

        Raises:
            DataError: If the table or the targets cannot be learned from.
        """
        return self._fit(X, y, sample_weight, eval_set)

    def _learn_targets(self, y: Any, *, known: bool) -> HostArray:
        targets = checked_numbers(y)
        several = targets.ndim == 2
        targets = targets.reshape(len(targets), -1)
        if known:
            if targets.shape[1] != self._outputs:
                raise ShapeError(
                    f"`eval_set` must hold {self._outputs} targets, as `y`; received: {targets.shape[1]}."
                )
        else:
            self._several = several
            self.n_outputs_ = int(targets.shape[1])
        return np.asarray(targets)

    def _training_rows(self, encoded: Any, targets: HostArray, weights: HostArray) -> TableRows:
        counted = targets[weights > 0]
        self.target_bounds_ = np.stack([counted.min(axis=0), counted.max(axis=0)])
        self.target_mean_ = np.average(targets, axis=0, weights=weights)
        variance = np.average(np.square(targets - self.target_mean_), axis=0, weights=weights)
        deviation = np.sqrt(variance)
        self.target_deviation_ = np.where(deviation > 0.0, deviation, 1.0)
        return super()._training_rows(encoded, targets, weights)

    def _encoded_targets(self, targets: HostArray) -> HostArray:
        return np.asarray((targets - self.target_mean_) / self.target_deviation_, np.float32)

    def _scores(self) -> Scores:
        bounds = (self.target_bounds_ - self.target_mean_) / self.target_deviation_
        metric = "rmse" if self.validation_metric == "auto" else self.validation_metric
        return Scores(metric, bounds.astype(np.float32), self.target_deviation_)

    @property
    def _outputs(self) -> int:
        return self.n_outputs_

    def _target_arrays(self) -> dict[str, HostArray]:
        return {
            "mean": self.target_mean_,
            "deviation": self.target_deviation_,
            "bounds": self.target_bounds_,
        }

    def _described_targets(self) -> dict[str, Any]:
        return {"several": self._several}

    def _restore_targets(self, described: Mapping[str, Any], arrays: Mapping[str, HostArray]) -> None:
        self.target_mean_, self.target_deviation_ = arrays["mean"], arrays["deviation"]
        self.target_bounds_ = arrays["bounds"]
        self.n_outputs_ = int(self.target_mean_.shape[0])
        self._several = bool(described["several"])
        shapes = (self.target_mean_.shape, self.target_deviation_.shape, self.target_bounds_.shape)
        if shapes != ((self.n_outputs_,), (self.n_outputs_,), (2, self.n_outputs_)):
            raise ValueError("the targets' sizes do not fit")

    def _joined(self, outputs: list[HostArray]) -> HostArray:
        """Return the mean of the members' outputs in the targets' unit, float64 of shape (rows, targets)."""
        values = [each.astype(np.float64) * self.target_deviation_ + self.target_mean_ for each in outputs]
        return np.asarray(np.mean([np.clip(each, *self.target_bounds_) for each in values], axis=0))

    def predict(self, X: Any) -> HostArray:
        """Return the predictions, float64 of shape (rows,), or (rows, targets) for several targets."""
        found = self._joined(self._member_outputs(X))
        return found if self._several else found[:, 0]

    def explain(self, X: Any, y: Any = None, *, n_repeats: int = 5, random_state: Any = None) -> Explanation:
        """Tell what the columns do for the predictions of some rows.

        Args:
            X: The rows.
            y: Their targets; the regressor's own predictions when None.
            n_repeats: How often each column is shuffled.
            random_state: What shuffling derives from.

        Returns:
            Permutation importance (how much the root of the mean squared error grows) and integrated gradients (of
            the prediction, of several of their sum) of each column.
        """
        return explain_regressor(self, X, y, n_repeats, random_state)

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn what is supported."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
