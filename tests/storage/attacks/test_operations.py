"""Operations of a network that would compute, repeat or allocate without end if a file chose their arguments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from ranvier import ops
from ranvier.layers import Input
from ranvier.models import Model, load_model
from tests.storage.attacks.children import answer_of
from tests.storage.attacks.readers import refused
from tests.storage.files import edit_document

TENSOR = {"__tensor__": [-1, 0]}


def network(path: Path, *calls: dict[str, Any], outputs: Any = None) -> Path:
    inputs = Input((3,))
    Model(inputs, ops.tanh(inputs)).save(path)  # no weights: what is refused is the call

    def change(document: dict[str, Any]) -> None:
        config = document["model"]["config"]
        config["calls"] = [{"name": f"call{number}", **call} for number, call in enumerate(calls)]
        config["outputs"] = {"__tensor__": [len(calls) - 1, 0]} if outputs is None else outputs

    edit_document(path, change)
    return path


ATTACKS: dict[str, dict[str, Any]] = {
    "a power without end": {"of": "operator.power", "arguments": [[7, 10**9], {}]},
    "a power of a list": {"of": "operator.power", "arguments": [[[TENSOR], 10**9], {}]},
    "a repeated list": {"of": "operator.multiply", "arguments": [[[TENSOR], 10**12], {}]},
    "a repeated text": {"of": "operator.multiply", "arguments": [["attack", 10**12], {}]},
    "a repeated tuple": {"of": "operator.multiply", "arguments": [[{"__tuple__": [TENSOR]}, 10**12], {}]},
    "a list and a list": {"of": "operator.add", "arguments": [[[TENSOR], [TENSOR]], {}]},
    "an item of a text": {"of": "operator.get_item", "arguments": [["attack", 0], {}]},
    "an item by a name": {"of": "operator.get_item", "arguments": [[TENSOR, "__class__"], {}]},
    "an attribute": {"of": "operator.attrgetter", "arguments": [[TENSOR], {}]},
    "a method": {"of": "tanh.__globals__", "arguments": [[TENSOR], {}]},
    "a function as an argument": {"of": "map", "arguments": [["print", TENSOR], {}]},
    "a loop": {"of": "while_loop", "arguments": [["print", "print", TENSOR], {}]},
    "no tensor": {"of": "zeros", "arguments": [[[10**6, 10**6]], {}]},
    "a call of a call to come": {"of": "tanh", "arguments": [[{"__tensor__": [5, 0]}], {}]},
    "a call of itself": {"of": "tanh", "arguments": [[{"__tensor__": [0, 0]}], {}]},
    "a tensor at a text": {"of": "tanh", "arguments": [[{"__tensor__": ["a", "b"]}], {}]},
    "an array of objects": {"of": "add", "arguments": [[TENSOR, {"__array__": [[None], "object"]}], {}]},
    "an array of text": {"of": "add", "arguments": [[TENSOR, {"__array__": [["a"], "U10"]}], {}]},
    "an array of bytes without end": {
        "of": "add",
        "arguments": [[TENSOR, {"__array__": [[1], "V1000000000"]}], {}],
    },
    "a dtype": {"of": "cast", "arguments": [[TENSOR, {"__dtype__": "object"}], {}]},
    "a name twice": {"of": "tanh", "arguments": [[TENSOR], {"x": TENSOR}]},
    "self": {"of": "tanh", "arguments": [[TENSOR], {"self": 1}]},
    "arguments that are none": {"of": "tanh", "arguments": 3},
    "too few arguments": {"of": "tanh", "arguments": [[TENSOR]]},
    "a layer by a text": {"of": "0", "arguments": [[TENSOR], {}]},
    "a layer by half": {"of": 0.5, "arguments": [[TENSOR], {}]},
    "a layer by truth": {"of": True, "arguments": [[TENSOR], {}]},
    "no target": {"arguments": [[TENSOR], {}]},
}


@pytest.mark.parametrize("name", ATTACKS)
def test_calls(tmp_path, name: str) -> None:
    refused(network(tmp_path / "m.safetensors", ATTACKS[name]))


def test_a_call_as_it_should_be(tmp_path) -> None:
    for call in (
        {"of": "operator.power", "arguments": [[TENSOR, 2], {}]},
        {
            "of": "operator.get_item",
            "arguments": [[TENSOR, {"__tuple__": [{"__slice__": [0, None, None]}, 1]}], {}],
        },
    ):
        load_model(network(tmp_path / "m.safetensors", call))


def test_a_cycle_cannot_be_written_down(tmp_path) -> None:
    """A call refers to calls before it alone, so no network of a file runs in a circle."""
    first = {"of": "tanh", "arguments": [[{"__tensor__": [1, 0]}], {}]}
    second = {"of": "tanh", "arguments": [[{"__tensor__": [0, 0]}], {}]}
    refused(network(tmp_path / "m.safetensors", first, second))


def test_outputs_that_are_none(tmp_path) -> None:
    call = {"of": "tanh", "arguments": [[TENSOR], {}]}
    for outputs in (3, "a", [], {}, {"__tuple__": []}, {"__tensor__": [-1, 9]}, {"__tensor__": [0]}, [[[3]]]):
        refused(network(tmp_path / "m.safetensors", call, outputs=outputs))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_no_operation_takes_time_or_memory_for_what_a_file_asks(tmp_path, canary: list[str]) -> None:
    """Operations with huge numbers where counts and shapes may stand, in a process of its own."""
    told = answer_of(canary, "operations_child", tmp_path / "m.safetensors", 4)
    assert told["slow"] == []
    assert told["other"] == []
    assert told["grown"] < 100
    assert told["cases"] > 800
