"""The class that every loss derives from, a user's own included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.arguments import own_name
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.functions.losses.shapes import as_array
from ranvier.losses.checks import check_finite, check_numeric
from ranvier.losses.reduction import checked_reduction, reduce_values

if TYPE_CHECKING:
    from ranvier.types import Configuration, PartialShape, StructureKey

_DTYPES = ("float32", "float16", "bfloat16", "float64")


class Loss:
    """What training makes smaller: a number computed from targets and predictions.

    A user's own loss derives from this class and overrides :meth:`call`.

    Args:
        name: The name in logs; made from the class when None.
        reduction: How one value per sample becomes one number. ``"sum_over_batch_size"`` and
            ``"mean"`` average, ``"sum"`` adds, ``"mean_with_sample_weight"`` divides by the sum of the
            weights, ``"none"`` and None leave the values.
        dtype: The dtype of the computation; float32 when None.

    Raises:
        ConfigurationError: If there is no such reduction or dtype.
    """

    option_names: ClassVar[tuple[str, ...]] = ()
    """The attributes that, with reduction and dtype, decide what is computed."""

    takes_labels: ClassVar[bool] = False
    """Whether targets stay integers; otherwise they become floats before :meth:`call`."""

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        self.name = own_name(name, type(self))
        self.reduction = checked_reduction(reduction)
        self._dtype = _checked_dtype(dtype)

    @property
    def dtype(self) -> str:
        """The dtype of the computation."""
        return self._dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:  # noqa: ARG002
        """Return one value per sample.

        Args:
            y_true: Targets, the batch first.
            y_pred: Predictions, the batch first.

        Returns:
            Values of shape ``(n, ...)``.
        """
        raise UnsupportedError(f"The loss {type(self).__name__} must override `call(y_true, y_pred)`.")

    def counted(self, y_true: Any, values: jax.Array) -> jax.Array | None:  # noqa: ARG002
        """Return which values count in a mean, as booleans of the values' shape, or None for all."""
        return None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> jax.Array:
        """Return the reduced loss.

        Args:
            y_true: Targets of shape ``(n, ...)``.
            y_pred: Predictions of shape ``(n, ...)``.
            sample_weight: Factors of the values, of shape ``(n,)``, ``(n, 1)`` or ``(n, ...)``; None for 1.

        Returns:
            A scalar, or the weighted values where nothing is reduced.
        """
        return self._computed(y_true, y_pred, sample_weight)

    def compute(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        valid: jax.Array | None = None,
        mask: jax.Array | None = None,
        rows: jax.Array | None = None,
    ) -> jax.Array:
        """Return the reduced loss of a batch that may hold padding.

        Args:
            y_true: As for :meth:`__call__`.
            y_pred: As for :meth:`__call__`.
            sample_weight: As for :meth:`__call__`.
            valid: Shape ``(n,)``, 1 for a row of data and 0 for padding, or None.
            mask: Booleans of the values' shape, or its first axes, false where a value does not count.
            rows: The number of rows of data, if known; spares a kernel.

        Returns:
            What :meth:`__call__` gives for the rows of data alone.
        """
        if type(self).__call__ is not Loss.__call__:
            # A user's loss that reduces its values itself; such a one never meets padding.
            return jnp.asarray(self(y_true, y_pred, sample_weight)).astype(self.dtype)
        return self._computed(y_true, y_pred, sample_weight, valid, mask, rows)

    def _computed(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any,
        valid: jax.Array | None = None,
        mask: jax.Array | None = None,
        rows: jax.Array | None = None,
    ) -> jax.Array:
        y_pred = jax.tree.map(lambda leaf: self._cast(leaf, "y_pred"), y_pred, is_leaf=_is_array)
        y_true = jax.tree.map(self._cast_target, y_true, is_leaf=_is_array)
        values = jnp.asarray(self.call(y_true, y_pred)).astype(self.dtype)
        own_mask = self.counted(y_true, values)
        if own_mask is not None and mask is not None:
            mask = own_mask & mask.reshape(mask.shape + (1,) * (own_mask.ndim - mask.ndim)).astype(bool)
        elif own_mask is not None:
            mask = own_mask
        return self.reduce(values, sample_weight, valid, mask, rows)

    def reduce(
        self,
        values: jax.Array,
        sample_weight: Any = None,
        valid: jax.Array | None = None,
        mask: jax.Array | None = None,
        rows: jax.Array | None = None,
    ) -> jax.Array:
        """Weigh and reduce the values of :meth:`call`; arguments as for :meth:`compute`."""
        weight = None if sample_weight is None else as_array(sample_weight, "sample_weight")
        return reduce_values(values, self.reduction, weight, valid, mask, rows)

    def _cast(self, leaf: Any, name: str) -> jax.Array:
        return as_array(leaf, name).astype(self.dtype)

    def _cast_target(self, leaf: Any) -> jax.Array:
        return as_array(leaf, "y_true") if self.takes_labels else self._cast(leaf, "y_true")

    @property
    def built_in(self) -> bool:
        """Whether the class is Ranvier's own, whose behaviour is known."""
        return type(self).__module__.partition(".")[0] == "ranvier"

    @property
    def rowwise(self) -> bool:
        """Whether value i depends on row i alone, so that rows can be added and left out."""
        return self.built_in

    @property
    def logits_of(self) -> str | None:
        """The activation before which this loss can be computed instead: softmax, sigmoid or None."""
        return None

    def with_logits(self) -> Self:
        """Return an equal loss that takes logits.

        Raises:
            UnsupportedError: If :attr:`logits_of` is None.
        """
        raise UnsupportedError(f"The loss {self.name!r} is not computed from logits.")

    def structure(self) -> StructureKey:
        """A hashable value, equal for two losses exactly when they trace to the same program."""
        if not self.built_in:
            return (self,)
        options = tuple(getattr(self, option) for option in self.option_names)
        return (type(self), self.reduction, self.dtype, *options)

    def settings(self) -> dict[str, float]:
        """Numbers that reach a compiled program as data: none."""
        return {}

    def check_targets(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        """Refuse targets that this loss cannot be trained on, before anything is compiled.

        Args:
            y_true: Targets of shape ``(n, ...)``, on the host.
            output_shape: The shape of the network's output; None where unknown, such as the batch.

        Raises:
            DataTypeError: For targets that are no numbers.
            DataError: For targets that are NaN or infinite.
            LabelError: For labels that do not fit the classes or the loss.
            ShapeError: For targets of another shape than the output.
        """
        check_numeric(y_true, self.name)
        if self.built_in:
            check_finite(y_true, self.name)
            self._check(y_true, output_shape)

    def _check(self, y_true: np.ndarray[Any, Any], output_shape: PartialShape) -> None:
        """Check numeric, finite targets for what this loss needs of them."""

    def get_config(self) -> Configuration:
        """Return the arguments that build this loss again."""
        config: Configuration = {"name": self.name, "reduction": self.reduction}
        if self.dtype != "float32":
            config["dtype"] = self.dtype
        return config | {option: getattr(self, option) for option in self.option_names}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build a loss from what :meth:`get_config` returned."""
        return cls(**config)


def _is_array(node: Any) -> bool:
    """Whether a node is one array: nested lists of numbers are, a list of arrays is a structure."""
    if not isinstance(node, list | tuple):
        return not isinstance(node, dict)
    return all(_is_array(entry) and not getattr(entry, "ndim", 0) for entry in node)


def _checked_dtype(dtype: Any) -> str:
    requested = getattr(dtype, "compute_dtype", dtype) or "float32"
    name = requested if isinstance(requested, str) else str(np.dtype(requested))
    if name not in _DTYPES:
        raise ConfigurationError(
            f"`dtype` of a loss must be one of {', '.join(map(repr, _DTYPES))}; received: {dtype!r}."
        )
    if name == "float64" and jax.dtypes.canonicalize_dtype(np.float64) != np.float64:
        raise ConfigurationError(
            "A loss in float64 needs JAX's 64-bit mode. Call jax.config.update('jax_enable_x64', True) first."
        )
    return name
