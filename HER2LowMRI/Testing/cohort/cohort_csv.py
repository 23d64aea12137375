"""Cohort tables as programs other than ours write them."""

import csv
from pathlib import Path


def write_rows_as_csv(path: Path, rows, columns=None, delimiter=",", encoding="utf-8") -> Path:
    """Write rows with the plain csv module, which neutralises nothing."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path
