"""Compare the intake with dcm2niix on the images its authors publish for that purpose (needs them on the disk).

    git clone https://github.com/neurolabusc/dcm_qa_xa60
    python HER2LowMRI/Testing/compare_with_dcm2niix.py dcm_qa_xa60

Each of those folders has DICOM in ``In`` and what dcm2niix made of it in ``Ref``. For every ``.bval`` file there the
series is read by ``read_dwi``; b-values, numbers of volumes, voxels and their places must agree. Others that hold
diffusion series: dcm_qa_canon_61, dcm_qa_ge, dcm_qa_philips, dcm_qa_philips_enh, dcm_qa_toshiba, dcm_qa_xa30.
"""

import gzip
import re
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.intake import DiffusionSeries, read_dwi
from HER2LowMRILib.images.intake.dicom_frames import hush_pydicom

Series = dict[tuple[int, str], list[Path]]


def series_of(folder: Path, unpacked: Path) -> Series:
    """Files by series number and folder; what is packed by gzip is unpacked first."""
    found: Series = defaultdict(list)
    for number, file in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
        source = file
        if file.suffix == ".gz":
            source = unpacked / f"{number}.dcm"
            source.write_bytes(gzip.decompress(file.read_bytes()))
        try:
            header = pydicom.dcmread(source, stop_before_pixels=True, specific_tags=["SeriesNumber"])
        except pydicom.errors.InvalidDicomError:
            continue
        if header.get("SeriesNumber"):
            found[int(header.SeriesNumber), str(file.parent.relative_to(folder))].append(source)
    return found


def belonging(bval: Path, series: Series) -> list[list[Path]]:
    """Series whose number stands in the name of the file; of classic and enhanced ones of a number, those it names."""
    numbers = {int(text) for text in re.findall(r"(?<![A-Za-z\d])\d+(?![A-Za-z\d])", bval.stem)}
    found = {key: files for key, files in series.items() if key[0] in numbers}
    for kind in ("cl", "enh", "XA60", "XA61"):
        if kind in bval.stem and any(kind in key[1].split("/") for key in found):
            found = {key: files for key, files in found.items() if kind in key[1].split("/")}
    return list(found.values())


def difference(read: DiffusionSeries, nifti: Path, b_values: np.ndarray) -> float:
    """Largest difference of a voxel from the mean (b 0) or geometric mean of the volumes of its b-value, relative."""
    image = sitk.ReadImage(str(nifti), sitk.sitkFloat32)
    grid = read.grid.to_sitk(np.zeros(read.grid.shape, np.float32))
    largest = 0.0
    for one in read.images:
        volumes = []
        for index in np.flatnonzero(np.abs(b_values - one.b_value) <= max(5, 0.02 * one.b_value)):
            placed = sitk.Resample(
                image[:, :, :, int(index)], grid, sitk.Transform(), sitk.sitkNearestNeighbor, np.nan
            )
            volumes.append(sitk.GetArrayFromImage(placed).astype(float))
        with np.errstate(divide="ignore"):
            expected = np.mean(volumes, 0) if one.b_value == 0 else np.exp(np.mean(np.log(volumes), 0))
        apart = np.abs(one.array - expected) / np.maximum(expected, 1)
        largest = max(largest, float(apart.max()) if np.isfinite(apart).all() else float("inf"))
    return largest


def compare(folder: Path) -> int:
    """Print one line for each ``.bval`` file; returns how many do not agree."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        series = series_of(folder / "In", Path(name))
        for bval in sorted((folder / "Ref").glob("*.bval")):
            b_values = np.array([float(text) for text in bval.read_text().split()])
            stated = Counter(float(f"{b:.3g}") if b > 5 else 0.0 for b in b_values)
            nifti = next(
                (p for p in (bval.with_suffix(".nii"), bval.with_suffix(".nii.gz")) if p.exists()), None
            )
            for files in belonging(bval, series):
                try:
                    read = read_dwi(files)
                except HER2LowMRIError as error:
                    line = f"refused: {error}"
                    wrong += 1
                else:
                    if read.images[-1].b_value == 0:
                        continue  # another sequence of the same number, in another examination
                    ours = {float(f"{one.b_value:.3g}") for one in read.images}
                    apart = difference(read, nifti, b_values) if nifti is not None else None
                    agrees = ours == set(stated) and (apart is None or apart < 1e-6)
                    wrong += not agrees
                    voxels = (
                        "no images to compare with" if apart is None else f"largest difference {apart:.1g}"
                    )
                    line = f"{'agrees' if agrees else 'DIFFERS'}: b {read.b_values}, {voxels}"
                sys.stdout.write(f"{bval.stem}: {dict(stated)}; {line}\n")
    return wrong


if __name__ == "__main__":
    hush_pydicom()
    sys.exit(1 if sum(compare(Path(folder)) for folder in sys.argv[1:]) else 0)
