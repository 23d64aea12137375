"""Say in plain words what the intake found, what it left out and why, and whether the images can be trusted."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.displacement import in_plane_shift
from HER2LowMRILib.images.intake.signal_decay_check import tissue_means

WARN_ABOVE_VOXELS = 1.0


@dataclass(frozen=True)
class IntakeReport:
    """What a radiologist should know about the images before reading maps made from them.

    Parameters
    ----------
    found : tuple of str
        One line for the form, one for the grid, one per b-value.
    left_out : tuple of str
        What was there and not used, with the reason.
    warnings : tuple of Notice
        What may make the maps wrong.
    mean_signals : tuple of float
        Mean signal of bright tissue at every b-value [signal units].
    shift_voxels : tuple of float
        Of the highest b against the lowest, along i and j [voxels]; NaN if it cannot be told.
    """

    found: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[Notice, ...]
    mean_signals: tuple[float, ...]
    shift_voxels: tuple[float, float]

    def text(self) -> str:
        """The whole report, one statement per line."""
        lines = ["Found:", *(f"  {line}" for line in self.found)]
        if self.left_out:
            lines += ["Left out:", *(f"  {line}" for line in self.left_out)]
        lines += (
            ["Please note:", *(f"  {line}" for line in self.warnings)]
            if self.warnings
            else ["Nothing to note."]
        )
        return "\n".join(lines)

    def record(self) -> dict[str, object]:
        """Entries of ``maps.json``."""
        shift = [round(part, 3) if np.isfinite(part) else None for part in self.shift_voxels]
        return {"mean_signals": [round(mean, 3) for mean in self.mean_signals], "shift_voxels": shift}


def report(series: DiffusionSeries) -> IntakeReport:
    """Report on a series that was read.

    Parameters
    ----------
    series : DiffusionSeries
    """
    means = tissue_means(series.images)
    shift = in_plane_shift(series.images[0].array, series.images[-1].array)
    scanner = f", {series.scanner}" if series.scanner else ""
    found = [f"{series.form}{scanner}.", f"{series.grid.text()}."]
    for image, mean in zip(series.images, means, strict=True):
        source = f"; b-value from {image.source}" if image.source else ""
        note = f"; {image.note}" if image.note else ""
        part = f", {100 * mean / means[0]:.0f} % of b {series.b_values[0]:g}" if means[0] > 0 else ""
        averages = f", {image.averages:g} averages" if image.averages != 1 else ""
        found.append(
            f"b {image.b_value:g} s/mm2: mean signal of tissue {mean:.0f}{part}{averages}{source}{note}."
        )
    warnings = list(series.warnings)
    spacing = series.grid.spacing_mm
    if np.hypot(*shift) > WARN_ABOVE_VOXELS:
        warnings.append(
            Notice(
                "displaced",
                f"The image at b {series.b_values[-1]:g} lies {np.hypot(*shift):.1f} voxels "
                f"({np.hypot(shift[0] * spacing[0], shift[1] * spacing[1]):.1f} mm) beside the one at "
                f"b {series.b_values[0]:g}: maps at edges are wrong. Rigid alignment may help (--align rigid).",
            )
        )
    return IntakeReport(tuple(found), series.dropped, tuple(warnings), tuple(means), shift)
