"""What each maker writes about diffusion into a DICOM header.

Sources: DICOM PS3.3 C.8.13.5.9 (MR Diffusion); NA-MIC wiki, "DTI:DICOM for DWI and DTI"; the vendor notes and issues
of dcm2niix (#149, #236, #274, #405, #602, #690); Chenevert et al., Transl Oncol 2014;7:65, PMC3998685 (Philips scale).
"""

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from HER2LowMRILib.images.intake.adc_unit import UNITS, factor_of_text
from HER2LowMRILib.images.intake.b_value import decode_number, remove_ge_bias
from HER2LowMRILib.images.intake.csa_header import csa_value
from HER2LowMRILib.images.intake.dicom_header import PrivateTag, as_text
from HER2LowMRILib.images.intake.image_kind import ImageKind

MANUFACTURER = 0x00080070
PUBLIC_B = 0x00189087
DIRECTIONALITY = 0x00189075
GRADIENT = 0x00189089
SEQUENCE_NAME = 0x00180024
COMPLEX_PART = 0x00089208
IMAGE_COMMENTS = 0x00204000

# Private elements: group, element within the private block, private creator.
SIEMENS_B = (0x0019, 0x0C, "SIEMENS MR HEADER")
SIEMENS_DIRECTIONALITY = (0x0019, 0x0D, "SIEMENS MR HEADER")
SIEMENS_GRADIENT = (0x0019, 0x0E, "SIEMENS MR HEADER")
SIEMENS_CSA = (0x0029, 0x10, "SIEMENS CSA HEADER")
GE_B = (0x0043, 0x39, "GEMS_PARM_01")
GE_BIAS = (0x0043, 0x7F, "GEMS_PARM_01")
GE_IMAGE_TYPE = (0x0043, 0x2F, "GEMS_PARM_01")
GE_VAS_COLLAPSE = (0x0043, 0x30, "GEMS_PARM_01")
GE_DIFFUSION_DIRECTION = (0x0021, 0x5A, "GEMS_RELA_01")
# Values of the collapse flag and of the diffusion direction (dcm2niix issues 574, 690).
GE_T2, GE_TENSOR, GE_FA, GE_TRACE = 14, 16, 18, 19
GE_GRADIENT = tuple((0x0019, element, "GEMS_ACQU_01") for element in (0xBB, 0xBC, 0xBD))
_AVERAGE_DC = re.compile(
    r"(?<![a-z])(?:average|av[eg]?|mean|isotropic|iso)?[\W_]*dc(?:avg|average)?(?![a-z])", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{3,30})[)\]]")
# How GE's own console names the series of its synthetic b-values.
GE_SYNTHETIC_NAMES = ("dw_synthetic", "syn:")
PHILIPS_B = (0x2001, 0x03, "Philips Imaging DD 001")
PHILIPS_DIRECTION = (0x2001, 0x04, "Philips Imaging DD 001")
PHILIPS_GRADIENT = tuple((0x2005, element, "Philips MR Imaging DD 001") for element in (0xB0, 0xB1, 0xB2))
PHILIPS_SCALE_SLOPE = (0x2005, 0x0E, "Philips MR Imaging DD 001")
PHILIPS_FRAME_SEQUENCE = (0x2005, 0x0F, "Philips MR Imaging DD 005")
UIH_B = (0x0065, 0x09, "Image Private Header")
UIH_GRADIENT = (0x0065, 0x37, "Image Private Header")
SIEMENS_TILES = (0x0019, 0x0A, "SIEMENS MR HEADER")
UIH_TILES = (0x0065, 0x50, "Image Private Header")
UIH_TILE_SEQUENCE = (0x0065, 0x51, "Image Private Header")

# Private elements that hold the b-value itself, the maker that owns each, and what the source is called.
_B_TAGS = (
    (SIEMENS_B, "siemens", "Siemens private tag (0019,100C)"),
    (GE_B, "ge", "GE private tag (0043,1039)"),
    (PHILIPS_B, "philips", "Philips private tag (2001,1003)"),
    (UIH_B, "uih", "United Imaging private tag (0065,1009)"),
)

# Siemens names every image of a diffusion sequence after its weighting: *ep_b0, *ep_b1000t (trace), *ep_b800#2
# (second direction); *ep_b0_2000 is a map made of several b-values.
_SIEMENS_SEQUENCE_NAME = re.compile(r"^\*?[a-z0-9]*[a-z_]b(\d{1,5})(t|#\d+)?$", re.IGNORECASE)
# Canon's classic files of software 6.0: b=800(0.445,0.000,0.895).
_CANON_COMMENT = re.compile(r"^b=(\d{1,5}(?:\.\d+)?)\(([-\d.]+),([-\d.]+),([-\d.]+)\)$")

# Words of (0008,0008), from the third on.
TRACE_WORDS = frozenset(("TRACEW", "ISODWI"))
MOSAIC_WORDS = frozenset(("MOSAIC", "VFRAME"))  # of Siemens and of United Imaging
KIND_OF_WORD = {
    "ADC": ImageKind.ADC,
    "EADC": ImageKind.EXPONENTIAL_ADC,
    "EXP": ImageKind.EXPONENTIAL_ADC,
    "FA": ImageKind.ANISOTROPY,
    "RFA": ImageKind.ANISOTROPY,
    "COLFA": ImageKind.ANISOTROPY,
    "TENSOR": ImageKind.TENSOR,
    "TENSOR_B0": ImageKind.TENSOR,
    "PHASE MAP": ImageKind.PHASE,
    "LOCALIZER": ImageKind.LOCALIZER,
    "MPR": ImageKind.REFORMATTED,
    "PROJECTION IMAGE": ImageKind.PROJECTION,
    "MIP": ImageKind.PROJECTION,
    "REPORT": ImageKind.REPORT,
}
_KIND_WORDS = frozenset(KIND_OF_WORD)
_COMPLEX_WORDS = {
    "P": ImageKind.PHASE,
    "PHASE": ImageKind.PHASE,
    "R": ImageKind.REAL,
    "I": ImageKind.IMAGINARY,
}
_COMPLEX_PARTS = {"PHASE": ImageKind.PHASE, "REAL": ImageKind.REAL, "IMAGINARY": ImageKind.IMAGINARY}
_GE_COMPLEX_PARTS = {1: ImageKind.PHASE, 2: ImageKind.REAL, 3: ImageKind.IMAGINARY}


class ImageHeader(Protocol):
    """Where the elements of one image are looked up: in its DICOM file (``FrameHeader``), or in a database."""

    def value(self, tag: int) -> object:
        """Value of a public element, or None."""

    def text(self, tag: int) -> str:
        """Value of a public element as text without padding, empty if there is none."""

    def private(self, tag: PrivateTag, maker_known: bool = False) -> object:
        """Value of a private element, or None; see ``Header.private``."""

    @property
    def has_private(self) -> bool:
        """Whether there are private elements."""


@dataclass(frozen=True, slots=True)
class StatedB:
    """One statement of a b-value in a header."""

    b_value: float
    source: str


def manufacturer(header: ImageHeader) -> str:
    """``siemens``, ``ge``, ``philips``, ``uih``, ``canon`` or empty, from (0008,0070)."""
    name = header.text(MANUFACTURER).lower()
    if "siemens" in name:
        return "siemens"
    if name.startswith("ge") or "general electric" in name:
        return "ge"
    if "philips" in name:
        return "philips"
    if name.startswith("uih") or "united imaging" in name:
        return "uih"
    if "canon" in name or "toshiba" in name:
        return "canon"
    return ""


def stated_b_values(header: ImageHeader, maker: str) -> Iterator[StatedB]:
    """Every b-value the header of one image states, the most trustworthy source first.

    Parameters
    ----------
    header : ImageHeader
    maker : str
        From ``manufacturer``.
    """
    number = decode_number(header.value(PUBLIC_B))
    if number is not None:
        yield StatedB(number, "public tag (0018,9087)")
    if header.has_private:
        for tag, owner, words in _B_TAGS:
            number = decode_number(header.private(tag, maker == owner))
            if number is not None:
                yield StatedB(number if owner != "ge" else _without_bias(header, number, maker), words)
        csa = header.private(SIEMENS_CSA)
        number = decode_number(csa_value(csa, "B_value")) if isinstance(csa, bytes) else None
        if number is not None:
            yield StatedB(number, "Siemens CSA header B_value")
    if maker == "siemens":
        named = _SIEMENS_SEQUENCE_NAME.match(header.text(SEQUENCE_NAME))
        if named:
            yield StatedB(float(named.group(1)), "Siemens sequence name (0018,0024)")
    if maker == "canon":
        comment = _CANON_COMMENT.match(header.text(IMAGE_COMMENTS))
        if comment:
            yield StatedB(float(comment.group(1)), "Canon image comment (0020,4000)")


def _without_bias(header: ImageHeader, number: float, maker: str) -> float:
    return remove_ge_bias(number, decode_number(header.private(GE_BIAS, maker == "ge")))


def directionality(
    header: ImageHeader,
    maker: str,
    image_type: tuple[str, ...],
    b_value: float | None,
    gradient: tuple[float, float, float] | None,
) -> str:
    """``none``, ``isotropic``, ``directional``, or empty where the header does not tell.

    Parameters
    ----------
    header : ImageHeader
    maker : str
        From ``manufacturer``.
    image_type : tuple of str
    b_value : float or None
        Of the image [s/mm2].
    gradient : tuple of float or None
        From ``gradient_direction``.
    """
    if TRACE_WORDS.intersection(image_type):
        return "isotropic"
    value = header.text(DIRECTIONALITY).upper()
    if not value:
        value = as_text(header.private(SIEMENS_DIRECTIONALITY, maker == "siemens")).upper()
    # Philips writes NONE for every image into its frame sequence, whatever the b-value (releases of 2008 to 2018).
    if value in ("ISOTROPIC", "DIRECTIONAL") or (value == "NONE" and not (b_value or 0) > 0):
        return value.lower()
    if value == "BMATRIX":
        return "directional"
    if as_text(header.private(PHILIPS_DIRECTION, maker == "philips")).upper() in ("I", "ISOTROPIC"):
        return "isotropic"
    if decode_number(header.private(GE_VAS_COLLAPSE, maker == "ge")) == GE_TRACE:
        return "isotropic"
    if gradient is not None and any(abs(g) > 1e-6 for g in gradient):
        return "directional"
    named = _SIEMENS_SEQUENCE_NAME.match(header.text(SEQUENCE_NAME)) if maker == "siemens" else None
    if named and named.group(2):
        return "isotropic" if named.group(2).lower() == "t" else "directional"
    return ""


def gradient_direction(header: ImageHeader, maker: str) -> tuple[float, float, float] | None:
    """Diffusion gradient as the header states it, in whatever frame; None if it does not."""
    public = _three(header.value(GRADIENT))
    if maker == "canon" and public is None:
        comment = _CANON_COMMENT.match(header.text(IMAGE_COMMENTS))
        public = _three(comment.groups()[1:]) if comment else None
    # GE's own vector has the length that tells the true b-value; a public one beside it is of unit length.
    if not header.has_private or (public is not None and maker != "ge"):
        return public
    for tag, owner in ((SIEMENS_GRADIENT, "siemens"), (UIH_GRADIENT, "uih")):
        three = _three(header.private(tag, maker == owner))
        if three is not None:
            return three
    for tags, owner in ((PHILIPS_GRADIENT, "philips"), (GE_GRADIENT, "ge")):
        three = _three_numbers(header, tags, maker == owner)
        if three is not None:
            return three
    return public


def _three_numbers(
    header: ImageHeader, tags: tuple[PrivateTag, ...], maker_known: bool
) -> tuple[float, float, float] | None:
    """The vector whose parts stand in three private elements, if all of them are there."""
    parts: list[float] = []
    for tag in tags:
        number = decode_number(header.private(tag, maker_known))
        if number is None:
            return None
        parts.append(number)
    return _three(parts)


def ge_is_tensor(header: ImageHeader) -> bool:
    """Whether GE measured single directions of a gradient table: then the true b-value is b |g|^2."""
    flag = decode_number(header.private(GE_VAS_COLLAPSE, True))
    table = decode_number(header.private(GE_DIFFUSION_DIRECTION, True))
    return flag in (GE_T2, GE_TENSOR) or table == GE_TENSOR


def kind_of_type(header: ImageHeader, maker: str, image_type: tuple[str, ...]) -> ImageKind | None:
    """What the words of the image type, and the maker's own tags, say that an image is; None: a signal, or nothing."""
    if not _KIND_WORDS.isdisjoint(image_type):
        return next(kind for word, kind in KIND_OF_WORD.items() if word in image_type)
    # Philips calls a magnitude image REAL in the frame sequence of old releases; its image type says M.
    if "M" not in image_type[2:]:
        part = _COMPLEX_PARTS.get(header.text(COMPLEX_PART).upper())
        part = part or next((kind for word, kind in _COMPLEX_WORDS.items() if word in image_type[2:]), None)
        if part is not None:
            return part
    if maker == "ge":
        number = decode_number(header.private(GE_IMAGE_TYPE, True))
        if number in _GE_COMPLEX_PARTS:
            return _GE_COMPLEX_PARTS[int(number)]
        if decode_number(header.private(GE_VAS_COLLAPSE, True)) == GE_FA:
            return ImageKind.ANISOTROPY
    return None


def adc_units(maker: str, description: str) -> tuple[str, ...]:
    """The units that an ADC map of a maker may have where it states none; none: to be told from the numbers alone.

    GE's "Average DC" is in 1.4652e-12 m2/s by its manual (DWI/DTI with FuncTool), its later ADC maps in 1e-6 mm2/s; the
    numbers alone tell the two apart in no patient. A unit in brackets in the name is one of those that may be meant.
    """
    if maker == "ge" and _AVERAGE_DC.search(description):
        return ("1.4652e-12 m2/s", "1e-6 mm2/s")
    for text in _IN_BRACKETS.findall(description):
        factor = factor_of_text(text)
        if factor is not None and factor not in UNITS.values():
            return (text.strip(), *UNITS)
    return ()


def philips_scale_slope(header: ImageHeader, maker: str) -> float | None:
    """Philips' private scale slope SS (2005,100E): precise value = display value / (rescale slope x SS)."""
    number = decode_number(header.private(PHILIPS_SCALE_SLOPE, True)) if maker == "philips" else None
    return number if number is not None and number > 0 else None


def _three(value: object) -> tuple[float, float, float] | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = value.split("\\")
    if isinstance(value, bytes):
        if len(value) != 24:
            return None
        value = struct.unpack("<3d", value)
    try:
        parts = tuple(float(part) for part in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return parts if len(parts) == 3 and all(map(math.isfinite, parts)) else None
