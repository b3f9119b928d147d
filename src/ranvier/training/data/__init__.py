"""From what a user hands over to the batches that a compiled program takes; host code only."""

from __future__ import annotations

from ranvier.training.data.arrays import as_array, as_tree
from ranvier.training.data.batch import Batch
from ranvier.training.data.batches import BatchPlan, bucket, permutation
from ranvier.training.data.copying import aligned_empty, copy_rows, padded_copy
from ranvier.training.data.dtypes import device_dtype
from ranvier.training.data.kinds import is_jax_array
from ranvier.training.data.rows import LazyRows
from ranvier.training.data.sequence import PyDataset, Sequence
from ranvier.training.data.source import (
    Source,
    evaluation_source,
    is_stream,
    prediction_source,
    training_source,
    validation_source,
)
from ranvier.training.data.stream import Stream
from ranvier.training.data.table import Table
from ranvier.training.data.trees import Tree, flatten, leaves_of, map_leaves, paths, unflatten
from ranvier.training.data.weights import class_weights, row_weights

__all__ = [
    "Batch",
    "BatchPlan",
    "LazyRows",
    "PyDataset",
    "Sequence",
    "Source",
    "Stream",
    "Table",
    "Tree",
    "aligned_empty",
    "as_array",
    "as_tree",
    "bucket",
    "class_weights",
    "copy_rows",
    "device_dtype",
    "evaluation_source",
    "flatten",
    "is_jax_array",
    "is_stream",
    "leaves_of",
    "map_leaves",
    "padded_copy",
    "paths",
    "permutation",
    "prediction_source",
    "row_weights",
    "training_source",
    "unflatten",
    "validation_source",
]
