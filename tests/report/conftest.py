from __future__ import annotations

import pytest

from ranvier.report import InputSettings, NetworkSettings, RunSettings, TrainingSettings


@pytest.fixture
def settings() -> RunSettings:
    return RunSettings(
        data_set="digits",
        seed=7,
        created="2026-01-31T12:00:00+00:00",
        input=InputSettings(8, 8, 0, 16, ("0", "1")),
        network=NetworkSettings((64, 32), "relu", 0.0),
        training=TrainingSettings(100, 32, "adam", 0.001, None, 0.1),
    )
