"""The fit against the time of its own logarithms, and against what others use for the same numbers."""

import tracemalloc
import warnings

import numpy as np
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from made_up_volume import B_VALUES, series
from measure import Timing, interleaved

OPTIONS = FitOptions(noise_floor=60.0, saturation=4095.0)


def scratch_megabytes() -> float:
    """Memory of a whole-volume fit beyond its input and output."""
    signals = [s.astype(np.float32) for s in series(1)]
    fit_maps(signals, B_VALUES, options=OPTIONS)
    tracemalloc.start()
    maps = fit_maps(signals, B_VALUES, options=OPTIONS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - sum(m.nbytes for m in (maps.adc, maps.d_app, maps.k_app, maps.quality))) / 1e6


def against_logarithms(rounds: int) -> list[Timing]:
    """Whole volume, 1.6 million voxels; the reference is four numpy.log into memory that is already there."""
    stored = [np.maximum(image, 1) for image in series(1)]  # numpy.log of 0 would warn
    signals = np.stack(stored).astype(np.float32)
    logs = np.empty_like(signals)
    return interleaved(
        {
            "four numpy.log of the same float32 array, in place": lambda: np.log(signals, out=logs),
            "four numpy.log of the same float32 array, new array": lambda: np.log(signals),
            "**ADC + D_app + K_app + classes, float32**": lambda: fit_maps(
                signals, B_VALUES, options=OPTIONS
            ),
            "the same from int16": lambda: fit_maps(stored, B_VALUES, options=OPTIONS),
            "the same in float64": lambda: fit_maps(
                stored, B_VALUES, options=FitOptions(noise_floor=60.0, saturation=4095.0, precision="float64")
            ),
            "any number of b-values (general path, float64)": lambda: fit_maps(
                stored, B_VALUES, options=FitOptions(noise_floor=60.0, saturation=4095.0, s0="measured")
            ),
            "non-linear least squares": lambda: fit_maps(
                stored, B_VALUES, options=FitOptions(noise_floor=60.0, saturation=4095.0, model="nlls")
            ),
        },
        "four numpy.log of the same float32 array, in place",
        rounds,
    )


def against_peers(rounds: int) -> tuple[list[Timing], list[str]]:
    """Time per voxel on tissue; slow peers fit a part of it. Returns the timings and how far the numbers agree."""
    from scipy.optimize import curve_fit

    tissue = [s[:, 80:].reshape(-1).astype(np.float32) for s in series(1)]
    b = np.array(B_VALUES) / 1000
    ours = "**HER2LowMRI, float32**"
    ways = {ours: lambda: fit_maps(tissue, B_VALUES)}
    work = {ours: float(tissue[0].size)}
    notes = []

    part = np.stack([s[:100] for s in tissue], axis=1).astype(np.float64)

    def model(x, s0, d, k):
        return s0 * np.exp(-x * d + x**2 * d**2 * k / 6)

    def per_voxel(**limits):
        found = []
        for voxel in part:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    found.append(
                        curve_fit(model, b, voxel, p0=(voxel[0], 1.2, 0.9), maxfev=2000, **limits)[0]
                    )
                except RuntimeError:
                    found.append((np.nan,) * 3)
        return np.array(found)

    bounds = ([0, 0, -1], [np.inf, 4, 4])
    ways["scipy curve_fit per voxel (lm)"] = lambda: per_voxel(method="lm")
    ways["scipy curve_fit per voxel (trf with bounds)"] = lambda: per_voxel(bounds=bounds)
    work |= dict.fromkeys(list(ways)[1:], float(len(part)))
    nlls = fit_maps(list(part.T), B_VALUES, options=FitOptions(model="nlls", precision="float64"))
    difference = np.nanmedian(np.abs(per_voxel(method="lm")[:, 1] - nlls.d_app))
    notes.append(
        f"scipy curve_fit and our non-linear fit: median difference of D {difference:.1e} (1e-3 mm2/s)."
    )

    try:
        from dipy.core.gradients import gradient_table
        from dipy.reconst.msdki import MeanDiffusionKurtosisModel
    except ImportError:
        notes.append("dipy is not installed here: not compared.")
    else:
        # The mean over directions is what dipy fits; three equal directions give it the trace-weighted signal.
        b_dipy = np.repeat(B_VALUES, 3)
        directions = np.tile(np.eye(3), (len(B_VALUES), 1)) * (b_dipy > 0)[:, None]
        table = gradient_table(b_dipy, bvecs=directions, b0_threshold=10)
        peer = MeanDiffusionKurtosisModel(table)
        data = np.repeat(np.stack([s[:4000] for s in tissue], axis=1), 3, axis=1).astype(np.float64)
        name = "dipy MSDKI"
        ways[name] = lambda: peer.fit(data)
        work[name] = float(len(data))
        theirs = peer.fit(data)
        same = fit_maps(list(data[:, ::3].T), B_VALUES, options=FitOptions(precision="float64"))
        gap = np.abs(theirs.msd * 1000 - same.d_app).max()
        notes.append(f"dipy MSDKI and our float64 fit: largest difference of D {gap:.1e} (1e-3 mm2/s).")
    return interleaved(ways, ours, rounds, work), notes
