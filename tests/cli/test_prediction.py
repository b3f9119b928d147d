from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ranvier.datasets import digits

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Digits of the test data as people send them: big, dark on light, as PNG and JPEG."""
    folder = tmp_path_factory.mktemp("pictures")
    (_, _), (x, y) = digits.load_data()
    found = {}
    for digit in (0, 3, 6, 9):
        ink = x[np.flatnonzero(y == digit)[0]] * (255 / 16)
        big = Image.fromarray((255 - ink).astype(np.uint8)).resize((240, 240), Image.Resampling.BICUBIC)
        page = Image.new("RGB", (420, 330), (250, 250, 245))
        page.paste(big.convert("RGB"), (90, 40))
        path = folder / (f"{digit}.png" if digit % 2 else f"{digit}.jpeg")
        page.save(path)
        found[str(digit)] = path
    return found


def test_pictures_are_read(line, trained: Path, pictures: dict[str, Path]) -> None:
    result = line("predict", trained, *pictures.values())
    assert result.exit_code == 0, result.output
    heading, *rows = result.stdout.splitlines()
    assert heading.split() == ["image", "label", "probability", "next"]
    assert [row.split()[:2] for row in rows] == [[str(path), digit] for digit, path in pictures.items()]
    assert all("%" in row for row in rows)


def test_pictures_as_json(line, trained: Path, pictures: dict[str, Path]) -> None:
    answers = json.loads(line("predict", trained, "--json", pictures["3"], pictures["3"]).stdout)
    assert [answer["file"] for answer in answers] == [str(pictures["3"])] * 2
    assert answers[0]["label"] == answers[0]["top"][0]["label"] == "3"
    probabilities = [each["probability"] for each in answers[0]["top"]]
    assert len(probabilities) == 3
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.5 < probabilities[0] <= sum(probabilities) <= 1.0001


def test_file_that_is_no_picture_does_not_keep_others_back(
    line, trained: Path, pictures: dict[str, Path], tmp_path: Path
) -> None:
    text, blank = tmp_path / "text.png", tmp_path / "blank.png"
    text.write_text("no picture")
    Image.new("L", (50, 50), 255).save(blank)
    arguments = ("predict", trained, text, pictures["6"], blank, tmp_path / "absent.png")
    result = line(*arguments)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].split()[:2] == [str(pictures["6"]), "6"]
    first, second, third = result.stderr.splitlines()
    assert (
        first
        == f"Error: Expected a picture such as a PNG or JPEG file; received: {str(text)!r}, which is none."
    )
    assert second == f"Error: {str(blank)!r}: The picture is blank: no digit stands out from its background."
    assert third.startswith(f"Error: There is no file {str(tmp_path / 'absent.png')!r}")
    answers = json.loads(line(*arguments, "--json").stdout)
    assert ["error" in answer for answer in answers] == [True, False, True, True]


def test_nothing_but_errors(line, trained: Path, tmp_path: Path) -> None:
    result = line("predict", trained, tmp_path / "absent.png")
    assert (result.exit_code, result.stdout) == (1, "")
