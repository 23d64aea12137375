"""SPSS syntax that computes the tables again from the rows that were analysed, with what the report prints beside.

SPSS has no DeLong interval, no Firth fit, no cross-validation; what it has is here: group tests, logistic models, areas
under the ROC curve, kappa and ICC. GNU PSPP runs all of it but the ICC.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysed_rows import analysed_readings, analysed_rows
from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE
from HER2LowMRILib.cohort.strata import COMPARISONS, GROUPS, STRATUM_LABELS, Comparison
from HER2LowMRILib.cohort.variables import Variable

if TYPE_CHECKING:
    import pandas as pd

_MODELS = (QUALITATIVE, "Combined_ADC", "Combined_D", "Combined_K", "Combined_All")
_WIDEST_TEXT = 64
_HEAD = """* HER2LowMRI: the tables again in SPSS. Run it in the folder of the results (CD 'folder'.).
* Before each procedure stands what the report prints; SPSS rounds to three digits.
SET DECIMAL=DOT.
"""


def spss_script(analysis: Analysis) -> str:
    """Build the syntax.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    str
        For a file beside analysed.csv and analysed_readings.csv.
    """
    names = _Names(analysis.cohort.variables)
    parts = [_HEAD, _read(analysed_rows(analysis.cohort), "analysed.csv", names)]
    parts += _codes(names)
    codes = " ".join(f"('{group}'={code})" for code, group in enumerate(GROUPS))
    parts.append(f"RECODE her2_group {codes} INTO grp.\nEXECUTE.\nDATASET NAME cohort.\n")
    for stratum in STRATUM_LABELS:
        if stratum != "all" and "lesion_type" not in analysis.cohort.rows:
            continue
        for comparison in COMPARISONS:
            parts += _of_pair(analysis, names, stratum, comparison)
    if analysis.readings is not None:
        parts += _of_readers(analysis)
    return "".join(parts)


class _Names:
    """SPSS names of the variables: letters, digits, underscores; those of others are numbered."""

    def __init__(self, variables: dict[str, Variable]) -> None:
        self.variables = variables
        self._names: dict[str, str] = {}

    def of(self, column: str) -> str:
        if column not in self._names:
            plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,59}", column) is not None
            self._names[column] = column if plain else f"column_{len(self._names) + 1}"
        return self._names[column]

    def number(self, column: str) -> str:
        """The numeric form: the column itself, or its codes."""
        return self.of(column) if self.variables[column].kind == "number" else f"{self.of(column)}_c"


def _read(rows: "pd.DataFrame", file: str, names: _Names) -> str:
    formats = []
    for column in rows:
        number = column in names.variables and names.variables[column].kind == "number"
        formats.append(f"{names.of(str(column))} {'F20.10' if number else f'A{_WIDEST_TEXT}'}")
    listed = "\n  ".join(formats)
    return (
        f"GET DATA /TYPE=TXT /FILE='{file}' /ARRANGEMENT=DELIMITED /DELCASE=LINE /DELIMITERS=',' /QUALIFIER='\"'\n"
        f"  /FIRSTCASE=2 /VARIABLES=\n  {listed}.\n"
    )


def _codes(names: _Names) -> Iterator[str]:
    for variable in names.variables.values():
        if variable.kind != "number":
            pairs = " ".join(
                f"('{_quoted(category)}'={code})" for code, category in enumerate(variable.categories)
            )
            yield f"RECODE {names.of(variable.name)} {pairs} INTO {names.number(variable.name)}.\n"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _of_pair(analysis: Analysis, names: _Names, stratum: str, comparison: Comparison) -> Iterator[str]:
    tests = analysis.tables["univariate"]
    tests = tests[(tests["stratum"] == stratum) & (tests["comparison"] == comparison.name)]
    tests = tests[tests["p"].notna()]
    members = [GROUPS.index(group) for group in comparison.groups]
    inside = "" if stratum == "all" else f" AND in_{stratum}='1'"
    yield (
        f"\nDATASET ACTIVATE cohort.\nDATASET COPY part.\nDATASET ACTIVATE part.\n"
        f"SELECT IF (ANY(grp, {', '.join(map(str, members))}){inside}).\nEXECUTE.\n"
        f"TITLE '{STRATUM_LABELS[stratum]}, {comparison.label}'.\n"
    )
    numbers = tests[tests["kind"] == "number"]
    if len(numbers):
        yield from _printed(f"{row['variable']} p {row['p']:.6g}" for _, row in numbers.iterrows())
        listed = " ".join(names.of(name) for name in numbers["variable"])
        kind, ends = ("K-W", f"{members[0]} {members[-1]}") if comparison.positive is None else ("M-W", "")
        ends = ends or f"{members[0]} {members[1]}"
        yield f"NPAR TESTS /{kind}={listed} BY grp ({ends}).\n"
    categories = tests[tests["kind"] != "number"]
    if len(categories):
        yield from _printed(
            f"{row['variable']} {row['test']} p {row['p']:.6g}" for _, row in categories.iterrows()
        )
        listed = " ".join(names.number(name) for name in categories["variable"])
        yield f"CROSSTABS /TABLES={listed} BY grp /STATISTICS=CHISQ /CELLS=COUNT COLUMN.\n"
    if comparison.positive is not None:
        yield f"COMPUTE y = (grp = {GROUPS.index(comparison.positive)}).\nEXECUTE.\n"
        yield from _models(analysis, names, stratum, comparison)
        yield from _areas(analysis, names, stratum, comparison)
    yield "DATASET ACTIVATE cohort.\nDATASET CLOSE part.\n"


def _models(analysis: Analysis, names: _Names, stratum: str, comparison: Comparison) -> Iterator[str]:
    models = analysis.tables["models"]
    models = models[(models["stratum"] == stratum) & (models["comparison"] == comparison.name)]
    for name in _MODELS:
        part = models[(models["model"] == name) & (models["method"] == "ml")]
        terms = [term for term in part["term"] if term != "(constant)"]
        if not terms or any(": " in term for term in terms):
            continue
        yield from _printed(
            f"{name} {row['term']} B {row['coefficient']:.6g} p {row['p']:.6g}" for _, row in part.iterrows()
        )
        listed = " ".join(names.number(term) for term in terms)
        # All are entered where no method is named.
        yield f"LOGISTIC REGRESSION VARIABLES=y WITH {listed}\n  /CRITERIA=BCON(.000001) ITERATE(100) /PRINT=CI(95).\n"


def _areas(analysis: Analysis, names: _Names, stratum: str, comparison: Comparison) -> Iterator[str]:
    roc = analysis.tables["roc"]
    roc = roc[(roc["stratum"] == stratum) & (roc["comparison"] == comparison.name)]
    roc = roc[roc["predictor"].isin(names.variables) & roc["auc"].notna()]
    for direction, part in roc.groupby("direction", sort=True):
        yield from _printed(f"{row['predictor']} AUC {row['auc']:.6g}" for _, row in part.iterrows())
        # The area of a marker that is low in the positive class is that of the other class.
        state = 1 if direction == "higher" else 0
        yield f"ROC {' '.join(names.of(name) for name in part['predictor'])} BY y ({state}) /PRINT=SE.\n"


def _of_readers(analysis: Analysis) -> Iterator[str]:
    """Kappa and ICC of each pair of readers, from both rows of a case side by side."""
    readings = analysis.readings
    assert readings is not None
    table = analysis.tables.get("agreement")
    if table is None:
        return
    names = _Names(readings.variables)
    yield "\n" + _read(analysed_readings(readings), "analysed_readings.csv", names)
    yield from _codes(names)
    yield "SORT CASES BY case_id.\nDATASET NAME readings.\n"
    # Three readers together are checked in R: not every SPSS has Fleiss' kappa.
    pairs = table[(table["variable"] != "voi") & (table["n_readers"] == 2)]
    for readers, part in pairs.groupby("readers", sort=False):
        first, second = str(readers).split(" and ", 1)
        kinds = {v.name: v.kind for v in readings.variables.values()}
        shown = [name for name in dict.fromkeys(part["variable"]) if name in kinds]
        numeric = [names.number(name) for name in shown]
        for label, reader in (("a", first), ("b", second)):
            renamed = " ".join(f"({name}={name[:58]}_{label})" for name in numeric)
            kept = " ".join(f"{name[:58]}_{label}" for name in numeric)
            yield (
                f"DATASET ACTIVATE readings.\nDATASET COPY reader_{label}.\nDATASET ACTIVATE reader_{label}.\n"
                f"SELECT IF (reader = '{_quoted(reader)}').\nEXECUTE.\n"
                f"RENAME VARIABLES {renamed}.\nSAVE OUTFILE='reader_{label}.sav' /KEEP=case_id {kept}.\n"
            )
        yield (
            "MATCH FILES /FILE='reader_a.sav' /IN=in_a /FILE='reader_b.sav' /IN=in_b /BY case_id.\n"
            "SELECT IF (in_a AND in_b).\nEXECUTE.\n"
            f"TITLE '{_quoted(str(readers))}'.\n"
        )
        estimates = part.set_index(["variable", "statistic"])["estimate"]
        for name in shown:
            pair = [f"{names.number(name)[:58]}_{label}" for label in ("a", "b")]
            statistic = "icc_2_1" if kinds[name] == "number" else "kappa"
            if (name, statistic) not in estimates.index or estimates[name, statistic] != estimates[
                name, statistic
            ]:
                continue
            yield from _printed([f"{name} {statistic} {estimates[name, statistic]:.6g}"])
            if statistic == "kappa":
                yield f"CROSSTABS /TABLES={pair[0]} BY {pair[1]} /STATISTICS=KAPPA.\n"
            else:
                yield (
                    f"RELIABILITY /VARIABLES={' '.join(pair)} /MODEL=ALPHA\n"
                    "  /ICC=MODEL(RANDOM) TYPE(ABSOLUTE) CIN=95 TESTVAL=0.\n"
                )


def _printed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"ECHO '{_quoted(line)}'.\n"
