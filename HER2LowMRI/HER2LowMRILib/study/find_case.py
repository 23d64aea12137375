"""Which case of the study an id in a person's table is."""

import re
from collections.abc import Callable, Iterable

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.understood_table import FindCase, FoundCase

# Hospital numbers are padded to at most so many digits.
_LONGEST_NUMBER = 12
# What points from an id to a remark below the table.
_FOOTNOTE = re.compile(r"[\s*†‡§¶#^]+$|\s*\([^()]*\)$")
_NUMBERED = re.compile(r"(.*?)(\d+)")


def case_finder(
    cases: Iterable[str], removed: Iterable[str] = (), pseudonym: Callable[[str], str] | None = None
) -> FindCase:
    """Make the function that finds cases.

    Parameters
    ----------
    cases : iterable of str
        Ids of the cases of the study.
    removed : iterable of str
        Ids of cases that were taken out of it; their rows are left out.
    pseudonym : callable, optional
        Patient id -> case id, where the role may know patients.

    Returns
    -------
    callable
        (text, field) -> `FoundCase`. Capitals do not matter. An id that lost its leading zeros is proposed, never
        assumed.
    """
    known = {case_id.lower(): case_id for case_id in cases}
    gone = {case_id.lower() for case_id in removed}

    def made_of(text: str) -> str | None:
        try:
            return pseudonym(text).lower() if pseudonym is not None else None
        except StudyError:
            return None

    def find(text: str, field: str) -> FoundCase:
        names = [name for name in (text.lower(), made_of(text)) if name is not None]
        if field == "patient_id" and pseudonym is not None:
            names.reverse()
        for name in names:
            if name in known:
                other = name == text.lower() and known[name] != text
                return FoundCase(known[name], "case id in other capitals" if other else "")
        if any(name in gone for name in names):
            return FoundCase(None, leave_out="of a case that was removed from the study, left out")
        bare = _FOOTNOTE.sub("", text)
        if bare != text and (marked := find(bare, field)).case_id is not None:
            return FoundCase(None, why="an id with a mark behind it", proposal=marked.case_id or "")
        near = {known[name] for name in _padded(text, known, made_of) if name in known}
        if len(near) == 1:
            return FoundCase(None, why="no case of the study; did its id lose zeros?", proposal=near.pop())
        return FoundCase(None, why="no case of this study", proposal="skip")

    return find


def _padded(text: str, known: Iterable[str], made_of: Callable[[str], str | None]) -> Iterable[str]:
    """Names that differ from an id by leading zeros of its number only."""
    match = _NUMBERED.fullmatch(text.removesuffix(".0"))
    if match is None:
        return
    letters, number = match[1].lower(), match[2].lstrip("0") or "0"
    for name in known:
        other = _NUMBERED.fullmatch(name)
        if other is not None and (other[1], other[2].lstrip("0") or "0") == (letters, number):
            yield name
    for length in range(len(number), _LONGEST_NUMBER + 1):
        made = made_of(match[1] + number.zfill(length))
        if made is not None:
            yield made
