"""The answers to the study's question in one table, each with the careful figure beside the apparent one."""

from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, model_name
from HER2LowMRILib.cohort.report.tables import cross_validated_text, html_table, number_text
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS

if TYPE_CHECKING:
    import pandas as pd

_MODELS = (QUALITATIVE, "Combined_All")
_NOTE = (
    "q: p corrected for the number of features (Benjamini-Hochberg). An apparent AUC is judged on the cases that the "
    "model was fitted to and is too good; the cross-validated one is what to expect of new cases. Limits that "
    "include 0.5 do not exclude chance. Single features, the other models and the pair without HER2-low follow below."
)


def glance(analysis: Analysis) -> str:
    """HER2-low against either other group, in each kind of lesions; then the readers' agreement in two lines."""
    rows = []
    for pair in (pair for pair in PAIRS if pair.positive == "low"):
        found = [
            [words, *cells]
            for stratum, words in STRATUM_LABELS.items()
            if set(cells := _cells(analysis, pair.name, stratum)) != {"–"}
        ]
        rows += [[pair.label], *found] if found else []
    header = ["", "Features with p &lt; .05", "with q &lt; .05"]
    for name in _MODELS:
        header += [f"{model_name(name)}:<br>AUC apparent", "cross-validated<br>(95 % CI)"]
    table = html_table(header, rows, "HER2-low against the others", _NOTE) if rows else ""
    agreement = "".join(f"<p>{line}</p>" for line in _agreement(analysis))
    return table + agreement


def _cells(analysis: Analysis, comparison: str, stratum: str) -> list[str]:
    univariate, roc = analysis.tables["univariate"], analysis.tables["roc"]
    tests = _part(univariate, comparison, stratum)
    tests = tests[(tests["table"] == "features") & tests["p"].notna()]
    cells = ["–", "–"]
    if len(tests):
        cells = [f"{int((tests[name] < 0.05).sum())} of {len(tests)}" for name in ("p", "q")]
    part = _part(roc, comparison, stratum).set_index("predictor")
    for name in _MODELS:
        if name in part.index:
            cells += [number_text(part.loc[name, "auc"]), cross_validated_text(part.loc[name])]
        else:
            cells += ["–", "–"]
    return cells


def _part(table: "pd.DataFrame", comparison: str, stratum: str) -> "pd.DataFrame":
    return table[(table["comparison"] == comparison) & (table["stratum"] == stratum)]


def _agreement(analysis: Analysis) -> list[str]:
    if "agreement" not in analysis.tables:
        return []
    table, lines = analysis.tables["agreement"], []
    for statistic, words in (
        ("kappa", "Agreement of the readers on the descriptors: kappa"),
        ("icc_2_1", "Agreement of the readers on the measurements: ICC(2,1)"),
    ):
        values = table.loc[table["statistic"] == statistic, "estimate"].dropna()
        if len(values):
            lines.append(f"{words} from {values.min():.3f} to {values.max():.3f}.")
    return lines
