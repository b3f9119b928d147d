"""Tables with all that real ones have, for the tests of this folder."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def awkward(rows: int = 90) -> pd.DataFrame:
    """Return a frame of numbers, texts, truth values and dates, some missing, one infinite."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "size": generator.normal(5.0, 2.0, rows),
            "count": generator.integers(0, 9, rows),
            "colour": generator.choice(["red", "green", "blue"], rows),
            "town": generator.choice([f"town {number}" for number in range(15)], rows),
            "open": generator.choice([True, False], rows),
            "day": pd.Timestamp("2021-01-01") + pd.to_timedelta(generator.integers(0, 900, rows), "h"),
            "same": 1,
        }
    )
    frame.loc[::7, "size"] = np.nan
    frame.loc[3, "size"] = np.inf
    frame.loc[::11, "colour"] = None
    frame.loc[5, "day"] = pd.NaT
    return frame


def labels_of(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return two classes that depend on two columns."""
    large = frame["size"].fillna(0.0).to_numpy() > 5.0
    return np.where(large ^ (frame["colour"] == "red").to_numpy(), "yes", "no")
