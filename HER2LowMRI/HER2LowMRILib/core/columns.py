"""Every column of features.csv and readings.csv: name, unit, type, allowed values, definition, source.

The one table behind the rows, the data dictionaries and docs/columns.md. It is put together from the features
(core/feature_set.py), the lexicon, the clinic fields and the list of VOI and provenance columns below. A cell
that is empty is "missing"; "not_assessable" and "not_applicable" are values of their own.
"""

from dataclasses import dataclass
from typing import Any, Literal

from HER2LowMRILib.core.eusobi_region import LEVEL_NAMES, LEVELS, SOURCE
from HER2LowMRILib.core.feature_set import Feature, FeatureSet, ring_name, ring_prefix, ring_words
from HER2LowMRILib.core.her2 import FLAGS, GROUPS, RESEARCH_NOTE
from HER2LowMRILib.core.lexicon import (
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    Item,
    Lexicon,
    clinic_fields,
    load_lexicon,
)
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.core.measured_beside import BESIDE_VALUES, BesideValue

File = Literal["features", "readings"]
ColumnType = Literal["text", "choice", "integer", "number"]
Cell = str | int | float | None

NO_UNIT = "no unit"
SHEN = "Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031"
OURS = "HER2LowMRI"


@dataclass(frozen=True)
class Column:
    """One column of a row.

    Attributes
    ----------
    name : str
    label : str
        Short words for a heading.
    group : str
        case, clinic, descriptor, derived, feature, voi, provenance, her2_detail, more_descriptor, interval or beside.
    type : {"text", "choice", "integer", "number"}
    unit : str
        "no unit" for text, choices and pure numbers.
    allowed : tuple of str or int
        The values of a choice, without the two states.
    minimum, maximum : float or None
        Range of a number, limits included.
    states : tuple of str
        "not_assessable", "not_applicable", where the column can hold them.
    definition, source : str
        One sentence, and where it comes from.
    """

    name: str
    label: str
    group: str
    type: ColumnType
    unit: str
    definition: str
    source: str
    allowed: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    states: tuple[str, ...] = ()

    @property
    def allowed_text(self) -> str:
        """What a cell can hold, in words."""
        if self.type == "choice":
            parts = [str(value) for value in self.allowed]
        elif self.minimum is not None and self.maximum is not None:
            parts = [f"{self.minimum:g} to {self.maximum:g}"]
        elif self.minimum is not None:
            parts = [f"{self.minimum:g} or more"]
        else:
            parts = ["any text" if self.type == "text" else "any number"]
        return " | ".join([*parts, *self.states])


def columns(
    file: File = "features", lexicon: Lexicon | None = None, measured: FeatureSet | None = None
) -> tuple[Column, ...]:
    """Return the columns of a file in their order.

    features.csv has one row per patient; readings.csv one per case and reader, with the reader and without the
    clinic, so that whoever works on agreement never holds pathology. The details of HER2 and the optional
    descriptors stand behind the rest, and behind them what later versions measure: a further edition of the lexicon
    leaves the columns before its own in place.

    Parameters
    ----------
    file : {"features", "readings"}
    lexicon : Lexicon, optional
        The study's edition; the default edition if left out.
    measured : FeatureSet, optional
        What the study measures: its maps, bins and rings; the 21 features if left out.

    Returns
    -------
    tuple of Column
    """
    lexicon, measured = lexicon or load_lexicon(), measured or FeatureSet()
    table = [_CASE_ID]
    table += [_READER] if file == "readings" else _clinic()
    table += [_descriptor(item, "descriptor") for item in lexicon.items if item.required]
    table += _derived(lexicon)
    table += _measured(measured)
    table += _FIT
    table += [_bin_width(spec) for spec in measured.maps]
    table += _PROVENANCE
    table += _READING if file == "readings" else [_VOI_CHOICE, _ADJUDICATED, *_her2_details()]
    table += _DETAILS
    table += [_descriptor(item, "more_descriptor") for item in lexicon.items if not item.required]
    table += _SMALL_REGION
    table += [*_DRAWING, _REPEAT] if file == "readings" else []
    table += [_limit(feature, end) for feature in measured.with_interval for end in ("low", "high")]
    if measured.beside:
        table += [_beside(value) for value in BESIDE_VALUES if file == "readings" or not value.of_reading]
    return tuple(table)


def _measured(measured: FeatureSet) -> list[Column]:
    """The features, and of how many voxels they are."""
    table = [
        Column(f.name, f.name.replace("_", " "), "feature", "number", _unit(f.unit), f.definition, f.source)
        for f in measured.features
    ]
    table += _VOI
    table += [_fraction(spec.name, spec) for spec in measured.maps]
    for ring in measured.rings_mm:
        table += _ring(ring)
        table += [_fraction(ring_prefix(spec, ring), spec, ring_words(ring)) for spec in measured.maps]
    return table


def column_names(
    file: File = "features", lexicon: Lexicon | None = None, measured: FeatureSet | None = None
) -> tuple[str, ...]:
    """Return the names of the columns of a file in their order."""
    return tuple(column.name for column in columns(file, lexicon, measured))


def _beside(value: BesideValue) -> Column:
    return Column(
        value.name,
        value.label,
        "beside",
        value.type,
        value.unit,
        value.definition,
        value.source,
        allowed=value.allowed,
        minimum=value.minimum,
        maximum=value.maximum,
        states=value.states,
    )


def _unit(unit: str | None) -> str:
    return NO_UNIT if unit in (None, "1") else unit


_TYPE_OF_KIND: dict[str, ColumnType] = {
    "text": "text",
    "date": "text",
    "choice": "choice",
    "integer": "integer",
    "number": "number",
}


def _of_item(item: Item, group: str, states: tuple[str, ...] = (), suffix: str = "") -> Column:
    meanings = "; ".join(f"{value.value}: {value.definition.rstrip('.')}" for value in item.values)
    definition = f"{item.definition} {meanings}." if meanings else item.definition
    return Column(
        item.id,
        item.label,
        group,
        _TYPE_OF_KIND[item.kind],
        _unit(item.unit),
        definition + suffix,
        item.source,
        allowed=tuple(value.value for value in item.values),
        minimum=item.minimum if item.kind in ("number", "integer") else None,
        maximum=item.maximum if item.kind in ("number", "integer") else None,
        states=states,
    )


def _descriptor(item: Item, group: str) -> Column:
    states = [NOT_ASSESSABLE] if item.states else []
    return _of_item(item, group, (*states, NOT_APPLICABLE) if item.applies_when else tuple(states))


def _derived(lexicon: Lexicon) -> list[Column]:
    table = []
    for entry in lexicon.derived:
        origin = _descriptor(lexicon[entry.derived_from], "")
        values = tuple(sorted({value for _, value in entry.mapping}, reverse=True))
        table.append(
            Column(
                entry.id,
                entry.label,
                "derived",
                "choice",
                NO_UNIT,
                f"{entry.definition} Derived from {entry.derived_from}, never typed.",
                entry.source,
                allowed=values,
                states=origin.states,
            )
        )
    return table


def _clinic() -> list[Column]:
    fields = clinic_fields()
    hr = Column(
        "hr",
        "Hormone receptor (HR)",
        "clinic",
        "choice",
        NO_UNIT,
        "1 when ER or PR is positive, 0 when both are negative. Derived, never typed.",
        SHEN,
        allowed=(1, 0),
    )
    ish = Column(
        "her2_ish",
        "HER2 ISH status",
        "clinic",
        "choice",
        NO_UNIT,
        "In situ hybridisation of the specimen that was used, as reported or as ratio, copies and IHC give "
        "it; empty when there is none, or it failed, is pending or not settled.",
        fields["her2_ish_result"].source,
        allowed=("negative", "positive"),
    )
    group = Column(
        "her2_group",
        "HER2 group",
        "clinic",
        "choice",
        NO_UNIT,
        "zero: IHC 0; low: IHC 1+, or 2+ with negative ISH; over: IHC 3+, or 2+ with positive ISH; "
        f"indeterminate: the report does not settle it. Always derived; {RESEARCH_NOTE}.",
        f"{SHEN}; ISH by ASCO/CAP 2018, doi:10.1200/JCO.2018.77.8738",
        allowed=GROUPS,
    )
    plain = {
        name: _of_item(fields[name], "clinic") for name in ("age", "er", "pr", "ki67_percent", "her2_ihc")
    }
    return [plain["age"], plain["er"], plain["pr"], hr, plain["ki67_percent"], plain["her2_ihc"], ish, group]


def _her2_details() -> list[Column]:
    fields = clinic_fields()
    flags = "; ".join(f"{flag}: {text}" for flag, text in FLAGS.items())
    of_used = " Of the specimen that was used."
    guideline = fields["her2_ish_result"].source
    return [
        Column(
            "her2_reason",
            "Reason of the HER2 group",
            "her2_detail",
            "text",
            NO_UNIT,
            f"Why the group is what it is, in one sentence; {RESEARCH_NOTE}.",
            OURS,
        ),
        Column(
            "her2_flags",
            "Flags of the HER2 group",
            "her2_detail",
            "text",
            NO_UNIT,
            f"What the coordinator should look at, separated by semicolons. {flags}.",
            OURS,
        ),
        _of_item(fields["her2_zero_staining"], "her2_detail"),
        Column(
            "her2_ish_group",
            "Dual-probe ISH group",
            "her2_detail",
            "choice",
            NO_UNIT,
            "1: ratio >= 2, copies >= 4; 2: ratio >= 2, copies < 4; 3: ratio < 2, copies >= 6; 4: ratio < 2, "
            "4 <= copies < 6; 5: ratio < 2, copies < 4. Empty without both numbers.",
            guideline,
            allowed=(1, 2, 3, 4, 5),
        ),
        *(
            _of_item(fields[name], "her2_detail", suffix=of_used)
            for name in (
                "her2_ish_probe",
                "her2_ish_ratio",
                "her2_ish_copies",
                "her2_specimen",
                "her2_guideline",
            )
        ),
    ]


_CASE_ID = Column("case_id", "Case", "case", "text", NO_UNIT, "Pseudonym of the patient in this study.", OURS)
_READER = Column("reader", "Reader", "case", "text", NO_UNIT, "Id of the reader in this study.", OURS)


_DETAILS = (
    Column(
        "patient",
        "Patient",
        "case",
        "text",
        NO_UNIT,
        "Pseudonym that the cases of one patient share (two lesions, two breasts); empty: not stated, a patient each.",
        OURS,
    ),
    Column(
        "site",
        "Site",
        "case",
        "text",
        NO_UNIT,
        "Where the case was examined, as the coordinator calls it.",
        OURS,
    ),
    Column("scanner", "Scanner", "case", "text", NO_UNIT, "On what, as the coordinator calls it.", OURS),
)


def _fraction(name: str, spec: MapSpec, where: str = "the VOI") -> Column:
    word = spec.label
    # Of a map that was not fitted here, its own range alone says what is usable.
    usable = word if spec.excluded else f"{word} ({spec.range_text})"
    return Column(
        f"{name}_valid_fraction",
        f"Valid part of {where}, {word}",
        "voi",
        "number",
        NO_UNIT,
        f"Voxels with a usable {usable} divided by all voxels of {where}; the others are left out of the "
        f"{word} features.",
        OURS,
        minimum=0,
        maximum=1,
    )


def interval_column(feature: str, end: str) -> str:
    """Column of the lower ("low") or upper ("high") end of a feature's interval."""
    return f"{feature}_{end}"


def _limit(feature: Feature, end: str) -> Column:
    words = {"low": "Lower", "high": "Upper"}[end]
    return Column(
        interval_column(feature.name, end),
        f"{feature.name.replace('_', ' ')}, {words.lower()} limit",
        "interval",
        "number",
        _unit(feature.unit),
        f"{words} limit of {feature.name}, about 95 %: 1.96 standard deviations from the noise of the images and the "
        "feature with the boundary of the VOI moved by half a voxel in the slice, put together as root of the sum of "
        "squares; over several VOIs the mean of their limits. It does not hold what differs between scanners or "
        "readers. Empty: the map was not fitted to the images of the case, or their noise is not known.",
        "Parametric bootstrap, Efron & Tibshirani 1993, doi:10.1201/9780429246593",
    )


def _ring(ring_mm: float) -> list[Column]:
    """Size of a ring on the voxels of the map in which the VOI was drawn."""
    name, words = ring_name(ring_mm), ring_words(ring_mm)
    what = (
        "voxels outside the outlined lesion whose centre is at most this far from it, without air and without what "
        "the reader left out"
    )
    return [
        Column(
            f"{name}_voxels",
            f"Voxels of {words}",
            "voi",
            "number",
            "voxels",
            f"Voxels of {words}: {what}.",
            OURS,
            minimum=0,
        ),
        Column(
            f"{name}_volume_mm3",
            f"Volume of {words}",
            "voi",
            "number",
            "mm3",
            f"Voxels of {words} times the volume of one voxel.",
            OURS,
            minimum=0,
        ),
    ]


_VOI = (
    Column(
        "voi_voxels",
        "Voxels of the VOI",
        "voi",
        "number",
        "voxels",
        "Voxels inside the VOI.",
        OURS,
        minimum=0,
    ),
    Column(
        "voi_volume_mm3",
        "Volume of the VOI",
        "voi",
        "number",
        "mm3",
        "Voxels of the VOI times the volume of one voxel.",
        OURS,
        minimum=0,
    ),
    Column(
        "voi_slices",
        "Slices of the VOI",
        "voi",
        "number",
        "slices",
        "Slices with at least one voxel of the VOI.",
        OURS,
        minimum=0,
    ),
)


def _provenance(name: str, label: str, definition: str, **kind: object) -> Column:
    given: dict[str, Any] = {"type": "text", "unit": NO_UNIT, "source": OURS} | kind
    return Column(name, label, "provenance", definition=definition, **given)


def _bin_width(spec: MapSpec) -> Column:
    return _provenance(
        f"{spec.name}_bin_width",
        f"Bin width of the {spec.label} entropy",
        f"Width of the bins of {spec.name}_entropy; empty when a fixed number of bins was used.",
        type="number",
        unit=_unit(spec.unit),
        minimum=0,
    )


_FIT = (
    _provenance(
        "b_values",
        "b-values",
        "b-values of the diffusion series behind the maps, ascending, separated by semicolons.",
        unit="s/mm2",
    ),
    _provenance(
        "b_averages",
        "Averages per b-value",
        "Averages per b-value, in the order of b_values; empty: not known.",
    ),
    _provenance("adc_b_values", "b-values of the ADC", "The two b-values of the ADC.", unit="s/mm2"),
    _provenance(
        "fit_model",
        "Fit of D_app and K_app",
        "wlls: signal-weighted log-linear least squares; nlls: non-linear least squares of the signal; "
        "loaded: maps that were made elsewhere.",
        type="choice",
        allowed=("wlls", "nlls", "loaded"),
    ),
    _provenance(
        "fit_s0",
        "S0 of the fit",
        "free: S0 is fitted; measured: S0 is the signal at b = 0.",
        type="choice",
        allowed=("free", "measured"),
    ),
    _provenance(
        "image_warnings",
        "What was said of the images",
        "Warnings when the diffusion series and the maps were read (echo times that differ, b 0 without a "
        "b-value, a unit told from the numbers, ...), separated by a vertical bar; empty: none are known.",
    ),
    _provenance(
        "image_quality",
        "Quality of the diffusion images",
        "What the program found when it looked at the images that maps were fitted to, and at where the VOI lies: "
        "pass, look (a person should), or reject; empty: no map was fitted to images.",
        type="choice",
        allowed=("pass", "look", "reject"),
    ),
    _provenance(
        "image_quality_reasons",
        "Why the images did not pass",
        "SNR at a b-value, signal lost in a slice, a ghost, fat that was not suppressed, images at b 0 that differ, "
        "displacement between b-values, a VOI outside the body; separated by a vertical bar.",
    ),
)
_PROVENANCE = (
    _provenance(
        "definition_id",
        "Definitions of the features",
        "Short hash of the definitions, bins and exclusion rules; rows of different ids are not comparable.",
    ),
    _provenance("lexicon_edition", "Edition of the lexicon", "Edition of the vocabulary of the descriptors."),
    _provenance("software_version", "Software version", "Version of HER2LowMRI that made the row."),
    _provenance(
        "synthetic",
        "Synthetic data",
        "1: made-up data without any patient, for demonstration and tests; 0: patients.",
        type="choice",
        allowed=(1, 0),
    ),
)
_VOI_CHOICE = _provenance(
    "voi_choice",
    "VOI behind the features",
    "mean: mean of each feature over the readers' VOIs; else the id of the reader whose VOI was used.",
)
_ADJUDICATED = _provenance(
    "adjudicated_items",
    "Adjudicated items",
    "Descriptors that the adjudicator decided because the readers differed.",
    type="integer",
    unit="items",
    minimum=0,
)
_REPEAT = _provenance(
    "repeat",
    "Read again",
    "1: the second reading of a case that was read again without the reader knowing it; 0: the first.",
    type="choice",
    allowed=(0, 1),
)
_READING = (
    _provenance(
        "reading_version",
        "Version of the reading",
        "1: as first signed off; 2 and more: amended with a reason.",
        type="integer",
        minimum=1,
    ),
    _provenance(
        "reading_seconds",
        "Reading time",
        "Time with the case open, from the first opening to this sign-off.",
        type="number",
        unit="s",
        minimum=0,
    ),
    _provenance(
        "comment",
        "Comment",
        "The reader's remark as typed; empty unless the export was asked for remarks, which may name a person.",
    ),
    _provenance(
        "exclusion_reason", "Proposed exclusion", "Why the reader finds the case unreadable; empty: readable."
    ),
)


def _slices(origin: str, label: str, definition: str) -> Column:
    return Column(
        f"voi_slices_{origin}",
        label,
        "drawing",
        "integer",
        "slices",
        f"{definition} Empty: not recorded.",
        OURS,
        minimum=0,
    )


def _active(step: str, label: str, what: str) -> Column:
    return Column(
        f"{step}_seconds",
        label,
        "drawing",
        "number",
        "s",
        f"Time spent on {what} up to this sign-off, without pauses: no input for a minute, or another program in "
        "front. Empty: not recorded.",
        OURS,
        minimum=0,
    )


_DRAWING = (
    _slices("drawn", "Slices drawn by hand", "Slices of the VOI that were drawn by hand alone."),
    _slices(
        "assisted",
        "Slices with assistance",
        "Slices in which the reader took an edge that the program found, corrected by hand or not.",
    ),
    _slices(
        "interpolated",
        "Interpolated slices",
        "Slices that were filled in between others, confirmed by the reader or not.",
    ),
    _slices(
        "unconfirmed",
        "Interpolated slices not confirmed",
        "Interpolated slices that the reader did not look at before signing off.",
    ),
    _active("voi", "Drawing time", "the VOI"),
    _active("form", "Time for the form", "the form"),
    Column(
        "reading_position",
        "Place in the reader's order",
        "drawing",
        "integer",
        NO_UNIT,
        "Place of the case among the cases of the study in the order in which this reader sees them, from 1.",
        OURS,
        minimum=1,
    ),
)

_LEVELS_IN_WORDS = "; ".join(
    f"{name}: up to {limit:g}" if limit < float("inf") else f"{name}: above" for limit, name in LEVELS
)
_SMALL_REGION = (
    Column(
        "small_region_adc",
        "ADC of the small region",
        "voi",
        "number",
        "1e-3 mm2/s",
        "Mean ADC of the darkest disc of 5 mm (4 or 3 mm in a small lesion) in a slice of the VOI, away from its edge, "
        "or where the reader moved it. Empty: no disc fits, or there is no ADC.",
        SOURCE,
        minimum=0,
    ),
    Column(
        "small_region_level",
        "Level of diffusion",
        "small_region",
        "choice",
        NO_UNIT,
        f"Level of the small region's ADC [1e-3 mm2/s]. {_LEVELS_IN_WORDS}.",
        SOURCE,
        allowed=LEVEL_NAMES,
    ),
    Column(
        "small_region_diameter_mm",
        "Diameter of the small region",
        "voi",
        "number",
        "mm",
        "Diameter of the disc.",
        OURS,
        minimum=0,
    ),
    Column(
        "small_region_voxels",
        "Voxels of the small region",
        "voi",
        "number",
        "voxels",
        "Voxels whose centres lie in the disc.",
        OURS,
        minimum=0,
    ),
    Column(
        "small_region_moved",
        "Small region moved",
        "small_region",
        "choice",
        NO_UNIT,
        "1: a reader moved the small region; 0: it lies where the program found it.",
        OURS,
        allowed=(1, 0),
    ),
)
