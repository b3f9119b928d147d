from __future__ import annotations

import pytest

from ranvier.report import (
    ColumnSettings,
    InputSettings,
    NetworkSettings,
    RunSettings,
    SplitSettings,
    TableRunSettings,
    TableSettings,
    TrainingSettings,
)


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


@pytest.fixture
def table_settings() -> TableRunSettings:
    return TableRunSettings(
        data_set="houses",
        task="regression",
        seed=3,
        created="2026-01-31T12:00:00+00:00",
        table=TableSettings(
            path="houses.csv",
            rows=10,
            target="price",
            target_type="number",
            columns=(ColumnSettings("area", "integer", None), ColumnSettings("sold", "date", "%d.%m.%Y")),
            left_out={"id": "different in every row"},
            delimiter=",",
            encoding="utf-8",
            header=True,
            decimal=".",
            thousands=None,
            missing=("", "NA"),
        ),
        split=SplitSettings(0.2, None, 8, 2),
        model={"epochs": 3},
    )
