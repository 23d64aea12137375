"""Intraclass correlation of readers measuring the same cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.agreement_labels import koo_li

FORMS = ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")
DEFINITIONS = {
    "icc_1_1": "one-way random, single measure",
    "icc_2_1": "two-way random, absolute agreement, single measure",
    "icc_3_1": "two-way mixed, consistency, single measure (SPSS default)",
    "icc_1_k": "one-way random, mean of k measures",
    "icc_2_k": "two-way random, absolute agreement, mean of k measures",
    "icc_3_k": "two-way mixed, consistency, mean of k measures",
}


@dataclass(frozen=True)
class IntraclassCorrelation:
    """One form of the ICC.

    Attributes
    ----------
    statistic : str
        One of ``FORMS``.
    definition : str
        Model, type and unit of the form in words.
    estimate, ci_low, ci_high : float
        With 95 % limits.
    f, df1, df2, p : float
        F test of the hypothesis that the ICC is 0.
    n, readers : int
        Complete cases, readers.
    label : str
        Koo & Li's words, judged on the interval.
    note : str
    """

    statistic: str
    definition: str
    estimate: float
    ci_low: float
    ci_high: float
    f: float
    df1: float
    df2: float
    p: float
    n: int
    readers: int
    label: str
    note: str = ""


@dataclass(frozen=True)
class MeanSquares:
    """Two-way analysis of variance without replication: cases, readers, error, within cases."""

    cases: float
    readers: float
    error: float
    within: float
    n: int
    k: int


def readings_matrix(readings: Sequence[Sequence[float]] | np.ndarray) -> tuple[np.ndarray, int]:
    """Complete rows of ``readings`` (cases x readers) as float64, and how many rows were left out.

    Raises
    ------
    AnalysisError
        If it is not a table of numbers with at least two readers.
    """
    try:
        table = np.asarray(readings, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnalysisError(
            "Readings cannot be compared", needed="numbers", found="text or rows of unequal length"
        ) from None
    if table.ndim != 2 or table.shape[1] < 2:
        raise AnalysisError(
            "Readings cannot be compared",
            needed="one row per case with at least two readers",
            found=f"shape {table.shape}",
        )
    complete = np.isfinite(table).all(axis=1)
    return table[complete], int((~complete).sum())


def mean_squares(readings: np.ndarray) -> MeanSquares:
    """Mean squares of complete ``readings`` (n cases x k readers)."""
    n, k = readings.shape
    # About the grand mean first: with values such as 1200.1, 1200.2 the squares would eat the digits.
    x = readings - readings.mean()
    by_case, by_reader = x.mean(axis=1), x.mean(axis=0)
    cases = k * (by_case**2).sum() / (n - 1)
    readers = n * (by_reader**2).sum() / (k - 1)
    error = ((x - by_case[:, None] - by_reader[None, :]) ** 2).sum() / ((n - 1) * (k - 1))
    within = ((x - by_case[:, None]) ** 2).sum() / (n * (k - 1))
    return MeanSquares(float(cases), float(readers), float(error), float(within), n, k)


def icc(readings: Sequence[Sequence[float]] | np.ndarray) -> dict[str, IntraclassCorrelation]:
    """All six forms of Shrout & Fleiss (1979, doi 10.1037/0033-2909.86.2.420) with 95 % limits.

    Parameters
    ----------
    readings : array_like, shape (n, k)
        One row per case, one column per reader. Rows with a gap are left out and counted in the note.

    Returns
    -------
    dict
        By form. Report ``icc_2_1`` (Koo & Li 2016): a reader's offset lowers it; ``icc_3_1`` hides it.

    Notes
    -----
    Limits of (2,1) by the approximate degrees of freedom of McGraw & Wong (1996, doi
    10.1037/1082-989X.1.1.30); those of the averaged forms are the Spearman-Brown transforms of the single
    ones, as in SPSS and R's psych::ICC.
    """
    table, left_out = readings_matrix(readings)
    n, k = table.shape
    note = f"{left_out} cases without a value from every reader were left out." if left_out else ""
    if n < 3:
        return _undefined(n, k, f"{n} complete cases; at least 3 are needed. {note}".strip())
    ms = mean_squares(table)
    scale = float(np.abs(table).max())
    tiny = (1e-12 * scale) ** 2
    if ms.cases <= tiny and ms.within <= tiny:
        return _undefined(n, k, f"All values are equal: the ICC is not defined. {note}".strip())
    if ms.within <= tiny:
        note = f"The readers' values are identical in every case. {note}".strip()
        ms = MeanSquares(ms.cases, 0.0, 0.0, 0.0, n, k)
    elif ms.error <= tiny:
        note = f"The readers differ by a constant only: consistency is 1 by definition. {note}".strip()
        ms = MeanSquares(ms.cases, ms.readers, 0.0, ms.within, n, k)

    single = {
        "icc_1_1": _one_way(ms),
        "icc_2_1": _two_way_agreement(ms),
        "icc_3_1": _two_way_consistency(ms),
    }
    out = {}
    for form in FORMS:
        values, f, df1, df2 = single[form[:-1] + "1"]
        if form.endswith("k"):
            point, low, high = (_spearman_brown(value, k) for value in values)
            values = point, low, high
        out[form] = _result(form, values, f, df1, df2, n, k, note)
    return out


def _f_quantile(df1: float, df2: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df1, df2, 0.975))


def _one_way(ms: MeanSquares) -> tuple[tuple[float, float, float], float, float, float]:
    n, k = ms.n, ms.k
    f = _ratio(ms.cases, ms.within)
    low = _ratio(f, _f_quantile(n - 1, n * (k - 1)))
    high = f * _f_quantile(n * (k - 1), n - 1)
    return (_from_f(f, k), _from_f(low, k), _from_f(high, k)), f, n - 1, n * (k - 1)


def _two_way_consistency(ms: MeanSquares) -> tuple[tuple[float, float, float], float, float, float]:
    n, k = ms.n, ms.k
    df2 = (n - 1) * (k - 1)
    f = _ratio(ms.cases, ms.error)
    low = _ratio(f, _f_quantile(n - 1, df2))
    high = f * _f_quantile(df2, n - 1)
    return (_from_f(f, k), _from_f(low, k), _from_f(high, k)), f, n - 1, df2


def _two_way_agreement(ms: MeanSquares) -> tuple[tuple[float, float, float], float, float, float]:
    n, k = ms.n, ms.k
    f = _ratio(ms.cases, ms.error)
    estimate = (ms.cases - ms.error) / (ms.cases + (k - 1) * ms.error + k * (ms.readers - ms.error) / n)
    if ms.error == 0:
        # The approximate degrees of freedom need an error variance; with identical readings the limits are 1,
        # with a constant offset they are those of k readers' offset alone, k - 1 degrees of freedom.
        if ms.readers == 0:
            return (1.0, 1.0, 1.0), f, n - 1, (n - 1) * (k - 1)
        v = float(k - 1)
    else:
        fj = ms.readers / ms.error
        a = n * (1 + (k - 1) * estimate) - k * estimate
        top = (k - 1) * (n - 1) * (k * estimate * fj + a) ** 2
        bottom = (n - 1) * k**2 * estimate**2 * fj**2 + a**2
        v = top / bottom if bottom > 0 else float((n - 1) * (k - 1))
    low_f, high_f = _f_quantile(n - 1, v), _f_quantile(v, n - 1)
    between = k * ms.readers + (k * n - k - n) * ms.error
    low = n * (ms.cases - low_f * ms.error) / (low_f * between + n * ms.cases)
    high = n * (high_f * ms.cases - ms.error) / (between + n * high_f * ms.cases)
    return (estimate, low, high), f, n - 1, (n - 1) * (k - 1)


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else inf


def _from_f(f: float, k: int) -> float:
    return 1.0 if f == inf else (f - 1) / (f + k - 1)


def _spearman_brown(value: float, k: int) -> float:
    below = 1 + (k - 1) * value
    return k * value / below if below > 0 else -inf


def _result(
    form: str, values: tuple[float, ...], f: float, df1: float, df2: float, n: int, k: int, note: str
) -> IntraclassCorrelation:
    from scipy.special import fdtrc

    estimate, low, high = values
    p = 0.0 if f == inf else float(fdtrc(df1, df2, f))
    if estimate < 0:
        note = f"Negative: readers differ more within cases than cases do from each other. {note}".strip()
    if not low <= estimate <= high:
        # The approximate degrees of freedom of (2,1) are made for positive values and can miss a negative
        # one.
        low, high, note = nan, nan, f"{note} No interval: its approximation fails here.".strip()
    return IntraclassCorrelation(
        form, DEFINITIONS[form], estimate, low, high, f, df1, df2, p, n, k, koo_li(low, high), note
    )


def _undefined(n: int, k: int, note: str) -> dict[str, IntraclassCorrelation]:
    return {
        form: IntraclassCorrelation(
            form, DEFINITIONS[form], nan, nan, nan, nan, nan, nan, nan, n, k, "", note
        )
        for form in FORMS
    }
