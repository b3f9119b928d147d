from __future__ import annotations

import struct

import pytest

from ranvier.training.callbacks import event_records

event_pb2 = pytest.importorskip("tensorboard.compat.proto.event_pb2")


@pytest.mark.parametrize(
    ("data", "expected"),
    # The check value of CRC-32C, and two vectors of RFC 3720, appendix B.4.
    [(b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (b"", 0)],
)
def test_checksum(data: bytes, expected: int) -> None:
    assert event_records.checksum(data) == expected


def test_masked_checksum() -> None:
    # 0xE3069283 rotated right by 15 bits is 0x2507C60D; plus 0xA282EAD8.
    assert event_records.masked_checksum(b"123456789") == 0xC78AB0E5


def test_record() -> None:
    data = b"some data"
    framed = event_records.record(data)
    assert struct.unpack("<Q", framed[:8]) == (9,)
    assert framed[12:21] == data
    assert len(framed) == 8 + 4 + 9 + 4


def test_the_first_event_names_the_version() -> None:
    event = event_pb2.Event.FromString(event_records.file_version_event(12.5))
    assert (event.wall_time, event.file_version) == (12.5, "brain.Event:2")


@pytest.mark.parametrize("step", [0, 1, 127, 128, 300, 2**31, 2**40])
def test_scalar(step: int) -> None:
    value = event_records.scalar_value("epoch_größe", 0.25)
    event = event_pb2.Event.FromString(event_records.summary_event(12.5, step, value))
    assert (event.wall_time, event.step) == (12.5, step)
    assert [(each.tag, each.simple_value) for each in event.summary.value] == [("epoch_größe", 0.25)]


def parsed(value: bytes):
    return event_pb2.Event.FromString(event_records.summary_event(0.0, 0, value)).summary.value[0]


def test_histogram() -> None:
    histogram = parsed(event_records.histogram_value("w", [1.0, 2.0], [0.0, 3.0], [1, 2, 3, 5, 9])).histo
    assert (list(histogram.bucket_limit), list(histogram.bucket)) == ([1.0, 2.0], [0.0, 3.0])
    moments = (histogram.min, histogram.max, histogram.num, histogram.sum, histogram.sum_squares)
    assert moments == (1, 2, 3, 5, 9)


def test_image() -> None:
    image = parsed(event_records.image_value("w", 2, 300, b"png")).image
    assert (image.height, image.width, image.colorspace, image.encoded_image_string) == (2, 300, 1, b"png")


def test_text() -> None:
    value = parsed(event_records.text_value("keras", "{}" * 200, "graph_keras_model", b"1"))
    assert value.tensor.dtype == 7
    assert list(value.tensor.string_val) == [b"{}" * 200]
    assert value.metadata.plugin_data.plugin_name == "graph_keras_model"
    assert value.metadata.plugin_data.content == b"1"
