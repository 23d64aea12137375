"""The HER2 group of every row: as the table states it, or made from the fields of the HER2 test where it does not."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.table_wording import counted_words
from HER2LowMRILib.core.errors import AnalysisError, HER2LowMRIError
from HER2LowMRILib.core.her2 import GROUPS, her2_group, tests_from_fields
from HER2LowMRILib.core.lexicon import Item, clinic_fields, shown
from HER2LowMRILib.core.table_words import says_missing
from HER2LowMRILib.core.wording import counted

if TYPE_CHECKING:
    import pandas as pd

# Beside the ids: what the groups are called in papers. "HER2-negative" is zero or low, and hence no word of a group.
_WORDS = {
    "zero": ("0", "null"),
    "low": ("lowexpression",),
    "over": ("overexpression", "overexpressed", "overexpressing", "positive", "amplified"),
    "indeterminate": ("undetermined", "notdeterminable"),
}
_GROUP_OF = {word: group for group, words in _WORDS.items() for word in (group, *words)}
# The columns of features.csv and the coordinator's fields that say the same.
_ALIASES = {"her2_ish_result": "her2_ish"}


def with_groups(frame: "pd.DataFrame", warnings: list[str]) -> "pd.DataFrame":
    """Give every row its group, as text or None.

    A stated group holds: whoever made the table knew more than its columns tell (a specimen from after therapy, a core
    biopsy). It is derived where none is stated, from every field of the test that is there.

    Parameters
    ----------
    frame : DataFrame
        Cells as text or None; ``her2_group`` or ``her2_ihc`` is needed.
    warnings : list of str
        What was left out, derived or differs is added here.

    Raises
    ------
    AnalysisError
        Without either column, or when no cell of ``her2_group`` is the word of a group.
    """
    import pandas as pd

    if "her2_group" not in frame and "her2_ihc" not in frame:
        raise AnalysisError(
            "The cohort cannot be grouped",
            needed="the column her2_group (zero, low, over, indeterminate) or her2_ihc with her2_ish",
            found="neither",
        )
    stated = _stated(frame, warnings)
    derived = _derived(frame, warnings)
    groups = []
    filled = 0
    differing: Counter[str] = Counter()
    for place, (word, test) in enumerate(zip(stated, derived, strict=True)):
        if word == "":
            filled += test is not None
            groups.append(test)
            continue
        if word is not None and test is not None and word != test:
            differing[_why(frame, place, word, test)] += 1
        groups.append(word)
    if filled and "her2_group" in frame:
        warnings.append(
            f"her2_group is empty in {counted(filled, 'row')} and derived there from the HER2 test."
        )
    if differing:
        total = sum(differing.values())
        warnings.append(
            f"In {counted(total, 'row')} her2_group is not what IHC and ISH alone would give; the stated group "
            f"counts: {counted_words(differing)}."
        )
    return frame.assign(her2_group=pd.Series(groups, dtype=object))


def _stated(frame: "pd.DataFrame", warnings: list[str]) -> list[str | None]:
    """Group of every row as its cell says: "" where the cell is empty, None where its word is not a group."""
    if "her2_group" not in frame:
        return [""] * len(frame)
    found: list[str | None] = []
    unknown: Counter[str] = Counter()
    for cell in frame["her2_group"]:
        if cell is None or _missing(cell):
            found.append("")
            continue
        group = _GROUP_OF.get(re.sub(r"^her\W*2|[\W_]", "", str(cell).casefold()))
        if group is None:
            unknown[shown(cell, 30)] += 1
        found.append(group)
    if unknown and not any(found):
        raise AnalysisError(
            "The cohort cannot be grouped",
            needed=f"the words {', '.join(GROUPS)} in her2_group",
            found=counted_words(unknown),
            todo="Rename them, or leave the column out: the groups are then made from her2_ihc and her2_ish.",
        )
    if unknown:
        warnings.append(
            f"her2_group has words that are not a group, taken as missing: {counted_words(unknown)}."
        )
    return found


def _derived(frame: "pd.DataFrame", warnings: list[str]) -> list[str | None]:
    """Group of every row from the fields of its test; None without IHC and ISH, or where a field cannot be read."""
    items = {item.id: item for item in clinic_fields().items if item.id.startswith("her2_")}
    columns = {
        name: column
        for name in items
        if (column := name if name in frame else _ALIASES.get(name, "")) in frame
    }
    if not columns:
        return [None] * len(frame)
    unread: dict[str, Counter[str]] = {}
    groups: list[str | None] = []
    cells = [frame[column].tolist() for column in columns.values()]
    for row in zip(*cells, strict=True):
        fields: dict[str, object] = {}
        for (name, column), cell in zip(columns.items(), row, strict=True):
            try:
                fields[name] = _answer(items[name], cell)
            except HER2LowMRIError:
                unread.setdefault(column, Counter())[shown(cell, 30)] += 1
        groups.append(_group_of(fields))
    for column, words in unread.items():
        needed = ", ".join(str(choice.value) for choice in items[_field_of(column)].choices) or "a number"
        warnings.append(
            f"{column} has cells that cannot be read, taken as missing: {counted_words(words)}; needed {needed}."
        )
    return groups


def _group_of(fields: dict[str, object]) -> str | None:
    try:
        tests = tests_from_fields(fields)
    except HER2LowMRIError:
        return None
    return her2_group(tests).group if any(test.stated for test in tests) else None


def _answer(item: Item, cell: str | None) -> object:
    """A cell as the answer to a field, in whatever capitals it was typed."""
    if cell is None or _missing(cell):
        return None
    try:
        return item.accept(cell)
    except HER2LowMRIError:
        return item.accept(re.sub(r"\s", "", cell).casefold())


def _missing(cell: str) -> bool:
    return says_missing(cell) or bool(re.fullmatch(r"\[.*\]", cell))


def _field_of(column: str) -> str:
    return next((field for field, alias in _ALIASES.items() if alias == column), column)


def _why(frame: "pd.DataFrame", place: int, stated: str, derived: str) -> str:
    reason = frame["her2_reason"].iloc[place] if "her2_reason" in frame else None
    return f"{stated} where {derived} would follow{f', as {reason}' if reason else ''}"
