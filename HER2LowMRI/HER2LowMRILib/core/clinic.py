"""Clinic variables of a row: hormone receptor status, and the cohort's own cut of Ki-67."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from HER2LowMRILib.core import her2
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import clinic_fields


def hormone_receptor(er: int | None, pr: int | None) -> int | None:
    """Return the hormone receptor (HR) status.

    Parameters
    ----------
    er, pr : {1, 0} or None
        Estrogen and progesterone receptor.

    Returns
    -------
    int or None
        1 when either is positive, 0 when both are negative, None when that cannot be told.
    """
    if 1 in (er, pr):
        return 1
    return 0 if er == pr == 0 else None


def row_values(fields: Mapping[str, Any]) -> dict[str, str | int | float | None]:
    """Return the clinic and HER2 columns of features.csv from the coordinator's fields.

    Parameters
    ----------
    fields : mapping
        Field id (core/lexicon.clinic_fields) -> value, or the text of it as a CSV cell has it; other keys are
        ignored. A stated ``hr`` is checked against ER and PR, never taken over.

    Raises
    ------
    HER2LowMRIError
        For a value that is none, or an ``hr`` that contradicts ER and PR.
    """
    items = clinic_fields()
    row = {name: items[name].accept(fields.get(name)) for name in ("age", "er", "pr")}
    er, pr = (None if row[name] is None else int(row[name] or 0) for name in ("er", "pr"))
    row["hr"] = hormone_receptor(er, pr)
    stated = items["er"].accept(fields.get("hr"))
    if stated is not None and stated != row["hr"]:
        raise HER2LowMRIError(
            "hr is derived from er and pr and does not agree with them",
            needed="an empty cell" if row["hr"] is None else str(row["hr"]),
            found=str(stated),
        )
    row["ki67_percent"] = items["ki67_percent"].accept(fields.get("ki67_percent"))
    return row | her2.row_values(fields)


def ki67_median_split(ki67_percent: Sequence[float | None]) -> tuple[float, list[int | None]]:
    """Split Ki-67 at the median of the cohort, as the paper does (there 40 %).

    Parameters
    ----------
    ki67_percent : sequence of float or None, shape (n,)
        Ki-67 of every case that is analysed [%]; None or NaN is "missing".

    Returns
    -------
    cut : float
        Median of the stated values [%].
    high : list of {1, 0, None}, length n
        1 above the cut, 0 at or below it, None where Ki-67 is missing. The paper does not say on which side a
        value at the cut falls.

    Raises
    ------
    HER2LowMRIError
        When no value is stated.
    """
    stated = [value for value in ki67_percent if value is not None and value == value]
    if not stated:
        raise HER2LowMRIError("Ki-67 cannot be split", needed="at least one value in %", found="none")
    cut = float(statistics.median(stated))
    return cut, [None if value is None or value != value else int(value > cut) for value in ki67_percent]
