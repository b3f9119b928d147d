"""Every operation of Keras: the same values, dtypes and shapes over a table of calls, and symbolically too."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import ops
from ranvier.symbolic import SymbolicTensor, symbolic_leaves
from ranvier.variable import Variable

Row = tuple[str, tuple[Any, ...], dict[str, Any]]

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(3, 4)).astype(np.float32)
UNIT = _RNG.uniform(0.1, 0.9, size=(3, 4)).astype(np.float32)
ABOVE = UNIT + 1.0
WHOLE = np.array([[3, 1, 2], [5, 7, 6]], np.int32)
OTHER = np.array([[1, 2, 3], [2, 1, 1]], np.int32)
TRUTH = np.array([[True, False, True], [False, True, True]])
HOLES = np.where(UNIT > 0.6, np.nan, X).astype(np.float32)
EDGES = np.array([np.nan, np.inf, -np.inf, 0.0, -1.5], np.float32)
SQUARE = (X[:, :3] + 3 * np.eye(3)).astype(np.float32)
SYMMETRIC = (SQUARE @ SQUARE.T + np.eye(3)).astype(np.float32)
IMAGES = _RNG.normal(size=(2, 6, 5, 4)).astype(np.float32)
FIRST = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
SIGNAL = _RNG.normal(size=(2, 16)).astype(np.float32)
SHARES = UNIT / UNIT.sum(-1, keepdims=True)
CODES = np.eye(4, dtype=np.float32)[[0, 3, 1]]
SEGMENTS = np.array([0, 2, 1, 1, 0, 2, 2], np.int32)
LINE = _RNG.normal(size=(7,)).astype(np.float32)


def kernel(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def _unary() -> list[Row]:
    everywhere = (
        "abs absolute angle arcsinh arctan cbrt ceil conj conjugate copy cos cosh deg2rad erf erfc exp exp2 expm1 "
        "fabs floor i0 imag isfinite isinf isnan isneginf isposinf isreal logical_not negative rad2deg ravel real "
        "round sign signbit sin sinc sinh square tan tanh trunc elu selu celu gelu sigmoid silu swish softplus "
        "softsign hard_sigmoid hard_silu hard_swish hard_tanh hard_shrink soft_shrink tanh_shrink leaky_relu "
        "log_sigmoid relu6 relu softmax log_softmax sparse_plus sparse_sigmoid squareplus glu"
    )
    inside = "arccos arcsin arctanh erfinv log log10 log1p log2 reciprocal rsqrt sqrt"
    rows: list[Row] = [(name, (X,), {}) for name in everywhere.split()]
    rows += [(name, (UNIT,), {}) for name in inside.split()]
    whole = (
        "abs arctan ceil cos deg2rad erfc exp expm1 floor isfinite isnan log logical_not negative reciprocal sign sin "
        "sqrt square tanh trunc fabs sinc"
    )
    rows += [(name, (WHOLE,), {}) for name in whole.split()]
    rows += [(name, (TRUTH,), {}) for name in ["square", "logical_not", "isnan", "exp", "sqrt"]]
    rows += [
        (name, (EDGES,), {}) for name in ["isfinite", "isinf", "isnan", "isneginf", "isposinf", "nan_to_num"]
    ]
    rows += [(name, (WHOLE,), {}) for name in ["bitwise_not", "bitwise_invert"]]
    return [
        *rows,
        ("arccosh", (ABOVE,), {}),
        ("round", (X, 1), {}),
        ("nan_to_num", (EDGES, 1.0, 2.0, 3.0), {}),
    ]


def _binary() -> list[Row]:
    plain = "add subtract multiply divide true_divide floor_divide mod fmod maximum minimum power "
    compared = "equal not_equal less less_equal greater greater_equal "
    logical = "logical_and logical_or logical_xor arctan2 divide_no_nan fmax fmin hypot heaviside logaddexp nextafter"
    rows: list[Row] = [
        (name, (ABOVE, UNIT), {}) for name in (plain + compared + logical + " logaddexp2").split()
    ]
    rows += [
        (name, (WHOLE, OTHER), {}) for name in (plain + compared + "divide_no_nan gcd lcm arctan2").split()
    ]
    rows += [(name, (ABOVE, 2), {}) for name in (plain + compared).split()]
    rows += [(name, (2, ABOVE), {}) for name in plain.split()]
    rows += [(name, (WHOLE, 2.0), {}) for name in plain.split()]
    rows += [(name, (WHOLE, UNIT[:2, :3]), {}) for name in plain.split()]
    bits = "bitwise_and bitwise_or bitwise_xor left_shift right_shift bitwise_left_shift bitwise_right_shift"
    rows += [(name, (WHOLE, OTHER), {}) for name in bits.split()]
    rows += [
        ("divide_no_nan", (X, np.zeros_like(X)), {}),
        ("ldexp", (X[:2, :3], OTHER), {}),
        ("polar", (UNIT, X), {}),
        ("isclose", (X, X + 1e-7), {}),
        ("allclose", (X, X + 1.0), {}),
        ("isin", (WHOLE, [1, 2]), {}),
        ("isin", (WHOLE, [1, 2]), {"invert": True}),
        ("add", ([1, 2], [0.5, 1.5]), {}),
        ("add", (TRUTH, TRUTH), {}),
        ("clip", (X, -0.5, 0.5), {}),
        ("clip", (WHOLE, 2, 5), {}),
        ("clip", (X, -0.5, None), {}),
        ("where", (TRUTH, WHOLE, OTHER), {}),
        ("where", (TRUTH, WHOLE, 0.5), {}),
        ("select", ([WHOLE > 4, WHOLE > 2], [WHOLE, OTHER], 9), {}),
        ("cast", (X, "int32"), {}),
        ("cast", (WHOLE, "bool"), {}),
        ("saturate_cast", (X * 1000, "uint8"), {}),
        ("saturate_cast", (WHOLE * -100, "int8"), {}),
        ("saturate_cast", (WHOLE, "bool"), {}),
    ]
    return rows


def _reductions() -> list[Row]:
    names = "all any amax amin argmax argmin max mean median min prod std sum var ptp logsumexp"
    rows: list[Row] = []
    for name in names.split():
        rows += [(name, (X,), {}), (name, (X,), {"axis": 1}), (name, (X,), {"axis": -1, "keepdims": True})]
        if "arg" not in name:
            rows.append((name, (X,), {"axis": (0, 1)}))
        if name not in ("logsumexp", "ptp"):
            rows.append((name, (WHOLE,), {"axis": 0}))
    rows += [(name, (TRUTH,), {}) for name in ["sum", "mean", "prod", "all", "any", "max"]]
    rows += [(name, (WHOLE.astype(np.uint8),), {}) for name in ["sum", "mean", "prod", "max", "std"]]
    rows += [
        (name, (HOLES,), {"axis": 1})
        for name in [
            "nanmax",
            "nanmean",
            "nanmedian",
            "nanmin",
            "nanprod",
            "nanstd",
            "nansum",
            "nanvar",
            "nanargmax",
            "nanargmin",
        ]
    ]
    rows += [(name, (HOLES,), {"axis": 1}) for name in ["nancumsum", "nancumprod"]]
    rows += [(name, (HOLES, 0.3), {"axis": 1}) for name in ["nanquantile", "nanpercentile"]]
    return [
        *rows,
        ("sum", (X,), {"axis": [0, 1]}),
        ("count_nonzero", (WHOLE > 2,), {"axis": 1}),
        ("cumsum", (WHOLE,), {"axis": 1}),
        ("cumprod", (X,), {"axis": 0}),
        ("cumsum", (X,), {"dtype": "int32"}),
        ("quantile", (X, 0.3), {}),
        ("quantile", (X, [0.3, 0.5]), {"axis": 1, "keepdims": True}),
        ("percentile", (WHOLE, 30), {"method": "nearest"}),
        ("average", (X,), {}),
        ("average", (X,), {"axis": 1, "weights": UNIT}),
        ("average", (WHOLE,), {}),
        ("sort", (X,), {"axis": 0}),
        ("argsort", (X,), {}),
        ("argpartition", (LINE, 2), {}),
        ("top_k", (X, 2), {}),
        ("bincount", ([1, 1, 4],), {"minlength": 6}),
        ("bincount", ([1, 1, 4],), {"weights": [0.5, 1.0, 2.0]}),
        ("histogram", (LINE,), {"bins": 5}),
        ("digitize", (LINE, [-1.0, 0.0, 1.0]), {}),
        ("searchsorted", ([1.0, 2.0, 3.0], [0.5, 2.0]), {"side": "right"}),
        ("unique", ([3, 1, 3],), {"return_counts": True}),
        ("in_top_k", ([0, 3, 1], X, 2), {}),
        ("segment_sum", (LINE, SEGMENTS), {"num_segments": 3}),
        ("segment_max", (LINE, SEGMENTS), {"num_segments": 3}),
        ("segment_min", (LINE, SEGMENTS), {"num_segments": 3}),
        ("segment_prod", (LINE, SEGMENTS), {"num_segments": 3}),
        ("trapezoid", (LINE,), {"dx": 0.5}),
        ("trapezoid", (LINE,), {"x": np.arange(7.0, dtype=np.float32)}),
        ("diff", (X,), {"n": 2}),
        ("corrcoef", (X,), {}),
    ]


def _shapes() -> list[Row]:
    return [
        ("zeros", ((2, 3),), {}),
        ("ones", ((2, 3),), {"dtype": "int32"}),
        ("full", ((2,), 7), {}),
        ("full", ((2,), 7, "int32"), {}),
        ("eye", (3,), {}),
        ("eye", (3, 4), {"k": 1, "dtype": "int32"}),
        ("identity", (3,), {}),
        ("tri", (3,), {"k": -1}),
        ("zeros_like", (WHOLE,), {}),
        ("ones_like", (X,), {"dtype": "int32"}),
        ("full_like", (X, 2), {}),
        ("arange", (5,), {}),
        ("arange", (1.0, 3.0, 0.5), {}),
        ("arange", (2, 8, 3), {"dtype": "float32"}),
        ("linspace", (0, 1, 5), {}),
        ("linspace", (0.0, 1.0), {"num": 4, "endpoint": False, "retstep": True}),
        ("logspace", (0.0, 2.0, 3), {}),
        ("geomspace", (1.0, 8.0, 4), {}),
        ("bartlett", (5,), {}),
        ("blackman", (5,), {}),
        ("hamming", (5,), {}),
        ("hanning", (5,), {}),
        ("kaiser", (5, 2.0), {}),
        ("meshgrid", ([1, 2], [3, 4, 5]), {"indexing": "ij"}),
        ("broadcast_to", (LINE[:4], (3, 4)), {}),
        ("diag", (LINE[:3],), {"k": 1}),
        ("diagflat", (LINE[:3],), {}),
        ("diagonal", (X,), {"offset": 1}),
        ("trace", (X,), {}),
        ("trace", (WHOLE,), {}),
        ("expand_dims", (X, 1), {}),
        ("expand_dims", (X, (0, -1)), {}),
        ("squeeze", (X[None, ..., None],), {"axis": 0}),
        ("squeeze", (X[None, ..., None],), {}),
        ("flip", (X,), {"axis": 1}),
        ("fliplr", (X,), {}),
        ("flipud", (X,), {}),
        ("moveaxis", (IMAGES, 1, -1), {}),
        ("swapaxes", (IMAGES, 1, 2), {}),
        ("transpose", (IMAGES,), {}),
        ("transpose", (IMAGES, (0, 2, 1, 3)), {}),
        ("repeat", (X, 2), {"axis": 1}),
        ("roll", (X, 1), {"axis": 1}),
        ("tile", (X, (2, 1)), {}),
        ("tril", (X,), {}),
        ("triu", (X, 1), {}),
        ("vander", (LINE,), {"N": 3}),
        ("nonzero", (WHOLE > 2,), {}),
        ("split", (X, 2), {"axis": 1}),
        ("split", (X, [1, 3]), {"axis": 1}),
        ("array_split", (LINE, 3), {}),
        ("hsplit", (X, 2), {}),
        ("vsplit", (X, 3), {}),
        ("dsplit", (IMAGES, 5), {}),
        ("reshape", (X, (2, -1)), {}),
        ("concatenate", ([X, X],), {"axis": 1}),
        ("concatenate", ([WHOLE, UNIT[:2, :3]],), {}),
        ("stack", ([X, X],), {"axis": -1}),
        ("hstack", ([X, X],), {}),
        ("vstack", ([X, X],), {}),
        ("dstack", ([X, X],), {}),
        ("append", (X, X), {"axis": 0}),
        ("append", (X, WHOLE), {}),
        ("unstack", (X,), {"axis": 1}),
        ("pad", (X, 1), {}),
        ("pad", (X, ((1, 0), (0, 2))), {"constant_values": 3.0}),
        ("pad", (X, ((1, 1), (2, 2))), {"mode": "reflect"}),
        ("rot90", (X,), {"k": 3}),
        ("take", (X, [0, -1]), {"axis": 1}),
        ("take", (X, [3, 5]), {}),
        ("take_along_axis", (X, np.argsort(X, 1)), {"axis": 1}),
        ("get_item", (X, (slice(None), 1)), {}),
        ("unravel_index", ([3, 5], (3, 4)), {}),
        ("view", (X,), {"dtype": "int32"}),
        ("array", ([1, 2],), {"dtype": "float32"}),
        ("array", ([1.5, 2],), {}),
        ("size", (X,), {}),
        ("ndim", (X,), {}),
    ]


def _algebra() -> list[Row]:
    return [
        ("matmul", (X, X.T), {}),
        ("matmul", (WHOLE, OTHER.T), {}),
        ("matmul", (WHOLE.astype(np.int8), OTHER.T.astype(np.int8)), {}),
        ("dot", (X, X.T), {}),
        ("inner", (LINE, LINE), {}),
        ("outer", (LINE, LINE), {}),
        ("vdot", (LINE, LINE), {}),
        ("tensordot", (X, X), {"axes": ((0,), (0,))}),
        ("tensordot", (X, X), {}),
        ("kron", (WHOLE, OTHER), {}),
        ("cross", (X[:, :3], SQUARE), {}),
        ("correlate", (LINE, LINE[:3]), {"mode": "same"}),
        ("einsum", ("ij,kj->ik", X, X), {}),
        ("cholesky", (SYMMETRIC,), {}),
        ("cholesky_inverse", (np.linalg.cholesky(SYMMETRIC),), {}),
        ("det", (SQUARE,), {}),
        ("eigh", (SYMMETRIC,), {}),
        ("eig", (SYMMETRIC,), {}),
        ("inv", (SQUARE,), {}),
        ("logdet", (SYMMETRIC,), {}),
        ("lu_factor", (SQUARE,), {}),
        ("norm", (X,), {}),
        ("norm", (WHOLE,), {"ord": 1, "axis": 1, "keepdims": True}),
        ("matrix_rank", (SQUARE,), {}),
        ("pinv", (X,), {}),
        ("slogdet", (SQUARE,), {}),
        ("solve", (SQUARE, LINE[:3]), {}),
        ("solve_triangular", (np.tril(SQUARE), LINE[:3]), {"lower": True}),
        ("svd", (X,), {"full_matrices": False}),
        ("svd", (X,), {"compute_uv": False}),
        ("lstsq", (X.T, LINE[:4]), {}),
        ("qr", (SQUARE,), {}),
        ("cdist", (X, UNIT), {}),
        ("fft", ((X, UNIT),), {}),
        ("fft2", ((X, UNIT),), {}),
        ("ifft2", ((X, UNIT),), {}),
        ("rfft", (SIGNAL,), {}),
        ("rfft", (SIGNAL,), {"fft_length": 8}),
        ("irfft", ((X, UNIT),), {}),
        ("view_as_complex", (X[:, :2],), {}),
        ("extract_sequences", (SIGNAL, 4, 3), {}),
        ("stft", (SIGNAL, 4, 2, 6), {}),
        ("stft", (SIGNAL, 4, 2, 4), {"window": "hamming", "center": False}),
        ("stft", (SIGNAL, 4, 2, 4), {"window": None}),
    ]


def _networks() -> list[Row]:
    logits = {"from_logits": True}
    return [
        ("gelu", (X,), {"approximate": False}),
        ("threshold", (X, 0.2, -1.0), {}),
        ("softmax", (X,), {"axis": 0}),
        ("one_hot", ([0, 2, -1], 3), {}),
        ("one_hot", (WHOLE, 8), {"axis": 1, "dtype": "int32"}),
        ("multi_hot", ([[0, 2], [1, 1]],), {"num_classes": 4}),
        ("categorical_crossentropy", (CODES, SHARES), {}),
        ("categorical_crossentropy", (CODES, X), logits),
        ("sparse_categorical_crossentropy", ([0, 3, 1], SHARES), {}),
        ("sparse_categorical_crossentropy", ([[0], [3], [1]], X), logits),
        ("binary_crossentropy", (CODES, UNIT), {}),
        ("binary_crossentropy", (CODES, X), logits),
        ("moments", (X, [0]), {}),
        ("moments", (X, [0, 1]), {"keepdims": True}),
        ("moments", (X.astype(np.float16), [0]), {}),
        ("batch_normalization", (X, LINE[:4], UNIT[0], 1), {}),
        ("batch_normalization", (X, LINE[:4], UNIT[0], -1, LINE[:4], UNIT[1]), {"epsilon": 0.1}),
        ("layer_normalization", (X,), {}),
        ("layer_normalization", (X, UNIT[0], LINE[:4]), {"epsilon": 0.1}),
        ("layer_normalization", (X, UNIT[0]), {"rms_scaling": True}),
        ("rms_normalization", (X,), {"scale": UNIT[0]}),
        ("normalize", (X,), {}),
        ("normalize", (X,), {"order": 3, "axis": 0}),
        ("psnr", (X, UNIT, 1.0), {}),
        ("conv", (IMAGES, kernel(3, 2, 4, 5)), {}),
        ("conv", (IMAGES, kernel(3, 2, 2, 4)), {"strides": 2, "padding": "same"}),
        ("conv", (IMAGES, kernel(2, 2, 4, 3)), {"dilation_rate": (1, 2)}),
        ("conv", (FIRST, kernel(3, 3, 4, 3)), {"data_format": "channels_first", "padding": "same"}),
        ("conv", (IMAGES[:, :, 0], kernel(3, 4, 3)), {}),
        ("depthwise_conv", (IMAGES, kernel(3, 3, 4, 2)), {"padding": "same"}),
        ("separable_conv", (IMAGES, kernel(3, 3, 4, 2), kernel(1, 1, 8, 3)), {"strides": 2}),
        ("conv_transpose", (IMAGES, kernel(3, 3, 5, 4)), {"strides": 2, "padding": "same"}),
        ("conv_transpose", (IMAGES, kernel(2, 3, 5, 4)), {"strides": (3, 2)}),
        (
            "conv_transpose",
            (IMAGES, kernel(3, 3, 5, 4)),
            {"strides": 2, "padding": "same", "output_padding": 1},
        ),
        ("max_pool", (IMAGES, 2, 2), {}),
        ("max_pool", (IMAGES, (3, 2)), {"strides": 1, "padding": "same"}),
        ("max_pool", (FIRST, 2), {"strides": 2, "data_format": "channels_first"}),
        ("average_pool", (IMAGES, 2, 2), {}),
        ("average_pool", (IMAGES, (3, 2)), {"strides": 2, "padding": "same"}),
        ("average_pool", (IMAGES[:, :, 0], 2, 1), {}),
        ("adaptive_average_pool", (IMAGES, (4, 3)), {}),
        ("adaptive_max_pool", (FIRST, 2), {"data_format": "channels_first"}),
        ("unfold", (FIRST, 3), {}),
        ("unfold", (FIRST, (2, 3)), {"stride": 2, "padding": 1, "dilation": (2, 1)}),
        ("fold", (kernel(2, 36, 12), (6, 5), 3), {}),
        ("fold", (kernel(2, 16, 12), (6, 5), 2), {"stride": 2, "padding": 1}),
        ("depth_to_space", (IMAGES, 2), {}),
        ("depth_to_space", (FIRST, 2, "channels_first"), {}),
        ("space_to_depth", (IMAGES[:, :, :4], 2), {}),
        ("space_to_depth", (FIRST[..., :4], 2, "channels_first"), {}),
        ("dot_product_attention", (kernel(2, 3, 2, 4), kernel(2, 3, 2, 4), kernel(2, 3, 2, 4)), {}),
        (
            "dot_product_attention",
            (kernel(2, 3, 2, 4), kernel(2, 3, 2, 4), kernel(2, 3, 2, 4)),
            {"is_causal": True, "scale": 0.3, "flash_attention": False},
        ),
    ]


def _core() -> list[Row]:
    return [
        ("convert_to_tensor", ([1, 2],), {}),
        ("convert_to_tensor", (WHOLE,), {"dtype": "float32"}),
        ("convert_to_numpy", ([1.0, 2.0],), {}),
        ("stop_gradient", (X,), {}),
        ("scatter", (np.array([[0], [2], [0]]), LINE[:3], (4,)), {}),
        ("scatter_update", (LINE, np.array([[0], [2]]), LINE[:2]), {}),
        ("scatter_update", (LINE, np.array([[0], [2]]), LINE[:2]), {"reduction": "max"}),
        ("slice", (X, (1, 0), (2, -1)), {}),
        ("slice_update", (X, (1, 0), np.zeros((1, 2), np.float32)), {}),
        ("fori_loop", (0, 4, lambda i, value: value + i, np.int32(1)), {}),
        ("while_loop", (lambda i: i < 5, lambda i: i + 2, np.int32(0)), {}),
        (
            "while_loop",
            (lambda i, j: i < 5, lambda i, j: (i + 2, j), [np.int32(0), X]),
            {"maximum_iterations": 2},
        ),
        ("scan", (lambda carry, x: (carry + x, carry * x), np.float32(0), LINE), {}),
        ("associative_scan", (lambda a, b: a + b, LINE), {"reverse": True}),
        ("map", (lambda row: row * 2, X), {}),
        ("vectorized_map", (lambda row: row.sum(), X), {}),
        ("switch", (1, [lambda x: x + 1, lambda x: x * 2], X), {}),
        ("cond", (True, lambda: 1.0, lambda: 2.0), {}),
        ("jvp", (lambda x: x * x, (X,), (UNIT,)), {}),
    ]


TABLES = {
    "unary": _unary,
    "binary": _binary,
    "reductions": _reductions,
    "shapes": _shapes,
    "algebra": _algebra,
    "networks": _networks,
    "core": _core,
}

# Numbers of Python, not arrays.
_OTHER_DTYPE = {"convert_to_numpy", "size", "ndim"}


# What cannot be compiled, since values decide the shape of the result or the result is no array of the engine.
_CONCRETE = {
    *("nonzero", "unique", "bincount", "convert_to_numpy", "eig", "cholesky", "array_split", "size", "ndim"),
    *("bartlett", "blackman", "hamming", "hanning", "kaiser", "histogram", "view"),
}


def _called(rows: list[Row], side: Any, lists: bool | None = None) -> list[Any]:
    """Call every row; those that can be compiled in one program, which is far quicker than one by one."""
    results: dict[int, Any] = {}

    def call(number: int) -> Any:
        name, args, kwargs = rows[number]
        if lists is not None:
            args, kwargs = _as_keras(args, lists), _as_keras(kwargs, lists)
        try:
            return jax.tree.leaves(getattr(side, name)(*args, **kwargs))
        except Exception as error:  # reported together with all other rows
            results[number] = f"{type(error).__name__}: {error}"
            return []

    compiled = [number for number, row in enumerate(rows) if row[0] not in _CONCRETE]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = jax.jit(lambda: {number: call(number) for number in compiled})()
        found.update({number: call(number) for number in range(len(rows)) if number not in found})
    arrays = {number: [np.asarray(leaf) for leaf in leaves] for number, leaves in found.items()}
    return [results.get(number, arrays[number]) for number in range(len(rows))]


def _of_keras(rows: list[Row]) -> list[Any]:
    results = _called(rows, keras.ops, lists=False)
    # Keras wants arrays in places where the table has lists of numbers.
    failed = [number for number, result in enumerate(results) if isinstance(result, str)]
    for number, result in zip(
        failed, _called([rows[each] for each in failed], keras.ops, lists=True), strict=True
    ):
        results[number] = result
    return results


def _as_keras(value: Any, lists: bool = False) -> Any:
    """Give Keras arrays of its own, which its functions do not always make of NumPy's."""
    if isinstance(value, np.ndarray) or (lists and isinstance(value, list) and np.isscalar(value[0])):
        return keras.ops.convert_to_tensor(value)
    if isinstance(value, tuple):
        return tuple(_as_keras(each, lists) for each in value)
    if isinstance(value, dict):
        return {key: _as_keras(each, lists) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_keras(each, lists) for each in value]
    return value


def _fault(row: Row, expected: Any, received: Any) -> str | None:
    called = f"{row[0]}{row[2]}"
    if isinstance(expected, str) or isinstance(received, str):
        return f"{called}: Keras: {expected!r:.300}, ours: {received!r:.300}"
    if len(expected) != len(received):
        return f"{called}: {len(received)} results for {len(expected)}"
    for one, other in zip(expected, received, strict=True):
        if one.shape != other.shape or (row[0] not in _OTHER_DTYPE and one.dtype != other.dtype):
            return f"{called}: {other.dtype}{other.shape} for {one.dtype}{one.shape}"
        if not np.allclose(one, other, rtol=2e-4, atol=2e-5, equal_nan=True):
            return f"{called}: {other!r:.300} for {one!r:.300}"
    return None


# What needs values, not shapes, or takes functions or no array at all.
_EAGER = {
    *("nonzero", "unique", "bincount", "where", "convert_to_numpy", "convert_to_tensor", "histogram"),
    *(
        "bartlett",
        "blackman",
        "hamming",
        "hanning",
        "kaiser",
        "zeros",
        "ones",
        "full",
        "eye",
        "identity",
        "tri",
    ),
    *(
        "arange",
        "linspace",
        "logspace",
        "geomspace",
        "meshgrid",
        "cond",
        "switch",
        "fori_loop",
        "while_loop",
        "jvp",
    ),
    *("segment_sum", "segment_max", "segment_min", "segment_prod", "size", "ndim"),
}


def _symbolic_fault(row: Row, received: list[np.ndarray[Any, Any]]) -> str | None:
    name, args, kwargs = row
    if name in _EAGER or not args or not isinstance(args[0], np.ndarray):
        return None
    tensor = SymbolicTensor(args[0].shape, str(args[0].dtype))
    try:
        leaves = symbolic_leaves(getattr(ops, name)(tensor, *args[1:], **kwargs))
    except Exception as error:  # reported together with all other rows
        return f"{name} symbolically: {type(error).__name__}: {error}"
    node = leaves[0].node
    assert node is not None
    if ops.REGISTRY.get(node.operation.kind) is not node.operation.function:
        return f"{name}: the registry has another function for {node.operation.kind}"
    shapes = [(leaf.shape, leaf.dtype) for leaf in leaves]
    return (
        None
        if shapes == [(each.shape, str(each.dtype)) for each in received]
        else f"{name} symbolically: {shapes}"
    )


@pytest.mark.parametrize("table", TABLES)
def test_values_dtypes_and_shapes_are_those_of_keras(table: str) -> None:
    rows = TABLES[table]()
    expected, received = _of_keras(rows), _called(rows, ops)
    faults = [_fault(*each) for each in zip(rows, expected, received, strict=True)]
    first = {row[0]: number for number, row in reversed(list(enumerate(rows)))}
    faults += [_symbolic_fault(rows[number], received[number]) for number in first.values()]
    assert [fault for fault in faults if fault is not None] == []


def test_every_operation_of_keras_is_there_with_its_arguments() -> None:
    import inspect

    offered = {
        name for name in dir(keras.ops) if not name.startswith("_") and callable(getattr(keras.ops, name))
    }
    assert offered - set(ops.__all__) == {"ctc_decode", "ctc_loss", "rearrange"}
    for name in sorted(offered & set(ops.__all__) - {"multi_hot", "relu"}):
        theirs = inspect.signature(getattr(keras.ops, name)).parameters.values()
        ours = inspect.signature(getattr(ops, name)).parameters.values()
        assert [(each.name, each.default) for each in ours] == [
            (each.name, each.default) for each in theirs
        ], name
        assert getattr(ops, name).__doc__, name
        assert getattr(ops, name).__name__ == name or name in ("hard_swish", "swish"), name


def test_every_operation_stands_in_the_table() -> None:
    tried = {row[0] for table in TABLES.values() for row in table()}
    elsewhere = {
        *("REGISTRY", "custom_gradient", "vectorize", "is_tensor", "shape", "dtype", "empty", "empty_like"),
        *("istft", "view_as_real", "sparsemax"),
    }
    assert set(ops.__all__) - tried - elsewhere == set()


@pytest.mark.parametrize("name", ["add", "matmul", "mean", "relu", "reshape", "stack", "concatenate"])
def test_variables_stand_for_their_values(name: str) -> None:
    weight = Variable(SQUARE)
    arguments: dict[str, tuple[Any, ...]] = {
        "add": (weight, SQUARE),
        "matmul": (SQUARE, weight),
        "reshape": (weight, (9,)),
        "stack": ([weight, SQUARE],),
        "concatenate": ((weight, weight),),
    }
    given = arguments.get(name, (weight,))
    plain = jax.tree.map(lambda leaf: SQUARE if isinstance(leaf, Variable) else leaf, given)
    np.testing.assert_array_equal(getattr(ops, name)(*given), getattr(ops, name)(*plain))
