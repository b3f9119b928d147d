"""Ranvier: train, understand and ship neural networks.

The names stand where Keras has them: ``ranvier.layers``, ``ranvier.models``, ``ranvier.Sequential``.
Everything is imported at its first use, so that ``import ranvier`` itself costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_MODULES = frozenset(
    {
        "activations",
        "backend",
        "callbacks",
        "compat",
        "config",
        "constraints",
        "datasets",
        "errors",
        "estimators",
        "images",
        "initializers",
        "keras",
        "layers",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "perceptron",
        "plots",
        "pruning",
        "random",
        "regularizers",
        "saving",
        "utils",
    }
)

_NAMES = {
    "Initializer": "ranvier.initializers",
    "Input": "ranvier.layers",
    "Layer": "ranvier.layers",
    "Loss": "ranvier.losses",
    "MLPClassifier": "ranvier.estimators",
    "MLPRegressor": "ranvier.estimators",
    "Metric": "ranvier.metrics",
    "Model": "ranvier.models",
    "Optimizer": "ranvier.optimizers",
    "Regularizer": "ranvier.regularizers",
    "Sequential": "ranvier.models",
    "TabularClassifier": "ranvier.estimators",
    "TabularRegressor": "ranvier.estimators",
    "Variable": "ranvier.variable",
}

__all__ = sorted([*_MODULES, *_NAMES, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"ranvier.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'ranvier' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
