"""What comes in with the rows: features in single precision, weights of rows, and the order of a pass."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_array, validate_data

from ranvier.errors import ConfigurationError, DataError, ShapeError

HostArray: TypeAlias = "np.ndarray[Any, Any]"

FORMATS = ("csr", "csc")


def read_features(estimator: Any, X: Any, *, reset: bool) -> tuple[Any, Any]:
    """Check features to be predicted.

    Args:
        estimator: Whose features they are.
        X: Shape (n, features), dense or sparse.
        reset: Whether their number and names are new to the estimator.

    Returns:
        The features, and the dtype that predictions have: that of X, float64 for whole numbers.

    Raises:
        ValueError: scikit-learn's, if they are no finite numbers of that shape.
    """
    found = validate_data(estimator, X, accept_sparse=FORMATS, dtype=_dtypes(X), reset=reset)
    wide = found.dtype == np.float64 or getattr(X, "dtype", None) != np.float32
    return found, np.float64 if wide else np.float32


def read_rows(estimator: Any, X: Any, y: Any, *, reset: bool, **options: Any) -> tuple[Any, Any]:
    """Check features and targets to be learned from.

    Args:
        estimator: Whose they are.
        X: Shape (n, features), dense or sparse.
        y: Shape (n,) or (n, outputs).
        reset: Whether number and names of the features are new to the estimator.
        **options: What ``sklearn.utils.validation.check_X_y`` takes about targets.

    Returns:
        The features in float32, and the targets.

    Raises:
        ValueError: scikit-learn's, if they are no finite numbers of these shapes.
        DataError: If float32 cannot hold them.
    """
    X, y = validate_data(
        estimator, X, y, accept_sparse=FORMATS, multi_output=True, dtype=_dtypes(X), reset=reset, **options
    )
    return _single(X), y


def read_weights(sample_weight: Any, count: int) -> HostArray:
    """Return what each row counts, float32 of shape (count,).

    Args:
        sample_weight: A number for each row, one for all, or None.
        count: The number of rows.

    Raises:
        ShapeError: If there is not one for each row.
        DataError: If one is negative, or all are 0.
    """
    if sample_weight is None:
        return np.ones(count, np.float32)
    if isinstance(sample_weight, Real):
        sample_weight = np.full(count, sample_weight)
    weights = check_array(sample_weight, ensure_2d=False, dtype=np.float32, input_name="sample_weight")
    if weights.shape != (count,):
        raise ShapeError(
            f"`sample_weight` must hold one number for each of the {count} rows; received: shape {weights.shape}."
        )
    if weights.min() < 0:
        raise DataError(f"`sample_weight` must hold numbers of at least 0; received: {weights.min()}.")
    if not weights.any():
        raise DataError("Sample weights must contain at least one non-zero number.")
    return np.array(weights)


def read_evaluation(
    eval_set: Any, X_val: Any, y_val: Any, sample_weight_val: Any
) -> tuple[Any, Any, Any] | None:
    """Return features, targets and weights of validation rows, or None if there are none.

    Args:
        eval_set: ``(X, y)`` or ``(X, y, sample_weight)``, or None.
        X_val: Features, the other way to give them.
        y_val: Targets that go with them.
        sample_weight_val: Weights that go with them, or None.

    Raises:
        ConfigurationError: If they come both ways, or in part.
    """
    if eval_set is None and X_val is None and y_val is None and sample_weight_val is None:
        return None
    if eval_set is None:
        if X_val is None or y_val is None:
            absent = "X_val" if X_val is None else "y_val"
            raise ConfigurationError(
                f"Validation rows need both `X_val` and `y_val`; received no `{absent}`."
            )
        return X_val, y_val, sample_weight_val
    if X_val is not None or y_val is not None or sample_weight_val is not None:
        raise ConfigurationError("Give validation rows as `eval_set` or as `X_val` and `y_val`, not both.")
    if not isinstance(eval_set, tuple) or len(eval_set) not in (2, 3):
        raise ConfigurationError(
            f"`eval_set` must be a tuple (X, y) or (X, y, sample_weight); received: {type(eval_set).__name__}."
        )
    return (*eval_set, None) if len(eval_set) == 2 else eval_set


def orders(count: int, random_state: np.random.RandomState, *, shuffle: bool) -> Callable[[], HostArray]:
    """Return a function that gives the order of the next pass, in scikit-learn's way.

    Args:
        count: The number of rows.
        random_state: What orders are drawn from.
        shuffle: Whether they are drawn.
    """
    order = np.arange(count, dtype=np.int32)

    def following() -> HostArray:
        nonlocal order
        if shuffle:
            order = order[random_state.permutation(count)]
        return order

    return following


def _dtypes(X: Any) -> Any:
    # Whole numbers go to float32 at once: float64 in between would take twice the memory.
    whole = getattr(getattr(X, "dtype", None), "kind", "") in ("b", "i", "u")
    return np.float32 if whole else (np.float64, np.float32)


def _single(X: Any) -> Any:
    try:
        with np.errstate(over="raise"):
            return X.astype(np.float32, copy=False)
    except FloatingPointError:
        largest = np.abs(X.data if issparse(X) else X).max()
        raise DataError(
            "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
            f"preprocessed: float32 holds numbers up to {np.finfo(np.float32).max:.2g}; received in `X`: "
            f"{largest:.2g}. Scale the features, for example with scikit-learn's StandardScaler."
        ) from None
