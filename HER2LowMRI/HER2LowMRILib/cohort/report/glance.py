"""The answers to the study's question in a few lines, each with the careful figure beside the apparent one."""

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE
from HER2LowMRILib.cohort.report.names import model_name
from HER2LowMRILib.cohort.report.tables import number_text
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS


def glance(analysis: Analysis) -> str:
    """The answers to the study's question in a few lines, each with the careful figure beside the apparent one."""
    univariate, roc = analysis.tables["univariate"], analysis.tables["roc"]
    lines = []
    for pair in (pair for pair in PAIRS if pair.positive == "low"):
        for stratum, words in STRATUM_LABELS.items():
            tests = univariate[(univariate["comparison"] == pair.name) & (univariate["stratum"] == stratum)]
            tests = tests[(tests["table"] == "features") & tests["p"].notna()]
            parts = []
            if len(tests):
                hits, kept = int((tests["p"] < 0.05).sum()), int((tests["q"] < 0.05).sum())
                parts.append(f"{hits} of {len(tests)} features with p &lt; .05, {kept} with q &lt; .05")
            for name in (QUALITATIVE, "Combined_All"):
                found = roc[
                    (roc["comparison"] == pair.name)
                    & (roc["stratum"] == stratum)
                    & (roc["predictor"] == name)
                ]
                if len(found):
                    row = found.iloc[0]
                    parts.append(
                        f"{model_name(name)}: AUC {number_text(row['auc'])} apparent, "
                        f"<b>{number_text(row['auc_cv'])}</b> cross-validated"
                    )
            if parts:
                lines.append(f"<li>{pair.label}, {words}: {'; '.join(parts)}.</li>")
    if "agreement" in analysis.tables:
        table = analysis.tables["agreement"]
        for statistic, words in (
            ("kappa", "kappa of the descriptors"),
            ("icc_2_1", "ICC(2,1) of the measurements"),
        ):
            values = table.loc[table["statistic"] == statistic, "estimate"].dropna()
            if len(values):
                lines.append(f"<li>Agreement: {words} from {values.min():.3f} to {values.max():.3f}.</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""
