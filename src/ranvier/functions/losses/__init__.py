"""Losses as pure functions of targets and predictions, one value per sample."""

from __future__ import annotations

from ranvier.functions.losses.circle import circle
from ranvier.functions.losses.classification import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from ranvier.functions.losses.ctc import ctc
from ranvier.functions.losses.focal import binary_focal_crossentropy, categorical_focal_crossentropy
from ranvier.functions.losses.hinge import categorical_hinge, hinge, squared_hinge
from ranvier.functions.losses.overlap import dice, tversky
from ranvier.functions.losses.regression import (
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "dice",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
