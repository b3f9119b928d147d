"""A layer: its configuration, two pure functions, and the boxes that hold its weights."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from ranvier import constraints, initializers, regularizers
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, UnsupportedError
from ranvier.forward_pass import ForwardPass, current_pass, forward_pass
from ranvier.functions.activations import logits_kind
from ranvier.layers.configuration import configuration_of, constructor_parameters, structural_value
from ranvier.naming import automatic_name, snake_case
from ranvier.symbolic import Node, Spec, SymbolicTensor, any_symbolic, infer_outputs
from ranvier.types import Array, Arrays, Configuration, PartialShape, Settings, StructureKey
from ranvier.variable import Variable

FLOAT_DTYPES = ("float32", "bfloat16", "float16")


@dataclass(frozen=True)
class CallContext:
    """What a layer may need to know of the forward pass it is applied in.

    Attributes:
        run: The pass; its ``training`` tells training from inference.
        settings: The layer's own :meth:`Layer.settings`, possibly traced.
        mask: A mask that was given with the inputs, or None.
        seed: The layer's own seed, or None.
    """

    run: ForwardPass
    settings: Settings = field(default_factory=dict)
    mask: Any = None
    seed: int | None = None

    @property
    def training(self) -> bool:
        """Whether the layer behaves as in training."""
        return self.run.training

    @property
    def valid(self) -> Array | None:
        """Float mask of shape (batch,), 0 for rows that only pad the batch; None: all are real."""
        return self.run.valid

    def next_key(self) -> Any:
        """Return a random key that no other layer of this pass gets."""
        return self.run.next_key(self.seed)

    def activate(self, activation: Callable[[Any], Any], inputs: Any) -> Any:
        """Apply an activation; after a softmax or sigmoid, the pass remembers the logits.

        Args:
            activation: Function of an array.
            inputs: The array.
        """
        outputs = activation(inputs)
        kind = logits_kind(activation)
        if kind is not None:
            self.run.remember_logits(kind, inputs, outputs)
        return outputs


class Layer:
    """A step of a network.

    A layer of Ranvier's own implements :meth:`init` and :meth:`apply`, which are pure. A user's
    layer implements ``build``, ``add_weight`` and ``call`` as in Keras; both are called alike.

    Args:
        name: The name; numbered from the class name when None.
        trainable: Whether training changes the weights.
        dtype: The dtype of weights and arithmetic.
        activity_regularizer: Regularizer of the outputs, added to the training loss.
        input_shape: Shape of one example, for the first layer of a ``Sequential``.
        input_dim: Shorthand for ``input_shape=(input_dim,)``.
        batch_input_shape: As ``input_shape``, with the batch size in front.

    Raises:
        ConfigurationError: If an argument is unknown or has no meaning.
    """

    keeps_dtype: ClassVar[bool] = False
    """Whether :meth:`apply` takes integers as they are; otherwise inputs are cast to ``dtype``."""

    setting_names: ClassVar[tuple[str, ...]] = ()
    """Attributes that are numbers handed to the compiled program as data."""

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: str | None = None,
        activity_regularizer: Any = None,
        input_shape: Sequence[int | None] | None = None,
        input_dim: int | None = None,
        batch_input_shape: Sequence[int | None] | None = None,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise ConfigurationError(
                f"{type(self).__name__} does not know the argument {sorted(unknown)[0]!r}. "
                f"It takes: {', '.join(sorted(constructor_parameters(type(self))))}."
            )
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ConfigurationError(f"`name` must be a string without '/'; received: {name!r}.")
        self.name = name if name is not None else automatic_name(snake_case(type(self).__name__))
        self.dtype = _checked_dtype(dtype)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = False
        self.declared_shape = _declared_shape(input_shape, input_dim, batch_input_shape)
        self._trainable = bool(trainable)
        self._parameters: dict[str, Variable] = {}
        self._state: dict[str, Variable] = {}
        self._nodes: list[Node] = []

    # -- what a layer of Ranvier's own implements ------------------------------------------------

    def init(self, input_shape: Any) -> tuple[Arrays, Arrays]:
        """Make the first weights for inputs of a shape.

        Args:
            input_shape: The shape of the inputs, ``None`` for the batch; a structure for several.

        Returns:
            NumPy arrays by name: the parameters (trained), the state (only updated).
        """
        del input_shape
        return {}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Compute the outputs; pure and traceable.

        Args:
            params: The trained arrays by name.
            state: The updated arrays by name.
            inputs: An array, or a structure of arrays, batch first.
            context: Mode, random keys, padding, settings.

        Returns:
            The outputs, and those entries of ``state`` that change.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must implement `call` (or `init` and `apply`) to be used as a layer."
        )

    def settings(self) -> dict[str, float]:
        """Numbers that reach the compiled program as data, by name."""
        return {name: float(getattr(self, name)) for name in self.setting_names}

    def structure(self) -> StructureKey:
        """A hashable value, equal for two layers exactly when they trace to the same program."""
        if type(self).__module__.partition(".")[0] != "ranvier":
            return (self,)
        ignored = {"name", "trainable", *self.setting_names}
        arguments = tuple(
            (name, structural_value(getattr(self, name)))
            for name in constructor_parameters(type(self))
            if name not in ignored and not name.endswith(("_initializer", "_regularizer", "_constraint"))
        )
        regularizer = None if self.activity_regularizer is None else self.activity_regularizer.structure()
        return (type(self), arguments, regularizer)

    # -- Keras' hooks ---------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Create the weights for inputs of a shape.

        Args:
            input_shape: The shape of the inputs with the batch in front; a structure for several.
        """
        params, state = self.init(input_shape)
        for name, value in params.items():
            self._parameters[name] = Variable(
                value,
                name=name,
                path=f"{self.name}/{name}",
                regularizer=getattr(self, f"{name}_regularizer", None),
                constraint=getattr(self, f"{name}_constraint", None),
            )
            setattr(self, name, self._parameters[name])
        for name, value in state.items():
            self._state[name] = Variable(value, name=name, path=f"{self.name}/{name}", trainable=False)
            setattr(self, name, self._state[name])
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Compute the outputs; a user's layer overrides this with its own arithmetic."""
        del training
        run = current_pass() or ForwardPass()
        settings = run.settings.get(id(self)) or self.settings()
        if not self.keeps_dtype:
            inputs = jax.tree.map(lambda leaf: leaf.astype(self.dtype), inputs)
        outputs, new_state = self.apply(
            {name: variable.value for name, variable in self._parameters.items()},
            {name: variable.value for name, variable in self._state.items()},
            inputs,
            CallContext(run, settings, mask, getattr(self, "seed", None)),
        )
        for name, value in new_state.items():
            self._state[name].assign(value)
        return outputs

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Create a weight of the layer.

        Args:
            shape: The shape; a string in its place is taken for the name, as in Keras 2.
            initializer: Its first values; Glorot uniform when None, zeros for integers.
            dtype: Its dtype; the layer's when None.
            trainable: Whether training changes it by its gradient.
            regularizer: Regularizer added to the training loss.
            constraint: Projection applied after each update.
            name: Its name within the layer.

        Returns:
            The variable; keep it as an attribute and use it in ``call``.
        """
        self._require_initialised()
        if isinstance(shape, str):
            shape, initializer, name = initializer, None, shape
        size = (shape,) if isinstance(shape, int) else tuple(shape or ())
        if any(dimension is None for dimension in size):
            raise ShapeError(
                f"A weight needs a shape without unknown dimensions; received: {size}, "
                f"for {name!r} of the layer {self.name!r}."
            )
        kind = dtype or self.dtype
        fallback = "glorot_uniform" if kind in FLOAT_DTYPES else "zeros"
        sample = initializers.get(fallback if initializer is None else initializer)
        with jax.ensure_compile_time_eval():
            value = np.asarray(sample(size, dtype=kind))
        store = self._parameters if trainable else self._state
        own_name = name or f"variable_{len(self._parameters) + len(self._state)}"
        key = own_name
        while key in self._parameters or key in self._state:
            key = f"{own_name}_{len(self._parameters) + len(self._state)}"
        store[key] = Variable(
            value.astype(kind),
            name=own_name,
            path=f"{self.name}/{own_name}",
            trainable=trainable,
            regularizer=regularizers.get(regularizer),
            constraint=constraints.get(constraint),
        )
        return store[key]

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to the training loss of the pass in which this is called."""
        run = current_pass()
        if run is not None:
            run.losses.extend(loss if isinstance(loss, list | tuple) else [loss])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the outputs for inputs of a shape, batch in front."""
        specs = jax.tree.map(SymbolicTensor, input_shape, is_leaf=_is_shape)
        self._build_for((specs,), {})
        outputs = infer_outputs(self._run, (specs,), {})
        return jax.tree.map(lambda spec: tuple(spec.shape), outputs)

    def output_dtype(self, input_dtype: str) -> str:
        """Return the dtype of the outputs for inputs of a dtype."""
        return input_dtype if self.keeps_dtype else self.dtype

    # -- calling --------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to arrays, or record the call on symbolic tensors."""
        self._require_initialised()
        if any_symbolic(args, kwargs):
            return self._call_symbolically(args, kwargs)
        args, kwargs = jax.tree.map(self._as_input, (args, kwargs))
        self._build_for(args, kwargs)
        return self._run(*args, **kwargs)

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._build_for(args, kwargs)
        own_shape = type(self).compute_output_shape is not Layer.compute_output_shape
        if own_shape and len(args) == 1 and not any_symbolic(kwargs):
            shapes = jax.tree.map(lambda tensor: tensor.shape, args[0])
            leaves = jax.tree.leaves(args[0])
            dtype = self.output_dtype(leaves[0].dtype)
            outputs = jax.tree.map(
                lambda shape: Spec(tuple(shape), dtype), self.compute_output_shape(shapes), is_leaf=_is_shape
            )
        else:
            outputs = infer_outputs(self._run, args, kwargs)
        tensors = jax.tree.map(
            lambda spec: SymbolicTensor(spec.shape, spec.dtype, name=f"{self.name}_output"), outputs
        )
        self._nodes.append(Node(self, args, kwargs, tensors))
        return tensors

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        accepted = _call_arguments(type(self))
        run = current_pass()
        asked = kwargs.get("training")
        if (
            asked is None
            and accepted.training_position is not None
            and len(args) > accepted.training_position
        ):
            asked = args[accepted.training_position]
        if run is None:
            with forward_pass(ForwardPass(training=bool(asked))):
                return self._run(*args, **kwargs)
        previous = run.training
        run.training = previous if asked is None else bool(asked)
        try:
            if "training" in kwargs or (accepted.training and asked is None):
                kwargs = {**kwargs, "training": run.training}
                if not accepted.training:
                    del kwargs["training"]
            outputs = self._checked_call(args, kwargs)
            if self.activity_regularizer is not None:
                self._regularize(outputs, run)
            return outputs
        finally:
            run.training = previous

    def _checked_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            outputs = self.call(*args, **kwargs)
        except (
            jax.errors.TracerArrayConversionError,
            jax.errors.TracerBoolConversionError,
            jax.errors.ConcretizationTypeError,
        ) as error:
            raise ConfigurationError(
                f"The layer {self.name!r} ({type(self).__name__}) used an array of the compiled program as a "
                "number, in an `if`, or in a NumPy function; its values are not known yet at that point. Use "
                "functions of `ranvier.ops` (for example `ops.where`), or `compile(run_eagerly=True)` to debug."
            ) from error
        for leaf in jax.tree.leaves(outputs, is_leaf=lambda value: value is None):
            if not isinstance(leaf, jax.Array):
                received = "None" if leaf is None else f"a {type(leaf).__module__}.{type(leaf).__name__}"
                raise ConfigurationError(
                    f"`call` of the layer {self.name!r} ({type(self).__name__}) must return arrays computed "
                    f"with `ranvier.ops` or `jax.numpy`; received: {received}."
                )
        return outputs

    def _regularize(self, outputs: Any, run: ForwardPass) -> None:
        regularizer = self.activity_regularizer
        for leaf in jax.tree.leaves(outputs):
            valid = run.valid
            rows = leaf.shape[0] if valid is None else jnp.maximum(valid.sum(), 1.0)
            shown = leaf if valid is None else leaf * valid.reshape(-1, *[1] * (leaf.ndim - 1))
            # Keras divides by the batch size, so that the strength does not depend on it.
            settings = run.settings.get(id(regularizer)) or regularizer.settings()
            run.losses.append(regularizer.penalty(shown, settings) / rows)

    def _as_input(self, leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray | np.number):
            leaf = jnp.asarray(leaf)
        if isinstance(leaf, jax.Array) and jnp.issubdtype(leaf.dtype, jnp.floating):
            return leaf.astype(self.dtype)
        return leaf

    # -- weights --------------------------------------------------------------------------------

    def sublayers(self) -> list[Layer]:
        """The layers kept as attributes, directly or in lists, tuples and dicts, in that order."""
        return _find(vars(self).values(), Layer)

    def _own_variables(self) -> list[Variable]:
        declared = [*self._parameters.values(), *self._state.values()]
        attributes = _find((value for name, value in vars(self).items() if name[:1] != "_"), Variable)
        extra = [variable for variable in attributes if variable not in declared]
        trainable = [*self._parameters.values(), *(variable for variable in extra if variable.trainable)]
        return [
            *trainable,
            *self._state.values(),
            *(variable for variable in extra if not variable.trainable),
        ]

    @property
    def variables(self) -> list[Variable]:
        """Every weight: the layer's own (trained ones first), then those of its sublayers."""
        nested = [variable for layer in self.sublayers() for variable in layer.variables]
        return list(dict.fromkeys([*self._own_variables(), *nested]))

    @property
    def weights(self) -> list[Variable]:
        """The same as :attr:`variables`."""
        return self.variables

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        if not self._trainable:
            return []
        own = [variable for variable in self._own_variables() if variable.trainable]
        nested = [variable for layer in self.sublayers() for variable in layer.trainable_variables]
        return list(dict.fromkeys([*own, *nested]))

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that training leaves alone or only updates."""
        trained = set(self.trainable_variables)
        return [variable for variable in self.variables if variable not in trained]

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it reaches the sublayers too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self.sublayers():
            layer.trainable = value

    @property
    def losses(self) -> list[Any]:
        """The regularization terms of the current weights, one scalar for each regularizer."""
        return [
            variable.regularizer(jnp.asarray(variable.value))
            for variable in self.trainable_variables
            if variable.regularizer is not None
        ]

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Return copies of all weights as NumPy arrays, in the order of :attr:`weights`."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace all weights.

        Args:
            weights: One array for each of :attr:`weights`, of the same shapes.

        Raises:
            ShapeError: If their number or a shape differs.
        """
        variables = self.weights
        if len(weights) != len(variables):
            raise ShapeError(
                f"{self.name!r} has {len(variables)} weights and takes a list of as many arrays; "
                f"received: {len(weights)}."
            )
        for variable, value in zip(variables, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ShapeError(
                    f"The weight {variable.path!r} has shape {variable.shape}; "
                    f"received an array of shape {tuple(np.shape(value))}."
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def count_params(self) -> int:
        """Return the number of single numbers in all weights.

        Raises:
            NotBuiltError: If the layer has not seen an input shape yet.
        """
        if not self.built:
            raise NotBuiltError(
                f"The layer {self.name!r} has no weights yet; call it on data, or build it with "
                f"`{self.name}.build(input_shape)` first."
            )
        return sum(variable.size for variable in self.weights)

    # -- position in a network ------------------------------------------------------------------

    @property
    def input(self) -> Any:
        """The symbolic input of the first call of this layer in a network."""
        node = self._first_node()
        return node.args[0] if node.args else next(iter(node.kwargs.values()))

    @property
    def output(self) -> Any:
        """The symbolic output of the first call of this layer in a network."""
        return self._first_node().outputs

    def _first_node(self) -> Node:
        if not self._nodes:
            raise NotBuiltError(
                f"The layer {self.name!r} is not part of a network with a known input shape yet, "
                "so it has no input or output. Call it on an `Input`, or give the model an input shape."
            )
        return self._nodes[0]

    # -- configuration --------------------------------------------------------------------------

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal layer."""
        return configuration_of(self)

    @classmethod
    def from_config(cls, config: Configuration) -> Layer:
        """Build a layer from what :meth:`get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    # -- helpers --------------------------------------------------------------------------------

    def _require_initialised(self) -> None:
        if "_parameters" not in vars(self):
            raise ConfigurationError(
                f"The class {type(self).__name__} must call `super().__init__()` at the start of its `__init__`."
            )

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.built:
            return
        names = [name for name in inspect.signature(self.build).parameters if name != "self"]
        bound = _bound_tensors(type(self), args, kwargs)
        if len(names) > 1 and all(name.endswith("_shape") for name in names):
            self.build(**{name: _shapes(bound.get(name[: -len("_shape")])) for name in names})
        else:
            first = args[0] if args else next(iter(kwargs.values()), None)
            self.build(_shapes(first))
        self.built = True


@dataclass(frozen=True)
class _CallArguments:
    names: tuple[str, ...]
    training: bool
    training_position: int | None


@functools.cache
def _call_arguments(kind: type[Layer]) -> _CallArguments:
    parameters = list(inspect.signature(kind.call).parameters.values())[1:]
    names = tuple(parameter.name for parameter in parameters)
    keywords = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    position = names.index("training") if "training" in names else None
    return _CallArguments(names, position is not None or keywords, position)


def _bound_tensors(kind: type[Layer], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**dict(zip(_call_arguments(kind).names, args, strict=False)), **kwargs}


def _shapes(structure: Any) -> Any:
    if structure is None:
        return None
    return jax.tree.map(
        lambda leaf: tuple(np.shape(leaf) if isinstance(leaf, int | float) else leaf.shape), structure
    )


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        size is None or isinstance(size, int | np.integer) for size in value
    )


def _find(values: Any, kind: type[Any]) -> list[Any]:
    found: dict[int, Any] = {}
    for value in values:
        if isinstance(value, kind):
            found.setdefault(id(value), value)
        elif isinstance(value, list | tuple):
            found.update({id(item): item for item in _find(value, kind) if id(item) not in found})
        elif isinstance(value, Mapping):
            found.update({id(item): item for item in _find(value.values(), kind) if id(item) not in found})
    return list(found.values())


def _checked_dtype(dtype: Any) -> str:
    name = "float32" if dtype is None else str(getattr(dtype, "name", dtype))
    if name not in FLOAT_DTYPES:
        raise UnsupportedError(
            f"A layer computes in one of {', '.join(FLOAT_DTYPES)}; received dtype: {name!r}."
        )
    return name


def _declared_shape(
    input_shape: Sequence[int | None] | None,
    input_dim: int | None,
    batch_input_shape: Sequence[int | None] | None,
) -> PartialShape | None:
    if batch_input_shape is not None:
        return tuple(batch_input_shape)[1:]
    if input_shape is not None:
        return (input_shape,) if isinstance(input_shape, int) else tuple(input_shape)
    return None if input_dim is None else (int(input_dim),)
