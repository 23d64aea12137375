"""How the lesions were outlined and how long it took: by reader, by way, and as the readers went on."""

import html
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.outline_ways import WAYS, outlined
from HER2LowMRILib.cohort.report.tables import html_table, number_text

if TYPE_CHECKING:
    import pandas as pd


def drawing_times(analysis: Analysis) -> str:
    """Time to draw and to fill in the form, where it was recorded."""
    readings = analysis.readings
    if readings is None or "voi_seconds" not in readings.context:
        return ""
    table = outlined(readings)
    if not table["voi_seconds"].notna().any():
        return ""
    header = ["", "Readings", "Drawing [min]", "Form [min]", "Drawing per slice [s]"]
    rows = []
    for reader, part in table.groupby("reader"):
        rows.append([f"<b>{html.escape(str(reader))}</b>", *_times(part)])
        rows += [[WAYS[way], *_times(of)] for way in WAYS if len(of := part[part["way"] == way])]
        if part["reading_position"].notna().sum() >= 4:
            middle = part["reading_position"].median()
            early = part["reading_position"] <= middle
            rows.append(["first half of the cases", *_times(part[early])])
            rows.append(["second half of the cases", *_times(part[~early])])
    note = (
        "Median (quartiles), without pauses: no input for a minute, or another program in front. Slices: those of the "
        "signed VOI. A reader gets faster with practice; where ways were not given at random, times of different "
        "ways compare lesions as well."
    )
    return html_table(header, rows, "Time of the readers", note)


def _times(part: "pd.DataFrame") -> list[str]:
    per_slice = part["voi_seconds"] / part["slices"].where(part["slices"] > 0)
    return [
        str(len(part)),
        _quartiles(part["voi_seconds"] / 60),
        _quartiles(part["form_seconds"] / 60),
        _quartiles(per_slice),
    ]


def _quartiles(values: "pd.Series") -> str:
    known = values.dropna()
    if not len(known):
        return "–"
    low, middle, high = np.percentile(known, (25, 50, 75))
    return f"{number_text(middle, 1)} ({number_text(low, 1)}–{number_text(high, 1)})"
