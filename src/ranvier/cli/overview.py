"""``ranvier summary``: the network, the settings and the results of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ranvier.errors import RunFolderError
from ranvier.report.run_folder import RunFolder, open_run
from ranvier.report.trained import model_of

_NO_RESULTS = "not recorded"


def show_summary(path: Path) -> None:
    """Print the network, the settings and the results of a run.

    Args:
        path: The folder of the run.

    Raises:
        RanvierError: If it holds no run.
    """
    run = open_run(path)
    if run.told.kind == "table":
        # What reads tables need not be imported for a run on images.
        from ranvier.cli.tables.summary import show_table_summary

        show_table_summary(run)
        return
    model = model_of(run)
    model.summary(print_fn=click.echo)
    rows = {**_settings(run), **_results(run)}
    width = max(map(len, rows))
    click.echo("\n".join(f" {name:<{width}}  {value}" for name, value in rows.items()))


def _settings(run: RunFolder) -> dict[str, str]:
    settings, chosen, image = run.settings, run.settings.training, run.settings.input
    versions = ", ".join(f"{name} {version}" for name, version in settings.versions.items())
    return {
        "Run": str(run.path),
        "Begun": settings.created,
        "Data set": f"{settings.data_set}, {image.height} by {image.width} pixels from {image.smallest} to "
        f"{image.largest}",
        "Classes": ", ".join(image.class_names),
        "Hidden": f"{', '.join(map(str, settings.network.hidden)) or 'none'}; {settings.network.activation}, "
        f"dropout {settings.network.dropout:g}",
        "Training": f"{chosen.optimizer}, learning rate {chosen.learning_rate:g}, batches of {chosen.batch_size}, "
        f"at most {chosen.epochs} epochs, patience {chosen.patience or 'none'}, seed {settings.seed}",
        "Versions": versions,
    }


def _results(run: RunFolder) -> dict[str, str]:
    try:
        metrics = run.metrics()
    except RunFolderError:
        return {"Results": _NO_RESULTS}
    test, best, last = (_part(metrics, name) for name in ("test", "best_epoch", "last_epoch"))
    ended = ", stopped by Ctrl-C" if metrics.get("interrupted") else ""
    return {
        "Epochs": f"{last.get('epoch', _NO_RESULTS)}{ended}; best {best.get('epoch') or 'none'}",
        "Validation": _scores(best, "val_accuracy", "val_loss"),
        "Test": _scores(test, "accuracy", "loss"),
    }


def _part(metrics: dict[str, Any], name: str) -> dict[str, Any]:
    part = metrics.get(name)
    return part if isinstance(part, dict) else {}


def _scores(part: dict[str, Any], accuracy: str, loss: str) -> str:
    found = (part.get(accuracy), part.get(loss))
    if not all(isinstance(number, int | float) for number in found):
        return _NO_RESULTS
    return f"accuracy {found[0]:.4f}, loss {found[1]:.4f}"
