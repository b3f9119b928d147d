"""Names in a file that stand for something of another kind, or for more than a name."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier import initializers, layers, losses, metrics, optimizers, regularizers
from ranvier.errors import FileFormatError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential, load_model
from ranvier.optimizers import schedules
from ranvier.registry import custom_object_scope
from tests.storage.attacks.readers import refused
from tests.storage.attacks.test_code import PLACES
from tests.storage.files import edit_document, fitted_model, join, small_model, split

called: list[Any] = []


def command(*args: Any, **kwargs: Any) -> Any:
    """A user's function that a file has no business to call."""
    called.append((args, kwargs))


class Session:
    """A user's class that a file has no business to open."""

    def __init__(self, **kwargs: Any) -> None:
        called.append(kwargs)


class Speaking(Session):
    """Another one, which has a configuration."""

    def get_config(self) -> dict[str, Any]:
        return {}


class Own(layers.Layer):
    """A user's layer, loadable where a layer is due."""

    def __init__(self, **kwargs: Any) -> None:
        called.append(kwargs)
        super().__init__(**kwargs)

    def call(self, inputs: Any) -> Any:
        return inputs


class OwnLoss(losses.Loss):
    """A user's loss."""

    def __init__(self, **kwargs: Any) -> None:
        called.append(kwargs)
        super().__init__(**kwargs)


class OwnModel(Sequential):
    """A user's model."""


GIVEN: dict[str, Any] = {
    "Session": Session,
    "Speaking": Speaking,
    "command": command,
    "Own": Own,
    "OwnLoss": OwnLoss,
    "eval": eval,
    "print": print,
    "type": type,
    "open": open,
    "__import__": __import__,
}
CONFIGURED = (
    "a layer",
    "an initializer",
    "a regularizer",
    "a constraint",
    "an activity regularizer",
    "the optimizer",
    "a learning rate",
    "the loss",
    "a metric",
    "a weighted metric",
)
WRONG = [
    (place, name)
    for place in CONFIGURED
    for name in GIVEN
    if (place, name) not in {("a layer", "Own"), ("the loss", "OwnLoss"), ("a metric", "OwnLoss")}
    and (place, name) != ("a weighted metric", "OwnLoss")
    # Any callable object of a user's own may be one of these.
    and name != "Speaking"
]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("honest") / "m.safetensors"
    fitted_model().save(path)
    return path.read_bytes()


def test_names_of_another_kind_are_not_called(tmp_path, honest: bytes) -> None:
    called.clear()
    for place, name in WRONG:
        for described in (
            {"class_name": name, "config": {"command": "echo attacked"}},
            {"class_name": "Dense", "config": {}, "registered_name": name},
        ):
            path = tmp_path / "m.safetensors"
            path.write_bytes(honest)
            edit_document(path, lambda document, at=place, what=described: PLACES[at](document, what))
            with pytest.raises(FileFormatError):
                load_model(path, custom_objects=GIVEN)
            with custom_object_scope(GIVEN):
                refused(path)
    assert called == []


def test_a_users_own_parts_are_called_where_they_belong(tmp_path, honest: bytes) -> None:
    called.clear()
    path = tmp_path / "m.safetensors"
    path.write_bytes(honest)
    own = {"class_name": "Own", "name": "own", "config": {"name": "own"}, "registered_name": None}
    edit_document(path, lambda document: document["model"]["config"]["layers"].insert(1, own))
    assert isinstance(load_model(path, custom_objects=GIVEN).layers[0], Own)
    assert called == [{"name": "own"}]


KINDS: dict[str, Any] = {
    "kernel_initializer": [layers.Dense, losses.MeanSquaredError, optimizers.Adam, regularizers.L1],
    "kernel_regularizer": [layers.Dense, initializers.Zeros, metrics.Mean],
    "kernel_constraint": [layers.Dense, losses.MeanSquaredError],
    "optimizer": [layers.Dense, losses.MeanSquaredError, schedules.CosineDecay],
    "loss": [layers.Dense, optimizers.SGD, metrics.Mean, initializers.Zeros],
    "metrics": [layers.Dense, optimizers.SGD, initializers.Zeros],
    "rate": [layers.Dense, optimizers.SGD, losses.MeanSquaredError],
}


@pytest.mark.parametrize("argument", KINDS)
def test_ranviers_own_classes_of_another_kind(tmp_path, honest: bytes, argument: str) -> None:
    """Each by its plain name, by one it would have in Keras, and handed over under the name."""
    for kind in KINDS[argument]:
        described = {"class_name": kind.__name__, "config": {}, "registered_name": f"keras>{kind.__name__}"}
        path = tmp_path / "m.safetensors"
        path.write_bytes(honest)

        def change(document: dict[str, Any], what: Any = described) -> None:
            if argument in ("optimizer", "loss"):
                document["compile"][argument] = what
            elif argument == "metrics":
                document["compile"]["metrics"] = [what]
            elif argument == "rate":
                document["compile"]["optimizer"]["config"]["learning_rate"] = what
            else:
                document["model"]["config"]["layers"][1]["config"][argument] = what

        edit_document(path, change)
        refused(path)
        with pytest.raises(FileFormatError):
            load_model(path, custom_objects={kind.__name__: kind})


PATHS = (
    "../../escape",
    "..",
    ".",
    "/etc/passwd",
    "a/b",
    "nul\x00l",
    "\\\\host\\share",
    "C:evil",
    "a" * 5000,
    "\x1b[2J",
)


@pytest.mark.parametrize("name", PATHS, ids=range(len(PATHS)))
def test_names_of_layers_are_no_paths(tmp_path, name: str) -> None:
    """A name is text: it either stays one, in this file and the next, or the file is refused."""
    path = tmp_path / "m.safetensors"
    Sequential([Input((3,)), Dense(2, name="first"), Dense(2, name="second")]).save(path)

    def change(document: dict[str, Any]) -> None:
        layer = document["model"]["config"]["layers"][1]
        layer["name"] = layer["config"]["name"] = name

    edit_document(path, change)
    before = {each.relative_to(tmp_path) for each in tmp_path.rglob("*")}
    if "/" in name:
        refused(path, "without '/'")
    else:
        model = load_model(path)
        model.save(tmp_path / "again.safetensors")
        assert load_model(tmp_path / "again.safetensors").layers[0].name == name
        (tmp_path / "again.safetensors").unlink()
    assert {each.relative_to(tmp_path) for each in tmp_path.rglob("*")} == before


def test_names_of_arrays_are_no_paths(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    small_model().save(path)
    header, data = split(path)
    for name in PATHS:
        changed = {
            (f"weights/{name}/kernel" if key == "weights/dense/kernel" else key): value
            for key, value in header.items()
        }
        join(path, changed, data)
        refused(path, None, "load_model", "load_weights", "inspect")
