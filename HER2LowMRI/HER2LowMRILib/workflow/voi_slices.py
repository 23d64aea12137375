"""voi_slices.csv: how the outline of each slice was made, and how long it took."""

from collections.abc import Mapping

from HER2LowMRILib.core.columns import listed_columns
from HER2LowMRILib.study.readings import SignedVersion
from HER2LowMRILib.workflow.reading_row import Row

SLICES_FILE = "voi_slices.csv"
SLICE_COLUMNS = (*listed_columns("case"), *listed_columns("reader"), *listed_columns("slice"))


def slice_rows(case_id: str, signed: Mapping[str, SignedVersion]) -> list[Row]:
    """Rows of one case, by reader and slice; none of readings that did not record it."""
    rows: list[Row] = []
    for reader, version in sorted(signed.items()):
        origins = version.voi_origins or {}
        rows += [
            {
                "case_id": case_id,
                "reader": reader,
                "slice": k + 1,
                "origin": origins.get(k),
                "seconds": version.slice_seconds.get(k),
            }
            for k in sorted({*origins, *version.slice_seconds})
        ]
    return rows
