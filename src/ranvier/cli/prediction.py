"""``ranvier predict``: digits read from pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from ranvier.cli.exits import FAILED
from ranvier.errors import MissingExtraError, RanvierError
from ranvier.images import load_digit
from ranvier.report.run_folder import open_run
from ranvier.report.trained import model_of

_SHOWN = 3


def show_digits(path: Path, images: Sequence[Path], *, as_json: bool) -> None:
    """Print what each picture shows; a picture that cannot be read does not keep the others back.

    Args:
        path: The folder of the run.
        images: The pictures.
        as_json: Whether to print JSON.

    Raises:
        RanvierError: If the folder holds no run.
        click.exceptions.Exit: With the exit code 1, if a picture could not be read.
    """
    run = open_run(path)
    model = model_of(run)
    size = (run.settings.input.height, run.settings.input.width)
    read = [_read(image, size) for image in images]
    arrays = [found for found in read if not isinstance(found, str)]
    probabilities = iter(model.predict(np.stack(arrays), verbose=0) if arrays else ())
    answers = [
        {"file": str(image), "error": found}
        if isinstance(found, str)
        else {"file": str(image), **_answer(next(probabilities), run.settings.input.class_names)}
        for image, found in zip(images, read, strict=True)
    ]
    if as_json:
        click.echo(json.dumps(answers, indent=2, ensure_ascii=False))
    elif arrays:
        click.echo(_table([answer for answer in answers if "error" not in answer]))
    for answer in answers:
        if "error" in answer:
            click.echo(f"Error: {answer['error']}", err=True)
    if any("error" in answer for answer in answers):
        raise click.exceptions.Exit(FAILED)


def _read(image: Path, size: tuple[int, int]) -> np.ndarray[Any, Any] | str:
    """Return the picture in the form of the data set, or the sentence that says what is wrong with it."""
    try:
        return load_digit(image, size)
    except MissingExtraError:
        raise
    except RanvierError as error:
        sentence = str(error)
        return sentence if str(image) in sentence else f"{str(image)!r}: {sentence}"


def _answer(probabilities: np.ndarray[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    order = np.argsort(-probabilities, kind="stable")[:_SHOWN]
    top = [{"label": names[index], "probability": float(probabilities[index])} for index in order]
    return {**top[0], "top": top}


def _table(answers: Sequence[dict[str, Any]]) -> str:
    width = max(5, *(len(answer["file"]) for answer in answers))
    lines = [f"{'image':<{width}}  label  probability  next"]
    for answer in answers:
        others = ", ".join(f"{each['label']} ({each['probability']:.1%})" for each in answer["top"][1:])
        label = click.style(f"{answer['label']:>5}", bold=True)
        lines.append(f"{answer['file']:<{width}}  {label}  {answer['probability']:>11.1%}  {others}")
    return "\n".join(lines)
