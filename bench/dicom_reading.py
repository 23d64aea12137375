"""Reading a DICOM series, with everything that finds the b-values, against pydicom reading only the same pixels."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pydicom
from HER2LowMRILib.study.intake import read_dwi
from made_up_volume import B_VALUES, SHAPE, series
from measure import Timing, interleaved
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

SHARE_DELAY_S = 0.002


def classic(folder: Path, images: list[np.ndarray]) -> None:
    """One file per slice, with as many elements as a scanner writes (about 190, one of 40 kB)."""
    study, frame = generate_uid(), generate_uid()
    for number, (b, image) in enumerate(zip(B_VALUES, images, strict=True)):
        uid = generate_uid()
        for k, pixels in enumerate(image):
            data = _header(MRImageStorage, study, frame, uid, number + 1)
            data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, 4 * k], [1, 0, 0, 0, 1, 0]
            data.PixelSpacing, data.SliceThickness, data.InstanceNumber = [1.7, 1.7], 4, k + 1
            data.SequenceName, data.NumberOfAverages = f"*ep_b{b:g}t" if b else "*ep_b0", 2
            block = data.private_block(0x0019, "SIEMENS MR HEADER", create=True)
            block.add_new(0x0C, "IS", f"{b:g}")
            filler = data.private_block(0x0021, "MADE UP", create=True)
            for element in range(140):
                filler.add_new(element, "LO", "synthetic text of the usual length")
            filler.add_new(0xFE, "OB", bytes(40_000))
            data.PixelData = pixels.astype("<u2").tobytes()
            data.save_as(folder / f"{number}_{k:03d}", enforce_file_format=True)


def enhanced(folder: Path, images: list[np.ndarray]) -> None:
    """One file per b-value, its b-value and every slice's position in the functional groups."""
    study, frame = generate_uid(), generate_uid()
    for number, (b, image) in enumerate(zip(B_VALUES, images, strict=True)):
        data = _header(EnhancedMRImageStorage, study, frame, generate_uid(), number + 1)
        shared, orientation, measures = Dataset(), Dataset(), Dataset()
        orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        measures.PixelSpacing, measures.SliceThickness = [1.7, 1.7], 4
        shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = (
            Sequence([orientation]),
            Sequence([measures]),
        )
        data.SharedFunctionalGroupsSequence = Sequence([shared])
        items = []
        for k in range(len(image)):
            item, diffusion, place = Dataset(), Dataset(), Dataset()
            diffusion.DiffusionBValue, diffusion.DiffusionDirectionality = (
                float(b),
                "ISOTROPIC" if b else "NONE",
            )
            place.ImagePositionPatient = [0, 0, 4 * k]
            item.MRDiffusionSequence, item.PlanePositionSequence = Sequence([diffusion]), Sequence([place])
            items.append(item)
        data.PerFrameFunctionalGroupsSequence, data.NumberOfFrames = Sequence(items), len(items)
        data.PixelData = image.astype("<u2").tobytes()
        data.save_as(folder / f"{number}", enforce_file_format=True)


def _header(sop_class: str, study: str, frame: str, series_uid: str, number: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, generate_uid()
    data = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series_uid, frame
    data.PatientID, data.PatientName, data.Modality = "SYNTHETIC", "SYNTHETIC", "MR"
    data.Manufacturer, data.SeriesDescription, data.SeriesNumber = "Siemens", "SYNTHETIC dwi", number
    data.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"]
    data.Rows, data.Columns = SHAPE[1:]
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    return data


def pydicom_pixels(folder: Path) -> Callable[[], object]:
    """Read every file and its pixels with pydicom, and nothing else."""
    files = sorted(folder.iterdir())
    return lambda: [pydicom.dcmread(file).pixel_array for file in files]


def pydicom_frames(folder: Path) -> Callable[[], object]:
    """The same, with position and b-value of every frame: without them the pixels of an enhanced file have no place."""

    def read() -> None:
        for file in sorted(folder.iterdir()):
            data = pydicom.dcmread(file)
            _ = data.pixel_array
            for item in data.PerFrameFunctionalGroupsSequence:
                _ = item.PlanePositionSequence[0].ImagePositionPatient
                _ = item.MRDiffusionSequence[0].DiffusionBValue

    return read


@contextmanager
def slow_share():
    """Every opened file comes 2 ms late, as from a busy network share; waiting is what a second thread is for."""
    opened = Path.open

    def late(path: Path, *args: object, **options: object):
        time.sleep(SHARE_DELAY_S)
        return opened(path, *args, **options)

    Path.open = late
    try:
        yield
    finally:
        Path.open = opened


def against_pydicom(rounds: int) -> dict[str, list[Timing]]:
    """Time the reading of one examination: 4 b-values, 40 slices of 200 x 200.

    Returns
    -------
    dict
        "classic" (160 files), "enhanced" (4 files), "share" (160 files that each come 2 ms late).
    """
    images = series(1)
    with tempfile.TemporaryDirectory() as name:
        one, many = Path(name) / "enhanced", Path(name) / "classic"
        for folder, write in ((one, enhanced), (many, classic)):
            folder.mkdir()
            write(folder, images)

        def late(threads: int) -> None:
            with slow_share():
                read_dwi([many], threads=threads)

        return {
            "classic": interleaved(
                {
                    "pydicom: dcmread and pixel_array": pydicom_pixels(many),
                    "**read_dwi: b-values, grid, checks, volumes**": lambda: read_dwi([many]),
                    "read_dwi on one thread": lambda: read_dwi([many], threads=1),
                },
                "pydicom: dcmread and pixel_array",
                rounds,
            ),
            "enhanced": interleaved(
                {
                    "pydicom: pixels, position and b-value of every frame": pydicom_frames(one),
                    "**read_dwi: b-values, grid, checks, volumes**": lambda: read_dwi([one]),
                    "pydicom: pixels only": pydicom_pixels(one),
                },
                "pydicom: pixels, position and b-value of every frame",
                rounds,
            ),
            "share": interleaved(
                {"read_dwi on one thread": lambda: late(1), "**read_dwi on two threads**": lambda: late(2)},
                "read_dwi on one thread",
                rounds,
                clock=time.perf_counter,
            ),
        }


if __name__ == "__main__":
    for title, timings in against_pydicom(int(sys.argv[1]) if len(sys.argv) > 1 else 7).items():
        sys.stdout.write(f"{title}\n")
        for timing in timings:
            sys.stdout.write(
                f"  {timing.name}: {1000 * timing.seconds:.0f} ms, ratio {timing.ratio:.2f} "
                f"[{timing.low:.2f}..{timing.high:.2f}]\n"
            )
