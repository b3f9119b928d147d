from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import BackupAndRestore, LambdaCallback, ModelCheckpoint
from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.models import load_model
from ranvier.optimizers import Adam
from ranvier.optimizers.schedules import ExponentialDecay
from ranvier.random import set_random_seed
from ranvier.storage.backup import read_backup, save_backup
from tests.storage.files import edit_document, fitted_model, small_data, small_model


class StoppedError(Exception):
    pass


def stop_at(epoch: int) -> LambdaCallback:
    def stop(number: int, logs: Any = None) -> None:
        if number == epoch:
            raise StoppedError

    return LambdaCallback(on_epoch_begin=stop)


def train(callbacks: list[Any], **options: Any) -> Any:
    set_random_seed(3)
    model = small_model(**options)
    model.fit(*small_data(), epochs=5, batch_size=8, verbose=0, callbacks=callbacks)
    return model


def equal(first: Any, second: Any) -> bool:
    state = [
        model.get_weights() + [v.numpy() for v in model.optimizer.variables] for model in (first, second)
    ]
    return all(np.array_equal(one, other) for one, other in zip(*state, strict=True))


@pytest.mark.parametrize("rate", [0.01, ExponentialDecay(0.1, 3, 0.5)], ids=["constant", "schedule"])
def test_an_interrupted_training_continues_bit_for_bit(tmp_path, rate: Any) -> None:
    undisturbed = train([], optimizer=Adam(rate))
    with pytest.raises(StoppedError):
        train([BackupAndRestore(tmp_path / "backup"), stop_at(3)], optimizer=Adam(rate))
    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["latest.safetensors"]
    resumed = train([BackupAndRestore(tmp_path / "backup")], optimizer=Adam(rate))
    assert resumed.history.epoch == [0, 1, 2, 3, 4]
    assert resumed.history.history == undisturbed.history.history
    assert equal(undisturbed, resumed)
    assert not (tmp_path / "backup").exists()


def test_a_lowered_learning_rate_and_the_position_come_back(tmp_path) -> None:
    model = fitted_model()
    model.optimizer.learning_rate = 0.00123
    save_backup(str(tmp_path / "b"), model, epoch=4, step=2)
    other = small_model()
    backup = read_backup(str(tmp_path / "b"))
    assert (backup.epoch, backup.step) == (4, 2)
    backup.restore(other)
    assert float(other.optimizer.learning_rate) == 0.00123
    assert equal(model, other)


def test_numbers_that_callbacks_set_in_the_optimizer_come_back(tmp_path) -> None:
    model = fitted_model(optimizer=Adam(ExponentialDecay(0.1, 3, 0.5), weight_decay=0.01))
    model.optimizer.beta_1 = 0.5
    model.optimizer.weight_decay = 0.25
    model.optimizer.learning_rate = 0.125
    save_backup(str(tmp_path / "b"), model, epoch=1, step=0)
    other = small_model(optimizer=Adam(ExponentialDecay(0.1, 3, 0.5), weight_decay=0.01))
    read_backup(str(tmp_path / "b")).restore(other)
    optimizer = other.optimizer
    found = (optimizer.beta_1, optimizer.weight_decay, float(optimizer.learning_rate), optimizer.amsgrad)
    assert found == (0.5, 0.25, 0.125, False)


def test_what_is_remembered_comes_back_as_it_was(tmp_path) -> None:
    state = {
        "numbers": [1, 2.5, True, None, float("inf"), "text"],
        "curve": [float(number) / 3 for number in range(40)],
        3: (np.arange(3), [np.float32(1.1)]),
        ("a", 1): {},
    }
    save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0, state=state)
    found = read_backup(str(tmp_path / "b")).state
    assert found.keys() == state.keys()
    assert (found["numbers"], found["curve"], found["a", 1]) == (state["numbers"], state["curve"], {})
    array, (number,) = found[3]
    assert isinstance(found[3], tuple)
    assert array.tolist() == [0, 1, 2]
    assert number == np.float32(1.1)
    assert isinstance(number, np.float32)


def test_what_a_file_cannot_hold_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(UnsupportedError, match=r"received: <object .*Let `get_state` return those"):
        save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0, state={"a": [object()]})
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_read_again_is_not_written(tmp_path) -> None:
    endless: list[Any] = []
    endless.append(endless)
    many = [str(number) for number in range(1_500_000)]
    for state, words in (({"a": endless}, "holds itself"), ({"a": many}, "arrays rather than lists")):
        with pytest.raises(UnsupportedError, match=words):
            save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0, state=state)
    numbers = {"a": list(range(1_500_000))}
    save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0, state=numbers)
    assert read_backup(str(tmp_path / "b")).state == numbers


@pytest.mark.parametrize("values", [{"array": "state/9"}, {"unknown": 1}, [1], {"items": [1]}, {}])
def test_a_state_that_makes_no_sense_is_refused(tmp_path, values: Any) -> None:
    save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0)
    edit_document(tmp_path / "b", lambda document: document["state"].update(values=values))
    with pytest.raises(FileFormatError, match="what the training remembers makes no sense"):
        read_backup(str(tmp_path / "b"))


def test_a_backup_of_an_older_version_has_no_state(tmp_path) -> None:
    save_backup(str(tmp_path / "b"), fitted_model(), epoch=2, step=0)
    edit_document(tmp_path / "b", lambda document: document.pop("state"))
    assert read_backup(str(tmp_path / "b")).state == {}


def test_a_file_that_is_no_backup_is_refused(tmp_path) -> None:
    model = fitted_model()
    model.save(tmp_path / "m.safetensors")
    with pytest.raises(FileFormatError, match="no backup of a training, but a file of model"):
        read_backup(str(tmp_path / "m.safetensors"))
    save_backup(str(tmp_path / "b"), model, epoch=1, step=0)
    edit_document(tmp_path / "b", lambda document: document["position"].update(epoch=-1))
    with pytest.raises(FileFormatError, match="epoch and step"):
        read_backup(str(tmp_path / "b"))


def test_a_backup_of_another_architecture_is_refused(tmp_path) -> None:
    save_backup(str(tmp_path / "b"), fitted_model(), epoch=1, step=0)
    with pytest.raises(FileFormatError, match=r"\(3, 4\)|other shapes"):
        read_backup(str(tmp_path / "b")).restore(small_model(units=5))


@pytest.mark.parametrize("name", ["best.keras", "best.weights.h5", "{epoch}-{loss:.3f}.safetensors"])
def test_checkpoints_of_a_real_training(tmp_path, name: str) -> None:
    weights_only = "weights" in name
    checkpoint = ModelCheckpoint(
        tmp_path / name, monitor="loss", save_best_only=weights_only, save_weights_only=weights_only
    )
    model = train([checkpoint])
    files = sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert len(files) == (5 if "{" in name else 1)
    if weights_only:
        other = small_model()
        other.load_weights(files[-1])
        best = np.argmin(model.history.history["loss"])
        assert equal_weights(model, other) or best < 4
    else:
        assert equal(model, load_model(files[-1]))


def equal_weights(first: Any, second: Any) -> bool:
    return all(map(np.array_equal, first.get_weights(), second.get_weights()))


def test_no_file_is_a_pickle(tmp_path) -> None:
    model = fitted_model()
    model.save(tmp_path / "m.safetensors")
    model.save_weights(tmp_path / "w.safetensors")
    save_backup(str(tmp_path / "b"), model, epoch=0, step=0)
    package = Path(__file__).parents[2] / "src" / "ranvier" / "storage"
    modules = ("pickle", "marshal", "dill", "importlib")
    for path in package.rglob("*.py"):
        lines = path.read_text().splitlines()
        imports = [line for line in lines if line.strip().startswith(("import ", "from "))]
        assert not any(name in line for line in imports for name in modules), path
    assert {path.read_bytes()[8:9] for path in tmp_path.iterdir()} == {b"{"}
