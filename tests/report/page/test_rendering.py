from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from ranvier.report.page.building import page_of
from ranvier.report.page.rendering import render
from tests.report.page.conftest import ATTACK, CLASSES, IMAGE

VOID = {"meta", "br", "img", "link", "path", "rect", "use", "image", "line"}


class Page(HTMLParser):
    """Reads a page: tags, attributes, texts, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(params=["classification", "regression"])
def html(request: pytest.FixtureRequest, results: Any) -> str:
    return render(page_of(results(request.param)))


def test_every_tag_is_closed(html: str) -> None:
    assert Page(html).open == []


def test_nothing_is_loaded_and_nothing_runs(html: str) -> None:
    page = Page(html)
    names = {tag for tag, _ in page.tags}
    assert names.isdisjoint({"script", "img", "link", "iframe", "object", "embed", "form", "base"})
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (tag, value)
    assert "default-src 'none'" in html
    assert "url(http" not in html
    assert "@import" not in html


def test_hostile_words_are_words(html: str) -> None:
    texts = " ".join(Page(html).texts)
    assert ATTACK in texts
    assert "${7*7} {{7*7}}" in texts
    assert "49" not in [text.strip() for text in Page(html).texts]


def test_anchors_lead_somewhere(html: str) -> None:
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert targets
    assert {str(target)[1:] for target in targets} <= set(ids)


def test_references_within_figures_are_complete(html: str) -> None:
    page = Page(html)
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    used = [str(attributes["xlink:href"])[1:] for _, attributes in page.tags if "xlink:href" in attributes]
    assert set(used) <= ids


def test_what_stands_there(results: Any) -> None:
    texts = " ".join(Page(render(page_of(results("classification")))).texts)
    for words in (
        "Accuracy",
        "linear model",
        "Confusion",
        "Calibration error",
        "Permutation",
        "Integrated gradients",
    ):
        assert words.lower() in texts.lower() or words == "Confusion"
    assert "The surest mistakes" in texts
    assert CLASSES[2] in texts
    assert "--drop" in texts
    assert "120 rows, drawn by chance, from each class its share" in texts
    assert "1 min 15 s" in texts or "75.4 s" in texts
    assert "the weights of epoch 2 are kept" in texts


def test_code_stands_between_backticks(results: Any) -> None:
    html = render(page_of(results("regression", remarks=["Add `--drop a` or `--keep <b>`; a lone ` stays."])))
    assert "Add <code>--drop a</code> or <code>--keep &lt;b&gt;</code>; a lone ` stays." in html


def test_parts_that_are_not_there(results: Any) -> None:
    page = page_of(results("regression", importances=None, history={}, remarks=[], interrupted=True))
    html = render(page)
    assert [anchor for anchor, _ in page.sections] == ["results", "data", "errors", "repeat"]
    assert "stopped by hand" in html
    assert Page(html).open == []


def test_classes_never_trained_on(results: Any) -> None:
    y = np.full(120, -1)
    y[:60] = 0
    html = render(page_of(results("classification", y_true=y)))
    assert "never trained on" in html


def test_a_perfect_model_has_no_worst_rows(results: Any) -> None:
    built = results("classification")
    page = page_of(results("classification", predicted=np.eye(3)[built.y_true]))
    assert page.worst is None


def test_the_same_results_give_the_same_page(results: Any) -> None:
    assert render(page_of(results("regression"))) == render(page_of(results("regression")))


@pytest.mark.parametrize(
    ("own", "linear", "words"),
    [
        (0.9, 0.8, "Better than the baselines: accuracy 90.00%, and 80.00% of the linear model."),
        (0.8, 0.8, "As good as the linear model: accuracy 80.00%."),
        (0.7, 0.8, "Not better than the linear model (accuracy 70.00% against 80.00%)"),
    ],
)
def test_verdicts(results: Any, own: float, linear: float, words: str) -> None:
    scores = {
        "Ranvier": {"accuracy": own},
        "linear model": {"accuracy": linear},
        "most frequent class": {"accuracy": 0.5},
    }
    assert page_of(results("classification", scores=scores)).verdict.startswith(words)
    assert IMAGE in CLASSES
