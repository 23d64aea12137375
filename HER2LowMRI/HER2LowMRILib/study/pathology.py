"""`pathology.csv`: clinic and HER2 fields of each case, raw as reported. Only the coordinator's view opens it."""

from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import Answer, clinic_fields
from HER2LowMRILib.study.row_csv import read_rows, write_rows

PATHOLOGY_FILE = "pathology.csv"

Fields = dict[str, Answer]


def columns() -> tuple[str, ...]:
    """The columns of the file: case_id and the fields of `core.lexicon.clinic_fields`."""
    return ("case_id", *(item.id for item in clinic_fields().items))


def read_pathology(path: Path) -> dict[str, Fields]:
    """Read a pathology table: case id -> field -> value. Columns may be missing, others are refused.

    Raises
    ------
    StudyError
        If the table has no case_id, a case twice, a column that is no field, or a value that no report can state;
        says which row.
    """
    items = {item.id: item for item in clinic_fields().items}
    fields: dict[str, Fields] = {}
    for number, row in enumerate(read_rows(path), start=2):
        unknown = sorted(set(row) - {"case_id", *items})
        if unknown or "case_id" not in row:
            raise StudyError(
                f"{path.name} is no pathology table",
                needed=f"case_id and columns of {', '.join(items)}",
                found=f"{len(unknown)} other columns" if unknown else "no case_id",
            )
        case_id = row["case_id"]
        if not case_id or case_id in fields:
            raise StudyError(
                f"row {number} of {path.name}",
                needed="each case once",
                found="a case again" if case_id else "no case_id",
            )
        try:
            values = {name: items[name].accept(cell) for name, cell in row.items() if name != "case_id"}
        except HER2LowMRIError as error:
            raise StudyError(f"row {number} of {path.name}: {error}") from error
        fields[case_id] = {name: value for name, value in values.items() if value is not None}
    return fields


def write_pathology(path: Path, fields: Mapping[str, Fields]) -> None:
    """Write a pathology table in one verified act, cases in the order given."""
    write_rows(path, ({"case_id": case_id} | values for case_id, values in fields.items()), columns())
