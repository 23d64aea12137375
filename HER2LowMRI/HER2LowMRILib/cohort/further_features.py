"""Features of further maps and of rings in a table: known by their columns, whatever study they are from."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from HER2LowMRILib.cohort.variables import FEATURE_NAMES, Variable, feature_limits
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.first_order import STATISTICS
from HER2LowMRILib.files.row_csv import read_rows

DICTIONARY_FILE = "data_dictionary.csv"


def further_features(
    names: Iterable[str], units: Mapping[str, str | None] | None = None
) -> dict[str, Variable]:
    """Find the features that not every study has.

    A map, or a ring around the lesion, is known by its columns: one for each statistic, e.g. T2map_mean to
    T2map_entropy. One or two of such names may be anything.

    Parameters
    ----------
    names : iterable of str
        Columns of a table, in their order.
    units : mapping of str to str or None, optional
        Column -> unit, from the data dictionary.

    Returns
    -------
    dict of str to Variable
    """
    names = list(names)
    there, found = set(names), {}
    for name in names:
        prefix, _, statistic = name.rpartition("_")
        members = [f"{prefix}_{entry.name}" for entry in STATISTICS]
        if not prefix or name in FEATURE_NAMES or name not in members or not there.issuperset(members):
            continue
        entry = next(entry for entry in STATISTICS if entry.name == statistic)
        unit = {"1": None, None: (units or {}).get(name)}.get(entry.unit, entry.unit)
        lowest, highest = feature_limits(entry)
        found[name] = Variable(
            name, name.replace("_", " "), unit, "features", "number", lowest=lowest, highest=highest
        )
    return found


def units_beside(table: Path) -> dict[str, str | None]:
    """Column -> unit of the features, from the data dictionary beside a table; empty without one."""
    try:
        rows = read_rows(Path(table).parent / DICTIONARY_FILE)
    except StudyError:
        return {}
    return {
        str(row["column"]): None if row.get("unit") in (None, "no unit") else row["unit"]
        for row in rows
        if row.get("group") == "feature" and row.get("column")
    }
