"""The trained model of a run."""

from __future__ import annotations

from typing import Any

from ranvier.errors import RunFolderError
from ranvier.models import load_model
from ranvier.report.run_folder import RunFolder


def model_of(run: RunFolder) -> Any:
    """Return the model of a run, ready to predict.

    Raises:
        RunFolderError: If it is missing, or does not belong to the settings beside it.
        FileFormatError: If its file is damaged.
    """
    model: Any = load_model(run.model_path, compile=False)
    image = run.settings.input
    expected = ((None, image.height, image.width), (None, len(image.class_names)))
    found = (getattr(model, "input_shape", None), getattr(model, "output_shape", None))
    if found != expected:
        raise RunFolderError(
            f"The model of the run {str(run.path)!r} does not fit its settings: from {expected[0]} to "
            f"{expected[1]} was expected; received: from {found[0]} to {found[1]}. Restore the files, or train again."
        )
    return model
