"""Words for pairs and units, and which features the report shows."""

from HER2LowMRILib.cohort.strata import PAIRS
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS

# Features that the paper reports as different between HER2-low and HER2-over, and hence the ones in its models.
PAPER_FEATURES = tuple(name for members in COMBINED_MEMBERS.values() for name in members)
COMBINED = (*COMBINED_MEMBERS, "Combined_All")


def pair_label(comparison: str) -> str:
    """Words for a pair of groups."""
    return next(pair.label for pair in PAIRS if pair.name == comparison)


def unit_words(unit: str | None) -> str:
    """A unit as people write it; "" for a pure number."""
    return {"1e-3 mm2/s": "10⁻³ mm²/s"}.get(unit, unit) if unit else ""
