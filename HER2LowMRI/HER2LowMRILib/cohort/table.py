"""features.csv and readings.csv, by whomever they were made, as typed rows with a list of what was wrong with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from HER2LowMRILib.cohort.clinic_columns import clinic_variable, offered_columns, unknown_columns
from HER2LowMRILib.cohort.eaten_points import with_points
from HER2LowMRILib.cohort.further_features import further_features, units_beside
from HER2LowMRILib.cohort.her2_groups import with_groups
from HER2LowMRILib.cohort.lexicon_lookup import lexicon_of_table
from HER2LowMRILib.cohort.people_columns import PeopleRows, in_our_words, read_people_rows
from HER2LowMRILib.cohort.table_wording import counted_words
from HER2LowMRILib.cohort.units import in_our_units
from HER2LowMRILib.cohort.variables import STATES, Variable, study_variables
from HER2LowMRILib.core.clinic import hormone_receptor, ki67_median_split
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.her2 import SETTLED_GROUPS
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, Lexicon, load_lexicon, shown
from HER2LowMRILib.core.table_words import folded, says_missing, words_of
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.locale_numbers import decimal_sign, read_numbers
from HER2LowMRILib.files.table_questions import Question
from HER2LowMRILib.files.understood_table import TableWishes

if TYPE_CHECKING:
    import pandas as pd

# How the features were made, for the methods of the report.
PROVENANCE = (
    "b_values", "adc_b_values", "fit_model", "fit_s0", "ADC_bin_width", "D_bin_width", "K_bin_width", "voi_choice",
    "definition_id", "lexicon_edition", "software_version",
)  # fmt: skip
# What a case is, beside what is analysed: for other groupings, sites and the quality of the maps.
CONTEXT = (
    "her2_ihc", "her2_zero_staining", "site", "scanner", "ADC_valid_fraction", "D_valid_fraction", "K_valid_fraction",
    "voi_seconds", "form_seconds", "reading_position",
    "voi_slices_drawn", "voi_slices_assisted", "voi_slices_interpolated", "voi_slices_unconfirmed",
)  # fmt: skip
# What a spreadsheet makes of 0 and 1.
_SECOND = {
    **dict.fromkeys(("0", "0.0", "false", "no", "none", "nan"), False),
    **dict.fromkeys(("1", "1.0", "true", "yes"), True),
}
# Columns with the same trouble that are named; of more, how many there are.
_NAMED = 3


def _nothing() -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame()


@dataclass(frozen=True)
class CohortTable:
    """Rows that can be analysed, and what was noticed while reading them.

    Attributes
    ----------
    rows : DataFrame
        One row per case (features) or per case and reader (readings). Numbers are float64, categories text; NaN
        and None stand for missing and for "not assessable"; "not_applicable" is kept as text.
    variables : dict of str to Variable
        The known columns that are there.
    warnings : tuple of str
        What was left out or changed, and why, one sentence each.
    not_assessable : dict of str to int
        Column -> cells that say so.
    sha256 : str
        Of the file.
    synthetic : bool
        Whether any row says that it is synthetic.
    lexicon : Lexicon
        The edition of the descriptors.
    not_asked : dict of str to ndarray of bool, shape (rows,)
        Number -> rows in which the question does not arise. A category says so in its cell.
    questions : tuple of str
        What has to be answered before the rows can be analysed.
    asked : tuple of Question
        What was asked about words, answered or not: what a file of answers keeps.
    provenance : dict of str to tuple of str
        Column of `PROVENANCE` -> the values that occur, without gaps, sorted.
    context : DataFrame
        Columns of `CONTEXT` that the table has, as text on the index of ``rows``.
    date : str
        Day on which the file was last written, as year-month-day.
    repeats : DataFrame
        Of readings: second readings of cases that were read twice, as ``rows``; they are in no other figure.
    """

    rows: "pd.DataFrame"
    variables: dict[str, Variable]
    warnings: tuple[str, ...]
    not_assessable: dict[str, int] = field(default_factory=dict)
    sha256: str = ""
    synthetic: bool = False
    lexicon: Lexicon = field(default_factory=load_lexicon)
    not_asked: dict[str, np.ndarray] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    provenance: dict[str, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    context: "pd.DataFrame" = field(default_factory=_nothing)
    repeats: "pd.DataFrame" = field(default_factory=_nothing)

    def applies(self, name: str) -> "pd.Series":
        """Rows in which the question of a variable arises, as a Series of bool on the index of ``rows``."""
        if name in self.not_asked:
            return self.rows[name].notna() | ~self.not_asked[name]
        return self.rows[name] != NOT_APPLICABLE


def read_features(
    path: Path,
    lexicon: Path | None = None,
    units: Mapping[str, str] | None = None,
    wishes: TableWishes | None = None,
    clinic: Sequence[str] = (),
) -> CohortTable:
    """Read one row per patient.

    Parameters
    ----------
    path : Path
        CSV or .xlsx with the columns of the data dictionary, in any order, or as people call them
        (`people_columns`); only ``case_id`` and either ``her2_group`` or ``her2_ihc`` are needed. Columns that are
        not known are left alone.
    lexicon : Path, optional
        Lexicon or study folder whose descriptors the table has; found by itself where it can be, see
        `lexicon_lookup.lexicon_of_table`.
    units : mapping, optional
        Quantity -> unit of the table, from `units.parse_units`.
    wishes : TableWishes, optional
        What the person says of columns and words.
    clinic : sequence of str
        Columns of the table's own to take as clinic variables; others that could be are offered in a warning.

    Raises
    ------
    AnalysisError
        When the file is not such a table, or a case stands in it twice with different values.
    """
    people, warnings = _read(path, ("case_id",), wishes)
    people, edition = _in_our_words(people, path, lexicon, wishes, warnings)
    frame = _once(people.frame, ["case_id"], warnings)
    frame = with_groups(frame, warnings)
    read = _typed(frame, edition, units or {}, Path(path), warnings)
    read.rows["her2_group"] = frame["her2_group"]
    warnings += _patients_and_lesions(frame)
    _derive_clinic(read.rows, read.variables, warnings)
    _collapse(read.rows, read.variables, edition)
    read = _with_clinic_columns(read, frame, clinic, edition, warnings)
    return _table(read, frame, edition, people, warnings, _day_of(path))


def _with_clinic_columns(
    read: "_Read", frame: "pd.DataFrame", asked: Sequence[str], edition: Lexicon, warnings: list[str]
) -> "_Read":
    """Add the table's own columns that were asked for, before the descriptors, and offer the others."""
    import pandas as pd

    unknown_columns(frame, asked)
    own = {}
    for name in asked:
        variable, values = clinic_variable(name, frame[name])
        if values is None:
            numbers, strange = read_numbers(frame[name], decimal_sign([frame[name]]))
            read.rows[name] = numbers
            warnings += _unread_numbers({name: strange} if strange else {}, ".")
        else:
            read.rows[name] = pd.Series(values, dtype=object)
        own[name] = variable
    offered = [name for name in offered_columns(frame, edition, read.variables) if name not in own]
    if offered:
        columns = ", ".join(shown(name) for name in offered)
        warnings.append(f"Columns that are not analysed: {columns}. --clinic takes them as clinic variables.")
    if not own:
        return read
    clinic = {name: v for name, v in read.variables.items() if v.table == "clinic" and name not in own}
    return read._replace(
        variables=clinic | own | {n: v for n, v in read.variables.items() if n not in clinic}
    )


def read_readings(
    path: Path,
    lexicon: Path | None = None,
    units: Mapping[str, str] | None = None,
    wishes: TableWishes | None = None,
) -> CohortTable:
    """Read one row per case and reader, as signed off and before adjudication.

    Parameters
    ----------
    path : Path
    lexicon, units, wishes : optional
        As in `read_features`.

    Raises
    ------
    AnalysisError
        When the file is not such a table, or a reader has two different rows for a case.
    """
    people, warnings = _read(path, ("case_id", "reader"), wishes)
    people, edition = _in_our_words(people, path, lexicon, wishes, warnings)
    frame = people.frame
    nameless = frame["reader"].isna()
    if nameless.any():
        warnings.append(f"{int(nameless.sum())} rows name no reader and are left out.")
        frame = frame[~nameless].reset_index(drop=True)
    again = _is_second(frame, Path(path))
    frame = _once(frame.assign(repeat=again), ["case_id", "reader", "repeat"], warnings)
    again = frame["repeat"].to_numpy(bool)
    read = _typed(frame, edition, units or {}, Path(path), warnings)
    read.rows["reader"] = frame["reader"]
    _collapse(read.rows, read.variables, edition)
    table = _table(read, frame, edition, people, warnings)
    if not again.any():
        return table
    rows = table.rows[~again].reset_index(drop=True)
    if not len(rows):
        raise AnalysisError(
            f"{Path(path).name} holds second readings alone", needed="rows with repeat 0", found="none"
        )
    return replace(
        table,
        rows=rows,
        repeats=table.rows[again].reset_index(drop=True),
        not_asked={name: asked[~again] for name, asked in table.not_asked.items()},
        context=table.context[~again].reset_index(drop=True),
    )


def _is_second(frame: "pd.DataFrame", path: Path) -> np.ndarray:
    """Rows of second readings; shape (rows,), bool."""
    if "repeat" not in frame:
        return np.zeros(len(frame), bool)
    words = frame["repeat"].map(lambda cell: _SECOND.get(str(cell or "0").casefold()))
    if words.isna().any():
        strange = shown(frame["repeat"][words.isna()].iloc[0])
        raise AnalysisError(
            f"the column repeat of {path.name} cannot be read",
            needed="1 for the second reading of a case, 0 for the first",
            found=strange,
        )
    return words.to_numpy(bool)


def _day_of(path: Path) -> str:
    return datetime.fromtimestamp(Path(path).stat().st_mtime, tz=UTC).date().isoformat()


def _table(
    read: "_Read",
    frame: "pd.DataFrame",
    edition: Lexicon,
    people: PeopleRows,
    warnings: list[str],
    date: str = "",
) -> CohortTable:
    return CohortTable(
        read.rows,
        read.variables,
        tuple(warnings),
        read.not_assessable,
        people.sha256,
        _says_synthetic(frame),
        edition,
        read.not_asked,
        (*map(str, people.questions), *read.questions),
        tuple(people.asked),
        {name: tuple(sorted(frame[name].dropna().unique())) for name in PROVENANCE if name in frame},
        date,
        frame[[name for name in frame if name in CONTEXT]].copy(),
    )


def read_overlaps(path: Path) -> "pd.DataFrame":
    """Read voi_agreement.csv: how much the VOIs of two readers agree, one row per case and pair.

    Raises
    ------
    AnalysisError
        When the file is not such a table.
    """
    people, _ = _read(path, ("case_id", "reader_1", "reader_2", "dice", "hausdorff_95_mm"))
    frame = people.frame
    names = ("dice", "hausdorff_95_mm")
    sign = decimal_sign(frame[name] for name in names)
    return frame[["case_id", "reader_1", "reader_2"]].assign(
        **{name: read_numbers(frame[name], sign)[0] for name in names}
    )


def _read(
    path: Path, needed: tuple[str, ...], wishes: TableWishes | None = None
) -> tuple[PeopleRows, list[str]]:
    read = read_people_rows(Path(path), wishes)
    frame, warnings = read.frame, list(read.notes)
    missing = [name for name in needed if name not in frame]
    if missing:
        names = list(frame)
        raise AnalysisError(
            f"{Path(path).name} cannot be analysed",
            needed=f"the column {' and '.join(missing)}",
            found=", ".join(names[:6]) + (" ..." if len(names) > 6 else ""),
        )
    if not len(frame):
        raise AnalysisError(
            f"{Path(path).name} is empty", needed="at least one case", found="column names only"
        )
    nameless = frame["case_id"].isna()
    if nameless.any():
        warnings.append(f"{int(nameless.sum())} rows have no case_id and are left out.")
    totals = _are_totals(frame)
    if totals.any():
        named = ", ".join(shown(case) for case in dict.fromkeys(frame["case_id"][totals]))
        warnings.append(f"Rows of totals are left out: {named}.")
    return replace(read, frame=frame[~nameless & ~totals].reset_index(drop=True), notes=[]), warnings


def _are_totals(frame: "pd.DataFrame") -> "pd.Series":
    """Rows below a table that sum it up: called so, and of no group and no reader."""
    words = frame["case_id"].map(lambda cell: folded(cell or "").rstrip(":.") in words_of("totals"))
    told = [name for name in ("her2_group", "her2_ihc", "reader", "reader_1") if name in frame]
    return words.astype(bool) & frame[told].isna().all(axis=1)


def _in_our_words(
    read: PeopleRows, path: Path, lexicon: Path | None, wishes: TableWishes | None, warnings: list[str]
) -> tuple[PeopleRows, Lexicon]:
    edition = lexicon_of_table(read.frame.get("lexicon_edition", ()), Path(path), lexicon)
    worded = in_our_words(read, edition, wishes)
    known = study_variables(edition) | further_features(worded.frame, units_beside(path))
    numbers = [variable.name for variable in known.values() if variable.kind == "number"]
    worded = with_points(worded, numbers, wishes)
    warnings += worded.notes
    return worded, edition


def _once(frame: "pd.DataFrame", key: list[str], warnings: list[str]) -> "pd.DataFrame":
    once = frame.drop_duplicates()
    if len(once) < len(frame):
        warnings.append(
            f"{len(frame) - len(once)} rows repeat another row in every column and are counted once."
        )
    again = once.duplicated(key, keep=False)
    if again.any():
        cases = list(dict.fromkeys(once.loc[again, "case_id"]))
        raise AnalysisError(
            "A case stands in the table twice with different values",
            needed=f"one row per {' and '.join(key)}",
            found=f"{len(cases)} such cases: {', '.join(shown(case) for case in cases[:5])}",
            todo="Remove the rows that do not count; which one is right cannot be guessed.",
        )
    return once.reset_index(drop=True)


class _Read(NamedTuple):
    """Typed cells; see `CohortTable`."""

    rows: "pd.DataFrame"
    variables: dict[str, Variable]
    not_assessable: dict[str, int]
    not_asked: dict[str, np.ndarray]
    questions: list[str]


def _typed(
    frame: "pd.DataFrame", lexicon: Lexicon, units: Mapping[str, str], path: Path, warnings: list[str]
) -> _Read:
    import pandas as pd

    known = study_variables(lexicon) | further_features(frame, units_beside(path))
    sign = decimal_sign(frame[v.name] for v in known.values() if v.kind == "number" and v.name in frame)
    unread: dict[str, Counter[str]] = {}
    columns: dict[str, object] = {"case_id": frame["case_id"].to_numpy()}
    variables, states, not_asked = {}, {}, {}
    for name, variable in known.items():
        if name not in frame:
            continue
        cells = frame[name]
        if variable.optional and cells.isin([None, *STATES]).all():
            continue
        count = int((cells == "not_assessable").sum())
        if count:
            states[name] = count
        if variable.kind == "number":
            columns[name], strange = read_numbers(cells, sign, variable.unit)
            if strange:
                unread[name] = strange
            if (cells == NOT_APPLICABLE).any():
                not_asked[name] = (cells == NOT_APPLICABLE).to_numpy()
        else:
            columns[name] = pd.Series(_categories(variable, cells, warnings), dtype=object)
        variables[name] = variable
    rows, turned, questions = in_our_units(pd.DataFrame(columns), units, path.name)
    warnings += turned
    for variable in variables.values():
        if variable.kind == "number":
            warnings += _implausible(variable, rows[variable.name].to_numpy(float))
    warnings += _unread_numbers(unread, sign)
    return _Read(rows, variables, states, not_asked, questions)


def _unread_numbers(unread: dict[str, Counter[str]], sign: str) -> list[str]:
    words = [f"{name}: {counted_words(cells)}" for name, cells in unread.items()]
    if len(words) <= _NAMED:
        return [f"Cells that are not a number are taken as missing, {text}." for text in words]
    other = "a decimal comma" if sign == "." else "a decimal point"
    return [
        f"Cells that are not a number are taken as missing, in {len(words)} columns: {'; '.join(words[:_NAMED])} and "
        f"others. Numbers with {other} are not read, since most of this table has the other sign or it cannot be "
        "told from that of thousands."
    ]


def _implausible(variable: Variable, values: np.ndarray) -> list[str]:
    outside = values[(values < variable.lowest) | (values > variable.highest)]
    if not len(outside):
        return []
    worst = outside[np.argmax(np.abs(outside))]
    unit = f" {variable.unit}" if variable.unit else ""
    limits = f"outside {variable.lowest:g} to {variable.highest:g}"
    if variable.highest == np.inf:
        limits = f"below {variable.lowest:g}"
    count = f"{len(outside)} values" if len(outside) > 1 else "1 value"
    return [
        f"{variable.name} has {count} {limits}{unit} ({worst:g}), analysed as found: check it against the source, "
        "and the unit."
    ]


def _categories(variable: Variable, cells: "pd.Series", warnings: list[str]) -> np.ndarray:
    values = np.full(len(cells), None, dtype=object)
    strange: Counter[str] = Counter()
    # A table program turns 0/1 into 0.0/1.0 or TRUE/FALSE, and nobody types capitals as we do.
    spelled = {category.lower(): category for category in variable.categories}
    if variable.kind == "binary":
        spelled |= {"0.0": "0", "1.0": "1", "false": "0", "true": "1", "no": "0", "yes": "1"}
    spelled[NOT_APPLICABLE] = NOT_APPLICABLE
    for position, cell in enumerate(cells):
        if cell is None or cell == "not_assessable" or says_missing(cell):
            continue
        word = spelled.get(cell.lower().replace(" ", "_"))
        if word is None:
            strange[shown(cell, 30)] += 1
        values[position] = word
    if strange:
        warnings.append(
            f"{variable.name} has values that are none of {', '.join(variable.categories)}, taken as missing: "
            f"{counted_words(strange)}."
        )
    return values


def _derive_clinic(rows: "pd.DataFrame", variables: dict[str, Variable], warnings: list[str]) -> None:
    """Add HR, and Ki-67 above the median of the cases that are analysed."""
    import pandas as pd

    known = study_variables()
    if {"er", "pr"} <= set(rows):
        stated = rows["hr"] if "hr" in rows else [None] * len(rows)
        both = zip(rows["er"], rows["pr"], strict=True)
        found = [hormone_receptor(*(None if x is None else int(x) for x in pair)) for pair in both]
        receptors = [None if hr is None else str(hr) for hr in found]
        differs = sum(
            None not in (old, new) and old != new for old, new in zip(stated, receptors, strict=True)
        )
        if differs:
            warnings.append(f"In {differs} rows hr contradicts er and pr; it is derived from them.")
        derived = [old if new is None else new for old, new in zip(stated, receptors, strict=True)]
        rows["hr"], variables["hr"] = pd.Series(derived, dtype=object), known["hr"]
    if "ki67_percent" not in rows:
        return
    stated = rows["ki67_percent"].where(rows["her2_group"].isin(SETTLED_GROUPS))
    if stated.notna().any():
        cut, high = ki67_median_split(stated.tolist())
        rows["ki67_high"] = pd.Series([None if value is None else str(value) for value in high], dtype=object)
        variables["ki67_high"] = replace(
            known["ki67_high"], label=f"Ki-67 above the cohort's median of {cut:g} %"
        )


def _patients_and_lesions(frame: "pd.DataFrame") -> list[str]:
    """Say when rows share a patient: every test takes them as independent."""
    stated = frame["patient"].dropna() if "patient" in frame else []
    shared = len(stated) - len(set(stated))
    if not shared:
        return []
    return [
        f"{counted(len(frame), 'lesion')} of {counted(len(frame) - shared, 'patient')}: lesions of one patient are "
        "not independent, and all tests here take them so. Their p values are too small, their intervals too "
        "narrow, and cross-validation judges lesions by a model that may have seen another of the same patient; beside "
        "this, analyse one lesion of each patient."
    ]


def _collapse(rows: "pd.DataFrame", variables: dict[str, Variable], lexicon: Lexicon) -> None:
    """Add the collapsed descriptors; a column that has them already is not believed."""
    import pandas as pd

    known = study_variables(lexicon)
    for entry in lexicon.derived:
        if entry.derived_from not in rows:
            continue
        mapping = {str(value): str(result) for value, result in entry.mapping}
        derived = [
            NOT_APPLICABLE if answer == NOT_APPLICABLE else mapping.get(answer)
            for answer in rows[entry.derived_from]
        ]
        rows[entry.id], variables[entry.id] = pd.Series(derived, dtype=object), known[entry.id]


def _says_synthetic(frame: "pd.DataFrame") -> bool:
    # A name proves nothing: a hospital's cases may begin with SYN.
    return "synthetic" in frame and bool(
        frame["synthetic"].str.casefold().isin(["1", "1.0", "true", "yes"]).any()
    )
