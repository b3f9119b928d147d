"""Files that ask for more than they hold: sizes are checked before memory is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from tests.storage.attacks.children import answer_of
from tests.storage.attacks.readers import READERS
from tests.storage.attacks.sizes import ATTACKS, HARMLESS, MEGABYTE
from tests.storage.files import fitted_model

ROOM = 48 * MEGABYTE
"""What a process may grow by beside twice the size of a file: the allocator's, and that of first calls."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write an honest file, one that is large, and every attack."""
    folder = tmp_path_factory.mktemp("sizes")
    fitted_model().save(folder / "honest.safetensors")
    large = Sequential([Input((1500,)), *(Dense(1500) for _ in range(4))])
    large.compile("sgd", "mse")
    large.save(folder / "large.safetensors")
    paths = {name: folder / f"{number}.safetensors" for number, name in enumerate(ATTACKS)}
    for name, path in paths.items():
        ATTACKS[name](path)
    return {"honest": folder / "honest.safetensors", **paths, "large": folder / "large.safetensors"}


def test_nothing_takes_more_memory_than_twice_its_size(written: dict[str, Path], canary: list[str]) -> None:
    told = answer_of(
        canary, "sizes_child", next(iter(written.values())).parent, *(p.name for p in written.values())
    )
    names = {path.name: name for name, path in written.items()}
    answers: dict[str, dict[str, Any]] = {}
    for each in told:
        answers.setdefault(names[each["file"]], {})[each["reader"]] = each
    for name, of_readers in answers.items():
        size = _size_on_disk(written[name])
        for reader, each in of_readers.items():
            told_of = (name, reader, each)
            assert each["outcome"] in ("read", "refused"), told_of
            assert name == "honest" or each["grown"] < 2 * size + ROOM, told_of
        if name in ATTACKS and name not in HARMLESS:
            assert of_readers["load_model"]["outcome"] == "refused", name
    assert answers["large"]["load_model"]["outcome"] == "read"
    assert len(told) == len(READERS) * len(written)


def _size_on_disk(path: Path) -> int:
    return path.stat().st_blocks * 512


def test_weights_that_are_not_finite_are_read_with_a_warning(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    model = fitted_model()
    for value in (np.nan, np.inf, -np.inf):
        model.layers[0].kernel.assign(np.full((3, 4), value, np.float32))
        model.save(path)
        for name in ("load_model", "load_weights"):
            with pytest.warns(UserWarning, match="NaN or infinite, first in 'dense/kernel'"):
                READERS[name](path)
        READERS["inspect"](path)
