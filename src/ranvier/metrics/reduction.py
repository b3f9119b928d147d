"""Means and sums over batches, and any function of targets and predictions as a mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import jax.numpy as jnp

from ranvier import identifiers
from ranvier.errors import ConfigurationError
from ranvier.functions.losses.shapes import as_array
from ranvier.functions.metrics import sums
from ranvier.functions.metrics.reduction import mean_increment, sum_increment
from ranvier.metrics.base import Metric
from ranvier.metrics.data import frozen
from ranvier.metrics.names import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Array, Arrays, Configuration, StructureKey


class Sum(Metric):
    """The weighted sum of values.

    Sums keep twice the precision of float32, so adding many small values to a large sum loses none.

    Args:
        name: The name in logs.
        dtype: The dtype to which values are cast first.

    Example:
        >>> from ranvier import metrics
        >>> total = metrics.Sum()
        >>> total.update_state([1.0, 3.0, 5.0], sample_weight=[1, 1, 0])
        >>> float(total.result())
        4.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def zeros(self) -> Arrays:
        """Return a sum of nothing."""
        return {"sums": sums.empty(())}

    def accumulate(self, state: Arrays, values: Array, sample_weight: Array | None = None) -> Arrays:
        """Add values.

        Args:
            state: What :meth:`zeros` or this method returned.
            values: A number or shape ``(n, ...)``.
            sample_weight: None, or an array whose axes are the leading axes of the values.
        """
        cast = as_array(values, "values").astype(self.dtype)
        return {"sums": sums.add(state["sums"], sum_increment(cast, sample_weight))}

    def finish(self, state: Arrays) -> float:
        """Return the sum."""
        return float(sums.value(state["sums"]))


class Mean(Metric):
    """The weighted mean of values, ``sum(w v) / sum(w)``; 0 before any value.

    Args:
        name: The name in logs.
        dtype: The dtype to which values are cast first.

    Example:
        >>> from ranvier import metrics
        >>> mean = metrics.Mean()
        >>> mean.update_state([1.0, 3.0, 5.0], sample_weight=[1, 1, 0])
        >>> float(mean.result())
        2.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    @property
    def total(self) -> float:
        """The weighted sum of the values so far."""
        return float(sums.value(self.read_state()["sums"])[0])

    @property
    def count(self) -> float:
        """The sum of the weights so far."""
        return float(sums.value(self.read_state()["sums"])[1])

    def zeros(self) -> Arrays:
        """Return a total and a count of nothing."""
        return {"sums": sums.empty((2,))}

    def accumulate(self, state: Arrays, values: Array, sample_weight: Array | None = None) -> Arrays:
        """Add values.

        Args:
            state: What :meth:`zeros` or this method returned.
            values: A number or shape ``(n, ...)``; further axes are averaged.
            sample_weight: None, or an array whose axes are the leading axes of the values.
        """
        cast = as_array(values, "values").astype(self.dtype)
        return {"sums": sums.add(state["sums"], mean_increment(cast, sample_weight))}

    def finish(self, state: Arrays) -> float:
        """Return the mean."""
        total, count = sums.value(state["sums"])
        return float(total / count) if count else 0.0


class MeanMetricWrapper(Mean):
    """The mean over samples of a function of targets and predictions.

    Args:
        fn: ``fn(y_true, y_pred, **kwargs)``, giving one value for each sample (or each batch).
        name: The name in logs; made from the class when None.
        dtype: The dtype to which values are cast.
        **kwargs: Further arguments of the function.

    Raises:
        ConfigurationError: If ``fn`` cannot be called.
    """

    _takes_function: ClassVar[bool] = True

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        if not callable(fn):
            raise ConfigurationError(
                f"`fn` must be a function of targets and predictions; received: {fn!r:.200}."
            )
        super().__init__(name, dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    @property
    def built_in(self) -> bool:
        """Whether class and function are Ranvier's own."""
        return super().built_in and FUNCTIONS.name_of(self._fn) is not None

    @property
    def rowwise(self) -> bool:
        """Whether row i of the function's values depends on row i alone."""
        axis = self._fn_kwargs.get("axis", -1)
        return self.built_in and isinstance(axis, int) and (axis == -1 or axis > 0)

    def accumulate(  # type: ignore[override]
        self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array | None = None
    ) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Targets, shape ``(n, ...)``.
            y_pred: Predictions.
            sample_weight: None, or an array whose axes are the leading axes of the values.
        """
        if self.built_in:
            y_pred = as_array(y_pred, "y_pred").astype(self.dtype)
        values = jnp.asarray(self._fn(y_true, y_pred, **self._fn_kwargs))
        return super().accumulate(state, values, sample_weight)

    def structure(self) -> StructureKey:
        """The function and its arguments; the metric itself where those cannot be compared."""
        key = (type(self), self._fn, self.dtype, frozen(self._fn_kwargs))
        try:
            hash(key)
        except TypeError:
            return (self,)
        return key if super().built_in else (self,)

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again.

        Raises:
            ConfigurationError: If the function has no name, as a lambda.
        """
        function = {"fn": identifiers.describe(FUNCTIONS, self._fn)} if self._takes_function else {}
        return super().get_config() | function | self._fn_kwargs

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build a metric from what :meth:`get_config` returned; a user's function must be in scope."""
        if "fn" in config:
            config = config | {"fn": identifiers.resolve(FUNCTIONS, config["fn"])}
        return cls(**config)
