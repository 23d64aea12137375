"""Units of other people's tables: what looks like another unit is asked before a number is analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import shown
from HER2LowMRILib.core.wording import counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Quantity:
    """A quantity that tables give in several units.

    Attributes
    ----------
    name : str
        What ``--unit`` calls it.
    unit : str
        The unit of the data dictionary.
    columns : tuple of str
        All that have this unit.
    judged : tuple of str
        Those whose size tells the unit.
    others : tuple of (unit, factor, above, below)
        Another unit, the factor to ours, and the open interval of values that speak for it.
    """

    name: str
    unit: str
    columns: tuple[str, ...]
    judged: tuple[str, ...]
    others: tuple[tuple[str, float, float, float], ...]


def _map(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    judged = tuple(f"{name}_{statistic}" for statistic in ("mean", "median", "p95"))
    return (*judged, f"{name}_p5"), judged


# No tissue diffuses below 0.02e-3 mm2/s or beyond 50e-3 mm2/s (free water at 37 degrees: 3e-3).
_DIFFUSIVITY = (("mm2/s", 1000.0, 0.0, 0.02), ("1e-6 mm2/s", 0.001, 50.0, np.inf))
QUANTITIES = (
    Quantity("ADC", "1e-3 mm2/s", *_map("ADC"), _DIFFUSIVITY),
    Quantity("D", "1e-3 mm2/s", *_map("D"), _DIFFUSIVITY),
    # Scanners store K_app as whole thousandths.
    Quantity("K", "1", *_map("K"), (("1e-3", 0.001, 50.0, np.inf),)),
    Quantity("ki67_percent", "%", ("ki67_percent",), ("ki67_percent",), (("fraction", 100.0, 0.0, 1.0),)),
    # A cohort whose largest lesion is below 15 mm has its sizes in cm; a single small lesion says nothing.
    Quantity("lesion_size_mm", "mm", ("lesion_size_mm",), (), (("cm", 10.0, 0.0, 15.0),)),
)
_BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}


def parse_units(stated: Sequence[str]) -> dict[str, str]:
    """Units as ``--unit QUANTITY=UNIT`` states them.

    Raises
    ------
    AnalysisError
        For a quantity or a unit that is not known.
    """
    units = {}
    for text in stated:
        name, _, unit = text.partition("=")
        quantity = _BY_NAME.get(name.strip())
        known = [] if quantity is None else [quantity.unit, *(other[0] for other in quantity.others)]
        if quantity is None or unit.strip() not in known:
            needed = ", ".join(known) or ", ".join(f"{q}=..." for q in _BY_NAME)
            raise AnalysisError("A unit cannot be taken", needed=needed, found=shown(text))
        units[quantity.name] = unit.strip()
    return units


def in_our_units(
    rows: "pd.DataFrame", units: Mapping[str, str], file: str
) -> tuple["pd.DataFrame", list[str], list[str]]:
    """Turn stated units into ours, and ask where none is stated and the numbers speak for another.

    Parameters
    ----------
    rows : DataFrame
        Numbers as float64.
    units : mapping
        Quantity -> unit, from `parse_units`.
    file : str
        What questions call the table.

    Returns
    -------
    rows : DataFrame
        A copy where something was turned.
    warnings, questions : list of str
    """
    warnings, questions = [], []
    for quantity in QUANTITIES:
        there = [name for name in quantity.columns if name in rows]
        if not there:
            continue
        unit = units.get(quantity.name)
        if unit is None:
            questions += _questions(rows, quantity, file)
        elif unit != quantity.unit:
            factor = next(factor for name, factor, *_ in quantity.others if name == unit)
            # Rounded where the table's digits end: 0.55 x 100 is 55, not 55.00000000000001.
            rows = rows.assign(**{name: _scaled(rows[name].to_numpy(float), factor) for name in there})
            warnings.append(f"{', '.join(there)} were given in {unit} and are multiplied by {factor:g}.")
    return rows, warnings, questions


def _scaled(values: np.ndarray, factor: float) -> np.ndarray:
    return np.array([float(f"{value * factor:.15g}") for value in values])


def _questions(rows: "pd.DataFrame", quantity: Quantity, file: str) -> list[str]:
    for unit, factor, above, below in quantity.others:
        count, total, example = _speaking_for(rows, quantity, above, below)
        if not count:
            continue
        what = f"{quantity.name} in {file} [{quantity.unit}]: {example:g}"
        if count == total:
            return [
                f"{what} and {'all others look' if total > 1 else 'looks'} like {unit}. Turn the column into "
                f"{quantity.unit} (times {factor:g}), or say --unit {quantity.name}={unit!s}; if the values are right, "
                f'--unit "{quantity.name}={quantity.unit}"'
            ]
        return [
            f"{what} and in all {counted(count, 'row')} of {total} look like {unit}, the others do not. Turn these "
            f"rows into {quantity.unit} (times {factor:g}); if all are right, say "
            f'--unit "{quantity.name}={quantity.unit}"'
        ]
    return []


def _speaking_for(
    rows: "pd.DataFrame", quantity: Quantity, above: float, below: float
) -> tuple[int, int, float]:
    """Rows that speak for another unit, rows with a value, and one such value."""
    judged = [name for name in quantity.judged if name in rows]
    if not judged:
        values = rows[quantity.columns[0]].to_numpy(float) if quantity.columns[0] in rows else np.array([])
        values = values[np.isfinite(values)]
        small = len(values) >= 5 and values.max() < below and np.median(values) < below / 3
        return (len(values), len(values), float(values[0])) if small else (0, 0, np.nan)
    table = rows[judged].to_numpy(float)
    speaking = ((table > above) & (table < below)).any(axis=1)
    total = int(np.isfinite(table).any(axis=1).sum())
    if not speaking.any():
        return 0, total, np.nan
    # A 0 or a 1 fits either unit: it speaks against neither.
    neutral = (
        (np.isnan(table) | (table == 0) | (table == below)).all(axis=1)
        & ~speaking
        & np.isfinite(table).any(axis=1)
    )
    first = table[speaking][0]
    example = first[(first > above) & (first < below)][0]
    return int(speaking.sum()), total - int(neutral.sum()), float(example)


def ask(questions: Sequence[str]) -> None:
    """Stop with every question at once.

    Raises
    ------
    AnalysisError
        When there is a question.
    """
    if questions:
        raise AnalysisError(
            "The analysis has questions about the tables"
            if len(questions) > 1
            else "The analysis has a question about the table",
            needed="an answer to each, in the file of answers, or units and words as in the data dictionary",
            found="; ".join(questions),
        )
