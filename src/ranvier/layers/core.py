"""Small layers: a function as a layer, nothing at all, a penalty on what passes through."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ranvier.arguments import checked_number
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import structural_value
from ranvier.regularizers import L1L2
from ranvier.types import Arrays, Configuration, StructureKey


class Lambda(Layer):
    """A function as a layer; for code only, since a file cannot hold a function.

    Args:
        function: Takes arrays, and ``training`` and ``mask`` where it names them; returns arrays.
        output_shape: The shape of one output, without the batch; inferred when None.
        arguments: Further arguments of the function by name.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If ``function`` cannot be called, or its outputs have another shape than
            ``output_shape``.
    """

    keeps_dtype = True

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise ConfigurationError(f"`function` must be callable; received: {function!r}.")
        self.function = function
        self.output_shape = output_shape
        self.arguments = dict(arguments or {})
        try:
            accepted = inspect.signature(function).parameters
        except (TypeError, ValueError):  # some functions written in C do not tell
            accepted = {}  # type: ignore[assignment]
        self._takes = [name for name in ("training", "mask") if name in accepted]

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Call the function."""
        del params, state
        known = {"training": context.training, "mask": context.mask}
        outputs = self.function(inputs, **{**{name: known[name] for name in self._takes}, **self.arguments})
        expected = self.output_shape
        if isinstance(expected, tuple | list) and hasattr(outputs, "shape"):
            received = tuple(outputs.shape[1:])
            fits = len(received) == len(expected) and all(
                wanted is None or size == wanted for size, wanted in zip(received, expected, strict=True)
            )
            if not fits:
                raise ConfigurationError(
                    f"The layer {self.name!r} was given output_shape={tuple(expected)}, but its function returns "
                    f"examples of another shape; received: {received}. Leave `output_shape` out."
                )
        return outputs, {}

    @property
    def rowwise(self) -> bool:
        """Not known of a user's function."""
        return False

    def structure(self) -> StructureKey:
        """The function itself and its arguments."""
        return (Lambda, self.function, structural_value(self.arguments), self.dtype)

    def get_config(self) -> Configuration:
        """Refuse: a function has no form that is safe to read from a file.

        Raises:
            UnsupportedError: Always.
        """
        raise UnsupportedError(
            f"A `Lambda` layer cannot be written to a file, since a file holds no code; received: {self.name!r}. "
            "Write the function as the `call` of a `Layer` subclass and register it, or save the weights alone."
        )


class Identity(Layer):
    """A layer that returns its inputs.

    Args:
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    keeps_dtype = True

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Return the inputs."""
        del params, state, context
        return inputs, {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape


class ActivityRegularization(Layer):
    """A layer that returns its inputs and adds a penalty on them to the training loss.

    Args:
        l1: Factor of the sum of absolute values, divided by the batch size.
        l2: Factor of the sum of squares, divided by the batch size.
        **kwargs: See :class:`~ranvier.layers.Layer`.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        self.l1 = checked_number(l1, "l1", 0.0)
        self.l2 = checked_number(l2, "l2", 0.0)
        super().__init__(activity_regularizer=L1L2(l1=self.l1, l2=self.l2), **kwargs)

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Return the inputs."""
        del params, state, context
        return inputs, {}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape

    def structure(self) -> StructureKey:
        """The penalty's structure; its factors are data."""
        assert self.activity_regularizer is not None
        return (ActivityRegularization, self.activity_regularizer.structure(), self.dtype)

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal layer."""
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return config
