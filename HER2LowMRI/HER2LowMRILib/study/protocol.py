"""`study.json`: what is fixed for a whole study."""

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION
from HER2LowMRILib.core.map_spec import STANDARD_MAPS, map_from_json, map_to_json
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.files.json_shape import (
    either,
    exactly,
    fields,
    flag,
    listed,
    mapped,
    number,
    parse_json,
    passing,
    text,
    whole,
)
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import COLUMNS as CASE_COLUMNS
from HER2LowMRILib.study.case_list import TRAINING
from HER2LowMRILib.study.coordinator_record import recorded_file
from HER2LowMRILib.study.stages import ALL_AT_ONCE, STAGES

SCHEMA = "her2lowmri.study/1"
_SETTING = either(text, number, listed(number), exactly(None))
_SHAPE = fields(
    {
        "schema": text,
        "title": text,
        "readers": listed(passing(lambda name: checked_name(name, "reader id"), "a reader id")),
        "seed": whole(-(2**53)),
    },
    {
        "lexicon": text,
        "lexicon_sha256": text,
        "fit": mapped(_SETTING),
        "binning": mapped(_SETTING),
        "outline": fields({}, {"ways": listed(text), "edge_image": text}),
        "maps": listed(mapped(either(text, number))),
        "rings_mm": listed(number),
        "intervals": flag,
        "measured_beside": flag,
        "voi_choice": text,
        "size_tolerance_mm": number,
        "synthetic": flag,
        "created": text,
        "software": text,
    },
    others=True,
)
STUDY_FILE = "study.json"
VOI_MEAN = "mean"
MAX_READERS = 8
SIZE_TOLERANCE_MM = 5.0


@dataclass(frozen=True)
class AboutStudy:
    """What every role may know of a study: nothing about people, order or sides.

    Attributes
    ----------
    title : str
        The study's title.
    created : str
        When it was set up (UTC); tells two studies apart.
    fit : FitOptions
        How maps are fitted.
    features : FeatureSet
        What is measured: maps, bins, rings.
    synthetic : bool
        Whether it is made up.
    lexicon : str
        Edition of the vocabulary.
    outline : OutlineRules
        How outlines may be made.
    """

    title: str
    created: str
    fit: FitOptions
    features: FeatureSet
    synthetic: bool
    lexicon: str = DEFAULT_EDITION
    outline: OutlineRules = dataclasses.field(default_factory=OutlineRules)


@dataclass(frozen=True)
class Protocol:
    """What every role goes by.

    Attributes
    ----------
    title : str
        Shown to every role; no identity.
    readers : tuple of str
        Reader ids; never names of people.
    seed : int
        Of the reading orders and of the sides in the adjudication.
    lexicon, lexicon_sha256 : str
        Edition, and hash of its content when the study began.
    fit : FitOptions
        How maps are fitted.
    features : FeatureSet
        What is measured: maps, bins, rings.
    voi_choice : str
        Whose VOI feeds `features.csv`: "mean" (mean of each feature over the readers; the default, as no reader
        is preferred) or a reader's id. The paper does not say which it used.
    size_tolerance_mm : float
        Lengths further apart than this go to the adjudicator; nearer ones are averaged [mm].
    stages : str
        Whether a reader sees all images at once ("all_at_once", as in the paper), or the diffusion images until the
        outline is finished ("diffusion_first"). Fixed with the first reading.
    min_dice : float or None
        VOIs of two readers with a lower Dice coefficient go to the adjudicator, who chooses one; None: none do [1].
    outline : OutlineRules
        How outlines may be made; by hand alone by default, as in the paper.
    synthetic : bool
        Whether the study is made up.
    """

    title: str
    readers: tuple[str, ...]
    seed: int
    lexicon: str = DEFAULT_EDITION
    lexicon_sha256: str = ""
    fit: FitOptions = dataclasses.field(default_factory=FitOptions)
    features: FeatureSet = dataclasses.field(default_factory=FeatureSet)
    voi_choice: str = VOI_MEAN
    size_tolerance_mm: float = SIZE_TOLERANCE_MM
    stages: str = ALL_AT_ONCE
    min_dice: float | None = None
    outline: OutlineRules = dataclasses.field(default_factory=OutlineRules)
    synthetic: bool = False
    created: str = ""
    software: str = __version__

    def __post_init__(self) -> None:
        if not 1 <= len(self.readers) <= MAX_READERS:
            needed = f"1 to {MAX_READERS} reader ids"
            raise StudyError("a study has readers", needed=needed, found=str(len(self.readers)))
        check_distinct([checked_name(reader, "reader id") for reader in self.readers], "reader id")
        if self.voi_choice != VOI_MEAN and self.voi_choice not in self.readers:
            needed = f'"{VOI_MEAN}" or one of {", ".join(self.readers)}'
            raise StudyError("the VOI choice is unknown", needed=needed)
        if self.stages not in STAGES:
            raise StudyError("the stages of a reading are unknown", needed=f"one of {', '.join(STAGES)}")
        taken = {name.lower() for name in (*CASE_COLUMNS, "patient_id", TRAINING)}
        for spec in self.features.further:
            if spec.name.lower() in taken:
                raise StudyError(
                    f"a further map cannot be called {spec.name}",
                    needed="a name that no other images of a case have",
                    todo=f"Call it {spec.name}map",
                )
        if not 0 <= self.size_tolerance_mm < math.inf:
            raise StudyError(
                "the size tolerance of the protocol cannot be used",
                needed="0 mm or more",
                found=f"{self.size_tolerance_mm:g}",
            )
        if self.min_dice is not None and not 0 <= self.min_dice <= 1:
            raise StudyError("the Dice limit of the protocol", needed="0 to 1", found=f"{self.min_dice:g}")

    @property
    def about(self) -> AboutStudy:
        """The part for every role."""
        return AboutStudy(
            self.title, self.created, self.fit, self.features, self.synthetic, self.lexicon, self.outline
        )

    def to_json(self) -> dict[str, Any]:
        """The protocol as it stands in `study.json`."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        features = fields.pop("features")
        fields |= {"fit": dataclasses.asdict(self.fit), "binning": _binning(features)}
        fields |= {"outline": self.outline.to_json()}
        if features.further:
            fields["maps"] = [map_to_json(spec) for spec in features.further]
        if features.rings_mm:
            fields["rings_mm"] = list(features.rings_mm)
        if features.intervals:
            fields["intervals"] = True
        fields["measured_beside"] = features.beside
        return {"schema": SCHEMA} | fields


# The bin widths of these maps are the settings "adc", "d", "k" of a study's file.
_BIN_SETTINGS = {spec.name.lower(): spec for spec in STANDARD_MAPS}


def _binning(features: FeatureSet) -> dict[str, float | int | None]:
    widths = {key: features.spec(spec.name).bin_width for key, spec in _BIN_SETTINGS.items()}
    return {**widths, "number": features.bins}


def _features(fields: dict[str, Any]) -> FeatureSet:
    binning = fields.get("binning", {})
    widths = tuple(float(binning.get(key, spec.bin_width)) for key, spec in _BIN_SETTINGS.items())
    return FeatureSet.of(
        widths,
        binning.get("number"),
        tuple(map_from_json(entry) for entry in fields.get("maps", ())),
        tuple(float(reach) for reach in fields.get("rings_mm", ())),
        bool(fields.get("intervals", False)),
        bool(fields.get("measured_beside", False)),
    )


def protocol_to_bytes(protocol: Protocol) -> bytes:
    """Content of the file `study.json`."""
    return json.dumps(protocol.to_json(), indent=1, sort_keys=True, ensure_ascii=True).encode() + b"\n"


def read_protocol(folder: Path) -> Protocol:
    """Read `study.json`; fields that an older version did not have take their defaults.

    Raises
    ------
    StudyError
        If the folder is not a study, the file is damaged, or it is of a newer version of the software.
    """
    content = recorded_file(folder, STUDY_FILE).content
    if content is None:
        raise StudyError(
            "this is not a study folder",
            needed=f"a folder with {STUDY_FILE} in it",
            todo="Make one with `her2lowmri study init`",
        )
    schema = str(parse_json(content, fields({"schema": text}, others=True), STUDY_FILE)["schema"])
    if schema != SCHEMA:
        raise StudyError(
            "the study is of another version of the software",
            needed=SCHEMA,
            found=schema[:60],
            todo="Update HER2LowMRI",
        )
    values = parse_json(content, _SHAPE, STUDY_FILE)
    known = {field.name for field in dataclasses.fields(Protocol)} - {"features"}
    given = {name: value for name, value in values.items() if name in known}
    try:
        return Protocol(
            **given
            | {
                "readers": tuple(given["readers"]),
                "fit": FitOptions.from_json(given.get("fit", {})),
                "features": _features(values),
                "outline": OutlineRules.from_json(values.get("outline")),
            }
        )
    except HER2LowMRIError:
        raise
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise StudyError(f"{STUDY_FILE} is damaged", needed="the fields that `study init` wrote") from error
