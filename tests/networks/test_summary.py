"""The table of a network; its text is compared with Keras' in the tests of models."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.networks.summary import show, summary_text


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
