"""Pictures of digits, sent to a server that wants a token."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from ranvier import Input, Sequential, layers
from ranvier.datasets import digits
from ranvier.errors import ConfigurationError
from ranvier.images import prepare_digit
from ranvier.models import load_model, save_model
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.opening import Origin, open_served
from ranvier.serving.pictures import image_model
from ranvier.serving.refusals import Refusal
from tests.serving.processes import Server

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def pictures() -> dict[str, Image.Image]:
    """One picture of some digits, big and dark on light."""
    _, (x, y) = digits.load_data()
    return {
        str(digit): Image.fromarray(255 - 15 * x[np.flatnonzero(y == digit)[0]]).resize((160, 160))
        for digit in (0, 3, 6)
    }


def encoded(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def labels(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["label"] for each in response.json()["predictions"]]


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_as_the_body(
    pictures_server: Server, pictures: dict[str, Image.Image], digits_run: Path, kind: str
) -> None:
    body = encoded(pictures["6"], kind)
    response = pictures_server.client.post(
        "/predict", content=body, headers={"content-type": f"image/{kind}"}
    )
    assert labels(response) == ["6"]
    model = load_model(digits_run / "model.safetensors")
    image = prepare_digit(Image.open(io.BytesIO(body)), (8, 8))
    expected = model.predict(image[None].astype("float32"), verbose=0)[0]
    probabilities = response.json()["predictions"][0]["probabilities"]
    np.testing.assert_allclose(list(probabilities.values()), expected, rtol=1e-5)
    assert response.json()["predictions"][0]["probability"] == max(probabilities.values())
    assert list(probabilities) == [str(digit) for digit in range(10)]


def test_pictures_as_a_form(pictures_server: Server, pictures: dict[str, Image.Image]) -> None:
    files = [
        ("file", (f"{name}.png", encoded(picture, "png"), "image/png")) for name, picture in pictures.items()
    ]
    response = pictures_server.client.post("/predict", files=files, data={"comment": "three of them"})
    assert labels(response) == list(pictures)


def test_pixels_as_rows(pictures_server: Server) -> None:
    _, (x, y) = digits.load_data()
    response = pictures_server.client.post("/predict", json={"rows": x[:40].tolist()})
    assert np.mean(np.array(labels(response), int) == y[:40]) > 0.8
    bright = np.full((2, 8, 8), 16)
    bright[1, 2, 3] = 255
    refused = pictures_server.client.post("/predict", json={"rows": bright.tolist()})
    assert refused.status_code == 422
    assert refused.json()["error"] == ("Row 2, [2][3]: expected pixels from 0 to 16; received: 255.")


def bomb() -> bytes:
    """A small file of a picture of 100 million pixels."""
    return encoded(Image.new("1", (10_000, 10_000)), "png")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"no picture",
            "Picture 1: Expected a picture as PNG or JPEG or WEBP; received 10 bytes that are none.",
        ),
        (encoded(Image.new("L", (50, 50), 255), "png"), "Picture 1: The picture is blank"),
        (encoded(Image.new("L", (50, 50), 255), "gif"), "bytes that are none"),
        (bomb(), "Picture 1: Expected a picture of at most 16,777,216 pixels; received: 10000 by 10000."),
        (encoded(Image.effect_noise((90, 90), 90), "png")[:3000], "Picture 1: The picture cannot be read"),
    ],
    ids=["text", "blank", "gif", "bomb", "cut"],
)
def test_pictures_that_are_refused(pictures_server: Server, content: bytes, sentence: str) -> None:
    response = pictures_server.client.post("/predict", content=content, headers={"content-type": "image/png"})
    assert response.status_code == 422
    assert sentence in response.json()["error"]


def test_a_form_that_is_refused(pictures_server: Server) -> None:
    client = pictures_server.client
    empty = client.post("/predict", files={"file": (None, b"a field, no file")})
    assert (empty.status_code, "at least one file" in empty.json()["error"]) == (422, True)
    for kind in ("multipart/form-data", "multipart/form-data; boundary=other"):
        broken = client.post("/predict", content=b"--xx\r\nnonsense", headers={"content-type": kind})
        assert (broken.status_code, "The form cannot be read" in broken.json()["error"]) == (400, True)
    many = client.post("/predict", files=[("file", ("a", b"x"))] * 1025)
    assert many.status_code == 413


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", "Bearer", "Basic an-open-secret", "Bearer an-open-secret2"]
)
def test_the_token_is_wanted(pictures_server: Server, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    for path in ("/metadata", "/metrics", "/openapi.json", "/predict", "/absent"):
        response = httpx.get(f"{pictures_server.url}{path}", headers=headers)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, 'Bearer realm="ranvier"')
        assert "Authorization: Bearer TOKEN" in response.json()["error"]
    assert httpx.get(f"{pictures_server.url}/health", headers=headers).json() == {"status": "ok"}
    assert httpx.get(pictures_server.url, headers=headers).status_code == 200


def test_with_the_token_everything_is_shown(pictures_server: Server) -> None:
    assert pictures_server.client.get("/health").json()["model"]["name"] == "run"
    lower = httpx.get(
        f"{pictures_server.url}/metadata",
        headers={"authorization": "bearer an-open-secret", "host": "any.name"},
    )
    facts: dict[str, Any] = lower.json()
    assert facts["task"] == "pictures"
    assert facts["takes"] == [
        "application/json",
        "image/png",
        "image/jpeg",
        "image/webp",
        "multipart/form-data",
    ]
    assert facts["details"]["inputs"][0]["shape"] == [8, 8]
    answered = pictures_server.client.post("/predict", content=json.dumps([facts["example"]]), headers=JSON)
    assert answered.status_code == 200


def pixels_model(*shape: int) -> ArrayModel:
    """A network whose outputs are its inputs, in a row."""
    model = Sequential([Input(shape), layers.Flatten(), layers.Activation("linear")])
    return ArrayModel(model, "pixels")


def test_pictures_for_any_model_of_images() -> None:
    picture = Image.new("RGBA", (40, 20), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (20, 0, 40, 20))  # what is transparent becomes white
    for shape, largest, expected in (
        ((2, 4, 3), 1.0, [1, 0, 0] * 2 + [1, 1, 1] * 2),
        ((2, 4, 1), 255.0, [76] * 2 + [255] * 2),  # ITU-R BT.601: 0.299 of 255 for red
        ((2, 4), 1.0, [76 / 255] * 2 + [1] * 2),
    ):
        served = image_model(pixels_model(*shape), shape, largest)
        rows = served.read_pictures([encoded(picture, "png")] * 2)
        assert rows.values[0].shape == (2, *shape)
        channels = 3 if shape[-1] == 3 else 1
        first, second = (np.reshape(row, (2, 4, channels)) for row in served.predict([rows]))
        np.testing.assert_array_equal(first, second)
        edges = np.reshape(expected, (4, channels))[[0, 3]]
        np.testing.assert_allclose(first[:, [0, 3]], [edges, edges], atol=1e-6)
        assert served.description.details["drawn"] is False
        with pytest.raises(Refusal, match=f"expected pixels from 0 to {largest:g}; received: 256"):
            served.read_rows(np.full((1, *shape), 256).tolist())


@pytest.mark.parametrize("shape", [(3,), (None, 2, 3), (2, 2, 4), (2, 2, 2, 2)])
def test_models_that_take_no_pictures(shape: Any) -> None:
    with pytest.raises(ConfigurationError, match="`--pixels` is for models of images"):
        image_model(pixels_model(2, 2), shape, 1.0)


@pytest.mark.parametrize("largest", [0.0, -1.0, float("nan"), float("inf")])
def test_pixels_that_cannot_be(largest: float) -> None:
    with pytest.raises(ConfigurationError, match="is the value of white"):
        image_model(pixels_model(2, 2), (2, 2), largest)


def test_files_and_runs_are_opened_with_their_pixels(digits_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="knows its pixels; leave `--pixels` out"):
        open_served(Origin(digits_run, 255.0), 8)
    path = tmp_path / "m.safetensors"
    save_model(
        Sequential([Input((2, 2, 1)), layers.Flatten(), layers.Dense(2)]),
        path,
        metadata={"class_names": ["a", "b"]},
    )
    loaded = open_served(Origin(path, 255.0), 8)
    assert loaded.model.description.takes_pictures
    assert loaded.model.description.details["class_names"] == ["a", "b"]
    assert not open_served(Origin(path), 8).model.description.takes_pictures
