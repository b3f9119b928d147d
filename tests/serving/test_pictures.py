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

from ranvier.datasets import digits
from ranvier.images import prepare_digit
from ranvier.models import load_model
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
    assert refused.json()["error"] == (
        "Row 2, [2][3]: expected pixels from 0, for paper, to 16, for full ink; received: 255."
    )


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
