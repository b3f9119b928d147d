"""A network with what is to be said of it, as a program, and as a file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from ranvier.errors import ConfigurationError, NotBuiltError
from ranvier.exports.comparison import HostArray
from ranvier.exports.exporting import chosen_format, write_program
from ranvier.exports.network import translated
from ranvier.exports.program import LABEL, Meaning, Names, Program, Tensor, needed_steps
from ranvier.exports.translation import Translation
from ranvier.layers.base import Layer
from ranvier.layers.input import INPUT_DTYPES
from ranvier.networks.graph import Graph
from ranvier.storage.weight_paths import weight_paths
from ranvier.symbolic import Operation, Spec
from ranvier.training.prediction import Predictor
from ranvier.training.view import flattened

TOLERANCE, TOLERANCE_OF_HALVES = 1e-3, 5e-2
"""The difference allowed between a file and its model, as a share of the largest output."""


def export_network(
    network: Any,
    filepath: str | os.PathLike[str],
    format: str | None = None,
    *,
    verbose: bool = False,
    input_signature: Any = None,
    input_dtype: Any = None,
    class_names: Sequence[Any] | None = None,
    title: str | None = None,
) -> None:
    """Write a network to a file that runs without Ranvier; see :meth:`ranvier.models.Model.export`."""
    kind = chosen_format(filepath, format)
    specs, names = _inputs(network, input_signature)
    dtypes = _dtypes(input_dtype, names, jax.tree.leaves(specs))
    meaning = Meaning(title or network.name, "network", _checked_names(class_names))
    halves = any(layer.dtype != "float32" for layer in flattened(network))
    predictor = _Unpadded(network)
    outputs: list[str] = []

    def make() -> Program:
        program = network_program(network, specs, dict(zip(names, dtypes, strict=True)), meaning)
        outputs.extend(name for name in program.outputs if name != program.label)
        return program

    def expected(inputs: Mapping[str, HostArray]) -> Mapping[str, HostArray]:
        leaves = [
            inputs[name].astype(spec.dtype) for name, spec in zip(names, jax.tree.leaves(specs), strict=True)
        ]
        found = predictor.predict(jax.tree.unflatten(jax.tree.structure(specs), leaves))
        return dict(zip(outputs, map(_plain, jax.tree.leaves(found)), strict=True))

    tolerance = TOLERANCE_OF_HALVES if halves else TOLERANCE
    write_program(filepath, kind, make, expected, tolerance=tolerance, verbose=verbose)


class _Unpadded(Predictor):
    """Runs on exactly the rows given where an operation of the network might mix them."""

    @property
    def exact(self) -> bool:
        graph = self.network.graph
        operations = () if graph is None else graph.operations
        return super().exact or any(isinstance(each, Operation) for each in operations)


def _plain(array: Any) -> HostArray:
    found = np.asarray(array)
    return found.astype(np.float32) if found.dtype.kind not in "biuf" or found.dtype == np.float16 else found


def network_program(network: Any, specs: Any, dtypes: Mapping[str, str], meaning: Meaning) -> Program:
    """Return the steps of a network.

    Args:
        network: A built layer or model.
        specs: What it is called on: objects with shape and dtype, in a structure.
        dtypes: The dtype in which each input enters the file, by its name.
        meaning: What is to be said of it; with names of classes there is an output ``label``.
    """
    to = Translation(weight_paths(network))
    leaves, structure = jax.tree.flatten(specs)
    inputs = [
        to.build.input(name, spec.shape, dtype)
        for (name, dtype), spec in zip(dtypes.items(), leaves, strict=True)
    ]
    cast = [to.build.cast(tensor, str(spec.dtype)) for tensor, spec in zip(inputs, leaves, strict=True)]
    found = translated(to, network, jax.tree.unflatten(structure, cast))
    tensors = jax.tree.leaves(found)
    outputs = dict(zip(_output_names(network, found, {*dtypes}), tensors, strict=True))
    label = None
    if meaning.class_names is not None:
        label = Names({*dtypes, *outputs}).free(LABEL)
        outputs[label] = _label(to, tensors, meaning.class_names)
    return Program(tuple(inputs), outputs, needed_steps(to.build.steps, outputs.values()), meaning, label)


def _label(to: Translation, outputs: Sequence[Tensor], names: Sequence[str]) -> Tensor:
    """Name the most probable class."""
    build, (scores, *others) = to.build, outputs
    count = scores.shape[-1] if scores.ndim == 2 else None
    made = {id(step.output): step.kind for step in build.steps}
    single = count == 1 and len(names) == 2 and made.get(id(scores)) == "sigmoid"
    if others or not (single or count == len(names)):
        received = f"{len(names)} names for outputs of shapes {[tuple(tensor.shape) for tensor in outputs]}"
        raise ConfigurationError(
            f"`class_names` must hold a name for each column of the one output, or two for a single sigmoid; "
            f"received: {received}."
        )
    with build.layer(LABEL, "the most probable class"):
        if single:
            column = build.squeeze(scores, [1])
            place = build.cast(build.binary("greater", column, 0.5), "int64")
        else:
            place = build.step("arg_max", [scores], scores.shape[:1], "int64", axis=1, dtype="int64")
        return build.take(build.constant(np.asarray(names, np.str_), name="class_names"), place, 0)


# -- inputs and outputs --------------------------------------------------------------------------


def _inputs(network: Layer, signature: Any) -> tuple[Any, list[str]]:
    """Return what the network is called on, and the names of it."""
    graph = getattr(network, "graph", None)
    if isinstance(graph, Graph):
        specs = jax.tree.unflatten(
            jax.tree.structure(graph.inputs),
            [Spec(each.shape, _engine(each.dtype)) for each in graph.input_tensors],
        )
        names = _keys(graph.inputs) or graph.input_names
    else:
        specs = getattr(network, "built_for", None)
        names = [] if specs is None else _keys(specs) or _numbered(len(jax.tree.leaves(specs)))
    if signature is not None:
        given = jax.tree.leaves(signature)
        if not given or not all(
            getattr(each, "shape", None) is not None and hasattr(each, "dtype") for each in given
        ):
            raise ConfigurationError(
                "`input_signature` must hold an object with shape and dtype for each input, such as `InputSpec`; "
                f"received: {signature!r:.200}."
            )
        if specs is not None and len(given) != len(names):
            raise ConfigurationError(
                f"`input_signature` must describe the {len(names)} inputs of the model; received: {len(given)}."
            )
        single = specs is None and len(given) == 1
        made = [Spec(tuple(each.shape), _engine(_dtype_name(each.dtype or "float32"))) for each in given]
        structure = jax.tree.structure(0 if single else signature if specs is None else specs)
        specs = jax.tree.unflatten(structure, made)
        if isinstance(graph, Graph):
            graph.check_inputs(specs)
        names = names or _numbered(len(given))
    if specs is None or not network.built:
        raise NotBuiltError(
            f"The model {network.name!r} cannot be exported yet, because the shape of its inputs is not known. Call it "
            "on data, or give `input_signature=[InputSpec(shape=(None, ...), dtype='float32')]`."
        )
    return specs, _unique(names)


def _engine(dtype: str) -> str:
    return {
        "float64": "float32",
        "int64": "int32",
        "uint64": "uint32",
        "bfloat16": "float32",
        "float16": "float32",
    }.get(dtype, dtype)


def _dtype_name(dtype: Any) -> str:
    if isinstance(dtype, type) and issubclass(dtype, np.generic):
        dtype = np.dtype(dtype)
    return str(getattr(dtype, "name", dtype))


def _keys(structure: Any) -> list[str]:
    return sorted(map(str, structure)) if isinstance(structure, dict) else []


def _numbered(count: int) -> list[str]:
    return ["x"] if count == 1 else [f"x{number}" for number in range(1, count + 1)]


def _unique(names: Sequence[str]) -> list[str]:
    given = Names()
    return [given.free(name) for name in names]


def _dtypes(asked: Any, names: Sequence[str], specs: Sequence[Spec]) -> list[str]:
    by_name = asked if isinstance(asked, Mapping) else {name: asked for name in names if asked is not None}
    unknown = sorted(set(by_name) - set(names))
    if unknown:
        raise ConfigurationError(
            f"`input_dtype` must name inputs of the model, {', '.join(names)}; received: {unknown[0]!r}."
        )
    found = []
    for name, spec in zip(names, specs, strict=True):
        dtype = _dtype_name(by_name.get(name, spec.dtype))
        if dtype not in INPUT_DTYPES or dtype == "bfloat16":
            raise ConfigurationError(
                f"`input_dtype` must be a dtype of numbers such as 'float32' or 'uint8'; received: {asked!r}."
            )
        found.append(dtype)
    return found


def _output_names(network: Any, found: Any, taken: set[str]) -> list[str]:
    graph = getattr(network, "graph", None)
    leaves = jax.tree.leaves(found)
    names = _keys(found) if isinstance(found, dict) and len(found) == len(leaves) else []
    if not names and isinstance(graph, Graph):
        names = graph.output_names
    if not names:
        names = (
            ["output"] if len(leaves) == 1 else [f"output{number}" for number in range(1, len(leaves) + 1)]
        )
    given = Names({*taken})
    return [given.free(name) for name in names]


def _checked_names(names: Sequence[Any] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    found = () if isinstance(names, str) else tuple(map(str, names))
    if len(found) < 2 or len(set(found)) != len(found):
        raise ConfigurationError(
            f"`class_names` must hold two or more different names; received: {names!r:.200}."
        )
    return found
