from __future__ import annotations

import io

import numpy as np
import pytest

from ranvier.training.callbacks.event_records import summary_event
from ranvier.training.callbacks.weight_summaries import weight_histogram, weight_image

event_pb2 = pytest.importorskip("tensorboard.compat.proto.event_pb2")
images = pytest.importorskip("PIL.Image")


def parsed(value: bytes):
    return event_pb2.Event.FromString(summary_event(0.0, 0, value)).summary.value[0]


def test_a_histogram_counts_every_entry() -> None:
    entries = np.random.default_rng(0).normal(size=(20, 10))
    histogram = parsed(weight_histogram("w", entries)).histo
    counts, edges = np.histogram(entries, bins=30)
    np.testing.assert_array_equal(histogram.bucket[1:], counts)
    np.testing.assert_allclose(histogram.bucket_limit, edges, rtol=1e-6)
    assert histogram.num == 200
    np.testing.assert_allclose(histogram.sum_squares, np.square(entries).sum())


def test_what_is_not_finite_is_left_out() -> None:
    assert parsed(weight_histogram("w", np.array([1.0, np.nan, np.inf]))).histo.num == 1
    assert parsed(weight_histogram("w", np.array([np.nan]))).histo.num == 0


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ([[0.0, 1.0, 0.5]], [[0, 255, 128]]),
        ([[-1.0], [3.0]], [[0, 255]]),
        ([2.0, 2.0], [[0, 0]]),
        ([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [[0, 102, 204], [51, 153, 255]]),
        ([[0.0, np.nan, 1.0]], [[0, 0, 255]]),
    ],
)
def test_a_picture_reaches_from_black_to_white(weight, expected) -> None:
    image = parsed(weight_image("w", np.array(weight)) or b"").image
    pixels = np.asarray(images.open(io.BytesIO(image.encoded_image_string)))
    np.testing.assert_array_equal(pixels, expected)
    assert (image.height, image.width) == np.shape(expected)


@pytest.mark.parametrize("shape", [(2, 3, 4), (0, 3)])
def test_what_is_no_plane_has_no_picture(shape) -> None:
    assert weight_image("w", np.ones(shape)) is None
