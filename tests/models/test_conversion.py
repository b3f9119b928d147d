from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, FileFormatError, FileWriteError, UnsupportedError
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential, conversion, convert_model, load_model, read_metadata
from ranvier.storage.inspection import inspect_file
from tests.storage.files import fitted_model, small_data, small_model
from tests.storage.golden.make import FOLDER


class Widened(Model):
    """A user's model, whose inputs are known once it was called."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = Dense(2)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


def saved(path: Path, **options: Any) -> Path:
    fitted_model().save(path, **options)
    return path


def test_everything_stays_in_a_file_that_can_hold_it(tmp_path) -> None:
    source = saved(tmp_path / "a.safetensors", metadata={"class_names": ["no", "yes"]})
    done = convert_model(source, tmp_path / "b.safetensors")
    assert (done.rows, done.difference, done.left_out) == (5, 0.0, ())
    one, other = load_model(source), load_model(tmp_path / "b.safetensors")
    assert int(other.optimizer.iterations) == int(one.optimizer.iterations) == 3
    assert read_metadata(tmp_path / "b.safetensors") == {"class_names": ["no", "yes"]}
    np.testing.assert_array_equal(
        one.predict(small_data()[0], verbose=0), other.predict(small_data()[0], verbose=0)
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", "b.safetensors"]


def test_weights_alone_and_what_they_leave_out(tmp_path) -> None:
    source = saved(tmp_path / "a.safetensors", metadata={"note": 1})
    done = convert_model(source, tmp_path / "b.weights.h5")
    assert done.left_out == (
        "the configuration of the model",
        "the optimizer with its state, the loss and the metrics",
        "the metadata 'note'",
    )
    model = small_model()
    model.load_weights(tmp_path / "b.weights.h5")
    np.testing.assert_array_equal(model.get_weights()[0], load_model(source).get_weights()[0])


def test_several_inputs_and_outputs_of_all_dtypes(tmp_path) -> None:
    number, image = Input((3,), name="number"), Input((None, None, 1), dtype="uint8", name="image")
    pixels = layers.GlobalAveragePooling2D()(layers.Rescaling(1 / 255.0)(image))
    joined = layers.Concatenate()([number, pixels])
    model = Model({"number": number, "image": image}, [Dense(1)(joined), Dense(2)(joined)])
    model.save(tmp_path / "a.safetensors")
    assert convert_model(tmp_path / "a.safetensors", tmp_path / "b.safetensors").rows == 5


def test_users_classes_and_models_whose_inputs_are_not_known(tmp_path) -> None:
    model = Widened()
    model(np.ones((1, 3), np.float32))
    model.save(tmp_path / "a.safetensors")
    custom = {"Widened": Widened}
    assert convert_model(tmp_path / "a.safetensors", tmp_path / "b.safetensors", custom).rows == 5
    with pytest.raises(FileFormatError, match="custom_objects"):
        convert_model(tmp_path / "a.safetensors", tmp_path / "c.safetensors")
    Sequential([Dense(2)]).save(tmp_path / "open.safetensors")
    done = convert_model(tmp_path / "open.safetensors", tmp_path / "c.safetensors")
    assert (done.rows, done.difference) == (0, 0.0)


def test_names_that_cannot_be_used(tmp_path) -> None:
    source = saved(tmp_path / "a.safetensors")
    with pytest.raises(ConfigurationError, match=r"ending in \.safetensors.*received: '.*b\.bin'"):
        convert_model(source, tmp_path / "b.bin")
    with pytest.raises(ConfigurationError, match="into itself"):
        convert_model(source, source, overwrite=True)
    (tmp_path / "b.safetensors").write_bytes(b"mine")
    with pytest.raises(ConfigurationError, match=r"exists already.*--force"):
        convert_model(source, tmp_path / "b.safetensors")
    assert (tmp_path / "b.safetensors").read_bytes() == b"mine"
    convert_model(source, tmp_path / "b.safetensors", overwrite=True)
    load_model(tmp_path / "b.safetensors")
    (tmp_path / "folder.keras").mkdir()
    with pytest.raises(ConfigurationError, match="existing folder"):
        convert_model(source, tmp_path / "folder.keras", overwrite=True)
    with pytest.raises(FileNotFoundError):
        convert_model(tmp_path / "missing.safetensors", tmp_path / "c.safetensors")
    fitted_model().save_weights(tmp_path / "w.safetensors")
    with pytest.raises(FileFormatError, match="weights without the model"):
        convert_model(tmp_path / "w.safetensors", tmp_path / "c.safetensors")


def test_a_file_that_predicts_something_else_is_not_kept(tmp_path, monkeypatch) -> None:
    source = saved(tmp_path / "a.safetensors")
    (tmp_path / "b.safetensors").write_bytes(b"mine")

    def wrong(path: Any, custom_objects: Any = None) -> Any:
        model = load_model(path, custom_objects)
        if Path(path) != source:
            model.layers[0].kernel.assign(model.layers[0].kernel.numpy() + 1)
        return model

    monkeypatch.setattr(conversion, "load_model", wrong)
    with pytest.raises(FileWriteError, match="would predict something else"):
        convert_model(source, tmp_path / "b.safetensors", overwrite=True)
    assert (tmp_path / "b.safetensors").read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", "b.safetensors"]


def test_what_it_was_compiled_with_and_cannot_be_written(tmp_path, monkeypatch) -> None:
    source = saved(tmp_path / "a.safetensors")
    save = Model.save

    def refusing(self: Any, path: Any, *args: Any, include_optimizer: bool = True, **kwargs: Any) -> None:
        if include_optimizer:
            raise UnsupportedError("no such optimizer there.")
        save(self, path, *args, include_optimizer=False, **kwargs)

    monkeypatch.setattr(Model, "save", refusing)
    (told,) = convert_model(source, tmp_path / "b.safetensors").left_out
    assert told.startswith("the optimizer with its state")
    assert "no such optimizer there" in told
    assert not load_model(tmp_path / "b.safetensors").compiled


@pytest.mark.parametrize("suffix", [".py", ".onnx"])
def test_programs_hold_what_is_needed_to_predict(tmp_path, suffix: str) -> None:
    source = saved(tmp_path / "a.safetensors", metadata={"class_names": ["no", "yes"], "note": 1})
    done = convert_model(source, tmp_path / f"b{suffix}")
    assert done.difference is None
    assert done.left_out == ("the optimizer with its state, the loss and the metrics", "the metadata 'note'")
    report = inspect_file(tmp_path / f"b{suffix}")
    assert (report.holds, report.name) == ("program", "sequential")
    assert report.writer.lower().startswith("ranvier ")
    if suffix == ".onnx":
        assert report.class_names == ["no", "yes"]
        assert report.parameters == 26
        assert report.layers[0].shape == (None, 3)
        assert [each.kind for each in report.layers[:3]] == ["Input", "Gemm", "Relu"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", f"b{suffix}"]


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_to_keras_and_back_nothing_is_lost(tmp_path, suffix: str) -> None:
    source = saved(tmp_path / "a.safetensors", metadata={"class_names": ["no", "yes"]})
    there = convert_model(source, tmp_path / f"b{suffix}")
    back = convert_model(tmp_path / f"b{suffix}", tmp_path / "c.safetensors")
    assert there.left_out == back.left_out == ()
    assert there.difference == back.difference == 0.0
    one, other = load_model(source), load_model(tmp_path / "c.safetensors")
    assert int(one.optimizer.iterations) == int(other.optimizer.iterations) == 3
    for first, second in zip(one.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(first.numpy(), second.numpy())
    assert read_metadata(tmp_path / "c.safetensors") == {"class_names": ["no", "yes"]}


@pytest.mark.parametrize(
    "name", ["keras-3.15-trained.keras", "keras-3.15-trained.h5", "keras-3.15-graph.keras"]
)
def test_files_that_keras_wrote(tmp_path, name: str) -> None:
    done = convert_model(FOLDER / name, tmp_path / "a.safetensors")
    assert (done.rows, done.left_out) == (5, ())


def test_what_keras_cannot_hold_is_named(tmp_path) -> None:
    inputs = Input((3,))
    Model(inputs, Dense(2, kernel_constraint=half)(inputs)).save(tmp_path / "a.safetensors")
    custom = {"half": half}
    convert_model(tmp_path / "a.safetensors", tmp_path / "b.safetensors", custom)
    with pytest.raises(FileFormatError, match="half"):
        convert_model(tmp_path / "a.safetensors", tmp_path / "b.keras")
    assert not (tmp_path / "b.keras").exists()


def half(w: Any) -> Any:
    return w / 2


def test_a_folder_that_is_missing_is_named_by_the_name_that_was_given(tmp_path: Path) -> None:
    small_model().save(tmp_path / "a.safetensors")
    with pytest.raises(FileWriteError, match=re.escape(f"'{tmp_path / 'no' / 'b.h5'}' could not be written")):
        convert_model(tmp_path / "a.safetensors", tmp_path / "no" / "b.h5")


def test_what_cannot_be_removed_does_not_hide_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_model().save(tmp_path / "a.safetensors")

    def refuse(self: Path, **_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(FileWriteError, match=re.escape(f"'{tmp_path / 'no' / 'b.h5'}' could not be written")):
        convert_model(tmp_path / "a.safetensors", tmp_path / "no" / "b.h5")
