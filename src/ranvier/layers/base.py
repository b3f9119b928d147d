"""A layer: its configuration, two pure functions, and the boxes that hold its weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np

from ranvier import regularizers
from ranvier.errors import ConfigurationError, NotBuiltError
from ranvier.forward_pass import ForwardPass, current_pass, forward_pass
from ranvier.layers import stateless
from ranvier.layers.arrays import as_inputs, checked_outputs, explained
from ranvier.layers.configuration import (
    accepted_by,
    checked_dtype,
    configuration_of,
    constructor_parameters,
    declared_shape,
    is_own,
    noted,
    noted_arguments,
    structural_value,
)
from ranvier.layers.context import CallContext
from ranvier.layers.input_spec import InputSpec
from ranvier.layers.scratch import without_assignments
from ranvier.layers.signatures import is_shape, shapes_for_build, shapes_of, with_training
from ranvier.layers.weighted import FLOAT_DTYPES, Weighted, found_in
from ranvier.metrics import Metric
from ranvier.naming import automatic_name, snake_case
from ranvier.symbolic import Node, Spec, SymbolicTensor, any_symbolic, infer_outputs
from ranvier.types import Arrays, Configuration, StructureKey

__all__ = ["FLOAT_DTYPES", "CallContext", "Layer"]


class Layer(Weighted):
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

    _constructed_with: tuple[tuple[Any, ...], dict[str, Any]]

    keeps_dtype: ClassVar[bool] = False
    """Whether :meth:`apply` takes integers as they are; otherwise inputs are cast to ``dtype``."""

    setting_names: ClassVar[tuple[str, ...]] = ()
    """Attributes that are numbers handed to the compiled program as data."""

    input_spec: InputSpec | Sequence[InputSpec] | None = None
    """Demands on the shape of the inputs, checked at each call where a user's layer sets them."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Note the arguments, which are the configuration of a user's class that has no ``get_config``."""
        layer = super().__new__(cls)
        if not is_own(cls):
            layer._constructed_with = (
                tuple(map(noted, args)),
                {name: noted(value) for name, value in kwargs.items()},
            )
        return layer

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
            kind: Any = type(self)
            raise ConfigurationError(
                f"{kind.__name__} does not know the argument {sorted(unknown)[0]!r}. "
                f"It takes: {', '.join(sorted(constructor_parameters(kind)))}."
            )
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ConfigurationError(f"`name` must be a string without '/'; received: {name!r}.")
        if not isinstance(trainable, bool | np.bool_):
            raise ConfigurationError(f"`trainable` must be True or False; received: {trainable!r}.")
        self.name = name if name is not None else automatic_name(snake_case(type(self).__name__))
        self.dtype = checked_dtype(dtype, FLOAT_DTYPES)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = self._has_nothing_to_build()
        self.declared_shape = declared_shape(input_shape, input_dim, batch_input_shape)
        self._trainable = bool(trainable)
        self._parameters = {}
        self._state = {}
        self._nodes: list[Node] = []
        self._added_losses: list[Any] = []
        self._seen_shapes: list[Any] = []

    def _has_nothing_to_build(self) -> bool:
        """Whether the layer is complete from the beginning: one of Ranvier's own without weights."""
        kind: Any = type(self)
        return is_own(kind) and kind.init is Layer.init and kind.build is Layer.build

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
        kind: Any = type(self)
        if not is_own(kind):
            return (self,)
        ignored = {"name", "trainable", "activity_regularizer", *self.setting_names}
        arguments = tuple(
            (name, structural_value(getattr(self, name)))
            for name in constructor_parameters(kind)
            if name not in ignored and not name.endswith(("_initializer", "_regularizer", "_constraint"))
        )
        regularizer = None if self.activity_regularizer is None else self.activity_regularizer.structure()
        return (kind, arguments, regularizer)

    @property
    def rowwise(self) -> bool:
        """Whether padded rows cannot reach real ones: known of Ranvier's own code only."""
        activation = getattr(self, "activation", None)
        return is_own(type(self)) and (activation is None or is_own(activation))

    # -- Keras' hooks ---------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Create the weights for inputs of a shape.

        Args:
            input_shape: The shape of the inputs with the batch in front; a structure for several.
        """
        # Of the class, since users' layers keep things of their own under such names: `self.init = "zeros"`.
        params, state = type(self).init(self, input_shape)
        for values, trainable in ((params, True), (state, False)):
            for name, value in values.items():
                rules = {
                    rule: getattr(self, f"{name}_{rule}", None) for rule in ("regularizer", "constraint")
                }
                setattr(self, name, self._keep(name, value, trainable=trainable, **rules))
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Compute the outputs; a user's layer overrides this with its own arithmetic."""
        del training
        run = current_pass() or ForwardPass()
        settings = run.settings.get(id(self)) or type(self).settings(self)
        if not self.keeps_dtype:
            inputs = jax.tree.map(lambda leaf: leaf.astype(self.dtype), inputs)
        outputs, new_state = type(self).apply(
            self,
            {name: variable.value for name, variable in self._parameters.items()},
            {name: variable.value for name, variable in self._state.items()},
            inputs,
            CallContext(run, settings, mask, getattr(self, "seed", None)),
        )
        for name, value in new_state.items():
            self._state[name].assign(value)
        return outputs

    def add_loss(self, loss: Any) -> None:
        """Add a number to the training loss of the pass in which this is called.

        Args:
            loss: A scalar (of an array, the sum counts), or a list of them.
        """
        run = current_pass()
        if run is not None:
            run.losses.extend(jnp.sum(jnp.asarray(each)) for each in jax.tree.leaves(loss))

    @property
    def losses(self) -> list[Any]:
        """What the last call by hand added to the training loss, then one term for each regularizer.

        Within a pass, as in ``compute_loss``, it is what that pass has added so far.
        """
        run = current_pass()
        return [*(self._added_losses if run is None else run.losses), *super().losses]

    @property
    def metrics(self) -> list[Any]:
        """The metrics that the layer, and the layers within it, keep as attributes."""
        own = found_in(vars(self).values(), Metric)
        nested = [metric for layer in self.sublayers() for metric in layer.metrics]
        return list(dict.fromkeys([*own, *nested]))

    @property
    def metrics_variables(self) -> list[Any]:
        """The variables of all :attr:`metrics`."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the outputs for inputs of a shape, batch in front."""
        specs = jax.tree.map(SymbolicTensor, input_shape, is_leaf=is_shape)
        self._build_for((specs,), {})
        return jax.tree.map(lambda spec: tuple(spec.shape), self._traced((specs,), {}))

    def output_dtype(self, input_dtypes: Sequence[str]) -> str:
        """Return the dtype of the outputs for inputs of some dtypes."""
        if not self.keeps_dtype:
            return self.dtype
        kind = input_dtypes[0]
        for each in input_dtypes[1:]:
            kind = str(jnp.promote_types(kind, each))
        return kind

    @property
    def compute_dtype(self) -> str:
        """The dtype of the arithmetic; the same as ``dtype``."""
        return self.dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights; the same as ``dtype``."""
        return self.dtype

    # -- calling --------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to arrays, or record the call on symbolic tensors."""
        self._require_initialised()
        if any_symbolic(args, kwargs):
            return self._call_symbolically(args, kwargs)
        args, kwargs = as_inputs(args, kwargs, self.dtype, self.name)
        self._build_for(args, kwargs)
        return self._run(*args, **kwargs)

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._build_for(args, kwargs)
        leaves = jax.tree.leaves(args[0]) if args else []
        plain = len(args) == 1 and not any_symbolic(kwargs)
        if plain and all(isinstance(leaf, SymbolicTensor) for leaf in leaves) and self._knows_output_shape():
            dtype = self.output_dtype([leaf.dtype for leaf in leaves])
            shapes = self.compute_output_shape(shapes_of(args[0]))
            outputs = jax.tree.map(lambda shape: Spec(tuple(shape), dtype), shapes, is_leaf=is_shape)
        else:
            outputs = self._traced(args, kwargs)
        name = f"{self.name}_output"
        tensors = jax.tree.map(lambda spec: SymbolicTensor(spec.shape, spec.dtype, name=name), outputs)
        self._nodes.append(Node(self, args, kwargs, tensors))
        return tensors

    def _knows_output_shape(self) -> bool:
        """Whether shapes follow without tracing; what a user's ``call`` builds lazily needs a trace."""
        if type(self).compute_output_shape is Layer.compute_output_shape:
            return False
        return is_own(type(self)) or all(layer.built for layer in self.sublayers())

    def _traced(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with without_assignments(self.variables):
            return infer_outputs(self._run, args, kwargs)

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        run = current_pass()
        if run is None:
            with forward_pass(ForwardPass()) as own:
                outputs = self._run(*args, **kwargs)
            # The values of a traced call would outlive their trace.
            if not any(isinstance(loss, jax.core.Tracer) for loss in own.losses):
                self._added_losses = own.losses
            return outputs
        previous = run.training
        run.training, args, kwargs = with_training(type(self), args, kwargs, current=previous)
        try:
            with explained(self):
                outputs = self.call(*args, **kwargs)
            outputs = checked_outputs(self, outputs)
            if not self._seen_shapes:
                self._seen_shapes = [
                    (None, *leaf.shape[1:]) for leaf in jax.tree.leaves(outputs) if leaf.ndim
                ]
            if self.activity_regularizer is not None:
                self._regularize(outputs, run)
            return outputs
        finally:
            run.training = previous

    def _regularize(self, outputs: Any, run: ForwardPass) -> None:
        regularizer = self.activity_regularizer
        assert regularizer is not None
        settings = run.settings.get(id(regularizer)) or regularizer.settings()
        for leaf in jax.tree.leaves(outputs):
            valid = run.valid
            rows = float(leaf.shape[0]) if valid is None else jnp.maximum(valid.sum(), 1.0)
            shown = (
                leaf if valid is None else leaf * valid.astype(leaf.dtype).reshape(-1, *[1] * (leaf.ndim - 1))
            )
            # Keras divides by the batch size, so that the strength does not depend on it.
            run.losses.append(regularizer.penalty(shown, settings).astype(jnp.float32) / rows)

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.input_spec is not None:
            self._check_specs(args[0] if args else next(iter(kwargs.values()), None))
        if not self.built:
            shapes = shapes_for_build(type(self), args, kwargs)
            # The layer may be built while a program is traced; what `build` computes are values.
            with jax.ensure_compile_time_eval():
                self.build(*shapes)
            self.built = True

    def _check_specs(self, inputs: Any) -> None:
        specs = [self.input_spec] if isinstance(self.input_spec, InputSpec) else list(self.input_spec or [])
        for spec, leaf in zip(specs, jax.tree.leaves(inputs), strict=False):
            spec.check(shapes_of(leaf), self.name)

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Call the layer on given weights instead of its own, and change nothing; usable in ``jax.jit``.

        Args:
            trainable_variables: One array for each of :attr:`trainable_variables`.
            non_trainable_variables: One array for each of :attr:`non_trainable_variables`.
            *args: What the layer is called on.
            return_losses: Whether to return the terms that the call adds to the training loss, too.
            **kwargs: Further arguments of the call, such as ``training``.

        Returns:
            The outputs, the new values of the weights that are not trained, and the losses if asked for.

        Raises:
            NotBuiltError: If the layer has no weights yet.
            ShapeError: If one of the lists has another length.
        """
        return stateless.call(
            self, trainable_variables, non_trainable_variables, args, kwargs, return_losses=return_losses
        )

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
        """Return the keyword arguments that build an equal layer.

        Of a user's class that does not override this, they are those that it was built with.

        Raises:
            UnsupportedError: If one of these is no number, text or list of such.
        """
        kind: Any = type(self)
        configuration = configuration_of(self)
        if is_own(kind) or kind.get_config is not Layer.get_config:
            return configuration
        return accepted_by(kind, {**configuration, **noted_arguments(self)})

    @classmethod
    def from_config(cls, config: Configuration) -> Layer:
        """Build a layer from what :meth:`get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        known = vars(self)
        return f"<{type(self).__name__} name={known.get('name')}, built={known.get('built', False)}>"
