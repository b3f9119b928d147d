"""Curves of a training: loss and metrics over the epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, DataTypeError, unknown_name
from ranvier.plots.style import BLUE, INK, VERMILLION, MaxNLocator, new_figure, quieten, set_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_VALIDATION = "val_"
_NOT_METRICS = ("epoch", "learning_rate", "lr")
_FEW_EPOCHS = 30  # up to so many every epoch gets a dot
_COLUMNS = 2
_ABBREVIATIONS = frozenset({"auc", "mae", "mape", "mse", "msle", "r2", "rmse"})


def history_curves(history: Any, metrics: Sequence[str] | None = None, title: str | None = None) -> Figure:
    """Draw loss and metrics over the epochs, training and validation together.

    The epoch with the lowest validation loss is marked in every panel.

    Args:
        history: What ``fit`` returned; or a mapping of names to one value per epoch, where
            ``val_loss`` belongs to ``loss``; or a data frame with such columns. Where validation ran
            every few epochs its values are spread over them.
        metrics: Names to draw, without ``val_``; all of them, the loss first, when None.
        title: A title over the panels.

    Returns:
        The figure, a panel per name.

    Raises:
        DataTypeError: If ``history`` is something else.
        DataError: If it holds no epoch.
        UnknownNameError: If a name of ``metrics`` is not in it.

    Example:
        >>> figure = history_curves({"loss": [0.9, 0.4, 0.2], "val_loss": [0.8, 0.5, 0.4]})
    """
    series = _series(history)
    first = _first_epoch(history, series)
    names = _names(series, metrics)
    columns = min(_COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure = new_figure(5.2 * columns, 3.4 * rows + (0.4 if title else 0.0))
    panels = np.ravel(figure.subplots(rows, columns, squeeze=False))
    best = _best_epoch(series)
    for axes, name in zip(panels, names, strict=False):
        _draw(axes, name, series, best, first)
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    if title:
        figure.suptitle(title, x=0.01, ha="left", color=INK, fontsize=13, fontweight="bold")
    return figure


def _series(history: Any) -> dict[str, np.ndarray[Any, Any]]:
    table = getattr(history, "history", history)
    if not hasattr(table, "keys"):
        raise DataTypeError(
            "`history_curves` expects what `fit` returned, or a mapping such as {'loss': [0.9, 0.4]}; "
            f"received: {type(history).__name__}."
        )
    try:
        series = {str(name): np.asarray(table[name], np.float64).reshape(-1) for name in table.keys()}  # noqa: SIM118
    except (TypeError, ValueError) as error:
        raise DataTypeError(f"`history_curves` expects one number per epoch: {error}.") from error
    if not any(values.size for values in series.values()):
        raise DataError("The history is empty: no epoch was trained.")
    return series


def _names(series: dict[str, np.ndarray[Any, Any]], metrics: Sequence[str] | None) -> list[str]:
    known = list(dict.fromkeys(name.removeprefix(_VALIDATION) for name in series if name not in _NOT_METRICS))
    if metrics is None:
        return sorted(known, key=lambda name: name != "loss")
    if isinstance(metrics, str) or not metrics:
        raise ConfigurationError(f"`metrics` must be a list of names; received: {metrics!r}.")
    for name in metrics:
        if name not in known and name not in series:
            raise unknown_name("metric of the history", name, known)
    return list(metrics)


def _first_epoch(history: Any, series: dict[str, np.ndarray[Any, Any]]) -> int:
    """Return the number, from 1, of the first epoch; a training that was continued starts later."""
    epochs = getattr(history, "epoch", None)
    if not isinstance(epochs, list) or len(epochs) != max(len(values) for values in series.values()):
        return 1
    return int(epochs[0]) + 1


def _best_epoch(series: dict[str, np.ndarray[Any, Any]]) -> int | None:
    """Return the position of the epoch with the lowest validation loss, from 0."""
    losses = series.get("val_loss", np.empty(0))
    if len(losses) < 2 or not np.isfinite(losses).any():
        return None
    return int(_places("val_loss", series)[np.nanargmin(losses)])


def _places(name: str, series: dict[str, np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """Return the positions, from 0, of the epochs that a series has values for."""
    count = len(series[name])
    total = max(len(values) for values in series.values())
    return np.arange(1, count + 1) * total // max(count, 1) - 1


def _draw(
    axes: Axes, name: str, series: dict[str, np.ndarray[Any, Any]], best: int | None, first: int
) -> None:
    curves = (
        (name, "training", BLUE, "-", "o"),
        (f"{_VALIDATION}{name}", "validation", VERMILLION, (0, (4, 1.5)), "s"),
    )
    for key, label, colour, line, marker in curves:
        if key not in series:
            continue
        epochs = first + _places(key, series)
        axes.plot(
            epochs,
            series[key],
            color=colour,
            linestyle=line,
            linewidth=1.8,
            marker=marker if len(epochs) <= _FEW_EPOCHS else None,
            markersize=4,
            label=label,
        )
    if best is not None:
        label = f"best, epoch {first + best}"
        axes.axvline(first + best, color=INK, linewidth=0.8, linestyle=":", zorder=0, label=label)
    quieten(axes)
    set_title(axes, _title(name))
    axes.set_xlabel("epoch", color=INK, fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0.03, y=0.08)
    axes.legend(frameon=False, fontsize=9, labelcolor=INK)


def _title(name: str) -> str:
    """Return what a metric is called: ``"Log loss"``, ``"RMSE"``."""
    words = [word.upper() if word in _ABBREVIATIONS else word for word in name.split("_")]
    return f"{words[0][:1].upper()}{words[0][1:]}{''.join(f' {word}' for word in words[1:])}"
