"""What every optimizer is: a pure update rule, and the Keras face that holds its state.

The file is long because Keras' optimizers have many methods; what they do beside keeping the state is
in the modules imported here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ranvier.arguments import own_name
from ranvier.errors import ConfigurationError, NotBuiltError, UnsupportedError
from ranvier.host_values import with_numpy_method
from ranvier.optimizers import application, keras_manner, pipeline
from ranvier.optimizers.boxes import SlotBoxes
from ranvier.optimizers.checks import number, optional_number, whole_number
from ranvier.optimizers.learning_rate import LearningRate, RateVariable, Schedule, checked_rate, rate_table
from ranvier.optimizers.options import OPTION_NAMES, refuse_unknown
from ranvier.optimizers.schedules import LearningRateSchedule
from ranvier.optimizers.schedules import deserialize as deserialize_schedule
from ranvier.optimizers.schedules import serialize as serialize_schedule
from ranvier.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ranvier.optimizers.pipeline import OptimizerState, Scalars
    from ranvier.registry import CustomObjects
    from ranvier.types import Array, Arrays, Configuration, StructureKey


class Optimizer:
    """Base of all optimizers.

    A rule of the house overrides four methods: :meth:`slots`, :meth:`rates`, :meth:`step` and, where it
    has variants, :meth:`traits`. An optimizer of your own may instead be written as in Keras, with
    ``build`` and ``update_step``.

    Args:
        learning_rate: The step size: a number, a schedule, or a function without arguments.
        weight_decay: Before each step every weight loses this fraction of itself times the learning rate.
        clipnorm: The largest norm of the gradient of each weight; longer ones are shortened.
        clipvalue: The largest absolute value of each entry of a gradient.
        global_clipnorm: The largest norm of all gradients together.
        use_ema: Keep an exponential moving average of the weights and put it in their place when a
            training ends.
        ema_momentum: The share of the old average that is kept at each step.
        ema_overwrite_frequency: Put the average in place of the weights each time this many updates
            are done, too.
        loss_scale_factor: The loss is multiplied by it, and its gradients divided again, so that small
            gradients survive in 16 bits.
        gradient_accumulation_steps: Update once in this many steps, with the mean of their gradients.
        name: A name; numbered automatically when None.

    Raises:
        ConfigurationError: If a number is out of range, or two ways of clipping are asked for.
    """

    hyperparameters: ClassVar[tuple[str, ...]] = ()
    """The names of the rule's own arguments, each also an attribute that may be set at any time."""

    rule_is_elementwise: ClassVar[bool] = True
    """Whether the rule treats each entry of a weight alone, so that weights may be packed together."""

    def __init__(
        self,
        learning_rate: LearningRate,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        refuse_unknown(unknown, type(self), self.hyperparameters)
        self.name = own_name(name, type(self))
        self.weight_decay = optional_number("weight_decay", weight_decay)
        self.clipnorm = optional_number("clipnorm", clipnorm, low_open=True)
        self.clipvalue = optional_number("clipvalue", clipvalue, low_open=True)
        self.global_clipnorm = optional_number("global_clipnorm", global_clipnorm, low_open=True)
        self.use_ema = bool(use_ema)
        self.ema_momentum = number("ema_momentum", ema_momentum, high=1.0)
        self.ema_overwrite_frequency = (
            None
            if ema_overwrite_frequency is None
            else whole_number("ema_overwrite_frequency", ema_overwrite_frequency)
        )
        self.loss_scale_factor = optional_number("loss_scale_factor", loss_scale_factor, low_open=True)
        # Keras takes 0 for None here.
        self.gradient_accumulation_steps = (
            whole_number("gradient_accumulation_steps", gradient_accumulation_steps, low=2)
            if gradient_accumulation_steps
            else None
        )
        self._check_combinations()
        self.built = False
        self.model_variables: list[Variable] = []
        self.iteration_variable = Variable(
            np.array(0, np.int32), name="iteration", path=f"{self.name}/iteration", trainable=False
        )
        rate = checked_rate(learning_rate)
        self._schedule: Schedule | None = rate if callable(rate) else None
        self.rate_variable = RateVariable(0.0 if callable(rate) else rate, path=f"{self.name}/learning_rate")
        self._boxes = SlotBoxes(self.name, [], {})
        self._undecayed: list[Any] = []
        self._undecayed_names: re.Pattern[str] | None = None
        self._programs: dict[Any, Callable[..., Any]] = {}

    def _check_combinations(self) -> None:
        clips = {name: getattr(self, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
        given = [f"{name}={value}" for name, value in clips.items() if value is not None]
        if len(given) > 1:
            raise ConfigurationError(
                f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set; "
                f"received: {', '.join(given)}."
            )
        if self.ema_overwrite_frequency is not None and not self.use_ema:
            raise ConfigurationError(
                f"`ema_overwrite_frequency` needs a moving average; received: "
                f"ema_overwrite_frequency={self.ema_overwrite_frequency} with use_ema=False. "
                f"Set use_ema=True, or leave it out."
            )

    # The rule.

    def slots(self, parameter: Any) -> Arrays:
        """Return the first values of what the rule remembers about one parameter, NumPy arrays by name."""
        del parameter
        return {}

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the numbers that the rule needs, by name: a number, or one for each step.

        Args:
            learning_rates: float64, shape (count,).
            iterations: The numbers of updates done before each step, integers of shape (count,).
        """
        return {"learning_rate": learning_rates, "iteration": iterations}

    def step(
        self, gradient: Array, parameter: Array, slots: Arrays, scalars: Scalars
    ) -> tuple[Array, Arrays]:
        """Move one parameter; traced.

        Args:
            gradient: Shaped like ``parameter``.
            parameter: Any shape.
            slots: What the rule remembers about it.
            scalars: The numbers of :meth:`rates` for this step, in the parameter's dtype.

        Returns:
            The new parameter and its new slots.
        """
        del gradient, parameter, slots, scalars
        raise UnsupportedError(f"The optimizer {type(self).__name__!r} has no rule; define `update_step`.")

    def traits(self) -> tuple[Any, ...]:
        """Return what about the rule, beside its class, changes the traced program."""
        return ()

    def decay(self, parameter: Array, slots: Arrays, scalars: Scalars) -> Array:
        """Shrink one parameter before its step; traced."""
        del slots
        # Not `parameter * (1 - decay)`: a decay of 4e-6 loses up to 1 % of itself when float32 rounds the
        # difference, and always to the same side.
        return parameter if self.weight_decay is None else parameter - parameter * scalars["decay"]

    def step_all(
        self,
        gradients: Sequence[Array],
        params: Sequence[Array],
        state: OptimizerState,
        scalars: Scalars,
        decays: Sequence[int] | None,
    ) -> tuple[list[Array], OptimizerState]:
        """Decay and move all parameters, each of a group of ``decays``; traced. Gradients are already clipped."""
        if type(self).update_step is not Optimizer.update_step:
            decayed = self._decayed(params, [{}] * len(params), scalars, decays)
            return keras_manner.step_in_keras_manner(self, gradients, decayed, state, scalars)
        own = [{slot: values[i] for slot, values in state.items()} for i in range(len(params))]
        decayed = self._decayed(params, own, scalars, decays)
        moved = [
            self.step(gradient, param, slots, pipeline.numbers_for(scalars, param.dtype))
            for gradient, param, slots in zip(gradients, decayed, own, strict=True)
        ]
        new_state = {slot: [slots[slot] for _, slots in moved] for slot in state}
        return [param for param, _ in moved], new_state

    def _decayed(
        self, params: Sequence[Array], slots: list[Arrays], scalars: Scalars, decays: Sequence[int] | None
    ) -> list[Array]:
        chosen = [True] * len(params) if decays is None else decays
        return [
            self.decay(param, own, pipeline.numbers_for(scalars, param.dtype)) if decays_too else param
            for param, own, decays_too in zip(params, slots, chosen, strict=True)
        ]

    # The pure part, as the training program uses it.

    def init(self, params: Sequence[Any]) -> OptimizerState:
        """Return the state before the first step: NumPy arrays by slot, one for each parameter.

        Args:
            params: Arrays or variables.
        """
        each = [self.slots(param) for param in params]
        state: OptimizerState = {slot: [slots[slot] for slots in each] for slot in (each[0] if each else {})}
        return state | pipeline.shared_slots(self, params)

    def update(
        self,
        gradients: Sequence[Array],
        state: OptimizerState,
        params: Sequence[Array],
        scalars: Scalars,
        decays: Sequence[int] | None = None,
    ) -> tuple[list[Array], OptimizerState]:
        """Compute one step; pure, to be traced.

        Args:
            gradients: One for each parameter, of its shape.
            state: As :meth:`init` made it or the last step left it.
            params: The weights. Where :attr:`elementwise` is true they may be packed in any way.
            scalars: One row of :meth:`scalars`.
            decays: The group of each parameter, see :meth:`groups`; 1 for all when None.

        Returns:
            The new weights and the new state.

        Raises:
            ShapeError: If gradients or slots do not fit the parameters.
        """
        return pipeline.updated(self, gradients, state, params, scalars, decays)

    def scalars(self, first: int, count: int) -> dict[str, np.ndarray[Any, Any]]:
        """Return every number that steps ``first`` to ``first + count - 1`` need; on the host.

        All hyper-parameters pass through here, so changing one never compiles again.

        Args:
            first: The number of steps taken before (:attr:`step_count`).
            count: The number of steps.

        Returns:
            float32 arrays of shape (count,) by name.
        """
        self._check_combinations()
        steps = np.arange(first, first + count, dtype=np.int64)
        columns = self._columns(rate_table(self._rate(), steps), steps)
        return {name: np.full(count, column, dtype=np.float32) for name, column in columns.items()}

    def scalar_names(self) -> list[str]:
        """Return the names of :meth:`scalars`, always in the same order for the same structure."""
        return list(self._columns(np.ones(1), np.zeros(1, dtype=np.int64)))

    def _columns(self, learning_rates: np.ndarray[Any, Any], steps: np.ndarray[Any, Any]) -> dict[str, Any]:
        updates = steps // (self.gradient_accumulation_steps or 1)
        return pipeline.shared_columns(self, learning_rates, steps) | self.rates(learning_rates, updates)

    def scale_loss(self, loss: Any, scalars: Scalars | None = None) -> Any:
        """Multiply a loss by ``loss_scale_factor``, whose effect :meth:`update` takes out of the gradients.

        Args:
            loss: A scalar.
            scalars: One row of :meth:`scalars` where this is traced; None elsewhere.
        """
        if self.loss_scale_factor is None:
            return loss
        if scalars is None:
            return loss * self.loss_scale_factor
        return loss * pipeline.numbers_for(scalars, loss.dtype)["loss_scale"]

    def finalize(self, params: Sequence[Array], state: OptimizerState) -> list[Array]:
        """Return the weights that a training ends with: the moving averages, if there are any."""
        return list(state[pipeline.AVERAGE] if self.use_ema else params)

    @property
    def elementwise(self) -> bool:
        """Whether :meth:`update` treats each entry alone, so that parameters may be packed together."""
        rule = type(self).step if type(self).update_step is Optimizer.update_step else type(self).update_step
        # Nothing is known about a rule from elsewhere.
        return self.rule_is_elementwise and self.clipnorm is None and _is_ours(rule)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The slots that hold one array for each parameter."""
        return tuple(self.init([np.zeros((), np.float32)]))

    def holds(self, slot: str) -> bool:
        """Whether the optimizer was built with this slot."""
        return slot in self._boxes.slots

    def structure(self) -> StructureKey:
        """Return a value that is equal for two optimizers exactly when they trace to the same program."""
        if not _is_ours(type(self)):
            return (self,)
        clips = tuple(getattr(self, name) is None for name in ("clipnorm", "clipvalue", "global_clipnorm"))
        options = (
            self.weight_decay is None,
            self.use_ema,
            self.ema_overwrite_frequency is None,
            self.gradient_accumulation_steps is None,
            self.loss_scale_factor is None,
        )
        decays = () if not self._excludes else tuple(self.decay_mask(self.model_variables))
        return (type(self), clips, options, decays, self.traits())

    def settings(self) -> dict[str, float]:
        """Return the numbers of the next step by name."""
        return {name: float(column[0]) for name, column in self.scalars(self.step_count, 1).items()}

    # Weight decay of some.

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Keep some weights from decaying.

        Args:
            var_list: Variables to exclude.
            var_names: Regular expressions; a variable whose name contains a match is excluded.
        """
        self._undecayed = list(var_list or [])
        names = sorted(set(var_names or []))
        self._undecayed_names = re.compile("|".join(names)) if names else None

    @property
    def _excludes(self) -> bool:
        return bool(self._undecayed) or self._undecayed_names is not None

    def decay_mask(self, variables: Iterable[Any]) -> list[bool]:
        """Return for each variable whether weight decay applies to it."""
        pattern = self._undecayed_names
        return [
            not any(variable is excluded for excluded in self._undecayed)
            and not (pattern is not None and pattern.search(variable.name))
            for variable in variables
        ]

    def groups(self, variables: Iterable[Any]) -> list[int]:
        """Return a number for each variable, equal for those that the rule treats alike.

        Those of one group may be packed together. It is 0 where weight decay does not apply; a rule that knows
        more kinds overrides this, and is told the numbers in :meth:`step_all`.
        """
        return [int(decayed) for decayed in self.decay_mask(variables)]

    # The Keras face.

    @property
    def learning_rate(self) -> Any:
        """The learning rate now: a variable that reads as a number, or what the schedule gives for this step.

        It may be set at any time, to a number, a schedule or a function without arguments.
        """
        # While a user's `update_step` is traced, the variable is bound to the rate of the traced step.
        if self._schedule is None or not isinstance(self.iteration_variable.value, np.ndarray):
            return self.rate_variable
        return with_numpy_method(rate_table(self._schedule, np.array([self.step_count]))[0])

    @learning_rate.setter
    def learning_rate(self, learning_rate: LearningRate) -> None:
        rate = checked_rate(learning_rate)
        self._schedule = rate if callable(rate) else None
        if not callable(rate):
            self.rate_variable.assign(rate)

    @property
    def lr(self) -> Any:
        """The learning rate, by the name it has in programs for Keras 2."""
        return self.learning_rate

    @lr.setter
    def lr(self, learning_rate: LearningRate) -> None:
        self.learning_rate = learning_rate

    def _rate(self) -> float | Schedule:
        return self._schedule if self._schedule is not None else checked_rate(self.rate_variable)

    @property
    def step_count(self) -> int:
        """The number of steps taken, each step of a gradient accumulation counted."""
        return int(self.iteration_variable)

    @property
    def iterations(self) -> Any:
        """The number of updates done: the step variable, or its part where gradients are accumulated."""
        if self.gradient_accumulation_steps:
            return self.iteration_variable.value // self.gradient_accumulation_steps
        return self.iteration_variable

    @property
    def variables(self) -> list[Variable]:
        """All variables of the optimizer: the step, a constant learning rate, then its slots."""
        first = [self.iteration_variable]
        if self._schedule is None:
            first.append(self.rate_variable)
        return first + self._boxes.ordered(pipeline.SHARED_SLOTS)

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for these variables; a second call for the same ones does nothing.

        Args:
            variables: The variables to train.

        Raises:
            ConfigurationError: If it was built for other variables.
        """
        received = list(variables)
        if self.built:
            known = self.model_variables
            if len(received) != len(known) or any(a is not b for a, b in zip(received, known, strict=True)):
                raise ConfigurationError(
                    f"The optimizer {self.name!r} was built for {len(known)} other variables than the "
                    f"{len(received)} received. Use a new optimizer for a new set of variables; where `trainable` of a "
                    "layer was changed, call `model.compile` again."
                )
            return
        self.model_variables = received
        self._boxes = SlotBoxes(self.name, received, self.init(received))
        self.built = True

    def read_state(self) -> OptimizerState:
        """Return the state that the optimizer holds, by slot, aligned with the variables it was built for.

        Raises:
            NotBuiltError: Before :meth:`build`.
            ConfigurationError: If an option that needs another slot was changed since.
        """
        if not self.built:
            raise NotBuiltError(
                f"The optimizer {self.name!r} has no state yet; call `build(variables)` first."
            )
        state = self._boxes.read()
        missing = sorted(set(self.slot_names) - set(state)) if self.model_variables else []
        if missing:
            raise ConfigurationError(
                f"The optimizer {self.name!r} was built without the slot {missing[0]!r}, which an option "
                f"changed since then needs; make a new optimizer with that option."
            )
        return state

    def write_state(self, state: OptimizerState, iterations: int) -> None:
        """Replace the state that the optimizer holds.

        Args:
            state: As :meth:`read_state` returned it.
            iterations: The number of steps taken, as :attr:`step_count` counts them.

        Raises:
            ShapeError: If an array has another shape than the one it replaces.
        """
        self.write_slots(state)
        self.iteration_variable.assign(np.array(iterations, np.int32))

    @property
    def slot_boxes(self) -> dict[str, list[Variable]]:
        """The variables that hold the state, by slot, as :meth:`read_state` orders their values."""
        return self._boxes.slots

    def write_slots(self, state: OptimizerState) -> None:
        """Replace the arrays of the slots alone; see :meth:`write_state`."""
        self._boxes.write(state)

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """Return what :meth:`apply` would make of given values, and change nothing; usable in ``jax.jit``.

        Args:
            optimizer_variables: One array for each of :attr:`variables`.
            grads: One gradient for each variable that the optimizer was built for.
            trainable_variables: Their values.

        Returns:
            The new values, and the new values of :attr:`variables`.

        Raises:
            NotBuiltError: Before :meth:`build`.
            ShapeError: If one of the lists has another length.
        """
        return application.stateless_apply(self, optimizer_variables, grads, trainable_variables)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace the values of :attr:`variables`, in their order."""
        application.set_weights(self, weights)

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """Move variables by their gradients, once.

        Args:
            grads_and_vars: Pairs of a gradient and its variable.

        Returns:
            The step variable, increased by one.
        """
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iteration_variable

    def apply(self, grads: Sequence[Any], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Move variables by their gradients, once, and project them by their constraints.

        Args:
            grads: One gradient for each variable; a variable whose gradient is None stays as it is.
            trainable_variables: The variables; those the optimizer was built for when None.

        Raises:
            ConfigurationError: If a variable is unknown to a built optimizer.
            ShapeError: If gradients and variables do not fit.
        """
        application.apply(self, grads, trainable_variables)

    def program(self, decays: tuple[int, ...]) -> Callable[..., Any]:
        """Return :meth:`update` compiled, the same one for the same structure."""
        return application.program(self, decays, self._programs)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Put the moving averages, if there are any, in place of the values of the variables."""
        variables = list(var_list)
        state = self.read_state() if self.use_ema else {}
        for variable, value in zip(
            variables, self.finalize([v.value for v in variables], state), strict=True
        ):
            variable.assign(value)

    # For optimizers written in Keras' manner.

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Move one variable by assigning to it; what an optimizer of your own overrides."""
        del gradient, variable, learning_rate
        raise UnsupportedError(f"The optimizer {type(self).__name__!r} defines no `update_step`.")

    @property
    def own_variables(self) -> list[Variable]:
        """The variables added with :meth:`add_variable`."""
        return self._boxes.slots.get(keras_manner.OWN, [])

    def add_variable(
        self, shape: Sequence[int], initializer: Any = "zeros", dtype: Any = None, name: str | None = None
    ) -> Variable:
        """Add a variable to the state of an optimizer of your own, and return it.

        Args:
            shape: Its shape.
            initializer: ``"zeros"``, ``"ones"``, a number or an initializer object.
            dtype: Its dtype; float32 when None.
            name: Its name.
        """
        value = keras_manner.first_value(shape, initializer, dtype or "float32")
        return self._boxes.add(keras_manner.OWN, value, name or "variable")

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Add a variable with the shape and dtype of another, and return it."""
        name = f"{reference_variable.path.replace('/', '_')}_{name or 'var'}"
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name)

    def add_optimizer_variables(
        self, trainable_variables: Iterable[Variable], name: str | Sequence[str], initializer: Any = "zeros"
    ) -> Any:
        """Add a variable for each of the given ones; a list, or a tuple of lists for several names."""
        names = [name] if isinstance(name, str) else list(name)
        first = initializer if isinstance(initializer, list | tuple) else [initializer] * len(names)
        references = list(trainable_variables)
        added = tuple(
            [self.add_variable_from_reference(variable, each, start) for variable in references]
            for each, start in zip(names, first, strict=True)
        )
        return added[0] if isinstance(name, str) else added

    def assign(self, variable: Variable, value: Any) -> None:
        """Set a variable."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def _get_variable_index(self, variable: Variable) -> int:
        return next(i for i, known in enumerate(self.model_variables) if known is variable)

    # Configuration.

    def get_config(self) -> Configuration:
        """Return the arguments that build this optimizer again, without its state."""
        if isinstance(self._schedule, LearningRateSchedule):
            rate: Any = serialize_schedule(self._schedule)
        elif self._schedule is not None:
            raise UnsupportedError(
                f"The optimizer {self.name!r} cannot be saved, because its learning rate is a function; "
                f"write it as a LearningRateSchedule with `get_config`."
            )
        else:
            rate = float(self.rate_variable)
        names = (*OPTION_NAMES, *self.hyperparameters)
        return {"learning_rate": rate} | {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: Configuration, custom_objects: CustomObjects | None = None) -> Optimizer:
        """Build the optimizer that :meth:`get_config` described.

        Args:
            config: The arguments by name.
            custom_objects: A user's own schedule classes by name.
        """
        arguments = dict(config)
        if isinstance(arguments.get("learning_rate"), dict):
            arguments["learning_rate"] = deserialize_schedule(arguments["learning_rate"], custom_objects)
        return cls(**arguments)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_programs": {}}


def _is_ours(part: Any) -> bool:
    return str(part.__module__).startswith("ranvier.")
