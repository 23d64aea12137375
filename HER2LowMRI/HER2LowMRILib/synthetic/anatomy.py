"""A bilateral breast-like anatomy on an axial grid: for every voxel the signal without diffusion weighting, D and K.

Prone position, anterior at the top, the patient's right at the left of the image. Coordinates are LPS [mm] with the
front of the sternum at the origin. Fat is suppressed, as in breast DWI, so skin and fat are dark and fibroglandular
tissue, cysts and the lesion carry the signal. Nothing here is measured from a person.

Sources of the values: lesions and benign tissue, Wu et al., PLoS ONE 2014;9:e113240; normal fibroglandular tissue ADC
1.92e-3 mm2/s (median of the published values, World J Radiol 2016); the other tissues are plausible, no more.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import ndimage

from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.synthetic.cases import MASS, NME, SyntheticCase

SPACING_MM = (1.5, 1.5, 4.0)
SIZE_IJK = (224, 136, 24)
_ORIGIN_MM = (-167.25, -97.0, -46.0)
_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

# Signal at b 0 [signal units], D [1e-3 mm2/s], K.
TISSUES = {
    "fat": (60.0, 0.30, 0.50),
    "skin": (170.0, 1.20, 0.60),
    "fibroglandular": (680.0, 1.90, 0.50),
    "muscle": (300.0, 1.50, 0.60),
    "bone": (95.0, 0.60, 0.60),
    "lung": (14.0, 1.00, 0.50),
    "blood": (190.0, 2.60, 0.10),
    "vessel": (850.0, 2.70, 0.10),
    "cyst": (1650.0, 2.55, 0.05),
    "necrosis": (1250.0, 2.20, 0.25),
    "edema": (900.0, 2.15, 0.30),
}
_LESION_SIGNAL = 920.0
# What T1, T2 and the dynamic series see of a tissue: signal [signal units] on T1 without and with fat suppression and
# on fat-suppressed T2, and the early enhancement as a part of the signal before contrast.
CONTRASTS = {
    "fat": (900.0, 90.0, 80.0, 0.03),
    "skin": (380.0, 300.0, 200.0, 0.20),
    "fibroglandular": (430.0, 360.0, 420.0, 0.0),
    "muscle": (360.0, 330.0, 130.0, 0.15),
    "bone": (560.0, 150.0, 80.0, 0.20),
    "lung": (20.0, 20.0, 10.0, 0.05),
    "blood": (300.0, 280.0, 160.0, 1.80),
    "vessel": (300.0, 280.0, 460.0, 2.20),
    "cyst": (240.0, 220.0, 1600.0, 0.0),
    "necrosis": (280.0, 260.0, 1150.0, 0.02),
    "edema": (350.0, 300.0, 1050.0, 0.10),
    "lesion": (330.0, 320.0, 360.0, 1.60),
    "bright lesion": (330.0, 320.0, 900.0, 1.60),
    "septum": (330.0, 320.0, 260.0, 0.15),
}
# Part of the fibroglandular tissue that enhances, in the middle of the quarter that each category of BPE stands for.
_BPE_FRACTION = {"minimal": 0.10, "mild": 0.375, "moderate": 0.625, "marked": 0.90}
_BPE_UPTAKE = 0.60
_FGT_FRACTION = {"a": 0.07, "b": 0.20, "c": 0.40, "d": 0.62}
# Where b_max D K reaches 3 the model's signal rises again: no tissue does that, so the truth stays below.
_B_MAX = 2.0
_MONOTONE = 0.93 * 3.0 / _B_MAX


@dataclass(frozen=True)
class Phantom:
    """The truth of one synthetic patient, all arrays (k, j, i).

    Attributes
    ----------
    grid : ImageGrid
    s0 : ndarray, float32
        Signal at b 0 without noise [signal units].
    d, k : ndarray, float32
        D [1e-3 mm2/s] and K of every voxel; 0 where there is no tissue.
    lesion : ndarray, bool
        The whole index lesion, necrosis included.
    exclusions : dict of ndarray, bool
        What a careful reader leaves out of the VOI, by name ("necrosis", "cyst", "vessel").
    contrasts : dict of ndarray, float32
        "t1", "t1_fs", "t2_fs" [signal units], "uptake" (early enhancement as a part of the signal), "parenchyma" (part
        of the voxel that is fibroglandular); empty where they were not asked for.
    """

    grid: ImageGrid
    s0: np.ndarray
    d: np.ndarray
    k: np.ndarray
    lesion: np.ndarray
    exclusions: dict[str, np.ndarray]
    contrasts: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def voi(self) -> np.ndarray:
        """The VOI that a perfect reader draws: the lesion without the exclusions."""
        mask = self.lesion.copy()
        for excluded in self.exclusions.values():
            mask &= ~excluded
        return mask


def grid() -> ImageGrid:
    """The axial grid of every synthetic series."""
    return ImageGrid(size_ijk=SIZE_IJK, spacing_mm=SPACING_MM, origin_mm=_ORIGIN_MM, direction=_IDENTITY)


def build(case: SyntheticCase, contrasts: bool = False) -> Phantom:
    """Build the anatomy of one synthetic patient.

    Parameters
    ----------
    case : SyntheticCase
    contrasts : bool
        Also what T1, T2 and the dynamic series see.

    Returns
    -------
    Phantom
        The same for the same case, whatever was built before.
    """
    return _Anatomy(case, contrasts).phantom()


class _Anatomy:
    """Paints tissue after tissue into the three parameter volumes."""

    def __init__(self, case: SyntheticCase, contrasts: bool):
        self.case = case
        self.rng = case.rng("anatomy")
        self.grid = grid()
        i, j, k = (np.arange(n, dtype=np.float32) for n in SIZE_IJK)
        self.x = (_ORIGIN_MM[0] + SPACING_MM[0] * i)[None, None, :]
        self.y = (_ORIGIN_MM[1] + SPACING_MM[1] * j)[None, :, None]
        self.z = (_ORIGIN_MM[2] + SPACING_MM[2] * k)[:, None, None]
        shape = tuple(reversed(SIZE_IJK))
        self.s0, self.d, self.k = (np.zeros(shape, np.float32) for _ in range(3))
        self.shape = shape
        names = ("t1", "t1_fs", "t2_fs", "uptake", "parenchyma") if contrasts else ()
        self.contrasts = {name: np.zeros(shape, np.float32) for name in names}
        # A generator of its own: the diffusion images are the same with and without.
        self.contrast_rng = case.rng("contrast")

    def phantom(self) -> Phantom:
        """Paint from the outside to the inside; what is painted later lies over what was there."""
        warp_x, warp_y = 3.0 * self.noise(22.0), 3.0 * self.noise(22.0)
        self.px, self.py = self.x + warp_x, self.y + warp_y
        self.body()
        breasts = {side: self.breast(side) for side in ("right", "left")}
        self.texture = {"d": self.noise(4.0), "k": self.noise(4.0), "s0": self.noise(5.0)}
        for side, (inside, nipple) in breasts.items():
            self.fibroglandular(side, inside, nipple)
        lesion, exclusions = self.lesion(*breasts[self.case.side])
        receive = self.receive_sensitivity()
        self.s0 *= receive
        np.minimum(self.k, _MONOTONE / np.maximum(self.d, 1e-3), out=self.k)
        tissue = self.s0 > 0
        self.d *= tissue
        self.k *= tissue
        for name in ("t1", "t1_fs", "t2_fs"):
            if name in self.contrasts:
                self.contrasts[name] *= receive
        return Phantom(self.grid, self.s0, self.d, self.k, lesion, exclusions, self.contrasts)

    # ------------------------------------------------------------------ painting
    def noise(self, length_mm: float, rng: np.random.Generator | None = None) -> np.ndarray:
        """A smooth random field, mean 0 and SD 1, correlated over about ``length_mm``; (k, j, i) float32."""
        # Long waves are drawn on a coarse grid and stretched: the same field for a fraction of the time.
        steps = [max(length_mm / 2.0, spacing) for spacing in SPACING_MM[::-1]]
        sides = [(n - 1) * spacing for n, spacing in zip(self.shape, SPACING_MM[::-1], strict=True)]
        coarse = tuple(max(4, int(np.ceil(side / step)) + 1) for side, step in zip(sides, steps, strict=True))
        field = (rng or self.rng).standard_normal(coarse, dtype=np.float32)
        field = ndimage.gaussian_filter(field, [length_mm / step / 2.0 for step in steps], mode="wrap")
        for axis, n in enumerate(self.shape):
            field = np.moveaxis(np.tensordot(_stretch(field.shape[axis], n), field, (1, axis)), 0, axis)
        return (field - field.mean()) / field.std()

    def paint(
        self, fraction: np.ndarray, s0: np.ndarray | float, d: np.ndarray | float, k: np.ndarray | float
    ) -> None:
        """Lay a tissue over the volumes where it fills ``fraction`` (0 to 1) of the voxel."""
        for volume, value in ((self.s0, s0), (self.d, d), (self.k, k)):
            volume += fraction * (value - volume)

    def tissue(self, fraction: np.ndarray, name: str) -> None:
        """Lay a tissue of the table over the volumes."""
        self.paint(fraction, *TISSUES[name])
        self.contrast(fraction, name)

    def contrast(self, fraction: np.ndarray, name: str, uptake: np.ndarray | float | None = None) -> None:
        """Lay what T1, T2 and the dynamic series see of a tissue over their volumes, if they are asked for."""
        if not self.contrasts:
            return
        t1, t1_fs, t2_fs, own = CONTRASTS[name]
        values = {
            "t1": t1,
            "t1_fs": t1_fs,
            "t2_fs": t2_fs,
            "uptake": own if uptake is None else uptake,
            "parenchyma": 1.0 if name == "fibroglandular" else 0.0,
        }
        for key, value in values.items():
            self.contrasts[key] += fraction * (value - self.contrasts[key])

    # ------------------------------------------------------------------ the body
    def front(self, x: Any) -> Any:
        """Where the skin of the chest lies without breasts [mm], posterior positive; ``x``: number or array [mm]."""
        return 4.0 + 0.0027 * x**2

    def body(self) -> None:
        """Chest wall: skin, fat, pectoral muscle, ribs, heart and lung."""
        self.depth = self.py - self.front(self.px)
        inside = edge(-self.depth)
        self.tissue(inside, "skin")
        self.tissue(edge(2.2 - self.depth), "fat")
        across = np.abs(self.px)
        sternum = edge(across - 17.0)
        self.tissue(edge(11.0 - self.depth) * (1 - sternum), "muscle")
        stripes = 0.5 + 0.5 * np.sin(2 * np.pi * (0.9 * across + 1.1 * self.z) / 27.0)
        self.tissue(edge(22.0 - self.depth) * (0.35 + 0.65 * (stripes > 0.45)), "bone")
        self.tissue(edge(31.0 - self.depth), "lung")
        heart = np.sqrt(
            ((self.px - 30.0) / 58.0) ** 2 + ((self.py - 78.0) / 40.0) ** 2 + ((self.z + 20.0) / 75.0) ** 2
        )
        s0, d, k = TISSUES["blood"]
        # The beating heart loses signal unevenly, and most of it under diffusion weighting.
        self.paint(edge(40.0 * (heart - 1.0)), s0 * np.exp(0.4 * self.noise(16.0)), d, k)
        self.contrast(edge(40.0 * (heart - 1.0)), "blood")
        for x in (-24.0, 24.0):  # internal mammary vessels
            self.tissue(edge(np.hypot(self.px - x, self.depth - 20.0) - 1.8), "vessel")

    def breast(self, side: str) -> tuple[np.ndarray, tuple[float, float, float]]:
        """One breast: skin, fat, Cooper's ligaments; returns the depth below its skin [mm] and the nipple [mm]."""
        sign = -1.0 if side == "right" else 1.0
        wobble = 1.0 + 0.05 * self.rng.standard_normal(3)
        cx, width, length = sign * 84.0, 62.0 * wobble[0], 103.0 * wobble[1]
        cy = float(self.front(np.float32(cx))) + 12.0
        # Craniocaudal profile, fullest a little below the middle.
        z0 = -6.0
        profile = np.sqrt(np.clip(1.0 - ((self.z - z0) / (78.0 * wobble[2])) ** 2, 0.02, None))
        u = (self.px - cx - 0.06 * sign * (cy - self.py)) / (width * profile**0.6)
        v = (cy - self.py) / (length * profile)
        power = 2.25
        rho = (np.abs(u) ** power + np.abs(v) ** power) ** (1.0 / power)
        radius = np.hypot(u * width, v * length)
        outside = radius * (1.0 - 1.0 / np.maximum(rho, 1e-3))
        nipple = (cx + 0.06 * sign * length, cy - length, z0)
        tip = (
            np.sqrt((self.px - nipple[0]) ** 2 + (self.py - nipple[1] - 1.0) ** 2 + (self.z - z0) ** 2) - 6.0
        )
        outside = np.minimum(outside, tip)
        # Breast tissue ends at the pectoral muscle.
        in_front = edge(self.depth - 10.5)
        self.tissue(edge(outside) * in_front, "skin")
        fat = edge(outside + 2.2) * in_front
        self.tissue(fat, "fat")
        ligaments = np.clip(1.0 - np.abs(self.noise(11.0)) / 0.07, 0, 1) * fat * edge(outside + 3.5)
        self.tissue(0.35 * ligaments, "fibroglandular")
        self.tissue(0.8 * edge(tip + 1.0), "fibroglandular")
        return np.where(in_front > 0.99, -outside, -1.0), nipple

    def fibroglandular(self, side: str, depth: np.ndarray, nipple: tuple[float, float, float]) -> None:
        """A lobulated cone behind the nipple whose share of the breast is that of the FGT category."""
        behind = self.py - nipple[1]
        radial = np.hypot(self.px - nipple[0], 0.9 * (self.z - nipple[2]))
        cone = 1.25 - (radial / (10.0 + 0.55 * np.clip(behind, 0, None))) ** 2 - ((behind - 45.0) / 62.0) ** 2
        field = 1.1 * cone + 0.55 * self.noise(14.0) + 0.38 * self.noise(6.0)
        room = np.clip((depth - 6.0) / 6.0, 0.0, 1.0)
        breast = depth > 2.0
        level = np.quantile(np.where(room > 0.5, field, -9.0)[breast], 1.0 - _FGT_FRACTION[self.case.fgt])
        fraction = room / (1.0 + np.exp(np.clip(-(field - level) / 0.13, -30, 30)))
        s0, d, k = TISSUES["fibroglandular"]
        texture = self.texture
        self.paint(
            fraction,
            s0 * np.exp(0.14 * texture["s0"]),
            np.clip(d + 0.12 * texture["d"], 1.4, 2.4),
            np.clip(k - 0.05 * texture["d"] + 0.04 * texture["k"], 0.2, 0.7),
        )
        if self.contrasts:
            self.contrast(fraction, "fibroglandular", self.background_uptake(fraction))
        for _ in range(3 if side == self.case.side else 2):  # subcutaneous vessels
            self.vessel(nipple, depth)

    def background_uptake(self, fraction: np.ndarray) -> np.ndarray:
        """Enhancement of the fibroglandular tissue: in as much of it as the category of BPE stands for."""
        patches = self.noise(7.0, self.contrast_rng)
        level = np.quantile(patches[fraction > 0.5], 1.0 - _BPE_FRACTION[self.case.bpe])
        return (_BPE_UPTAKE / (1.0 + np.exp(np.clip(-(patches - level) / 0.04, -30, 30)))).astype(np.float32)

    def vessel(self, nipple: tuple[float, float, float], depth: np.ndarray) -> None:
        """A thin bright vessel that runs from the chest wall towards the nipple."""
        start = np.array([nipple[0] + self.rng.uniform(-48, 48), nipple[1] + 88.0, self.rng.uniform(-30, 30)])
        end = np.array([nipple[0] + self.rng.uniform(-16, 16), nipple[1] + 18.0, self.rng.uniform(-15, 15)])
        t = np.clip((self.py - end[1]) / (start[1] - end[1]), 0.0, 1.0)
        bend = 7.0 * np.sin(np.pi * t * self.rng.uniform(1.0, 2.2))
        x, z = end[0] + t * (start[0] - end[0]) + bend, end[2] + t * (start[2] - end[2])
        along = (t > 0.02) & (t < 0.98) & (depth > 3.0)
        self.tissue(0.8 * along * edge(np.hypot(self.px - x, (self.z - z) / 1.6) - 1.1), "vessel")

    # ------------------------------------------------------------------ the lesion
    def lesion(
        self, depth: np.ndarray, nipple: tuple[float, float, float]
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Paint edema, lesion, necrosis and cyst; return the lesion and what a reader leaves out."""
        case = self.case
        sign = -1.0 if case.side == "right" else 1.0
        behind = self.rng.uniform(42.0, 58.0)
        centre = np.array(
            [
                nipple[0] + sign * self.rng.uniform(-4.0, 20.0),
                nipple[1] + behind,
                nipple[2] + self.rng.uniform(-10.0, 10.0),
            ]
        )
        if case.at_chest_wall:
            centre[1] = float(self.front(np.float32(centre[0]))) + 12.5 - 0.38 * case.lesion_size_mm
        # In the middle of a slice, so that thin spicules do not vanish between two.
        centre[2] = _ORIGIN_MM[2] + SPACING_MM[2] * round((centre[2] - _ORIGIN_MM[2]) / SPACING_MM[2])
        breast = edge(2.0 - depth)
        mass_size = case.lesion_size_mm if case.lesion_type == MASS else 0.45 * case.lesion_size_mm
        distance = np.full(self.shape, 1e3, np.float32)
        clumps = np.ones(self.shape, np.float32)
        if case.lesion_type != NME:
            distance = self.mass(centre, mass_size / 2.0)
        if case.lesion_type != MASS:
            # Beside the mass, or the region would disappear in it.
            shift = 0.0 if case.lesion_type == NME else 0.3 * case.lesion_size_mm
            nme, clumps = self.non_mass(centre + np.array([-sign * 0.5 * shift, shift, 0.0]), nipple)
            clumps = np.where(distance < 0, 1.0, clumps)
            distance = np.minimum(distance, nme)
        fraction = edge(distance) * breast
        if case.peritumoral_edema:
            halo = np.exp(-np.clip(distance, 0, None) / 5.0) * (1.0 + 0.5 * self.noise(7.0))
            self.tissue(np.clip(0.75 * halo, 0, 0.9) * breast * (depth > 4), "edema")

        texture_d, texture_k = self.noise(3.5), self.noise(3.5)
        core = np.clip(-distance / (0.5 * mass_size + 1e-3), 0.0, 1.0) if case.lesion_type == MASS else 0.0
        # Cells are densest in clumps and at the growing edge.
        d = case.lesion_d * (1.0 + 0.11 * texture_d) + 0.45 * (1.0 - clumps) + 0.06 * core
        k = case.lesion_k * (1.0 + 0.08 * texture_k) - 0.22 * (d - case.lesion_d)
        bright = 1.15 if case.t2_hyperintensity else 1.0
        s0 = (
            _LESION_SIGNAL
            * case.relative_signal
            * bright
            * (1.0 + 0.06 * self.noise(6.0))
            * (0.72 + 0.28 * clumps)
        )
        self.paint(fraction, s0, np.clip(d, 0.6, 2.4), np.clip(k, 0.1, 1.5))
        if self.contrasts:
            name = "bright lesion" if case.t2_hyperintensity else "lesion"
            self.contrast(fraction, name, self.lesion_uptake(distance, clumps, mass_size))
        lesion = fraction > 0.5

        exclusions = {}
        if case.necrosis:
            inner = self.blob(centre, case.necrosis_part * mass_size / 2.0, 0.28)
            self.tissue(edge(inner), "necrosis")
            exclusions["necrosis"] = lesion & (edge(inner) > 0.35)
        if case.mass_enhancement == "dark_internal_septations":
            septa = np.clip(1.0 - np.abs(self.noise(9.0)) / 0.16, 0, 1) * edge(distance + 1.0)
            self.paint(0.6 * septa, 420.0, 1.45, 0.7)
            self.contrast(0.8 * septa, "septum")
        if case.cyst:
            at = centre + np.array([-sign * (mass_size / 2.0 + 9.0), 9.0, 4.0])
            ball = np.sqrt(((self.x - at[0]) ** 2 + (self.y - at[1]) ** 2) + (self.z - at[2]) ** 2) - 5.5
            self.tissue(edge(ball) * breast, "cyst")
            touching = lesion & (edge(ball) > 0.35)
            if touching.any():
                exclusions["cyst"] = touching
        if case.multifocal:
            satellite = centre + np.array([sign * 6.0, -mass_size / 2.0 - 13.0, -6.0])
            second = edge(self.blob(satellite, 4.5, 0.2)) * breast
            self.paint(second, s0, np.clip(d, 0.6, 2.4), np.clip(k, 0.1, 1.5))
            self.contrast(second, "lesion")
        return lesion, exclusions

    def lesion_uptake(self, distance: np.ndarray, clumps: np.ndarray, mass_size: float) -> np.ndarray:
        """Early enhancement in the lesion as its descriptors have it: even, uneven, at the rim, in clumps."""
        case = self.case
        uptake = np.full(self.shape, CONTRASTS["lesion"][3], np.float32)
        if case.lesion_type != MASS:
            uptake *= 0.25 + 0.75 * clumps
        if case.mass_enhancement == "rim":
            depth = np.clip(-distance / (0.35 * mass_size / 2.0), 0.0, 1.0)
            uptake *= 1.0 - 0.75 * depth
        elif "heterogeneous" in (case.mass_enhancement, case.nme_enhancement):
            uptake *= np.clip(1.0 + 0.3 * self.noise(4.5, self.contrast_rng), 0.35, 1.5)
        return uptake

    def mass(self, centre: np.ndarray, radius: float) -> np.ndarray:
        """Signed distance [mm, negative inside] to a mass of the case's shape and margin."""
        shape, margin = str(self.case.mass_shape), str(self.case.mass_margin)
        irregular = {"round": 0.04, "oval": 0.05, "irregular": 0.14}[shape]
        irregular += {"circumscribed": 0.0, "irregular": 0.08, "spiculated": 0.05}[margin]
        axes = {"round": (1.0, 1.0, 1.0), "oval": (1.0, 0.68, 0.75), "irregular": (1.0, 0.85, 0.85)}[shape]
        distance = self.blob(centre, radius, irregular, axes)
        if margin == "spiculated":
            box = tuple(
                slice(
                    int(np.searchsorted(at.ravel(), c - 2 * radius)),
                    int(np.searchsorted(at.ravel(), c + 2 * radius)),
                )
                for at, c in zip((self.z, self.y, self.x), centre[::-1], strict=True)
            )
            dz, dy, dx = (
                self.z[box[0]] - centre[2],
                self.y[:, box[1]] - centre[1],
                self.x[:, :, box[2]] - centre[0],
            )
            square = dx**2 + dy**2 + dz**2
            for number in range(14):
                angle, tilt = (
                    2 * np.pi * (number + self.rng.uniform(-0.4, 0.4)) / 14,
                    self.rng.normal(0.0, 0.12),
                )
                direction = np.cos(tilt) * np.cos(angle), np.cos(tilt) * np.sin(angle), np.sin(tilt)
                along = direction[0] * dx + direction[1] * dy + direction[2] * dz
                off = np.sqrt(np.maximum(square - along**2, 0.0))
                reach = radius * self.rng.uniform(1.45, 1.95)
                thickness = 3.6 * np.clip((reach - along) / (reach - 0.6 * radius), 0.0, 1.0)
                spicule = np.where((along > 0) & (along < reach), off - thickness, 1e3)
                distance[box] = np.minimum(distance[box], spicule)
        return distance

    def blob(
        self,
        centre: np.ndarray,
        radius: float,
        irregular: float,
        axes: tuple[float, float, float] = (1, 1, 1),
    ) -> np.ndarray:
        """Signed distance [mm] to a ball or ellipsoid with an uneven surface."""
        angle = self.rng.uniform(0, np.pi)
        dx, dy, dz = self.x - centre[0], self.y - centre[1], self.z - centre[2]
        u = (np.cos(angle) * dx + np.sin(angle) * dy) / axes[0]
        v = (-np.sin(angle) * dx + np.cos(angle) * dy) / axes[1]
        uneven = irregular * radius * (0.75 * self.noise(0.8 * radius) + 0.4 * self.noise(0.35 * radius))
        return np.sqrt(u**2 + v**2 + (dz / axes[2]) ** 2) - radius + uneven

    def non_mass(
        self, centre: np.ndarray, nipple: tuple[float, float, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Signed distance [mm] to a non-mass region, and how much of each voxel is clumps (0 to 1)."""
        case = self.case
        size = case.lesion_size_mm
        if case.nme_distribution == "segmental":
            # A wedge along a duct, its apex towards the nipple.
            apex = np.array([nipple[0], nipple[1] + 14.0, nipple[2]])
            axis = centre - apex
            axis /= np.linalg.norm(axis)
            dx, dy, dz = self.x - apex[0], self.y - apex[1], self.z - apex[2]
            along = axis[0] * dx + axis[1] * dy + axis[2] * dz
            in_plane = np.abs(-axis[1] * dx + axis[0] * dy)
            half = 3.0 + 0.34 * np.clip(along, 0, None)
            region = np.maximum.reduce(
                [in_plane - half, np.abs(dz - axis[2] * along) - 0.75 * half, along - size, -along]
            )
        else:
            flat = {"focal": (1.0, 0.75, 0.6), "regional": (1.0, 0.8, 0.65)}[str(case.nme_distribution)]
            region = self.blob(centre, size / (3.4 if case.nme_distribution == "focal" else 2.2), 0.2, flat)
        region = region + 2.2 * self.noise(9.0)
        fine = {"clumped": 3.8, "clustered_ring": 5.5, "heterogeneous": 8.0, "homogeneous": 8.0}[
            str(case.nme_enhancement)
        ]
        field = self.noise(fine)
        clumps = 1.0 / (1.0 + np.exp(-(field + 0.35) / 0.22))
        if case.nme_enhancement == "clustered_ring":
            clumps = clumps * (1.0 - 0.8 / (1.0 + np.exp(-(field - 0.9) / 0.15)))
        return region, clumps.astype(np.float32)

    def receive_sensitivity(self) -> np.ndarray:
        """The coil lies in front: signal falls by a third towards the back (cancels in every map)."""
        return (1.08 - 0.0022 * (self.y + 60.0) + 0.0 * self.x + 0.0 * self.z).astype(np.float32)


def edge(distance: np.ndarray) -> np.ndarray:
    """How much of a voxel lies inside a surface at this signed distance [mm, negative inside]: 0 to 1."""
    return np.clip(0.5 - distance / SPACING_MM[0], 0.0, 1.0).astype(np.float32)


def _stretch(short: int, long: int) -> np.ndarray:
    """Matrix (long, short) of the linear interpolation between ``short`` points."""
    at = np.linspace(0.0, short - 1.0, long)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(short))).astype(np.float32)
