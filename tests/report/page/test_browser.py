from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.report.page.building import page_of
from ranvier.report.page.rendering import render

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def _browse(folder: Path, page: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            *options,
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )


@pytest.fixture
def page(results: Any, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render(page_of(results("classification"))), encoding="utf-8")
    return path


def test_the_page_in_a_browser(page: Path, tmp_path: Path) -> None:
    content = _browse(tmp_path, page, "--dump-dom").stdout.decode()
    # What a hostile name asks for has not been done, and the rest stands where it should.
    assert "<title>price &lt;script&gt;" in content  # the script would have renamed it
    assert content.count("<section>") == 6
    assert content.count("<svg") >= 6
    assert "<script" not in content
    assert "<img" not in content


@pytest.mark.parametrize(("scheme", "brightness"), [("1", (200, 256)), ("0", (10, 80))])
def test_light_and_dark(page: Path, tmp_path: Path, scheme: str, brightness: tuple[int, int]) -> None:
    from PIL import Image

    picture = tmp_path / "page.png"
    _browse(
        tmp_path,
        page,
        f"--blink-settings=preferredColorScheme={scheme}",
        f"--screenshot={picture}",
        "--window-size=900,1200",
    )
    pixels = np.asarray(Image.open(picture).convert("L"), np.float64)
    assert brightness[0] <= np.median(pixels) < brightness[1]
    assert pixels.std() > 10


def test_print(page: Path, tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    _browse(tmp_path, page, f"--print-to-pdf={document}")
    assert document.read_bytes().startswith(b"%PDF")
    assert document.stat().st_size > 20_000
