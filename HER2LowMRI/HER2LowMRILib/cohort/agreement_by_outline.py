"""Agreement of the readers' features by how they outlined the lesions, and what help with outlining changed."""

from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.cohort.agreement import compare_numbers, pairs_of_readers
from HER2LowMRILib.cohort.outline_ways import WAYS, outlined
from HER2LowMRILib.cohort.table import CohortTable

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "way", "variable", "statistic", "estimate", "ci_low", "ci_high", "n", "label", "readers", "note",
)  # fmt: skip
# One reader drew the lesion by hand alone, and the other did not.
HELPED_MINUS_DRAWN = "helped_minus_drawn"
_SAME, _APART = ("icc_2_1", "bias", "limits_of_agreement", "wcv_percent"), ("bias", "limits_of_agreement")
FEWEST_CASES = 3


def agreement_by_outline(readings: CohortTable) -> "pd.DataFrame":
    """Agreement of the features apart by the way in which both readers outlined, and the bias of one way.

    Parameters
    ----------
    readings : CohortTable
        From `table.read_readings`.

    Returns
    -------
    DataFrame
        `COLUMNS`. ``way`` is a key of `outline_ways.WAYS`: ICC(2,1), bias and limits of agreement of the cases that
        both outlined so; or `HELPED_MINUS_DRAWN`: bias and limits of the value with help less that by hand alone.
        Empty where every lesion was drawn by hand alone, or it was not recorded; parts of fewer than three cases are
        left out.
    """
    import pandas as pd

    rows: list[dict[str, object]] = []
    ways = outlined(readings)
    if set(ways["way"].dropna()) - {"drawn"}:
        way_of = ways.drop_duplicates(["case_id", "reader"]).set_index(["reader", "case_id"])["way"]
        numbers = [
            v.name for v in readings.variables.values() if v.kind == "number" and v.table == "features"
        ]
        readers = sorted(readings.rows["reader"].unique())
        for pair, first, second in pairs_of_readers(readings, readers):
            # Of second readings it is not known which of the two the way belongs to.
            if pair[1] not in readers:
                continue
            common = first.index.intersection(second.index).sort_values()
            of = np.stack(
                [way_of.reindex([(reader, case) for case in common]).to_numpy(object) for reader in pair]
            )
            parts = {way: np.flatnonzero((of == way).all(axis=0)) for way in WAYS}
            known, by_hand = ~pd.isna(of).any(axis=0), of == "drawn"
            parts[HELPED_MINUS_DRAWN] = np.flatnonzero(known & (by_hand.sum(axis=0) == 1))
            for way, chosen in parts.items():
                if len(chosen) < FEWEST_CASES:
                    continue
                cases = common[chosen]
                for name in numbers:
                    a, b = first.loc[cases, name], second.loc[cases, name]
                    if way == HELPED_MINUS_DRAWN:
                        swap = by_hand[0, chosen]
                        a, b = a.where(~swap, b), b.where(~swap, a)
                    kept = _SAME if way != HELPED_MINUS_DRAWN else _APART
                    rows += [
                        {"way": way, "variable": name, "readers": " and ".join(pair), **row}
                        for row in compare_numbers(a, b)
                        if row["statistic"] in kept
                    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
