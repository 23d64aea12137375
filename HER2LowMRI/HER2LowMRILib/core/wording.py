"""Numbers and typed text in sentences."""

import unicodedata

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
