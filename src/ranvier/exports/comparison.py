"""An exported file run beside the model it was made from."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import FileWriteError, UnsupportedError
from ranvier.exports.program import TEXT, Program, Tensor

HostArray: TypeAlias = "np.ndarray[Any, Any]"
Run: TypeAlias = Callable[[Mapping[str, HostArray]], Mapping[str, HostArray]]
"""Takes inputs by name and returns outputs by name."""

Trial: TypeAlias = Callable[[Sequence[Tensor], int], dict[str, HostArray]]
"""Makes a number of rows of all inputs, by name."""

ROWS = (7, 1)
"""How many rows the file is run on: different numbers, so that a fixed one shows."""

UNKNOWN_SIZE = 24
"""What stands for sizes that are not known."""


def trial_inputs(inputs: Sequence[Tensor], rows: int) -> dict[str, HostArray]:
    """Make numbers to compare on: small and larger ones, zeros among them."""
    generator = np.random.default_rng(rows)
    made = {}
    for tensor in inputs:
        sizes = [
            size if size is not None else UNKNOWN_SIZE if axis else rows
            for axis, size in enumerate(tensor.shape)
        ]
        values: HostArray
        if tensor.dtype == "bool":
            values = generator.random(sizes) < 0.5
        elif np.dtype(tensor.dtype).kind in "iu":
            values = generator.integers(0, 100, sizes)
        else:
            values = generator.normal(0.0, 1.0, sizes)
            values[: max(rows // 3, 1)] *= 3.0
            values[rows - 1 :] = np.where(generator.random(sizes[1:]) < 0.3, 0.0, values[rows - 1 :])
        made[tensor.name] = values.astype(tensor.dtype)
    return made


def run_onnx(content: bytes) -> Run | None:
    """Return a function that runs an ONNX file, or None where onnxruntime is not installed."""
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _refused("onnxruntime cannot read it", error) from error
    names = [each.name for each in session.get_outputs()]

    def run(inputs: Mapping[str, HostArray]) -> Mapping[str, HostArray]:
        try:
            return dict(zip(names, session.run(names, dict(inputs)), strict=True))
        except Exception as error:
            raise _refused("onnxruntime cannot run it", error) from error

    return run


def run_python(source: str, program: Program) -> Run:
    """Return a function that runs an exported Python file."""
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source, "<exported file>", "exec"), scope)  # noqa: S102 - what was just written
    instead = "export it as `.onnx` instead"
    names = [tensor.name for tensor in program.inputs]

    def run(inputs: Mapping[str, HostArray]) -> Mapping[str, HostArray]:
        given = [inputs] if program.columns is not None else [inputs[name] for name in names]
        try:
            found: Mapping[str, HostArray] = scope["computed"](*given)
        except Exception as error:
            raise _refused("the Python file does not run", error, instead) from error
        return found

    return run


def compare(
    run: Run, expected: Run, program: Program, file: str, *, tolerance: float, trial: Trial = trial_inputs
) -> float:
    """Refuse a file that does not compute what its model does.

    Args:
        run: Runs the file.
        expected: Runs the model.
        program: What the file was written from.
        file: The name of the file, for messages.
        tolerance: The difference allowed, as a share of the largest number of an output.
        trial: Makes the inputs.

    Returns:
        The largest difference that was seen, as such a share.

    Raises:
        FileWriteError: If they differ by more.
    """
    worst = 0.0
    fixed = next((tensor.shape[0] for tensor in program.inputs if tensor.shape), None)
    for rows in ROWS if fixed is None else (fixed,):
        inputs = trial(program.inputs, rows)
        found, wanted = run(inputs), expected(inputs)
        for name, tensor in program.outputs.items():
            if name not in wanted:
                continue
            if found[name].shape[:1] != (rows,):
                raise UnsupportedError(
                    f"A model is exported if each output has a row for each row of the inputs; received: {name!r} of "
                    f"shape {found[name].shape} for {rows} rows."
                )
            given, right = np.asarray(found[name]), np.asarray(wanted[name])
            if name == program.label:
                given = np.where(_undecided(wanted, name, tolerance), right.astype(given.dtype), given)
            worst = max(worst, difference(given, right, name, tensor, file, tolerance))
    return worst


def _undecided(wanted: Mapping[str, HostArray], label: str, tolerance: float) -> HostArray:
    """Tell for which labels rounding decides."""
    scores = next(np.asarray(array) for name, array in wanted.items() if name != label)
    if np.ndim(wanted[label]) == 2:
        return np.asarray(np.abs(scores - 0.5) < tolerance)
    ordered = np.sort(scores, axis=1)
    return (
        np.asarray(ordered[:, -1] - ordered[:, -2] < tolerance)
        if scores.shape[1] > 1
        else np.zeros(len(scores), bool)
    )


def difference(
    found: HostArray, wanted: HostArray, name: str, tensor: Tensor, file: str, tolerance: float
) -> float:
    """Return how much an output of the file differs from the model's; see :func:`compare`."""
    wanted = np.asarray(wanted)
    if tensor.dtype == TEXT or wanted.dtype.kind in "UOS":
        same = found.shape == wanted.shape and bool((found.astype(str) == wanted.astype(str)).all())
        share = 0.0 if same else np.inf
    elif found.shape != wanted.shape:
        raise FileWriteError(
            f"The exported file {file!r} was not kept: its output {name!r} has shape {found.shape}, that of the model "
            f"{wanted.shape}. This is a fault of Ranvier; please report it."
        )
    else:
        share = _share(found.astype(np.float64), wanted.astype(np.float64))
    if not share <= tolerance:
        raise FileWriteError(
            f"The exported file {file!r} was not kept: its output {name!r} differs from that of the model by "
            f"{share:.2g} of its largest number, where {tolerance:g} is allowed. If the network holds layers of your "
            "own, look whether they compute the same at each call."
        )
    return share


def _share(found: HostArray, wanted: HostArray) -> float:
    unequal = ~((found == wanted) | (np.isnan(found) & np.isnan(wanted)))
    if not unequal.any():
        return 0.0
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = max(1e-3, float(finite.max(initial=0.0)))
    gaps = np.abs(found - wanted)[unequal]
    return float(np.where(np.isnan(gaps), np.inf, gaps).max() / scale)


def _refused(what: str, error: Exception, instead: str = "export it as `.py` instead") -> UnsupportedError:
    reason = str(error).partition("\n")[0]
    return UnsupportedError(
        f"The model was exported, but {what}: {reason:.300}. The file was not kept; {instead}."
    )
