from __future__ import annotations

import operator

import pytest

from ranvier import activations, ops
from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.layers import Input
from ranvier.networks.operations import named_operation, operation_name
from ranvier.symbolic import Operation

X = Input((3,))
CALLS = {
    **{
        name: getattr(operator, name)(X, X)
        for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
    },
    **{name: getattr(operator, name)(X, X) for name in ("lt", "le", "gt", "ge")},
    **{name: getattr(operator, name)(X) for name in ("neg", "abs")},
    "getitem": X[0],
    "relu": activations.relu(X),
    "gelu": activations.gelu(X),
    "log_softmax": activations.log_softmax(X),
    "add_op": ops.add(X, X),
    "mean": ops.mean(X, axis=-1),
}


@pytest.mark.parametrize("name", CALLS)
def test_operations_are_found_again_by_name(name: str) -> None:
    operation = CALLS[name].node.operation
    assert named_operation(operation_name(operation)).function is operation.function or name in (
        "relu",
        "log_softmax",
    )


def test_operators_and_operations_of_one_name_stay_apart() -> None:
    assert operation_name(CALLS["add"].node.operation) == "operator.add"
    assert operation_name(CALLS["add_op"].node.operation) == "add"


def test_unknown_operations() -> None:
    with pytest.raises(UnsupportedError, match="'mine', which a file cannot name"):
        operation_name(Operation(lambda x: x, "mine"))
    with pytest.raises(FileFormatError, match=r"not known here.*Did you mean 'mean'"):
        named_operation("meen")
    with pytest.raises(FileFormatError, match="not known here"):
        named_operation(["mean"])
