"""Lesions that are hard to outline, six kinds: what an assisted outline is tried on."""

from dataclasses import replace
from typing import Any

import numpy as np
from HER2LowMRILib.synthetic.cases import MASS, NME, SyntheticCase, draw_case

KINDS = ("spiculated", "ring_like", "necrotic", "non_mass", "low_contrast", "chest_wall")
_DISTRIBUTIONS = ("segmental", "focal", "regional")
_NON_MASS = ("clumped", "heterogeneous", "clustered_ring", "homogeneous")
_MASS_ONLY: dict[str, Any] = {"nme_distribution": None, "nme_enhancement": None, "lesion_type": MASS}
_NME_ONLY: dict[str, Any] = {
    "mass_shape": None,
    "mass_margin": None,
    "mass_enhancement": None,
    "lesion_type": NME,
}


def hard_lesion(kind: str, number: int, seed: int = 18) -> SyntheticCase:
    """Draw a lesion of one kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    number : int
        From 1; with the seed it decides everything that is left to chance.
    seed : int

    Returns
    -------
    SyntheticCase
    """
    case = draw_case(number, seed, of=0)
    rng = np.random.default_rng([seed, number, KINDS.index(kind)])
    size = round(float(rng.uniform(18.0, 40.0)), 1)
    mass = replace(
        case,
        **_MASS_ONLY,
        mass_shape=str(rng.choice(["round", "oval", "irregular"])),
        mass_margin=str(rng.choice(["circumscribed", "irregular"])),
        mass_enhancement="heterogeneous",
        necrosis=False,
        lesion_size_mm=size,
    )
    if kind == "spiculated":
        return replace(mass, mass_shape="irregular", mass_margin="spiculated")
    if kind in ("ring_like", "necrotic"):
        part = rng.uniform(0.62, 0.74) if kind == "ring_like" else rng.uniform(0.30, 0.55)
        size = round(float(rng.uniform(28.0, 44.0)), 1)
        return replace(
            mass, necrosis=True, necrosis_part=float(part), mass_enhancement="rim", lesion_size_mm=size
        )
    if kind == "non_mass":
        return replace(
            case,
            **_NME_ONLY,
            nme_distribution=_DISTRIBUTIONS[number % 3],
            nme_enhancement=_NON_MASS[number % 4],
            necrosis=False,
            lesion_size_mm=round(float(rng.uniform(34.0, 58.0)), 1),
        )
    if kind == "low_contrast":
        return replace(
            mass,
            fgt=str(rng.choice(["c", "d"])),
            lesion_d=round(float(rng.uniform(1.35, 1.60)), 3),
            lesion_k=round(float(rng.uniform(0.55, 0.75)), 3),
            relative_signal=float(rng.uniform(0.65, 0.9)),
            t2_hyperintensity=False,
        )
    return replace(mass, at_chest_wall=True)
