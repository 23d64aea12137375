"""What there is to know of a kind of map, as data: a further map is one more `MapSpec` and no code."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.lexicon import Code

DIFFUSIVITY = "1e-3 mm2/s"
NO_UNIT = "1"
_SIGNAL = FitQuality.NOT_FINITE | FitQuality.SATURATED
_D = _SIGNAL | FitQuality.D_OUT_OF_RANGE | FitQuality.NOISE_FLOOR


@dataclass(frozen=True)
class MapSpec:
    """One kind of map: how it is called, measured and shown.

    Attributes
    ----------
    name : str
        First part of its columns, e.g. "ADC" of ADC_mean.
    role : str
        What its file is called in a case and its volume in the scene, e.g. "adc".
    label : str
        How people write it, e.g. "D_app".
    unit : str
        "1e-3 mm2/s", "ms", ...; "1" for none.
    low, high : float
        Ends of the valid range [unit]; a value outside enters no feature.
    low_is_valid : bool
        Whether the low end itself is valid. Programs write 0 where a map has no value, so 0 as an end is not.
    bin_width : float
        Of the entropy, from 0 [unit].
    window : tuple of float
        Ends of the grey or colour scale [unit], the same for every case so that cases compare by eye.
    colour : str
        Name of Slicer's colour table.
    quantity, units : Code or None
        DICOM codes of what is measured, and in what unit.
    excluded : FitQuality
        Flags of the fit that leave a voxel out of the features of this map.
    needs : tuple of str
        Maps that must be valid too where there is no fit quality.
    kept : tuple of float or None
        The scene keeps values only up to here [unit], beyond the valid range on both sides. Where D_app is nearly 0,
        K_app is any number up to 1e11, and no slider of Slicer can be used on such a volume.
    """

    name: str
    role: str
    label: str
    unit: str
    low: float
    high: float
    bin_width: float
    window: tuple[float, float]
    low_is_valid: bool = True
    colour: str = "Viridis"
    quantity: Code | None = None
    units: Code | None = None
    excluded: FitQuality = FitQuality.OK
    needs: tuple[str, ...] = ()
    kept: tuple[float, float] | None = None

    @property
    def unit_shown(self) -> str:
        """The unit as people write it; "" for none."""
        return "" if self.unit == NO_UNIT else self.unit.replace("mm2", "mm²")

    @property
    def range_text(self) -> str:
        """The valid range in words, e.g. "above 0 to 4 x 1e-3 mm2/s"."""
        low = f"{self.low:g}" if self.low_is_valid else f"above {self.low:g}"
        return f"{low} to {self.high:g}" + ("" if self.unit == NO_UNIT else f" {self.unit}")

    def in_range(self, values: np.ndarray) -> np.ndarray:
        """Whether values are valid by themselves; NaN and infinity are not."""
        with np.errstate(invalid="ignore"):
            above = values >= self.low if self.low_is_valid else values > self.low
            return np.asarray(above & (values <= self.high) & np.isfinite(values))


# A map leaves out what is wrong with its own value. Judging D_app by K_app as well would bias it: in water, where
# K_app is 0, noise puts half of the voxels below 0 though their D_app is right; in tissue of D_app 1.10 at a
# signal-to-noise ratio of 25, the median D_app is 1.08 without and 1.05 with that rule.
# The ADC needs only its own two signals; noise at b = 2000 would make it depend on the other b-values.
_UM2_PER_MS = Code("UCUM", "um2/ms", "um2/ms")
ADC = MapSpec(
    "ADC",
    "adc",
    "ADC",
    DIFFUSIVITY,
    0.0,
    4.0,
    bin_width=0.05,
    window=(0.0, 3.0),
    low_is_valid=False,
    colour="Grey",
    quantity=Code("DCM", "113041", "Apparent Diffusion Coefficient"),
    units=_UM2_PER_MS,
    excluded=_SIGNAL | FitQuality.ADC_OUT_OF_RANGE | FitQuality.ADC_NOISE_FLOOR,
)
D_APP = MapSpec(
    "D",
    "d_app",
    "D_app",
    DIFFUSIVITY,
    0.0,
    4.0,
    bin_width=0.05,
    window=(0.0, 3.0),
    low_is_valid=False,
    quantity=Code("DCM", "113294", "Kurtosis Diffusion Coefficient"),
    units=_UM2_PER_MS,
    excluded=_D,
)
K_APP = MapSpec(
    "K",
    "k_app",
    "K_app",
    NO_UNIT,
    0.0,
    3.0,
    bin_width=0.05,
    window=(0.0, 1.5),
    colour="Inferno",
    quantity=Code("DCM", "113206", "Apparent Kurtosis Coefficient"),
    units=Code("UCUM", "1", "no units"),
    excluded=_D | FitQuality.K_OUT_OF_RANGE | FitQuality.TURNING_POINT,
    needs=("D",),
    kept=(-10.0, 10.0),
)
STANDARD_MAPS = (ADC, D_APP, K_APP)
"""The maps of every study, in the order of their columns."""


def with_ranges(specs: Iterable[MapSpec], options: FitOptions) -> tuple[MapSpec, ...]:
    """Return maps with the valid ranges that the settings of the fit state for ADC, D_app and K_app."""
    ranges = {
        ADC.name: (0.0, options.adc_max),
        D_APP.name: (0.0, options.d_max),
        K_APP.name: options.k_range,
    }
    return tuple(
        replace(spec, low=ranges[spec.name][0], high=ranges[spec.name][1]) if spec.name in ranges else spec
        for spec in specs
    )


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_LONGEST_NAME, _LONGEST_UNIT = 16, 20
_FORM = "NAME=unit,low,high,bin, such as T2map=ms,0,300,5"


def further_map(name: str, unit: str, low: float, high: float, bin_width: float) -> MapSpec:
    """Make the spec of a map that a study declares, e.g. of T2 in ms.

    Parameters
    ----------
    name : str
        Letters, digits and single underscores; of its columns, its file in a case, and its volume.
    unit : str
        As a unit is written in a table; "1" for none.
    low, high : float
        The valid range [unit]. A low end of 0 is not valid itself: programs write 0 where there is no value.
    bin_width : float
        Of the entropy [unit].

    Raises
    ------
    HER2LowMRIError
        When one of them cannot be used.
    """
    unit = unit.strip()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise HER2LowMRIError(
            "The name of the map cannot be used",
            needed=f"a letter, then letters, digits and single underscores, {_LONGEST_NAME} at most",
            found=repr(name[:40]),
        )
    if not unit or len(unit) > _LONGEST_UNIT or not unit.isprintable() or unit[0] in "=+-@":
        raise HER2LowMRIError(
            f"The unit of the map {name} cannot be used",
            needed=f'a unit of at most {_LONGEST_UNIT} characters such as ms; "1" for none',
            found=repr(unit[:40]),
        )
    if (
        not all(map(math.isfinite, (low, high, bin_width)))
        or not low < high
        or not 0 < bin_width < high - low
    ):
        raise HER2LowMRIError(
            f"The range of the map {name} cannot be used",
            needed="a lowest value below the highest, and a bin width above 0 and below the range",
            found=f"{low:g} to {high:g} {unit}, bins of {bin_width:g}",
        )
    span = high - low
    return MapSpec(
        name,
        name,
        name,
        unit,
        float(low),
        float(high),
        bin_width=float(bin_width),
        window=(float(low), float(high)),
        low_is_valid=low != 0,
        kept=(low - span, high + span),
    )


def parse_further_map(text: str) -> MapSpec:
    """Read how a map is declared: ``NAME=unit,low,high,bin``.

    Raises
    ------
    HER2LowMRIError
        When it is not of that form, or a part of it cannot be used.
    """
    name, sign, rest = text.partition("=")
    parts = [part.strip() for part in rest.split(",")]
    try:
        if not sign or len(parts) != 4:
            raise ValueError
        numbers = [float(part) for part in parts[1:]]
    except ValueError:
        raise HER2LowMRIError("A further map cannot be read", needed=_FORM, found=repr(text[:60])) from None
    return further_map(name.strip(), parts[0], *numbers)


def map_to_json(spec: MapSpec) -> dict[str, str | float]:
    """The declaration of a further map, for a study's protocol."""
    return {
        "name": spec.name,
        "unit": spec.unit,
        "low": spec.low,
        "high": spec.high,
        "bin_width": spec.bin_width,
    }


def map_from_json(entry: Mapping[str, object]) -> MapSpec:
    """Read what `map_to_json` wrote.

    Raises
    ------
    HER2LowMRIError, KeyError, TypeError, ValueError
        When it is not that.
    """
    low, high, bin_width = (float(str(entry[key])) for key in ("low", "high", "bin_width"))
    return further_map(str(entry["name"]), str(entry["unit"]), low, high, bin_width)
