"""How one image was acquired, as its header says: sequence, contrast, place in time.

Only sorting an examination needs this; reading a diffusion series does not, and leaves it out.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from HER2LowMRILib.images.intake.dicom_header import Header, ImageHeaders, as_number, as_text, whole_number

# Functional groups of enhanced files (PS3.3, C.7.6.16) that hold it: frame content, timing, modifiers.
GROUPS = (0x00209111, 0x00189112, 0x00189115, 0x00189006)
PHILIPS_DYNAMIC_TIME = (0x2005, 0xA0, "Philips MR Imaging DD 001")
GE_DURATION = (0x0019, 0x5A, "GEMS_ACQU_01")
_FAT_SUPPRESSED = {"FAT", "FAT_AND_WATER"}
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What the header of one image says of how and when it was acquired; None or empty where it says nothing.

    Attributes
    ----------
    description : str
        Name of the series, or of the protocol; words that are the patient's are taken out.
    sequence : frozenset of str
        "SE", "IR", "GR", "EP", "RM" (research mode), as (0018,0020) has them.
    options : tuple of str or None
        Scan options (0018,0022); None where the element is not there.
    fat_suppressed : bool or None
        What an enhanced header says of it.
    kind : str
        "2D" or "3D".
    repetition_ms, inversion_ms : float or None
        TR and TI [ms].
    flip_deg : float or None
        Flip angle [degrees].
    echo_train : int or None
    frame_of_reference : int
        Holds for this run only; 0: not said.
    contrast : str
        Contrast agent; often empty or copied from other series.
    temporal_index, temporal_count, acquisition_number, instance : int or None
        (0020,0100) or (0020,9128); (0020,0105); (0020,0012); (0020,0013).
    frame_time_s, acquisition_time_s, content_time_s : float or None
        Clock [s, any origin]: (0018,9074), (0008,0022) with (0008,0032), (0008,0023) with (0008,0033).
    trigger_s, philips_time_s, ge_duration_s : float or None
        (0018,1060); Philips (2005,10A0); GE (0019,105A), of the whole series [s].
    """

    description: str = ""
    sequence: frozenset[str] = frozenset()
    options: tuple[str, ...] | None = None
    fat_suppressed: bool | None = None
    kind: str = ""
    repetition_ms: float | None = None
    inversion_ms: float | None = None
    flip_deg: float | None = None
    echo_train: int | None = None
    frame_of_reference: int = 0
    contrast: str = ""
    temporal_index: int | None = None
    temporal_count: int | None = None
    acquisition_number: int | None = None
    instance: int | None = None
    frame_time_s: float | None = None
    acquisition_time_s: float | None = None
    content_time_s: float | None = None
    trigger_s: float | None = None
    philips_time_s: float | None = None
    ge_duration_s: float | None = None


def acquisition_of(header: ImageHeaders, root: Header, maker: str) -> Acquisition:
    """What a header says of the acquisition of one image.

    Parameters
    ----------
    header : Header or FrameHeader
        Of the image.
    root : Header
        Of its file, for what identifies the patient and must not stand in a name.
    maker : str
        From ``vendor_tags.manufacturer``.
    """
    duration = as_number(header.private(GE_DURATION, True)) if maker == "ge" else None
    return Acquisition(
        description=_without_patient(header.text(0x0008103E) or header.text(0x00181030), root),
        sequence=_sequence(header),
        options=_options(header),
        fat_suppressed=_fat_suppressed(header),
        kind=header.text(0x00180023),
        repetition_ms=as_number(header.value(0x00180080)),
        inversion_ms=as_number(header.value(0x00189079)) or as_number(header.value(0x00180082)),
        flip_deg=as_number(header.value(0x00181314)),
        echo_train=whole_number(header.value(0x00180091)) or whole_number(header.value(0x00189240)),
        frame_of_reference=hash(frame) if (frame := header.text(0x00200052)) else 0,
        contrast=header.text(0x00180010),
        temporal_index=_first_whole(header, 0x00209128, 0x00200100),
        temporal_count=whole_number(header.value(0x00200105)),
        acquisition_number=_first_whole(header, 0x00209156, 0x00200012),
        instance=whole_number(header.value(0x00200013)),
        frame_time_s=moment(header.text(0x00189074)),
        acquisition_time_s=moment(header.text(0x00080022) + header.text(0x00080032))
        if header.text(0x00080032)
        else moment(header.text(0x0008002A)),
        content_time_s=moment(header.text(0x00080023) + header.text(0x00080033))
        if header.text(0x00080033)
        else None,
        trigger_s=_seconds(as_number(header.value(0x00181060)), 1e-3),
        philips_time_s=as_number(header.private(PHILIPS_DYNAMIC_TIME, True)) if maker == "philips" else None,
        ge_duration_s=_seconds(duration, 1e-6),
    )


def moment(text: str) -> float | None:
    """Seconds of a DICOM date with time (DA and TM together, or DT), or of a time alone; None if it is neither."""
    digits = re.fullmatch(r"(\d{8})?(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?([+-]\d{4})?", text.replace(":", ""))
    if digits is None:
        return None
    date, hour, minute, second, fraction, _ = digits.groups()
    try:
        day = datetime.strptime(date, "%Y%m%d").toordinal() if date else 0
    except ValueError:
        return None
    parts = int(hour), int(minute or 0), int(second or 0)
    if parts[0] > 23 or parts[1] > 59 or parts[2] > 60:
        return None
    return day * 86400.0 + parts[0] * 3600.0 + parts[1] * 60.0 + parts[2] + float(fraction or 0.0)


def _first_whole(header: ImageHeaders, *tags: int) -> int | None:
    return next((number for tag in tags if (number := whole_number(header.value(tag))) is not None), None)


def _seconds(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


def _several(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else as_text(value).split("\\")
    return tuple(str(part).strip().upper() for part in parts if str(part).strip())


def _sequence(header: ImageHeaders) -> frozenset[str]:
    """Kind of sequence, from the classic element or from those of an enhanced header (PS3.3, C.8.13.4)."""
    classic = _several(header.value(0x00180020))
    if classic:
        return frozenset(classic)
    echo = header.text(0x00189008).upper()
    found = {"SPIN": {"SE"}, "GRADIENT": {"GR"}, "BOTH": {"SE", "GR"}}.get(echo, set())
    if header.text(0x00189018).upper() == "YES":
        found = found | {"EP"}
    if header.text(0x00189009).upper() == "YES":
        found = found | {"IR"}
    return frozenset(found)


def _options(header: ImageHeaders) -> tuple[str, ...] | None:
    value = header.value(0x00180022)
    return None if value is None else _several(value)


def _fat_suppressed(header: ImageHeaders) -> bool | None:
    suppression = header.text(0x00189025).upper()
    excitation = header.text(0x00189026).upper()
    if suppression in _FAT_SUPPRESSED or excitation == "WATER":
        return True
    return False if suppression == "NONE" else None


def _without_patient(description: str, root: Header) -> str:
    """The name of a series without words that stand in the patient's name or id."""
    own = {
        word.casefold()
        for tag in (0x00100010, 0x00100020)
        for word in re.findall(r"\w+", root.text(tag).replace("_", " "))
        if len(word) >= _SHORTEST_NAME and word.casefold() not in _COMMON
    }
    if not own:
        return description
    return re.sub(
        r"[^\W_]+", lambda word: "..." if word.group().casefold() in own else word.group(), description
    )


# Words of sequences that are names of people, too, or that made-up patients are called by.
_COMMON = {"breast", "dyn", "may", "synthetic", "test", "anonymous", "anon", "phantom"}
