"""`pathology.csv`: clinic and HER2 fields of each case, raw as reported. Only the coordinator's view opens it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import Answer, clinic_fields
from HER2LowMRILib.files.row_csv import read_rows, rows_to_bytes

PATHOLOGY_FILE = "pathology.csv"

Fields = dict[str, Answer]


def columns() -> tuple[str, ...]:
    """The columns of the file: case_id and the fields of `core.lexicon.clinic_fields`."""
    return ("case_id", *(item.id for item in clinic_fields().items))


def read_pathology(path: Path, pseudonym: Callable[[str], str] | None = None) -> dict[str, Fields]:
    """Read a pathology table: case id -> field -> value. Columns may be missing, others are refused.

    Parameters
    ----------
    path : Path
        CSV file.
    pseudonym : callable, optional
        Patient id -> case id, for a table with the column ``patient_id`` instead of ``case_id``.

    Raises
    ------
    StudyError
        If the table has no case_id, a case twice, a column that is no field, or a value that no report can state;
        says which row.
    """
    items = {item.id: item for item in clinic_fields().items}
    fields: dict[str, Fields] = {}
    id_columns = ("case_id",) if pseudonym is None else ("case_id", "patient_id")
    for number, row in enumerate(read_rows(path), start=2):
        unknown = sorted(set(row) - {*id_columns, *items})
        if unknown or not set(row) & set(id_columns):
            raise StudyError(
                f"{path.name} is no pathology table",
                needed=f"{' or '.join(id_columns)} and columns of {', '.join(items)}",
                found=f"{len(unknown)} other columns" if unknown else "no case",
            )
        case_id = row.get("case_id")
        if case_id is None and row.get("patient_id"):
            case_id = pseudonym(row["patient_id"])
        if case_id is None or case_id in fields:
            found = "a case again" if case_id else "no case"
            raise StudyError(f"row {number} of {path.name}", needed="each case once", found=found)
        try:
            values = {name: items[name].accept(cell) for name, cell in row.items() if name in items}
        except HER2LowMRIError as error:
            raise StudyError(f"row {number} of {path.name}: {error}") from error
        fields[case_id] = {name: value for name, value in values.items() if value is not None}
    return fields


def pathology_to_bytes(fields: Mapping[str, Fields]) -> bytes:
    """Content of a pathology table, cases in the order given."""
    return rows_to_bytes(({"case_id": case_id} | values for case_id, values in fields.items()), columns())
