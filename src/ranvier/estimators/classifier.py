"""The classifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from ranvier.errors import ConfigurationError, LabelError, unknown_name
from ranvier.estimators.base import BaseMLP
from ranvier.estimators.forward import sigmoid, softmax
from ranvier.estimators.inputs import HostArray, read_evaluation, read_rows
from ranvier.estimators.losses import classification_loss
from ranvier.estimators.solvers import has_steps
from ranvier.losses import Loss


@dataclass(eq=False, repr=False)
class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """A neural network that classifies, with the face of ``sklearn.neural_network.MLPClassifier``.

    The parameters that scikit-learn's has mean the same here; ``loss`` and those after it are Ranvier's own.

    Args:
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
        loss: ``"log_loss"`` or its other name ``"cross_entropy"``, ``"focal"``, or ``"squared_error"`` of
            the probabilities (Brier's score).
        focal_gamma: How much the focal loss leaves out of rows that are right already.
        class_weight: Weights of the classes, a dict by label, ``"balanced"``, or None.

    Attributes:
        classes_: The labels.
        coefs_: The weights of each layer, shape (inputs, outputs).
        intercepts_: The intercepts of each layer, shape (outputs,).
        normalizations_: The arrays of each batch normalization; empty without.
        loss_: The training loss of the last iteration.
        best_loss_: The smallest training loss; None with ``early_stopping``.
        loss_curve_: The training loss of each iteration.
        validation_scores_: The accuracy on the validation rows after each iteration, or None.
        validation_loss_curve_: The loss on the validation rows after each iteration, or None.
        best_validation_score_: The best accuracy on the validation rows, or None.
        n_iter_: The number of iterations of the last fit.
        t_: The number of rows seen.
        n_layers_: The number of layers, the input counted.
        n_outputs_: The number of outputs.
        out_activation_: ``"softmax"``, or ``"logistic"`` for two classes and for sets of labels.
        n_features_in_: The number of features.
        feature_names_in_: Their names, where X has names.

    Example:
        >>> import numpy as np
        >>> from ranvier import MLPClassifier
        >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), ["a", "a", "b", "b"]
        >>> MLPClassifier(solver="lbfgs", random_state=0).fit(X, y).predict([[0.2], [2.8]]).tolist()
        ['a', 'b']
    """

    _: KW_ONLY
    loss: str = "log_loss"
    focal_gamma: float = 2.0
    class_weight: Any = None

    _loss_names = ("log_loss", "cross_entropy", "focal", "squared_error")
    _score_name = "accuracy"
    _multilabel = False
    _sparse_targets = False

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
            y: Labels of shape (n,), or 0 and 1 of shape (n, labels) where a row may have several.
            sample_weight: What each row counts, shape (n,).
            eval_set: ``(X, y)`` or ``(X, y, sample_weight)`` to validate on after each iteration.
            X_val: The same rows by the names of scikit-learn, which a ``Pipeline`` can transform: features,
            y_val: targets,
            sample_weight_val: and what each row counts.

        Returns:
            The classifier itself.
        """
        evaluation = read_evaluation(eval_set, X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, evaluation, incremental=False)

    @available_if(has_steps)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train one pass over some rows.

        Args:
            X: Features.
            y: Labels.
            sample_weight: What each row counts.
            classes: All labels there will be; needed in the first call.

        Returns:
            The classifier itself.
        """
        if not (hasattr(self, "classes_") and hasattr(self, "coefs_")):
            if type_of_target(y).startswith("multilabel"):
                self._learn_classes(y)
            elif classes is None:
                raise ConfigurationError(
                    "The first call of `partial_fit` needs `classes`, all labels there will be; received: None."
                )
            else:
                self._learn_classes(classes)
        elif classes is not None and not np.array_equal(self.classes_, unique_labels(classes)):
            raise LabelError(
                f"`classes` must be those of the first call, {self.classes_}; received: {classes}."
            )
        return self._fit(X, y, sample_weight, None, incremental=True)

    # -- targets ---------------------------------------------------------------------------------

    @property
    def _label_binarizer(self) -> LabelBinarizer:
        """What stands between labels and outputs in scikit-learn; converters to other formats ask for it."""
        return LabelBinarizer().fit(
            np.eye(len(self.classes_), dtype=int) if self._multilabel else self.classes_
        )

    @_label_binarizer.setter
    def _label_binarizer(self, binarizer: LabelBinarizer) -> None:
        self._multilabel = binarizer.y_type_.startswith("multilabel")
        self._sparse_targets = bool(binarizer.sparse_input_)
        self.classes_ = binarizer.classes_

    def _learn_classes(self, y: Any) -> None:
        self._multilabel = type_of_target(y).startswith("multilabel")
        self._sparse_targets = issparse(y)
        self.classes_ = np.arange(y.shape[1]) if self._multilabel else unique_labels(y)

    def _learn_targets(
        self, X: Any, y: Any, *, first: bool, known: bool, whole: bool = False
    ) -> tuple[Any, Any]:
        X, y = read_rows(self, X, y, reset=first)
        check_classification_targets(y)
        if type_of_target(y) == "multiclass-multioutput":
            raise LabelError(
                "`y` of several columns must hold 0 and 1, one column for each label; received: other values. Use "
                "scikit-learn's MultiOutputClassifier for several targets."
            )
        if y.ndim == 2 and y.shape[1] == 1 and not issparse(y):
            y = column_or_1d(y, warn=True)
        if not (known and hasattr(self, "classes_")):
            self._learn_classes(y)
        elif not self._multilabel:
            labels = np.unique(y)
            unseen = np.setdiff1d(labels, self.classes_)
            if whole and (len(unseen) or len(labels) < len(self.classes_)):
                raise LabelError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {self.classes_}, `y` has {labels}. Clone the estimator, or use `partial_fit`."
                )
            if len(unseen):
                raise LabelError(
                    f"`y` must hold labels of the first fit, {self.classes_}; received also: {unseen[:8]}."
                )
        return X, y

    def _out_activation(self, y: Any) -> tuple[int, str]:
        del y
        count = len(self.classes_)
        if self._multilabel:
            return count, "logistic"
        return (count, "softmax") if count > 2 else (1, "logistic")

    def _encoded(self, y: Any) -> HostArray:
        if self._multilabel:
            return np.asarray(y.toarray() if issparse(y) else y, np.float32)
        labels: HostArray = np.searchsorted(self.classes_, y).astype(np.int32)
        if self.out_activation_ == "logistic":
            return labels.astype(np.float32)[:, None]
        if self.loss in ("log_loss", "cross_entropy"):
            return labels
        return np.eye(len(self.classes_), dtype=np.float32)[labels]

    def _strata(self, y: Any) -> Any:
        if self._multilabel:
            return None
        return y if len(self.classes_) > 2 else (y == self.classes_[-1]).astype(str)

    def _score_can_stand_still(self) -> bool:
        return len(self.classes_) > 1

    def _row_weights(self, y: Any, weights: HostArray, *, incremental: bool) -> HostArray:
        chosen = self.class_weight
        if chosen is None:
            return weights
        if isinstance(chosen, str):
            if chosen != "balanced":
                raise unknown_name("`class_weight`", chosen, ["balanced"])
            if incremental:
                raise ConfigurationError(
                    "`partial_fit` does not see all rows, so class_weight='balanced' has no meaning there. "
                    "Give a dict."
                )
            return self._counted(self._balanced(y, weights))
        if self._multilabel or not isinstance(chosen, Mapping):
            raise ConfigurationError(
                "`class_weight` must be a dict of weights by label, 'balanced' or None, and for sets of labels "
                f"'balanced' or None; received: {chosen!r}."
            )
        unknown = [label for label in chosen if label not in self.classes_]
        if unknown:
            raise ConfigurationError(
                f"`class_weight` must name labels of `y`, {self.classes_}; received also: {unknown}."
            )
        by_class = np.array([chosen.get(label, 1.0) for label in self.classes_.tolist()])
        return self._counted(weights * by_class[np.searchsorted(self.classes_, y)])

    def _balanced(self, y: Any, weights: HostArray) -> HostArray:
        if self._multilabel:
            return np.asarray(weights * compute_sample_weight("balanced", y))
        labels = np.searchsorted(self.classes_, y)
        counts = np.bincount(labels, weights)
        present = np.count_nonzero(counts)
        by_class = np.divide(weights.sum(), present * counts, out=np.zeros(len(counts)), where=counts > 0)
        return np.asarray(weights * by_class[labels])

    @staticmethod
    def _counted(weights: HostArray) -> HostArray:
        if weights.min() < 0 or not weights.any():
            raise ConfigurationError(
                "`class_weight` must leave weights of at least 0, not all 0; received: weights from "
                f"{weights.min()} to {weights.max()}."
            )
        return weights

    def _loss(self) -> Loss:
        return classification_loss(self.loss, self.out_activation_, float(self.focal_gamma))

    # -- predictions -----------------------------------------------------------------------------

    def predict(self, X: Any) -> Any:
        """Return the most probable label of each row, or 0 and 1 for each of several labels."""
        found = self._logits(X)
        if self._multilabel:
            chosen = (found > 0).astype(np.int64)
            return csr_matrix(chosen) if self._sparse_targets else chosen
        if self.out_activation_ == "softmax":
            return self.classes_[found.argmax(axis=1)]
        return self.classes_[(found[:, 0] > 0).astype(np.int64) * (len(self.classes_) - 1)]

    def predict_proba(self, X: Any) -> HostArray:
        """Return the probability of each label, shape (n, labels), in the order of ``classes_``."""
        found = self._logits(X)
        if self.out_activation_ == "softmax":
            return softmax(found)
        if self._multilabel:
            return sigmoid(found)
        if len(self.classes_) == 1:
            return np.ones((len(found), 1), found.dtype)
        return np.concatenate([sigmoid(-found), sigmoid(found)], axis=1)

    def predict_log_proba(self, X: Any) -> HostArray:
        """Return the logarithms of the probabilities, always finite: probabilities do not round to 0."""
        return np.log(self.predict_proba(X))

    # -- models ----------------------------------------------------------------------------------

    @classmethod
    def from_model(cls, model: Any, classes: Any = None) -> Self:
        """Return a fitted classifier with the network of a model.

        Args:
            model: A ``Sequential`` of dense layers that ends in softmax or sigmoid.
            classes: The labels in the order of the outputs; 0, 1, … when None. With a sigmoid of one
                output there are two; of several outputs each stands for itself.

        Raises:
            UnsupportedError: If an estimator cannot stand for the model.
            ConfigurationError: If the number of labels does not fit.
        """
        estimator = cls()
        estimator._adopt(model)
        outputs, several = estimator.n_outputs_, estimator.out_activation_ == "softmax"
        if estimator.out_activation_ not in ("softmax", "logistic"):
            raise ConfigurationError(
                f"A classifier's model must end in softmax or sigmoid; received: {estimator.out_activation_}."
            )
        estimator._multilabel = not several and outputs > 1
        estimator._sparse_targets = False
        count = outputs if several or outputs > 1 else 2
        labels = np.arange(count) if classes is None else np.asarray(classes)
        if labels.shape != (count,) or len(np.unique(labels)) != count:
            raise ConfigurationError(
                f"`classes` must hold {count} different labels, in the order of the outputs; received: {classes!r}."
            )
        estimator.classes_ = labels
        return estimator

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn what is supported."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
