"""Words for pairs, models and terms, and which features the report shows."""

from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED
from HER2LowMRILib.cohort.strata import PAIRS
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS

# Features that the paper reports as different between HER2-low and HER2-over, and hence the ones in its models.
PAPER_FEATURES = tuple(name for members in COMBINED_MEMBERS.values() for name in members)
COMBINED = (*COMBINED_MEMBERS, "Combined_All")


def pair_label(comparison: str) -> str:
    """Words for a pair of groups."""
    return next(pair.label for pair in PAIRS if pair.name == comparison)


def model_name(name: str) -> str:
    """Words for a model or a feature."""
    named = {QUALITATIVE: "Qualitative (shape, margin, T2)", SCREENED: "Qualitative (screened)"}
    return named.get(name, name.replace("_", " "))


def unit_words(unit: str | None) -> str:
    """A unit as people write it; "" for a pure number."""
    return {None: "", "1e-3 mm2/s": "10⁻³ mm²/s"}.get(unit, unit)


def term_name(term: str, labels: dict[str, str]) -> str:
    """Words for a term of a model: "variable" or "variable: category"."""
    name, _, category = term.partition(": ")
    return f"{labels.get(name, name)}{': ' + category if category else ''}"
