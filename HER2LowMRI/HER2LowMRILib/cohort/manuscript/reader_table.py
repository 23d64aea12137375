"""Agreement of the readers."""

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import Cell, JournalTable, cells
from HER2LowMRILib.cohort.variables import study_variables

_WORDS = {
    "kappa": "Cohen's kappa",
    "kappa_linear": "kappa, linear weights",
    "kappa_quadratic": "kappa, quadratic weights",
    "icc_2_1": "ICC(2,1)",
    "icc_2_k": "ICC(2,k)",
    "fleiss_kappa": "Fleiss' kappa",
    "dice": "Dice coefficient",
    "hausdorff_95_mm": "95% Hausdorff distance, mm",
}


def agreement_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Kappa and ICC of each pair of readers; None without readings."""
    if "agreement" not in analysis.tables:
        return None
    table = analysis.tables["agreement"]
    table = table[table["statistic"].isin(_WORDS) & (table["n"] > 0)]
    assert analysis.readings is not None
    labels = {name: variable.label for name, variable in study_variables(analysis.readings.lexicon).items()}
    labels["voi"] = "Volume of interest"
    rows: list[tuple[Cell, ...]] = []
    several = table["readers"].nunique() > 1
    # All readers together first.
    table = table.sort_values("n_readers", ascending=False, kind="stable")
    for readers, part in table.groupby("readers", sort=False):
        if several:
            rows.append(cells([str(readers)]))
        named = ""
        for _, row in part.iterrows():
            # A variable is named once for all of its coefficients.
            label = "" if row["variable"] == named else labels.get(row["variable"], row["variable"])
            named = row["variable"]
            estimate = style.interval(row["estimate"], row["ci_low"], row["ci_high"], 3)
            rows.append(
                cells(
                    [
                        label,
                        _WORDS[row["statistic"]],
                        estimate,
                        row["label"] or "",
                        f"{row['n']:.0f}",
                    ]
                )
            )
    note = (
        "Signed-off readings before adjudication. Cohen's kappa with Fleiss, Cohen and Everitt's confidence interval "
        "(CI), Fleiss' kappa of three or more readers with jackknife limits, graded by Landis and Koch; ICC: two-way "
        "random effects, absolute agreement, of a single reader (2,1) and of the mean of the k readers (2,k), graded "
        "by Koo and Li on the limits of the CI."
    )
    header = ("Variable", "Coefficient", "Estimate (95% CI)", "Agreement", "n")
    return JournalTable(number, "Agreement of the readers", header, tuple(rows), (("", note),))
