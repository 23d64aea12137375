"""T1, fat-suppressed T2 and the dynamic series of a synthetic patient: what lies beside the diffusion images.

Six phases, one before contrast, on a finer grid than the diffusion images; in one patient of twelve that grid is tilted
against theirs. Tissues take up contrast agent by curves of their own, the lesion by the curve type that is true of it.
"""

from pathlib import Path

import numpy as np
from scipy import ndimage

from HER2LowMRILib.images.image_grid import ImageGrid, triple
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.synthetic.cases import SyntheticCase
from HER2LowMRILib.synthetic.dwi_series import NOISE_SD, PUBLIC_TAG, image_uid, series_header, write_planes

SPACING_MM, SIZE_IJK, CENTRE_MM = (1.2, 1.2, 3.0), (280, 170, 32), (0.0, 5.0, 0.0)
TILT_DEG, TILTED_NUMBER = 3.0, 3
# Start of each phase after the first [s].
PHASE_TIMES_S = (0.0, 90.0, 160.0, 230.0, 300.0, 370.0)
PERSISTENT, PLATEAU, WASHOUT = "persistent", "plateau", "washout"
# Enhancement of each phase as a part of the early enhancement.
_LESION_CURVES = {
    WASHOUT: (0.0, 1.0, 0.97, 0.85, 0.72, 0.60),
    PLATEAU: (0.0, 1.0, 1.03, 1.04, 1.03, 1.01),
    PERSISTENT: (0.0, 0.60, 0.78, 0.95, 1.08, 1.20),
}
_TISSUE_CURVE = (0.0, 0.60, 0.75, 0.87, 0.95, 1.0)
_VESSEL_CURVE = (0.0, 1.0, 0.92, 0.86, 0.82, 0.78)
_VESSEL_UPTAKE = 1.75
T2_SERIES, T1_SERIES, DCE_SERIES = 2, 3, 10
_FOLDERS = {T2_SERIES: "t2", T1_SERIES: "t1", DCE_SERIES: "dce"}


def curve_type(case: SyntheticCase) -> str:
    """The delayed enhancement that is true of the lesion: "washout", "plateau" or "persistent"."""
    return str(case.rng("curve type").choice([WASHOUT, PLATEAU, PERSISTENT], p=[0.5, 0.3, 0.2]))


def grid_of(case: SyntheticCase) -> ImageGrid:
    """The grid of T1, T2 and dynamic series; of one patient of twelve tilted about the axis from right to left."""
    angle = np.radians(TILT_DEG if case.number % 12 == TILTED_NUMBER else 0.0)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    axes = np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
    middle = (np.asarray(SIZE_IJK) - 1) / 2.0 * SPACING_MM
    origin = np.asarray(CENTRE_MM) - axes @ middle
    return ImageGrid(SIZE_IJK, SPACING_MM, triple(origin), tuple(map(float, axes.ravel())))


def on_grid(volume: np.ndarray, of: ImageGrid, to: ImageGrid) -> np.ndarray:
    """A volume (k, j, i) on another grid, by linear interpolation; 0 outside."""
    # Index on one grid -> index on the other, as scipy has it: along k, j, i.
    step = np.linalg.inv(of.ijk_to_lps()) @ to.ijk_to_lps()
    flip = np.eye(3)[::-1]
    matrix, offset = flip @ step[:3, :3] @ flip, step[:3, 3][::-1]
    found: np.ndarray = ndimage.affine_transform(
        volume, matrix, offset, output_shape=to.shape, order=1, mode="constant", cval=0.0, prefilter=False
    )
    return found


def signals(case: SyntheticCase, phantom: Phantom) -> dict[str, np.ndarray]:
    """Signal without noise, each (k, j, i) float32 on the finer grid: "t1", "t2", "dce 0" ... "dce 5".

    The phantom must have been built with its contrasts.
    """
    to = grid_of(case)
    fine = {name: on_grid(volume, phantom.grid, to) for name, volume in phantom.contrasts.items()}
    lesion = on_grid(phantom.lesion.astype(np.float32), phantom.grid, to) > 0.2
    uptake = fine["uptake"]
    vessels = ~lesion & (uptake > _VESSEL_UPTAKE * 0.6)
    found = {"t1": fine["t1"], "t2": fine["t2_fs"]}
    curve = _LESION_CURVES[curve_type(case)]
    for phase, (of_lesion, of_vessel, of_tissue) in enumerate(
        zip(curve, _VESSEL_CURVE, _TISSUE_CURVE, strict=True)
    ):
        part = np.where(lesion, of_lesion, np.where(vessels, of_vessel, of_tissue)).astype(np.float32)
        found[f"dce {phase}"] = fine["t1_fs"] * (1.0 + uptake * part)
    return found


def measured(case: SyntheticCase, phantom: Phantom) -> dict[str, np.ndarray]:
    """The signals with the noise of one average, 12 bits; uint16 (k, j, i) by the names of `signals`."""
    rng = case.rng("noise beside diffusion")
    images = {}
    for name, clean in signals(case, phantom).items():
        noisy = clean + np.float32(NOISE_SD) * rng.standard_normal(clean.shape, dtype=np.float32)
        images[name] = np.clip(np.rint(np.abs(noisy)), 0, 4095).astype(np.uint16)
    return images


def write_contrast_series(case: SyntheticCase, phantom: Phantom, folder: Path) -> list[Path]:
    """Write T2, T1 and the dynamic series into `t2`, `t1` and `dce` of a folder, one file for each slice and phase.

    Returns
    -------
    list of Path
    """
    images, grid = measured(case, phantom), grid_of(case)
    sequences: dict[int, tuple[str, dict[str, object], list[str]]] = {
        T2_SERIES: (
            "t2_tirm_tra",
            {
                "ScanningSequence": ["SE", "IR"],
                "RepetitionTime": "5600",
                "EchoTime": "60",
                "InversionTime": "230",
                "FlipAngle": "150",
                "EchoTrainLength": 15,
                "MRAcquisitionType": "2D",
                "ScanOptions": "IR",
            },
            ["t2"],
        ),
        T1_SERIES: (
            "t1_fl3d_tra_non-fs",
            {
                "ScanningSequence": "GR",
                "RepetitionTime": "6",
                "EchoTime": "2.5",
                "FlipAngle": "12",
                "EchoTrainLength": 1,
                "MRAcquisitionType": "3D",
                "ScanOptions": "PFP",
            },
            ["t1"],
        ),
        DCE_SERIES: (
            "t1_fl3d_tra_dynaVIEWS_1+5",
            {
                "ScanningSequence": "GR",
                "RepetitionTime": "4.5",
                "EchoTime": "1.7",
                "FlipAngle": "10",
                "EchoTrainLength": 1,
                "MRAcquisitionType": "3D",
                "ScanOptions": "FS",
            },
            [f"dce {phase}" for phase in range(len(PHASE_TIMES_S))],
        ),
    }
    start = {T2_SERIES: 300.0, T1_SERIES: 500.0, DCE_SERIES: 700.0}
    files: list[Path] = []
    for number, (description, tags, names) in sequences.items():
        header = series_header(case, PUBLIC_TAG)
        header.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        header.SeriesNumber, header.SeriesDescription = number, f"SYNTHETIC {description}"
        header.SeriesInstanceUID = image_uid(case, f"series {number}")
        for tag, value in tags.items():
            setattr(header, tag, value)
        phases: list[dict[str, object]] = []
        for phase in range(len(names)):
            time = _clock(start[number] + PHASE_TIMES_S[phase])
            own: dict[str, object] = {
                "AcquisitionTime": time,
                "ContentTime": time,
                "AcquisitionNumber": phase + 1,
            }
            if len(names) > 1:
                own |= {"TemporalPositionIdentifier": phase + 1, "NumberOfTemporalPositions": len(names)}
            phases.append(own)
        volumes = [images[name] for name in names]
        files += write_planes(
            case, header, volumes, phases, grid, folder / _FOLDERS[number], f"series {number}"
        )
    return files


def _clock(seconds: float) -> str:
    """DICOM time, seconds after noon."""
    whole = int(seconds)
    return f"{12 + whole // 3600:02d}{whole // 60 % 60:02d}{whole % 60:02d}"
