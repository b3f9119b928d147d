"""Layers by name: the table that files refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ranvier.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from ranvier.layers.base import Layer
from ranvier.layers.batch_normalization import BatchNormalization
from ranvier.layers.categories import CategoryEmbedding, CategoryIndicators
from ranvier.layers.convolution import Conv2D
from ranvier.layers.core import ActivityRegularization, Identity
from ranvier.layers.dense import Dense
from ranvier.layers.fading_dropout import FadingDropout
from ranvier.layers.feature_scale import FeatureScale
from ranvier.layers.group_normalization import GroupNormalization
from ranvier.layers.images import UpSampling2D, ZeroPadding2D
from ranvier.layers.input import InputLayer
from ranvier.layers.joining import Concatenate, Dot
from ranvier.layers.layer_normalization import LayerNormalization, RMSNormalization, UnitNormalization
from ranvier.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from ranvier.layers.noise import Dropout, GaussianDropout, GaussianNoise, SpatialDropout1D, SpatialDropout2D
from ranvier.layers.normalization import Normalization
from ranvier.layers.parametric_activation import ParametricActivation
from ranvier.layers.periodic_embedding import PeriodicEmbedding
from ranvier.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from ranvier.layers.rescaling import Rescaling
from ranvier.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from ranvier.layers.scaled_dense import ScaledDense
from ranvier.registry import CustomObjects, Registry

_LAYERS: tuple[type[Layer], ...] = (
    *(Activation, ActivityRegularization, Add, Average, AveragePooling2D, BatchNormalization, Concatenate),
    *(Conv2D, Dense, Dot, Dropout, ELU, Flatten, GaussianDropout, GaussianNoise, GlobalAveragePooling2D),
    *(GlobalMaxPooling2D, GroupNormalization, Identity, InputLayer, LayerNormalization, LeakyReLU),
    *(MaxPooling2D, Maximum, Minimum, Multiply, Normalization, PReLU, Permute, RMSNormalization, ReLU),
    *(RepeatVector, Rescaling, Reshape, Softmax, SpatialDropout1D, SpatialDropout2D, Subtract),
    *(UnitNormalization, UpSampling2D, ZeroPadding2D),
    *(CategoryEmbedding, CategoryIndicators, FadingDropout, FeatureScale, ParametricActivation),
    *(PeriodicEmbedding, ScaledDense),
)

# `Lambda` is missing on purpose: a file that names one would name code.
REGISTRY = Registry("layer", {layer.__name__: layer for layer in _LAYERS}, base=Layer)

L = TypeVar("L", bound=type[Layer])


def include(kind: L) -> L:
    """Add a class to the table; models, which stand on a higher floor, enter themselves by it.

    Args:
        kind: A layer class of Ranvier's own; usable as a decorator.
    """
    REGISTRY.entries[kind.__name__] = kind
    return kind


def serialize(layer: Layer) -> dict[str, Any]:
    """Describe a layer by its class name and configuration.

    Args:
        layer: A layer or model.

    Returns:
        ``{"class_name": ..., "config": ..., "registered_name": ...}``.
    """
    return REGISTRY.serialize(layer)


def deserialize(config: Mapping[str, Any], custom_objects: CustomObjects | None = None) -> Layer:
    """Build the layer that :func:`serialize` described.

    Args:
        config: The description.
        custom_objects: A user's own classes by name.

    Raises:
        FileFormatError: If it is no such description.
        UnknownNameError: If the class is neither Ranvier's own nor given nor registered.
    """
    return REGISTRY.deserialize(config, custom_objects)  # type: ignore[no-any-return]
