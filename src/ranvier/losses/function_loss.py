"""A plain function of targets and predictions as a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ranvier.errors import ConfigurationError
from ranvier.functions import losses as functions
from ranvier.functions.losses.shapes import same_rank
from ranvier.identifiers import describe, resolve
from ranvier.losses.base import Loss
from ranvier.naming import snake_case
from ranvier.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranvier.types import Configuration, StructureKey

ALIASES = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
ALIASES |= {alias.upper(): name for alias, name in ALIASES.items() if len(alias) < 5}

FUNCTIONS = Registry("loss", {name: getattr(functions, name) for name in functions.__all__}, ALIASES)


class LossFunctionWrapper(Loss):
    """A loss made from a function ``fn(y_true, y_pred, **kwargs)`` that gives one value per sample.

    As in Keras, targets and predictions whose numbers of axes differ by a trailing 1 are brought to
    one shape before the function sees them.

    Args:
        fn: The function.
        reduction: How the values become one number; see :class:`~ranvier.losses.Loss`.
        name: The name in logs; the function's own when None.
        dtype: The dtype of the computation; float32 when None.
        **kwargs: Further arguments of the function.

    Raises:
        ConfigurationError: If ``fn`` cannot be called.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        if not callable(fn):
            raise ConfigurationError(
                f"`fn` must be a function of targets and predictions; received: {fn!r:.200}."
            )
        super().__init__(name or function_name(fn), reduction, dtype)
        self.fn = fn
        self.keywords = kwargs

    @property
    def built_in(self) -> bool:
        """No: what the function does is the user's affair."""
        return False

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return what the function gives."""
        if hasattr(y_true, "ndim") and hasattr(y_pred, "ndim"):
            y_true, y_pred = same_rank(y_true, y_pred)
        values = self.fn(y_true, y_pred, **self.keywords)
        if values is None:
            raise ConfigurationError(
                f"The loss function {self.name!r} must return an array or a number; received: None. It may lack a "
                "`return`."
            )
        return values

    def structure(self) -> StructureKey:
        """The function and its arguments; the loss itself where those cannot be compared."""
        key = (type(self), self.reduction, self.dtype, self.fn, tuple(sorted(self.keywords.items())))
        try:
            hash(key)
        except TypeError:
            return (self,)
        return key

    def get_config(self) -> Configuration:
        """Return the arguments that build this loss again.

        Raises:
            ConfigurationError: If the function has no name, as a lambda.
        """
        return super().get_config() | {"fn": describe(FUNCTIONS, self.fn)} | self.keywords

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build a loss from what :meth:`get_config` returned; a user's function must be in scope."""
        return cls(**config | {"fn": resolve(FUNCTIONS, config.get("fn"))})


def function_name(function: Any) -> str:
    """Return a function's name, or that of a callable object's class in snake case."""
    return str(getattr(function, "__name__", None) or snake_case(type(function).__name__))
