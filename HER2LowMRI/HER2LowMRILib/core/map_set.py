"""Maps that lie on the same voxels, each of which may be absent, and which of their voxels are valid."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.map_spec import ADC, D_APP, K_APP, STANDARD_MAPS, MapSpec, with_ranges

Box = tuple[slice, ...]


@dataclass(frozen=True)
class MapSet:
    """Maps of one shape (k, j, i).

    Attributes
    ----------
    values : mapping of str to ndarray
        Name of a map ("ADC", "D", "K" or a further one) -> its values [its unit]; NaN where there is no value. Values
        out of range are kept, not clipped.
    quality : ndarray of uint8 or None
        Bits of ``FitQuality``, where the maps were fitted; None: each map is judged by its own values.
    b_values : tuple of float
        Behind fitted maps, ascending [s/mm2]; empty for maps of another program.
    averages : tuple of float
        Number of averaged signals per b-value, as used in the weights.
    options : FitOptions
        The choices behind the numbers; ``adc_b`` holds the b-values that were really used.
    further : tuple of MapSpec
        The maps beside ADC, D_app and K_app.
    """

    values: Mapping[str, np.ndarray]
    quality: np.ndarray | None = None
    b_values: tuple[float, ...] = ()
    averages: tuple[float, ...] = ()
    options: FitOptions = field(default_factory=FitOptions)
    further: tuple[MapSpec, ...] = ()

    @property
    def adc(self) -> np.ndarray | None:
        """ADC [1e-3 mm2/s]; None: there is none."""
        return self.values.get(ADC.name)

    @property
    def d_app(self) -> np.ndarray | None:
        """D_app [1e-3 mm2/s]; None: there is none."""
        return self.values.get(D_APP.name)

    @property
    def k_app(self) -> np.ndarray | None:
        """K_app [no unit]; None: there is none."""
        return self.values.get(K_APP.name)

    @property
    def specs(self) -> tuple[MapSpec, ...]:
        """The maps that are there, with their valid ranges."""
        known = with_ranges((*STANDARD_MAPS, *self.further), self.options)
        return tuple(spec for spec in known if spec.name in self.values)

    def cut(self, box: Box) -> "MapSet":
        """Return the part of all maps in a box."""
        return replace(
            self,
            values={name: values[box] for name, values in self.values.items()},
            quality=None if self.quality is None else self.quality[box],
        )

    def only(self, *names: str) -> "MapSet":
        """Return some of the maps, those that are there."""
        return replace(self, values={name: v for name, v in self.values.items() if name in names})

    def valid(self, name: str) -> np.ndarray:
        """Which voxels of a map enter its features, shape (k, j, i): one rule for every number and picture."""
        spec = next(spec for spec in self.specs if spec.name == name)
        values = self.values[name]
        if self.quality is not None and spec.excluded:
            # A map of another program may have no value where its fit quality sees nothing wrong.
            return ((self.quality & np.uint8(spec.excluded.value)) == 0) & np.isfinite(values)
        valid = spec.in_range(values)
        for other in spec.needs:
            if other in self.values:
                valid &= self.valid(other)
        return valid
