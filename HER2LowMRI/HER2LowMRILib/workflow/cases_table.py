"""A table of cases as a person wrote it: which images belong to which case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import shown
from HER2LowMRILib.core.table_words import folded, says_missing, words_of
from HER2LowMRILib.files.table_plan import TablePlan
from HER2LowMRILib.files.understood_table import (
    FoundCase,
    TableWishes,
    UnderstoodRow,
    read_understood,
)
from HER2LowMRILib.study.case_list import (
    DETAILS,
    IMAGE_ROLES,
    TRAINING,
    Case,
    case_details,
    images_from_row,
    places_of,
)
from HER2LowMRILib.workflow.sort_cases import split_answers

TABLE_COLUMNS = ("case_id", "patient_id", *IMAGE_ROLES, "b_values", *DETAILS, TRAINING)


@dataclass(frozen=True)
class NewCase:
    """A case of a table, and which kinds of images it has."""

    case_id: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.case_id}  images: {', '.join(self.kinds)}"


@dataclass(frozen=True)
class CasesPlan(TablePlan):
    """What a table of cases says.

    Attributes
    ----------
    cases : tuple of Case
        In the order of the table.
    """

    WHAT = "the table of cases"
    NOTHING = "No case was added"
    cases: tuple[Case, ...]

    @property
    def changes(self) -> tuple[NewCase, ...]:
        """Each case with its images; those that the study has already are told when it is taken."""
        return tuple(
            NewCase(case.case_id, tuple(role for role in case.images.roles if places_of(case.images, role)))
            for case in self.cases
        )


def plan_cases(
    table: Path,
    pseudonym: Callable[[str], str],
    wishes: TableWishes | None = None,
    further_maps: Sequence[str] = (),
) -> CasesPlan:
    """Read a table of cases.

    Parameters
    ----------
    table : Path
        CSV or .xlsx. Columns ``case_id`` (a pseudonym of your own) or ``patient_id`` (turned into one), and the places
        of the images ``dwi``, ``adc``, ``d_app``, ``k_app``, ``t1``, ``t2``, ``dce``, ``others`` relative to the table;
        several places of one kind as ["a", "b"]. Series numbers in ``t1``, ``t2``, ``dce`` say which of the series in
        ``dwi`` they are, "none" that there is none. ``b_values`` as "0 800 1400 2000" [s/mm2] where the files do not
        say.
        ``patient`` (the same for two lesions of one), ``site`` and ``scanner`` where they are to be kept. ``training``
        says yes of cases that readers only train on.
    pseudonym : callable
        Patient id -> case id.
    wishes : TableWishes, optional
        What the coordinator says beside the table.
    further_maps : sequence of str
        Names of the maps that the study declared; each may have a column.

    Raises
    ------
    StudyError
        If it is not a table of cases.
    """

    def name(text: str, field: str) -> FoundCase:
        return FoundCase(pseudonym(text) if field == "patient_id" else text)

    understood = read_understood(
        table,
        dict.fromkeys((*TABLE_COLUMNS[2:], *further_maps)),
        name,
        lambda text, _number: pseudonym(text),
        wishes,
        what="the table of cases has columns that are not known, and no image",
        needed=", ".join((*TABLE_COLUMNS, *further_maps)),
        once_per=lambda row: row.case_id,
    )
    cases, problems = [], []
    for row in understood.rows:
        try:
            cases.append(_case(row, table.absolute().parent, pseudonym))
        except HER2LowMRIError as error:
            problems.append(f"row {row.number} of the table: {error}")
    return CasesPlan(understood, tuple(problems), tuple(cases))


def _case(row: UnderstoodRow, folder: Path, pseudonym: Callable[[str], str]) -> Case:
    cells = {name: str(value).strip() for name, value in row.values.items()}
    cells, answers = split_answers(cells, folder)
    images = images_from_row(cells, folder)
    absent = [role for role in images.roles if not all(place.exists() for place in places_of(images, role))]
    if absent:
        raise StudyError(
            "its images are not there", needed="places relative to the table", found=f"no {', '.join(absent)}"
        )
    training = _is_yes(cells.get(TRAINING, ""))
    return Case(row.case_id, images, answers=answers, training=training, **case_details(cells, pseudonym))


def _is_yes(text: str) -> bool:
    word = folded(text)
    if word in words_of("yes") or word in ("1", "1.0", "x", TRAINING):
        return True
    if says_missing(text) or word in words_of("no") or word in ("0", "0.0"):
        return False
    raise StudyError(f"the column {TRAINING}", needed="yes or no", found=shown(text, 30))
