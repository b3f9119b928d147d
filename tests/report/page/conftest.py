from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ranvier.report.scores import classification_scores, regression_scores
from ranvier.report.table_results import Importance, TableResults
from ranvier.report.table_settings import ColumnSettings, SplitSettings, TableRunSettings, TableSettings
from ranvier.tables.columns import Column
from ranvier.tables.statistics import statistics_of

ROWS = 120
ATTACK = '<script>document.title="owned"</script>'
IMAGE = '"><img src=x onerror="document.title=\'owned\'">'
COLUMNS = {
    "area": "integer",
    ATTACK: "number",
    "city & town": "text",
    "sold": "date",
    "${7*7} {{7*7}}": "boolean",
}
CLASSES = ("no", IMAGE, "$x^2$ `maybe`")


def _frame(generator: np.random.Generator) -> Any:
    days = np.datetime64("2020-01-01") + generator.integers(0, 900, ROWS).astype("timedelta64[D]")
    values = [
        generator.integers(30, 200, ROWS),
        generator.normal(size=ROWS),
        generator.choice(["Oslo", IMAGE, "]]>", None], ROWS),
        pa.array(days.astype("datetime64[us]")),
        generator.random(ROWS) > 0.5,
    ]
    return pa.table(dict(zip(COLUMNS, values, strict=True)))


@pytest.fixture
def results() -> Callable[..., TableResults]:
    """Build results whose names and values are hostile."""

    def build(task: str, **changes: Any) -> TableResults:
        generator = np.random.default_rng(0)
        frame = _frame(generator)
        statistics = [
            statistics_of(Column(name, kind), frame.column(name))  # type: ignore[arg-type]
            for name, kind in COLUMNS.items()
        ]
        if task == "classification":
            predicted = generator.dirichlet(np.ones(3), ROWS)
            y = generator.integers(0, 3, ROWS)
            flat = np.full((ROWS, 3), 1 / 3)
            scores = {
                "Ranvier": classification_scores(y, predicted),
                "linear model": classification_scores(y, predicted),
                "most frequent class": classification_scores(y, flat),
            }
        else:
            y = generator.normal(size=ROWS)
            predicted = y + 0.1 * generator.normal(size=ROWS)
            scores = {
                "Ranvier": regression_scores(y, predicted),
                "linear model": regression_scores(y, 0.5 * y),
                "mean": regression_scores(y, np.zeros(ROWS)),
            }
        target = f"price {ATTACK}"
        statistics.append(statistics_of(Column(target, "number"), pa.array(y)))
        settings = TableRunSettings(
            data_set="houses",
            task=task,  # type: ignore[arg-type]
            seed=3,
            created="2026-01-31T12:00:00+00:00",
            table=TableSettings(
                path=f"houses {IMAGE}.csv",
                rows=600,
                target=target,
                target_type="number",
                columns=tuple(ColumnSettings(name, kind, None) for name, kind in list(COLUMNS.items())[:-1]),  # type: ignore[arg-type]
                left_out={list(COLUMNS)[-1]: "has the same value in every row"},
                delimiter=",",
                encoding="utf-8",
                header=True,
                decimal=".",
                thousands=None,
                missing=("", "NA"),
            ),
            split=SplitSettings(0.2, None, 480, ROWS),
            model={},
        )
        importances = {
            name: Importance(0.1 * number, 0.01, 0.2) for number, name in enumerate(list(COLUMNS)[:-1])
        }
        history = {"loss": [0.9, 0.5, 0.4], "val_error": [0.5, 0.3, 0.35]}
        values: dict[str, Any] = {
            "settings": settings,
            "kinds": {"city & town": "category"},
            "statistics": statistics,
            "remarks": [f"{ATTACK!r} looks odd. `--drop {ATTACK}` leaves it out, `this is not closed."],
            "class_names": CLASSES if task == "classification" else None,
            "y_true": y,
            "predicted": predicted,
            "scores": scores,
            "history": history,
            "best_epoch": 2,
            "seconds": 75.4,
            "interrupted": False,
            "importances": importances,
            "test_frame": frame.select(list(COLUMNS)[:-1]),
            "test_rows": np.arange(1, ROWS + 1) * 5,
            "command": f"ranvier train 'houses {IMAGE}.csv' --target 'price'",
            "plan": f"[data]\ntarget = '{ATTACK}'\n",
        }
        return TableResults(**(values | changes))

    return build
