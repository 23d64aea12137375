"""Synthetic cohort tables, written as programs other than ours write them."""

import csv
from pathlib import Path

import numpy as np
from HER2LowMRILib.cohort.variables import FEATURE_NAMES


def write_rows_as_csv(path: Path, rows, columns=None, delimiter=",", encoding="utf-8") -> Path:
    """Write rows with the plain csv module, which neutralises nothing."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def synthetic_row(rng: np.random.Generator, number: int, group: str, lesion_type: str) -> dict[str, object]:
    """One synthetic case; HER2-over differs in diffusion where there is NME, HER2-low in T2."""
    has_mass, has_nme = lesion_type != "nme", lesion_type != "mass"
    shift = 0.15 if group == "over" and has_nme else 0.0
    row: dict[str, object] = {
        "case_id": f"SYN-{number:03d}",
        "synthetic": 1,
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
    scale = {"mean": 1.0, "median": 0.98, "p5": 0.7, "p95": 1.4, "entropy": 3.5}
    for name in FEATURE_NAMES:
        map_name, statistic = name.split("_")
        base = centre[map_name] * scale[statistic] if statistic in scale else 0.0
        row[name] = float(base + rng.normal(0, 0.03))
    return row
