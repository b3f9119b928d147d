"""A stack of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers import include
from ranvier.layers.base import Layer
from ranvier.layers.configuration import constructor_parameters
from ranvier.layers.input import Input, InputLayer
from ranvier.models.model import Model
from ranvier.networks.description import build_layer, building, describe_layer, describing
from ranvier.networks.graph import Graph
from ranvier.symbolic import Spec, SymbolicTensor
from ranvier.tracing import values_at_hand
from ranvier.types import Configuration, PartialShape


@include
class Sequential(Model):
    """Layers, each on the outputs of the one before.

    The input shape may come first as an ``Input``, with the first layer as ``input_shape=``, or from
    the data of the first call or ``fit``.

    Args:
        layers: The layers, in order; more can be added later.
        trainable: Whether training changes the weights.
        name: The name.

    Raises:
        ConfigurationError: If something in the list is not a layer.
    """

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        self._stack: list[Layer] = []
        self._tensors: list[Any] = []
        self._beginning: SymbolicTensor | None = None
        for layer in layers or []:
            self.add(layer)

    def add(self, layer: Any) -> None:
        """Put a layer on top.

        Args:
            layer: A layer or model, or what ``Input`` returns, first.

        Raises:
            ConfigurationError: If it is not a layer, or an input comes late or twice.
        """
        if (
            isinstance(layer, SymbolicTensor)
            and layer.node is not None
            and isinstance(layer.node.operation, InputLayer)
        ):
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise ConfigurationError(
                f"`Sequential` takes layers; received: {layer!r:.200}. A function becomes a layer with `Lambda`."
            )
        layer._require_initialised()
        if isinstance(layer, InputLayer):
            if self._stack or self._beginning is not None:
                raise ConfigurationError(
                    f"The input must come first in a `Sequential`; received a second one or a late one: {layer!r}."
                )
            self._begin(layer.tensor)
            return
        if any(layer is other or layer.name == other.name for other in self._stack):
            raise ConfigurationError(
                f"Names of layers in a model must differ; received a second layer named {layer.name!r}."
            )
        if not self._stack and self._beginning is None:
            if layer.declared_shape is not None:
                self._begin(Input(layer.declared_shape))
            elif isinstance(layer, Model) and layer.graph is not None and len(layer.inputs) == 1:
                self._begin(Input(layer.inputs[0].shape[1:], dtype=layer.inputs[0].dtype))
        self._stack.append(layer)
        self._extend()

    def pop(self) -> Layer:
        """Take the uppermost layer off and return it.

        Raises:
            ConfigurationError: If there is none.
        """
        if not self._stack:
            raise ConfigurationError(f"The model {self.name!r} has no layer to take off.")
        layer = self._stack.pop()
        if len(self._tensors) > len(self._stack):
            node = self._tensors.pop().node
            layer._nodes = [other for other in layer._nodes if other is not node]
        self._graph = None
        self.built = bool(self._tensors)
        return layer

    @property
    def graph(self) -> Graph | None:
        """The calls of the network, once the input shape is known."""
        if self._graph is None and self._tensors:
            self._graph = Graph(self._beginning, self._tensors[-1])
        return self._graph

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return list(self._stack)

    def sublayers(self) -> list[Layer]:
        """The layers, without the input."""
        return list(self._stack)

    def build(self, input_shape: Any = None) -> None:
        """Create all weights for inputs of a shape, the batch in front."""
        if self._beginning is None:
            if input_shape is None:
                raise ConfigurationError(
                    f"The model {self.name!r} does not know its input shape; received: input_shape=None. Call "
                    "`build((None, features))`, or begin with an `Input`."
                )
            self._begin(Input(tuple(input_shape)[1:]))
        elif input_shape is not None and not _agree(tuple(input_shape)[1:], self._beginning.shape[1:]):
            raise ShapeError(
                f"The model {self.name!r} takes inputs of shape {self._beginning.shape}; received: "
                f"input_shape={input_shape}. Leave it out, or make a new model."
            )
        self.built = bool(self._tensors)

    def build_for(self, inputs: Any) -> None:
        """Create all weights for given inputs, and refuse inputs that do not fit."""
        if not self._stack:
            raise ConfigurationError(
                f"The model {self.name!r} has no layers; add some first, for example `model.add(Dense(10))`."
            )
        if self._beginning is None:
            leaves = jax.tree.leaves(inputs)
            if len(leaves) != 1:
                raise ConfigurationError(
                    f"A `Sequential` takes one input; received: {len(leaves)}. Use `Model(inputs, outputs)`."
                )
            shape: PartialShape = tuple(leaves[0].shape)[1:]
            dtype = str(leaves[0].dtype) if self._stack[0].keeps_dtype else "float32"
            with values_at_hand(self.run_eagerly):
                self._begin(Input(shape, dtype=dtype))
        super().build_for(inputs)

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if args and not self._tensors:
            if isinstance(args[0], SymbolicTensor):
                self._begin(Input(args[0].shape[1:], dtype=args[0].dtype))
            else:
                self.build_for(args[0])
        self.built = True
        del kwargs

    @property
    def built_for(self) -> Any:
        """The input of a subclass that makes its own stack, once known, else None."""
        if self._beginning is None or _takes_stack(type(self)):
            return None
        return Spec(self._beginning.shape, self._beginning.dtype)

    def get_config(self) -> Configuration:
        """Return the configuration: the layers in order, the input first where it is known."""
        config = {"name": self.name, "trainable": self.trainable}
        if not _takes_stack(type(self)):
            return {**config, "dtype": self.dtype}
        node = None if self._beginning is None else self._beginning.node
        layers = [*([] if node is None else [node.operation]), *self._stack]
        with describing():
            return {**config, "layers": [describe_layer(layer) for layer in layers]}

    @classmethod
    def from_config(cls, config: Configuration, custom_objects: Any = None) -> Any:
        """Build a stack from what :meth:`get_config` returned, with new weights.

        Args:
            config: The configuration.
            custom_objects: A user's own classes by name.

        Raises:
            FileFormatError: If it is no such configuration.
        """
        if not _takes_stack(cls) or "layers" not in config:
            return cls(**config)
        with building(custom_objects):
            return cls(**{**config, "layers": [build_layer(layer) for layer in config["layers"]]})

    def _begin(self, tensor: SymbolicTensor) -> None:
        self._beginning = tensor
        self._extend()

    def _extend(self) -> None:
        """Call the layers that have not been called symbolically yet."""
        if self._beginning is None:
            return
        for layer in self._stack[len(self._tensors) :]:
            self._tensors.append(layer(self._tensors[-1] if self._tensors else self._beginning))
        self._graph = None
        self.built = bool(self._tensors)


def _takes_stack(kind: Any) -> bool:
    return "layers" in constructor_parameters(kind)


def _agree(shape: PartialShape, known: PartialShape) -> bool:
    return len(shape) == len(known) and all(
        None in pair or pair[0] == pair[1] for pair in zip(shape, known, strict=True)
    )
