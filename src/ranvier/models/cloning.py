"""A second model of the same architecture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.layers import Input, InputLayer, Layer
from ranvier.layers.configuration import is_own
from ranvier.models.model import Model
from ranvier.models.sequential import Sequential
from ranvier.symbolic import Operation, SymbolicTensor, call_symbolically, map_symbolic, symbolic_leaves

Copy = Callable[[Layer], Layer]


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Copy | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
) -> Any:
    """Build a model of the same architecture, with new layers and new weights, compiled if the model is.

    Args:
        model: A functional or sequential model, or one of a user's class with a configuration.
        input_tensors: Symbolic tensors to build on, a list or one; new inputs when None.
        clone_function: Returns the new layer in place of a layer; a layer of the same configuration when
            None. It is not asked for inputs.
        call_function: Calls a new layer, ``call_function(layer, *args, **kwargs)``; to put another layer
            before or behind it, for example. Functional models only.
        recursive: Whether ``clone_function`` is asked for the layers of a model inside the model, and not
            for that model.

    Returns:
        The new model.

    Raises:
        UnsupportedError: If the model is of a user's class and more than a second object of it is asked for.
        ConfigurationError: If ``input_tensors`` do not fit, or ``clone_function`` returns no layer.
    """
    if call_function is not None and isinstance(model, Sequential):
        raise ConfigurationError(
            "`call_function` is used on functional models; received: a Sequential. Build it with "
            "`Model(inputs, outputs)`."
        )
    cloning = _Cloning(
        clone_function or _same_configuration,
        call_function or _call,
        inside=recursive or clone_function is None,
    )
    new = cloning.model(model, input_tensors)
    if model.compiled:
        new.compile(**_compilation(model))
    return new


def _compilation(model: Model) -> dict[str, Any]:
    setup = model._setup
    assert setup is not None
    given = {field.name: getattr(setup.arguments, field.name) for field in fields(setup.arguments)}
    return {
        **{name: _again(value) for name, value in given.items()},
        "optimizer": _again(setup.optimizer),
        "run_eagerly": setup.run_eagerly,
        "steps_per_execution": setup.steps_per_execution,
    }


def _again(part: Any) -> Any:
    """Return a part of a compilation with no state in common; what a user wrote is taken as it is."""
    if isinstance(part, list | tuple):
        return [_again(each) for each in part]
    if isinstance(part, dict):
        return {name: _again(each) for name, each in part.items()}
    if hasattr(part, "get_config") and is_own(type(part)):
        return type(part).from_config(part.get_config())
    return part


def _call(layer: Layer, *args: Any, **kwargs: Any) -> Any:
    return layer(*args, **kwargs)


def _same_configuration(layer: Layer) -> Layer:
    return type(layer).from_config(layer.get_config())


class _Cloning:
    """One clone: a layer that is met twice becomes one new layer."""

    def __init__(self, copy: Copy, call: Callable[..., Any], *, inside: bool) -> None:
        self.copy = copy
        self.call = call
        self.inside = inside
        self.copies: dict[int, Layer] = {}

    def model(self, model: Model, inputs: Any = None) -> Model:
        if type(model) is Sequential:
            return self._stack(model, inputs)
        if model.graph is None or type(model) is not Model:
            return self._of_class(model, inputs)
        graph = model.graph
        beginnings = _given(inputs, len(graph.input_tensors)) or [
            _new_input(each) for each in graph.input_tensors
        ]
        values: dict[int, Any] = dict(zip(map(id, graph.input_tensors), beginnings, strict=True))
        for node in graph.nodes:
            if not node.input_tensors:
                continue
            args, kwargs = map_symbolic((node.args, node.kwargs), lambda tensor: values[id(tensor)])
            outputs = self._call(node.operation, args, kwargs)
            for old, new in zip(symbolic_leaves(node.outputs), symbolic_leaves(outputs), strict=True):
                values[id(old)] = new
        first, last = (
            map_symbolic(structure, lambda tensor: values[id(tensor)])
            for structure in (graph.inputs, graph.outputs)
        )
        return Model(first, last, name=model.name, trainable=model.trainable)

    def _of_class(self, model: Model, inputs: Any) -> Model:
        """Build a second object of a user's class; what it does inside is not known."""
        if inputs is not None or self.copy is not _same_configuration or self.call is not _call:
            raise UnsupportedError(
                "With `input_tensors`, `clone_function` or `call_function`, `clone_model` takes functional and "
                f"sequential models; received: {model!r}, a {type(model).__name__}."
            )
        again: Model = type(model).from_config(model.get_config())
        return again

    def _stack(self, model: Sequential, inputs: Any) -> Sequential:
        given = _given(inputs, 1)
        known = model.graph.input_tensors[0] if model.graph is not None else None
        beginning = given[0] if given else _new_input(known) if known is not None else None
        layers = [self._layer(layer) for layer in model.layers]
        first = [] if beginning is None else [_origin(beginning)]
        return Sequential([*first, *layers], trainable=model.trainable, name=model.name)

    def _call(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not isinstance(operation, Operation):
            return self.call(self._layer(operation), *args, **kwargs)
        again = Operation(operation.function, operation.kind)
        again.name = operation.name
        return call_symbolically(again, args, kwargs)

    def _layer(self, layer: Layer) -> Layer:
        if id(layer) not in self.copies:
            inner = self.inside and type(layer) in (Model, Sequential)
            new = self.model(layer) if inner and isinstance(layer, Model) else self.copy(layer)
            if not isinstance(new, Layer):
                raise ConfigurationError(f"`clone_function` must return a layer; received: {new!r:.100}.")
            self.copies[id(layer)] = new
        return self.copies[id(layer)]


def _given(inputs: Any, count: int) -> list[SymbolicTensor]:
    if inputs is None:
        return []
    tensors = symbolic_leaves(inputs)
    if len(tensors) != count:
        raise ConfigurationError(
            f"`input_tensors` must hold {count} symbolic tensors, as `Input(...)` returns; received: {inputs!r:.200}."
        )
    return tensors


def _new_input(tensor: SymbolicTensor) -> SymbolicTensor:
    name = _origin_name(tensor)
    return Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=name)


def _origin_name(tensor: SymbolicTensor) -> str | None:
    operation = tensor.node.operation if tensor.node is not None else None
    return operation.name if isinstance(operation, InputLayer) else None


def _origin(tensor: SymbolicTensor) -> Layer:
    operation = tensor.node.operation if tensor.node is not None else None
    if isinstance(operation, InputLayer):
        return operation
    return InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype)
