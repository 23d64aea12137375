"""Look at a diffusion series before readers do: pass, look, or reject, each with its reason.

Of the scans of a large breast trial only 80 % passed such a check by hand (PMID 30350329). What is looked at: the noise
at every b-value, slices whose signal dropped out, ghosts along the phase-encoding direction, fat that was not
suppressed, images of one b-value that differ, displacement between b-values, and a VOI that reaches outside the body.
The limits lie between the clean and the spoiled cases of ``bench/image_faults.py``; what cannot be assessed, such as
ghosts where the background was blanked, passes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from HER2LowMRILib.core.noise_floor import estimate_noise
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.displacement import in_plane_shift

# Limits: (look, reject).
SMALLEST_SNR = (2.0, 1.5)
LARGEST_SHIFT_VOXELS = (1.0, 3.0)
LARGEST_DROPOUT = (0.15, 0.35)
LARGEST_GHOST = (0.015, 0.06)
LARGEST_FAT_SHARE = (0.06, 0.25)
LARGEST_REPEAT_SPREAD = (0.08, 0.30)
LARGEST_REPEAT_MISFIT = (0.12, 0.50)
LARGEST_REPEAT_NOISE = (2.0, 6.0)
LARGEST_OUTSIDE = (0.10, 0.50)

_FAT_ADC = 0.25  # [1e-3 mm2/s]; fat has 0.02 to 0.2, no other tissue of the breast less than 0.4
_TISSUE = 0.15  # of the 99th percentile at the lowest b-value
_BODY = 0.08
_FEWEST_SLICES = 4


class Verdict(Enum):
    """What to do with a case."""

    PASS = "pass"
    LOOK = "look"
    REJECT = "reject"


WORST_FIRST = (Verdict.REJECT, Verdict.LOOK, Verdict.PASS)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what : str
        Its name: ``snr``, ``dropout``, ``ghost``, ``fat``, ``repeats``, ``shift``, ``voi``, and what of it.
    value : float
        As measured; NaN where it could not be assessed.
    verdict : Verdict
    reason : str
        In words; empty where there is nothing to say.
    """

    what: str
    value: float
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Quality:
    """What was found of one case."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        verdicts = {finding.verdict for finding in self.findings}
        return next((verdict for verdict in WORST_FIRST if verdict in verdicts), Verdict.PASS)

    def joined(self, finding: Finding) -> "Quality":
        """The same, with a further finding."""
        return Quality((*self.findings, finding))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not a pass."""
        return tuple(finding.reason for finding in self.findings if finding.verdict is not Verdict.PASS)


def judge_series(series: DiffusionSeries) -> Quality:
    """Look at the images of a diffusion series.

    Parameters
    ----------
    series : DiffusionSeries
    """
    images = [np.asarray(signal, np.float32) for signal in series.signals]
    tissue = tissue_mask(images[0])
    findings = [
        *_snr(images, series.b_values, tissue),
        _dropout(images, series.b_values, tissue),
        _ghost(images[0]),
        _fat(images, series.b_values, tissue),
        *_repeats(series),
        _shift(images, series.b_values),
    ]
    return Quality(tuple(findings))


def judge_voi(signal: np.ndarray, voi: np.ndarray) -> Finding:
    """Look whether a VOI lies in the body.

    Parameters
    ----------
    signal : ndarray, shape (k, j, i)
        Of the lowest b-value.
    voi : ndarray of bool, the same shape
    """
    if not voi.any():
        return Finding("voi", float("nan"), Verdict.PASS)
    outside = float(np.mean(~body_mask(signal)[voi]))
    return _judged("voi", outside, LARGEST_OUTSIDE, f"{100 * outside:.0f} % of the VOI lies outside the body")


def tissue_mask(lowest: np.ndarray) -> np.ndarray:
    """Bright voxels at the lowest b-value."""
    finite = np.where(np.isfinite(lowest), lowest, 0)
    return finite > _TISSUE * np.percentile(finite, 99)


def body_mask(lowest: np.ndarray) -> np.ndarray:
    """The body, holes closed: what is brighter than air at the lowest b-value, and what that encloses in its slice."""
    from scipy import ndimage

    finite = np.where(np.isfinite(lowest), lowest, 0)
    smooth = ndimage.uniform_filter(finite, (0, 3, 3))
    bright = smooth > _BODY * np.percentile(finite, 99)
    return np.stack([ndimage.binary_fill_holes(plane) for plane in bright])


def _judged(what: str, value: float, limits: tuple[float, float], reason: str) -> Finding:
    """Higher is worse."""
    if math.isnan(value) or value <= limits[0]:
        return Finding(what, value, Verdict.PASS)
    return Finding(what, value, Verdict.REJECT if value > limits[1] else Verdict.LOOK, reason)


def _snr(images: Sequence[np.ndarray], b_values: Sequence[float], tissue: np.ndarray) -> Iterator[Finding]:
    """Median signal of tissue over the noise, at every b-value; noise alone has 1.25."""
    sigma = estimate_noise(images[0], images[-1]).sigma
    for image, b in zip(images, b_values, strict=True):
        if sigma is None or not tissue.any():
            yield Finding(f"snr at b {b:g}", float("nan"), Verdict.PASS)
            continue
        snr = float(np.median(image[tissue])) / sigma
        verdict = (
            Verdict.REJECT
            if snr < SMALLEST_SNR[1]
            else Verdict.LOOK
            if snr < SMALLEST_SNR[0]
            else Verdict.PASS
        )
        reason = f"SNR of {snr:.1f} at b {b:g}" if verdict is not Verdict.PASS else ""
        yield Finding(f"snr at b {b:g}", snr, verdict, reason)


def _dropout(images: Sequence[np.ndarray], b_values: Sequence[float], tissue: np.ndarray) -> Finding:
    """The largest part of the signal that a slice lost against its neighbours, at any b-value."""
    worst, where = 0.0, ""
    count = tissue.sum((1, 2))
    slices = np.flatnonzero(count > 0.2 * count.max(initial=0))
    if slices.size < _FEWEST_SLICES:
        return Finding("dropout", float("nan"), Verdict.PASS)
    for number, (image, b) in enumerate(zip(images, b_values, strict=True)):
        means = np.array([float(image[k][tissue[k]].mean()) for k in slices])
        if number:
            means = means / np.maximum([float(images[0][k][tissue[k]].mean()) for k in slices], 1e-6)
        lost = 1 - means / _smooth(means)
        if lost.max() > worst:
            worst, where = float(lost.max()), f"slice {slices[int(lost.argmax())] + 1} at b {b:g}"
    return _judged("dropout", worst, LARGEST_DROPOUT, f"{where} lost {100 * worst:.0f} % of its signal")


def _smooth(means: np.ndarray) -> np.ndarray:
    """Median of each slice and its two neighbours on either side; at the ends of those there are."""
    return np.array([np.median(means[max(0, n - 2) : n + 3]) for n in range(len(means))])


def _ghost(lowest: np.ndarray) -> Finding:
    """How much brighter air is where a half-field ghost of the body falls than elsewhere, of the body's signal."""
    body = body_mask(lowest)
    finite = np.where(np.isfinite(lowest), lowest, 0)
    inside = float(finite[body].mean()) if body.any() else 0.0
    worst, direction = 0.0, ""
    assessed = False
    for axis, name in ((1, "rows"), (2, "columns")):
        ghost = np.roll(body, body.shape[axis] // 2, axis)
        rim = _grown(body)
        there, free = ghost & ~rim, ~ghost & ~rim
        if min(there.sum(), free.sum()) < 200 or inside <= 0 or not finite[free].any():
            continue
        assessed = True
        excess = (float(finite[there].mean()) - float(finite[free].mean())) / inside
        if excess > worst:
            worst, direction = excess, name
    value = worst if assessed else float("nan")
    return _judged(
        "ghost", value, LARGEST_GHOST, f"a ghost along the {direction} of {100 * worst:.0f} % of the body"
    )


def _grown(body: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    return ndimage.binary_dilation(body, np.ones((1, 7, 7), bool))


def _fat(images: Sequence[np.ndarray], b_values: Sequence[float], tissue: np.ndarray) -> Finding:
    """The part of bright voxels that hardly loses signal with b, as fat does."""
    step = (b_values[-1] - b_values[0]) / 1000
    if len(images) < 2 or step < 0.3 or not tissue.any():
        return Finding("fat", float("nan"), Verdict.PASS)
    low, high = images[0][tissue], images[-1][tissue]
    with np.errstate(divide="ignore", invalid="ignore"):
        adc = np.log(low / high) / step
    share = float(np.mean(adc < _FAT_ADC))
    return _judged(
        "fat",
        share,
        LARGEST_FAT_SHARE,
        f"{100 * share:.0f} % of the bright voxels hardly lose signal: fat that was not suppressed",
    )


def _repeats(series: DiffusionSeries) -> Iterator[Finding]:
    """How far images of one b-value differ that were averaged."""
    for image in series.images:
        if image.repeats is None:
            continue
        at, of = f" at b {image.b_value:g}", "that were averaged"
        spread, misfit, noise = image.repeats.spread, image.repeats.misfit, image.repeats.noise
        by = f"by {100 * spread:.0f} %" if math.isfinite(spread) else "altogether: one of them has no signal"
        yield _judged("repeats", spread, LARGEST_REPEAT_SPREAD, f"images{at} {of} differ {by}")
        yield _judged(
            "repeats: place",
            misfit,
            LARGEST_REPEAT_MISFIT,
            f"one of the images{at} {of} shows something else than the others, or the patient moved: its voxels lie "
            f"{100 * misfit:.0f} % of the signal apart",
        )
        yield _judged(
            "repeats: noise",
            noise,
            LARGEST_REPEAT_NOISE,
            f"one of the images{at} {of} is {noise:.1f} times as noisy as the others",
        )


def _shift(images: Sequence[np.ndarray], b_values: Sequence[float]) -> Finding:
    worst, at = float("nan"), b_values[0]
    for image, b in zip(images[1:], b_values[1:], strict=True):
        shift = float(np.hypot(*in_plane_shift(images[0], image)))
        if not math.isnan(shift) and not shift <= worst:
            worst, at = shift, b
    reason = f"the image at b {at:g} lies {worst:.1f} voxels beside the lowest b-value"
    return _judged("shift", worst, LARGEST_SHIFT_VOXELS, reason)
