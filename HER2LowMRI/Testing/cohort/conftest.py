"""A small synthetic cohort with the columns of the data dictionary, as other people's programs may write it."""

from pathlib import Path

import numpy as np
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.variables import FEATURE_NAMES


def synthetic_row(rng: np.random.Generator, number: int, group: str, lesion_type: str) -> dict[str, object]:
    has_mass, has_nme = lesion_type != "nme", lesion_type != "mass"
    shift = 0.15 if group == "over" and has_nme else 0.0
    row: dict[str, object] = {
        "case_id": f"SYN-{number:03d}",
        "age": int(rng.integers(30, 80)),
        "er": int(rng.random() < 0.6),
        "pr": int(rng.random() < 0.5),
        "ki67_percent": int(5 * rng.integers(1, 18)),
        "her2_ihc": {"zero": "0", "low": "1+", "over": "3+"}[group],
        "her2_ish": "",
        "her2_group": group,
        "fgt": rng.choice(list("abcd")),
        "bpe": rng.choice(["minimal", "mild", "moderate", "marked"]),
        "multifocal": int(rng.random() < 0.4),
        "t2_hyperintensity": int(rng.random() < (0.65 if group == "low" else 0.4)),
        "peritumoral_edema": int(rng.random() < 0.5),
        "lesion_type": lesion_type,
        "lesion_size_mm": round(float(rng.lognormal(3, 0.4)), 1),
        "mass_shape": "not_applicable",
        "mass_margin": "not_applicable",
        "mass_enhancement": "not_applicable",
        "nme_distribution": "not_applicable",
        "nme_enhancement": "not_applicable",
    }
    if has_mass:
        row["mass_shape"] = rng.choice(["oval", "round", "irregular"], p=[0.2, 0.2, 0.6])
        row["mass_margin"] = rng.choice(["circumscribed", "irregular", "spiculated"])
        row["mass_enhancement"] = rng.choice(["homogeneous", "heterogeneous", "rim"])
    if has_nme:
        row["nme_distribution"] = rng.choice(["focal", "linear", "segmental", "regional"])
        row["nme_enhancement"] = rng.choice(["homogeneous", "heterogeneous", "clumped"])
    centre = {
        "ADC": rng.normal(1.0 + shift, 0.15),
        "D": rng.normal(1.3 + shift, 0.17),
        "K": rng.normal(0.9, 0.13),
    }
    scale = {"mean": 1.0, "median": 0.98, "p5": 0.7, "p95": 1.4}
    for name in FEATURE_NAMES:
        map_name, statistic = name.split("_")
        base = centre[map_name] * scale[statistic] if statistic in scale else 0.0
        row[name] = float(base + rng.normal(0, 0.03))
    return row


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
