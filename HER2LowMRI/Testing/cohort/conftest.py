"""A small synthetic cohort with the columns of the data dictionary, as other people's programs may write it."""

from pathlib import Path

import numpy as np
import pytest
from cohort_csv import synthetic_row, write_rows_as_csv
from HER2LowMRILib.cohort.variables import FEATURE_NAMES


@pytest.fixture(scope="session")
def cohort_rows() -> list[dict[str, object]]:
    """90 synthetic cases: 30 of each group, half of them masses."""
    rng = np.random.default_rng(20250310)
    kinds = ["mass"] * 15 + ["nme"] * 8 + ["mass_with_nme"] * 7
    plan = [(group, kind) for group in ("zero", "low", "over") for kind in kinds]
    return [synthetic_row(rng, number, *case) for number, case in enumerate(plan, start=1)]


@pytest.fixture(scope="session")
def reading_rows(cohort_rows) -> list[dict[str, object]]:
    """Two readers of the same cases who differ now and then."""
    rng = np.random.default_rng(7)
    rows = []
    for row in cohort_rows:
        for reader in ("reader-1", "reader-2"):
            copy = {key: value for key, value in row.items() if not key.startswith("her2_")} | {
                "reader": reader
            }
            for name in FEATURE_NAMES:
                copy[name] = float(row[name]) + rng.normal(0, 0.03)
            if rng.random() < 0.1:
                copy["bpe"] = rng.choice(["minimal", "mild", "moderate", "marked"])
            rows.append(copy)
    return rows


@pytest.fixture
def write_csv(tmp_path):
    """Write rows as CSV into the test's folder and return the path."""

    def write(rows, name="features.csv", columns=None, delimiter=",", encoding="utf-8") -> Path:
        return write_rows_as_csv(tmp_path / name, rows, columns, delimiter, encoding)

    return write
