"""What every function here accepts: numbers and labels, both with gaps, and nothing that only looks so."""

from collections.abc import Hashable, Iterable, Sequence, Sized
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError


def numbers(values: Iterable[object], what: str = "values") -> np.ndarray:
    """Float64 array of ``values``; a missing one (None, empty text, NaN) is NaN.

    Parameters
    ----------
    values : iterable of float, int, bool, None or text that reads as a number
    what : str
        The variable's name, for the message.

    Raises
    ------
    AnalysisError
        If there is text that is not a number, or an infinite number.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        out = values.astype(np.float64)
    else:
        out = np.array([_number(value, what) for value in values], dtype=np.float64)
    if out.ndim != 1:
        raise AnalysisError(
            f"{what} cannot be analysed", needed="one value per case", found=f"{out.ndim} dimensions"
        )
    if np.isinf(out).any():
        raise AnalysisError(f"{what} cannot be analysed", needed="finite numbers", found="an infinite value")
    return out


def _number(value: object, what: str) -> float:
    if is_missing(value):
        return float("nan")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise AnalysisError(
            f"{what} cannot be analysed", needed="numbers", found=f"the text '{str(value)[:40]}'"
        ) from None


def is_missing(value: object) -> bool:
    """Whether a cell is empty: None, NaN or blank text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    try:
        return bool(value != value)  # NaN and pandas' NaT are the only values unequal to themselves
    except (TypeError, ValueError):
        return True  # pandas.NA refuses to be compared


def labels(values: Iterable[object]) -> list[Hashable | None]:
    """Return ``values`` as they are, every missing one as None; numpy scalars become Python's own."""
    return [None if is_missing(value) else _plain(value) for value in values]


def _plain(value: object) -> Hashable:
    return value.item() if isinstance(value, np.generic) else value


def same_length(what: str, *columns: Sized) -> int:
    """Length that all ``columns`` share.

    Raises
    ------
    AnalysisError
        If they differ.
    """
    lengths = [len(column) for column in columns]
    if len(set(lengths)) > 1:
        raise AnalysisError(
            f"{what} cannot be analysed", needed="columns of equal length", found=f"lengths {lengths}"
        )
    return lengths[0]


def two_classes(positive: Iterable[object], what: str = "the outcome") -> np.ndarray:
    """Bool array of an outcome coded True/False or 1/0.

    Raises
    ------
    AnalysisError
        If a value is missing or is neither 0 nor 1.
    """
    coded = numbers(positive, what)
    if not np.isin(coded, (0.0, 1.0)).all():
        raise AnalysisError(
            f"{what} cannot be used", needed="0 or 1 for every case", found="other or missing values"
        )
    return coded.astype(bool)


def category_order(observed: Iterable[Hashable], order: Sequence[Hashable] | None) -> list[Hashable]:
    """Categories declared or found: first those of ``order``, then unknown ones, sorted."""
    known = list(order) if order is not None else []
    extra: set[Any] = {value for value in observed if value is not None and value not in known}
    numeric = sorted(value for value in extra if not isinstance(value, str))
    return known + numeric + sorted(value for value in extra if isinstance(value, str))
