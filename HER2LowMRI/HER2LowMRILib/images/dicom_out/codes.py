"""Codes of DICOM objects beyond those of the lexicon, the maps and the statistics; docs/dicom-codes.md lists all."""

from HER2LowMRILib.core.lexicon import PRIVATE_SCHEME, Code
from HER2LowMRILib.core.map_spec import ADC, MapSpec

QUANTITY = Code("SCT", "246205007", "Quantity")
B_VALUE = Code("DCM", "113240", "Source image diffusion b-value")
MODEL = Code("SCT", "370129005", "Measurement Method")
FITTING = Code("DCM", "113241", "Model fitting method")
MONO_EXPONENTIAL = Code("DCM", "113250", "Mono-exponential diffusion model")
KURTOSIS = Code("DCM", "113252", "Kurtosis diffusion model")
RATIO_OF_TWO = Code("DCM", "113260", "Log of ratio of two samples")
LEAST_SQUARES = Code("DCM", "113261", "Least squares fit of multiple samples")
LEVENBERG_MARQUARDT = Code("DCM", "113265", "Levenberg-Marquardt")
METHODS = {"wlls": LEAST_SQUARES, "nlls": LEVENBERG_MARQUARDT}

NO_UNITS = Code("UCUM", "1", "no units")
MILLIMETER = Code("UCUM", "mm", "millimeter")
CUBIC_MILLIMETER = Code("UCUM", "mm3", "cubic millimeter")
SECONDS_PER_MM2 = Code("UCUM", "s/mm2", "second per square millimeter")
UNITS = {
    "1": NO_UNITS,
    "mm": MILLIMETER,
    "mm3": CUBIC_MILLIMETER,
    "bit": Code("UCUM", "bit", "bit"),
    "ms": Code("UCUM", "ms", "millisecond"),
    "s": Code("UCUM", "s", "second"),
    "%": Code("UCUM", "%", "percent"),
    "1e-3 mm2/s": Code("UCUM", "um2/ms", "um2/ms"),
    "foci": Code("UCUM", "{foci}", "foci"),
    "o'clock": Code("UCUM", "{o'clock}", "o'clock"),
}

VOLUME = Code("SCT", "118565006", "Volume")
VOXELS = Code(PRIVATE_SCHEME, "VOXELS", "Number of voxels")
SLICES = Code(PRIVATE_SCHEME, "SLICES", "Number of slices")
VALID_PART = Code(PRIVATE_SCHEME, "VALID-FRACTION", "Fraction of voxels with a valid value")
RING = Code(PRIVATE_SCHEME, "PERILESIONAL", "Ring of tissue around the lesion")
FURTHER_MAP = Code(PRIVATE_SCHEME, "FURTHER-MAP", "Further map of the study")
QUALITATIVE_EVALUATIONS = Code("UMLS", "C0034375", "Qualitative Evaluations")
READING = Code(PRIVATE_SCHEME, "BREAST-READING", "Reading of the breast")
NOT_A_NUMBER = Code("DCM", "114000", "Not a number")
OWN_CODES = (VOXELS, SLICES, VALID_PART, RING, FURTHER_MAP, READING)

CLOCK = {hour: Code("SCT", value, f"{hour} o'clock position") for hour, value in enumerate(
    ("129772004", "129773009", "129774003", "129775002", "129776001", "129777005", "129778000", "129779008",
     "129780006", "129781005", "129782003", "129783008"), start=1)}  # fmt: skip
"""Positions on the clock face of the breast (CID 6019)."""


def map_quantity(spec: MapSpec) -> Code:
    """What a map is of."""
    return spec.quantity or FURTHER_MAP


def unit_code(unit: str | None) -> Code:
    """A unit of the library in UCUM; one that UCUM does not have as an annotation of no unit."""
    if unit is None:
        return NO_UNITS
    if unit in UNITS:
        return UNITS[unit]
    plain = "".join(sign for sign in unit if sign.isascii() and sign.isprintable() and sign not in "{}")[:14]
    return Code("UCUM", f"{{{plain}}}", plain or "unit") if plain else NO_UNITS


def model_and_method(spec: MapSpec, fit: str) -> tuple[Code, Code]:
    """How a map was fitted.

    Parameters
    ----------
    spec : MapSpec
    fit : {"wlls", "nlls"}
        Of D_app and K_app.
    """
    if spec.name == ADC.name:
        return MONO_EXPONENTIAL, RATIO_OF_TWO
    return KURTOSIS, METHODS[fit]
