"""What a training leaves behind: its folder, its settings, its figures, and how good it is.

::

    from ranvier.report import open_run
    run = open_run("runs/2026-01-31-digits")
    run.settings.network.hidden, run.metrics()["test"]["accuracy"]
"""

from __future__ import annotations

from ranvier.report.classification import ClassificationReport, classification_report
from ranvier.report.run_folder import RunFolder, create_run, open_run
from ranvier.report.run_settings import InputSettings, NetworkSettings, RunSettings, TrainingSettings
from ranvier.report.table_settings import ColumnSettings, SplitSettings, TableRunSettings, TableSettings

__all__ = [
    "ClassificationReport",
    "ColumnSettings",
    "InputSettings",
    "NetworkSettings",
    "RunFolder",
    "RunSettings",
    "SplitSettings",
    "TableRunSettings",
    "TableSettings",
    "TrainingSettings",
    "classification_report",
    "create_run",
    "open_run",
]
