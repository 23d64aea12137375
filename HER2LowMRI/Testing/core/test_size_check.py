"""A size that cannot be that of the outlined lesion is asked about; one that can is not."""

import math

import pytest
from HER2LowMRILib.core.size_check import least_diameter_mm, size_in_doubt


def test_no_body_has_a_shorter_longest_diameter_than_the_ball_of_its_volume():
    assert least_diameter_mm(4 / 3 * math.pi * 10.0**3) == pytest.approx(20.0)
    # A cube of 10 mm has a diagonal of 17.3 mm, and the ball of its volume is 12.4 mm.
    assert least_diameter_mm(1000.0) < 10.0 * math.sqrt(3)


@pytest.mark.parametrize(
    ("size", "volume", "longest", "doubt"),
    [
        (12.5, 7600.0, 30.0, True),
        (25.0, 7600.0, 30.0, False),
        (20.0, 7600.0, 30.0, False),
        (2.3, 4000.0, 25.0, True),
        (230.0, 4000.0, 25.0, True),
        (60.0, 4000.0, 25.0, False),
        (8.0, 120.0, 8.0, False),
        (45.0, 1500.0, 18.0, False),
    ],
)
def test_slips_of_the_pen_are_told_from_sizes_that_can_be(size, volume, longest, doubt):
    assert size_in_doubt(size, volume, longest) is doubt
