"""The table of a network; its text is compared with Keras' in the tests of models."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import layers
from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential
from ranvier.networks.summary import show, summary_text

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # in Keras itself


def network() -> Sequential:
    return Sequential(
        [Input((4,)), Dense(3, name="a_name_that_is_much_too_long_for_its_column"), Dense(2)], name="net"
    )


def test_what_is_too_long_is_cut() -> None:
    first = summary_text(network()).splitlines()[4:6]
    assert first[0].startswith("│ a_name_that_is_much_too_long_f… │")
    assert first[1].startswith("│ (Dense) ")


def test_the_width_follows_the_line_length() -> None:
    for length in (50, 76, 120):
        lines = summary_text(network(), line_length=length).splitlines()
        assert len({len(line) for line in lines[1:8]}) == 1
        assert len(lines[1]) <= length


def test_a_line_too_short() -> None:
    with pytest.raises(ConfigurationError, match="The line is too short for a table of 3 columns"):
        summary_text(network(), line_length=10)


def test_totals() -> None:
    model = network()
    model.layers[0].trainable = False
    assert summary_text(model).splitlines()[-3:] == [
        " Total params: 23 (92.00 B)",
        " Trainable params: 8 (32.00 B)",
        " Non-trainable params: 15 (60.00 B)",
    ]


def test_the_text_goes_to_a_function() -> None:
    heard: list[str] = []
    show("text", heard.append)
    assert heard == ["text"]


def table(model: Any, **options: Any) -> list[str]:
    """The cells of a summary, without names that are numbered and without the style of a terminal."""
    lines: list[str] = []
    model.summary(print_fn=lambda text, **_: lines.extend(text.splitlines()), line_length=76, **options)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in lines[1:]]


def shared(library: Any, kind: Any) -> Any:
    one, other = library.Input((3,), name="one"), library.Input((3,), name="other")
    inner = kind(
        begin := library.Input((3,), name="begin"), library.Dense(2, name="deep")(begin), name="inner"
    )
    return kind([one, other], library.Add(name="sum")([inner(one), inner(other)]))


@pytest.mark.parametrize("options", [{}, {"expand_nested": True}, {"show_trainable": True}])
def test_a_model_that_is_called_twice_is_shown_as_keras_shows_it(options: Any) -> None:
    ours, theirs = shared(layers, Model), shared(keras.layers, keras.Model)
    assert table(ours, **options) == table(theirs, **options)


def own(library: Any, kind: Any) -> Any:
    class Own(kind):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.hidden = library.Dense(5, name="hidden")
            self.last = library.Dense(1, name="last")

        def call(self, inputs: Any) -> Any:
            return self.last(self.hidden(inputs))

    return Own()


def test_the_layers_of_a_class_show_shapes_once_it_has_run() -> None:
    ours, theirs = own(layers, Model), own(keras.layers, keras.Model)
    assert "?" in "".join(table(ours))
    x = np.ones((1, 4), "float32")
    ours.predict(x, verbose=0)
    theirs(x)
    # Keras shows the number of rows that it saw; here any number will do.
    assert table(ours) == [re.sub(r"\(1, (\d)\)   ", r"(None, \1)", line) for line in table(theirs)]


def test_what_an_optimizer_holds_is_counted_as_keras_counts_it() -> None:
    found = []
    for library, kind in ((layers, Sequential), (keras.layers, keras.Sequential)):
        model = kind([library.Input((3,)), library.Dense(2)])
        model.compile("adam", "mse")
        model.fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
        found.append([line for line in table(model) if line][-4:])
    assert "Optimizer params" in found[0][-1]
    assert found[0] == found[1]
