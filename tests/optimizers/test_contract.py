"""What holds for every optimizer, over a table of configurations: a new rule is tested by adding rows."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier import optimizers
from ranvier.optimizers import schedules
from ranvier.variable import Variable
from tests.optimizers.by_hand import compiled

# Keras' variables convert themselves by a form that NumPy 2 calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

STEPS = 20
PATHS = ("first/kernel", "first/bias", "embedding/table", "output/kernel")
SHAPES = ((3, 4), (4,), (3, 4), (3, 4))  # few shapes: each is compiled for each operation

RULES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.3, "momentum": 1.0}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "rho": 0.8}),
    ("RMSprop", {"centered": True, "epsilon": 1e-3}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "learning_rate": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "learning_rate": 0.1}),
    ("Adam", {"beta_1": 0.0, "beta_2": 0.9, "epsilon": 1e-2}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.5, "learning_rate": 0.1, "amsgrad": True}),
    ("Nadam", {}),
    ("Nadam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.1}),
    ("Adamax", {}),
    ("Adamax", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"initial_accumulator_value": 0.0, "epsilon": 1e-3, "learning_rate": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-4}),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.7}),
    ("Lamb", {}),
    ("Lamb", {"learning_rate": 0.1, "beta_1": 0.5, "epsilon": 1e-3}),
    ("Ftrl", {}),
    ("Ftrl", {"learning_rate": 0.1, "l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1}),
    ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.7, "beta": 0.2}),
    ("Ftrl", {"learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.2}),
    ("Adafactor", {}),
    (
        "Adafactor",
        {"learning_rate": 0.5, "relative_step": False, "clip_threshold": 0.5, "beta_2_decay": -0.5},
    ),
    ("Adafactor", {"epsilon_2": 0.1, "epsilon_1": 1e-3, "learning_rate": 0.1}),
    ("Muon", {}),
    ("Muon", {"exclude_layers": ["output"], "nesterov": False, "momentum": 0.8, "learning_rate": 0.1}),
    ("Muon", {"exclude_embeddings": False, "rms_rate": None, "ns_steps": 2, "adam_lr_ratio": 0.3}),
    ("Muon", {"adam_weight_decay": None, "weight_decay": 0.5, "learning_rate": 0.1}),
    ("Muon", {"adam_weight_decay": 0.5, "weight_decay": None, "learning_rate": 0.1}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.1, "warmup_steps": 7, "beta_1": 0.6, "epsilon": 1e-3}),
]
OPTIONS: list[dict[str, Any]] = [
    {"clipnorm": 0.5},
    {"clipvalue": 0.3},
    {"global_clipnorm": 0.8},
    {"weight_decay": 0.1},
    {"use_ema": True, "ema_momentum": 0.7},
    {"use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3},
    {"loss_scale_factor": 16.0},
    {"gradient_accumulation_steps": 3},
    {"gradient_accumulation_steps": 4, "global_clipnorm": 0.5, "weight_decay": 0.1},
    {
        "gradient_accumulation_steps": 2,
        "use_ema": True,
        "ema_momentum": 0.6,
        "ema_overwrite_frequency": 3,
        "loss_scale_factor": 4.0,
        "clipvalue": 0.3,
    },
]
WITH_OPTIONS = [
    (name, {"learning_rate": 0.1, **own, **options})
    for name, own in (("SGD", {"momentum": 0.9}), ("Adam", {}))
    for options in OPTIONS
] + [
    ("Nadam", {"gradient_accumulation_steps": 3, "learning_rate": 0.1}),
    ("Adafactor", {"gradient_accumulation_steps": 3, "weight_decay": 0.1, "learning_rate": 0.1}),
    ("Lamb", {"weight_decay": 0.1, "learning_rate": 0.1}),
    ("Ftrl", {"weight_decay": 0.1, "learning_rate": 0.1}),
    ("Muon", {"gradient_accumulation_steps": 2, "clipnorm": 0.5, "use_ema": True}),
]


def label(row: tuple[str, dict[str, Any]]) -> str:
    return row[0] + "".join(f"-{name}={value}" for name, value in row[1].items())


def values(seed: int, scale: float = 1.0) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [(generator.normal(size=shape) * scale).astype(np.float32) for shape in SHAPES]


def variables() -> list[Variable]:
    return [
        Variable(value, name=path.split("/")[1], path=path)
        for path, value in zip(PATHS, values(0), strict=True)
    ]


def gradients(step: int) -> list[np.ndarray]:
    return values(100 + step)


def kerases(
    name: str,
    arguments: dict[str, Any],
    *,
    exclude: list[str] | None = None,
    rates: dict[int, float] | None = None,
) -> tuple[list[list[np.ndarray]], Any, list[Any]]:
    """Twenty steps of the real thing: the weights after each."""
    optimizer = getattr(keras.optimizers, name)(**arguments)
    boxes = []
    for path, value in zip(PATHS, values(0), strict=True):
        scope, own_name = path.split("/")
        with keras.name_scope(scope):
            boxes.append(keras.Variable(value, name=own_name))
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=exclude)
    # Keras branches with conditionals here, which JAX would trace anew at every step.
    branches = "gradient_accumulation_steps" in arguments or not isinstance(
        arguments.get("learning_rate", 0.0), float
    )
    trajectory = []
    for step in range(STEPS):
        if rates and step in rates:
            optimizer.learning_rate = rates[step]
        with jax.disable_jit(branches):
            optimizer.apply([jnp.asarray(g) for g in gradients(step)], boxes)
        trajectory.append([np.array(box.value) for box in boxes])
    return trajectory, optimizer, boxes


def ours(
    name: str,
    arguments: dict[str, Any],
    *,
    exclude: list[str] | None = None,
    rates: dict[int, float] | None = None,
    under_jit: bool = False,
) -> tuple[list[list[np.ndarray]], optimizers.Optimizer, dict[str, list[Any]], int]:
    """Twenty steps of the pure update as the training program takes them."""
    optimizer = getattr(optimizers, name)(**arguments)
    boxes = variables()
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=exclude)
    optimizer.build(boxes)
    decays = optimizer.decay_mask(boxes) if exclude else None

    def run(grads: Any, state: Any, params: Any, scalars: Any) -> Any:
        return optimizer.update(grads, state, params, scalars, decays)

    take_step, traces = compiled(run) if under_jit else (run, [])
    params: Any = [box.value for box in boxes]
    state = optimizer.read_state()
    structure = optimizer.structure()
    trajectory = []
    table = optimizer.scalars(0, STEPS)
    for step in range(STEPS):
        if rates and step in rates:
            optimizer.learning_rate = rates[step]
            table = optimizer.scalars(0, STEPS)
        assert optimizer.structure() == structure
        row = {column: entries[step] for column, entries in table.items()}
        params, state = take_step(gradients(step), state, params, row)
        trajectory.append([np.array(param) for param in params])
    optimizer.write_state(state, STEPS)
    return trajectory, optimizer, state, len(traces)


def assert_same_path(got: list[list[np.ndarray]], wanted: list[list[np.ndarray]]) -> None:
    """Equal to rounding, relative to how far the weights have gone."""
    for step, (mine, theirs) in enumerate(zip(got, wanted, strict=True)):
        for path, start, a, b in zip(PATHS, values(0), mine, theirs, strict=True):
            moved = np.abs(b - start).max()
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=3e-5 * moved + 5e-7, err_msg=f"{step} {path}")


@pytest.mark.parametrize("row", RULES + WITH_OPTIONS, ids=label)
@pytest.mark.usefixtures("strict_promotion")
def test_twenty_steps_equal_keras(row: tuple[str, dict[str, Any]]) -> None:
    name, arguments = row
    with jax.numpy_dtype_promotion("standard"):
        wanted, _, _ = kerases(name, arguments)
    got, _, _, _ = ours(name, arguments, under_jit=not arguments)
    assert np.abs(wanted[-1][0] - values(0)[0]).max() > 1e-6
    assert_same_path(got, wanted)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adafactor", "Muon"])
def test_excluded_weights_do_not_decay(name: str) -> None:
    arguments = {"weight_decay": 0.5, "learning_rate": 0.1}
    wanted, _, _ = kerases(name, arguments, exclude=["bias", "table"])
    got, optimizer, _, _ = ours(name, arguments, exclude=["bias", "table"])
    assert optimizer.decay_mask(variables()) == [True, False, False, True]
    assert_same_path(got, wanted)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Nadam", "Adafactor", "Ftrl"])
def test_learning_rate_set_midway_equals_keras_without_another_trace(name: str) -> None:
    rates = {5: 0.2, 11: 0.003}
    wanted, _, _ = kerases(name, {"learning_rate": 0.01}, rates=rates)
    got, _, _, traces = ours(name, {"learning_rate": 0.01}, rates=rates, under_jit=True)
    assert traces == 1
    assert_same_path(got, wanted)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adafactor"])
@pytest.mark.parametrize("options", [{}, {"gradient_accumulation_steps": 3, "weight_decay": 0.3}])
def test_schedule_equals_keras(name: str, options: dict[str, Any]) -> None:
    theirs = keras.optimizers.schedules.CosineDecay(0.0, 12, warmup_target=0.2, warmup_steps=4)
    mine = schedules.CosineDecay(0.0, 12, warmup_target=0.2, warmup_steps=4)
    wanted, _, _ = kerases(name, {"learning_rate": theirs, **options})
    got, _, _, traces = ours(name, {"learning_rate": mine, **options}, under_jit=True)
    assert traces == 1
    assert_same_path(got, wanted)


def test_moving_averages_equal_keras_after_finalizing() -> None:
    arguments = {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8}
    _, theirs, boxes = kerases("Adam", arguments)
    trajectory, optimizer, state, _ = ours("Adam", arguments)
    theirs.finalize_variable_values(boxes)
    final = optimizer.finalize(trajectory[-1], state)
    for mine, box in zip(final, boxes, strict=True):
        np.testing.assert_allclose(mine, np.array(box.value), rtol=1e-4, atol=1e-5)


ELEMENTWISE = [row for row in RULES if getattr(optimizers, row[0]).rule_is_elementwise]


@pytest.mark.parametrize(
    "row",
    [
        *ELEMENTWISE,
        ("Adam", {"global_clipnorm": 0.5, "weight_decay": 0.1}),
        ("SGD", {"clipvalue": 0.2, "use_ema": True, "gradient_accumulation_steps": 2}),
    ],
    ids=label,
)
def test_packed_parameters_move_as_unpacked_ones(row: tuple[str, dict[str, Any]]) -> None:
    name, arguments = row
    optimizer = getattr(optimizers, name)(**arguments)
    assert optimizer.elementwise
    params: Any = values(0)
    state = optimizer.init(params)
    packed: Any = [pack(params), params[3]]
    packed_state = {slot: [pack(arrays), arrays[3]] for slot, arrays in state.items()}
    table = optimizer.scalars(0, 3)
    for step in range(3):
        scalars = {column: entries[step] for column, entries in table.items()}
        grads = gradients(step)
        params, state = optimizer.update(grads, state, params, scalars)
        packed, packed_state = optimizer.update([pack(grads), grads[3]], packed_state, packed, scalars)
    np.testing.assert_allclose(packed[0], pack(params), rtol=2e-6, atol=1e-7)
    np.testing.assert_allclose(packed[1], params[3], rtol=2e-6, atol=1e-7)
    for slot, arrays in state.items():
        np.testing.assert_allclose(packed_state[slot][0], pack(arrays), rtol=2e-6, atol=1e-7)


def pack(arrays: list[Any]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays[:3]])


@pytest.mark.parametrize(
    "row", [("SGD", {"clipnorm": 1.0}), ("Lamb", {}), ("Adafactor", {}), ("Muon", {})], ids=label
)
def test_rules_that_need_shapes_say_so(row: tuple[str, dict[str, Any]]) -> None:
    assert not getattr(optimizers, row[0])(**row[1]).elementwise


@pytest.mark.parametrize("row", RULES + WITH_OPTIONS, ids=label)
def test_configuration_comes_round(row: tuple[str, dict[str, Any]]) -> None:
    optimizer = getattr(optimizers, row[0])(**row[1])
    config = optimizer.get_config()
    again = type(optimizer).from_config(config)
    assert again.get_config() == config
    assert again.structure() == optimizer.structure()
    theirs = getattr(keras.optimizers, row[0])(**row[1])
    assert set(config) == set(theirs.get_config())
    read = optimizers.deserialize(keras.optimizers.serialize(theirs))
    assert {**read.get_config(), "learning_rate": 0, "name": ""} == {**config, "learning_rate": 0, "name": ""}
    np.testing.assert_allclose(read.get_config()["learning_rate"], config["learning_rate"], rtol=1e-6)


@pytest.mark.parametrize("row", RULES + WITH_OPTIONS, ids=label)
def test_numbers_are_float32_tables_under_fixed_names(row: tuple[str, dict[str, Any]]) -> None:
    optimizer = getattr(optimizers, row[0])(**row[1])
    table = optimizer.scalars(7, 5)
    assert list(table) == optimizer.scalar_names()
    assert all(column.dtype == np.float32 and column.shape == (5,) for column in table.values())
    whole = optimizer.scalars(0, 12)
    for name, column in table.items():
        np.testing.assert_array_equal(column, whole[name][7:])
    assert optimizer.scalars(3, 0)[next(iter(table))].shape == (0,)


@pytest.mark.parametrize("name", optimizers.__all__)
def test_defaults_equal_keras(name: str) -> None:
    kind = getattr(optimizers, name)
    if not isinstance(kind, type) or kind in (optimizers.Optimizer, optimizers.OptaxOptimizer):
        return
    theirs = getattr(keras.optimizers, name)().get_config()
    mine = kind().get_config()
    for argument, value in theirs.items():
        if argument == "learning_rate":
            assert mine[argument] == pytest.approx(value, rel=1e-6)
        elif argument != "name":
            assert mine[argument] == value, argument


@pytest.mark.parametrize(
    "name", ["SGD", "RMSprop", "Adam", "Nadam", "Adamax", "Adagrad", "Adadelta", "Lion", "Ftrl"]
)
def test_sixteen_bit_weights_stay_sixteen_bit(name: str, strict_promotion: None) -> None:
    optimizer = getattr(optimizers, name)(
        weight_decay=0.1, global_clipnorm=1.0, use_ema=True, loss_scale_factor=2.0
    )
    params = [value.astype(np.float16) for value in values(0)]
    row = {column: entries[0] for column, entries in optimizer.scalars(0, 1).items()}
    moved, state = jax.eval_shape(optimizer.update, gradients(0), optimizer.init(params), params, row)
    assert {str(array.dtype) for array in moved} == {"float16"}
    assert {str(array.dtype) for arrays in state.values() for array in arrays} == {"float16"}
