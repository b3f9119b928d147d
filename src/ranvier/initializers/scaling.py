"""Initializers whose variance follows from the number of connections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ranvier.arguments import checked_axes, checked_number
from ranvier.errors import ConfigurationError, unknown_name
from ranvier.functions import initializers as functions
from ranvier.initializers.distributions import RandomInitializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from ranvier.initializers.base import DType, Values
    from ranvier.random import SeedStream
    from ranvier.types import Configuration, Shape

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


class VarianceScaling(RandomInitializer):
    r"""Draws with mean 0 and variance :math:`s / n`, n counting the weight's connections.

    Args:
        scale: The numerator s, above 0.
        mode: What n is: the inputs (``"fan_in"``), the outputs (``"fan_out"``) or their average
            (``"fan_avg"``).
        distribution: ``"truncated_normal"`` (also ``"normal"``), ``"untruncated_normal"`` or
            ``"uniform"``.
        seed: See :class:`RandomInitializer`.
        input_axes: The axes that count as inputs; None for those of ``Dense`` and convolutions.
        output_axes: The axes that count as outputs; given together with ``input_axes``.

    Raises:
        ConfigurationError: If an argument has no meaning.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | SeedStream | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed)
        self.scale = checked_number(scale, "scale", minimum=0)
        if self.scale == 0:
            raise ConfigurationError(f"`scale` must be above 0; received: {scale!r}.")
        if mode not in MODES:
            raise unknown_name("mode of the initializer", mode, MODES)
        name = distribution.lower() if isinstance(distribution, str) else distribution
        name = "truncated_normal" if name == "normal" else name
        if name not in DISTRIBUTIONS:
            raise unknown_name("distribution of the initializer", distribution, DISTRIBUTIONS)
        if (input_axes is None) != (output_axes is None):
            raise ConfigurationError(
                "`input_axes` and `output_axes` are given together or not at all; "
                f"received: {input_axes!r} and {output_axes!r}."
            )
        self.mode = mode
        self.distribution = name
        self.input_axes = _axes(input_axes, "input_axes")
        self.output_axes = _axes(output_axes, "output_axes")

    def _draw(self, source: np.random.Generator, shape: Shape, dtype: DType) -> Values:
        fan_in, fan_out = functions.compute_fans(shape, self.input_axes, self.output_axes)
        count = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return functions.uniform(source, shape, -limit, limit, dtype)
        stddev = math.sqrt(variance)
        if self.distribution == "untruncated_normal":
            return functions.normal(source, shape, 0.0, stddev, dtype)
        return functions.truncated_normal(source, shape, 0.0, stddev / functions.TRUNCATED_STDDEV, dtype)

    def get_config(self) -> Configuration:
        """Return the constructor's arguments."""
        return {
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            **self._common_config(),
        }

    def _common_config(self) -> Configuration:
        axes = {"input_axes": self.input_axes, "output_axes": self.output_axes}
        return {**super().get_config(), **axes}


class _Named(VarianceScaling):
    """A scale, mode and distribution that have a name of their own."""

    _rule: tuple[float, str, str]

    def __init__(
        self,
        seed: int | SeedStream | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(*self._rule, seed, input_axes, output_axes)

    def get_config(self) -> Configuration:
        """Return seed and axes."""
        return self._common_config()


class GlorotUniform(_Named):
    r"""Uniform within :math:`\pm\sqrt{6 / (\text{inputs} + \text{outputs})}`; the default of ``Dense``.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep networks" (2010).
    """

    _rule = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    r"""Truncated normal of variance :math:`2 / (\text{inputs} + \text{outputs})`.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep networks" (2010).
    """

    _rule = (1.0, "fan_avg", "truncated_normal")


class LecunUniform(_Named):
    r"""Uniform within :math:`\pm\sqrt{3 / \text{inputs}}`.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: LeCun et al., "Efficient backprop" (1998).
    """

    _rule = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    r"""Truncated normal of variance :math:`1 / \text{inputs}`; goes with ``selu``.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).
    """

    _rule = (1.0, "fan_in", "truncated_normal")


class HeUniform(_Named):
    r"""Uniform within :math:`\pm\sqrt{6 / \text{inputs}}`.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: He et al., "Delving deep into rectifiers" (2015).
    """

    _rule = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    r"""Truncated normal of variance :math:`2 / \text{inputs}`; goes with ``relu``.

    Args:
        seed: See :class:`RandomInitializer`.
        input_axes: See :class:`VarianceScaling`.
        output_axes: See :class:`VarianceScaling`.

    Source: He et al., "Delving deep into rectifiers" (2015).
    """

    _rule = (2.0, "fan_in", "truncated_normal")


def _axes(axes: Any, name: str) -> list[int] | None:
    if axes is None:
        return None
    checked = checked_axes(axes, name)
    return [checked] if isinstance(checked, int) else list(checked)
