"""Agreement of three or more readers on a category."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np


@dataclass(frozen=True)
class FleissKappa:
    """Kappa of several readers.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        With 95 % limits of a jackknife over the cases.
    z, p : float
        Against agreement by chance alone.
    percent_agreement : float
        Pairs of readers who say the same, in percent.
    n, readers : int
    note : str
    """

    estimate: float
    ci_low: float
    ci_high: float
    z: float
    p: float
    percent_agreement: float
    n: int
    readers: int
    note: str = ""


def fleiss_kappa(ratings: Sequence[Sequence[object]], categories: Sequence[object]) -> FleissKappa:
    """Fleiss' kappa of cases that every reader rated.

    Parameters
    ----------
    ratings : sequence of sequence, shape (cases, readers)
        Cases with an answer that is none of ``categories`` are left out and counted in the note.
    categories : sequence

    Notes
    -----
    Fleiss 1971 (doi 10.1037/h0031619); z with the standard error of Fleiss, Nee & Landis 1979 (doi
    10.1037/0033-2909.86.5.974), as R's irr::kappam.fleiss prints it.
    """
    from scipy.special import ndtr, stdtrit

    place = {category: i for i, category in enumerate(categories)}
    known = [row for row in ratings if all(answer in place for answer in row)]
    left_out = len(ratings) - len(known)
    note = f"{left_out} cases without an answer of every reader were left out." if left_out else ""
    n, readers = len(known), len(ratings[0]) if len(ratings) else 0
    if n < 2 or readers < 2:
        return FleissKappa(*(nan,) * 6, n, readers, f"{note} Too few cases.".strip())
    counts = np.zeros((n, len(place)))
    for case, row in enumerate(known):
        for answer in row:
            counts[case, place[answer]] += 1
    estimate, agree = _kappa(counts)
    if not np.isfinite(estimate):
        same = f"{note} Every answer is the same: kappa is not defined.".strip()
        return FleissKappa(nan, nan, nan, nan, nan, 100 * agree, n, readers, same)
    share = counts.sum(axis=0) / (n * readers)
    mixed = share * (1 - share)
    spread = mixed.sum() ** 2 - (mixed * (1 - 2 * share)).sum()
    z = estimate / (sqrt(2 * spread / (n * readers * (readers - 1))) / mixed.sum()) if spread > 0 else nan
    without = np.array([_kappa(np.delete(counts, case, axis=0))[0] for case in range(n)])
    pseudo = n * estimate - (n - 1) * without
    half = float(stdtrit(n - 1, 0.975)) * float(np.std(pseudo, ddof=1)) / sqrt(n)
    low, high = (estimate - half, min(estimate + half, 1.0)) if np.isfinite(half) else (nan, nan)
    return FleissKappa(estimate, low, high, z, float(2 * ndtr(-abs(z))), 100 * agree, n, readers, note)


def _kappa(counts: np.ndarray) -> tuple[float, float]:
    n, readers = len(counts), counts[0].sum()
    agree = float(((counts**2).sum(axis=1) - readers).sum() / (n * readers * (readers - 1)))
    chance = float(((counts.sum(axis=0) / (n * readers)) ** 2).sum())
    return ((agree - chance) / (1 - chance) if chance < 1 else nan), agree
