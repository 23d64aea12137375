"""Numbers and typed text in sentences."""

import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# Embeddings, overrides and isolates of the direction of writing: they make a line look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "0 cases", "1 case", "12 cases".

    Parameters
    ----------
    number : int
        How many.
    noun : str
        One of them, e.g. "case" or "question to decide".
    plural : str, optional
        Several of them, where an "s" at the end is not enough ("questions to decide").
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {plural or noun + 's'}"


def first_of(items: Sequence[object], most: int) -> str:
    """The first few of a list, and how many more there are: "a, b, c and 4 more"."""
    more = len(items) - most
    return ", ".join(map(str, items[:most])) + (f" and {more} more" if more > 0 else "")


def one_line(text: str) -> str:
    """Text that somebody typed, for a terminal or a message: on one line, and without anything that a terminal obeys.

    Line breaks and tabs become blanks; control characters and those that turn the direction of writing become a
    replacement character. Letters of every script stay.
    """
    return "".join(map(_harmless, text))


def _harmless(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Zl", "Zp") or (kind == "Cc" and sign.isspace()):
        return " "
    return "\N{REPLACEMENT CHARACTER}" if kind == "Cc" or sign in _TURNING else sign


def rounded(value: float, digits: int) -> str:
    """A number with a fixed count of decimals; halves go up, away from 0, and nothing is rounded to "-0".

    Parameters
    ----------
    value : float
        Finite. Its first 12 digits are rounded, so that 2.675 gives 2.68 and a quartile of 72.49999999999999 gives 73.
    digits : int
        Decimals, 0 or more.
    """
    exact = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:f}" if exact else f"{abs(exact):f}"
