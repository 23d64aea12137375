"""Words that people write into tables, made comparable: what the columns are called, and what stands in the cells.

The words themselves are data (``data/table_words.json``): a further synonym is a line there and no code.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from importlib import resources
from typing import Any

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_UNIT = re.compile(r"[\[(][^\])]*[\])]")
_NOT_A_WORD = re.compile(r"[^\w#]+|_")


def plain(text: str) -> str:
    """Text without what typing adds: full-width and superscript forms, odd dashes and blanks, invisible signs.

    Parameters
    ----------
    text : str
        As it stood in a cell.

    Returns
    -------
    str
        Compatible form (NFKC) on one line; capitals are kept.
    """
    text = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_INVISIBLE).translate(_DASHES)
    return " ".join(text.split())


def folded(text: str) -> str:
    """`plain` text in small letters, to compare words of cells."""
    return plain(text).casefold()


def column_key(text: str, *, with_unit: bool = False) -> str:
    """The name of a column, to compare: small letters and digits without signs, "Ki-67 [%]" is "ki 67".

    Parameters
    ----------
    text : str
    with_unit : bool
        Keep what stands in brackets; it is dropped otherwise, unless it is all there is.
    """
    text = folded(text)
    short = "" if with_unit else " ".join(_NOT_A_WORD.sub(" ", _UNIT.sub(" ", text)).split())
    return short or " ".join(_NOT_A_WORD.sub(" ", text).split())


@functools.cache
def table_words() -> Mapping[str, Any]:
    """The content of ``data/table_words.json``."""
    file = resources.files("HER2LowMRILib") / "data" / "table_words.json"
    words: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return words


@functools.cache
def words_of(kind: str) -> frozenset[str]:
    """One list of words ("missing", "yes", "no", "identities", ...), folded."""
    fold = column_key if kind in ("identities", "counters") else folded
    return frozenset(fold(word) for word in table_words()[kind])


def says_missing(text: str) -> bool:
    """Whether a cell says that nothing is known: blank, "n/a", "[Not Available]", "k. A.", ..."""
    word = folded(text)
    if not word or word in words_of("missing"):
        return True
    bracketed = re.fullmatch(r"[\[(<{](.*)[\])>}]", word)
    return bracketed is not None and (bracketed[1].strip() in words_of("missing"))
