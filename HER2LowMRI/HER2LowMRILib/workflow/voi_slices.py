"""voi_slices.csv: how the outline of each slice was made, and how long it took."""

from collections.abc import Mapping

from HER2LowMRILib.core.columns import Column
from HER2LowMRILib.core.slice_origin import ORIGINS
from HER2LowMRILib.study.readings import SignedVersion
from HER2LowMRILib.workflow.reading_row import Row

SLICES_FILE = "voi_slices.csv"
_OURS = "HER2LowMRI"
SLICE_COLUMNS = (
    Column("case_id", "Case", "case", "text", "no unit", "Pseudonym of the patient in this study.", _OURS),
    Column("reader", "Reader", "case", "text", "no unit", "Id of the reader in this study.", _OURS),
    Column(
        "slice",
        "Slice",
        "drawing",
        "integer",
        "no unit",
        "Number of the slice of the map that was drawn on, from 1.",
        _OURS,
        minimum=1,
    ),
    Column(
        "origin",
        "How the outline was made",
        "drawing",
        "choice",
        "no unit",
        "drawn: by hand alone; assisted: an edge that the program found was taken, corrected by hand or not; "
        "interpolated: filled in between other slices and not looked at; interpolated_confirmed: looked at by the "
        "reader. Empty: nothing is drawn in the slice now, but time was spent there.",
        _OURS,
        allowed=ORIGINS,
    ),
    Column(
        "seconds",
        "Drawing time in the slice",
        "drawing",
        "number",
        "s",
        "Time spent on the VOI with this slice in view, without pauses. Empty: not recorded.",
        _OURS,
        minimum=0,
    ),
)


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
