"""Files of every format, opened to be served."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ranvier.models import load_model
from ranvier.serving.opening import Origin, open_served
from tests.storage.files import fitted_model
from tests.storage.golden.make import FOLDER, inputs_of


@pytest.mark.parametrize(
    "name", ["keras-2.12-trained.keras", "keras-2.15-trained.h5", "keras-3.15-trained.keras"]
)
def test_files_of_keras(name: str) -> None:
    served = open_served(Origin(FOLDER / name), 4)
    x = inputs_of("trained")
    answers = served.model.predict([served.model.read_rows(x.tolist())])
    np.testing.assert_allclose(answers, load_model(FOLDER / name).predict(x, verbose=0), rtol=1e-6)


@pytest.mark.parametrize("suffix", [".safetensors", ".keras", ".h5"])
def test_names_of_classes(tmp_path: Path, suffix: str) -> None:
    fitted_model().save(tmp_path / f"m{suffix}", metadata={"class_names": ["no", "yes"]})
    model = open_served(Origin(tmp_path / f"m{suffix}"), 4).model
    answers = model.predict([model.read_rows([[0.0, 0.0, 0.0]])])
    assert "yes" in str(answers)
