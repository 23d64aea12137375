"""Which columns are analysed, and of which kind they are: made from the lexicon, the clinic fields and the features."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from HER2LowMRILib.core.feature_set import FEATURES, Feature
from HER2LowMRILib.core.first_order import Statistic
from HER2LowMRILib.core.lexicon import (
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    Item,
    Lexicon,
    clinic_fields,
    load_lexicon,
)
from HER2LowMRILib.core.map_spec import MapSpec

FEATURE_NAMES = tuple(feature.name for feature in FEATURES)
# The paper's members (section "Combined" models): one set per map.
COMBINED_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Combined_ADC": ("ADC_mean", "ADC_median", "ADC_p5"),
    "Combined_D": ("D_mean", "D_median", "D_p5"),
    "Combined_K": ("K_mean", "K_median", "K_p95", "K_entropy"),
}


@dataclass(frozen=True)
class Variable:
    """A column that is analysed.

    Attributes
    ----------
    name, label : str
        Column and the words for it.
    unit : str or None
        Of a number.
    table : str
        "clinic", "descriptors" or "features": the table of the report it stands in.
    kind : str
        "number", "binary", "nominal" or "ordinal".
    categories : tuple
        Of a category, in their order, as text.
    labels : tuple of str
        Words for the categories.
    derived : bool
        Computed from another column, which then is the one that readers answered.
    optional : bool
        No reading has to answer it: an empty column is not a gap.
    applies_when : tuple of (variable, values)
        What must hold for the question to arise, values as text; empty when it always does.
    lowest, highest : float
        Of a number: what is outside is pointed out.
    """

    name: str
    label: str
    unit: str | None
    table: str
    kind: str
    categories: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    derived: bool = False
    optional: bool = False
    applies_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lowest: float = -inf
    highest: float = inf


_YES_NO = (("0", "1"), ("no", "yes"))


def study_variables(lexicon: Lexicon | None = None) -> dict[str, Variable]:
    """Return every column that can be analysed, in the order of the tables.

    Parameters
    ----------
    lexicon : Lexicon, optional
        The edition that the readings were made with; the default edition if not given.
    """
    lexicon = lexicon or load_lexicon()
    found = [*_clinic(), *_descriptors(lexicon), *_features()]
    return {variable.name: variable for variable in found}


def _clinic() -> list[Variable]:
    fields = clinic_fields()
    receptor = [Variable(n, fields[n].label, None, "clinic", "binary", *_YES_NO) for n in ("er", "pr")]
    return [
        _clinic_number(fields["age"]),
        *receptor,
        Variable("hr", "Hormone receptor (ER or PR)", None, "clinic", "binary", *_YES_NO, derived=True),
        _clinic_number(fields["ki67_percent"]),
        Variable(
            "ki67_high",
            "Ki-67 above the cohort's median",
            None,
            "clinic",
            "binary",
            *_YES_NO,
            derived=True,
        ),
    ]


def _clinic_number(item: Item) -> Variable:
    lowest, highest = _limits(item)
    return Variable(item.id, item.label, item.unit, "clinic", "number", lowest=lowest, highest=highest)


def _limits(item: Item) -> tuple[float, float]:
    return (
        -inf if item.minimum is None else item.minimum,
        inf if item.maximum is None else item.maximum,
    )


def _descriptors(lexicon: Lexicon) -> list[Variable]:
    found = {item.id: _descriptor(item) for item in lexicon.items if item.kind not in ("text", "date")}
    for entry in lexicon.derived:
        applies_when = found[entry.derived_from].applies_when
        found[entry.id] = Variable(
            entry.id, entry.label, None, "descriptors", "binary", *_YES_NO, True, applies_when=applies_when
        )
    return list(found.values())


def _descriptor(item: Item) -> Variable:
    unit = None if item.unit in (None, "1") else item.unit
    categories = tuple(str(value.value) for value in item.values)
    words = tuple(value.label for value in item.values)
    if item.kind != "choice":
        kind = "number"
    elif set(categories) == {"0", "1"}:
        kind, (categories, words) = "binary", _YES_NO
    else:
        kind = "ordinal" if item.ordered else "nominal"
    applies_when = tuple(
        (controller, tuple(str(value) for value in allowed)) for controller, allowed in item.applies_when
    )
    lowest, highest = _limits(item)
    return Variable(
        item.id,
        item.label,
        unit,
        "descriptors",
        kind,
        categories,
        words,
        optional=item.more,
        applies_when=applies_when,
        lowest=lowest,
        highest=highest,
    )


def _features() -> list[Variable]:
    return [_feature(feature) for feature in FEATURES]


def _feature(feature: Feature) -> Variable:
    unit = None if feature.unit == "1" else feature.unit
    lowest, highest = feature_limits(feature.statistic, feature.map)
    words = feature.name.replace("_", " ")
    return Variable(feature.name, words, unit, "features", "number", lowest=lowest, highest=highest)


def feature_limits(statistic: Statistic, spec: MapSpec | None = None) -> tuple[float, float]:
    """Return what a statistic of a map can be: voxels out of the map's range are left out of its features."""
    if statistic.lowest is not None:
        return statistic.lowest, inf
    return (spec.low, spec.high) if spec is not None else (-inf, inf)


STATES = (NOT_APPLICABLE, NOT_ASSESSABLE)
