"""The multi-b DICOM series of a synthetic patient: noise-free signal, Rician noise, real files.

Every file says in name, id, comments and model that it is synthetic. Same seed, same bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.synthetic.cases import SyntheticCase

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
AVERAGES = (1, 3, 6, 12)
# SD of the noise of one average in each channel [signal units]; a lesion has about 900 at b 0, so SNR about 60.
NOISE_SD = 15.0

PUBLIC_TAG, SIEMENS_TAG = "public", "siemens"
_SYNTHETIC = "SYNTHETIC IMAGES, NOT FROM A PERSON"


def signal(phantom: Phantom, b_value: float) -> np.ndarray:
    """Signal without noise at one b-value [s/mm2]; (k, j, i) float32 [signal units].

    S(b) = S0 exp(-b D + b^2 D^2 K / 6) (Jensen et al., MRM 2005;53:1432-1440, doi:10.1002/mrm.20508).
    """
    bd = np.float32(b_value / 1000.0) * phantom.d
    return phantom.s0 * np.exp(-bd + bd * bd * phantom.k / 6)


def true_adc(phantom: Phantom, b_low: float = 0.0, b_high: float = 800.0) -> np.ndarray:
    """ADC between two b-values [s/mm2] that a scan without noise would give; (k, j, i) [1e-3 mm2/s], NaN in air."""
    b = (b_high - b_low) / 1000.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(signal(phantom, b_low) / signal(phantom, b_high)) / b


def measured_signals(
    case: SyntheticCase,
    phantom: Phantom,
    b_values: Sequence[float] = B_VALUES,
    averages: Sequence[int] = AVERAGES,
    noise_sd: float = NOISE_SD,
) -> list[np.ndarray]:
    """Signal as a scanner stores it, 12 bits; one uint16 (k, j, i) per b-value.

    Each average is a Rician magnitude, and the scanner stores the mean of the magnitudes: more averages make air
    smoother, not darker (Gudbjartsson & Patz, MRM 1995;34:910-914, doi:10.1002/mrm.1910340618).
    """
    images = []
    for b, n in zip(b_values, averages, strict=True):
        rng = case.rng(f"noise at b {b:g}")
        clean = signal(phantom, b)
        if case.motion and b > 800:
            clean = _moved(clean, rng)
        total = np.zeros_like(clean)
        for _ in range(n):
            real = clean + np.float32(noise_sd) * rng.standard_normal(clean.shape, dtype=np.float32)
            imaginary = np.float32(noise_sd) * rng.standard_normal(clean.shape, dtype=np.float32)
            total += np.hypot(real, imaginary)
        images.append(np.clip(np.rint(total / n), 0, 4095).astype(np.uint16))
    return images


def _moved(clean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The patient moved between slices: displaced slices, each with a ghost along the phase-encoding direction."""
    moved = np.empty_like(clean)
    for k, plane in enumerate(clean):
        shift = np.rint(rng.normal(0.0, (3.5, 5.0))).astype(int)
        plane = np.roll(plane, shift, axis=(0, 1))
        moved[k] = 0.75 * plane + 0.25 * np.roll(plane, plane.shape[0] // 3, axis=0)
    return moved


def write_series(
    case: SyntheticCase,
    phantom: Phantom,
    folder: Path,
    b_values: Sequence[float] = B_VALUES,
    averages: Sequence[int] = AVERAGES,
    b_tag: str = PUBLIC_TAG,
) -> list[Path]:
    """Write the series as classic single-frame MR images, one file per slice and b-value.

    Parameters
    ----------
    case : SyntheticCase
    phantom : Phantom
    folder : Path
        Made if it is not there.
    b_values : sequence of float
        [s/mm2].
    averages : sequence of int
        Recorded in Number of Averages (0018,0083).
    b_tag : str
        Where the b-value is: ``PUBLIC_TAG``, Diffusion b-value (0018,9087); ``SIEMENS_TAG``, the private (0019,100C)
        of Siemens' trace-weighted images, as scanners before XA write it.

    Returns
    -------
    list of Path
        The files in the order of their instance numbers.
    """
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

    folder.mkdir(parents=True, exist_ok=True)
    images = measured_signals(case, phantom, b_values, averages)
    grid = phantom.grid
    row, column = np.reshape(grid.direction, (3, 3)).T[:2]
    header = series_header(case, b_tag)
    files: list[Path] = []
    for b, n, volume in zip(b_values, averages, images, strict=True):
        for k, plane in enumerate(volume):
            number = len(files) + 1
            image = Dataset()
            image.update(header)
            image.SOPInstanceUID = image_uid(case, f"image {number}")
            image.InstanceNumber = number
            image.AcquisitionNumber = 1
            image.NumberOfAverages = n
            image.SequenceName = f"*ep_b{b:g}t" if b else "*ep_b0"
            position = grid.ijk_to_lps() @ (0.0, 0.0, float(k), 1.0)
            image.ImagePositionPatient = [f"{x:.6g}" for x in position[:3]]
            image.ImageOrientationPatient = [f"{x:.6g}" for x in (*row, *column)]
            image.SliceLocation = f"{position[2]:.6g}"
            image.PixelSpacing = [f"{grid.spacing_mm[1]:g}", f"{grid.spacing_mm[0]:g}"]
            image.SliceThickness = image.SpacingBetweenSlices = f"{grid.spacing_mm[2]:g}"
            if b_tag == SIEMENS_TAG:
                block = image.private_block(0x0019, "SIEMENS MR HEADER", create=True)
                block.add_new(0x0C, "IS", f"{b:g}")
                block.add_new(0x0D, "CS", "ISOTROPIC" if b else "NONE")
            else:
                image.DiffusionBValue = float(b)
                image.DiffusionDirectionality = "ISOTROPIC" if b else "NONE"
            image.Rows, image.Columns = plane.shape
            image.WindowCenter, image.WindowWidth = (500, 1000) if b < 400 else (125, 250)
            image.PixelData = plane.astype("<u2").tobytes()
            image.file_meta = FileMetaDataset()
            image.file_meta.MediaStorageSOPClassUID = MRImageStorage
            image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
            image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            file = folder / f"IM{number:04d}.dcm"
            image.save_as(file, enforce_file_format=True)
            files.append(file)
    return files


def write_planes(
    case: SyntheticCase,
    header: "Dataset",
    volumes: Sequence[np.ndarray],
    tags: Sequence[Mapping[str, object]],
    grid: ImageGrid,
    folder: Path,
    name: str,
) -> list[Path]:
    """Write volumes of one series as single-frame images.

    Parameters
    ----------
    case : SyntheticCase
    header : Dataset
        What all images share, from `series_header`.
    volumes : sequence of ndarray of uint16, shape (k, j, i)
    tags : sequence of mapping
        DICOM keyword -> value of the images of each volume.
    grid : ImageGrid
    folder : Path
        Made if it is not there.
    name : str
        Of the series, for its UIDs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    row, column = np.reshape(grid.direction, (3, 3)).T[:2]
    header.ImageOrientationPatient = [f"{x:.8g}" for x in (*row, *column)]
    header.PixelSpacing = [f"{grid.spacing_mm[1]:g}", f"{grid.spacing_mm[0]:g}"]
    header.SliceThickness = header.SpacingBetweenSlices = f"{grid.spacing_mm[2]:g}"
    header.Rows, header.Columns = grid.shape[1:]
    places = [grid.ijk_to_lps() @ (0.0, 0.0, float(k), 1.0) for k in range(grid.shape[0])]
    files: list[Path] = []
    for volume, own in zip(volumes, tags, strict=True):
        for tag, value in own.items():
            setattr(header, tag, value)
        template = _encoded(header)
        for plane, place in zip(volume, places, strict=True):
            number = len(files) + 1
            pixels = plane.astype("<u2").tobytes()
            content = template.replace(_UID_LATER, image_uid(case, f"{name}, image {number}").encode())
            content = content.replace(_NUMBER_LATER, f"{number:012d}".encode())
            content = content.replace(_PLACE_LATER, "\\".join(f"{x:015.6f}" for x in place[:3]).encode())
            files.append(folder / f"IM{number:04d}.dcm")
            files[-1].write_bytes(content + _PIXELS + len(pixels).to_bytes(4, "little") + pixels)
    return files


# Of a header that is encoded once for a whole volume, what is put in for each image: all of one length.
_UID_LATER = b"1.2." + b"7" * 60
_NUMBER_LATER = b"777777777777"
_PLACE_LATER = b"\\".join([b"77777777.777777"] * 3)
_PIXELS = b"\xe0\x7f\x10\x00OW\x00\x00"


def _encoded(header: "Dataset") -> bytes:
    """A file up to its pixels, with what differs from image to image left to be put in."""
    from io import BytesIO

    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    header.SOPInstanceUID = _UID_LATER.decode()
    header.InstanceNumber = _NUMBER_LATER.decode()
    header.ImagePositionPatient = _PLACE_LATER.decode().split("\\")
    header.file_meta = FileMetaDataset()
    header.file_meta.MediaStorageSOPClassUID = header.SOPClassUID
    header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = BytesIO()
    header.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def image_uid(case: SyntheticCase, what: str) -> str:
    """A UID that is the same for the same case and word."""
    from pydicom.uid import generate_uid

    return generate_uid(entropy_srcs=["HER2LowMRI synthetic", str(case.seed), str(case.number), what])


def series_header(case: SyntheticCase, b_tag: str) -> "Dataset":
    """What is the same in all images of a series."""
    from pydicom.dataset import Dataset
    from pydicom.uid import MRImageStorage

    siemens = b_tag == SIEMENS_TAG
    header = Dataset()
    header.SpecificCharacterSet = "ISO_IR 192"
    header.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"] + (["ND"] if siemens else [])
    header.SOPClassUID = MRImageStorage
    header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = "20000101"
    header.StudyTime = header.SeriesTime = header.AcquisitionTime = header.ContentTime = "120000"
    header.AccessionNumber = ""
    header.Modality = "MR"
    # Intake looks at the maker to find private tags, so a Siemens-like series has to name it.
    header.Manufacturer = "SIEMENS" if siemens else "HER2LowMRI"
    header.ManufacturerModelName = "SYNTHETIC"
    header.InstitutionName = "SYNTHETIC"
    header.ReferringPhysicianName = ""
    header.StudyDescription = "SYNTHETIC breast MRI"
    header.SeriesDescription = "SYNTHETIC ep2d_diff_trace_TRACEW"
    header.PatientName = f"SYNTHETIC^CASE {case.number:02d}"
    header.PatientID = f"SYNTHETIC-{case.seed}-{case.number:02d}"
    header.PatientBirthDate = ""
    header.PatientSex = "F"
    header.PatientAge = f"{case.age:03d}Y"
    header.PatientComments = _SYNTHETIC
    header.QualityControlImage = "YES"
    header.BodyPartExamined = "BREAST"
    header.ScanningSequence = "EP"
    header.SequenceVariant = "SK"
    header.ScanOptions = "FS"
    header.MRAcquisitionType = "2D"
    header.RepetitionTime = "7000"
    header.EchoTime = "70"
    header.EchoTrainLength = 70
    header.MagneticFieldStrength = "3"
    header.SoftwareVersions = f"HER2LowMRI {__version__}"
    header.PatientPosition = "HFP"
    header.StudyInstanceUID = image_uid(case, "study")
    header.SeriesInstanceUID = image_uid(case, "series")
    header.FrameOfReferenceUID = image_uid(case, "frame of reference")
    header.PositionReferenceIndicator = ""
    header.StudyID = "1"
    header.SeriesNumber = 5
    header.ImageComments = _SYNTHETIC
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit, header.PixelRepresentation = 16, 12, 11, 0
    header.LossyImageCompression = "00"
    return header
