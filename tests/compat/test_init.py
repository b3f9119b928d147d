"""``install`` and what a program imports afterwards."""

from __future__ import annotations

import importlib
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import pytest

import ranvier
from ranvier import compat
from ranvier.compat import MissingModuleError, MissingNameError
from ranvier.errors import ConfigurationError, RanvierError, UnsupportedError

ALIASES = {
    "keras": "ranvier.keras",
    "keras.api": "ranvier.keras",
    "keras.api.layers": "ranvier.layers",
    "keras.layers": "ranvier.layers",
    "keras.ops": "ranvier.ops",
    "keras.preprocessing.sequence": "ranvier.compat.preprocessing.sequence",
    "keras.utils.np_utils": "ranvier.utils",
    "tensorflow": "ranvier.compat.tensorflow",
    "tensorflow.compat.v1": "ranvier.compat.tensorflow.compat.v1",
    "tensorflow.data": "ranvier.compat.tensorflow.data",
    "tensorflow.keras": "ranvier.keras",
    "tensorflow.keras.backend": "ranvier.backend",
    "tensorflow.keras.datasets.mnist": "ranvier.datasets.mnist",
    "tensorflow.keras.layers": "ranvier.layers",
    "tensorflow.keras.models": "ranvier.models",
    "tensorflow.keras.optimizers.legacy": "ranvier.optimizers",
    "tensorflow.keras.optimizers.schedules": "ranvier.optimizers.schedules",
    "tensorflow.nn": "ranvier.compat.tensorflow.nn",
    "tf_keras.losses": "ranvier.losses",
}

REFUSED = [
    ("import tensorflow.python.keras", "`tensorflow.keras` instead of"),
    ("from tensorflow.python.keras.layers import Dense", "`tensorflow.keras` instead of"),
    ("import tensorflow.strings", "`tensorflow.strings` is not offered"),
    ("from tensorflow import strings", "`tf.strings` is not offered"),
    ("from tensorflow.keras.layers import Denze", "Did you mean 'Dense'"),
    ("from tensorflow.keras import Sequentiel", "`keras.Sequentiel` is not offered.* 'Sequential'"),
    ("from tensorflow.keras.applications import VGG16", "Trained networks"),
    ("from keras.wrappers.scikit_learn import KerasClassifier", "`fit` and `predict`"),
    ("from keras.preprocessing.text import Tokenizer", "CountVectorizer"),
    ("from keras.src import layers", "the public name"),
    (
        "from keras.utils import image_utils",
        "`keras.utils.image_utils` is not offered.* has: CustomObjectScope",
    ),
    ("from keras.layers.experimental import preprocessing", "`keras.layers.experimental` is not offered"),
]


@pytest.mark.usefixtures("without_keras")
def test_modules_are_those_of_ranvier() -> None:
    assert compat.install(force=True) == ("tensorflow", "keras", "tf_keras")
    for alias, real in ALIASES.items():
        assert importlib.import_module(alias) is importlib.import_module(real), alias
    layers = importlib.import_module("ranvier.layers")
    assert layers.__spec__ is not None
    assert layers.__spec__.name == "ranvier.layers"


@pytest.mark.usefixtures("without_keras")
def test_the_imports_of_tutorials() -> None:
    compat.install(force=True)
    names: dict[str, Any] = {}
    exec(
        """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.utils import to_categorical
from keras import ops
from keras.layers.core import Dropout
from keras.utils import np_utils
import tensorflow.keras.backend as K
""",
        names,
    )
    assert names["tf"].keras is names["keras"]
    assert names["keras"].Sequential is names["Sequential"] is ranvier.Sequential
    assert names["keras"].layers.Dense is names["Dense"] is names["layers"].Dense
    assert names["K"] is ranvier.backend
    assert names["ops"] is ranvier.ops
    assert names["np_utils"] is ranvier.utils


@pytest.mark.usefixtures("without_keras")
@pytest.mark.parametrize(("statement", "sentence"), REFUSED)
def test_what_is_not_offered_says_so_at_its_import(statement: str, sentence: str) -> None:
    compat.install(force=True)
    with pytest.raises(MissingModuleError, match=sentence) as caught:
        exec(statement, {})
    assert isinstance(caught.value, ImportError)
    assert isinstance(caught.value, UnsupportedError)


@pytest.mark.usefixtures("without_keras")
def test_names_that_are_missing_can_be_asked_for() -> None:
    compat.install(force=True)
    keras = importlib.import_module("keras")
    tensorflow = importlib.import_module("tensorflow")
    assert not hasattr(keras, "no_such_name")
    assert not hasattr(tensorflow, "no_such_name")
    with pytest.raises(MissingNameError, match=r"`tf\.GradientTape` is not offered.*jax\.grad") as caught:
        tensorflow.GradientTape()
    assert isinstance(caught.value, AttributeError)
    assert isinstance(caught.value, RanvierError)


@pytest.mark.usefixtures("without_keras")
def test_an_installed_package_is_left_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    found = PathFinder.find_spec

    def as_installed(name: str, *rest: Any) -> Any:
        return (
            object()
            if name == "keras"
            else None
            if name in ("tensorflow", "tf_keras")
            else found(name, *rest)
        )

    monkeypatch.setattr(PathFinder, "find_spec", as_installed)
    assert compat.install() == ("tensorflow", "tf_keras")
    assert importlib.import_module("tensorflow.keras") is ranvier.keras


@pytest.mark.usefixtures("without_keras")
def test_nothing_to_answer_for(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(sys.meta_path)
    monkeypatch.setattr(PathFinder, "find_spec", lambda *_: object())
    assert compat.install() == ()
    assert sys.meta_path == before


@pytest.mark.usefixtures("without_keras")
def test_a_package_in_use_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", sys)
    with pytest.raises(ConfigurationError, match="has been imported already"):
        compat.install(force=True)


@pytest.mark.usefixtures("without_keras")
def test_installing_twice_and_uninstalling() -> None:
    before = list(sys.meta_path)
    compat.install(force=True)
    compat.install(force=True)
    assert len(sys.meta_path) == len(before) + 1
    importlib.import_module("tensorflow.keras.layers")
    compat.uninstall()
    assert sys.meta_path == before
    assert not [name for name in sys.modules if name.startswith("tensorflow")]


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from ranvier import compat; compat.install(force=True)\n"
        "import tensorflow as tf\n"
        "from tensorflow import keras\n"
        "print(tf.__version__, [name for name in ('jax', 'sklearn', 'matplotlib') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "2.20.0+ranvier []"


@pytest.mark.usefixtures("without_keras")
def test_a_program_runs_as_python_runs_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "beside.py").write_text("VALUE = 7\n")
    script = tmp_path / "program.py"
    script.write_text(
        "import sys\n"
        "import beside\n"
        "from tensorflow.keras.layers import Dense\n"
        "if __name__ == '__main__':\n"
        "    print(sys.argv[1:], beside.VALUE, Dense(3).units, __file__ == sys.argv[0])\n"
    )
    argv, path, finders = list(sys.argv), list(sys.path), list(sys.meta_path)
    compat.run(script, ["--epochs", 3])
    assert capsys.readouterr().out.strip() == "['--epochs', '3'] 7 3 True"
    assert (sys.argv, sys.path, sys.meta_path) == (argv, path, finders)
    sys.modules.pop("beside", None)


@pytest.mark.usefixtures("without_keras")
def test_the_end_of_a_program_passes_through(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(SystemExit) as caught:
        compat.run(str(script))
    assert caught.value.code == 3


@pytest.mark.usefixtures("without_keras")
def test_a_program_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match="There is no program"):
        compat.run("no_such_program.py")


@pytest.mark.usefixtures("without_keras")
def test_a_whole_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        """
import numpy as np
import tensorflow as tf
from tensorflow import keras

tf.random.set_seed(0)
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (x.sum(axis=1) > 0).astype("int32")

def soft_error(y_true, y_pred):
    return tf.reduce_mean(tf.square(tf.cast(y_true, tf.float32) - y_pred), axis=-1)

inputs = keras.Input(shape=(4,))
hidden = tf.nn.relu(keras.layers.Dense(8)(inputs))
outputs = keras.layers.Dense(1, activation=tf.nn.sigmoid)(hidden)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.05), loss=soft_error, metrics=["accuracy"])
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64).batch(16).prefetch(tf.data.AUTOTUNE)
history = model.fit(data, epochs=20, verbose=0)
print("improved", history.history["loss"][-1] < 0.5 * history.history["loss"][0], len(data))
"""
    )
    compat.run(script)
    assert capsys.readouterr().out.strip() == "improved True 4"
