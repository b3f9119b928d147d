"""The rules by which gradients change weights, under Keras' names.

Each optimizer is a pure rule (``init``, ``update``, ``scalars``) that the training program compiles,
and the holder of its state, as in Keras. ``learning_rate`` and every other number may be set at any
time; nothing is compiled again.
"""

from __future__ import annotations

import sys
from typing import Any

from ranvier.absences import absent
from ranvier.optimizers import schedules
from ranvier.optimizers.adadelta import Adadelta
from ranvier.optimizers.adafactor import Adafactor
from ranvier.optimizers.adagrad import Adagrad
from ranvier.optimizers.adam import Adam, AdamW
from ranvier.optimizers.adamax import Adamax
from ranvier.optimizers.base import Optimizer
from ranvier.optimizers.ftrl import Ftrl
from ranvier.optimizers.lamb import Lamb
from ranvier.optimizers.lion import Lion
from ranvier.optimizers.lookup import deserialize, get, serialize
from ranvier.optimizers.muon import Muon
from ranvier.optimizers.nadam import Nadam
from ranvier.optimizers.optax_adapter import OptaxOptimizer
from ranvier.optimizers.pipeline import OptimizerState
from ranvier.optimizers.rmsprop import RMSprop
from ranvier.optimizers.schedule_free import ScheduleFreeAdamW
from ranvier.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "OptaxOptimizer",
    "Optimizer",
    "OptimizerState",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

_missing = absent(
    __name__,
    __all__,
    {
        "LossScaleOptimizer": "Any optimizer takes `loss_scale_factor`; training in float32 needs none.",
        "MultiOptimizer": "Freeze some layers with `trainable=False`, and train the others.",
        "OptimizerMap": "Freeze some layers with `trainable=False`, and train the others.",
    },
)


def __getattr__(name: str) -> Any:
    # Programs for TensorFlow 2.11 to 2.15 find the same rules there.
    return sys.modules[__name__] if name == "legacy" else _missing(name)
