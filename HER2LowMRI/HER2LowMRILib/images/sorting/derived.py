"""Which volumes are computed from others, or only there to plan by: subtractions, projections, copies, localizers."""

from HER2LowMRILib.images.sorting import series_names
from HER2LowMRILib.images.sorting.volume import Volume

FEWEST_SLICES = 10
_WATER = {"W", "WATER"}
_FAT = {"F", "FAT"}
_IN_OR_OUT = {"IP", "OP", "IN_PHASE", "OUT_PHASE", "OPP_PHASE", "INPHASE", "OUTPHASE", "IN", "OPP"}
_TOKENS = {
    "SUB": series_names.SUBTRACTION,
    "SUBTRACT": series_names.SUBTRACTION,
    "SUBTRACTION": series_names.SUBTRACTION,
    "MIP": series_names.PROJECTION,
    "PROJECTION IMAGE": series_names.PROJECTION,
    "PJN": series_names.PROJECTION,
    "MPR": series_names.REFORMATTED,
    "RESAMPLED": series_names.REFORMATTED,
    "REFORMATTED": series_names.REFORMATTED,
    "MOCO": series_names.REGISTERED,
    "REGISTERED": series_names.REGISTERED,
    "PARAMETRIC": series_names.COMPUTED,
    "PARAMETRIC MAP": series_names.COMPUTED,
    "T1 MAP": series_names.COMPUTED,
    "T2 MAP": series_names.COMPUTED,
    "WASHIN": series_names.COMPUTED,
    "WASHOUT": series_names.COMPUTED,
    "TTP": series_names.COMPUTED,
    "PEI": series_names.COMPUTED,
    "KTRANS": series_names.COMPUTED,
    "LOCALIZER": series_names.LOCALIZER,
}


def is_water(volume: Volume) -> bool:
    """Whether it is the water image of a Dixon series."""
    return bool(_WATER & set(volume.image_type)) or (volume.name.dixon and volume.name.water)


def header_reason(volume: Volume) -> str:
    """Why the header says that a volume is none of those that were acquired; empty where it does not."""
    tokens = set(volume.image_type)
    for token, reason in _TOKENS.items():
        if token in tokens:
            return reason
    if volume.slices == 1:
        return "single image"
    if _FAT & tokens:
        return series_names.DIXON_FAT
    if _IN_OR_OUT & tokens:
        return series_names.DIXON_PHASE
    if volume.image_type[:1] == ("DERIVED",) and not is_water(volume):
        return volume.name.derived or series_names.COMPUTED
    if volume.slices < FEWEST_SLICES and (volume.name.localizer or not volume.name.says_something):
        return series_names.LOCALIZER
    return ""


def name_reason(volume: Volume) -> str:
    """Why the name of a series says so; empty where it does not."""
    if volume.name.localizer:
        return series_names.LOCALIZER
    return volume.name.derived


def says_acquired(volume: Volume) -> bool:
    """Whether the header says that the images were acquired."""
    return volume.image_type[:1] == ("ORIGINAL",)
