"""Reading a DICOM series, with everything that finds the b-values, against pydicom reading only the same pixels."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pydicom
from HER2LowMRILib.images.intake import read_dwi
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


def enhanced(folder: Path, images: list[np.ndarray], delimiters: bool = False) -> None:
    """One file per b-value, with the functional groups that a scanner writes for every frame (about 60 elements).

    With ``delimiters`` the lengths of sequences and items are not written down, as some scanners do.
    """
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
            _other_groups(item, k)
            items.append(item)
        data.PerFrameFunctionalGroupsSequence, data.NumberOfFrames = Sequence(items), len(items)
        data.PixelData = image.astype("<u2").tobytes()
        if delimiters:
            _leave_lengths_out(data)
        data.save_as(folder / f"{number}", enforce_file_format=True)


def _leave_lengths_out(data: Dataset) -> None:
    for element in data:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
                _leave_lengths_out(item)


def _other_groups(item: Dataset, k: int) -> None:
    """Groups of a frame that say nothing about its b-value, half of them different in every frame."""
    content, kind, scale, averages, timing, private = (Dataset() for _ in range(6))
    content.FrameAcquisitionDateTime, content.FrameReferenceDateTime = 2 * [f"20260101120000.{k:06d}"]
    content.FrameAcquisitionDuration, content.FrameAcquisitionNumber = 62.5, 1
    content.StackID, content.InStackPositionNumber, content.TemporalPositionIndex = "1", k + 1, 1
    content.DimensionIndexValues = [1, k + 1, 1]
    kind.FrameType, kind.PixelPresentation = ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"], "MONOCHROME"
    kind.VolumetricProperties, kind.VolumeBasedCalculationTechnique = "VOLUME", "NONE"
    kind.ComplexImageComponent, kind.AcquisitionContrast = "MAGNITUDE", "DIFFUSION"
    scale.RescaleIntercept, scale.RescaleSlope, scale.RescaleType = 0, 1, "US"
    averages.NumberOfAverages = 2.0
    timing.RepetitionTime, timing.FlipAngle, timing.EchoTrainLength = 5200.0, 90.0, 1
    timing.RFEchoTrainLength, timing.GradientEchoTrainLength = 0, 57
    block = private.private_block(0x0021, "MADE UP", create=True)
    for element in range(20):
        block.add_new(element, "LO", f"synthetic text of the usual length {k}")
    item.FrameContentSequence, item.MRImageFrameTypeSequence = Sequence([content]), Sequence([kind])
    item.PixelValueTransformationSequence, item.MRAveragesSequence = Sequence([scale]), Sequence([averages])
    item.MRTimingAndRelatedParametersSequence = Sequence([timing])
    item.private_block(0x0021, "MADE UP", create=True).add_new(0xFE, "SQ", Sequence([private]))


def _header(sop_class: str, study: str, frame: str, series_uid: str, number: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, generate_uid()
    data = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series_uid, frame
    data.PatientID, data.PatientName, data.Modality = "SYNTHETIC", "SYNTHETIC", "MR"
    data.Manufacturer, data.SeriesDescription, data.SeriesNumber = "Siemens", "made-up dwi", number
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


def forget(folder: Path) -> None:
    """Have the system drop the files from its cache, so that the disk has to be read (Linux)."""
    os.sync()
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def on_threads(folder: Path, rounds: int, before: Callable[[], object] | None = None) -> list[Timing]:
    """Wall-clock time of reading on one thread and on two; ``before`` is done before each and not counted."""
    one, two = "read_dwi on one thread", "**read_dwi on two threads**"
    waited = 0.0

    def clock() -> float:
        return time.perf_counter() - waited

    def read(threads: int) -> None:
        nonlocal waited
        if before is not None:
            start = time.perf_counter()
            before()
            waited += time.perf_counter() - start
        read_dwi([folder], threads=threads)

    return interleaved({one: lambda: read(1), two: lambda: read(2)}, one, rounds, clock=clock)


def against_pydicom(rounds: int) -> dict[str, list[Timing]]:
    """Time the reading of one examination: 4 b-values, 40 slices of 200 x 200.

    Returns
    -------
    dict
        "classic" (160 files), "enhanced" (4 files), "delimited" (4 files without lengths); on one thread and two:
        "cached", "disk" (not in the cache of the system; Linux only), "share" (every file comes 2 ms late).
    """
    images = series(1)
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name) / kind for kind in ("classic", "enhanced", "delimited")}
        for folder in folders.values():
            folder.mkdir()
        classic(folders["classic"], images)
        enhanced(folders["enhanced"], images)
        enhanced(folders["delimited"], images, delimiters=True)
        pixels = "pydicom: pixels only"
        timings = {
            "classic": interleaved(
                {
                    pixels: pydicom_pixels(folders["classic"]),
                    "**read_dwi: b-values, grid, checks, volumes**": lambda: read_dwi([folders["classic"]]),
                },
                pixels,
                rounds,
            )
        }
        frames = "pydicom: pixels, position and b-value of every frame"
        for kind in ("enhanced", "delimited"):
            timings[kind] = interleaved(
                {
                    frames: pydicom_frames(folders[kind]),
                    "**read_dwi: b-values, grid, checks, volumes**": lambda kind=kind: read_dwi(
                        [folders[kind]]
                    ),
                    pixels: pydicom_pixels(folders[kind]),
                },
                frames,
                rounds,
            )
        many = folders["classic"]
        timings["cached"] = on_threads(many, rounds)
        if hasattr(os, "posix_fadvise"):
            timings["disk"] = on_threads(many, rounds, before=lambda: forget(many))
        with slow_share():
            timings["share"] = on_threads(many, rounds)
        return timings


if __name__ == "__main__":
    for title, timings in against_pydicom(int(sys.argv[1]) if len(sys.argv) > 1 else 7).items():
        sys.stdout.write(f"{title}\n")
        for timing in timings:
            sys.stdout.write(
                f"  {timing.name}: {1000 * timing.seconds:.0f} ms, ratio {timing.ratio:.2f} "
                f"[{timing.low:.2f}..{timing.high:.2f}]\n"
            )
