"""The classifier for tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_is_fitted

from ranvier.errors import ConfigurationError, LabelError, UnsupportedError, unknown_name
from ranvier.estimators.tables.base import BaseTabular
from ranvier.estimators.tables.calibration import temperature
from ranvier.estimators.tables.explanation import Explanation, explain_classifier
from ranvier.estimators.tables.feeding import TableRows
from ranvier.estimators.tables.parameters import is_auto
from ranvier.estimators.tables.scoring import CLASSIFICATION_METRICS, Scores, log_softmax
from ranvier.estimators.tables.targets import checked_labels

HostArray: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(eq=False, repr=False)
class TabularClassifier(ClassifierMixin, BaseTabular):  # type: ignore[misc]  # scikit-learn has no types
    """Networks that learn classes from a table as it comes.

    Give it a data frame of numbers, categories, texts, truth values and dates, with values missing. It finds out what
    each column is (:attr:`schema_`), trains an ensemble of networks by a published recipe that needs no tuning, and
    averages their probabilities.

    Args:
        recipe: ``"td"``, or ``"td-s"`` for the simple form without embeddings of numbers, dropout and weight decay.
        n_members: How many networks are trained, each with other rows set aside, and averaged; ``"auto"`` is 8 up
            to 20,000 rows, 4 up to 50,000, 2 up to 100,000, then 1.
        epochs: The passes over the rows; ``"auto"`` follows from the number of rows and members, at most 128; a single
            network of the recipe takes 256.
        batch_size: The rows of a step; ``"auto"`` is 64 to 1,024, by the number of rows.
        hidden_layer_sizes: The number of units of each hidden layer.
        learning_rate: The highest learning rate; ``"auto"`` is 0.04.
        dropout: The share of hidden units dropped at first, in [0, 1); ``"auto"`` is 0.15, for ``"td-s"`` 0.
        weight_decay: The strength of weight decay at first; ``"auto"`` is 0.02, for ``"td-s"`` 0.
        validation_fraction: The share of the rows that a member sets aside to choose its epoch; ``"auto"`` is 0.2,
            or less where there are more than 5 members; 0 for none.
        validation_metric: What chooses the epoch: ``"error"`` (the share of wrong labels, also ``"auto"``) or
            ``"log_loss"``.
        schema: What columns are to be taken for; a :class:`Schema`, such as a changed copy of ``schema_``, or its dict.
        callbacks: Objects of ``ranvier.callbacks``, told of every epoch of each member in turn.
        progress_bar: Whether a bar over the epochs of all members is shown.
        random_state: What first weights, rows set aside, orders and dropout derive from.
        label_smoothing: The share of each label that is spread over all classes; ``"auto"`` is 0.1.
        class_weight: Weights of the classes, a dict by label, ``"balanced"``, or None.
        calibrate: Whether probabilities are calibrated on the rows set aside; ``"auto"`` where there are such rows.

    Attributes:
        classes_: The labels.
        schema_: What each column was taken for.
        history_: By name one number for each epoch, the mean of the members: ``loss``, ``val_error``, ``val_log_loss``.
        best_epoch_: The epoch whose weights were kept, counted from 1; of several members the median.
        best_epochs_: That of each member.
        validation_score_: The metric of the kept weights on the rows set aside, the mean of the members, or None.
        n_members_: How many networks there are.
        members_: The networks: weights, history and so on.
        temperature_: What logarithms of probabilities are divided by; 1 where nothing is calibrated.
        n_features_in_: The number of columns.
        feature_names_in_: Their names, where X has names.

    Example:
        >>> import pandas as pd
        >>> from ranvier import TabularClassifier
        >>> X = pd.DataFrame({"size": [1.0, None, 3.0, 4.0] * 5, "colour": ["red", "red", "blue", None] * 5})
        >>> y = ["a", "a", "b", "b"] * 5
        >>> classifier = TabularClassifier(n_members=1, epochs=16, random_state=0).fit(X, y)
        >>> [column.kind for column in classifier.schema_]
        ['number', 'category']

    Source: Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    _: KW_ONLY
    label_smoothing: Any = "auto"
    class_weight: Any = None
    calibrate: Any = "auto"

    _metrics = CLASSIFICATION_METRICS
    _classification = True

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, eval_set: Any = None) -> Self:
        """Learn a table.

        Args:
            X: The rows: a data frame of any library that narwhals knows, an array, or a list of rows.
            y: Their labels, shape (n,).
            sample_weight: What each row counts, shape (n,); a weight of 2 and a row that is there twice are the same.
            eval_set: ``(X, y)`` or ``(X, y, sample_weight)`` to choose the epoch on, instead of rows set aside.

        Returns:
            The classifier itself.

        Raises:
            DataError: If the table or the labels cannot be learned from.
        """
        return self._fit(X, y, sample_weight, eval_set)

    # -- targets ---------------------------------------------------------------------------------

    def _learn_targets(self, y: Any, *, known: bool) -> HostArray:
        labels = checked_labels(y)
        if not known:
            self.classes_ = np.unique(labels)
        places = np.searchsorted(self.classes_, labels)
        places = np.minimum(places, len(self.classes_) - 1)
        unseen = self.classes_[places] != labels
        if unseen.any():
            raise LabelError(
                f"`eval_set` must hold labels of `y`, {self.classes_}; received also: {np.unique(labels[unseen])[:8]}."
            )
        return np.asarray(places)

    def _class_weights(self, targets: HostArray, weights: HostArray) -> HostArray:
        asked = self.class_weight
        if asked is None:
            return weights
        if isinstance(asked, str):
            if asked != "balanced":
                raise unknown_name("`class_weight`", asked, ["balanced"])
            return np.asarray(weights * compute_sample_weight("balanced", targets))
        if not isinstance(asked, Mapping):
            raise ConfigurationError(
                f"`class_weight` must be a dict of weights by label, 'balanced' or None; received: {asked!r:.200}."
            )
        labels = self.classes_.tolist()
        unknown = [label for label in asked if label not in labels]
        if unknown:
            raise ConfigurationError(
                f"`class_weight` must name labels of `y`, {self.classes_}; received also: {unknown}."
            )
        by_class = np.array([asked.get(label, 1.0) for label in labels], np.float64)
        weighted = weights * by_class[targets]
        if by_class.min() < 0 or not np.isfinite(by_class).all() or not weighted.any():
            raise ConfigurationError(
                f"`class_weight` must leave weights of at least 0, not all 0; received: {asked!r:.200}."
            )
        return np.asarray(weighted)

    def _encoded_targets(self, targets: HostArray) -> HostArray:
        return targets.astype(np.int32)

    def _scores(self) -> Scores:
        return Scores("error" if self.validation_metric == "auto" else self.validation_metric)

    @property
    def _outputs(self) -> int:
        return len(self.classes_)

    def _train(self, rows: TableRows, *arguments: Any) -> None:
        self.temperature_ = 1.0
        self._constant = len(self.classes_) == 1
        if self._constant:
            for name in ("members_", "history_", "best_epoch_", "best_epochs_", "validation_score_"):
                if hasattr(self, name):
                    delattr(self, name)
            self.n_members_ = 0
            return
        super()._train(rows, *arguments)

    def _finish(self, rows: TableRows, outside: TableRows | None) -> None:
        insists = not is_auto(self.calibrate)
        if insists and not self.calibrate:
            return
        found = _validation_outputs(self.members_, rows, outside)
        if found is None:
            if not insists:
                return
            raise ConfigurationError(
                "`calibrate` needs rows set aside: more rows, a `validation_fraction` above 0, or an `eval_set`; "
                "received: none."
            )
        self.temperature_ = temperature(*found)
        if outside is None and self.n_members_ > 1:
            # The rows were seen by one member each, and the mean of all is less sure than each of them.
            self.temperature_ = min(self.temperature_, 1.0)

    # -- files -----------------------------------------------------------------------------------

    def _target_arrays(self) -> dict[str, HostArray]:
        numeric = self.classes_.dtype.kind in "biuf"
        return {"classes": self.classes_} if numeric else {}

    def _described_targets(self) -> dict[str, Any]:
        if self.classes_.dtype.kind in "biuf":
            return {"temperature": self.temperature_}
        if not all(isinstance(label, str) for label in self.classes_.tolist()):
            raise UnsupportedError(
                f"A file holds labels that are texts, numbers or truth values; received: {self.classes_!r:.200}."
            )
        return {
            "temperature": self.temperature_,
            "classes": self.classes_.tolist(),
            "objects": self.classes_.dtype.kind == "O",
        }

    def _restore_targets(self, described: Mapping[str, Any], arrays: Mapping[str, HostArray]) -> None:
        if "classes" in arrays:
            classes = arrays["classes"]
        else:
            labels = described["classes"]
            if not all(isinstance(label, str) for label in labels):
                raise ValueError("labels must be texts")
            classes = np.array(labels, dtype=object if described["objects"] else str)
        if classes.ndim != 1 or not len(classes) or len(np.unique(classes)) != len(classes):
            raise ValueError("labels must differ")
        self.classes_ = classes
        self.temperature_ = float(described["temperature"])
        if not self.temperature_ > 0.0:
            raise ValueError("the temperature must be greater than 0")
        self._constant = len(classes) == 1
        self.n_members_ = 0

    # -- predictions -----------------------------------------------------------------------------

    def _log_probabilities(self, X: Any) -> HostArray:
        """Return finite logarithms of the members' mean probabilities, float64, shape (rows, classes)."""
        check_is_fitted(self)
        if self._constant:
            return np.zeros((self._fitted_table(X).rows, 1))
        return self._joined(self._member_outputs(X))

    def _joined(self, outputs: list[HostArray]) -> HostArray:
        return log_softmax(mean_log_probabilities(outputs) / self.temperature_)

    def predict(self, X: Any) -> HostArray:
        """Return the most probable label of each row."""
        found = self._log_probabilities(X)
        return np.asarray(self.classes_[found.argmax(axis=1)])

    def predict_proba(self, X: Any) -> HostArray:
        """Return the probability of each label, float64 of shape (rows, labels), in the order of ``classes_``."""
        return np.exp(self._log_probabilities(X))

    def predict_log_proba(self, X: Any) -> HostArray:
        """Return the logarithms of the probabilities, finite also where those round to 0."""
        return self._log_probabilities(X)

    def explain(self, X: Any, y: Any = None, *, n_repeats: int = 5, random_state: Any = None) -> Explanation:
        """Tell what the columns do for the predictions of some rows.

        Args:
            X: The rows.
            y: Their labels; the classifier's own predictions when None.
            n_repeats: How often each column is shuffled.
            random_state: What shuffling derives from.

        Returns:
            Permutation importance (how much the log loss grows) and integrated gradients (of the probability of the
            most probable label, of two labels of the second) of each column.
        """
        return explain_classifier(self, X, y, n_repeats, random_state)


def mean_log_probabilities(outputs: list[HostArray]) -> HostArray:
    """Return the logarithm of the mean of several members' probabilities, float64 of shape (rows, classes)."""
    found = np.stack([log_softmax(each.astype(np.float64)) for each in outputs])
    largest = found.max(axis=0)
    return np.asarray(largest + np.log(np.exp(found - largest).mean(axis=0)))


def _validation_outputs(
    members: list[Any], rows: TableRows, outside: TableRows | None
) -> tuple[HostArray, HostArray, HostArray] | None:
    """Return outputs, labels and weights of all rows that were set aside."""
    given = [member for member in members if member.outputs is not None]
    if not given:
        return None
    if outside is not None:
        outputs = mean_log_probabilities([member.outputs for member in given])
        return outputs, outside.targets, outside.weights
    outputs = np.concatenate([log_softmax(member.outputs) for member in given])
    apart = np.concatenate([member.validation for member in given])
    return outputs, rows.targets[apart], rows.weights[apart]
