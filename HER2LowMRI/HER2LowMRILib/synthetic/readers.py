"""What made-up readers draw and answer: near the truth, and not quite the same.

The disagreement is set so that the agreement of two readers comes near the paper's (kappa 0.82 to 0.96, ICC 0.76 to
0.89; Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031).
"""

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.synthetic.cases import MASS, NME, SyntheticCase

# How a reader outlines [mm]: how far outside the lesion on average, how that varies between cases, and how unsteady
# the hand is. Readers of whole-lesion VOIs differ by about one voxel.
_HABITS = {"r1": (-0.6, 0.7, 1.4), "r2": (0.4, 0.8, 1.6)}
_SMALLEST_PART_MM2 = 40.0
_CHANCE_OF_ERROR = 0.06
_ORDERED = {"fgt": "abcd", "bpe": ("minimal", "mild", "moderate", "marked")}
_OTHERS = {
    "lesion_type": ("mass", "nme", "mass_with_nme"),
    "mass_shape": ("oval", "round", "irregular"),
    "mass_margin": ("circumscribed", "irregular", "spiculated"),
    "mass_enhancement": ("homogeneous", "heterogeneous", "rim", "dark_internal_septations"),
    "nme_distribution": ("focal", "segmental", "regional"),
    "nme_enhancement": ("homogeneous", "heterogeneous", "clumped", "clustered_ring"),
}
MOTION_REASON = "motion between the b-values: the lesion lies elsewhere on b 1400 and b 2000"


def draw_voi(case: SyntheticCase, phantom: Phantom, reader: str) -> dict[str, np.ndarray]:
    """Outline the lesion slice by slice as one reader does.

    Parameters
    ----------
    case : SyntheticCase
    phantom : Phantom
    reader : str
        "r1" or "r2"; any other name draws with the habits of "r2" and an own hand.

    Returns
    -------
    dict of ndarray, bool, (k, j, i)
        "lesion", and the exclusion segments ("necrosis", "cyst") that this reader drew.
    """
    rng = case.rng(f"outline of {reader}")
    outside, between_cases, hand = _HABITS.get(reader, _HABITS["r2"])
    shift = outside + between_cases * rng.standard_normal()
    masks = {"lesion": _outline(phantom, phantom.lesion, shift, hand, rng, skip_small=True)}
    for name, mask in phantom.exclusions.items():
        drawn = _outline(phantom, mask, 0.4 + 0.3 * rng.standard_normal(), 0.5 * hand, rng, skip_small=False)
        if drawn.any():
            masks[name] = drawn & masks["lesion"]
    return {name: mask for name, mask in masks.items() if mask.any()}


def _outline(
    phantom: Phantom,
    truth: np.ndarray,
    shift_mm: float,
    hand_mm: float,
    rng: np.random.Generator,
    skip_small: bool,
) -> np.ndarray:
    """Redraw a mask in each slice, ``shift_mm`` further out, with an unsteady hand."""
    dx, dy, _ = phantom.grid.spacing_mm
    drawn = np.zeros_like(truth)
    slices = np.flatnonzero(truth.any(axis=(1, 2)))
    for k in slices:
        # Nobody follows single voxels or thin spicules.
        smooth = ndimage.gaussian_filter(truth[k].astype(np.float32), 0.9) > 0.5
        smooth = _parts_worth_drawing(smooth, dx * dy) if skip_small else smooth
        at_end = k in (slices[0], slices[-1])
        if not smooth.any() or (skip_small and at_end and rng.random() < 0.25):
            continue
        distance = ndimage.distance_transform_edt(~smooth, (dy, dx)) - ndimage.distance_transform_edt(
            smooth, (dy, dx)
        )
        unsteady = ndimage.gaussian_filter(rng.standard_normal(smooth.shape), 8.0 / dx / 2.0)
        distance += hand_mm * unsteady / unsteady.std()
        inside = distance <= shift_mm
        drawn[k] = _parts_worth_drawing(inside, dx * dy) if skip_small else inside
    return drawn


def _parts_worth_drawing(plane: np.ndarray, voxel_mm2: float) -> np.ndarray:
    """Leave out parts that are too small to outline."""
    parts, number = ndimage.label(plane)
    areas = ndimage.sum_labels(plane, parts, np.arange(1, number + 1)) * voxel_mm2
    return np.isin(parts, 1 + np.flatnonzero(areas >= _SMALLEST_PART_MM2))


def answer(
    case: SyntheticCase, reader: str, masks: Mapping[str, np.ndarray], phantom: Phantom
) -> dict[str, Answer]:
    """Fill the form as one reader does: item id -> answer, only the questions that arise."""
    rng = case.rng(f"answers of {reader}")
    answers: dict[str, Answer] = {}
    for item, ladder in _ORDERED.items():
        place = list(ladder).index(getattr(case, item))
        if rng.random() < _CHANCE_OF_ERROR:
            place += 1 if place == 0 or (place < len(ladder) - 1 and rng.random() < 0.5) else -1
        answers[item] = ladder[place]
    for item in ("multifocal", "t2_hyperintensity", "peritumoral_edema"):
        answers[item] = int(getattr(case, item) ^ (rng.random() < _CHANCE_OF_ERROR))
    for item, values in _OTHERS.items():
        truth = getattr(case, item)
        if truth is None or rng.random() < _CHANCE_OF_ERROR:
            truth = str(rng.choice([value for value in values if value != truth]))
        answers[item] = truth
    if answers["lesion_type"] == MASS:
        del answers["nme_distribution"], answers["nme_enhancement"]
    if answers["lesion_type"] == NME:
        del answers["mass_shape"], answers["mass_margin"], answers["mass_enhancement"]
    answers["lesion_size_mm"] = round(longest_diameter_mm(masks["lesion"], phantom) + rng.normal(0.0, 0.8))
    answers["side"] = case.side
    return answers


def reading_seconds(case: SyntheticCase, reader: str) -> dict[str, float]:
    """Time of each step of a reading [s]."""
    rng = case.rng(f"time of {reader}")
    return {"voi": float(rng.lognormal(5.2, 0.3)), "form": float(rng.lognormal(4.1, 0.3))}


def longest_diameter_mm(mask: np.ndarray, phantom: Phantom) -> float:
    """Longest distance of two voxels of a mask within one slice [mm], one voxel width included."""
    dx, dy, _ = phantom.grid.spacing_mm
    longest = 0.0
    for plane in mask[mask.any(axis=(1, 2))]:
        rim = plane & ~ndimage.binary_erosion(plane)
        at = np.argwhere(rim) * (dy, dx)
        longest = max(longest, float(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).max()) + dx)
    return longest
