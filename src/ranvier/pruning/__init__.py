"""Pruning: weights of small magnitude set to zero and held there while training goes on.

Example:
    >>> import numpy as np
    >>> from ranvier import Input, Sequential, layers, pruning
    >>> model = Sequential([Input((8,)), layers.Dense(4)])
    >>> _ = pruning.prune(model, sparsity=0.75)
    >>> int(np.count_nonzero(model.layers[0].kernel))
    8
"""

from __future__ import annotations

from ranvier.pruning.masks import MaskConstraint
from ranvier.pruning.prune import apply_masks, hold_zeros, prune, remove
from ranvier.pruning.report import (
    AccuracyReport,
    SparsityReport,
    WeightSparsity,
    accuracy_against_sparsity,
    sparsity,
)
from ranvier.pruning.schedule import PruningSchedule

make_permanent = remove

__all__ = [
    "AccuracyReport",
    "MaskConstraint",
    "PruningSchedule",
    "SparsityReport",
    "WeightSparsity",
    "accuracy_against_sparsity",
    "apply_masks",
    "hold_zeros",
    "make_permanent",
    "prune",
    "remove",
    "sparsity",
]
