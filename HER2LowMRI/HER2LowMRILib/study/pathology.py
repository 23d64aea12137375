"""`pathology.csv`: clinic and HER2 fields of each case, raw as reported. Only the coordinator's view opens it."""

from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import Answer, clinic_fields
from HER2LowMRILib.files.row_csv import read_rows, rows_to_bytes

PATHOLOGY_FILE = "pathology.csv"

Fields = dict[str, Answer]


def columns() -> tuple[str, ...]:
    """The columns of the file: case_id and the fields of `core.lexicon.clinic_fields`."""
    return ("case_id", *(item.id for item in clinic_fields().items))


def read_pathology(path: Path) -> dict[str, Fields]:
    """Read the study's own file: case id -> field -> value; what people bring is read by `pathology_table`.

    Parameters
    ----------
    path : Path
        `pathology.csv` of a study.

    Raises
    ------
    StudyError
        If the file has no case_id, a case twice, a column that is not a field, or a value that no report can state;
        says which row.
    """
    items = {item.id: item for item in clinic_fields().items}
    fields: dict[str, Fields] = {}
    for number, row in enumerate(read_rows(path), start=2):
        unknown = sorted(set(row) - {"case_id", *items})
        if unknown or "case_id" not in row:
            raise StudyError(
                f"{path.name} is not a pathology table",
                needed=f"case_id and columns of {', '.join(items)}",
                found=f"{len(unknown)} other columns" if unknown else "no case",
            )
        case_id = row["case_id"]
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
    return rows_to_bytes(({"case_id": case_id, **values} for case_id, values in fields.items()), columns())
