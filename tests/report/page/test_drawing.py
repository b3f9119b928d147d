from __future__ import annotations

import re

from ranvier import plots
from ranvier.report.page.drawing import themed


def test_colours_are_those_of_the_page() -> None:
    svg = themed(plots.history_curves({"loss": [3.0, 2.0, 1.0], "val_loss": [3.0, 2.5, 2.6]}), "curves")
    assert svg.startswith('<svg role="img" style="max-width: ')
    assert "var(--blue)" in svg
    assert "var(--ink)" in svg
    assert not re.search(r"#[0-9a-fA-F]{6}", svg)
    assert "DejaVu" not in svg
    assert not re.search(r"<svg[^>]* (width|height)=", svg)


def test_words_are_left_alone() -> None:
    name = '#0072B2 id="x" url(#y) <b>'
    svg = themed(plots.importances([name], [1.0]), "importances")
    assert '#0072B2 id="x" url(#y) &lt;b&gt;<' in svg


def test_parts_are_named_after_the_figure() -> None:
    svg = themed(plots.prediction_errors([1.0, 2.0], [1.5, 2.0]), "residuals")
    assert set(re.findall(r'id="(\w+)-', svg)) == {"residuals"}
    assert all(target.startswith("residuals-") for target in re.findall(r"(?:href=\"|url\()#([\w-]+)", svg))
