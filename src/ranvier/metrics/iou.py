"""Intersection over union as metrics, for segmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from ranvier.arguments import checked_number, plain_integers
from ranvier.errors import ConfigurationError
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics import overlap, sums
from ranvier.metrics.base import Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array, Arrays, Configuration

_MOST_CLASSES = 20_000


class IoU(Metric):
    """The mean over some classes of ``TP / (TP + FP + FN)``; classes that do not occur are left out.

    Unlike in Keras, fractional weights count as they are, as long as ``dtype`` is no integer's.

    Args:
        num_classes: The number of classes; other numbers in the data are left out.
        target_class_ids: The classes to average over.
        name: The name in logs.
        dtype: The dtype to which weights are cast; float32 when None.
        ignore_class: Targets of this number are left out, such as 255 for "void".
        sparse_y_true: Whether targets are class numbers; else the largest along ``axis`` is taken.
        sparse_y_pred: Whether predictions are class numbers; else the largest along ``axis`` is taken.
        axis: The class axis of what is not sparse.

    Raises:
        ConfigurationError: If the number of classes or a class is not usable.
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.num_classes = _checked_classes(num_classes)
        self.target_class_ids = _checked_ids(target_class_ids, self.num_classes)
        self.ignore_class = ignore_class
        self.sparse_y_true = bool(sparse_y_true)
        self.sparse_y_pred = bool(sparse_y_pred)
        self.axis = axis

    def zeros(self) -> Arrays:
        """Return a confusion matrix of nothing."""
        return {"matrix": sums.empty((self.num_classes, self.num_classes))}

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Class numbers, shape ``(n, ...)``, or one-hot with the classes along ``axis``.
            y_pred: Class numbers of the same shape, or scores with the classes along ``axis``.
            sample_weight: None, or an array whose axes are the leading axes of the class numbers.
        """
        targets, predictions = as_array(y_true, "y_true"), as_array(y_pred, "y_pred")
        if not self.sparse_y_true:
            targets = jnp.argmax(targets, axis=self.axis)
        if not self.sparse_y_pred:
            predictions = jnp.argmax(predictions, axis=self.axis)
        if sample_weight is not None:
            sample_weight = as_array(sample_weight, "sample_weight").astype(self.dtype)
        added = overlap.confusion_matrix(
            targets, predictions, self.num_classes, sample_weight, self.ignore_class
        )
        return {"matrix": sums.add(state["matrix"], added)}

    def finish(self, state: Arrays) -> float:
        """Return the mean over the target classes."""
        return overlap.intersection_over_union(sums.value(state["matrix"]), self.target_class_ids)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return super().get_config() | {
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class BinaryIoU(IoU):
    """Intersection over union for two classes, predicted by a score.

    Args:
        target_class_ids: ``[0]``, ``[1]`` or ``[0, 1]``: the classes to average over.
        threshold: A prediction of at least this is class 1.
        name: The name in logs.
        dtype: The dtype to which weights are cast; float32 when None.

    Raises:
        ConfigurationError: If a class or the threshold is not usable.
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = checked_number(threshold, "threshold")

    def accumulate(
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch; see :meth:`IoU.accumulate`."""
        predictions = as_array(y_pred, "y_pred").astype(jnp.float32) >= self.threshold
        return super().accumulate(state, y_true, predictions, sample_weight)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = super().get_config() | {"threshold": self.threshold}
        return {key: config[key] for key in ("name", "dtype", "target_class_ids", "threshold")}


class MeanIoU(IoU):
    """Intersection over union, averaged over all classes that occur.

    Args:
        num_classes: The number of classes.
        name: The name in logs.
        dtype: The dtype to which weights are cast; float32 when None.
        ignore_class: Targets of this number are left out.
        sparse_y_true: Whether targets are class numbers.
        sparse_y_pred: Whether predictions are class numbers.
        axis: The class axis of what is not sparse.

    Raises:
        ConfigurationError: If the number of classes is not usable.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        ids = range(_checked_classes(num_classes))
        super().__init__(num_classes, ids, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = super().get_config()
        del config["target_class_ids"]
        return config


class OneHotIoU(IoU):
    """Intersection over union for one-hot targets.

    Args:
        num_classes: The number of classes.
        target_class_ids: The classes to average over.
        name: The name in logs.
        dtype: The dtype to which weights are cast; float32 when None.
        ignore_class: Targets of this class are left out.
        sparse_y_pred: Whether predictions are class numbers.
        axis: The class axis.

    Raises:
        ConfigurationError: If the number of classes or a class is not usable.
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config


class OneHotMeanIoU(MeanIoU):
    """Intersection over union for one-hot targets, averaged over all classes that occur.

    Args:
        num_classes: The number of classes.
        name: The name in logs.
        dtype: The dtype to which weights are cast; float32 when None.
        ignore_class: Targets of this class are left out.
        sparse_y_pred: Whether predictions are class numbers.
        axis: The class axis.

    Raises:
        ConfigurationError: If the number of classes is not usable.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config


def _checked_classes(num_classes: Any) -> int:
    num_classes = plain_integers(num_classes)
    if isinstance(num_classes, bool) or not isinstance(num_classes, int) or num_classes < 1:
        raise ConfigurationError(f"`num_classes` must be a positive integer; received: {num_classes!r}.")
    if num_classes > _MOST_CLASSES:
        raise ConfigurationError(
            f"`num_classes` can be {_MOST_CLASSES:,} at most, since each pair of classes is counted; received: "
            f"{num_classes:.6g}."
        )
    return num_classes


def _checked_ids(class_ids: Sequence[int], num_classes: int) -> list[int]:
    ids = [int(each) for each in class_ids]
    if not ids or min(ids) < 0 or max(ids) >= num_classes:
        raise ConfigurationError(
            f"`target_class_ids` must name classes in [0, {num_classes}); received: {class_ids!r}."
        )
    return ids
