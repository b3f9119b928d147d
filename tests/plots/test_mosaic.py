from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.plots.mosaic import lay_out


def test_by_hand():
    images = np.arange(3.0)[:, None, None] * np.ones((3, 1, 2))
    mosaic = lay_out(images, columns=2, gap=1, below=1)
    nan = np.nan
    expected = [[0, 0, nan, 1, 1], [nan] * 5, [2, 2, nan, nan, nan], [nan] * 5]
    np.testing.assert_array_equal(mosaic.picture, expected)
    np.testing.assert_array_equal(mosaic.corners, [[0, 0], [0, 3], [2, 0]])
    assert (mosaic.rows, mosaic.columns) == (2, 2)


def test_colours_are_set_in_white():
    mosaic = lay_out(np.zeros((2, 1, 1, 3)), columns=2, gap=1, below=0)
    np.testing.assert_array_equal(mosaic.picture[0, :, 0], [0, 1, 0])


@pytest.mark.parametrize(
    ("count", "columns"), [(1, 1), (2, 2), (3, 3), (9, 3), (16, 4), (20, 5), (128, 16), (512, 32)]
)
def test_the_last_row_is_full_where_it_can_be(count, columns):
    assert lay_out(np.zeros((count, 1, 1)), None, 1, 1).columns == columns


def test_columns():
    assert lay_out(np.zeros((3, 1, 1)), 10, 1, 1).columns == 3
    with pytest.raises(ConfigurationError, match="`columns` must be at least 1; received: 0"):
        lay_out(np.zeros((3, 1, 1)), 0, 1, 1)
