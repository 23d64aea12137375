"""The reference values of the Image Biomarker Standardisation Initiative, for every feature that we have.

Digital phantom: 74 voxels in the mask, 50 x 1, 1 x 3, 16 x 4, 7 x 6. Values: Zwanenburg et al., Radiology
2020;295:328-338, doi:10.1148/radiol.2020191145; IBSI reference manual, theibsi/ibsi-doc commit b952e71e.
"""

import json

import numpy as np
import pytest
from HER2LowMRILib.core.first_order import (
    entropy,
    entropy_fixed_number,
    excess_kurtosis,
    percentile,
    skewness,
)

PHANTOM = np.repeat([1.0, 3.0, 4.0, 6.0], [50, 1, 16, 7])

# IBSI code -> our statistic. The intensity histogram family is the same sample, discretised by bins of width 1.
STATISTICS = {
    "Q4LE": np.mean,
    "Y12H": np.median,
    "KE2A": skewness,
    "IPH6": excess_kurtosis,
    "QG58": lambda x: percentile(x, 10),
    "8DWT": lambda x: percentile(x, 90),
    "SALO": lambda x: percentile(x, 75) - percentile(x, 25),
    "X6K6": np.mean,
    "WIFQ": np.median,
    "88K1": skewness,
    "C3I7": excess_kurtosis,
    "GPMT": lambda x: percentile(x, 90),
    "WR0O": lambda x: percentile(x, 75) - percentile(x, 25),
    "TLU2": lambda x: entropy(x, 1.0),
}
REFERENCE = {
    "Q4LE": 2.15,
    "Y12H": 1.0,
    "KE2A": 1.08,
    "IPH6": -0.355,
    "QG58": 1.0,
    "8DWT": 4.0,
    "SALO": 3.0,
    "X6K6": 2.15,
    "WIFQ": 1.0,
    "88K1": 1.08,
    "C3I7": -0.355,
    "GPMT": 4.0,
    "WR0O": 3.0,
    "TLU2": 1.27,
}


def three_digits(value):
    return float(f"{value:.3g}")


@pytest.mark.parametrize("code", STATISTICS)
def test_the_digital_phantom_has_its_reference_value(code):
    assert three_digits(STATISTICS[code](PHANTOM)) == REFERENCE[code]


def test_six_bins_between_minimum_and_maximum_are_the_same_bins():
    assert three_digits(entropy_fixed_number(PHANTOM, 6)) == REFERENCE["TLU2"]


def test_the_definitions_differ_from_their_neighbours_where_software_differs():
    # Exact moments of the sample: kurtosis without -3 is 2.6454, the bias-corrected skewness G1 is 1.1063.
    assert excess_kurtosis(PHANTOM) == pytest.approx(-0.354620, abs=1e-6)
    assert skewness(PHANTOM) == pytest.approx(1.083821, abs=1e-6)
    assert entropy(PHANTOM, 1.0) == pytest.approx(1.265612, abs=1e-6)


@pytest.mark.shared_data
def test_the_published_phantom_and_table_are_what_this_file_carries(shared_dir):
    published = json.loads((shared_dir / "data/ibsi_digital_phantom/ibsi_reference.json").read_text())
    inside = np.array(published["mask"], bool)
    sample = np.array(published["phantom"], float)[inside]
    np.testing.assert_array_equal(np.sort(sample), PHANTOM)
    values = {entry["ibsi_code"]: entry["value"] for entry in published["reference"]}
    assert {code: values[code] for code in REFERENCE} == REFERENCE
    for code, statistic in STATISTICS.items():
        assert three_digits(statistic(sample)) == values[code], code
