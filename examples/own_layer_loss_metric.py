"""A layer, a loss and a metric of one's own, written as one writes them for Keras.

The layer bends its inputs with a learnt exponent, the loss weighs small errors gently and large ones
linearly, and the metric counts how many forecasts came within a tenth of the truth. The law to be found is
Kepler's third: the period of an orbit is its size to the power 3/2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier import Layer, Loss, Metric, Sequential, ops
from ranvier.layers import Input
from ranvier.optimizers import Adam
from ranvier.utils import set_random_seed


class Power(Layer):
    """Compute ``factor * x ** exponent`` with both numbers learnt, one pair per column."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the two weights."""
        columns = (input_shape[-1],)
        self.factor = self.add_weight(shape=columns, initializer="ones", name="factor")
        self.exponent = self.add_weight(shape=columns, initializer="ones", name="exponent")

    def call(self, inputs: Any) -> Any:
        """Compute the power; inputs must be positive."""
        return self.factor * ops.exp(self.exponent * ops.log(inputs))


class LogCosh(Loss):
    """The logarithm of the hyperbolic cosine of the error: half its square near 0, its size far away."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        error = ops.abs(y_pred - y_true)
        # cosh would overflow; this form of it does not.
        return ops.mean(error + ops.log1p(ops.exp(-2.0 * error)) - np.log(2.0), axis=-1)


class WithinTenth(Metric):
    """The share of forecasts that are off by less than a tenth."""

    def __init__(self, name: str = "within_tenth", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.hits = self.add_weight(name="hits", initializer="zeros")
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add the rows of a batch; a weight of 0 means that a row does not count."""
        hit = ops.cast(ops.abs(y_pred - y_true) < 0.1 * ops.abs(y_true), "float32")[:, 0]
        weights = ops.ones_like(hit) if sample_weight is None else ops.reshape(sample_weight, (-1,))
        self.hits.assign_add(ops.sum(hit * weights))
        self.count.assign_add(ops.sum(weights))

    def result(self) -> Any:
        """Return the share."""
        return self.hits / self.count


def main() -> float:
    """Find Kepler's third law and return the distance of the exponent from 3/2."""
    set_random_seed(0)
    random = np.random.default_rng(0)
    axes = random.uniform(0.4, 5.2, (500, 1)).astype("float32")  # from Mercury to Jupiter, Earth is 1
    periods = axes**1.5 * random.lognormal(0, 0.02, axes.shape).astype("float32")

    power = Power()
    model = Sequential([Input((1,)), power])
    model.compile(Adam(0.02), loss=LogCosh(), metrics=[WithinTenth()])
    model.fit(axes, periods, epochs=60, verbose=0)
    results = model.evaluate(axes, periods, verbose=0, return_dict=True)
    factor, exponent = (float(array[0]) for array in model.get_weights())
    print(f"period = {factor:.3f} * size ** {exponent:.3f}; Kepler: 1 and 1.5")
    print(f"Within a tenth: {results['within_tenth']:.1%}")
    return abs(exponent - 1.5)


if __name__ == "__main__":
    main()
