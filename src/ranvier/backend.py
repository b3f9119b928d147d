"""What programs know as ``keras.backend`` or ``K``: settings, and functions of arrays.

Every operation of :mod:`ranvier.ops` is also found here, and so are the older names that programs
written for earlier versions of Keras use, such as ``K.pow`` and ``K.flatten``.
"""

from __future__ import annotations

import difflib
from typing import Any

import numpy as np

from ranvier import config, ops
from ranvier.naming import automatic_name, reset_names
from ranvier.ops import sampling
from ranvier.ops.dtypes import engine_dtype
from ranvier.symbolic import is_symbolic
from ranvier.variable import Variable

backend = config.backend
epsilon = config.epsilon
floatx = config.floatx
image_data_format = config.image_data_format
set_epsilon = config.set_epsilon
set_floatx = config.set_floatx
set_image_data_format = config.set_image_data_format

_NOT_OFFERED = {
    "batch_dot": "Use `ops.einsum` or `ops.matmul`.",
    "ctc_batch_cost": "Use the loss `ranvier.losses.CTC`.",
    "function": "Build a `Model(inputs, outputs)` and call `predict`.",
    "get_session": "There are no sessions.",
    "gradients": "Use `jax.grad` of a function.",
    "in_test_phase": "A layer's `call` has the argument `training`.",
    "in_train_phase": "A layer's `call` has the argument `training`.",
    "placeholder": "Use `Input`.",
    "print_tensor": "`compile(run_eagerly=True)` runs every step in Python, where `print` shows values.",
    "learning_phase": "A layer's `call` has the argument `training`.",
    "rnn": "Use `ops.scan`.",
    "set_learning_phase": "A layer's `call` has the argument `training`.",
    "set_session": "There are no sessions.",
}

_RENAMED = {
    "permute_dimensions": "transpose",
    "pow": "power",
    "reverse": "flip",
}


def clear_session(free_memory: bool = True) -> None:
    """Count automatic names from the beginning again, as in a fresh process.

    Compiled programs stay: they hold no weights, belong to architectures rather than models, and
    spare the next model of the same architecture its compilation.

    Args:
        free_memory: Without meaning here: the arrays of a model go when the model goes.
    """
    del free_memory
    reset_names()


def is_keras_tensor(x: Any) -> bool:
    """Tell whether a value is a symbolic tensor of a functional network."""
    return is_symbolic(x)


def get_uid(prefix: str = "") -> int:
    """Return how many names with this prefix there have been, this one included."""
    name = automatic_name(prefix)
    return 1 if name == prefix else int(name.rpartition("_")[2]) + 1


def standardize_dtype(dtype: Any) -> str:
    """Return the name of the dtype that a requested one is computed in; float32 for None."""
    return str(engine_dtype(dtype or "float32"))


def is_float_dtype(dtype: Any) -> bool:
    """Tell whether a dtype is one of floats."""
    return standardize_dtype(dtype) in ("bfloat16", "float16", "float32")


def is_int_dtype(dtype: Any) -> bool:
    """Tell whether a dtype is one of whole numbers."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def cast_to_floatx(x: Any) -> np.ndarray[Any, Any]:
    """Return a NumPy array of float32."""
    return np.asarray(ops.convert_to_numpy(x), dtype=floatx())


def variable(value: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """Return a variable with a value."""
    return Variable(
        np.asarray(value, dtype=standardize_dtype(dtype)), name=name or automatic_name("variable")
    )


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """Return an array, filled up to a shape if one is given; it takes no name."""
    del name
    array = ops.convert_to_tensor(value, dtype or floatx())
    return array if shape is None else ops.broadcast_to(array, shape)


def get_value(x: Any) -> np.ndarray[Any, Any]:
    """Return a NumPy array."""
    return ops.convert_to_numpy(x)  # type: ignore[no-any-return]


def set_value(x: Variable, value: Any) -> None:
    """Replace the value of a variable."""
    x.assign(np.asarray(value))


def eval(x: Any) -> np.ndarray[Any, Any]:
    """Return a NumPy array."""
    return get_value(x)


def update(x: Variable, new_x: Any) -> Variable:
    """Replace the value of a variable; returns the variable."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Variable:
    """Add to the value of a variable; returns the variable."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Variable:
    """Subtract from the value of a variable; returns the variable."""
    return x.assign_sub(decrement)


def count_params(x: Any) -> int:
    """Return the number of entries."""
    return int(np.prod(ops.shape(x), dtype=np.int64))


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Repeat each entry along an axis."""
    return ops.repeat(x, rep, axis=axis)


def int_shape(x: Any) -> tuple[int | None, ...]:
    """Return the sizes of the axes, None where not known."""
    return ops.shape(x)  # type: ignore[no-any-return]


def flatten(x: Any) -> Any:
    """Put all entries in one axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """Put all entries of each row in one axis."""
    size = int(np.prod([each or 1 for each in ops.shape(x)[1:]]))
    return ops.reshape(x, (-1, size))


def gather(reference: Any, indices: Any) -> Any:
    """Return the rows at given places."""
    return ops.take(reference, indices, axis=0)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """Divide by the Euclidean norm along an axis, of everything by default."""
    axes = tuple(range(len(ops.shape(x)))) if axis is None else axis
    return ops.normalize(x, axis=axes)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """Return entries of one of two arrays; functions without arguments are called."""
    values = [each() if callable(each) else each for each in (then_expression, else_expression)]
    return ops.where(condition, *values)


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return normally distributed numbers."""
    return sampling.normal(shape, mean, stddev, dtype, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return numbers of equal probability in [minval, maxval)."""
    return sampling.uniform(shape, minval, maxval, dtype, seed)


_OWN = (
    *(
        "backend",
        "batch_flatten",
        "cast_to_floatx",
        "clear_session",
        "constant",
        "count_params",
        "epsilon",
        "eval",
        "flatten",
        "floatx",
    ),
    *("gather", "get_uid", "get_value", "image_data_format", "int_shape", "is_float_dtype", "is_int_dtype"),
    *("is_keras_tensor", "l2_normalize", "random_normal", "random_uniform", "set_epsilon", "set_floatx"),
    *("set_image_data_format", "set_value", "standardize_dtype", "switch", "variable"),
    *("repeat_elements", "update", "update_add", "update_sub"),
)
__all__ = sorted({*_OWN, *_RENAMED, *ops.__all__} - {"REGISTRY"})


def __getattr__(name: str) -> Any:
    if name in _NOT_OFFERED:
        raise AttributeError(f"`backend.{name}` is not offered. {_NOT_OFFERED[name]}", name=name)
    if name in __all__:
        return getattr(ops, _RENAMED.get(name, name))
    closest = difflib.get_close_matches(name, __all__, n=3)
    hint = f" Did you mean {' or '.join(repr(each) for each in closest)}?" if closest else ""
    raise AttributeError(f"module {__name__!r} has no function {name!r}.{hint}", name=name)


def __dir__() -> list[str]:
    return list(__all__)
