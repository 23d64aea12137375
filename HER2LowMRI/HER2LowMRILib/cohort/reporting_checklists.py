"""Reporting checklists filled as far as the analysis knows: CLEAR, METRICS, STARD 2015, TRIPOD+AI.

What only the authors can say stays open and is named as theirs; nothing is called done that was not done in this run.
"""

import json
from importlib import resources
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, model_name
from HER2LowMRILib.cohort.report.names import pair_label
from HER2LowMRILib.cohort.strata import GROUP_LABELS, STRATUM_LABELS
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.core.wording import counted, rounded

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("guideline", "item", "section", "asks", "status", "answer")
FILLED, PARTLY, NOT_APPLICABLE, AUTHORS = "filled", "partly", "not applicable", "authors"
ITEMS_FILE = "reporting_items.json"
_OPEN = "For the authors to say."


def checklists(analysis: Analysis) -> "pd.DataFrame":
    """Every item of every checklist with its answer.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    DataFrame
        `COLUMNS`. ``status``: "filled" from this analysis; "partly", where the authors add to it; "not applicable",
        with the reason; "authors".
    """
    import pandas as pd

    return pd.DataFrame([_row(item, analysis) for item in _content()["items"]], columns=list(COLUMNS))


def checklist_sources() -> dict[str, str]:
    """Guideline -> its publication."""
    return dict(_content()["sources"])


def _content() -> dict:
    text = (resources.files("HER2LowMRILib") / "data" / ITEMS_FILE).read_text(encoding="utf-8")
    return json.loads(text)


def _row(item: dict[str, str], analysis: Analysis) -> dict[str, str]:
    row = {name: item[name] for name in ("guideline", "item", "section", "asks")}
    fill = item["fill"]
    if fill.startswith("!"):
        return row | {"status": NOT_APPLICABLE, "answer": fill[1:]}
    answer = _answer(fill.rstrip("+"), analysis) if fill else None
    if not answer:
        return row | {"status": AUTHORS, "answer": _OPEN}
    return row | {"status": PARTLY if fill.endswith("+") else FILLED, "answer": answer}


def _answer(fill: str, analysis: Analysis) -> str | None:
    """What the function below of that name says of the analysis; None where it knows nothing."""
    return globals()[f"_{fill}"](analysis)


def _guideline(_: Analysis) -> str:
    return "This checklist, and the other three beside it, filled from the analysis itself."


def _pipeline(analysis: Analysis) -> str | None:
    if not _features(analysis):
        return None
    return (
        "Diffusion images -> ADC, D_app and K_app with the quality of every voxel -> VOI outlined by the readers -> "
        "histogram features of the valid voxels -> mean over the readers -> tests, models, resampling (Methods)."
    )


def _split(analysis: Analysis) -> str | None:
    if not len(analysis.tables["roc"]):
        return None
    s = analysis.settings
    return (
        f"No fixed split: all cases in {s.repeats} times {s.folds}-fold cross-validation stratified by group, and "
        f"{s.bootstraps} bootstrap samples, with every selection repeated inside; seed {s.seed}."
    )


def _imaging(analysis: Analysis) -> str | None:
    stated = analysis.cohort.provenance
    b_values = [text.replace(";", ", ") for text in stated.get("b_values", ())]
    return f"b-values {' or '.join(b_values)} s/mm² (report, Methods)." if b_values else None


def _other_predictors(analysis: Analysis) -> str | None:
    known = [v.label for v in analysis.cohort.variables.values() if v.table != "features" and not v.derived]
    if not known:
        return None
    edition = " or ".join(analysis.cohort.provenance.get("lexicon_edition", ()))
    words = f" Descriptors by the lexicon {edition}." if edition else ""
    return f"{len(known)} clinical variables and MRI descriptors: {', '.join(known)}.{words} Codes in variables.csv."


def _reference(analysis: Analysis) -> str:
    sizes = ", ".join(f"{GROUP_LABELS[group]} {n}" for group, n in analysis.group_sizes.items())
    return (
        "HER2 group from immunohistochemistry and in situ hybridisation: zero (IHC 0), low (1+, or 2+ without "
        f"amplification), over (3+, or 2+ with amplification); what is indeterminate is left out. {sizes}."
    )


def _segmentation(analysis: Analysis) -> str | None:
    choices = analysis.cohort.provenance.get("voi_choice", ())
    if not choices:
        return None
    whose = "their features averaged" if "mean" in choices else f"that of {' or '.join(choices)} analysed"
    return (
        "Whole lesion outlined by hand slice by slice on the ADC map, without haemorrhage, necrosis, vessels and "
        f"cysts, by each reader alone; {whose}."
    )


def _operators(analysis: Analysis) -> str | None:
    readers = _readers(analysis)
    return f"{counted(len(readers), 'reader')}, each without knowledge of the other." if readers else None


def _preprocessing(analysis: Analysis) -> str | None:
    if not _features(analysis):
        return None
    return (
        "No filtering, no normalisation. Voxels without a valid value (not fitted, out of range, saturated, below the "
        "noise floor) are left out and counted in each row (ADC_valid_fraction and others)."
    )


def _resampling(analysis: Analysis) -> str | None:
    return (
        "Not resampled: features on the voxels of the maps as they were acquired."
        if _features(analysis)
        else None
    )


def _bins(analysis: Analysis) -> str | None:
    stated = analysis.cohort.provenance
    widths = [
        f"{' or '.join(values)} for {name}"
        for name in ("ADC", "D", "K")
        if (values := stated.get(f"{name}_bin_width", ()))
    ]
    return f"Fixed bin widths from 0: {', '.join(widths)} (ADC and D in 10⁻³ mm²/s)." if widths else None


def _image_types(analysis: Analysis) -> str | None:
    maps = sorted({name.partition("_")[0] for name in _features(analysis)})
    return f"Parametric maps, unfiltered: {', '.join(maps)}." if maps else None


def _extraction(analysis: Analysis) -> str | None:
    if not _features(analysis):
        return None
    version = " or ".join(
        analysis.cohort.provenance.get("software_version", (analysis.versions["her2lowmri"],))
    )
    return f"HER2LowMRI {version}; reproduces the first-order reference values of the IBSI digital phantom."


def _classes(analysis: Analysis) -> str | None:
    if not _features(analysis):
        return None
    return "First order: mean, median, 5th and 95th percentile, skewness, excess kurtosis, entropy."


def _number(analysis: Analysis) -> str | None:
    features = _features(analysis)
    return f"{len(features)}, of {len(FEATURE_NAMES)} of the standard set." if features else None


def _definition(analysis: Analysis) -> str | None:
    ids = analysis.cohort.provenance.get("definition_id", ())
    return f"Definition {' or '.join(ids)} in every row; percentiles interpolated linearly." if ids else None


def _missing(analysis: Analysis) -> str:
    gaps = {
        v.label: int((analysis.cohort.rows[n].isna() & analysis.cohort.applies(n)).sum())
        for n, v in analysis.cohort.variables.items()
    }
    there = {label: count for label, count in gaps.items() if count}
    words = ", ".join(f"{label} {count}" for label, count in sorted(there.items(), key=lambda g: -g[1])[:5])
    found = (
        f" Missing in {counted(len(there), 'variable')}, most in {words}." if there else " None is missing."
    )
    return f"Each analysis uses the cases complete for it; nothing is imputed.{found}"


def _imbalance(analysis: Analysis) -> str:
    sizes = " / ".join(str(n) for n in analysis.group_sizes.values())
    return f"Groups of {sizes}; no resampling or weighting, AUC and calibration at the shares of the study."


def _reliability(analysis: Analysis) -> str | None:
    span = _icc_span(analysis)
    overlap = _agreement(analysis, "dice")
    dice = f" Mean Dice coefficient {rounded(float(overlap.iloc[0]), 2)}." if len(overlap) else ""
    return f"{span}{dice}" if span else None


def _scaling(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "Not scaled; coefficients per unit of the variable, categories against the first (reference in models.csv)."


def _reduction(analysis: Analysis) -> str | None:
    from HER2LowMRILib.cohort.models import combined_members

    members = combined_members(analysis.cohort)
    if not members:
        return None
    words = "; ".join(f"{model_name(name)}: {len(of)} features" for name, of in members.items())
    return f"Members of the models are fixed beforehand, none chosen from the data: {words}."


def _algorithm(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return (
        "Logistic regression by maximum likelihood, all members entered at once; Firth's penalised likelihood where "
        "the predictors separate the groups. Validated by cross-validation and bootstrap of the whole procedure."
    )


def _tuning(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "No hyperparameters; coefficients are fitted to all complete cases of a pair and kind of lesion."


def _confounders(analysis: Analysis) -> str | None:
    done = []
    if len(analysis.tables["sensitivity"]) and "with_size" in set(
        analysis.tables["sensitivity"]["variation"]
    ):
        done.append("models adjusted for lesion size")
    if "mixed" in analysis.tables:
        done.append(f"mixed models with {' and '.join(sorted(set(analysis.tables['mixed']['cluster'])))}")
    if "lesion_type" in analysis.cohort.rows:
        done.append("masses and NME-related lesions apart")
    return f"{_sentence('; '.join(done))}." if done else None


def _selection(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return (
        "The published models, with their members fixed beforehand, all reported; a screened model (univariate p < "
        f"{analysis.settings.screening_p:g}) beside them, its screen repeated in every resample."
    )


def _testing(analysis: Analysis) -> str | None:
    if not len(analysis.tables["roc"]):
        return None
    sites = _site_rows(analysis)
    words = f" Leave-one-site-out over {len(set(sites['variation']))} sites." if len(sites) else ""
    return f"Internal: repeated cross-validation and bootstrap.{words}"


def _measures(analysis: Analysis) -> str | None:
    if not len(analysis.tables["roc"]):
        return None
    return (
        "AUC (the groups have no natural cut-off), apparent, optimism-corrected and cross-validated; sensitivity, "
        "specificity, predictive values; calibration slope and plot, Brier score; decision curve."
    )


def _uncertainty(analysis: Analysis) -> str | None:
    if not len(analysis.tables["roc"]):
        return None
    return (
        "95 % intervals of every figure: DeLong on the logit scale, jackknife for the cross-validated AUC, Wilson for "
        "shares, Wald and profile likelihood for odds ratios."
    )


def _comparison(analysis: Analysis) -> str | None:
    if not len(analysis.tables["delong"]):
        return None
    more = "; over readers by Obuchowski-Rockette" if "multireader" in analysis.tables else ""
    return f"Likelihood ratio test of nested models, DeLong's test beside it (delong.csv){more}."


def _non_radiomic(analysis: Analysis) -> str | None:
    return (
        "The qualitative model of the descriptors stands beside the models of the features."
        if QUALITATIVE in set(analysis.tables["models"]["model"])
        else None
    )


def _interpretability(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "Coefficients and odds ratios of every model with limits (models.csv, forest plot), VIF, condition number."


def _baseline(analysis: Analysis) -> str | None:
    known = [v for v in analysis.cohort.variables.values() if v.table == "clinic"]
    return "Table 1: clinical and pathologic characteristics by group." if known else None


def _flow(analysis: Analysis) -> str:
    steps = "; ".join(f"{text} {count}" for text, count in analysis.flow)
    return f"{steps}; analysed {sum(analysis.group_sizes.values())} (figure 1)."


def _feature_statistics(analysis: Analysis) -> str | None:
    if not _features(analysis):
        return None
    span = _icc_span(analysis)
    return f"Every feature by group with p and q (Tables S2 to S4).{f' {span}' if span else ''}"


def _performance(analysis: Analysis) -> str | None:
    roc = analysis.tables["roc"]
    shown = roc[
        roc["predictor"].isin((QUALITATIVE, "Combined_All")) & roc["comparison"].str.startswith("low")
    ]
    shown = shown[shown["auc_cv"].notna()]
    if shown.empty:
        return None
    best = shown.loc[shown["auc_cv"].idxmax()]
    limits = (
        f" ({rounded(best['auc_cv_low'], 2)} to {rounded(best['auc_cv_high'], 2)})"
        if best["auc_cv_low"] == best["auc_cv_low"]
        else ""
    )
    return (
        f"Highest cross-validated AUC {rounded(best['auc_cv'], 2)}{limits}: {model_name(best['predictor'])}, "
        f"{pair_label(best['comparison'])}, {STRATUM_LABELS[best['stratum']]}; all in Table 4 and roc.csv."
    )


def _non_radiomic_result(analysis: Analysis) -> str | None:
    roc = analysis.tables["roc"]
    part = roc[(roc["stratum"] == "mass") & (roc["comparison"] == "low_vs_zero")].set_index("predictor")
    if not {QUALITATIVE, "Combined_All"} <= set(part.index):
        return None
    areas = [part.loc[name, "auc_cv"] for name in (QUALITATIVE, "Combined_All")]
    if any(area != area for area in areas):
        return None
    return (
        f"Masses, HER2-low against zero, cross-validated AUC: descriptors {rounded(areas[0], 2)}, features "
        f"{rounded(areas[1], 2)}."
    )


def _features_file(_: Analysis) -> str:
    return (
        "analysed.csv has the rows as analysed, without names or dates; the authors say whether it is shared."
    )


def _settings_file(_: Analysis) -> str:
    return "results.json: versions, seed, settings, hashes of the inputs; variables.csv; the definition in every row."


def _code(analysis: Analysis) -> str:
    return (
        f"HER2LowMRI {analysis.versions['her2lowmri']} is open source; check.R and check.sps redo the tables."
    )


def _model_file(_: Analysis) -> str:
    return "analyze --freeze writes a model as JSON with coefficients, references and ranges."


def _centres(analysis: Analysis) -> str:
    sites = analysis.cohort.context.get("site")
    count = 0 if sites is None else int(sites.nunique())
    if count > 1:
        return f"{count} sites, named in the column site."
    return "One site, as far as the table says."


def _test_masks(analysis: Analysis) -> str | None:
    readers = _readers(analysis)
    if len(readers) < 2:
        return None
    return f"No: mean of {len(readers)} readers; each reader alone stands in sensitivity.csv."


def _robust(analysis: Analysis) -> str | None:
    span = _icc_span(analysis)
    return f"No feature is removed. {span}" if span else None


def _redundant(analysis: Analysis) -> str | None:
    models = analysis.tables["models"]
    combined = models[models["model"].str.startswith("Combined")]
    if combined.empty:
        return None
    worst = combined["vif"].max()
    return (
        f"No feature is removed, as in the published models; the variance inflation is given (up to {worst:.0f}) and "
        "the cross-validated AUC shows what is left."
    )


def _dimensionality(analysis: Analysis) -> str | None:
    models = analysis.tables["models"]
    if models.empty:
        return None
    fewest = models.loc[models["events_per_variable"].idxmin()]
    return (
        f"Events per variable, fewest {fewest['events_per_variable']:.1f} ({model_name(fewest['model'])}, "
        f"{STRATUM_LABELS[fewest['stratum']]}); below 10 the report says so."
    )


def _calibration(analysis: Analysis) -> str | None:
    slopes = analysis.tables["roc"]["calibration_slope"].dropna()
    if slopes.empty:
        return None
    return (
        f"Slope, intercept and Brier score of held-out predictions (slopes {slopes.min():.2f} to {slopes.max():.2f}), "
        "calibration plot."
    )


def _uniparametric(analysis: Analysis) -> str | None:
    if not len(analysis.tables["delong"]):
        return None
    return "Each map alone (Combined ADC, D, K) against all together: delong.csv."


def _classical(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "The models are classical themselves: logistic regression; single features stand beside them."


def _external(analysis: Analysis) -> str | None:
    sites = _site_rows(analysis)
    if sites.empty:
        return "Not in this analysis; her2lowmri apply judges a frozen model on another centre's table."
    return f"Each of {len(set(sites['variation']))} sites by a model of the others (sensitivity.csv); no other cohort."


def _index_test(analysis: Analysis) -> str | None:
    return _segmentation(analysis)


def _cutoffs(analysis: Analysis) -> str | None:
    if not len(analysis.tables["roc"]):
        return None
    return "Exploratory: cut-offs maximise Youden's index on the same cases, and are named so."


def _blinding(analysis: Analysis) -> str | None:
    if "definition_id" not in analysis.cohort.provenance or not _readers(analysis):
        return None
    return "Readers had no access to pathology or to each other's readings: the program gives them none."


def _indeterminate(analysis: Analysis) -> str:
    count = int((analysis.cohort.rows["her2_group"] == "indeterminate").sum())
    unread = sum(analysis.cohort.not_assessable.values())
    return (
        f"HER2 group indeterminate in {count}, left out; answers 'not assessable': {unread}, missing in the "
        "tests of that variable."
    )


def _variability(analysis: Analysis) -> str | None:
    parts = []
    if "agreement" in analysis.tables:
        parts.append("agreement of the readers")
    if "multireader" in analysis.tables:
        parts.append("AUC over readers")
    if len(_site_rows(analysis)):
        parts.append("sites held out")
    if "repeatability" in analysis.tables:
        parts.append("repeatability")
    return f"{_sentence(', '.join(parts))}: planned in the program, not chosen by result." if parts else None


def _severity(analysis: Analysis) -> str | None:
    if "her2_ihc" not in analysis.cohort.context:
        return None
    rows = analysis.cohort.rows
    low = analysis.cohort.context.loc[rows["her2_group"] == "low", "her2_ihc"].value_counts()
    return "HER2-low: " + ", ".join(f"IHC {score} {n}" for score, n in sorted(low.items())) + "."


def _alternatives(analysis: Analysis) -> str:
    return (
        "The other groups: "
        + ", ".join(f"{GROUP_LABELS[g]} {analysis.group_sizes[g]}" for g in ("zero", "over"))
        + "."
    )


def _cross_table(analysis: Analysis) -> str | None:
    return "TP, FP, FN, TN of every predictor: Table 4 and roc.csv." if len(analysis.tables["roc"]) else None


def _clusters(analysis: Analysis) -> str | None:
    if "mixed" not in analysis.tables:
        return None
    return "Mixed models with a random intercept of the site, and each site held out."


def _cluster_performance(analysis: Analysis) -> str | None:
    sites = _site_rows(analysis)
    sites = sites[sites["auc"].notna()] if len(sites) else sites
    if sites.empty:
        return None
    return (
        f"AUC of sites held out from {sites['auc'].min():.2f} to {sites['auc'].max():.2f} (sensitivity.csv)."
    )


def _predictions(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return (
        "Probability from the linear predictor of the held-out fit; for another centre by her2lowmri apply."
    )


def _output(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "Probability of the first group of the pair in this cohort; no threshold is proposed."


def _events(analysis: Analysis) -> str | None:
    return (
        "n and events of each model: models.csv; of each ROC curve: roc.csv."
        if len(analysis.tables["models"])
        else None
    )


def _full_model(analysis: Analysis) -> str | None:
    if not len(analysis.tables["models"]):
        return None
    return "Constant, coefficients, units and references of every model: models.csv; as a file by analyze --freeze."


def _features(analysis: Analysis) -> list[str]:
    return [name for name, v in analysis.cohort.variables.items() if v.table == "features"]


def _readers(analysis: Analysis) -> list[str]:
    return sorted(analysis.readings.rows["reader"].unique()) if analysis.readings is not None else []


def _agreement(analysis: Analysis, statistic: str) -> "pd.Series":
    import pandas as pd

    if "agreement" not in analysis.tables:
        return pd.Series(dtype=float)
    table = analysis.tables["agreement"]
    return table.loc[table["statistic"] == statistic, "estimate"].dropna()


def _sentence(text: str) -> str:
    """With a capital at the start; those inside stay."""
    return text[0].upper() + text[1:]


def _icc_span(analysis: Analysis) -> str:
    values = _agreement(analysis, "icc_2_1")
    if values.empty:
        return ""
    return (
        f"ICC(2,1) of the readers from {rounded(values.min(), 2)} to {rounded(values.max(), 2)} (Table S5)."
    )


def _site_rows(analysis: Analysis) -> "pd.DataFrame":
    table = analysis.tables["sensitivity"]
    return table[table["variation"].astype(str).str.startswith("site_")]
