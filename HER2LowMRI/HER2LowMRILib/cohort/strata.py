"""Who is compared with whom, and in which lesions: three strata, one three-group and three paired comparisons."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.her2 import SETTLED_GROUPS
from HER2LowMRILib.core.lexicon import Lexicon

if TYPE_CHECKING:
    import pandas as pd

    from HER2LowMRILib.cohort.table import CohortTable

GROUPS = SETTLED_GROUPS
GROUP_LABELS = {"zero": "HER2-zero", "low": "HER2-low", "over": "HER2-over"}
STRATUM_LABELS = {"all": "all lesions", "mass": "masses", "nme_related": "NME-related lesions"}


@dataclass(frozen=True)
class Comparison:
    """Groups that are compared.

    Attributes
    ----------
    name : str
        As in the tables.
    groups : tuple of str
        Groups in the order of display.
    positive : str or None
        The positive class of a pair. HER2-low in every pair it is in; HER2-over in the pair without it, because
        overexpression is the finding there.
    """

    name: str
    groups: tuple[str, ...]
    positive: str | None

    @property
    def negative(self) -> str | None:
        """The other class of a pair."""
        return None if self.positive is None else next(g for g in self.groups if g != self.positive)

    @property
    def label(self) -> str:
        """Words for headings."""
        if self.positive is None or self.negative is None:
            return "the three groups"
        return f"{GROUP_LABELS[self.positive]} against {GROUP_LABELS[self.negative]}"


COMPARISONS = (
    Comparison("three_groups", GROUPS, None),
    Comparison("low_vs_zero", ("zero", "low"), "low"),
    Comparison("low_vs_over", ("low", "over"), "low"),
    Comparison("zero_vs_over", ("zero", "over"), "over"),
)
PAIRS = tuple(comparison for comparison in COMPARISONS if comparison.positive)


def stratum_lesions(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Lesion types of each stratum in an edition of the lexicon.

    NME-related are those that the edition derives ``nme_related`` from, masses the others that are asked for the shape
    of a mass. A type that is neither stands among all lesions alone.
    """
    items = {item.id: item for item in lexicon.items}
    types = [str(value.value) for value in items["lesion_type"].values] if "lesion_type" in items else []
    related = {
        str(value)
        for entry in lexicon.derived
        if entry.id == "nme_related"
        for value, yes in entry.mapping
        if int(yes)
    }
    asked = dict(items["mass_shape"].applies_when).get("lesion_type", types) if "mass_shape" in items else ()
    shaped = {str(value) for value in asked}
    return {
        "all": tuple(types),
        "mass": tuple(name for name in types if name in shaped and name not in related),
        "nme_related": tuple(name for name in types if name in related),
    }


def asked_of_all(variable: Variable, lesions: Collection[str]) -> bool:
    """Whether the question of a descriptor arises for every one of these lesion types."""
    return all(
        name == "lesion_type" and set(lesions) <= set(allowed) for name, allowed in variable.applies_when
    )


def asked_of_none(variable: Variable, lesions: Collection[str]) -> bool:
    """Whether the question of a descriptor arises for none of these lesion types."""
    return any(
        name == "lesion_type" and not set(lesions) & set(allowed) for name, allowed in variable.applies_when
    )


def in_stratum(cohort: "CohortTable", stratum: str) -> "pd.DataFrame":
    """Rows of one stratum: "all", "mass" (a mass alone) or "nme_related" (NME, or a mass with NME)."""
    if stratum == "all":
        return cohort.rows
    return cohort.rows[cohort.rows["lesion_type"].isin(stratum_lesions(cohort.lexicon)[stratum])]
