"""Files changed at random: each is read, or refused with an error of Ranvier's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storage.fuzz.mutation import Chosen, changed_file
from tests.storage.fuzz.target import SEEDS, attempt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="alarms of POSIX")

# The same cases in every run; `scripts/fuzz` tries others.
QUIET = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", SEEDS)
def test_readers_take_or_refuse_every_file(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    # Files of Keras 2 take many of the ways that those of Keras 3 take.
    often = settings(QUIET, max_examples=60 if name.startswith("keras-2") else 200)

    @often
    @given(st.binary(min_size=32, max_size=300))
    def try_one(choices: bytes) -> None:
        content = changed_file(SEEDS[name], Path(name).suffix, Chosen(choices))
        attempt(content, name, folder)

    try_one()
