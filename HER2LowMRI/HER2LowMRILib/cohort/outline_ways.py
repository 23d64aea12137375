"""How each reading was outlined and how long it took, from readings.csv."""

from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.files.locale_numbers import read_numbers

if TYPE_CHECKING:
    import pandas as pd

# Way of a whole outline -> words.
WAYS = {
    "drawn": "drawn by hand alone",
    "assisted": "with assistance in some slices",
    "interpolated": "with interpolated slices",
    "both": "with assistance and interpolated slices",
}
DIFFERENT = "different"
_SLICES = ("voi_slices_drawn", "voi_slices_assisted", "voi_slices_interpolated")
_NUMBERS = ("voi_seconds", "form_seconds", "reading_position", *_SLICES, "voi_slices_unconfirmed")


def outlined(readings: CohortTable) -> "pd.DataFrame":
    """How each reading was outlined.

    Parameters
    ----------
    readings : CohortTable
        From `table.read_readings`.

    Returns
    -------
    DataFrame
        ``case_id``, ``reader``, ``voi_seconds`` and ``form_seconds`` [s], ``reading_position``, ``slices`` and ``way``,
        a key of `WAYS`; missing where it was not recorded.
    """
    import pandas as pd

    context = readings.context
    numbers = {name: read_numbers(context[name], ".")[0] if name in context else np.nan for name in _NUMBERS}
    table = pd.DataFrame(numbers, index=readings.rows.index)
    table["case_id"], table["reader"] = readings.rows["case_id"], readings.rows["reader"]
    table["slices"] = table[list(_SLICES)].sum(axis=1, min_count=len(_SLICES))
    assisted, interpolated = table["voi_slices_assisted"] > 0, table["voi_slices_interpolated"] > 0
    way = np.select(
        [assisted & interpolated, assisted, interpolated], ["both", "assisted", "interpolated"], "drawn"
    )
    table["way"] = pd.Series(way, index=table.index, dtype=object).mask(table["slices"].isna())
    return table


def way_of_pairs(overlaps: "pd.DataFrame", readings: CohortTable) -> "pd.Series":
    """Way in which both readers of each pair of VOIs outlined.

    Returns
    -------
    Series
        A key of `WAYS`, or `DIFFERENT` where the two differ; missing where one was not recorded.
    """
    ways = outlined(readings).set_index(["case_id", "reader"])["way"]
    ways = ways[~ways.index.duplicated()]
    first, second = (
        ways.reindex(list(zip(overlaps["case_id"], overlaps[reader], strict=True))).to_numpy(object)
        for reader in ("reader_1", "reader_2")
    )
    import pandas as pd

    found = pd.Series(np.where(first == second, first, DIFFERENT), index=overlaps.index, dtype=object)
    return found.mask(pd.isna(first) | pd.isna(second))
