"""What an analysis could not make, and why; told once for each reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from HER2LowMRILib.core.errors import HER2LowMRIError

# As many places and findings are named; of more, how many there are.
_NAMED = 3


@dataclass(frozen=True)
class LeftOut:
    """One thing that could not be made.

    Attributes
    ----------
    what : str
        A table, a model, a column.
    why : str
        The reason, the same words for everything that shares it.
    where : str
        The pair of groups and the lesions, if it is about one.
    found : str
        What was there in place of what was needed.
    """

    what: str
    why: str
    where: str = ""
    found: str = ""

    @property
    def subject(self) -> str:
        """What and where."""
        return f"{self.what}, {self.where}" if self.where else self.what

    @property
    def reason(self) -> str:
        """Why, and what was found."""
        return f"{self.why}, found {self.found}" if self.found else self.why

    @classmethod
    def of(cls, error: HER2LowMRIError, what: str, where: str = "") -> "LeftOut":
        """Take the reason from an error."""
        why = f"{error.what}: needed {error.needed}" if error.needed else error.what
        return cls(what, f"{why}. {error.todo}" if error.todo else why, where, error.found or "")


def by_reason(left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Put everything that was left out for the same reason into one, in the order of the reasons."""
    reasons: dict[tuple[str, bool], list[LeftOut]] = {}
    for entry in left_out:
        reasons.setdefault((entry.why, bool(entry.where)), []).append(entry)
    return tuple(_together(entries) for entries in reasons.values())


def _together(entries: list[LeftOut]) -> LeftOut:
    names, places, found = (
        list(dict.fromkeys(getattr(entry, name) for entry in entries)) for name in ("what", "where", "found")
    )
    where = "; ".join(places) if len(places) <= _NAMED else f"in {len(places)} comparisons"
    others = f" and {len(found) - _NAMED} others" if len(found) > _NAMED else ""
    return replace(
        entries[0], what=", ".join(names), where=where, found="; ".join(filter(None, found[:_NAMED])) + others
    )
