"""Metrics as pure functions: values for each sample, sums that stream, and results on the host."""

from __future__ import annotations

from ranvier.functions.metrics.accuracies import (
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from ranvier.functions.metrics.confusion import (
    Confusion,
    Samples,
    binned,
    compared,
    read_table,
    samples,
    table_of_bins,
)
from ranvier.functions.metrics.correlation import (
    concordance_correlation,
    cosine_similarity,
    pearson_correlation,
)
from ranvier.functions.metrics.curves import area_under_curve
from ranvier.functions.metrics.f_score import class_counts, f_beta_scores
from ranvier.functions.metrics.overlap import confusion_matrix, intersection_over_union
from ranvier.functions.metrics.reduction import mean_increment, sum_increment
from ranvier.functions.metrics.top_k import sparse_top_k_categorical_accuracy, top_k_categorical_accuracy

__all__ = [
    "Confusion",
    "Samples",
    "accuracy",
    "area_under_curve",
    "binary_accuracy",
    "binned",
    "categorical_accuracy",
    "class_counts",
    "compared",
    "concordance_correlation",
    "confusion_matrix",
    "cosine_similarity",
    "f_beta_scores",
    "intersection_over_union",
    "mean_increment",
    "pearson_correlation",
    "read_table",
    "samples",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "sum_increment",
    "table_of_bins",
    "top_k_categorical_accuracy",
]
