"""How the diffusion fit is done: every choice that changes a number, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from HER2LowMRILib.core.errors import HER2LowMRIError


@dataclass(frozen=True)
class FitOptions:
    """The choices behind ADC, D_app and K_app maps.

    Parameters
    ----------
    model : {"wlls", "nlls"}
        Signal-weighted log-linear least squares, or non-linear least squares of the signal itself.
    s0 : {"free", "measured"}
        ln S0 is a third unknown, or the measured signal at b = 0 as the equation of the paper reads.
    adc_b : tuple of float
        The two b-values of the ADC [s/mm2].
    k_range : tuple of float
        K_app outside this closed interval is K_OUT_OF_RANGE.
    d_max, adc_max : float
        D_app and ADC outside (0, max] are out of range [1e-3 mm2/s].
    noise_floor : float, optional
        Signals below this level are noise [signal units]; None: not tested.
    saturation : float, optional
        Signals at or above this value are clipped [signal units], e.g. 4095; None: not tested.
    precision : {"float32", "float64"}
        Of the maps, and of the arithmetic of the four-b-value fit. All other fits compute in float64.
    """

    model: Literal["wlls", "nlls"] = "wlls"
    s0: Literal["free", "measured"] = "free"
    adc_b: tuple[float, float] = (0.0, 800.0)
    k_range: tuple[float, float] = (0.0, 3.0)
    d_max: float = 4.0
    adc_max: float = 4.0
    noise_floor: float | None = None
    saturation: float | None = None
    precision: Literal["float32", "float64"] = "float32"

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "FitOptions":
        """Read what ``dataclasses.asdict`` gave, after it was JSON.

        Raises
        ------
        HER2LowMRIError, TypeError, AttributeError
            When it is not that.
        """
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        return cls(**fields)

    def __post_init__(self) -> None:
        for name, allowed in (
            ("model", ("wlls", "nlls")),
            ("s0", ("free", "measured")),
            ("precision", ("float32", "float64")),
        ):
            if getattr(self, name) not in allowed:
                raise HER2LowMRIError(
                    f"The fit option {name} is unknown",
                    needed=" or ".join(allowed),
                    found=repr(getattr(self, name)),
                )
        if len(self.adc_b) != 2 or not 0 <= self.adc_b[0] < self.adc_b[1]:
            raise HER2LowMRIError(
                "The two b-values of the ADC are not usable",
                needed="two b-values in s/mm2, the lower one first, e.g. 0,800",
                found=",".join(f"{b:g}" for b in self.adc_b),
            )
        if (
            len(self.k_range) != 2
            or not self.k_range[0] < self.k_range[1]
            or not self.d_max > 0
            or not self.adc_max > 0
        ):
            raise HER2LowMRIError(
                "The valid ranges of the fit are not usable",
                needed="K minimum < K maximum, and maxima of D_app and ADC above 0 (1e-3 mm2/s)",
                found=f"K {self.k_range}, D_app {self.d_max}, ADC {self.adc_max}",
            )
