"""The methods paragraph, made from what was really done in this run."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.strata import GROUP_LABELS
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.core.statistics.resampling import JACKKNIFE_GROUPS


def methods_text(analysis: Analysis) -> str:
    """Paragraphs of HTML that a manuscript can start from; nothing is told that was not done."""
    return "".join(f"<p>{sentence}</p>" for sentence in _paragraphs(analysis))


def methods_paragraphs(analysis: Analysis) -> list[str]:
    """The same as plain text."""
    return [html.unescape(sentence) for sentence in _paragraphs(analysis)]


def _paragraphs(analysis: Analysis) -> list[str]:
    univariate, models, roc = (analysis.tables[name] for name in ("univariate", "models", "roc"))
    sizes = ", ".join(f"{GROUP_LABELS[group]} (n = {n})" for group, n in analysis.group_sizes.items())
    paragraphs = [
        f"Cases were grouped as {sizes} from immunohistochemistry and in situ hybridisation; cases with an "
        "indeterminate group entered no comparison. HER2-low is the positive class of every pair it is in. Each "
        "analysis used the cases that are complete for it."
    ]
    paragraphs += _features(analysis)
    tests = sorted(set(univariate["test"]) - {"none"})
    rules = []
    if {"Mann-Whitney U", "Kruskal-Wallis"} & set(tests):
        rules.append(
            "numbers by the Mann-Whitney U test without continuity correction, or the Kruskal-Wallis test over three "
            "groups, shown as mean ± SD where the Shapiro-Wilk test rejects normality in none of the three groups of a "
            "stratum and as median (quartiles at (n + 1) p, as SPSS has them) otherwise"
        )
    if "chi-squared" in tests or "Fisher exact" in tests:
        rules.append(
            "categories by Pearson's chi-squared test, or Fisher's exact test where an expected count is below 1 or "
            "more than 20 % are below 5, as marked at each p"
        )
    if univariate["trend_p"].notna().any():
        rules.append(
            "ordered descriptors also for a trend over zero, low, over by the linear-by-linear association (Mantel)"
        )
    paragraphs.append(
        f"Groups were compared as follows: {'; '.join(rules)}. P values are two-sided. Benjamini-Hochberg q values "
        "are given over the variables of one table within a stratum and pair, Holm's p over the three pairs of a "
        "variable in univariate.csv."
    )
    if len(models):
        methods = set(models["method"])
        firth = (
            " Where the predictors separate the groups, Firth's penalised likelihood with profile limits was used."
            if "firth" in methods
            else ""
        )
        paragraphs.append(
            "Logistic models were fitted by maximum likelihood with all members entered at once; odds ratios carry "
            "Wald limits as SPSS prints them, with profile likelihood limits beside them."
            + firth
            + f" The screened qualitative models took the descriptors with p &lt; {analysis.settings.screening_p:g} in "
            "the univariate test. Members of the combined models: "
            + "; ".join(f"{name}: {', '.join(members)}" for name, members in _members(analysis).items())
            + "."
        )
    if len(roc):
        s = analysis.settings
        paragraphs.append(
            "Areas under the ROC curve carry DeLong's 95 % limits on the logit scale (the plain ones are in roc.csv). "
            "Cut-offs maximise Youden's index and are exploratory: chosen and judged on the same cases; sensitivity, "
            "specificity and predictive values carry Wilson's 95 % limits. For models, "
            f"the optimism was estimated by {s.bootstraps} bootstrap samples (Harrell) and the AUC cross-validated "
            f"{s.repeats} times in {s.folds} stratified folds, pairs compared within folds, with every selection of "
            "variables repeated inside the resampling (the screen there tests each category's column by the "
            "Mann-Whitney test) and, for single features, the choice of direction. The 95 % limits of the "
            "cross-validated AUC are on the logit scale, with the standard error of a jackknife of the whole procedure "
            f"over {JACKKNIFE_GROUPS} groups of cases, which is too large rather than too small (Efron and Stein 1981, "
            "doi:10.1214/aos/1176345462). "
            "DeLong's test compares models that are not nested; for nested models "
            "fitted to the same cases the likelihood ratio test decides (Demler 2012, doi:10.1002/sim.5328), and "
            "DeLong's p is printed beside it as the paper does."
        )
    if "agreement" in analysis.tables:
        paragraphs.append(
            "Reader agreement was computed on the signed-off readings before adjudication: Cohen's kappa (linear and "
            "quadratic weights for ordered descriptors, AC1 and PABAK where one category exceeds 80 %) and ICC(2,1), "
            "two-way random, absolute agreement, single measure, with ICC(3,1) beside it and ICC(2,k) for the mean of "
            "the k readers, each with a 95 % interval (kappa: Fleiss, Cohen and Everitt's standard error; ICC: McGraw "
            "and Wong's F limits); bias with Student's t limits and 95 % limits of agreement (Bland and Altman)."
            + (
                " Of all readers together: Fleiss' kappa with jackknife limits, and the same ICCs."
                if (analysis.tables["agreement"]["n_readers"] > 2).any()
                else ""
            )
        )
    paragraphs += _beyond_the_paper(analysis)
    versions = ", ".join(
        f"{html.escape(name)} {html.escape(value)}" for name, value in analysis.versions.items()
    )
    paragraphs.append(f"Software: {versions}. Seed {analysis.settings.seed}; a rerun gives the same numbers.")
    return paragraphs


def _beyond_the_paper(analysis: Analysis) -> list[str]:
    """Held-out predictions, readers and sites together, repeats, other choices: what was made of them."""
    tables, found = analysis.tables, []
    if analysis.held_out:
        found.append(
            "Calibration (slope, intercept, Brier score, plot of five groups of cases) and decision curves (net "
            "benefit over the threshold probability, Vickers and Elkin 2006, doi:10.1177/0272989X06295361) are those "
            "of the cross-validated predictions."
        )
    if "multireader" in tables:
        readers = analysis.readings.rows["reader"].nunique() if analysis.readings is not None else 0
        found.append(
            f"AUCs of the {readers} readers were averaged by the Obuchowski-Rockette method with DeLong's covariances "
            "and Hillis' degrees of freedom (doi:10.1002/sim.2532) and by the Dorfman-Berbaum-Metz method with "
            "jackknife pseudovalues, readers and cases random; limits for these readers alone take the readers as "
            "fixed. A model's score of a reader is the study's coefficients applied to what that reader answered and "
            "drew."
        )
    if "mixed" in tables:
        clusters = " and ".join(str(name) for name in tables["mixed"]["cluster"].unique())
        found.append(
            f"Each feature was also compared by a linear mixed model with the group as fixed effect and a random "
            f"intercept of the {clusters} (restricted maximum likelihood, Satterthwaite's degrees of freedom), the "
            "qualitative model by a logistic mixed model (adaptive Gauss-Hermite quadrature, Wald limits)."
        )
    if "repeatability" in tables:
        found.append(
            "Repeatability: within-subject standard deviation, repeatability coefficient (2.77 times it) and "
            "within-subject coefficient of variation (wCV), with limits by the chi-squared distribution (Raunig 2015, "
            "doi:10.1177/0962280214537344)."
        )
    if len(tables["sensitivity"]):
        found.append(_other_choices(analysis))
    return found


def _other_choices(analysis: Analysis) -> str:
    there = analysis.tables["sensitivity"]["variation"].astype(str)
    words = "In sensitivity analyses the qualitative and the combined model were fitted again under other choices."
    if there.str.startswith("site_").any():
        words += (
            " Leave-one-site-out: the cases of each site were judged by a model of the other sites alone."
        )
    if there.str.startswith("label_noise").any():
        words += (
            f" Label noise: in {analysis.settings.label_draws} draws the scores IHC 0 and 1+ were exchanged at random "
            "as often as pathologists disagree on them (31 % overall, 52 % in the hard cases), and the model fitted "
            "again."
        )
    return words


def _features(analysis: Analysis) -> list[str]:
    """Which features were analysed."""
    known, paragraphs = analysis.cohort.variables, []
    features = [name for name in FEATURE_NAMES if name in known]
    further = [name for name in known if known[name].table == "features" and name not in FEATURE_NAMES]
    if features:
        paragraphs.append(
            f"{len(features)} histogram features were analysed: mean, median, 5th and 95th percentile (linear "
            "interpolation), skewness (g1), excess kurtosis and entropy (bits, bins of fixed width) of ADC, D_app and "
            f"K_app over the valid voxels of the VOI.{_maps(analysis)}{_bins(analysis)}{_voi(analysis)}"
        )
    if further:
        kinds = sorted({name.rpartition("_")[0] for name in further})
        paragraphs.append(
            f"The same statistics of {', '.join(kinds)} were analysed too ({len(further)} features); the correction "
            "for multiple testing counts them."
        )
    return paragraphs


def _maps(analysis: Analysis) -> str:
    """B-values and fit, as the rows state them."""
    stated = analysis.cohort.provenance
    parts = []
    b_values = [text.replace(";", ", ") for text in stated.get("b_values", ())]
    if b_values:
        parts.append(f"the diffusion images had b-values of {' or '.join(b_values)} s/mm²")
    adc = [text.replace(";", " and ") for text in stated.get("adc_b_values", ())]
    if adc:
        parts.append(f"ADC was computed from b {' or '.join(adc)} s/mm²")
    fits = [_FITS[name] for name in stated.get("fit_model", ()) if name in _FITS]
    if fits:
        parts.append(f"D_app and K_app were {' or '.join(fits)}")
    s0 = [_S0[name] for name in stated.get("fit_s0", ()) if name in _S0]
    if s0:
        parts.append(f"S0 was {' or '.join(s0)}")
    text = html.escape("; ".join(parts))
    return f" {text[0].upper()}{text[1:]}." if text else ""


def _bins(analysis: Analysis) -> str:
    stated = analysis.cohort.provenance
    widths = {name: stated.get(f"{name}_bin_width", ()) for name in ("ADC", "D", "K")}
    words = [
        f"{' or '.join(values)}{' × 10⁻³ mm²/s' if name != 'K' else ''} for {name}"
        for name, values in widths.items()
        if values
    ]
    return f" Bin width of the entropy: {html.escape(', '.join(words))}, bins start at 0." if words else ""


def _voi(analysis: Analysis) -> str:
    """Whose VOI the features come from."""
    choices = analysis.cohort.provenance.get("voi_choice", ())
    readers = analysis.readings.rows["reader"].nunique() if analysis.readings is not None else 0
    words = []
    if "mean" in choices:
        words.append(f"the mean over the VOIs of the {readers or ''} readers".replace("  ", " "))
    words += [f"those of the VOI of {name}" for name in choices if name != "mean"]
    return f" The features of a lesion are {html.escape(' or '.join(words))}." if words else ""


_FITS = {
    "wlls": "fitted to ln S(b) = ln S0 - b D + b² D² K / 6 by signal-weighted linear least squares",
    "nlls": "fitted to S(b) = S0 exp(-b D + b² D² K / 6) by non-linear least squares",
    "loaded": "taken from maps that were loaded, not fitted here",
}
_S0 = {"free": "fitted too", "measured": "the signal at b = 0"}


def _members(analysis: Analysis) -> dict[str, tuple[str, ...]]:
    from HER2LowMRILib.cohort.models import combined_members

    return combined_members(analysis.cohort)
