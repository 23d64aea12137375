"""Do the statistics keep their promises? Simulated studies with a known truth, at the size of the paper's subgroup.

    python bench/simulate_statistics.py [--quick] [--out docs/statistics-checks.md]

Lesions are drawn by the synthetic cohort's voxel model and measured by the product's own histogram code, so
that the
features are as collinear as real ones. Ends with status 1 when a promise is not kept.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from HER2LowMRILib import __version__
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.core.feature_set import FEATURES
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.statistics.delong import auc, compare_paired
from HER2LowMRILib.core.statistics.icc import icc
from HER2LowMRILib.core.statistics.kappa import cohen_kappa, cross_table
from HER2LowMRILib.core.statistics.logistic import likelihood_ratio_test
from HER2LowMRILib.core.statistics.proportions import logit_limits
from HER2LowMRILib.core.statistics.resampled_models import LogisticProcedure, mann_whitney_p, weighted_auc
from HER2LowMRILib.core.statistics.resampling import bootstrap_optimism, cross_validate
from HER2LowMRILib.synthetic.lesion_voxels import draw_lesion

# The paper's NME-related lesions: HER2-low, HER2-over and HER2-zero.
LOW, OVER, FEW = 35, 45, 11
NAMES = [feature.name for feature in FEATURES]
MEMBERS = {
    "Combined_ADC": ["ADC_mean", "ADC_median", "ADC_p5"],
    "Combined_D": ["D_mean", "D_median", "D_p5"],
    "Combined_K": ["K_mean", "K_median", "K_p95", "K_entropy"],
}
MEMBERS["Combined_All"] = [name for members in list(MEMBERS.values()) for name in members]
BOOTSTRAP, REPEATS = 200, 10


# Truth, cases, predictors and screen of the studies in which the cross-validated AUC is judged.
CROSSED = (
    ("no signal", (LOW, OVER), "Combined_All", None),
    ("signal", (LOW, OVER), "Combined_All", None),
    ("signal", (LOW, OVER), "Combined_ADC", None),
    ("no signal", (LOW, OVER), "21 features screened", 0.1),
    ("no signal", (LOW, FEW), "Combined_All", None),
    ("no signal", (LOW, FEW), "Combined_D", None),
    ("signal", (LOW, FEW), "Combined_All", None),
)


def columns(names):
    return [NAMES.index(name) for name in names]


def lesions(group, count, rng):
    """Features of ``count`` NME-related lesions of a group, shape (count, 21)."""
    rows = np.empty((count, len(NAMES)))
    for i in range(count):
        lesion = draw_lesion(group, True, rng)
        values = measure_voi(lesion.maps, np.ones(lesion.d.shape, dtype=bool)).values
        rows[i] = [values[name] for name in NAMES]
    return rows


def one_study(low, over, rng, cases=(LOW, OVER)):
    """Draw a study from two pools; returns all rows, classes, and which rows are in the study."""
    x = np.concatenate([low, over])
    y = np.arange(len(x)) < len(low)
    drawn = np.zeros(len(x))
    drawn[rng.choice(len(low), cases[0], replace=False)] = 1
    drawn[len(low) + rng.choice(len(over), cases[1], replace=False)] = 1
    return x, y, drawn


def judge_models(low, over, runs, rng, progress):
    """Apparent, corrected, cross-validated and new-data AUC of Combined_All, and tests of nested models."""
    procedure, found = LogisticProcedure(), []
    all_members, adc_members = columns(MEMBERS["Combined_All"]), columns(MEMBERS["Combined_ADC"])
    for run in range(runs):
        x, y, drawn = one_study(low, over, rng)
        seed = int(rng.integers(2**31))
        study, classes = x[drawn > 0], y[drawn > 0]
        optimism = bootstrap_optimism(study[:, all_members], classes, procedure, samples=BOOTSTRAP, seed=seed)
        crossed = cross_validate(study[:, all_members], classes, procedure, repeats=REPEATS, seed=seed)
        scores = procedure.scores(x[:, all_members], y, drawn[None, :])
        new = float(weighted_auc(scores, y, 1 - drawn[None, :])[0])
        adc = procedure.scores(x[:, adc_members], y, drawn[None, :])[0]
        delong = compare_paired(scores[0][drawn > 0], adc[drawn > 0], classes, "higher", "higher")
        ratio = likelihood_ratio_test(
            study[:, all_members], classes, MEMBERS["Combined_All"], MEMBERS["Combined_ADC"]
        )
        found.append(
            (optimism.apparent, optimism.corrected, crossed.auc, new, delong.p < 0.05, ratio.p < 0.05)
        )
        progress((run + 1) / runs)
    return np.array(found, dtype=float)


def judge_screen(low, over, runs, rng, progress):
    """21 features without signal, p < 0.1 first: corrected AUC with the screen outside and inside, CV inside."""
    found = []
    for run in range(runs):
        x, y, drawn = one_study(low, over, rng)
        seed = int(rng.integers(2**31))
        study, classes = x[drawn > 0], y[drawn > 0]
        kept = mann_whitney_p(study, classes, np.ones((1, len(study))))[0] < 0.1
        inside = bootstrap_optimism(study, classes, LogisticProcedure(0.1), samples=BOOTSTRAP, seed=seed)
        crossed = cross_validate(study, classes, LogisticProcedure(0.1), repeats=REPEATS, seed=seed)
        outside = 0.5
        if kept.any():
            procedure = LogisticProcedure()
            outside = bootstrap_optimism(
                study[:, kept], classes, procedure, samples=BOOTSTRAP, seed=seed
            ).corrected
        found.append((inside.apparent, outside, inside.corrected, crossed.auc))
        progress((run + 1) / runs)
    return np.array(found)


class Recorded:
    """A procedure that keeps what it was asked and answered."""

    def __init__(self, procedure):
        self.procedure, self.held_out, self.answers = procedure, [], []

    def scores(self, x, positive, weights):
        found = self.procedure.scores(x, positive, weights)
        self.held_out.append(weights == 0)
        self.answers.append(found)
        return found


def influence_curve_error(scores, held_out, y):
    """Standard error of LeDell 2015 (doi 10.1214/15-EJS1035), its variance averaged over the repeats.

    scores, held_out of shape (repeats, folds, n): of every fold's fit, and which cases the fold holds out.
    """
    variances = []
    for answers, folds in zip(scores, held_out, strict=True):
        curve = np.zeros(len(y))
        for score, held in zip(answers, folds, strict=True):
            high, low = np.flatnonzero(held & y), np.flatnonzero(held & ~y)
            if len(high) and len(low):
                a, b = score[high][:, None], score[low][None]
                wins = (a > b) + 0.5 * (a == b)
                curve[high] = (wins.mean(axis=1) - wins.mean()) / y.mean()
                curve[low] = (wins.mean(axis=0) - wins.mean()) / (~y).mean()
        variances.append((curve**2).mean() / len(y))
    return np.sqrt(np.mean(variances))


def judge_cross_validation(low, other, cases, members, screen, runs, rng, progress):
    """Per study: cross-validated AUC, AUC on new cases, limits of the product, limits by influence curves."""
    found, taken = [], columns(members)
    for run in range(runs):
        x, y, drawn = one_study(low, other, rng, cases)
        procedure = LogisticProcedure(screen)
        new = weighted_auc(procedure.scores(x[:, taken], y, drawn[None, :]), y, 1 - drawn[None, :])[0]
        study, classes, recorded = x[drawn > 0][:, taken], y[drawn > 0], Recorded(procedure)
        crossed = cross_validate(
            study,
            classes,
            recorded,
            repeats=REPEATS,
            seed=int(rng.integers(2**31)),
            calibration=False,
            interval=True,
        )
        shape = (REPEATS, crossed.folds, len(classes))
        scores, held_out = (
            np.concatenate(parts)[: REPEATS * crossed.folds].reshape(shape)
            for parts in (recorded.answers, recorded.held_out)
        )
        curves = influence_curve_error(scores, held_out, classes)
        limits = logit_limits(crossed.auc, curves) if 0 < crossed.auc < 1 else (np.nan, np.nan)
        found.append((crossed.auc, new, crossed.se, crossed.ci_low, crossed.ci_high, *limits))
        progress((run + 1) / runs)
    return np.array(found)


def holds(found, truth):
    """Share of the studies whose limits hold the truth, by the product and by influence curves."""
    return [float(((found[:, i] <= truth) & (truth <= found[:, i + 1])).mean()) for i in (3, 5)]


def judge_auc_limits(true_auc, runs, rng):
    """Coverage of the logit and the plain limits, and how often the plain upper limit has to be cut at 1."""
    from scipy.stats import norm

    y = np.arange(LOW + OVER) < LOW
    shift = np.sqrt(2) * norm.ppf(true_auc)
    logit = plain = cut = 0
    for _ in range(runs):
        found = auc(rng.normal(size=LOW + OVER) + shift * y, y, "higher")
        logit += found.ci_low <= true_auc <= found.ci_high
        plain += found.plain_low <= true_auc <= found.plain_high
        cut += found.plain_high == 1.0
    return logit / runs, plain / runs, cut / runs


def judge_icc_limits(true_icc, cases, runs, rng):
    """Coverage of the (2,1) limits; a tenth of the unexplained variance is between the readers."""
    within = (1 - true_icc) / true_icc
    hit = 0
    for _ in range(runs):
        readings = rng.normal(size=(cases, 1)) + np.sqrt(0.1 * within) * rng.normal(size=(1, 2))
        found = icc(readings + np.sqrt(0.9 * within) * rng.normal(size=(cases, 2)))["icc_2_1"]
        hit += found.ci_low <= true_icc <= found.ci_high
    return hit / runs


def judge_kappa_limits(true_kappa, cases, runs, rng):
    """Coverage of the kappa limits, three categories, one reader answering at random now and then."""
    shares = np.array([0.2, 0.3, 0.5])
    hit = 0
    for _ in range(runs):
        first = rng.choice(3, size=cases, p=shares)
        second = np.where(rng.random(cases) < true_kappa, first, rng.choice(3, size=cases, p=shares))
        found = cohen_kappa(cross_table(first, second, [0, 1, 2])[0])
        hit += found.ci_low <= true_kappa <= found.ci_high
    return hit / runs


def with_error(values):
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.3f}"


def cross_validations(low, same, over, cross_runs, seed):
    """Each line of `CROSSED` -> cross-validated AUC, AUC on new cases and limits of its studies."""
    crossed = {}
    for number, (truth, cases, members, screen_p) in enumerate(CROSSED):
        name = f"{cases[0]} v {cases[1]} | {truth}, {members}"
        taken = MEMBERS.get(members, NAMES)
        with ProgressLine(f"cross-validated AUC, {name}") as progress:
            # A generator of its own, so that one line can be made again without the others.
            own = np.random.default_rng([seed, number])
            other = over if truth == "signal" else same
            # A screen makes nearly every refit a model of its own: slower.
            runs = cross_runs if screen_p is None else cross_runs // 5
            crossed[name] = judge_cross_validation(low, other, cases, taken, screen_p, runs, own, progress)
    return crossed


def what_holds(null, signal, aucs, crossed, slack):
    """The promises of the statistics, and whether each is kept."""
    return [
        (
            "without signal the cross-validated AUC of Combined_All averages 0.50 ± 0.02",
            abs(null[:, 2].mean() - 0.5) <= 0.02,
        ),
        ("and the apparent one does not", abs(null[:, 0].mean() - 0.5) > 0.02),
        (
            "the 95 % limits of the AUC (logit) hold the truth in 94 to 96 % of studies at AUC 0.70 to 0.95",
            all(abs(hit[0] - 0.95) <= 0.01 + slack for hit in aucs.values()),
        ),
        (
            "with signal the cross-validated AUC is within 0.02 of the AUC on new cases",
            abs((signal[:, 2] - signal[:, 3]).mean()) <= 0.02,
        ),
        (
            "without signal it averages 0.50 ± 0.02 at 35 against 11 cases too",
            all(
                abs(found[:, 0].mean() - 0.5) <= 0.02 + 2 * slack
                for name, found in crossed.items()
                if name.startswith(f"{LOW} v {FEW} | no signal")
            ),
        ),
        (
            "the 95 % limits of the cross-validated AUC hold the AUC on new cases in at least 95 % of studies",
            all(holds(found, found[:, 1].mean())[0] >= 0.95 - slack for found in crossed.values()),
        ),
        (
            "the likelihood ratio test of nested models errs in 3 to 8 % of studies without signal",
            0.03 - slack <= null[:, 5].mean() <= 0.08 + slack,
        ),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs, to see that it works")
    parser.add_argument("--seed", type=int, default=20250310)
    parser.add_argument("--out", type=Path, help="also write the result to this file")
    options = parser.parse_args()
    part = 10 if options.quick else 1
    rng = np.random.default_rng(options.seed)

    pool = 4000 // part
    with ProgressLine("drawing lesions"):
        low, same, over = lesions("low", pool, rng), lesions("low", pool, rng), lesions("over", pool, rng)
    model_runs, screen_runs, limit_runs, cross_runs = 1000 // part, 400 // part, 8000 // part, 500 // part
    with ProgressLine("no signal") as progress:
        null = judge_models(low, same, model_runs, rng, progress)
    with ProgressLine("signal") as progress:
        signal = judge_models(low, over, model_runs // 2, rng, progress)
    with ProgressLine("screen") as progress:
        screen = judge_screen(low, same, screen_runs, rng, progress)
    aucs = {true: judge_auc_limits(true, limit_runs, rng) for true in (0.70, 0.80, 0.90, 0.95)}
    iccs = {true: judge_icc_limits(true, 232, limit_runs // 4, rng) for true in (0.75, 0.90)}
    kappas = {true: judge_kappa_limits(true, 232, limit_runs // 4, rng) for true in (0.60, 0.85)}
    crossed = cross_validations(low, same, over, cross_runs, options.seed)

    # A quick run is too short to judge coverage to a hundredth.
    slack = 3 * np.sqrt(0.05 * 0.95 / (limit_runs // 10)) if options.quick else 0.0
    promises = what_holds(null, signal, aucs, crossed, slack)
    lines = [
        "# Checks of the statistics by simulation",
        "",
        f"Made by `make simulate` (HER2LowMRI {__version__}, seed {options.seed}). "
        f"Made-up lesions, {LOW} against {OVER} cases as in the paper's NME-related subgroup; "
        "± is the standard error of the simulation. The figures of R packages and published examples that the tests "
        "compare with are listed in [statistics-references.md](statistics-references.md).",
        "",
        "| promise | kept |",
        "| --- | --- |",
        *(f"| {text} | {'yes' if kept else '**no**'} |" for text, kept in promises),
        "",
        "## How much of the AUC of Combined_All (10 features) is left on new cases",
        "",
        f"Bootstrap: {BOOTSTRAP} samples; cross-validation: 10 folds, {REPEATS} repeats, pairs compared within folds.",
        "",
        "| truth | runs | apparent | bootstrap-corrected | cross-validated | new cases "
        "| DeLong All v ADC, p < .05 | likelihood ratio, p < .05 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, found in (("no signal", null), ("the synthetic cohort's effect", signal)):
        cells = [with_error(found[:, i]) for i in range(4)] + [f"{found[:, i].mean():.3f}" for i in (4, 5)]
        lines.append(f"| {name} | {len(found)} | {' | '.join(cells)} |")
    lines += [
        "",
        "DeLong's test of nested models fitted to the same cases is not valid (Demler 2012): it is printed beside the "
        "likelihood ratio test because the paper has it.",
        "",
        "## A screen (p < 0.1 of 21 features without signal) must be inside the resampling",
        "",
        "| runs | apparent | corrected, screen outside | corrected, screen inside | cross-validated, screen inside |",
        "| --- | --- | --- | --- | --- |",
        f"| {len(screen)} | {' | '.join(with_error(screen[:, i]) for i in range(4))} |",
        "",
        "## The cross-validated AUC: where it lies, and its 95 % limits",
        "",
        "Limits: logit scale, standard error of a grouped jackknife of the whole procedure (20 groups of cases, each "
        "left out of the same 5 x 10 folds). A jackknife's variance is too large on average (Efron & Stein 1981, "
        "doi:10.1214/aos/1176345462): the limits are wide, and hold the truth more often than they say. Limits by "
        "influence curves (LeDell 2015, doi:10.1214/15-EJS1035) take the fits as given; what they miss is how much the "
        "fits themselves vary at this size. Truth: mean AUC on new cases of the models of all studies.",
        "",
        "| cases | truth | studies | mean | 5 % and 95 % of studies | new cases | SD between studies "
        "| mean standard error | limits hold the truth | by influence curves |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {len(found)} | {with_error(found[:, 0])} "
            f"| {np.quantile(found[:, 0], 0.05):.2f}, {np.quantile(found[:, 0], 0.95):.2f} "
            f"| {found[:, 1].mean():.3f} | {found[:, 0].std(ddof=1):.3f} | {np.sqrt((found[:, 2] ** 2).mean()):.3f} "
            f"| {holds(found, found[:, 1].mean())[0]:.3f} | {holds(found, found[:, 1].mean())[1]:.3f} |"
            for name, found in crossed.items()
        ),
        "",
        "Without signal the cross-validated AUC is fair on average, but it scatters more "
        "than an AUC on new cases, to the lower side too: cases that are held out are missing from the fit, which so "
        "leans away from them. A value far below 0.5 means that nothing was found, and not that the model "
        "should be turned round.",
        "",
        "## Coverage of 95 % limits",
        "",
        "| quantity | truth | runs | coverage |",
        "| --- | --- | --- | --- |",
    ]
    for true, (logit, plain, cut) in aucs.items():
        lines.append(f"| AUC, logit scale (headline) | {true:.2f} | {limit_runs} | {logit:.3f} |")
        lines.append(
            f"| AUC, plain (as pROC); upper limit cut at 1 in {100 * cut:.0f} % | {true:.2f} | {limit_runs} "
            f"| {plain:.3f} |"
        )
    lines += [
        f"| ICC(2,1), 232 cases, 2 readers | {t:.2f} | {limit_runs // 4} | {c:.3f} |" for t, c in iccs.items()
    ]
    lines += [
        f"| kappa, 232 cases, 3 categories | {t:.2f} | {limit_runs // 4} | {c:.3f} |"
        for t, c in kappas.items()
    ]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    return 0 if all(kept for _, kept in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
