"""Numbers whose decimal point a table program took for one of thousands: 0.875 came back as 875."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.cohort.people_columns import PeopleRows
from HER2LowMRILib.files.locale_numbers import decimal_sign, read_numbers
from HER2LowMRILib.files.table_questions import SKIP, Question
from HER2LowMRILib.files.understood_table import TableWishes

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = re.compile(r"[+-]?[1-9]\d*", re.ASCII)
_WHY = (
    "far from the other numbers of the column: did a spreadsheet take its decimal point for one of thousands?"
)
# Fewer numbers with decimals say nothing of what is far from them.
_ENOUGH = 5
_FAR = 10.0


def with_points(people: PeopleRows, numbers: Iterable[str], wishes: TableWishes | None = None) -> PeopleRows:
    """Ask about whole numbers that are a thousand times what a column of decimals holds.

    Parameters
    ----------
    people : PeopleRows
        A table in our names.
    numbers : iterable of str
        Its columns of numbers.
    wishes : TableWishes, optional
        Answers to questions.

    Returns
    -------
    PeopleRows
        With the answered cells as answered; what is open is a question.
    """
    import pandas as pd

    wishes = wishes or TableWishes()
    names = [name for name in numbers if name in people.frame]
    sign = decimal_sign(people.frame[name] for name in names)
    frame, questions, asked = people.frame.copy(), list(people.questions), list(people.asked)
    for name in names:
        cells = frame[name].tolist()
        for place, cell, proposal in _suspects(frame[name], sign):
            question = Question("value", name, cell, (place + 2,), _WHY, proposal)
            asked.append(question)
            answer = wishes.answers.to(question)
            if answer is None:
                # Nothing is analysed while it is open, and nobody is asked about its unit as well.
                questions.append(question)
            cells[place] = None if answer in (None, SKIP) else answer.strip()
        frame[name] = pd.Series(cells, dtype=object)
    return replace(people, frame=frame, questions=questions, asked=asked)


def _suspects(cells: "pd.Series", sign: str) -> list[tuple[int, str, str]]:
    """Place, cell and what it may have been."""
    texts = cells.tolist()
    whole = [i for i, cell in enumerate(texts) if cell is not None and _WHOLE.fullmatch(cell)]
    if not whole:
        return []
    values, _ = read_numbers(texts, sign)
    others = np.delete(values, whole)
    others = others[np.isfinite(others)]
    if len(others) < max(_ENOUGH, len(whole)):
        return []
    low, high = others.min(), others.max()
    room, far = high - low, _FAR * np.abs(others).max()
    found = []
    for i in whole:
        smaller = values[i] / 1000
        if abs(values[i]) > far and low - room <= smaller <= high + room:
            found.append((i, texts[i], f"{smaller:g}".replace(".", sign)))
    return found
