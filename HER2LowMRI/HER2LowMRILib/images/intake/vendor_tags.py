"""What each maker writes about diffusion into a DICOM header.

Sources: DICOM PS3.3 C.8.13.5.9 (MR Diffusion); NA-MIC wiki, "DTI:DICOM for DWI and DTI"; the vendor notes and issues
of dcm2niix (#149, #236, #274, #405, #602, #690); Chenevert et al., Transl Oncol 2014;7:65, PMC3998685 (Philips scale).
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from HER2LowMRILib.images.intake.b_value import decode_number, remove_ge_bias
from HER2LowMRILib.images.intake.csa_header import csa_value
from HER2LowMRILib.images.intake.dicom_header import FrameHeader, Header, as_text

MANUFACTURER = 0x00080070
PUBLIC_B = 0x00189087
DIRECTIONALITY = 0x00189075
GRADIENT = 0x00189089
SEQUENCE_NAME = 0x00180024
COMPLEX_PART = 0x00089208

# Private elements: group, element within the private block, private creator.
SIEMENS_B = (0x0019, 0x0C, "SIEMENS MR HEADER")
SIEMENS_DIRECTIONALITY = (0x0019, 0x0D, "SIEMENS MR HEADER")
SIEMENS_GRADIENT = (0x0019, 0x0E, "SIEMENS MR HEADER")
SIEMENS_CSA = (0x0029, 0x10, "SIEMENS CSA HEADER")
GE_B = (0x0043, 0x39, "GEMS_PARM_01")
GE_BIAS = (0x0043, 0x7F, "GEMS_PARM_01")
GE_IMAGE_TYPE = (0x0043, 0x2F, "GEMS_PARM_01")
GE_VAS_COLLAPSE = (0x0043, 0x30, "GEMS_PARM_01")
GE_FA, GE_TRACE = 18, 19
GE_GRADIENT = tuple((0x0019, element, "GEMS_ACQU_01") for element in (0xBB, 0xBC, 0xBD))
PHILIPS_B = (0x2001, 0x03, "Philips Imaging DD 001")
PHILIPS_DIRECTION = (0x2001, 0x04, "Philips Imaging DD 001")
PHILIPS_GRADIENT = tuple((0x2005, element, "Philips MR Imaging DD 001") for element in (0xB0, 0xB1, 0xB2))
PHILIPS_SCALE_SLOPE = (0x2005, 0x0E, "Philips MR Imaging DD 001")
PHILIPS_FRAME_SEQUENCE = (0x2005, 0x0F, "Philips MR Imaging DD 005")
UIH_B = (0x0065, 0x09, "Image Private Header")
UIH_GRADIENT = (0x0065, 0x37, "Image Private Header")

# Siemens names every image of a diffusion sequence after its weighting: *ep_b0, *ep_b1000t (trace), *ep_b800#2
# (second direction); *ep_b0_2000 is a map made of several b-values.
_SIEMENS_SEQUENCE_NAME = re.compile(r"^\*?[a-z0-9]*[a-z_]b(\d{1,5})(t|#\d+)?$", re.IGNORECASE)

MOSAIC = "mosaic, all slices tiled into one picture"
_MAP_TOKENS = {
    "ADC": "ADC map",
    "EADC": "exponential ADC map",
    "EXP": "exponential ADC map",
    "FA": "FA map",
    "RFA": "FA map",
    "COLFA": "FA map",
    "TENSOR": "diffusion tensor",
    "TENSOR_B0": "diffusion tensor",
    "PHASE MAP": "phase image",
    "LOCALIZER": "localizer",
    "MPR": "reformatted image",
    "PROJECTION IMAGE": "projection",
    "MIP": "projection",
    "REPORT": "report page",
    "MOSAIC": MOSAIC,
    "VFRAME": MOSAIC,  # United Imaging's name for it
}
_SYNTHETIC_TOKENS = ("CALC_BVALUE", "SYNTHETIC", "CALCULATED", "COMPUTED")
_ADC_WORDS = re.compile(
    r"\badc\b|_adc|apparent[ _]diffusion|average[ _]dc\b|\bavg[ _]dc\b|dadc|isotropic[ _]adc", re.IGNORECASE
)
_EADC_WORDS = re.compile(r"\be-?adc\b|exponential[ _]app|\bexp[ _]adc", re.IGNORECASE)
_FA_WORDS = re.compile(r"fractional[ _]an?iso|\bfa[ _]map\b|_colfa\b|_fa\b", re.IGNORECASE)
_SYNTHETIC_WORDS = re.compile(
    r"synthetic|calc[a-z]*[ _-]*b|calculated|computed|\bcdwi\b|extrapolated[ _]b|\bvirtual[ _]b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedB:
    """One statement of a b-value in a header."""

    b_value: float
    source: str


def manufacturer(header: Header) -> str:
    """``siemens``, ``ge``, ``philips``, ``uih`` or empty, from (0008,0070)."""
    name = header.text(MANUFACTURER).lower()
    if "siemens" in name:
        return "siemens"
    if name.startswith("ge") or "general electric" in name:
        return "ge"
    if "philips" in name:
        return "philips"
    if name.startswith("uih") or "united imaging" in name:
        return "uih"
    return ""


def stated_b_values(header: FrameHeader, maker: str) -> Iterator[StatedB]:
    """Every b-value the header of one image states, the most trustworthy source first.

    Parameters
    ----------
    header : FrameHeader
    maker : str
        From ``manufacturer``.
    """
    number = decode_number(header.value(PUBLIC_B))
    if number is not None:
        yield StatedB(number, "public tag (0018,9087)")
    if header.has_private:
        number = decode_number(header.private(SIEMENS_B, maker == "siemens"))
        if number is not None:
            yield StatedB(number, "Siemens private tag (0019,100C)")
        csa = header.private(SIEMENS_CSA)
        number = decode_number(csa_value(csa, "B_value")) if isinstance(csa, bytes) else None
        if number is not None:
            yield StatedB(number, "Siemens CSA header B_value")
        number = decode_number(header.private(GE_B, maker == "ge"))
        if number is not None:
            bias = decode_number(header.private(GE_BIAS, maker == "ge"))
            yield StatedB(remove_ge_bias(number, bias), "GE private tag (0043,1039)")
        number = decode_number(header.private(PHILIPS_B, maker == "philips"))
        if number is not None:
            yield StatedB(number, "Philips private tag (2001,1003)")
        number = decode_number(header.private(UIH_B, maker == "uih"))
        if number is not None:
            yield StatedB(number, "United Imaging private tag (0065,1009)")
    if maker == "siemens":
        named = _SIEMENS_SEQUENCE_NAME.match(header.text(SEQUENCE_NAME))
        if named:
            yield StatedB(float(named.group(1)), "Siemens sequence name (0018,0024)")


def directionality(
    header: FrameHeader, maker: str, image_type: tuple[str, ...], b_value: float | None
) -> str:
    """``none``, ``isotropic``, ``directional``, or empty where the header does not tell.

    Parameters
    ----------
    header : FrameHeader
    maker : str
        From ``manufacturer``.
    image_type : tuple of str
    b_value : float or None
        Of the image [s/mm2].
    """
    if "TRACEW" in image_type or "ISODWI" in image_type:
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
    gradient = gradient_direction(header, maker)
    if gradient is not None and any(abs(g) > 1e-6 for g in gradient):
        return "directional"
    named = _SIEMENS_SEQUENCE_NAME.match(header.text(SEQUENCE_NAME)) if maker == "siemens" else None
    if named and named.group(2):
        return "isotropic" if named.group(2).lower() == "t" else "directional"
    return ""


def gradient_direction(header: FrameHeader, maker: str) -> tuple[float, float, float] | None:
    """Direction of the diffusion gradient as the header states it, in whatever frame; None if it does not."""
    public = _three(header.value(GRADIENT))
    if public is not None or not header.has_private:
        return public
    for tag, owner in ((SIEMENS_GRADIENT, "siemens"), (UIH_GRADIENT, "uih")):
        three = _three(header.private(tag, maker == owner))
        if three is not None:
            return three
    for tags, owner in ((PHILIPS_GRADIENT, "philips"), (GE_GRADIENT, "ge")):
        parts = [decode_number(header.private(tag, maker == owner)) for tag in tags]
        if all(part is not None for part in parts):
            return tuple(parts)
    return None


def left_out_as(header: FrameHeader, maker: str, image_type: tuple[str, ...], description: str) -> str:
    """Why an image must not enter the fit (``ADC map``, ``synthetic b-value``, ``phase image`` ...), or empty.

    Synthetic images are computed from the others: a fit through them only repeats the model they were made with.
    """
    for token in _SYNTHETIC_TOKENS:
        if token in image_type:
            return "synthetic b-value"
    for token, reason in _MAP_TOKENS.items():
        if token in image_type:
            return reason
    # Protocols are named after all that comes out of them ("diff_b0_800_calcb1500_ADC"), so the name of a series is
    # asked only where the image type does not say that these are the acquired or trace-weighted images.
    acquired = image_type[:1] == ("ORIGINAL",) or "TRACEW" in image_type
    if _SYNTHETIC_WORDS.search(description) and (maker == "ge" or not acquired):
        return "synthetic b-value"
    if not acquired:
        for words, reason in (
            (_EADC_WORDS, "exponential ADC map"),
            (_ADC_WORDS, "ADC map"),
            (_FA_WORDS, "FA map"),
        ):
            if words.search(description):
                return reason
    # Philips calls a magnitude image REAL in the frame sequence of old releases; its image type says M.
    part = "" if "M" in image_type[2:] else header.text(COMPLEX_PART).upper()
    if part in ("PHASE", "REAL", "IMAGINARY"):
        return f"{part.lower()} image"
    for token, reason in (
        ("P", "phase image"),
        ("PHASE", "phase image"),
        ("R", "real image"),
        ("I", "imaginary image"),
    ):
        if token in image_type[2:] and "M" not in image_type[2:]:
            return reason
    if maker == "ge":
        kind = decode_number(header.private(GE_IMAGE_TYPE, True))
        if kind in (1, 2, 3):
            return ("phase image", "real image", "imaginary image")[int(kind) - 1]
        if decode_number(header.private(GE_VAS_COLLAPSE, True)) == GE_FA:
            return "FA map"
    return ""


def says_adc(name: str) -> bool:
    """Whether a name (of a series, of a file) says that it is an ADC map."""
    return ("adc" in name.lower() or bool(_ADC_WORDS.search(name))) and not _EADC_WORDS.search(name)


def philips_scale_slope(header: FrameHeader, maker: str) -> float | None:
    """Philips' private scale slope SS (2005,100E): precise value = display value / (rescale slope x SS)."""
    number = decode_number(header.private(PHILIPS_SCALE_SLOPE, True)) if maker == "philips" else None
    return number if number is not None and number > 0 else None


def _three(value: object) -> tuple[float, float, float] | None:
    if isinstance(value, bytes):
        if len(value) != 24:
            return None
        return struct.unpack("<3d", value)
    try:
        parts = tuple(float(part) for part in value)
    except (TypeError, ValueError):
        return None
    return parts if len(parts) == 3 else None
