"""The class that every metric derives from, a user's own included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ranvier import initializers
from ranvier.arguments import own_name
from ranvier.errors import ConfigurationError, NotBuiltError, UnsupportedError
from ranvier.host_values import with_numpy_method
from ranvier.metrics import adapter
from ranvier.metrics.data import checked_dtype, checked_variable_dtype, frozen
from ranvier.metrics.eager import arranged, is_traced, run
from ranvier.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.types import Array, Arrays, Configuration, PartialShape, Shape, StructureKey

Result = Any
"""What a metric computes: a float, an array of one value for each class, or a dict of floats."""

_AGGREGATIONS = ("none", "sum", "mean", "only_first_replica", None)


class Metric:
    """A number that is gathered over batches.

    A metric can be written in two manners.

    - As in Keras: ``__init__`` creates variables with :meth:`add_weight`, ``update_state`` assigns to
      them, ``result`` computes from them, ``reset_state`` (optional) sets them back.
    - As pure functions, as all of Ranvier's own: :meth:`zeros`, :meth:`accumulate`, :meth:`finish`.

    Either way a training program uses :meth:`init`, :meth:`update` and :meth:`compute`, which touch
    no variable, and a user has ``update_state``, ``result``, ``reset_state``.

    Args:
        name: The name in logs; made from the class when None.
        dtype: The dtype to which values are cast before they are summed; float32 when None. The sums
            themselves always have twice the precision of float32.

    Example:
        >>> from ranvier import metrics
        >>> accuracy = metrics.SparseCategoricalAccuracy()
        >>> accuracy.update_state([1, 0], [[0.1, 0.9], [0.4, 0.6]])
        >>> float(accuracy.result())
        0.5
    """

    _direction: ClassVar[str | None] = None
    """``"up"`` where more is better, ``"down"`` where less is; the name that Keras' metrics use."""

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        self.name = own_name(name, type(self))
        self._dtype = checked_dtype(dtype)
        self._own_variables: list[Variable] = []
        self._initial_values: dict[Variable, np.ndarray[Any, Any]] = {}
        self._boxes: dict[str, Variable] = {}

    # What pure metrics implement.

    def zeros(self) -> Arrays:
        """Return the state before any data: NumPy arrays by name."""
        raise UnsupportedError(
            f"The metric {type(self).__name__} must override `update_state` and `result`, or `zeros`, "
            "`accumulate` and `finish`."
        )

    def accumulate(self, state: Arrays, *args: Any, **kwargs: Any) -> Arrays:  # noqa: ARG002
        """Return the state after one more batch; traced.

        Args:
            state: Arrays by name.
            *args: ``y_true``, ``y_pred`` and ``sample_weight``, or what the metric takes instead.
            **kwargs: The same by name.
        """
        raise UnsupportedError(f"The metric {type(self).__name__} must override `update_state`.")

    def finish(self, state: Arrays) -> Result:  # noqa: ARG002
        """Return the metric's value from concrete arrays; NumPy on the host."""
        raise UnsupportedError(f"The metric {type(self).__name__} must override `result`.")

    # What a training program uses.

    def build(self, y_true_shape: PartialShape, y_pred_shape: PartialShape) -> None:
        """Learn the shapes of the data, where the state depends on them.

        Args:
            y_true_shape: Shape of the targets; None for a dimension not known.
            y_pred_shape: Shape of the predictions.
        """
        if self.keras_manner:
            adapter.create_late_variables(self, y_true_shape, y_pred_shape)

    def init(self) -> Arrays:
        """Return the state before any data: NumPy arrays by name."""
        return adapter.init(self) if self.keras_manner else self.zeros()

    def update(self, state: Arrays, *data: Any) -> Arrays:
        """Return the state after one more batch; traced.

        Args:
            state: What :meth:`init` or :meth:`update` returned.
            *data: ``y_true``, ``y_pred`` and ``sample_weight`` (None, or an array whose axes are the
                leading axes of the targets; rows of weight 0 count for nothing).
        """
        if self.keras_manner:
            return adapter.update(self, state, data)
        return self.accumulate(state, *data)

    def compute(self, state: Arrays) -> Result:
        """Return the metric's value from a state of concrete arrays.

        Returns:
            A float, an array, or a dict of floats; computed on the host.
        """
        return adapter.compute(self, state) if self.keras_manner else self.finish(state)

    @property
    def keras_manner(self) -> bool:
        """Whether the class overrides what Keras' metrics override, rather than the pure methods."""
        kind = type(self)
        return (
            kind.update_state is not Metric.update_state
            or kind.result is not Metric.result
            or kind.reset_state is not Metric.reset_state
        )

    @property
    def built_in(self) -> bool:
        """Whether the class is Ranvier's own, whose behaviour is known."""
        return type(self).__module__.partition(".")[0] == "ranvier"

    @property
    def rowwise(self) -> bool:
        """Whether each row counts for itself, so that rows of weight 0 may be added."""
        return self.built_in

    @property
    def logits_of(self) -> str | None:
        """The activation before which this metric can be computed instead: softmax, sigmoid or None."""
        return None

    def with_logits(self) -> Metric:
        """Return an equal metric, of the same state, that takes what :attr:`logits_of` is applied to."""
        raise UnsupportedError(f"The metric {self.name!r} cannot be computed from logits.")

    @property
    def awaits_shapes(self) -> bool:
        """Whether :meth:`build` must come before :meth:`init`."""
        return False

    def structure(self) -> StructureKey:
        """A hashable value, equal for two metrics exactly when they trace to the same program."""
        if not self.built_in:
            return (self,)
        config = {key: value for key, value in self.get_config().items() if key != "name"}
        return (type(self), frozen(config))

    def settings(self) -> dict[str, float]:
        """Return the numbers that reach a program as data; metrics have none."""
        return {}

    # What a user sees.

    @property
    def dtype(self) -> str:
        """The dtype to which values are cast before they are summed."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The variables that hold the state, those of nested metrics included."""
        self._opened()
        return adapter.variables_of(self)

    def add_variable(
        self,
        shape: Shape,
        initializer: Any = None,
        dtype: Any = None,
        aggregation: str | None = "sum",
        name: str | None = None,
    ) -> Variable:
        """Create a variable of the metric's state.

        Args:
            shape: Its shape.
            initializer: Its first value, as for a layer's weights; zeros when None.
            dtype: Its dtype; float32 when None.
            aggregation: How replicas would be joined; there is one process, so all are the same here.
            name: Its name.

        Returns:
            The variable.

        Raises:
            ConfigurationError: If an argument cannot be used, or ``super().__init__()`` was not called.
        """
        if not hasattr(self, "_own_variables"):
            raise ConfigurationError(
                f"The metric {type(self).__name__} creates a variable before it calls "
                "`super().__init__()`. Call that first in `__init__`."
            )
        if isinstance(shape, str) or aggregation not in _AGGREGATIONS:
            raise ConfigurationError(
                "A metric's variable needs a shape, such as (), and an aggregation among "
                f"{_AGGREGATIONS}; received: shape={shape!r}, aggregation={aggregation!r}. Give a name as "
                "`name=`."
            )
        fill: Any = initializers.get("zeros" if initializer is None else initializer)
        value = np.asarray(fill(tuple(shape), dtype=checked_variable_dtype(dtype)))
        label = name or f"variable_{len(self._own_variables)}"
        variable = Variable(value, name=label, trainable=False, path=f"{self.name}/{label}")
        self._own_variables.append(variable)
        self._initial_values[variable] = value
        return variable

    def add_weight(
        self, shape: Shape = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """Create a variable of the metric's state; arguments as for :meth:`add_variable`."""
        return self.add_variable(shape, initializer, dtype, name=name)

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch.

        Args:
            *args: ``y_true``, ``y_pred`` and optionally ``sample_weight``.
            **kwargs: The same by name.
        """
        data = arranged(self, args, kwargs)
        if self.awaits_shapes:
            self.build(np.shape(data[0]), np.shape(data[1]))
        boxes = self._opened()
        state = {key: box.value for key, box in boxes.items()}
        for key, value in run(self, state, data).items():
            boxes[key].assign(value)

    def result(self) -> Any:
        """Return the value over all batches since the last reset, a NumPy scalar or array."""
        if self.awaits_shapes:
            raise NotBuiltError(
                f"The metric {self.name!r} has no result yet, as the shapes of its data are not known. Call "
                "`update_state` first."
            )
        state = {key: box.value for key, box in self._opened().items()}
        if any(is_traced(value) for value in state.values()):
            return self.traced_result(state)
        value = self.finish({key: np.asarray(value) for key, value in state.items()})
        return with_numpy_method(np.float32(value) if np.ndim(value) == 0 else np.asarray(value, np.float32))

    def traced_result(self, state: Arrays) -> Any:
        """Return the value for a state that is being traced.

        Args:
            state: In the form of :meth:`init`.
        """
        return adapter.traced_result(self, state)

    def reset_state(self) -> None:
        """Forget all batches: set every variable to zero."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def read_state(self) -> Arrays:
        """Return the state that the variables hold, in the form of :meth:`init`."""
        if self.keras_manner:
            return adapter.state_of(self)
        return {key: box.value for key, box in self._opened().items()}

    def write_state(self, state: Arrays) -> None:
        """Let the variables hold a state, in the form of :meth:`init`."""
        boxes = adapter.numbered(self) if self.keras_manner else self._opened()
        for key, value in state.items():
            boxes[key].assign(value)

    def stateless_update_state(
        self, metric_variables: Sequence[Array], *args: Any, **kwargs: Any
    ) -> list[Array]:
        """Return the values of :attr:`variables` after one more batch, given those before."""
        return adapter.stateless(self, metric_variables, self.update_state, args, kwargs)[1]

    def stateless_result(self, metric_variables: Sequence[Array]) -> Any:
        """Return the result for values of :attr:`variables`."""
        return adapter.stateless(self, metric_variables, self.result, (), {})[0]

    def stateless_reset_state(self) -> list[Array]:
        """Return the values of :attr:`variables` after a reset."""
        current = [variable.value for variable in self.variables]
        return adapter.stateless(self, current, self.reset_state, (), {})[1]

    def _opened(self) -> dict[str, Variable]:
        """The variables of a pure metric's state, made when their shapes are known."""
        pure = type(self).zeros is not Metric.zeros
        if pure and not self._boxes and not self.awaits_shapes:
            self._boxes = {
                key: Variable(value, name=key, trainable=False, path=f"{self.name}/{key}")
                for key, value in self.zeros().items()
            }
        return self._boxes

    def get_config(self) -> Configuration:
        """Return the arguments that build this metric again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build a metric from what :meth:`get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
