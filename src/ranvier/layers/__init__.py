"""Layers: the steps of a network, with Keras' names.

Example:
    >>> import numpy as np
    >>> from ranvier import layers
    >>> layers.Dense(3)(np.zeros((2, 5), "float32")).shape
    (2, 3)
"""

from __future__ import annotations

from ranvier.absences import absent
from ranvier.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from ranvier.layers.base import Layer
from ranvier.layers.batch_normalization import BatchNormalization
from ranvier.layers.categories import CategoryEmbedding, CategoryIndicators
from ranvier.layers.convolution import Conv2D
from ranvier.layers.core import ActivityRegularization, Identity, Lambda
from ranvier.layers.dense import Dense
from ranvier.layers.fading_dropout import FadingDropout
from ranvier.layers.feature_scale import FeatureScale
from ranvier.layers.group_normalization import GroupNormalization
from ranvier.layers.images import UpSampling2D, ZeroPadding2D
from ranvier.layers.input import Input, InputLayer
from ranvier.layers.input_spec import InputSpec
from ranvier.layers.joining import Concatenate, Dot, concatenate, dot
from ranvier.layers.layer_normalization import LayerNormalization, RMSNormalization, UnitNormalization
from ranvier.layers.lookup import REGISTRY, deserialize, include, serialize
from ranvier.layers.merging import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from ranvier.layers.noise import Dropout, GaussianDropout, GaussianNoise, SpatialDropout1D, SpatialDropout2D
from ranvier.layers.normalization import Normalization
from ranvier.layers.not_offered import INSTEAD
from ranvier.layers.parametric_activation import ParametricActivation
from ranvier.layers.periodic_embedding import PeriodicEmbedding
from ranvier.layers.pooling import (
    AveragePooling2D,
    AvgPool2D,
    GlobalAveragePooling2D,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    GlobalMaxPooling2D,
    MaxPool2D,
    MaxPooling2D,
)
from ranvier.layers.rescaling import Rescaling
from ranvier.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from ranvier.layers.scaled_dense import ScaledDense

Convolution2D = Conv2D

__all__ = [
    "ELU",
    "REGISTRY",
    "Activation",
    "ActivityRegularization",
    "Add",
    "Average",
    "AveragePooling2D",
    "AvgPool2D",
    "BatchNormalization",
    "CategoryEmbedding",
    "CategoryIndicators",
    "Concatenate",
    "Conv2D",
    "Convolution2D",
    "Dense",
    "Dot",
    "Dropout",
    "FadingDropout",
    "FeatureScale",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPool2D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "ParametricActivation",
    "PeriodicEmbedding",
    "Permute",
    "RMSNormalization",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "ScaledDense",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Subtract",
    "UnitNormalization",
    "UpSampling2D",
    "ZeroPadding2D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "include",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]

__getattr__ = absent(__name__, __all__, INSTEAD)
