"""A case without a study: the same answers and rules as a reading, kept in the scene instead of a study folder."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import Answer, Item, load_lexicon
from HER2LowMRILib.core.size_line import SIZE_ITEM, is_of_line, line_length_mm, size_line, size_of_line
from HER2LowMRILib.study.case_ids import checked_name


class SingleCase:
    """Answers of one case; offers what the panel uses of a ``CaseReading``.

    Parameters
    ----------
    case_id : str
        Pseudonym.
    keep : callable
        Called with the record as text after each change; it goes into the parameter node and so into a saved scene.
    record : str
        What ``keep`` was given before; "" for a new case.
    """

    is_open, state, exclusion, signed, restored_changes = True, "in_progress", None, (), 0

    def __init__(self, case_id: str, keep: Callable[[str], None], record: str = ""):
        self.case_id = checked_name(case_id)
        self._keep = keep
        kept = json.loads(record) if record else {}
        self.form = Form(load_lexicon(kept["edition"]) if "edition" in kept else load_lexicon())
        answers = kept.get("answers", {})
        wrong = self.form.problems(answers)
        self._answers = {key: value for key, value in answers.items() if key not in wrong}
        self._comment = str(kept.get("comment", ""))
        self._size_line = _whole_line(kept.get("size_line"))

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Item id -> answer."""
        return MappingProxyType(self._answers)

    @property
    def comment(self) -> str:
        """The reader's remark."""
        return self._comment

    def set_answer(self, item_id: str, raw: object) -> None:
        """Give, change or (with None) take back one answer."""
        self._answers = self.form.answer(self._answers, item_id, raw)
        self._save()

    @property
    def size_line(self) -> Mapping[str, Any] | None:
        """As `CaseReading.size_line`."""
        return MappingProxyType(self._size_line) if self._size_line else None

    @property
    def size_is_of_line(self) -> bool:
        """As `CaseReading.size_is_of_line`."""
        return is_of_line(self._answers.get(SIZE_ITEM), self._size_line)

    def set_size_line(
        self, ends_mm: Sequence[Sequence[float]], image: str, phase: int | None = None
    ) -> float:
        """As `CaseReading.set_size_line`."""
        line = size_line(ends_mm, image, phase)
        self._answers = self.form.answer(self._answers, SIZE_ITEM, size_of_line(line))
        self._size_line = line
        self._save()
        return float(line["length_mm"])

    def remove_size_line(self) -> None:
        """As `CaseReading.remove_size_line`."""
        if self.size_is_of_line:
            self._answers = self.form.answer(self._answers, SIZE_ITEM, None)
        self._size_line = None
        self._save()

    def set_comment(self, text: str) -> None:
        """Keep a remark."""
        self._comment = text
        self._save()

    def missing(self) -> tuple[Item, ...]:
        """The questions that are open."""
        return self.form.missing(self._answers)

    def missing_for_sign_off(self) -> tuple[str, ...]:
        """What is missing, in words."""
        return tuple(item.label for item in self.missing())

    def step_time(self, *_time: object) -> None:
        """Time is a matter of a study; here it is not kept."""

    def propose_exclusion(self, reason: str | None) -> None:
        """Refuse: there is no study to leave the case out of."""
        raise HER2LowMRIError("A single case cannot be excluded", needed="a study", found="none")

    def _save(self) -> None:
        record = {"edition": self.form.lexicon.edition, "answers": self._answers, "comment": self._comment}
        if self._size_line is not None:
            record["size_line"] = self._size_line
        self._keep(json.dumps(record, sort_keys=True))


def _whole_line(kept: object) -> dict[str, Any] | None:
    """The line of a scene that was saved; None where it is none."""
    try:
        line_length_mm(kept["ends_mm"])
        return dict(kept) if isinstance(kept["length_mm"], int | float) else None
    except (TypeError, KeyError, ValueError, HER2LowMRIError):
        return None
