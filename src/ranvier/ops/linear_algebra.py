"""Products, decompositions, norms, equations, Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.ops.dtypes import as_floats, as_tensor, on_floats
from ranvier.ops.operation import Table, Tensor, define, operation


def _products(function: Any) -> Any:
    """Sum products of int8 in int32, where they fit."""

    def multiply(x1: Any, x2: Any, **options: Any) -> Any:
        small = x1.dtype == jnp.int8 and x2.dtype == jnp.int8
        return function(x1, x2, preferred_element_type=jnp.int32 if small else None, **options)

    return multiply


def _cross(x1: Any, x2: Any, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    return jnp.cross(x1, x2, axisa, axisb, axisc, axis)


_PRODUCTS: Table = {
    "matmul(x1, x2)": (_products(jnp.matmul), "Matrix product over the last two axes."),
    "dot(x1, x2)": (jnp.dot, "Product over the last axis of x1 and the one before the last of x2."),
    "inner(x1, x2)": (jnp.inner, "Product over the last axes."),
    "outer(x1, x2)": (jnp.outer, "Products of each entry with each."),
    "vdot(x1, x2)": (jnp.vdot, "Product of two flattened arrays."),
    "tensordot(x1, x2, axes=2)": (jnp.tensordot, "Product over several axes."),
    "kron(x1, x2)": (jnp.kron, "Kronecker's product."),
    "cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None)": (_cross, "Cross product of vectors."),
    "correlate(x1, x2, mode='valid')": (
        lambda x1, x2, mode: jnp.correlate(as_floats(x1), as_floats(x2), mode),
        "Cross-correlation of two sequences.",
    ),
}

_ALGEBRA: Table = {
    "cholesky(x, upper=False)": (
        lambda x, upper: jnp.linalg.cholesky(as_floats(x), upper=upper),
        "Cholesky's factor; NaN if the matrix is not positive definite.",
    ),
    "det(x)": (on_floats(jnp.linalg.det), "Determinant."),
    "eig(x)": (on_floats(jnp.linalg.eig), "Eigenvalues and eigenvectors, complex."),
    "eigh(x)": (on_floats(jnp.linalg.eigh), "Eigenvalues and eigenvectors of a symmetric matrix."),
    "inv(x)": (on_floats(jnp.linalg.inv), "Inverse of a matrix."),
    "logdet(x)": (lambda x: jnp.linalg.slogdet(as_floats(x))[1], "Logarithm of the size of the determinant."),
    "lu_factor(x)": (
        on_floats(jax.scipy.linalg.lu_factor),
        "Factors L and U in one matrix, and the pivots.",
    ),
    "norm(x, ord=None, axis=None, keepdims=False)": (
        lambda x, axis, **options: jnp.linalg.norm(
            as_floats(x), axis=tuple(axis) if isinstance(axis, list) else axis, **options
        ),
        "Norm of vectors or matrices.",
    ),
    "matrix_rank(x, tol=None)": (
        lambda x, tol: jnp.linalg.matrix_rank(as_floats(x), rtol=tol).astype(jnp.int32),
        "The number of independent rows.",
    ),
    "pinv(x, rcond=None)": (lambda x, rcond: jnp.linalg.pinv(as_floats(x), rtol=rcond), "Pseudo-inverse."),
    "slogdet(x)": (
        lambda x: tuple(jnp.linalg.slogdet(as_floats(x))),
        "Sign and logarithm of the determinant.",
    ),
    "solve(a, b)": (on_floats(jnp.linalg.solve), "The solution of a x = b."),
    "solve_triangular(a, b, lower=False)": (
        on_floats(jax.scipy.linalg.solve_triangular),
        "The solution of a x = b for a triangular matrix.",
    ),
    "svd(x, full_matrices=True, compute_uv=True)": (
        on_floats(jnp.linalg.svd),
        "Singular value decomposition.",
    ),
    "lstsq(a, b, rcond=None)": (
        lambda a, b, rcond: jnp.linalg.lstsq(as_floats(a), as_floats(b), rcond)[0],
        "The least-squares solution of a x = b.",
    ),
}

define(_PRODUCTS, __name__)
define(_ALGEBRA, __name__)


@operation
def cholesky_inverse(x: Tensor, upper: bool = False) -> Tensor:
    """Inverse of a matrix from its Cholesky factor."""
    unit = jnp.eye(x.shape[-1], dtype=x.dtype)
    inverse = jax.scipy.linalg.solve_triangular(x, unit, lower=not upper)
    return inverse @ inverse.T if upper else inverse.T @ inverse


@operation
def qr(x: Tensor, mode: str = "reduced") -> tuple[jax.Array, jax.Array]:
    """Orthogonal and upper triangular factor."""
    if mode not in ("reduced", "complete"):
        raise ConfigurationError(f"`mode` must be 'reduced' or 'complete'; received: {mode!r}.")
    first, second = jnp.linalg.qr(as_floats(x), mode)
    return first, second


@operation
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Tensor:
    """Sums of products in Einstein's notation."""
    arrays = [as_tensor(operand) for operand in operands]
    if arrays and all(array.dtype == jnp.int8 for array in arrays):
        kwargs.setdefault("preferred_element_type", jnp.int32)
    return jnp.einsum(subscripts, *arrays, **kwargs)


@operation
def cdist(x: Tensor, y: Tensor) -> Tensor:
    """Euclidean distances of all rows of x from all rows of y."""
    if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-1]:
        raise ShapeError(
            "`cdist` needs two arrays of rows of one length; "
            f"received arrays of shapes {tuple(x.shape)} and {tuple(y.shape)}."
        )
    difference = as_floats(x)[..., :, None, :] - as_floats(y)[..., None, :, :]
    return jnp.sqrt(jnp.sum(difference * difference, axis=-1))


@operation
def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """A function's value and its derivative along a direction."""
    return jax.jvp(
        fun, [as_tensor(each) for each in primals], [as_tensor(each) for each in tangents], has_aux=has_aux
    )


def _parts(values: Any) -> tuple[jax.Array, jax.Array]:
    return jnp.real(values), jnp.imag(values)


def _complex(x: Any, name: str) -> Tensor:
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ConfigurationError(
            f"`{name}` takes a pair of arrays, the real and the imaginary part; received: {type(x).__name__}."
        )
    real, imaginary = (as_floats(part) for part in x)
    return jax.lax.complex(real, imaginary)


@operation
def fft(x: Any) -> tuple[jax.Array, jax.Array]:
    """Fourier transform over the last axis; takes and returns real and imaginary part."""
    return _parts(jnp.fft.fft(_complex(x, "fft")))


@operation
def fft2(x: Any) -> tuple[jax.Array, jax.Array]:
    """Fourier transform over the last two axes; takes and returns real and imaginary part."""
    return _parts(jnp.fft.fft2(_complex(x, "fft2")))


@operation
def ifft2(x: Any) -> tuple[jax.Array, jax.Array]:
    """Inverse of ``fft2``."""
    return _parts(jnp.fft.ifft2(_complex(x, "ifft2")))


@operation
def rfft(x: Tensor, fft_length: int | None = None) -> tuple[jax.Array, jax.Array]:
    """Fourier transform of real values over the last axis: real and imaginary part."""
    return _parts(jnp.fft.rfft(as_floats(x), fft_length))


@operation
def irfft(x: Any, fft_length: int | None = None) -> Tensor:
    """Inverse of ``rfft``."""
    return jnp.fft.irfft(_complex(x, "irfft"), fft_length)


@operation
def view_as_complex(x: Tensor) -> Tensor:
    """Pairs in the last axis read as complex numbers."""
    if x.ndim < 1 or x.shape[-1] != 2:
        raise ShapeError(f"The last axis must have size 2; received an array of shape {tuple(x.shape)}.")
    return jax.lax.complex(x[..., 0], x[..., 1])


@operation
def view_as_real(x: Tensor) -> Tensor:
    """Complex numbers as pairs in a new last axis."""
    return jnp.stack([jnp.real(x), jnp.imag(x)], axis=-1)


@operation
def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor:
    """Windows of the last axis, each a number of steps after the one before."""
    starts = jnp.arange(0, x.shape[-1] - sequence_length + 1, sequence_stride)
    return x[..., starts[:, None] + jnp.arange(sequence_length)[None, :]]
