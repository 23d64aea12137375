"""Whether a logistic model has a finite maximum likelihood estimate."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Separation:
    """How predictors split the two classes.

    Attributes
    ----------
    kind : str
        "none", "quasi-complete" (a line has one class on one side only, some cases lie on it) or "complete".
    terms : tuple of int
        Columns of the design that take part.
    """

    kind: str
    terms: tuple[int, ...]

    def __bool__(self) -> bool:
        return self.kind != "none"


def find_separation(x: np.ndarray, positive: np.ndarray) -> Separation:
    """Separation of the classes by the columns of ``x``, found by linear programming.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design including the constant.
    positive : ndarray of bool, shape (n,)

    Notes
    -----
    Albert & Anderson 1984 (doi 10.1093/biomet/71.1.1) for the definition, Konis 2007 (thesis, Oxford) for
    the linear
    programme.
    """
    from scipy.optimize import linprog

    size = np.abs(x).max(axis=0)
    z = np.where(np.asarray(positive, dtype=bool), 1.0, -1.0)[:, None] * x / np.where(size > 0, size, 1.0)
    box = [(-1.0, 1.0)] * x.shape[1]
    found = linprog(-z.sum(axis=0), A_ub=-z, b_ub=np.zeros(len(z)), bounds=box, method="highs")
    if found.status != 0 or -found.fun < 1e-7:
        return Separation("none", ())
    terms = tuple(int(i) for i in np.flatnonzero(np.abs(found.x) > 1e-9))
    # Complete when every case can be held off the plane by some margin t.
    with_margin = np.column_stack([-z, np.ones(len(z))])
    cost = np.zeros(x.shape[1] + 1)
    cost[-1] = -1.0
    margin = linprog(cost, A_ub=with_margin, b_ub=np.zeros(len(z)), bounds=[*box, (0.0, 1.0)], method="highs")
    complete = margin.status == 0 and -margin.fun > 1e-9
    return Separation("complete" if complete else "quasi-complete", terms)
