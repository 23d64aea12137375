"""What was measured in a synthetic study against the truth that it was made from."""

from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.core.columns import NO_UNIT, listed_columns
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.files.row_csv import read_rows

_UNITS = {spec.name: NO_UNIT if spec.unit == "1" else spec.unit for spec in STANDARD_MAPS}
# The maps are float32.
_DIGITS = 6

COMPARISON_COLUMNS = (*listed_columns("case"), *listed_columns("truth"))


def compare_with_truth(
    features: Path, truth: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]]
) -> list[dict[str, str | int | float | None]]:
    """Compare the medians in features.csv with the truth; one row per case and map.

    The error of measurement is what noise and fit did: measured median minus true median in the same VOIs. The error
    of outlining is what the readers did: true median in their VOIs minus true median in the perfect VOI.

    Parameters
    ----------
    features : Path
        features.csv of a synthetic study.
    truth : mapping
        Case -> true medians (map -> value) over the true lesion, and over the readers' VOIs (mean of the readers).
    """
    rows: list[dict[str, str | int | float | None]] = []
    for cells in read_rows(features):
        row = {column: cell or "" for column, cell in cells.items()}
        perfect, within = truth[row["case_id"]]
        for name, unit in _UNITS.items():
            measured = float(row[f"{name}_median"])
            numbers = {
                "true_median_perfect_voi": perfect[name],
                "true_median_readers_vois": within[name],
                "measured_median": measured,
                "error_of_measurement": measured - within[name],
                "error_of_outlining": within[name] - perfect[name],
            }
            rounded = {column: round(number, _DIGITS) for column, number in numbers.items()}
            rows.append({"case_id": row["case_id"], "map": name, "unit": unit, **rounded})
    return rows
