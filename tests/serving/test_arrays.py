"""Rows for models of every shape of inputs and outputs, and what their predictions look like."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ranvier import Input, Model, Sequential, layers
from ranvier.errors import ConfigurationError
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.refusals import Refusal


def predictions(model: ArrayModel, *requests: Any) -> list[Any]:
    return model.predict([model.read_rows(rows) for rows in requests])


def sums(names: Any) -> Model:
    """Two inputs a (3 numbers) and b (2 by 2 of them): their sums, as the outputs u and v."""
    a, b = Input((3,), name="a"), Input((2, 2), name="b")
    total = layers.Dense(1, use_bias=False, kernel_initializer="ones", name="u")
    inside = layers.Dense(1, use_bias=False, kernel_initializer="ones", name="v")(layers.Flatten()(b))
    outputs = {"u": total(a), "v": inside}
    return Model(
        {"b": b, "a": a} if names is dict else [a, b], outputs if names is dict else list(outputs.values())
    )


@pytest.mark.parametrize("structure", [dict, list])
def test_several_inputs_and_outputs(structure: Any) -> None:
    model = ArrayModel(sums(structure), "sums")
    rows = [{"a": [1, 2, 3], "b": [[1, 1], [1, 1]]}, {"b": [[0, 0], [0, 9]], "a": [0, 0, 0.5]}]
    columns = {"a": [[1, 1, 1]], "b": [[[2, 2], [2, 2]]]}
    expected = [[[6.0], [4.0]], [[0.5], [9.0]], [[3.0], [8.0]]]
    if structure is dict:
        expected = [dict(zip("uv", row, strict=True)) for row in expected]
    assert predictions(model, rows, columns) == expected
    assert model.description.row["required"] == ["a", "b"]
    assert predictions(model, [model.description.example])
    for wrong, sentence in {
        "[1]": "Row 1: expected an object with a, b; received: 1.",
        '[{"a": [1, 2, 3]}]': "Row 1: expected a, b; received: a (without b).",
        '[{"a": 1, "b": 2, "c": 3}]': "Row 1: expected a, b; received: a, b, c (unknown: c).",
        '{"a": [[1, 2, 3]], "b": []}': "Expected a list of at least one row",
        '{"a": [[1, 2, 3]], "b": [[[1, 1], [1, 1]], [[1, 1], [1, 1]]]}': "rows; received: {'a': 1, 'b': 2}",
        '[{"a": [1, 2, 3], "b": [[1, 1], [1, "x"]]}]': "Row 1, b[1][1]: expected a number; received: 'x'.",
        '[{"a": [1, 2, 3], "b": [[1, 1], [1]]}]': "Row 1, b[1]: expected a list of 2 numbers; received: a list of 1.",
    }.items():
        with pytest.raises(Refusal) as caught:
            model.read_rows(json.loads(wrong))
        assert sentence in caught.value.sentence


def test_rows_of_any_length_are_predicted_with_those_of_the_same() -> None:
    model = ArrayModel(Sequential([Input((None, 2)), layers.Rescaling(2.0)]), "twice")
    short, long = model.read_rows([[[1, 2]], [[3, 4]]]), model.read_rows([[[1, 0], [3, 4]]])
    assert short.kind == model.read_rows([[[0, 0]]]).kind != long.kind
    assert model.predict([short]) + model.predict([long]) == [[[2, 4]], [[6, 8]], [[2, 0], [6, 8]]]
    with pytest.raises(Refusal, match="Row 2: expected a list of 1 lists; received: a list of 2"):
        model.read_rows([[[1, 2]], [[1, 2], [3, 4]]])
    with pytest.raises(Refusal, match="Row 1: expected a list of at least one lists; received: a list of 0"):
        model.read_rows([[]])
    assert "minItems" not in model.description.row
    assert model.description.row["items"]["minItems"] == 2


@pytest.mark.parametrize(
    ("dtype", "value", "sentence"),
    [
        ("int32", 1.5, "expected whole numbers from -2147483648 to 2147483647; received: 1.5."),
        ("uint8", 256, "expected whole numbers from 0 to 255; received: 256."),
        ("bool", 2, "expected 0 or 1; received: 2."),
        ("float16", 1e5, "expected finite numbers of at most 6.6e+04; received: 100000."),
    ],
)
def test_numbers_that_do_not_fit_the_dtype(dtype: str, value: float, sentence: str) -> None:
    model = ArrayModel(Sequential([Input((2,), dtype=dtype), layers.Rescaling(1.0)]), "same")
    rows = model.read_rows([[0, 1]])
    assert rows.values[0].dtype == dtype
    with pytest.raises(Refusal) as caught:
        model.read_rows([[0, 0], [0, value]])
    assert caught.value.sentence == f"Row 2, [1]: {sentence}"


def classifier(units: int, activation: str) -> Sequential:
    model = Sequential([Input((units,)), layers.Dense(units, use_bias=False, activation=activation)])
    model.set_weights([np.eye(units)])
    return model


def test_names_of_classes() -> None:
    row = np.log([[0.2, 0.7, 0.1]]).tolist()
    (soft,) = predictions(ArrayModel(classifier(3, "softmax"), "", "xyz"), row)
    assert soft == {
        "label": "y",
        "probability": pytest.approx(0.7),
        "probabilities": {"x": pytest.approx(0.2), "y": pytest.approx(0.7), "z": pytest.approx(0.1)},
    }
    (scored,) = predictions(ArrayModel(classifier(3, "linear"), "", "xyz"), [[1, -2, 3]])
    assert scored == {"label": "z", "score": 3.0, "scores": {"x": 1.0, "y": -2.0, "z": 3.0}}
    (several,) = predictions(ArrayModel(classifier(3, "sigmoid"), "", "xyz"), [[0, -9, 9]])
    assert several["labels"] == ["x", "z"]
    assert several["probabilities"]["x"] == 0.5
    (binary,) = predictions(ArrayModel(classifier(1, "sigmoid"), "", ["no", "yes"]), [np.log([3.0]).tolist()])
    assert binary["label"] == "yes"
    assert binary["probabilities"] == {"no": pytest.approx(0.25), "yes": pytest.approx(0.75)}
    with pytest.raises(ConfigurationError, match=r"\[\(None, 3\)\]; received 2 names: 'no', 'yes'"):
        ArrayModel(classifier(3, "softmax"), "", ["no", "yes"])


def test_an_answer_that_is_no_number() -> None:
    model = classifier(2, "linear")
    model.set_weights([np.full((2, 2), 3e38)])
    served = ArrayModel(model, "")
    with pytest.raises(Refusal, match="answers row 2 with NaN or infinity") as caught:
        predictions(served, [[0, 1], [3e38, 3e38]])
    assert caught.value.status == 500


def test_large_and_unusual_networks_are_predicted_by_the_program() -> None:
    model = Sequential([Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])
    served = ArrayModel(model, "")
    assert served.quick_rows == 0
    served.warm_up(1)
    rows = np.random.default_rng(0).normal(size=(5, 4, 4, 1))
    np.testing.assert_allclose(
        predictions(served, rows[:2].tolist(), rows[2:].tolist()), model.predict(rows, verbose=0), rtol=1e-5
    )
    assert ArrayModel(classifier(2, "linear"), "").quick_rows == 2**16
    with pytest.raises(Refusal, match="takes rows of numbers, not pictures"):
        served.read_pictures([b""])


def test_what_suits_no_example_is_served_all_the_same() -> None:
    large = ArrayModel(Sequential([Input((None, None, 1)), layers.Conv2D(1, 5), layers.Flatten()]), "")
    large.warm_up(8)  # the example has 3 pixels a side
    divided = Sequential([Input((2,)), layers.Lambda(lambda x: x / x.sum())])
    undefined = ArrayModel(divided, "")
    undefined.warm_up(1)
    assert predictions(undefined, [[1, 3]]) == [[0.25, 0.75]]


def test_a_model_without_shape() -> None:
    with pytest.raises(ConfigurationError, match="shape of its inputs is not known"):
        ArrayModel(Sequential([layers.Dense(2)]), "")
