"""Synthetic patients: what is true of each lesion, drawn from a seed.

The diffusion of malignant lesions follows Wu et al., PLoS ONE 2014;9:e113240 (doi 10.1371/journal.pone.0113240):
K 0.88 (SD 0.17) and D 1.20e-3 mm2/s (SD 0.31). The direction of the differences between the HER2 groups follows Shen
et al., Tomography 2025;11(3):31 (doi 10.3390/tomography11030031): lower D and higher K in HER2-low than in
HER2-overexpression, more irregular masses and more T2 hyperintensity in HER2-low.
"""

from dataclasses import dataclass

import numpy as np

MASS, NME, MASS_WITH_NME = "mass", "nme", "mass_with_nme"

# Lesion D [1e-3 mm2/s] and K of each group: mean over its patients. The spread between patients is the same for all.
_GROUP_D_K = {"zero": (1.20, 0.88), "low": (1.10, 0.96), "over": (1.30, 0.82)}
_SD_D, _SD_K = 0.12, 0.08

# The made-up study is small, so the rare combinations are placed on purpose instead of waiting for chance:
# (lesion type, shape, margin, enhancement, distribution, NME enhancement, group)
_PATTERN = (
    (MASS, "irregular", "spiculated", "heterogeneous", None, None, "low"),
    (NME, None, None, None, "segmental", "clumped", "over"),
    (MASS, "round", "circumscribed", "rim", None, None, "zero"),
    (MASS_WITH_NME, "irregular", "irregular", "heterogeneous", "segmental", "heterogeneous", "low"),
    (MASS, "oval", "circumscribed", "homogeneous", None, None, "zero"),
    (NME, None, None, None, "regional", "heterogeneous", "low"),
    (MASS, "irregular", "irregular", "rim", None, None, "over"),
    (MASS_WITH_NME, "round", "spiculated", "heterogeneous", "focal", "clumped", "over"),
    (MASS, "irregular", "spiculated", "heterogeneous", None, None, "low"),
    (NME, None, None, None, "segmental", "clustered_ring", "zero"),
    (MASS, "oval", "irregular", "dark_internal_septations", None, None, "over"),
    (MASS, "irregular", "irregular", "heterogeneous", None, None, "low"),
)


@dataclass(frozen=True)
class SyntheticCase:
    """What is true of one synthetic patient and her lesion.

    Lengths in mm, D in 1e-3 mm2/s, K without unit. ``None`` where an item does not apply to the lesion type.
    ``motion``: she moved between the b-values, so that nobody can read the images. ``ish_pending``: IHC 2+ whose in
    situ hybridisation is not back, so that nobody may name a HER2 group. ``necrosis_part``: its radius as a part of the
    mass's. ``relative_signal``: of the lesion at b 0, 1 the usual. ``at_chest_wall``: the lesion reaches the muscle.
    """

    number: int
    seed: int
    her2_group: str
    lesion_type: str
    mass_shape: str | None
    mass_margin: str | None
    mass_enhancement: str | None
    nme_distribution: str | None
    nme_enhancement: str | None
    side: str
    lesion_size_mm: float
    fgt: str
    bpe: str
    multifocal: bool
    t2_hyperintensity: bool
    peritumoral_edema: bool
    necrosis: bool
    cyst: bool
    lesion_d: float
    lesion_k: float
    age: int
    motion: bool
    ish_pending: bool
    necrosis_part: float = 0.46
    relative_signal: float = 1.0
    at_chest_wall: bool = False

    @property
    def name(self) -> str:
        """The case as files and tables call it."""
        return f"synthetic-{self.number:02d}"

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers of this case for one purpose, independent of the order in which things are made."""
        return np.random.default_rng([self.seed, self.number, *purpose.encode()])


def draw_case(number: int, seed: int = 2025, of: int = len(_PATTERN)) -> SyntheticCase:
    """Draw synthetic patient ``number`` (1, 2, ...) of a study.

    Parameters
    ----------
    number : int
        From 1.
    seed : int
        Of the study; the lesion depends on ``number`` and ``seed`` only.
    of : int
        Patients of the study. From 3 on, the last moved during the scan and the last but one has an open HER2 result.
    """
    rng = np.random.default_rng([seed, number])
    kind, shape, margin, enhancement, distribution, nme_enhancement, group = _PATTERN[
        (number - 1) % len(_PATTERN)
    ]
    d_mean, k_mean = _GROUP_D_K[group]
    d = float(np.clip(d_mean + _SD_D * rng.standard_normal(), 0.80, 1.65))
    k = float(np.clip(k_mean + _SD_K * rng.standard_normal(), 0.60, 1.20))
    size = rng.uniform(24, 40) if kind == MASS else rng.uniform(40, 58)
    rim = enhancement == "rim"
    return SyntheticCase(
        number=number,
        seed=seed,
        her2_group=group,
        lesion_type=kind,
        mass_shape=shape,
        mass_margin=margin,
        mass_enhancement=enhancement,
        nme_distribution=distribution,
        nme_enhancement=nme_enhancement,
        side=str(rng.choice(["right", "left"])),
        lesion_size_mm=round(float(size if not rim else max(size, 32.0)), 1),
        fgt=str(rng.choice(list("abcd"), p=[0.10, 0.35, 0.40, 0.15])),
        bpe=str(rng.choice(["minimal", "mild", "moderate", "marked"], p=[0.35, 0.35, 0.2, 0.1])),
        multifocal=bool(rng.random() < 0.375),  # 87 of the paper's 232 patients
        t2_hyperintensity=bool(rng.random() < {"zero": 0.25, "low": 0.5, "over": 0.27}[group]),
        peritumoral_edema=bool(rng.random() < 0.4),
        necrosis=rim,
        cyst=bool(rng.random() < 0.4),
        lesion_d=round(d, 3),
        lesion_k=round(k, 3),
        age=int(rng.integers(32, 76)),
        motion=number == of >= 3,
        ish_pending=number + 1 == of >= 3,
    )
