"""``tf.dtypes``: the dtypes, under TensorFlow's names."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from ranvier.compat.tensorflow import arrays
from ranvier.compat.tensorflow.renaming import absent

bfloat16 = np.dtype(jnp.bfloat16)
bool = np.dtype("bool")
complex64 = np.dtype("complex64")
float16 = np.dtype("float16")
float32 = np.dtype("float32")
float64 = np.dtype("float64")
int8 = np.dtype("int8")
int16 = np.dtype("int16")
int32 = np.dtype("int32")
int64 = np.dtype("int64")
uint8 = np.dtype("uint8")
uint16 = np.dtype("uint16")
uint32 = np.dtype("uint32")
uint64 = np.dtype("uint64")

DType = np.dtype
as_dtype = np.dtype
cast = arrays.cast

NAMES = (
    *("bfloat16", "bool", "complex64", "float16", "float32", "float64", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
)
__all__ = sorted({*NAMES, "DType", "as_dtype", "cast"})
__getattr__ = absent("tf.dtypes", lambda: __all__)
