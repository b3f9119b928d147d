"""The functions that stand behind metrics, by name."""

from __future__ import annotations

from ranvier.functions import losses
from ranvier.functions.metrics import accuracies, correlation, top_k
from ranvier.registry import Registry

_LOSSES = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
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
)

FUNCTIONS = Registry(
    "metric",
    {
        **{name: getattr(losses, name) for name in _LOSSES},
        "accuracy": accuracies.accuracy,
        "binary_accuracy": accuracies.binary_accuracy,
        "categorical_accuracy": accuracies.categorical_accuracy,
        "concordance_correlation": correlation.concordance_correlation,
        "cosine_similarity": correlation.cosine_similarity,
        "pearson_correlation": correlation.pearson_correlation,
        "sparse_categorical_accuracy": accuracies.sparse_categorical_accuracy,
        "sparse_top_k_categorical_accuracy": top_k.sparse_top_k_categorical_accuracy,
        "top_k_categorical_accuracy": top_k.top_k_categorical_accuracy,
    },
)
"""Functions whose row i depends on row i of targets and predictions alone."""
