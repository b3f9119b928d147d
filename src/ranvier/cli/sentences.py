"""What several commands say in the same words."""

from __future__ import annotations

import shlex

import numpy as np

from ranvier.report.classification import ClassificationReport
from ranvier.report.run_folder import RunFolder


def resume_command(run: RunFolder, *, plots: bool = True) -> str:
    """Return the command that continues the training of a run."""
    words = ["ranvier", "train", "--resume", str(run.path), *(() if plots else ("--no-plots",))]
    return shlex.join(words)


def headline(report: ClassificationReport) -> str:
    """Return the line that says how good the predictions are."""
    right = int(np.trace(report.confusion))
    return f"Test accuracy {report.accuracy:.4f} ({right:,} of {report.rows:,}), loss {report.loss:.4f}"
