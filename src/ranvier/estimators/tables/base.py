"""What classifier and regressor for tables share: from a raw table to a fitted ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ranvier.errors import ConfigurationError, DataError
from ranvier.estimators.parameters import hidden_sizes
from ranvier.estimators.rows import batch_length
from ranvier.estimators.tables.encoding import Encoded, Encoder
from ranvier.estimators.tables.ensemble import EnsembleTraining
from ranvier.estimators.tables.explanation import Explanation
from ranvier.estimators.tables.exporting import export_table_estimator
from ranvier.estimators.tables.feeding import TableRows
from ranvier.estimators.tables.files import save_estimator
from ranvier.estimators.tables.forward import logits
from ranvier.estimators.tables.frames import RawTable, aligned, read_table
from ranvier.estimators.tables.member import Member, Plan
from ranvier.estimators.tables.network import Architecture, build, put_weights
from ranvier.estimators.tables.order import canonical_order
from ranvier.estimators.tables.parameters import TableParameters, check_parameters, chosen
from ranvier.estimators.tables.recipe import Recipe, recipe_for
from ranvier.estimators.tables.row_weights import checked_weights, repeated
from ranvier.estimators.tables.schema import Schema, resolved_schema
from ranvier.estimators.tables.scoring import Scores
from ranvier.estimators.tables.sizes import batch_rows, epoch_count, member_count
from ranvier.estimators.tables.splits import default_fraction, validation_rows
from ranvier.estimators.tables.targets import require_length

HostArray: TypeAlias = "np.ndarray[Any, Any]"

MOST_PRECISE = 2**14
"""How many rows are predicted in double precision, where a row's prediction does not depend on its neighbours."""


class BaseTabular(TableParameters, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """An ensemble of networks behind scikit-learn's face, on raw tables; a subclass knows the targets."""

    _metrics: tuple[str, ...] = ()
    _classification = False

    # -- what a subclass knows -------------------------------------------------------------------

    def _learn_targets(self, y: Any, *, known: bool) -> HostArray:
        """Check y, learn about it unless it is ``known``, and return labels or float64 numbers."""
        raise NotImplementedError

    def _class_weights(self, targets: HostArray, weights: HostArray) -> HostArray:
        """Return what each row counts, its class considered."""
        del targets
        return weights

    def _encoded_targets(self, targets: HostArray) -> HostArray:
        """Return targets as the network takes them."""
        raise NotImplementedError

    def _scores(self) -> Scores:
        """Return what is measured on the rows set aside."""
        raise NotImplementedError

    @property
    def _outputs(self) -> int:
        """The number of outputs."""
        raise NotImplementedError

    def _target_arrays(self) -> dict[str, HostArray]:
        """Return what is known of the targets as arrays, for a file."""
        raise NotImplementedError

    def _described_targets(self) -> dict[str, Any]:
        """Return what else is known of the targets, as JSON types."""
        raise NotImplementedError

    def _restore_targets(self, described: Mapping[str, Any], arrays: Mapping[str, HostArray]) -> None:
        """Take up what the two methods above returned."""
        raise NotImplementedError

    # -- fitting ---------------------------------------------------------------------------------

    def _fit(self, X: Any, y: Any, sample_weight: Any, eval_set: Any) -> Self:
        check_parameters(self.get_params(deep=False), self._metrics)
        table = read_table(X)
        if y is None:
            raise ConfigurationError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        targets = self._learn_targets(y, known=False)
        require_length(targets, table.rows)
        require_rows(table.rows)
        weights = checked_weights(sample_weight, table.rows)
        if sample_weight is not None:
            copies, weights = repeated(weights)
            table, targets = table.rows_at(copies), targets[copies]
        recipe = recipe_for(self.recipe, classification=self._classification)
        self._encoder, encoded = Encoder.learn(table, resolved_schema(self.schema), recipe.largest_one_hot)
        self._remember_columns(table)
        rows = self._training_rows(encoded, targets, weights)
        outside = None if eval_set is None else self._evaluation_rows(eval_set)
        random_state = check_random_state(self.random_state)
        self._train(rows, outside, recipe, random_state)
        return self

    def _remember_columns(self, table: RawTable) -> None:
        self._names, self._named = table.names, table.named
        self.n_features_in_ = len(table.names)
        self.schema_: Schema = self._encoder.schema
        if table.named:
            self.feature_names_in_ = np.array(table.names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _training_rows(self, encoded: Encoded, targets: HostArray, weights: HostArray) -> TableRows:
        order = canonical_order(encoded, targets, weights)
        if order is not None:
            encoded, targets, weights = encoded.take(order), targets[order], weights[order]
        weights = self._class_weights(targets, weights)
        return TableRows(
            encoded, self._encoded_targets(targets), (weights / weights.mean()).astype(np.float32)
        )

    def _evaluation_rows(self, eval_set: Any) -> TableRows:
        if not isinstance(eval_set, tuple) or len(eval_set) not in (2, 3):
            raise ConfigurationError(
                "`eval_set` must be a tuple (X, y) or (X, y, sample_weight); "
                f"received: {type(eval_set).__name__}."
            )
        table = self._aligned(eval_set[0])
        targets = self._learn_targets(eval_set[1], known=True)
        require_length(targets, table.rows)
        weights = checked_weights(eval_set[2] if len(eval_set) == 3 else None, table.rows)
        encoded = self._encoder.encode(table)
        return TableRows(encoded, self._encoded_targets(targets), weights.astype(np.float32))

    def _train(
        self,
        rows: TableRows,
        outside: TableRows | None,
        recipe: Recipe,
        random_state: np.random.RandomState,
    ) -> None:
        self._architecture = self._architecture_for(recipe)
        members = int(chosen(self.n_members, member_count(rows.count)))
        seeds = [int(seed) for seed in random_state.randint(2**31 - 1, size=members)]
        generator = np.random.default_rng(int(random_state.randint(2**31 - 1)))
        fraction = float(chosen(self.validation_fraction, default_fraction(members)))
        labels = rows.targets if self._classification else None
        validations = validation_rows(
            rows.count, labels, members, 0.0 if outside is not None else fraction, generator
        )
        training_count = rows.count - min(len(apart) for apart in validations)
        plan = Plan(
            architecture=self._architecture,
            epochs=int(chosen(self.epochs, epoch_count(training_count, members))),
            learning_rate=float(chosen(self.learning_rate, recipe.learning_rate)),
            dropout=float(chosen(self.dropout, recipe.dropout)),
            weight_decay=float(chosen(self.weight_decay, recipe.weight_decay)),
            label_smoothing=float(chosen(getattr(self, "label_smoothing", 0.0), recipe.label_smoothing)),
            fitted_start=recipe.fitted_start,
            scores=self._scores(),
        )
        batch = int(chosen(self.batch_size, batch_rows(training_count)))
        training = EnsembleTraining(
            plan,
            rows,
            min(batch, batch_length(training_count)),
            validations,
            outside,
            seeds,
            self.callbacks,
            bool(self.progress_bar),
        )
        self._publish(training.run())
        self._finish(rows, outside)

    def _finish(self, rows: TableRows, outside: TableRows | None) -> None:
        """Do what comes after the training of the members."""

    def _publish(self, members: list[Member]) -> None:
        self.members_ = members
        self.n_members_ = len(members)
        self.best_epochs_ = [member.epoch for member in members]
        self.best_epoch_ = int(np.median(self.best_epochs_))
        self.history_ = mean_history([member.history for member in members])
        scores = [member.score for member in members]
        self.validation_score_ = None if np.isnan(scores).any() else float(np.mean(scores))

    def _architecture_for(self, recipe: Recipe) -> Architecture:
        encoder = self._encoder
        return Architecture(
            numbers=len(encoder.numbers),
            indicators=tuple(rule.count for rule in encoder.indicators),
            embedded=tuple(rule.count for rule in encoder.embedded),
            hidden=hidden_sizes(self.hidden_layer_sizes),
            outputs=self._outputs,
            activation=recipe.activation,
            parametric=recipe.parametric,
            periodic=recipe.periodic,
            classes=self._classification,
        )

    # -- predicting ------------------------------------------------------------------------------

    def encode(self, X: Any) -> Encoded:
        """Return rows as the networks take them: scaled numbers, and codes of categories.

        Args:
            X: The rows, a table with the columns of ``fit``.

        Raises:
            NotFittedError: Before ``fit``.
        """
        table = self._fitted_table(X)
        return self._encoder.encode(table)

    def _aligned(self, X: Any) -> RawTable:
        return aligned(read_table(X), self._names, named=self._named, estimator=type(self).__name__)

    def _fitted_table(self, X: Any) -> RawTable:
        check_is_fitted(self)
        return self._aligned(X)

    def _outputs_of(self, encoded: Encoded) -> list[HostArray]:
        """Return the outputs of each member, shape (rows, outputs)."""
        dtype = np.float64 if encoded.rows <= MOST_PRECISE else np.float32
        return [logits(encoded, self._architecture, member.weights, dtype) for member in self.members_]

    def _member_outputs(self, X: Any) -> list[HostArray]:
        return self._outputs_of(self.encode(X))

    def to_model(self, member: int = 0) -> Any:
        """Return the network of a member as a model with copies of its weights, not compiled.

        It takes what the encoder of the estimator makes of a table: ``numbers``, ``indicators`` and ``embedded``,
        those that there are. A regressor's model predicts standardized targets.

        Args:
            member: The number of the member.

        Raises:
            NotFittedError: Before ``fit``.
            ConfigurationError: If there is no such member.
        """
        check_is_fitted(self)
        if not 0 <= member < len(self.members_):
            raise ConfigurationError(
                f"`member` must be a number from 0 to {len(self.members_) - 1}; received: {member!r}."
            )
        recipe = recipe_for(self.recipe, classification=self._classification)
        model = build(self._architecture, float(chosen(self.dropout, recipe.dropout)), None)
        put_weights(model, self.members_[member].weights)
        return model

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

        An ONNX file has an input of shape (rows, 1) for each column that is used: texts for categories and truth
        values, where any text that is none of the levels means missing; numbers, where NaN means missing; dates as
        seconds since 1970 in double precision. A classifier's outputs are ``label`` and ``probabilities``; a
        regressor's is ``variable``, of shape (rows, targets). A Python file takes columns as they come.

        Args:
            filepath: The file: ``.onnx`` for ONNX, or ``.py`` for one file of Python that needs NumPy alone.
            format: ``"onnx"`` or ``"python"``; what the name of the file says when None.
            verbose: Whether to print a line about the file.
            input_dtype: The dtype of numbers in an ONNX file; ``"float64"`` where single precision is too coarse.
            title: What the file says it is; the name of the class when None.

        Raises:
            NotFittedError: Before ``fit``.
            MissingExtraError: If the package ``onnx`` is needed and not installed.
            FileWriteError: If the file would predict something else, or cannot be written; then there is none.
        """
        check_is_fitted(self)
        export_table_estimator(self, filepath, format, verbose=verbose, input_dtype=input_dtype, title=title)

    def explain(self, X: Any, y: Any = None, *, n_repeats: int = 5, random_state: Any = None) -> Explanation:
        """Tell what the columns do for the predictions of some rows.

        Args:
            X: The rows.
            y: Their targets; the estimator's own predictions when None.
            n_repeats: How often each column is shuffled.
            random_state: What shuffling derives from.

        Returns:
            Permutation importance and integrated gradients of each column.
        """
        raise NotImplementedError

    def save(self, path: Any) -> None:
        """Write the estimator to a file, which :func:`ranvier.estimators.load_estimator` reads.

        Args:
            path: The file; its name should end in ``.safetensors``.

        Raises:
            NotFittedError: Before ``fit``.
            FileWriteError: If the system refuses.
        """
        check_is_fitted(self)
        save_estimator(self, path)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_") and (
            hasattr(self, "members_") or getattr(self, "_constant", None) is not None
        )

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn what is supported."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags


def mean_history(histories: list[dict[str, list[float]]]) -> dict[str, list[float]]:
    """Return the means of several members' histories, as long as the shortest."""
    names = [name for name in histories[0] if all(name in history for history in histories)]
    found = {}
    for name in names:
        length = min(len(history[name]) for history in histories)
        found[name] = [
            float(np.mean([history[name][epoch] for history in histories])) for epoch in range(length)
        ]
    return found


def require_rows(count: int) -> None:
    """Refuse a single row.

    Raises:
        DataError: If there is none to learn from.
    """
    if count < 2:
        raise DataError(f"At least 2 rows are needed to learn from; received: n_samples = {count}.")
