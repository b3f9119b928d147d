"""Masks chosen by magnitude, kept through training, and let go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import constraints, optimizers, pruning
from ranvier.errors import ConfigurationError, DataError, NotBuiltError
from ranvier.layers import BatchNormalization, Dense, Input
from ranvier.models import Sequential
from ranvier.pruning.magnitude import global_magnitude_masks, magnitude_mask
from ranvier.training.programs import compilations


def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(48, 6)).astype("float32")
    return inputs, (inputs @ random.normal(size=(6, 3))).argmax(1)


def network(optimizer: Any = "adam", **first: Any) -> Sequential:
    model = Sequential([Input((6,)), Dense(10, activation="relu", **first), Dense(3, activation="softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def kernels(model: Sequential) -> list[np.ndarray]:
    return [layer.kernel.numpy() for layer in model.layers if hasattr(layer, "kernel")]


def test_magnitudes_by_hand() -> None:
    mask = magnitude_mask(np.array([[0.5, -0.1], [0.2, -3.0]], np.float32), 0.5)
    np.testing.assert_array_equal(mask, [[1, 0], [0, 1]])
    one, other = global_magnitude_masks([np.array([1.0, 2.0]), np.array([[3.0, 0.5]])], 0.5)
    np.testing.assert_array_equal(one, [0, 1])
    np.testing.assert_array_equal(other, [[1, 0]])


def test_equal_magnitudes_still_give_the_exact_number() -> None:
    assert magnitude_mask(np.full((4, 5), 0.3, np.float32), 0.25).sum() == 15


def test_weights_that_are_not_finite_are_refused() -> None:
    with pytest.raises(DataError, match="must be finite"):
        magnitude_mask(np.array([1.0, np.nan]), 0.5)


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_prunes_the_smallest(scope: str) -> None:
    model = network()
    before = kernels(model)
    assert pruning.prune(model, sparsity=0.7, scope=scope) is model
    zeros = [int((kernel == 0).sum()) for kernel in kernels(model)]
    assert sum(zeros) == round(0.7 * 90)
    if scope == "layer":
        assert zeros == [42, 21]
    for old, new in zip(before, kernels(model), strict=True):
        np.testing.assert_array_equal(new[new != 0], old[new != 0])


def test_a_sparsity_for_each_layer() -> None:
    model = network()
    first, second = (layer.name for layer in model.layers)
    pruning.prune(model, {first: 0.5})
    assert pruning.sparsity(model)[first] == 0.5
    assert pruning.sparsity(model)[second] == 0.0
    pruning.prune(model, 0.4, layers=[second])
    assert pruning.sparsity(model)[f"{second}/kernel"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    "optimizer",
    ["adam", "muon", lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True)],
    ids=["adam", "muon", "sgd"],
)
def test_masks_hold_through_training(optimizer: Any) -> None:
    model = network(optimizer() if callable(optimizer) else optimizer)
    x, y = data()
    model.fit(x, y, epochs=2, verbose=0)  # momentum of what will be pruned
    pruning.prune(model, 0.8)
    kept = [kernel != 0 for kernel in kernels(model)]
    before = kernels(model)
    model.fit(x, y, epochs=2, batch_size=10, verbose=0)
    for mask, old, new in zip(kept, before, kernels(model), strict=True):
        assert (new[~mask] == 0).all()
        assert (new[mask] != old[mask]).any()


def test_masks_hold_in_single_batches_and_with_averaged_weights() -> None:
    model = network(optimizers.Adam(0.05, use_ema=True, ema_momentum=0.9))
    x, y = data()
    model.fit(x, y, verbose=0)
    pruning.prune(model, 0.5)
    model.train_on_batch(x, y)
    assert float(pruning.sparsity(model)) == 0.5
    model.fit(x, y, verbose=0)
    assert float(pruning.sparsity(model)) == 0.5


def test_one_program_serves_all_masks() -> None:
    model = network()
    x, y = data()
    pruning.prune(model, 0.3)
    model.fit(x, y, verbose=0)
    compiled = compilations()
    pruning.prune(model, 0.6, scope="global")
    model.fit(x, y, verbose=0)
    other = pruning.prune(network(), 0.9)
    other.fit(x, y, verbose=0)
    assert compilations() == compiled
    assert float(pruning.sparsity(other)) == pytest.approx(0.9)


def test_joins_the_constraint_of_the_weight() -> None:
    model = network(optimizers.SGD(1.0), kernel_constraint=constraints.MaxNorm(0.5, axis=0))
    inner = model.layers[0].kernel.constraint
    x, y = data()
    pruning.prune(model, 0.5)
    model.fit(x, y, epochs=2, verbose=0)
    kernel = kernels(model)[0]
    assert (kernel == 0).sum() == 30
    assert (np.linalg.norm(kernel, axis=0) <= 0.5 + 1e-5).all()
    assert pruning.remove(model) is model
    assert model.layers[0].kernel.constraint is inner
    assert model.layers[1].kernel.constraint is None


def test_a_constraint_that_lifts_zeros_is_masked_again() -> None:
    model = network("sgd", kernel_constraint=lambda w: w + 1.0)
    x, y = data()
    pruning.prune(model, 0.5)
    model.fit(x, y, verbose=0)
    assert (kernels(model)[0] == 0).sum() == 30


def test_removed_masks_leave_zeros_that_training_may_change() -> None:
    model = pruning.prune(network(), 0.5)
    pruning.make_permanent(model)
    assert float(pruning.sparsity(model)) == 0.5
    x, y = data()
    model.fit(x, y, verbose=0)
    assert float(pruning.sparsity(model)) < 0.5


def test_weights_are_those_of_the_plain_model() -> None:
    plain, pruned = network(), pruning.prune(network(), 0.5)
    assert [each.shape for each in pruned.weights] == [each.shape for each in plain.weights]
    assert pruned.layers[0].get_config()["kernel_constraint"] is None
    plain.set_weights(pruned.get_weights())
    pruning.hold_zeros(plain)
    x, y = data()
    plain.fit(x, y, verbose=0)
    assert float(pruning.sparsity(plain)) == 0.5


def test_masks_are_applied_to_new_weights_on_demand() -> None:
    model = network()
    whole = model.get_weights()
    pruning.prune(model, 0.5)
    model.set_weights(whole)
    assert float(pruning.sparsity(model)) == 0.0
    pruning.apply_masks(model)
    assert float(pruning.sparsity(model)) == 0.5


def test_frozen_layers_are_pruned_and_scales_left_alone() -> None:
    model = Sequential([Input((6,)), Dense(4), BatchNormalization(), Dense(3)])
    model.layers[0].trainable = False
    pruning.prune(model, 0.5)
    assert [each.sparsity for each in pruning.sparsity(model).weights] == [0.5, 0.5]
    assert (model.layers[1].gamma.numpy() == 1).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"sparsity": 1.0}, r"must lie in \[0, 1\)"),
        ({"sparsity": "half"}, "received: 'half'"),
        ({"sparsity": -0.1}, r"received: -0\.1"),
        ({"scope": "globl"}, "Did you mean 'global'"),
        ({"layers": ["densee"]}, "received: 'densee'"),
        ({"sparsity": {"dense": 0.5}, "scope": "global"}, "needs scope='layer'"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        pruning.prune(network(), **arguments)


def test_needs_weights() -> None:
    with pytest.raises(NotBuiltError, match="no weights to prune yet"):
        pruning.prune(Sequential([Dense(3)]))
    model = Sequential([Input((3,)), BatchNormalization()])
    with pytest.raises(ConfigurationError, match="such as the kernel"):
        pruning.prune(model)


def test_constraint_outside_a_program() -> None:
    constraint = pruning.MaskConstraint(np.array([1.0, 0.0]), constraints.NonNeg())
    assert np.asarray(constraint([-1.0, 2.0])).tolist() == [0.0, 0.0]
    assert np.asarray(constraint([3.0, 2.0])).tolist() == [3.0, 0.0]
    assert constraint.get_config()["mask"] == [1.0, 0.0]
