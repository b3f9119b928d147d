"""Forecast a series twelve months ahead from the three years before, and beat two naive forecasts.

The series is made here: a trend, a yearly wave, a slow cycle whose turns last eight to fourteen years,
and noise. Windows slide over it; each is an example whose target is the month twelve steps later. On
years that it never saw, the network must beat "as in the same month now" and "as the last year's mean".
"""

from __future__ import annotations

import numpy as np

from ranvier.callbacks import EarlyStopping
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

WINDOW = 36
AHEAD = 12
MONTHS = 1200
TEST_MONTHS = 240


def made_series(seed: int = 0) -> np.ndarray:
    """Make a hundred years of monthly values, shape (months,)."""
    random = np.random.default_rng(seed)
    months = np.arange(MONTHS)
    wave = 2.0 * np.sin(2 * np.pi * months / 12)
    turns = [np.linspace(0, 2 * np.pi, length, endpoint=False) for length in random.integers(96, 169, 13)]
    cycle = 4.0 * np.sin(np.concatenate(turns)[:MONTHS])
    return 0.002 * months + wave + cycle + random.normal(0, 0.5, MONTHS)


def windows(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut a series into examples.

    Args:
        series: Shape (months,).

    Returns:
        Inputs of shape (examples, WINDOW) and targets of shape (examples,), AHEAD months later.
    """
    inputs = np.lib.stride_tricks.sliding_window_view(series, WINDOW)[:-AHEAD]
    return inputs, series[WINDOW - 1 + AHEAD :]


def main() -> float:
    """Train and return the error, relative to the better naive forecast (below 1 is better)."""
    set_random_seed(0)
    series = made_series()
    known, later = series[:-TEST_MONTHS], series[-TEST_MONTHS - WINDOW :]
    mean, scale = known.mean(), known.std()
    x_train, y_train = windows((known - mean) / scale)
    x_test, y_test = windows((later - mean) / scale)

    model = Sequential([Input((WINDOW,)), Dense(32, activation="relu"), Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(
        x_train,
        y_train,
        epochs=100,
        validation_split=0.15,  # the last rows: in a series, the future judges
        callbacks=[EarlyStopping(patience=10, restore_best_weights=True)],
        verbose=0,
    )

    def error(forecast: np.ndarray) -> float:
        return float(np.abs(forecast - y_test).mean() * scale)

    ours = error(model.predict(x_test, verbose=0)[:, 0])
    same_month = error(x_test[:, -1])
    average = error(x_test[:, -12:].mean(axis=1))
    print(f"Mean absolute error over {len(y_test)} months, a year ahead:")
    print(f"  as in the same month a year before  {same_month:.3f}")
    print(f"  the mean of the last twelve months  {average:.3f}")
    print(f"  the network                         {ours:.3f}")
    return ours / min(same_month, average)


if __name__ == "__main__":
    main()
