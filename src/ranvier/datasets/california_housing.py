"""California housing: 20,640 districts of the census of 1990 and their median house value.

Source: R. K. Pace, R. Barry, "Sparse Spatial Autoregressions", Statistics and Probability Letters 33
(1997).
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.datasets.sources import Source, check_digest, given_path, obtain, read_given
from ranvier.datasets.splits import split_in_keras_order
from ranvier.errors import FileFormatError, unknown_name
from ranvier.utils.files import file_digest

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from ranvier.datasets.splits import Split

__all__ = ["FEATURE_NAMES", "load_data"]

FEATURE_NAMES = (
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
)
"""The name of each column."""

ADDRESSES = ("https://ndownloader.figshare.com/files/5976036",)
ARCHIVE_DIGEST = "sha256:aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681"
FILE = "cal_housing.data"
ROWS = 20_640
SMALL_ROWS = 600
_KERAS_NAME = "california_housing.npz"

# The file's columns, and the values between which each lies.
_COLUMNS = (
    ("longitude", -125.0, -114.0),
    ("latitude", 32.0, 42.5),
    ("age", 1.0, 52.0),
    ("rooms", 1.0, 50_000.0),
    ("bedrooms", 1.0, 10_000.0),
    ("population", 1.0, 50_000.0),
    ("households", 1.0, 10_000.0),
    ("income", 0.4, 15.1),
    ("value", 14_000.0, 500_001.0),
)


def load_data(
    version: str = "large",
    path: str | os.PathLike[str] = _KERAS_NAME,
    test_split: float = 0.2,
    seed: int = 113,
) -> Split:
    """Load the California housing table, divided as in Keras.

    The columns are those that Keras documents and scikit-learn gives: ``FEATURE_NAMES``, rooms,
    bedrooms and occupants as averages per household. (Keras' own file holds totals in another order.)

    Args:
        version: ``"large"`` for all districts, ``"small"`` for the first 600.
        path: A ``cal_housing.tgz`` or ``cal_housing.data`` to read instead. Left out, either is
            looked for in ``RANVIER_DATA_HOME`` (folder ``california_housing``) and the archive in
            the cache, or else downloaded (0.4 MB).
        test_split: Fraction of the rows for testing, in [0, 1).
        seed: Seed of the shuffling.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: inputs of shape (16512, 8) and (4128, 8), float32;
        targets of shape (16512,) and (4128,), float32, in dollars up to 500,001.

    Raises:
        DownloadError: If the table cannot be had, or its content is not the expected one.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(version="small")  # doctest: +SKIP
    """
    if version not in ("large", "small"):
        raise unknown_name("version", version, ("large", "small"))
    given = given_path(path, _KERAS_NAME)
    if given is not None:
        table = read_given(given, _read)
    else:
        source = Source("california_housing", "cal_housing.tgz", ADDRESSES, read=_read, other_names=(FILE,))
        table = obtain(source)
    rows = table[:SMALL_ROWS] if version == "small" else table
    longitude, latitude, age, rooms, bedrooms, population, households, income, value = rows.T
    x = np.column_stack(
        [
            income,
            age,
            rooms / households,
            bedrooms / households,
            population,
            population / households,
            latitude,
            longitude,
        ]
    )
    return split_in_keras_order(x.astype(np.float32), value.astype(np.float32), test_split, seed)


def _read(path: Path) -> np.ndarray[Any, Any]:
    """Return the table of an archive or of a plain file, float64, checked."""
    if not tarfile.is_tarfile(path):
        return _checked(path.read_text("ascii"))
    check_digest(file_digest(path, ARCHIVE_DIGEST.partition(":")[0]), ARCHIVE_DIGEST)
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(FILE) else None
            if content is not None:
                return _checked(content.read().decode("ascii"))
    raise FileFormatError(f"The archive lacks {FILE}.")


def _checked(text: str) -> np.ndarray[Any, Any]:
    table = np.loadtxt(text.splitlines(), delimiter=",", ndmin=2)
    if table.shape != (ROWS, len(_COLUMNS)):
        raise FileFormatError(f"Expected a table of shape {(ROWS, len(_COLUMNS))}; received: {table.shape}.")
    for column, (name, lowest, highest) in zip(table.T, _COLUMNS, strict=True):
        if not (column.min() >= lowest and column.max() <= highest):
            raise FileFormatError(
                f"Expected the column {name!r} between {lowest:g} and {highest:g}; "
                f"received: {column.min():g} to {column.max():g}."
            )
    return table
