"""Operations that work entry by entry, on one array or on two that broadcast."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ranvier.ops.dtypes import engine_dtype, limits, on_floats
from ranvier.ops.operation import Table, Tensor, define, operation


def _divide_no_nan(x1: Any, x2: Any) -> Any:
    quotient = jnp.divide(x1, jnp.where(x2 == 0, 1, x2))
    return jnp.where(x2 == 0, jnp.zeros((), quotient.dtype), quotient)


def _square(x: Any) -> Any:
    return jnp.square(x.astype(jnp.int32) if x.dtype == jnp.bool_ else x)


def _polar(abs_: Any, angle: Any) -> Any:
    return abs_ * jax.lax.complex(jnp.cos(angle), jnp.sin(angle))


_UNARY: Table = {
    "abs(x)": (jnp.abs, "Absolute value."),
    "absolute(x)": (jnp.abs, "Absolute value."),
    "angle(x)": (on_floats(jnp.angle), "Angle of a complex number, in radians."),
    "arccos(x)": (on_floats(jnp.arccos), "Inverse cosine, in radians."),
    "arccosh(x)": (on_floats(jnp.arccosh), "Inverse hyperbolic cosine."),
    "arcsin(x)": (on_floats(jnp.arcsin), "Inverse sine, in radians."),
    "arcsinh(x)": (on_floats(jnp.arcsinh), "Inverse hyperbolic sine."),
    "arctan(x)": (on_floats(jnp.arctan), "Inverse tangent, in radians."),
    "arctanh(x)": (on_floats(jnp.arctanh), "Inverse hyperbolic tangent."),
    "bitwise_invert(x)": (jnp.bitwise_not, "Each bit turned round."),
    "bitwise_not(x)": (jnp.bitwise_not, "Each bit turned round."),
    "cbrt(x)": (on_floats(jnp.cbrt), "Cube root."),
    "ceil(x)": (on_floats(jnp.ceil), "The smallest whole number not below, as a float."),
    "conj(x)": (jnp.conjugate, "Complex conjugate."),
    "conjugate(x)": (jnp.conjugate, "Complex conjugate."),
    "copy(x)": (jnp.copy, "A copy."),
    "cos(x)": (on_floats(jnp.cos), "Cosine of an angle in radians."),
    "cosh(x)": (on_floats(jnp.cosh), "Hyperbolic cosine."),
    "deg2rad(x)": (on_floats(jnp.deg2rad), "Degrees in radians."),
    "erf(x)": (on_floats(jax.lax.erf), "Error function."),
    "erfc(x)": (on_floats(jax.lax.erfc), "1 less the error function."),
    "erfinv(x)": (on_floats(jax.lax.erf_inv), "Inverse of the error function."),
    "exp(x)": (on_floats(jnp.exp), "e to the power of x."),
    "exp2(x)": (on_floats(jnp.exp2), "2 to the power of x."),
    "expm1(x)": (on_floats(jnp.expm1), "e to the power of x, less 1, exact near 0."),
    "fabs(x)": (on_floats(jnp.fabs), "Absolute value, as a float."),
    "floor(x)": (on_floats(jnp.floor), "The largest whole number not above, as a float."),
    "i0(x)": (on_floats(jnp.i0), "Modified Bessel function of the first kind, of order 0."),
    "imag(x)": (jnp.imag, "Imaginary part."),
    "isfinite(x)": (jnp.isfinite, "Whether an entry is neither NaN nor infinite."),
    "isinf(x)": (jnp.isinf, "Whether an entry is infinite."),
    "isnan(x)": (jnp.isnan, "Whether an entry is NaN."),
    "isneginf(x)": (jnp.isneginf, "Whether an entry is minus infinity."),
    "isposinf(x)": (jnp.isposinf, "Whether an entry is plus infinity."),
    "isreal(x)": (jnp.isreal, "Whether an entry has no imaginary part."),
    "log(x)": (on_floats(jnp.log), "Natural logarithm."),
    "log10(x)": (on_floats(jnp.log10), "Logarithm to base 10."),
    "log1p(x)": (on_floats(jnp.log1p), "Natural logarithm of 1 + x, exact near 0."),
    "log2(x)": (on_floats(jnp.log2), "Logarithm to base 2."),
    "logical_not(x)": (jnp.logical_not, "Whether an entry is false."),
    "nan_to_num(x, nan=0.0, posinf=None, neginf=None)": (
        jnp.nan_to_num,
        "NaN and the infinities replaced by numbers.",
    ),
    "negative(x)": (jnp.negative, "-x."),
    "rad2deg(x)": (on_floats(jnp.rad2deg), "Radians in degrees."),
    "real(x)": (jnp.real, "Real part."),
    "reciprocal(x)": (on_floats(jnp.reciprocal), "1 / x."),
    "round(x, decimals=0)": (jnp.round, "Rounded to some decimals; halves go to the even neighbour."),
    "rsqrt(x)": (on_floats(jax.lax.rsqrt), "1 over the square root."),
    "sign(x)": (jnp.sign, "-1, 0 or 1."),
    "signbit(x)": (jnp.signbit, "Whether the sign bit is set."),
    "sin(x)": (on_floats(jnp.sin), "Sine of an angle in radians."),
    "sinc(x)": (on_floats(jnp.sinc), "sin(pi x) / (pi x)."),
    "sinh(x)": (on_floats(jnp.sinh), "Hyperbolic sine."),
    "sqrt(x)": (on_floats(jnp.sqrt), "Square root."),
    "square(x)": (_square, "x times x."),
    "tan(x)": (on_floats(jnp.tan), "Tangent of an angle in radians."),
    "trunc(x)": (jnp.trunc, "The fractional part cut off."),
}

_BINARY: Table = {
    "add(x1, x2)": (jnp.add, "x1 + x2."),
    "arctan2(x1, x2)": (on_floats(jnp.arctan2), "Angle of the point (x2, x1), in radians."),
    "bitwise_and(x, y)": (jnp.bitwise_and, "Bits set in both."),
    "bitwise_left_shift(x, y)": (jnp.left_shift, "Bits of x moved left by y."),
    "bitwise_or(x, y)": (jnp.bitwise_or, "Bits set in either."),
    "bitwise_right_shift(x, y)": (jnp.right_shift, "Bits of x moved right by y."),
    "bitwise_xor(x, y)": (jnp.bitwise_xor, "Bits set in one of the two."),
    "divide(x1, x2)": (jnp.true_divide, "x1 / x2; integers give floats."),
    "divide_no_nan(x1, x2)": (_divide_no_nan, "x1 / x2, and 0 where x2 is 0."),
    "equal(x1, x2)": (jnp.equal, "Whether x1 = x2."),
    "floor_divide(x1, x2)": (jnp.floor_divide, "The largest whole number not above x1 / x2."),
    "fmax(x1, x2)": (jnp.fmax, "The larger entry; a number wins over NaN."),
    "fmin(x1, x2)": (jnp.fmin, "The smaller entry; a number wins over NaN."),
    "fmod(x1, x2)": (jnp.fmod, "Remainder with the sign of x1."),
    "gcd(x1, x2)": (jnp.gcd, "Greatest common divisor."),
    "greater(x1, x2)": (jnp.greater, "Whether x1 > x2."),
    "greater_equal(x1, x2)": (jnp.greater_equal, "Whether x1 >= x2."),
    "heaviside(x1, x2)": (on_floats(jnp.heaviside), "0 below 0, 1 above, and x2 at 0."),
    "hypot(x1, x2)": (on_floats(jnp.hypot), "Length of the hypotenuse."),
    "lcm(x1, x2)": (jnp.lcm, "Least common multiple."),
    "ldexp(x1, x2)": (jnp.ldexp, "x1 times 2 to the power of x2."),
    "left_shift(x, y)": (jnp.left_shift, "Bits of x moved left by y."),
    "less(x1, x2)": (jnp.less, "Whether x1 < x2."),
    "less_equal(x1, x2)": (jnp.less_equal, "Whether x1 <= x2."),
    "logaddexp(x1, x2)": (on_floats(jnp.logaddexp), "log(exp(x1) + exp(x2)), without overflow."),
    "logaddexp2(x1, x2)": (on_floats(jnp.logaddexp2), "log2(2**x1 + 2**x2), without overflow."),
    "logical_and(x1, x2)": (jnp.logical_and, "Whether both are true."),
    "logical_or(x1, x2)": (jnp.logical_or, "Whether either is true."),
    "logical_xor(x1, x2)": (jnp.logical_xor, "Whether one of the two is true."),
    "maximum(x1, x2)": (jnp.maximum, "The larger entry; NaN wins."),
    "minimum(x1, x2)": (jnp.minimum, "The smaller entry; NaN wins."),
    "mod(x1, x2)": (jnp.mod, "Remainder with the sign of x2."),
    "multiply(x1, x2)": (jnp.multiply, "x1 times x2."),
    "nextafter(x1, x2)": (on_floats(jnp.nextafter), "The next float after x1 towards x2."),
    "not_equal(x1, x2)": (jnp.not_equal, "Whether x1 differs from x2."),
    "polar(abs_, angle)": (_polar, "The complex number of a size and an angle in radians."),
    "power(x1, x2)": (jnp.power, "x1 to the power of x2."),
    "right_shift(x, y)": (jnp.right_shift, "Bits of x moved right by y."),
    "subtract(x1, x2)": (jnp.subtract, "x1 - x2."),
    "true_divide(x1, x2)": (jnp.true_divide, "x1 / x2; integers give floats."),
    "isclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False)": (
        jnp.isclose,
        "Whether two entries are equal within a tolerance.",
    ),
    "allclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False)": (
        jnp.allclose,
        "Whether all entries of two arrays are equal within a tolerance.",
    ),
    "isin(x1, x2, assume_unique=False, invert=False)": (jnp.isin, "Whether an entry of x1 occurs in x2."),
}

define(_UNARY, __name__)
define(_BINARY, __name__)


@operation
def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """Entries kept within limits; a limit may be None."""
    if x.dtype == jnp.bool_:
        x = x.astype(jnp.int32)
    return jnp.clip(x, x_min, x_max)


@operation
def where(condition: Tensor, x1: Tensor = None, x2: Tensor = None) -> Any:
    """Entries of x1 where the condition holds, else of x2; the places where it holds if both are None."""
    return jnp.where(condition, x1, x2)


@operation
def select(condlist: list[Any], choicelist: list[Any], default: Any = 0) -> Tensor:
    """For each place the entry of the first choice whose condition holds there."""
    conditions = [jnp.asarray(condition) for condition in condlist]
    return jnp.select(conditions, [jnp.asarray(choice) for choice in choicelist], default)


@operation
def cast(x: Tensor, dtype: Any) -> Tensor:
    """Entries in another dtype."""
    wanted = engine_dtype(dtype)
    return x if x.dtype == wanted and not x.weak_type else jax.lax.convert_element_type(x, wanted)


@operation
def saturate_cast(x: Tensor, dtype: Any) -> Tensor:
    """Entries in another dtype; what it cannot hold becomes the nearest value it can."""
    wanted = engine_dtype(dtype)
    if wanted == jnp.bool_:
        return x.astype(jnp.bool_)
    low, high = limits(wanted)
    if jnp.issubdtype(x.dtype, jnp.integer):
        own_low, own_high = limits(x.dtype)
        low, high = max(low, own_low), min(high, own_high)
    return jnp.clip(x, low, high).astype(wanted)
