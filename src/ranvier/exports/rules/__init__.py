"""A rule for each layer: which steps it becomes. A layer without one is traced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ranvier import layers
from ranvier.exports.program import Tensor
from ranvier.exports.rules import elementwise, images, merging, shaping, statistics, tables, weighted

RULES: Mapping[type[Any], Callable[..., Tensor]] = {
    layers.Activation: elementwise.activation,
    layers.ActivityRegularization: elementwise.unchanged,
    layers.Add: merging.add,
    layers.Average: merging.average,
    layers.AveragePooling2D: images.average_pooling,
    layers.BatchNormalization: statistics.batch_normalization,
    layers.CategoryEmbedding: tables.category_embedding,
    layers.CategoryIndicators: tables.category_indicators,
    layers.Concatenate: merging.concatenate,
    layers.Conv2D: weighted.convolution,
    layers.Dense: weighted.dense,
    layers.Dot: merging.dot,
    layers.Dropout: elementwise.unchanged,
    layers.ELU: elementwise.elu,
    layers.FadingDropout: elementwise.unchanged,
    layers.FeatureScale: tables.feature_scale,
    layers.Flatten: shaping.flatten,
    layers.GaussianDropout: elementwise.unchanged,
    layers.GaussianNoise: elementwise.unchanged,
    layers.GlobalAveragePooling2D: images.global_average_pooling,
    layers.GlobalMaxPooling2D: images.global_max_pooling,
    layers.GroupNormalization: statistics.group_normalization,
    layers.Identity: elementwise.unchanged,
    layers.InputLayer: elementwise.unchanged,
    layers.LayerNormalization: statistics.layer_normalization,
    layers.LeakyReLU: elementwise.leaky_relu,
    layers.MaxPooling2D: images.max_pooling,
    layers.Maximum: merging.maximum,
    layers.Minimum: merging.minimum,
    layers.Multiply: merging.multiply,
    layers.Normalization: elementwise.normalization,
    layers.PReLU: elementwise.parametric_relu,
    layers.ParametricActivation: tables.parametric_activation,
    layers.PeriodicEmbedding: tables.periodic_embedding,
    layers.Permute: shaping.permute,
    layers.RMSNormalization: statistics.rms_normalization,
    layers.ReLU: elementwise.relu,
    layers.RepeatVector: shaping.repeat_vector,
    layers.Rescaling: elementwise.rescaling,
    layers.Reshape: shaping.reshape,
    layers.ScaledDense: tables.scaled_dense,
    layers.Softmax: elementwise.softmax,
    layers.SpatialDropout1D: elementwise.unchanged,
    layers.SpatialDropout2D: elementwise.unchanged,
    layers.Subtract: merging.subtract,
    layers.UnitNormalization: statistics.unit_normalization,
    layers.UpSampling2D: images.up_sampling,
    layers.ZeroPadding2D: images.zero_padding,
}
