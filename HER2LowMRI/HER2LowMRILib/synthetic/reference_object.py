"""A digital reference object for ADC and kurtosis: a grid of D, K and SNR with its truth, in scanners' own forms.

Blocks of one tissue each: D along the columns, K along the rows, SNR along the slices (the first without noise). K goes
up to 1.5, or to where the signal would no longer fall at the highest b-value (b D K = 2.8): no tissue does that. The
signal is S0 exp(-b D + b^2 D^2 K / 6) (Jensen et al., MRM 2005;53:1432-1440, doi:10.1002/mrm.20508); within a block S0
varies, so that the rounding to whole numbers averages out. Noise is Rician.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from HER2LowMRILib.images.image_grid import ImageGrid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

D_VALUES = (0.4, 0.7, 1.0, 1.3, 1.6, 1.9, 2.2, 2.6)  # [1e-3 mm2/s]
K_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the largest K at each D
LARGEST_K, LARGEST_BDK, LARGEST_B = 1.5, 2.8, 2.0
SNR_VALUES = (float("inf"), 100.0, 50.0, 20.0)  # at b 0
B_SETS = {
    "paper": (0.0, 800.0, 1400.0, 2000.0),
    "two": (0.0, 800.0),
    "three": (0.0, 1000.0, 2000.0),
    "six": (0.0, 200.0, 500.0, 1000.0, 1500.0, 2000.0),
}
BLOCK = 12  # voxels along a side
_S0 = (18_000.0, 24_000.0)
_SPACING = (1.5, 1.5, 4.0)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReferenceObject:
    """The truth, arrays (k, j, i).

    Attributes
    ----------
    grid : ImageGrid
    s0 : ndarray
        [signal units]
    d : ndarray
        [1e-3 mm2/s]
    k, snr : ndarray
    """

    grid: ImageGrid
    s0: Array
    d: Array
    k: Array
    snr: Array

    def signals(self, b_values: Sequence[float], seed: int = 1) -> list[Array]:
        """Measured signals at every b-value [signal units]."""
        rng = np.random.default_rng(seed)
        sigma = np.where(np.isfinite(self.snr), self.s0.mean() / self.snr, 0.0)
        found = []
        for b in b_values:
            bd = b / 1000 * self.d
            clean = self.s0 * np.exp(-bd + bd**2 * self.k / 6)
            real = clean + sigma * rng.standard_normal(clean.shape)
            found.append(np.where(sigma > 0, np.hypot(real, sigma * rng.standard_normal(clean.shape)), clean))
        return found


def reference_object() -> ReferenceObject:
    """The object; always the same."""
    shape = (len(SNR_VALUES), len(K_SHARES) * BLOCK, len(D_VALUES) * BLOCK)
    slices, rows, columns = np.indices(shape)
    d = np.asarray(D_VALUES)[columns // BLOCK]
    k = np.asarray(K_SHARES)[rows // BLOCK] * np.minimum(LARGEST_K, LARGEST_BDK / (LARGEST_B * d))
    snr = np.asarray(SNR_VALUES)[slices]
    s0 = np.random.default_rng(2026).uniform(*_S0, shape)
    grid = ImageGrid((shape[2], shape[1], shape[0]), _SPACING, (-72.0, -54.0, -6.0))
    return ReferenceObject(grid, s0, d, k, snr)


# ---------------------------------------------------------------- DICOM
def _siemens(ds: "Dataset", b: float) -> None:
    block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", f"{b:g}")
    block.add_new(0x0D, "CS", "ISOTROPIC" if b else "NONE")
    ds.SequenceName = f"*ep_b{b:g}t" if b else "*ep_b0"


def _ge(ds: "Dataset", b: float) -> None:
    block = ds.private_block(0x0043, "GEMS_PARM_01", create=True)
    block.add_new(0x39, "IS", [str(1_000_000_000 + int(b) if b else 0), "8", "0", "0"])
    block.add_new(0x7F, "DS", ["1000000000"])


def _philips(ds: "Dataset", b: float) -> None:
    block = ds.private_block(0x2001, "Philips Imaging DD 001", create=True)
    block.add_new(0x03, "FL", b)
    block.add_new(0x04, "CS", "I")
    imaging = ds.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
    imaging.add_new(0x0E, "FL", 1.0)


def _canon(ds: "Dataset", b: float) -> None:
    if b:
        ds.DiffusionBValue = b


def _united_imaging(ds: "Dataset", b: float) -> None:
    block = ds.private_block(0x0065, "Image Private Header", create=True)
    block.add_new(0x09, "FD", b)


@dataclass(frozen=True)
class Maker:
    """How a maker's classic files say it."""

    manufacturer: str
    image_type: tuple[str, ...]
    state: Callable[["Dataset", float], None]


MAKERS = {
    "siemens": Maker("Siemens Healthineers", ("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"), _siemens),
    "ge": Maker("GE MEDICAL SYSTEMS", ("ORIGINAL", "PRIMARY", "OTHER"), _ge),
    "philips": Maker("Philips", ("ORIGINAL", "PRIMARY", "M_SE", "M", "SE"), _philips),
    "canon": Maker("CANON_MEC", ("ORIGINAL", "PRIMARY", "GDC"), _canon),
    "united_imaging": Maker("UIH", ("ORIGINAL", "PRIMARY", "M"), _united_imaging),
}


def write_classic(
    truth: ReferenceObject, signals: Sequence[Array], b_values: Sequence[float], maker: str, folder: Path
) -> None:
    """Write classic DICOM files, one per slice and b-value, with the tags of a maker (a key of ``MAKERS``)."""
    from pydicom.uid import MRImageStorage

    how = MAKERS[maker]
    folder.mkdir(parents=True)
    count = 0
    for b, signal in zip(b_values, signals, strict=True):
        for k, plane in enumerate(signal):
            count += 1
            ds = _header(truth, f"{maker} {len(b_values)}", MRImageStorage, count)
            ds.Manufacturer, ds.ImageType = how.manufacturer, list(how.image_type)
            ds.ImagePositionPatient = _position(truth, k)
            ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            ds.PixelSpacing = [truth.grid.spacing_mm[1], truth.grid.spacing_mm[0]]
            ds.SliceThickness = ds.SpacingBetweenSlices = truth.grid.spacing_mm[2]
            how.state(ds, b)
            _put_pixels(ds, plane)
            ds.save_as(folder / f"{count:04d}.dcm", enforce_file_format=True)


def write_enhanced(
    truth: ReferenceObject, signals: Sequence[Array], b_values: Sequence[float], file: Path
) -> None:
    """Write one enhanced multi-frame file with public tags."""
    from pydicom.dataset import Dataset
    from pydicom.uid import EnhancedMRImageStorage

    ds = _header(truth, f"enhanced {len(b_values)}", EnhancedMRImageStorage, 1)
    ds.Manufacturer, ds.ImageType = "SYNTHETIC", ["DERIVED", "PRIMARY", "DIFFUSION", "NONE"]
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures.PixelSpacing = [truth.grid.spacing_mm[1], truth.grid.spacing_mm[0]]
    measures.SliceThickness = truth.grid.spacing_mm[2]
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    ds.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for b, k in ((b, k) for b in b_values for k in range(truth.grid.shape[0])):
        frame, diffusion, place = Dataset(), Dataset(), Dataset()
        diffusion.DiffusionBValue = b
        diffusion.DiffusionDirectionality = "ISOTROPIC" if b else "NONE"
        place.ImagePositionPatient = _position(truth, k)
        frame.MRDiffusionSequence, frame.PlanePositionSequence = [diffusion], [place]
        frames.append(frame)
    ds.PerFrameFunctionalGroupsSequence = frames
    ds.NumberOfFrames = len(frames)
    _put_pixels(ds, np.concatenate(list(signals)))
    file.parent.mkdir(parents=True)
    ds.save_as(file, enforce_file_format=True)


def _header(truth: ReferenceObject, series: str, sop_class: str, number: int) -> "FileDataset":
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

    def uid(*what: str) -> UID:
        return UID(generate_uid(entropy_srcs=["HER2LowMRI reference object", *what]))

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = uid(series, str(number))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = uid(series), uid(series, "series")
    ds.FrameOfReferenceUID = uid("frame")
    ds.PatientName, ds.PatientID = "SYNTHETIC^REFERENCE OBJECT", "SYNTHETIC-DRO"
    ds.Modality, ds.SeriesDescription, ds.StudyDescription = "MR", "dwi reference object", "SYNTHETIC"
    ds.ImageComments = "SYNTHETIC: digital reference object, no patient"
    ds.SeriesNumber, ds.InstanceNumber = 1, number
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = truth.grid.shape[1:]
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit, ds.PixelRepresentation = 15, 0
    return ds


def _put_pixels(ds: "Dataset", signal: Array) -> None:
    ds.PixelData = np.rint(signal).astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"


def _position(truth: ReferenceObject, k: int) -> list[float]:
    x, y, z = truth.grid.origin_mm
    return [x, y, z + k * truth.grid.spacing_mm[2]]


# ---------------------------------------------------------------- the whole
def write_reference_object(out: Path) -> Iterator[str]:
    """Write the object in every form: ``<b-set>/<form>``, and the truth.

    Yields
    ------
    str
        What was written, one form after the other.
    """
    import SimpleITK as sitk

    truth = reference_object()
    for name, array in {"D": truth.d, "K": truth.k, "SNR": truth.snr}.items():
        place = out / "truth" / f"{name}.nrrd"
        place.parent.mkdir(parents=True, exist_ok=True)
        sitk.WriteImage(truth.grid.to_sitk(array.astype(np.float32)), str(place))
    yield "truth"
    for name, b_values in B_SETS.items():
        signals = truth.signals(b_values)
        for maker in MAKERS:
            write_classic(truth, signals, b_values, maker, out / name / maker)
            yield f"{name}/{maker}"
        write_enhanced(truth, signals, b_values, out / name / "enhanced" / "dwi.dcm")
        yield f"{name}/enhanced"
        _write_volumes(truth, signals, b_values, out / name)
        yield f"{name}/nifti"
        yield f"{name}/nrrd"


def _write_volumes(
    truth: ReferenceObject, signals: Sequence[Array], b_values: Sequence[float], folder: Path
) -> None:
    """4D NIfTI with .bval, and one NRRD with MultiVolume keys; as floating point, not rounded."""
    import SimpleITK as sitk

    volumes = [truth.grid.to_sitk(signal.astype(np.float32)) for signal in signals]
    (folder / "nifti").mkdir(parents=True)
    (folder / "nrrd").mkdir()
    sitk.WriteImage(sitk.JoinSeries(volumes), str(folder / "nifti" / "dwi.nii.gz"))
    (folder / "nifti" / "dwi.bval").write_text(" ".join(f"{b:g}" for b in b_values) + "\n")
    several = sitk.Compose(volumes)
    several.SetMetaData("MultiVolume.FrameLabels", ",".join(f"{b:g}" for b in b_values))
    several.SetMetaData("MultiVolume.FrameIdentifyingDICOMTagName", "Standard.B-value")
    sitk.WriteImage(several, str(folder / "nrrd" / "dwi.nrrd"))
