"""What several commands say in the same words."""

from __future__ import annotations

import numpy as np

from ranvier.report.classification import ClassificationReport


def headline(report: ClassificationReport) -> str:
    """Return the line that says how good the predictions are."""
    right = int(np.trace(report.confusion))
    return f"Test accuracy {report.accuracy:.4f} ({right:,} of {report.rows:,}), loss {report.loss:.4f}"
