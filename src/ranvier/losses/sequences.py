"""Circle loss and connectionist temporal classification, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier.errors import LabelError, ShapeError
from ranvier.functions import losses as functions
from ranvier.losses.base import Loss
from ranvier.losses.label_checks import check_label_values, check_whole
from ranvier.losses.options import flag, number

if TYPE_CHECKING:
    import jax
    import numpy as np

    from ranvier.types import PartialShape


class Circle(Loss):
    """Pull embeddings of one class together and push those of two classes apart, over all pairs of a batch.

    Args:
        gamma: The scale, above 0.
        margin: The relaxation, from 0 to 1.
        remove_diagonal: Whether a row is not compared with itself.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    option_names = ("gamma", "margin", "remove_diagonal")
    takes_labels = True

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.gamma = number("gamma", gamma, 0.0)
        self.margin = number("margin", margin, 0.0, 1.0)
        self.remove_diagonal = flag("remove_diagonal", remove_diagonal)

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone: no, it depends on every pair."""
        return False

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.circle`."""
        return functions.circle(
            y_true, y_pred, remove_diagonal=self.remove_diagonal, gamma=self.gamma, margin=self.margin
        )

    def counted(self, y_true: Any, values: jax.Array) -> jax.Array | None:  # noqa: ARG002
        """Return the rows with a loss above 0: the others have no pair to learn from."""
        return values > 0

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        if len(output_shape) != 2 or y_true.shape[1:] not in ((), (1,)):
            raise ShapeError(
                f"{self.name} needs embeddings of shape (n, d) and one integer label for each; "
                f"received: targets of shape {y_true.shape} for an output of shape {output_shape}."
            )
        check_whole(y_true, self.name)


class CTC(Loss):
    """Minus the log-probability of a sequence of labels over all its alignments with the time steps.

    Targets are rows of labels from 1, filled up with zeros; outputs are logits of shape
    ``(n, time, classes)``, class 0 being the blank.

    Args:
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs.
        dtype: The dtype of the computation; float32 when None.
    """

    takes_labels = True

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "ctc", dtype: Any = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample; see :func:`~ranvier.losses.ctc`."""
        return functions.ctc(y_true, y_pred)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        if len(output_shape) != 3 or y_true.ndim != 2:
            raise ShapeError(
                f"{self.name} needs targets of shape (n, labels) and an output of shape (n, time, classes); "
                f"received: targets of shape {y_true.shape} for an output of shape {output_shape}."
            )
        check_label_values(y_true, output_shape[2], self.name)
        if ((y_true[:, :-1] == 0) & (y_true[:, 1:] != 0)).any():
            raise LabelError(
                f"{self.name} takes 0 for the blank, so that zeros may only fill up the end of a row; "
                "received: a row with a 0 before another label. Number the classes from 1."
            )
