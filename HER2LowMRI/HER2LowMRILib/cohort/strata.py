"""Who is compared with whom, and in which lesions: three strata, one three-group and three paired comparisons."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.variables import Variable

if TYPE_CHECKING:
    import pandas as pd

GROUPS = ("zero", "low", "over")
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
        if self.positive is None:
            return "the three groups"
        return f"{GROUP_LABELS[self.positive]} against {GROUP_LABELS[self.negative]}"


COMPARISONS = (
    Comparison("three_groups", GROUPS, None),
    Comparison("low_vs_zero", ("zero", "low"), "low"),
    Comparison("low_vs_over", ("low", "over"), "low"),
    Comparison("zero_vs_over", ("zero", "over"), "over"),
)
PAIRS = tuple(comparison for comparison in COMPARISONS if comparison.positive)


STRATUM_LESIONS = {
    "all": ("mass", "nme", "mass_with_nme"),
    "mass": ("mass",),
    "nme_related": ("nme", "mass_with_nme"),
}


def asked_of_all(variable: Variable, stratum: str) -> bool:
    """Whether the question of a descriptor arises for every lesion of a stratum."""
    lesions = set(STRATUM_LESIONS[stratum])
    return all(name == "lesion_type" and lesions <= set(allowed) for name, allowed in variable.applies_when)


def asked_of_none(variable: Variable, stratum: str) -> bool:
    """Whether the question of a descriptor arises for no lesion of a stratum."""
    lesions = set(STRATUM_LESIONS[stratum])
    return any(
        name == "lesion_type" and not lesions & set(allowed) for name, allowed in variable.applies_when
    )


def in_stratum(rows: "pd.DataFrame", stratum: str) -> "pd.DataFrame":
    """Rows of one stratum: "all", "mass" (a mass alone) or "nme_related" (NME, or a mass with NME)."""
    if stratum == "all":
        return rows
    return rows[rows["lesion_type"].isin(STRATUM_LESIONS[stratum])]
