"""Whether predictors say the same thing, and whether there are enough events for them."""

from dataclasses import dataclass

import numpy as np

# Customary bounds for a warning (Belsley 1980; Peduzzi 1996, doi 10.1016/S0895-4356(96)00236-3).
VIF_WARNING, CONDITION_WARNING, EVENTS_PER_VARIABLE_WARNING = 10.0, 30.0, 10.0


@dataclass(frozen=True)
class Collinearity:
    """Collinearity of a set of predictors.

    Attributes
    ----------
    vif : ndarray, shape (p,)
        Variance inflation factors; inf for a predictor that the others determine.
    condition_number : float
        Ratio of the largest to the smallest singular value of the standardised predictors.
    note : str
        A warning in words, or empty.
    """

    vif: np.ndarray
    condition_number: float
    note: str = ""


def collinearity(x: np.ndarray) -> Collinearity:
    """VIF and condition number of the predictors.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Without the constant, complete cases, no constant column.
    """
    x = np.asarray(x, dtype=float)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    singular = np.linalg.svd(z, compute_uv=False)
    condition = float(singular[0] / singular[-1]) if singular[-1] > 1e-12 * singular[0] else np.inf
    vif = np.ones(x.shape[1])
    if x.shape[1] > 1:
        for j in range(x.shape[1]):
            others = np.delete(z, j, axis=1)
            residual = z[:, j] - others @ np.linalg.lstsq(others, z[:, j], rcond=None)[0]
            unexplained = float((residual**2).sum() / (z[:, j] ** 2).sum())
            vif[j] = 1 / unexplained if unexplained > 1e-12 else np.inf
    worst = float(vif.max(initial=1.0))
    note = ""
    if worst > VIF_WARNING or condition > CONDITION_WARNING:
        note = (
            f"Collinear predictors (largest VIF {worst:.0f}, condition number {condition:.0f}): single coefficients "
            "mean little; read the model as a whole."
        )
    return Collinearity(vif, condition, note)


def events_per_variable(positive: np.ndarray, predictors: int) -> tuple[float, str]:
    """Events (cases of the smaller class) per predictor, and a warning when they are fewer than 10.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    predictors : int
        Estimated coefficients without the constant.
    """
    positive = np.asarray(positive, dtype=bool)
    events = int(min(positive.sum(), (~positive).sum()))
    ratio = events / predictors if predictors else np.inf
    if ratio >= EVENTS_PER_VARIABLE_WARNING:
        return ratio, ""
    return (
        ratio,
        f"{events} events for {predictors} predictors ({ratio:.1f} each, 10 advised): expect optimism.",
    )
