"""The 21 features of one VOI against pyradiomics and plain numpy + scipy."""

import numpy as np
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.histogram import measure_voi
from made_up_volume import B_VALUES, lesion, series
from measure import Timing, interleaved


def against_peers(rounds: int) -> tuple[list[Timing], list[str]]:
    """Three maps of a whole volume, one VOI. Returns the timings and how far the numbers agree."""
    import SimpleITK as sitk
    from scipy import stats

    maps = fit_maps(series(1), B_VALUES)
    voi = lesion()
    # Every peer takes all voxels of its mask as valid, so it gets those of K_app.
    usable = voi & (maps.quality == 0)
    arrays = {"ADC": maps.adc, "D": maps.d_app, "K": maps.k_app}

    def plain():
        for array in arrays.values():
            x = array[usable].astype(np.float64)
            bins = np.unique(np.floor(x / 0.05), return_counts=True)[1] / x.size
            _ = (x.mean(), *np.percentile(x, (5, 50, 95)), stats.skew(x), stats.kurtosis(x))
            _ = -(bins * np.log2(bins)).sum()

    ours = "**21 features of one VOI**"
    ways = {ours: lambda: measure_voi(maps, voi), "numpy + scipy with whole-volume masks": plain}
    notes = [f"VOI of {int(voi.sum())} voxels in a volume of {voi.size}; three maps."]
    try:
        import logging

        from radiomics import firstorder

        logging.getLogger("radiomics").setLevel(logging.ERROR)
    except ImportError:
        notes.append("pyradiomics cannot be installed here: not compared.")
        return interleaved(ways, ours, rounds), notes

    images = {name: sitk.GetImageFromArray(np.nan_to_num(array)) for name, array in arrays.items()}
    mask = sitk.GetImageFromArray(usable.astype(np.uint8))
    wanted = {
        "Mean": "mean",
        "Median": "median",
        "Skewness": "skewness",
        "Kurtosis": "kurtosis",
        "Entropy": "entropy",
    }

    def pyradiomics():
        found = {}
        for name, image in images.items():
            features = firstorder.RadiomicsFirstOrder(image, mask, binWidth=0.05, label=1)
            features.disableAllFeatures()
            for feature in (*wanted, "10Percentile", "90Percentile"):
                features.enableFeatureByName(feature)
            found |= {
                f"{name}_{wanted[key]}": value for key, value in features.execute().items() if key in wanted
            }
        return found

    ways["pyradiomics first-order class (5 same, p10, p90)"] = pyradiomics
    same = measure_voi(maps, usable).values
    theirs = pyradiomics()
    gap = max(
        abs(float(value) - (3.0 if name.endswith("kurtosis") else 0.0) - same[name])
        for name, value in theirs.items()
    )
    notes.append(f"Largest difference of a feature, kurtosis after - 3: {gap:.1e}.")
    return interleaved(ways, ours, rounds), notes
