#!/usr/bin/env python3
"""Remake docs/images/table-report.png: the page of a real run on a table, as Chromium shows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "table-report.png"
SIZE = (1180, 1330)
WIDTH = 1000
COLOURS = 160


def main() -> None:
    """Write the table, train on it, and take the picture."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("Chromium is needed; on Debian: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_table(folder / "houses.csv")
        command = ["ranvier.cli", "train", "houses.csv", "--target", "price", "-o", "run", "--no-plots"]
        subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True)
        picture = folder / "page.png"
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--screenshot={picture}",
        ]
        size = f"--window-size={SIZE[0]},{SIZE[1]}"
        subprocess.run([browser, *options, size, (folder / "run" / "report.html").as_uri()], check=True)
        shot = Image.open(picture).convert("RGB")
        small = shot.resize((WIDTH, round(shot.height * WIDTH / shot.width)), Image.Resampling.LANCZOS)
        small.quantize(COLOURS).save(TARGET, optimize=True)


def _write_table(path: Path) -> None:
    """Write houses whose price per square metre depends on the town, the year and the season, with gaps."""
    random = np.random.default_rng(0)
    worth = {"Oslo": 92, "Bergen": 58, "Trondheim": 55, "Stavanger": 50, "Tromsø": 61}
    lines = ["id,area,town,built,garden,floor,sold,price"]
    for number in range(3000):
        area, town = (
            int(random.gamma(6, 18)) + 20,
            str(random.choice(list(worth), p=[0.4, 0.2, 0.15, 0.15, 0.1])),
        )
        built, floor = int(random.integers(1890, 2024)), int(random.integers(0, 9))
        garden = floor == 0 and random.random() < 0.7
        day = np.datetime64("2019-01-01") + int(random.integers(0, 2500))
        season = 1 + 0.08 * np.sin(2 * np.pi * int(day.astype(int)) / 365)
        charm = 1.25 if built < 1920 else 0.85 + 0.003 * max(built - 1960, 0)
        view = 0.02 * floor if town in ("Bergen", "Tromsø") else 0.0
        price = (
            area**0.9 * worth[town] * charm * season * (1 + 0.15 * garden + view) * random.lognormal(0, 0.07)
        )
        gap = random.random() < 0.08
        cells = (
            number,
            area,
            town,
            "" if gap else built,
            "yes" if garden else "no",
            floor,
            day,
            round(price, 1),
        )
        lines.append(",".join(map(str, cells)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
