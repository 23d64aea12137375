"""Whether an ordered category rises or falls over ordered groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError


@dataclass(frozen=True)
class Trend:
    """Linear-by-linear association of a table.

    Attributes
    ----------
    statistic : float
        M2 = (n - 1) r2, chi-squared with one degree of freedom.
    p : float
    r : float
        Pearson's correlation of the scores; positive when higher categories go with later groups.
    n : int
    note : str
    """

    statistic: float
    p: float
    r: float
    n: int
    note: str = ""


def linear_by_linear(
    table: np.ndarray, row_scores: Sequence[float] | None = None, column_scores: Sequence[float] | None = None
) -> Trend:
    """Test of trend in a table of ordered categories by ordered groups.

    Parameters
    ----------
    table : array_like of int, shape (categories, groups)
    row_scores, column_scores : sequence of float, optional
        Scores of categories and groups; 0, 1, 2, ... by default, as SPSS takes them.

    Raises
    ------
    AnalysisError
        When there is not one score for each row and column.

    Notes
    -----
    Mantel 1963 (doi 10.2307/2282717); Agresti, Categorical Data Analysis, section 3.4. SPSS prints it as "linear-by-
    linear association". With two groups it is the Cochran-Armitage test times (n - 1) / n.
    """
    counts = np.asarray(table, dtype=float)
    rows = np.arange(counts.shape[0]) if row_scores is None else np.asarray(row_scores, dtype=float)
    columns = np.arange(counts.shape[1]) if column_scores is None else np.asarray(column_scores, dtype=float)
    if (len(rows), len(columns)) != counts.shape:
        raise AnalysisError(
            "A trend cannot be tested",
            needed=f"{counts.shape[0]} and {counts.shape[1]} scores",
            found=f"{len(rows)} and {len(columns)}",
        )
    n = counts.sum()
    if n < 2:
        return Trend(nan, nan, nan, int(n), "No cases.")
    u = rows - (counts.sum(axis=1) @ rows) / n
    v = columns - (counts.sum(axis=0) @ columns) / n
    spread = (counts.sum(axis=1) @ u**2) * (counts.sum(axis=0) @ v**2)
    if not spread > 0:
        return Trend(nan, nan, nan, int(n), "Every case is in the same category or group.")
    from scipy.special import chdtrc

    r = float(u @ counts @ v / sqrt(spread))
    statistic = (n - 1) * r**2
    return Trend(float(statistic), float(chdtrc(1, statistic)), r, int(n))
