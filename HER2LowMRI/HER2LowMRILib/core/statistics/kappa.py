"""Chance-corrected agreement of two readers on a categorical descriptor."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan, sqrt

import numpy as np

from HER2LowMRILib.core.statistics.agreement_labels import landis_koch
from HER2LowMRILib.core.statistics.inputs import category_order, labels, same_length

Z95 = 1.959963984540054
# Above this share of one category, kappa falls although readers agree (Feinstein & Cicchetti 1990), and AC1
# and PABAK are shown beside it.
SKEWED_SHARE = 0.80


@dataclass(frozen=True)
class CategoryAgreement:
    """One agreement coefficient of two readers.

    Attributes
    ----------
    statistic : str
        "kappa", "kappa_linear", "kappa_quadratic", "ac1" or "pabak".
    estimate, se, ci_low, ci_high : float
        95 % limits from the large-sample standard error that does not assume a true value of 0.
    n : int
        Cases that both readers rated.
    percent_agreement : float
        [%] of n with the same category.
    label : str
        Landis & Koch's word.
    note : str
        Why a value is missing, or what to bear in mind.
    """

    statistic: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    n: int
    percent_agreement: float
    label: str
    note: str = ""


def cross_table(
    reader_1: Sequence[object], reader_2: Sequence[object], categories: Sequence[Hashable] | None = None
) -> tuple[np.ndarray, list[Hashable]]:
    """Count the cases by the category each reader gave; cases that one of them left empty are not counted.

    Parameters
    ----------
    reader_1, reader_2 : sequence, one category per case
    categories : sequence, optional
        In their natural order; categories that occur besides are appended. Needed for weighted kappa.

    Returns
    -------
    table : ndarray of int, shape (c, c)
        Reader 1 in rows. Square over the union of categories, also where a reader never used one of them.
    categories : list
    """
    same_length("agreement", reader_1, reader_2)
    pairs = [
        (a, b)
        for a, b in zip(labels(reader_1), labels(reader_2), strict=True)
        if a is not None and b is not None
    ]
    order = category_order([category for pair in pairs for category in pair], categories)
    index = {category: i for i, category in enumerate(order)}
    table = np.zeros((len(order), len(order)), dtype=int)
    for a, b in pairs:
        table[index[a], index[b]] += 1
    return table, order


def cohen_kappa(table: np.ndarray, weights: str | None = None) -> CategoryAgreement:
    """Cohen's kappa with the non-null standard error of Fleiss, Cohen & Everitt (1969, doi 10.1037/h0028106).

    Parameters
    ----------
    table : ndarray, shape (c, c)
        Counts, reader 1 in rows.
    weights : {None, "linear", "quadratic"}
        Weights over equally spaced ordered categories (Cicchetti-Allison, Fleiss-Cohen).

    Notes
    -----
    The estimate and its standard error are those of statsmodels, SAS PROC FREQ and R's vcd::Kappa.
    """
    table = _square(table)
    name = f"kappa_{weights}" if weights else "kappa"
    n = int(table.sum())
    reason = _why_undefined(table)
    if reason:
        return _undefined(name, table, reason)
    from statsmodels.stats.inter_rater import cohens_kappa

    with np.errstate(divide="ignore", invalid="ignore"):  # of a z value that is not used
        found = cohens_kappa(table, wt=weights)
    if n in table.sum(axis=0) or n in table.sum(axis=1):
        reason = "A reader gave every case the same category: kappa is 0 whatever the other answered."
        return replace(_undefined(name, table, reason), estimate=float(found.kappa))
    note = f"Only {n} cases." if n < 10 else ""
    if np.diag(table).sum() == n:
        note = "The readers agreed on every case, so the interval has no width."
    return _result(name, float(found.kappa), sqrt(max(float(found.var_kappa), 0.0)), table, note)


def gwet_ac1(table: np.ndarray) -> CategoryAgreement:
    """Gwet's AC1 (2008, doi 10.1348/000711006X126600), steady when one category is very common.

    Parameters
    ----------
    table : ndarray, shape (c, c)
        Counts, reader 1 in rows.
    """
    table = _square(table)
    n, c = int(table.sum()), table.shape[0]
    if n == 0 or c < 2:
        return _undefined("ac1", table, _why_undefined(table) or "Fewer than two categories are defined.")
    p = table / n
    share = (p.sum(0) + p.sum(1)) / 2
    agree, chance = float(np.trace(p)), float((share * (1 - share)).sum() / (c - 1))
    estimate = (agree - chance) / (1 - chance)
    # Gwet's variance for a population of infinitely many cases, written over the table's cells; divided by n
    # as in the author's own software for tables.
    weight = (1 - (share[:, None] + share[None, :]) / 2) / (c - 1)
    diagonal = np.eye(c)
    squares = (p * (diagonal - 2 * (1 - estimate) * weight) ** 2).sum()
    variance = (squares - (agree - 2 * (1 - estimate) * chance) ** 2) / (n * (1 - chance) ** 2)
    return _result("ac1", estimate, sqrt(max(variance, 0.0)) if n > 1 else nan, table, "")


def pabak(table: np.ndarray) -> CategoryAgreement:
    """Prevalence- and bias-adjusted kappa = Brennan & Prediger (1981): chance agreement taken as 1/c.

    Parameters
    ----------
    table : ndarray, shape (c, c)
        Counts, reader 1 in rows. The value depends on c, so pass every category that could be chosen.
    """
    table = _square(table)
    n, c = int(table.sum()), table.shape[0]
    if n == 0 or c < 2:
        return _undefined("pabak", table, _why_undefined(table) or "Fewer than two categories are defined.")
    agree = float(np.trace(table) / n)
    estimate = (agree - 1 / c) / (1 - 1 / c)
    se = sqrt(agree * (1 - agree) / n) / (1 - 1 / c) if n > 1 else nan
    return _result("pabak", estimate, se, table, "")


def category_agreement(
    reader_1: Sequence[object],
    reader_2: Sequence[object],
    categories: Sequence[Hashable] | None = None,
    ordinal: bool = False,
) -> list[CategoryAgreement]:
    """Every coefficient that suits one descriptor: kappa; weighted kappa if ordinal; AC1 and PABAK if skewed.

    Parameters
    ----------
    reader_1, reader_2 : sequence, one category per case
        Missing ratings leave the case out of this descriptor, and the note counts them.
    categories : sequence, optional
        All that could be chosen, in order.
    ordinal : bool
        Whether the order means something (FGT, BPE).
    """
    table, order = cross_table(reader_1, reader_2, categories)
    results = [cohen_kappa(table)]
    if ordinal and len(order) > 2:
        results += [cohen_kappa(table, "linear"), cohen_kappa(table, "quadratic")]
    n = table.sum()
    share = (table.sum(0) + table.sum(1)).max() / (2 * n) if n else 0.0
    if share > SKEWED_SHARE:
        skewed = f"One category makes up {100 * share:.0f} % of the ratings: read kappa with AC1 and PABAK."
        results[0] = replace(results[0], note=_join(results[0].note, skewed))
        results += [gwet_ac1(table), pabak(table)]
    left_out = len(reader_1) - int(n)
    unknown = [str(c) for c in order if categories is not None and c not in list(categories)]
    extra = _join(
        f"{left_out} cases were not rated by both readers." if left_out else "",
        f"Categories outside the defined ones: {', '.join(unknown)}." if unknown else "",
    )
    return [replace(result, note=_join(result.note, extra)) for result in results]


def _square(table: np.ndarray) -> np.ndarray:
    from HER2LowMRILib.core.errors import AnalysisError

    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise AnalysisError(
            "Agreement cannot be computed",
            needed="a square table over the categories of both readers",
            found=f"shape {table.shape}",
            todo="Count over the union of the categories.",
        )
    return table


def _why_undefined(table: np.ndarray) -> str:
    if table.sum() == 0:
        return "No case was rated by both readers."
    rows, columns = table.sum(1), table.sum(0)
    if rows.max() == table.sum() and columns.max() == table.sum() and rows.argmax() == columns.argmax():
        return "Both readers gave every case the same category, so kappa is not defined."
    return ""


def _result(name: str, estimate: float, se: float, table: np.ndarray, note: str) -> CategoryAgreement:
    n = int(table.sum())
    if isnan(se):
        note = _join(note, "One case gives no interval.")
    return CategoryAgreement(
        statistic=name,
        estimate=estimate,
        se=se,
        ci_low=estimate - Z95 * se,
        ci_high=min(estimate + Z95 * se, 1.0),
        n=n,
        percent_agreement=100.0 * float(np.trace(table)) / n,
        label=landis_koch(estimate),
        note=note,
    )


def _undefined(name: str, table: np.ndarray, reason: str) -> CategoryAgreement:
    n = int(table.sum())
    percent = 100.0 * float(np.trace(table)) / n if n else nan
    return CategoryAgreement(name, nan, nan, nan, nan, n, percent, "", reason)


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
