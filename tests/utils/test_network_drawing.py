from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ranvier.errors import ConfigurationError, NotBuiltError, UnsupportedError
from ranvier.layers import Concatenate, Conv2D, Dense, Dropout, Flatten, Input
from ranvier.models import Model, Sequential
from ranvier.utils import model_to_dot, plot_model
from ranvier.utils.network_boxes import Shown, draw_network


def chain() -> Sequential:
    return Sequential([Input((8,)), Dense(4, activation="relu"), Dropout(0.1), Dense(2)])


def branching() -> Model:
    numbers, image = Input((8,), name="numbers"), Input((6, 6, 1), name="image")
    encoder = Sequential([Input((8,)), Dense(3)], name="encoder")
    pixels = Flatten()(Conv2D(2, 3)(image))
    joined = Concatenate()([encoder(numbers), encoder(numbers * 2.0), pixels])
    return Model([numbers, image], [Dense(1)(joined), Dense(2)(joined)])


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_chain() -> None:
    figure = plot_model(chain(), None)
    assert texts(figure) == ["InputLayer", "Dense", "Dropout", "Dense"]
    assert figure.get_figheight() > figure.get_figwidth()
    sideways = plot_model(chain(), None, rankdir="LR")
    assert sideways.get_figwidth() > sideways.get_figheight()


def test_everything_written() -> None:
    model = chain()
    model.layers[0].trainable = False
    figure = plot_model(
        model,
        None,
        show_shapes=True,
        show_dtype=True,
        show_layer_names=True,
        show_layer_activations=True,
        show_trainable=True,
    )
    first = texts(figure)[texts(figure).index("Dense") :][:12]
    rows = ["dense", "activation", "relu", "dtype", "float32", "in", "(None, 8)", "out", "(None, 4)"]
    assert first == ["Dense", *rows, "trainable", "no"]


def test_boxes_and_arrows_of_a_branching_network() -> None:
    drawing = draw_network(branching(), Shown(names=True))
    titles = [box.title for box in drawing.boxes]
    assert titles.count("Sequential") == 2
    assert sum("encoder (call 2)" in value for box in drawing.boxes for _, value in box.lines) == 1
    joined = titles.index("Concatenate")
    assert sum(last == joined for _, last in drawing.arrows) == 3
    assert sum(first == joined for first, _ in drawing.arrows) == 2


def test_nested_models_are_opened() -> None:
    closed = texts(plot_model(branching(), None))
    opened = texts(plot_model(branching(), None, expand_nested=True))
    assert opened.count("Dense") == closed.count("Dense") + 2


def test_features_from_within() -> None:
    model = chain()
    drawing = draw_network(Model(model.layers[0].output, model.output), Shown(shapes=True))
    assert sorted(box.title for box in drawing.boxes) == ["Dense", "Dropout", "Input"]


class OwnCall(Model):
    def __init__(self) -> None:
        super().__init__()
        self.first = Dense(3)
        self.second = Dense(2)

    def call(self, inputs: Any) -> Any:
        return self.second(self.first(inputs))


def test_a_model_with_its_own_call() -> None:
    model = OwnCall()
    with pytest.raises(NotBuiltError, match="cannot be drawn before its input shape is known"):
        plot_model(model, None)
    model.build((None, 4))
    assert texts(plot_model(model, None)) == ["OwnCall"]
    assert texts(plot_model(model, None, expand_nested=True)) == ["Dense", "Dense"]


@pytest.mark.parametrize("name", ["net.png", "net.svg", "net.pdf"])
def test_files(tmp_path: Path, name: str) -> None:
    plot_model(branching(), tmp_path / name, dpi=50)
    beginning = (tmp_path / name).read_bytes()[:60]
    assert {"png": b"PNG", "svg": b"<?xml", "pdf": b"%PDF"}[name[-3:]] in beginning


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"to_file": "net.dot"}, r"must end in one of .*received: 'net\.dot'"),
        ({"to_file": None, "rankdir": "BL"}, "Unknown direction of a drawing"),
        ({"to_file": None, "show_shape": True}, "does not know the argument 'show_shape'"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        plot_model(chain(), **arguments)


def test_no_text_for_graphviz() -> None:
    with pytest.raises(UnsupportedError, match="writes no text for Graphviz"):
        model_to_dot(chain())
