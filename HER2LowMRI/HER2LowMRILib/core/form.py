"""The form of one reading: which questions apply, what is missing, what follows from the answers.

`answers` is a plain mapping of item id to answer (core/lexicon.py) everywhere; nothing here changes it. An
answer that no longer applies is kept until sign-off, so that changing the lesion type and back loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, Answer, Item, Lexicon, shown

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Form:
    """The questions of one lexicon with their branches."""

    lexicon: Lexicon

    def applies(self, item_id: str, answers: Answers) -> bool | None:
        """Tell whether a question arises.

        Returns
        -------
        bool or None
            None while the question that decides it is not answered.
        """
        unknown = False
        for controller, allowed in self.lexicon[item_id].applies_when:
            controller_applies = self.applies(controller, answers)
            answer = answered(answers.get(controller))
            if controller_applies is False or (
                controller_applies and answer is not None and answer not in allowed
            ):
                return False
            unknown = unknown or controller_applies is None or answer is None
        return None if unknown else True

    def questions(self, answers: Answers, *, more: bool = True) -> tuple[Item, ...]:
        """Return the questions that arise, in order; `more` = False leaves out the optional descriptors."""
        return tuple(
            item for item in self.lexicon.items if (more or item.required) and self.applies(item.id, answers)
        )

    def missing(self, answers: Answers) -> tuple[Item, ...]:
        """Return what must be answered before sign-off, in order.

        Questions that hang on an unanswered one are not listed before it is answered.
        """
        return tuple(
            item for item in self.questions(answers, more=False) if answered(answers.get(item.id)) is None
        )

    def no_longer_applies(self, answers: Answers) -> tuple[Item, ...]:
        """Return the answered questions that do not arise any more; sign-off makes them "not applicable"."""
        return tuple(
            item
            for item in self.lexicon.items
            if answered(answers.get(item.id)) is not None and self.applies(item.id, answers) is False
        )

    def no_longer_applies_notes(self, answers: Answers) -> tuple[str, ...]:
        """Word `no_longer_applies` for the reader, one line each."""
        notes = []
        for item in self.no_longer_applies(answers):
            controllers = " and ".join(
                f"{self.lexicon[controller].label.lower()} is {self._label(controller, answers)}"
                for controller, _ in item.applies_when
            )
            notes.append(
                f"{item.label} ({item.label_of(answers[item.id])}) does not apply while {controllers}; "
                "the answer is kept until sign-off"
            )
        return tuple(notes)

    def derived(self, answers: Answers) -> dict[str, Answer]:
        """Return the collapsed variables: 1, 0, "not_assessable", "not_applicable" or None, as their item."""
        return {
            entry.id: entry.of(self._value(entry.derived_from, answers)) for entry in self.lexicon.derived
        }

    def values_for_row(self, answers: Answers) -> dict[str, Answer]:
        """Return a value for every item and every collapsed variable, in the order of the columns.

        A question that does not arise is "not_applicable", whatever was answered before; None is "missing".
        """
        row = {item.id: self._value(item.id, answers) for item in self.lexicon.items}
        return row | self.derived(answers)

    def answer(self, answers: Answers, item_id: str, raw: Any) -> dict[str, Answer]:
        """Return `answers` with one more answer; None or "" takes the answer back.

        Raises
        ------
        HER2LowMRIError
            When there is no such question, or `raw` is not a possible answer to it.
        """
        value = self.lexicon[item_id].accept(raw)
        kept = {key: old for key, old in answers.items() if key != item_id}
        return kept if value is None else kept | {item_id: value}

    def problems(self, answers: Answers) -> dict[str, str]:
        """Return what cannot be an answer: item id -> one line. For answers read from a file."""
        found = {}
        for item_id, raw in answers.items():
            if item_id not in self.lexicon:
                found[item_id] = f"{shown(item_id)} is not a question of edition {self.lexicon.edition}"
                continue
            try:
                answer = answered(raw)
                if raw == NOT_APPLICABLE and self.lexicon[item_id].applies_when == ():
                    found[item_id] = f"{self.lexicon[item_id].label} ({item_id}) always applies"
                elif answer is not None and self.lexicon[item_id].accept(answer) != answer:
                    found[item_id] = (
                        f"{self.lexicon[item_id].label} ({item_id}): {shown(raw)} is not as it is stored"
                    )
            except HER2LowMRIError as error:
                found[item_id] = str(error)
        return found

    def sign_off(self, answers: Answers) -> dict[str, Answer]:
        """Return the answers of a signed-off reading: one per item, "not_applicable" for hidden ones.

        Raises
        ------
        HER2LowMRIError
            When a required question is open or an answer is none.
        """
        problems = self.problems(answers)
        if problems:
            raise HER2LowMRIError("The reading cannot be signed off", found="; ".join(problems.values()))
        missing = self.missing(answers)
        if missing:
            raise HER2LowMRIError(
                "The reading cannot be signed off",
                needed=f"an answer to {', '.join(item.label for item in missing)}",
                todo=f'"{NOT_ASSESSABLE.replace("_", " ")}" is an answer.',
            )
        return {item.id: self._value(item.id, answers) for item in self.lexicon.items}

    def _value(self, item_id: str, answers: Answers) -> Answer:
        applies = self.applies(item_id, answers)
        if applies is False:
            return NOT_APPLICABLE
        return answered(answers.get(item_id)) if applies else None

    def _label(self, item_id: str, answers: Answers) -> str:
        return self.lexicon[item_id].label_of(self._value(item_id, answers)) or "not answered"


def answered(value: Answer) -> Answer:
    """Return the reader's own answer: a "not applicable" from an earlier sign-off is none."""
    return None if value in (None, "", NOT_APPLICABLE) else value
