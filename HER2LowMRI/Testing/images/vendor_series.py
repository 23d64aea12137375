"""DICOM series as each maker writes them, of a small synthetic object with known D and K.

Every header says SYNTHETIC. What stands where follows DICOM PS3.3, the NA-MIC page "DTI:DICOM for DWI and DTI", and the
vendor notes and issues of dcm2niix (#149, #236, #274, #405, #602, #690). Pixels are noise-free, rounded to integers.

A maker is a function that returns data sets in memory, so that a test can spoil them before ``save`` writes them.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    ParametricMapStorage,
    generate_uid,
)

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
SHAPE = (5, 24, 20)
SPACING = (1.25, 1.5)  # rows apart, columns apart [mm]
SLICE_STEP = 4.5  # thickness 4 and a gap of 0.5 [mm]
ORIGIN = np.array([-30.0, 12.0, -7.0])
ROW = np.array([1.0, 0.0, 0.0])
COLUMN = np.array([0.0, np.cos(0.2), np.sin(0.2)])
NORMAL = np.cross(ROW, COLUMN)
DIRECTIONS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_ANISOTROPY = (0.9, 1.0, 1.1)


def truth() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """S0 [signal units], D [1e-3 mm2/s] and K of the object, each (k, j, i); different in every voxel."""
    k, j, i = np.indices(SHAPE)
    s0 = 1400.0 + 40 * k + 12 * j + 8 * i
    d = 0.8 + 0.04 * j + 0.01 * k
    kurtosis = 0.4 + 0.02 * i
    return s0, d, kurtosis


def signal(b: float, direction: int | None = None) -> np.ndarray:
    """Noise-free signal at one b-value as stored integers (k, j, i); along one of ``DIRECTIONS``, or trace-weighted."""
    s0, d, kurtosis = truth()
    factors = _ANISOTROPY if direction is None else (_ANISOTROPY[direction],)
    x = b / 1000
    # Where the model would turn up again (b D K > 3) the object goes on mono-exponentially.
    logs = [
        -x * d * f + np.where(x * d * f * kurtosis < 3, (x * d * f) ** 2 * kurtosis / 6, 0) for f in factors
    ]
    return np.rint(s0 * np.exp(np.mean(logs, axis=0))).astype(np.uint16)


def adc() -> np.ndarray:
    """ADC of b 0 and 800 as a scanner stores it, integers in 1e-6 mm2/s (k, j, i)."""
    return np.rint(np.log(signal(0) / signal(800)) / 0.8 * 1000).astype(np.uint16)


def position(k: int) -> list[float]:
    """Image position of slice k [mm, LPS]."""
    return [float(f"{part:.6g}") for part in ORIGIN + k * SLICE_STEP * NORMAL]


ORIENTATION = [float(f"{part:.8g}") for part in (*ROW, *COLUMN)]


class Exam:
    """One synthetic examination: the identifiers that its series share."""

    def __init__(self, seed: int = 1, manufacturer: str = "", model: str = ""):
        self.seed, self.manufacturer, self.model = seed, manufacturer, model
        self.study = generate_uid(entropy_srcs=["study", str(seed)])
        self.frame_of_reference = generate_uid(entropy_srcs=["frame", str(seed)])
        self.count = 0

    def header(self, series: int, description: str, image_type: Sequence[str], sop_class: str) -> FileDataset:
        """A data set with everything that is not about diffusion, without pixels."""
        self.count += 1
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = sop_class
        meta.MediaStorageSOPInstanceUID = generate_uid(
            entropy_srcs=["image", str(self.seed), str(self.count)]
        )
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        ds.SpecificCharacterSet = "ISO_IR 192"
        ds.ImageType = list(image_type)
        ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
        ds.StudyDate, ds.StudyTime, ds.AccessionNumber = "20260101", "120000", ""
        ds.Modality = "MR"
        ds.Manufacturer, ds.ManufacturerModelName = self.manufacturer, self.model
        ds.InstitutionName = "SYNTHETIC"
        ds.SeriesDescription = description
        ds.PatientName, ds.PatientID = "SYNTHETIC^OBJECT", f"SYNTHETIC-{self.seed}"
        ds.PatientBirthDate, ds.PatientSex = "19000101", "O"
        ds.ImageComments = "SYNTHETIC test data, no patient"
        ds.StudyInstanceUID = self.study
        ds.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(self.seed), str(series)])
        ds.SeriesNumber, ds.InstanceNumber = series, self.count
        ds.FrameOfReferenceUID = self.frame_of_reference
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.Rows, ds.Columns = SHAPE[1:]
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
        return ds

    def image(
        self,
        series: int,
        description: str,
        image_type: Sequence[str],
        k: int,
        stored: np.ndarray,
        averages: float = 2,
    ) -> FileDataset:
        """A classic single-frame image of slice k."""
        ds = self.header(series, description, image_type, MRImageStorage)
        ds.ScanningSequence, ds.SequenceVariant, ds.MRAcquisitionType = "EP", "SK", "2D"
        ds.EchoTime, ds.RepetitionTime, ds.NumberOfAverages = 62, 5200, averages
        ds.SliceThickness, ds.SpacingBetweenSlices = 4, SLICE_STEP
        ds.ImagePositionPatient, ds.ImageOrientationPatient = position(k), ORIENTATION
        ds.PixelSpacing = list(SPACING)
        put_pixels(ds, stored)
        return ds


def put_pixels(ds: Dataset, stored: np.ndarray) -> None:
    """Write stored integers as native pixels, signed where the data set says so."""
    kind = "<i2" if ds.PixelRepresentation else "<u2"
    ds.PixelData = np.ascontiguousarray(stored).astype(kind).tobytes()
    ds["PixelData"].VR = "OW"


def save(datasets: Sequence[FileDataset], folder: Path, shuffle: int | None = None) -> Path:
    """Write the data sets as files with names that tell nothing; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    order = np.arange(len(datasets))
    if shuffle is not None:
        np.random.default_rng(shuffle).shuffle(order)
    for name, index in enumerate(order):
        datasets[index].save_as(folder / f"IM{name:05d}", enforce_file_format=True)
    return folder


# --------------------------------------------------------------------------- Siemens
def siemens_trace(
    b_values: Sequence[float] = B_VALUES, seed: int = 1, one_series: bool = False
) -> list[FileDataset]:
    """Trace-weighted images, b in (0019,100C), one series per b as XA writes classic DICOM."""
    exam = Exam(seed, "Siemens Healthineers", "MAGNETOM Synthetic")
    images = []
    for number, b in enumerate(b_values):
        for k in range(SHAPE[0]):
            kind = ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW", "ND", "NORM"]
            ds = exam.image(5 if one_series else 5 + number, "ep2d_diff_TRACEW", kind, k, signal(b)[k])
            ds.SequenceName = f"*ep_b{b:g}t" if b else "*ep_b0"
            block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
            block.add_new(0x0C, "IS", f"{b:g}")
            block.add_new(0x0D, "CS", "ISOTROPIC")
            images.append(ds)
    return images


def siemens_adc(seed: int = 1, series: int = 30) -> list[FileDataset]:
    """The console's ADC map beside ``siemens_trace``: integers in 1e-6 mm2/s, no unit anywhere."""
    exam = Exam(seed, "Siemens Healthineers", "MAGNETOM Synthetic")
    exam.count = 1000 + 10 * series
    images = []
    for k in range(SHAPE[0]):
        ds = exam.image(
            series, "ep2d_diff_ADC", ["DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND", "NORM"], k, adc()[k]
        )
        ds.SequenceName = "*ep_b0_2000"
        images.append(ds)
    return images


def csa_header(elements: dict[str, str | Sequence[str]], first: str = "EchoLinePosition") -> bytes:
    """A CSA2 block (nibabel, "Siemens format DICOM with CSA header") with text elements of one item or several."""
    tags = {first: "64", **elements}
    block = b"SV10\4\3\2\1" + struct.pack("<2I", len(tags), 77)
    for name, texts in tags.items():
        texts = [texts] if isinstance(texts, str) else list(texts)
        block += name.encode().ljust(64, b"\0") + struct.pack("<i4siii", 1, b"IS\0\0", 6, 6, 77)
        for item in range(6):
            value = texts[item].encode() + b"\0" if item < len(texts) else b""
            block += struct.pack("<4i", len(value), len(value), 77, len(value)) + value
            block += b"\0" * (-len(value) % 4)
    return block


def siemens_csa(b_values: Sequence[float] = B_VALUES, seed: int = 2) -> list[FileDataset]:
    """V line: three directions and b 0 in one series, b only in the CSA header, no (0019,100C)."""
    exam = Exam(seed, "SIEMENS", "Synthetic")
    images = []
    for b in b_values:
        for direction in range(1 if b == 0 else 3):
            for k in range(SHAPE[0]):
                kind = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "ND", "NORM"]
                stored = signal(b, direction if b else None)[k]
                ds = exam.image(7, "ep2d_diff_3dir", kind, k, stored, averages=1)
                ds.SequenceName = f"*ep_b{b:g}#{direction + 1}" if b else "*ep_b0"
                block = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
                block.add_new(0x10, "OB", csa_header({"B_value": f"{b:g}"}))
                images.append(ds)
    return images


def tiled(slices: np.ndarray, across: int, down: int) -> np.ndarray:
    """The slices (k, j, i) in one picture, row by row; tiles without a slice are 0."""
    rows, columns = slices.shape[1:]
    picture = np.zeros((down * rows, across * columns), slices.dtype)
    for k, plane in enumerate(slices):
        top, left = k // across * rows, k % across * columns
        picture[top : top + rows, left : left + columns] = plane
    return picture


def siemens_mosaic(
    b_values: Sequence[float] = B_VALUES,
    seed: int = 12,
    *,
    worded: bool = True,
    tag: bool = True,
    backwards: bool = False,
    count: int | None = None,
) -> list[FileDataset]:
    """V line: b 0 and three directions, each volume a mosaic of ceil(sqrt(n)) tiles along each side.

    Parameters
    ----------
    worded, tag : bool
        Whether the image type says MOSAIC, and whether (0019,100A) states the number of slices (else the CSA header).
    backwards : bool
        Whether the slices follow each other against the cross product of row and column.
    count : int, optional
        Number of slices as the header states it.
    """
    exam = Exam(seed, "SIEMENS", "Synthetic")
    slices, rows, columns = SHAPE
    across = int(np.ceil(np.sqrt(slices)))
    normal = -NORMAL if backwards else NORMAL
    first = slices - 1 if backwards else 0
    # The position is that of a slice as large as the picture, with the same centre.
    corner = (
        np.array(ORIGIN + first * SLICE_STEP * NORMAL)
        - (across - 1) * columns / 2 * SPACING[1] * ROW
        - (across - 1) * rows / 2 * SPACING[0] * COLUMN
    )
    images = []
    for b in b_values:
        for direction in range(3 if b else 1):
            stored = signal(b, direction if b else None)
            picture = tiled(stored[::-1] if backwards else stored, across, across)
            kind = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "ND", *(["MOSAIC"] if worded else [])]
            ds = exam.image(7, "ep2d_diff", kind, 0, picture, averages=1)
            ds.Rows, ds.Columns = picture.shape
            ds.ImagePositionPatient = [float(f"{part:.8g}") for part in corner]
            ds.AcquisitionMatrix = [0, columns, rows, 0]
            block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
            block.add_new(0x0C, "IS", f"{b:g}")
            if tag:
                block.add_new(0x0A, "US", count or slices)
            if b:
                block.add_new(0x0D, "CS", "DIRECTIONAL")
                block.add_new(0x0E, "FD", list(DIRECTIONS[direction]))
            csa = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
            elements: dict[str, str | Sequence[str]] = {
                "B_value": f"{b:g}",
                "SliceNormalVector": [f"{part:.8f}" for part in normal],
            }
            if not tag:
                elements["NumberOfImagesInMosaic"] = str(count or slices)
            csa.add_new(0x10, "OB", csa_header(elements))
            images.append(ds)
    return images


def siemens_enhanced(b_values: Sequence[float] = B_VALUES, seed: int = 3) -> list[FileDataset]:
    """XA: one enhanced multi-frame file per b, public tags in the functional groups."""
    exam = Exam(seed, "Siemens Healthineers", "MAGNETOM Synthetic XA")
    return [
        enhanced(
            exam,
            5 + n,
            "ep2d_diff_TRACEW",
            ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
            [(b, "ISOTROPIC", None)],
        )
        for n, b in enumerate(b_values)
    ]


def enhanced(
    exam: Exam,
    series: int,
    description: str,
    image_type: Sequence[str],
    volumes: Sequence[tuple[float, str, int | None]],
    scale: Sequence[tuple[float, float]] | None = None,
) -> FileDataset:
    """An enhanced MR file: per volume its b-value, directionality and direction; slices of all volumes interleaved."""
    ds = exam.header(series, description, image_type, EnhancedMRImageStorage)
    frames, pixels = [], []
    for k in range(SHAPE[0]):
        for number, (b, directionality, direction) in enumerate(volumes):
            item = Dataset()
            diffusion = Dataset()
            diffusion.DiffusionDirectionality = "NONE" if b == 0 else directionality
            diffusion.DiffusionBValue = float(b)
            if direction is not None and b:
                gradient = Dataset()
                gradient.DiffusionGradientOrientation = list(DIRECTIONS[direction])
                diffusion.DiffusionGradientDirectionSequence = DicomSequence([gradient])
            item.MRDiffusionSequence = DicomSequence([diffusion])
            place = Dataset()
            place.ImagePositionPatient = position(k)
            item.PlanePositionSequence = DicomSequence([place])
            slope, intercept = scale[number] if scale else (1.0, 0.0)
            transform = Dataset()
            transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = slope, intercept, "US"
            item.PixelValueTransformationSequence = DicomSequence([transform])
            kind = Dataset()
            kind.FrameType = list(image_type)
            item.MRImageFrameTypeSequence = DicomSequence([kind])
            frames.append(item)
            pixels.append(np.rint((signal(b, direction if b else None)[k] - intercept) / slope))
    shared = Dataset()
    orientation = Dataset()
    orientation.ImageOrientationPatient = ORIENTATION
    shared.PlaneOrientationSequence = DicomSequence([orientation])
    measures = Dataset()
    measures.PixelSpacing, measures.SliceThickness, measures.SpacingBetweenSlices = (
        list(SPACING),
        4,
        SLICE_STEP,
    )
    shared.PixelMeasuresSequence = DicomSequence([measures])
    averages = Dataset()
    averages.NumberOfAverages = 4.0
    shared.MRAveragesSequence = DicomSequence([averages])
    ds.SharedFunctionalGroupsSequence = DicomSequence([shared])
    ds.PerFrameFunctionalGroupsSequence = DicomSequence(frames)
    ds.NumberOfFrames = len(frames)
    ds.BitsStored, ds.HighBit = 16, 15
    put_pixels(ds, np.stack(pixels))
    return ds


# --------------------------------------------------------------------------- GE
def ge(
    b_values: Sequence[float] = B_VALUES, synthetic: Sequence[float] = (), seed: int = 4, public: bool = False
) -> list[FileDataset]:
    """Combined images of one series; b in (0043,1039) with GE's bias; synthetic b-values in a series of their own."""
    exam = Exam(seed, "GE MEDICAL SYSTEMS", "SIGNA Synthetic")
    images = []
    for b in (*b_values, *synthetic):
        made_up = b in synthetic
        for k in range(SHAPE[0]):
            description = "DW_Synthetic: Ax DWI ALL" if made_up else "Ax DWI ALL"
            kind = ["DERIVED", "SECONDARY", "OTHER"] if made_up else ["ORIGINAL", "PRIMARY", "OTHER"]
            ds = exam.image(
                50 if made_up else 3, description, kind, k, signal(b)[k], averages=1 if b == 0 else 4
            )
            ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 15, 1
            block = ds.private_block(0x0043, "GEMS_PARM_01", create=True)
            biased = 1_000_000_000 + int(b) if b else 0
            block.add_new(0x39, "IS", [str(biased), "8", "0", "0"])
            block.add_new(0x7F, "DS", [str(1_000_000_000)])
            axes = ds.private_block(0x0019, "GEMS_ACQU_01", create=True)
            for element in (0xBB, 0xBC, 0xBD):
                axes.add_new(element, "DS", "0")
            if public:
                ds.add_new(0x00189087, "FD", float(b))
            images.append(ds)
    return images


def ge_tensor(
    shells: Sequence[tuple[float, float]],
    seed: int = 41,
    *,
    zero_vectors: bool = True,
    flag: str = "collapse",
    series: int = 3,
) -> list[FileDataset]:
    """A gradient table of GE: the b-value of the protocol in every image, the true one is b |g|^2.

    Parameters
    ----------
    shells : sequence of (nominal b, true b)
        [s/mm2]
    zero_vectors : bool
        A vector of zeros in the table of every nominal b-value: a further b 0.
    flag : str
        What tells that it is a table: the ``collapse`` flag (0043,1030), the ``direction`` (0021,105A), or ``none``.
    """
    exam = Exam(seed, "GE MEDICAL SYSTEMS", "SIGNA Synthetic")
    table: list[tuple[float, float, int | None]] = [(0.0, 0.0, None)]
    for nominal_b in dict.fromkeys(b for b, _ in shells):
        table += [(nominal_b, true, n) for b, true in shells if b == nominal_b for n in range(3)]
        table += [(nominal_b, 0.0, None)] if zero_vectors else []
    images = []
    for nominal_b, true, direction in table:
        for k in range(SHAPE[0]):
            ds = exam.image(
                series, "Ax DTI", ["ORIGINAL", "PRIMARY", "OTHER"], k, signal(true, direction)[k], averages=1
            )
            ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 15, 1
            ds.DiffusionBValue = nominal_b
            block = ds.private_block(0x0043, "GEMS_PARM_01", create=True)
            block.add_new(0x39, "IS", [str(int(nominal_b)), "8", "0", "0"])
            if flag == "collapse":
                block.add_new(0x30, "SS", 14 if nominal_b == 0 else 16)
            if flag == "direction":
                ds.private_block(0x0021, "GEMS_RELA_01", create=True).add_new(0x5A, "SL", 16)
            axes = ds.private_block(0x0019, "GEMS_ACQU_01", create=True)
            length = (true / nominal_b) ** 0.5 if nominal_b else 0.0
            for element, part in zip((0xBB, 0xBC, 0xBD), DIRECTIONS[direction or 0], strict=True):
                axes.add_new(element, "DS", f"{part * length if direction is not None else 0:.6g}")
            images.append(ds)
    return images


def ge_adc(seed: int = 4, series: int = 60) -> list[FileDataset]:
    """An ADC map as GE writes it: integers in 1e-6 mm2/s, the name of the series the only hint."""
    exam = Exam(seed, "GE MEDICAL SYSTEMS", "SIGNA Synthetic")
    exam.count = 2000
    description = "Apparent Diffusion Coefficient (mm2/s)"
    kind = ["DERIVED", "SECONDARY", "OTHER"]
    return [exam.image(series, description, kind, k, adc()[k]) for k in range(SHAPE[0])]


# --------------------------------------------------------------------------- Philips
def philips(
    b_values: Sequence[float] = B_VALUES,
    seed: int = 5,
    as_unknown: bool = False,
    slopes: bool = True,
    scale_slope: bool = True,
    with_adc: bool = True,
) -> list[FileDataset]:
    """Classic Philips: directions, isotropic images and the ADC map in one series, every image with its own slope.

    Parameters
    ----------
    as_unknown : bool
        Private elements with VR UN, raw bytes, as anonymisers and gateways leave them.
    slopes, scale_slope : bool
        Own rescale slope per image; the private scale slope (2005,100E) that makes them comparable.
    """
    exam = Exam(seed, "Philips Medical Systems", "Ingenia Synthetic")
    images = []
    for number, b in enumerate(b_values):
        kinds = (
            [("isotropic", None)] if b == 0 else [*(("direction", n) for n in range(3)), ("isotropic", None)]
        )
        for kind, direction in kinds:
            for k in range(SHAPE[0]):
                precise = signal(b, direction)[k].astype(float)
                # display = stored x RS, precise = display / (RS x SS): SS is chosen so that stored fills 12 bits.
                rescale = 1.0 + 0.25 * number + 0.05 * k if slopes else 1.0
                scale = 4000 / signal(b, direction)[k].max() if slopes else 1.0
                image_type = ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"]
                ds = exam.image(9, "DWI 4b", image_type, k, np.rint(precise * scale), averages=3)
                ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = f"{rescale:.6g}", "0", "normalized"
                ds.DiffusionBValue = float(b)
                ds.DiffusionDirectionality = "NONE" if b == 0 else kind[:3].upper() + kind[3:].upper()
                if kind == "direction":
                    ds.DiffusionDirectionality = "DIRECTIONAL"
                    ds.DiffusionGradientOrientation = list(DIRECTIONS[direction])
                block = ds.private_block(0x2001, "Philips Imaging DD 001", create=True)
                imaging = ds.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
                if as_unknown:
                    del ds.DiffusionBValue, ds.DiffusionDirectionality
                    if kind == "direction":
                        del ds.DiffusionGradientOrientation
                    block.add_new(0x03, "UN", struct.pack("<f", b))
                    block.add_new(0x04, "UN", b"I " if direction is None else b"O ")
                else:
                    block.add_new(0x03, "FL", b)
                    block.add_new(0x04, "CS", "I" if direction is None else "O")
                for element, part in zip((0xB0, 0xB1, 0xB2), DIRECTIONS[direction or 0], strict=True):
                    part = 0.0 if direction is None else part
                    value = struct.pack("<f", part) if as_unknown else part
                    imaging.add_new(element, "UN" if as_unknown else "FL", value)
                if scale_slope:
                    value = struct.pack("<f", scale) if as_unknown else scale
                    imaging.add_new(0x0E, "UN" if as_unknown else "FL", value)
                images.append(ds)
    if with_adc:
        for k in range(SHAPE[0]):
            ds = exam.image(
                9, "DWI 4b", ["DERIVED", "PRIMARY", "ADC", "ADC", "UNSPECIFIED"], k, adc()[k] // 2
            )
            ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = "2", "0", "normalized"
            ds.DiffusionBValue = 2000.0
            ds.DiffusionDirectionality = "ISOTROPIC"
            images.append(ds)
    return images


def philips_2008(b_values: Sequence[float] = B_VALUES, with_trace: bool = True) -> list[FileDataset]:
    """Classic Philips of 2008: private tags only, and a frame sequence that says NONE and REAL of every image.

    Seen in the series DT_HIGH_32DIR and dti_ax of the public validation images of dcm2niix (dcm_qa_philips).
    """
    images = []
    for ds in philips(b_values, as_unknown=True, with_adc=False):
        trace = ds[0x2001, 0x1004].value.strip() == b"I"
        if trace and not with_trace and struct.unpack("<f", ds[0x2001, 0x1003].value)[0] > 0:
            continue
        inner = Dataset()
        inner.DiffusionDirectionality, inner.ComplexImageComponent = "NONE", "REAL"
        block = ds.private_block(0x2005, "Philips MR Imaging DD 005", create=True)
        block.add_new(0x0F, "SQ", DicomSequence([inner]))
        images.append(ds)
    return images


def philips_enhanced(b_values: Sequence[float] = B_VALUES, seed: int = 6) -> list[FileDataset]:
    """All b-values in one enhanced file, directions and isotropic images mixed, a slope and intercept per volume."""
    exam = Exam(seed, "Philips", "Ingenia Synthetic")
    volumes: list[tuple[float, str, int | None]] = []
    for b in b_values:
        if b:
            volumes += [(b, "DIRECTIONAL", n) for n in range(3)]
        volumes.append((b, "ISOTROPIC", None))
    scale = [(0.5 + 0.25 * (n % 3), 0.0) for n in range(len(volumes))]
    ds = enhanced(exam, 11, "DWI enhanced", ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"], volumes, scale)
    for index, item in enumerate(ds.PerFrameFunctionalGroupsSequence):
        inner = Dataset()
        block = inner.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
        block.add_new(0x0E, "FL", 1 / scale[index % len(volumes)][0])
        outer = item.private_block(0x2005, "Philips MR Imaging DD 005", create=True)
        outer.add_new(0x0F, "SQ", DicomSequence([inner]))
    return [ds]


# --------------------------------------------------------------------------- Canon
def canon(b_values: Sequence[float] = B_VALUES, seed: int = 8) -> list[FileDataset]:
    """Classic Canon: directions with the public tag, b 0 without any.

    Seen in the series of the public validation images of dcm2niix (dcm_qa_toshiba).
    """
    exam = Exam(seed, "TOSHIBA", "Galan Synthetic")
    images = []
    for b in b_values:
        for direction in range(3 if b else 1):
            for k in range(SHAPE[0]):
                stored = signal(b, direction if b else None)[k]
                ds = exam.image(5, "DTI ortho", ["ORIGINAL", "PRIMARY", "GDC"], k, stored, averages=1)
                if b:
                    ds.DiffusionBValue = float(b)
                    ds.DiffusionGradientOrientation = list(DIRECTIONS[direction])
                images.append(ds)
    return images


# --------------------------------------------------------------------------- United Imaging
def uih(b_values: Sequence[float] = B_VALUES, seed: int = 9) -> list[FileDataset]:
    """Classic United Imaging: measured b-value and direction in private tags, 1.25 s/mm2 at b 0.

    What stands where was seen in the public validation images of dcm2niix (dcm_qa_uih).
    """
    exam = Exam(seed, "UIH", "uMR Synthetic")
    images = []
    for b in b_values:
        for direction in range(3 if b else 1):
            for k in range(SHAPE[0]):
                stored = signal(b, direction if b else None)[k]
                ds = exam.image(6, "dti_tra", ["ORIGINAL", "PRIMARY", "M"], k, stored)
                block = ds.private_block(0x0065, "Image Private Header", create=True)
                block.add_new(0x09, "FD", float(b) or 1.25)
                block.add_new(0x37, "FD", list(DIRECTIONS[direction]) if b else [0.0, 0.0, 0.0])
                images.append(ds)
    return images


def uih_mosaic(
    b_values: Sequence[float] = B_VALUES, seed: int = 13, *, worded: bool = True
) -> list[FileDataset]:
    """United Imaging's GRID: as many columns as a square needs, only the rows that are needed, a place per slice."""
    exam = Exam(seed, "UIH", "uMR Synthetic")
    slices = SHAPE[0]
    across = int(np.ceil(np.sqrt(slices)))
    images = []
    for b in b_values:
        for direction in range(3 if b else 1):
            picture = tiled(signal(b, direction if b else None), across, -(-slices // across))
            kind = ["ORIGINAL", "PRIMARY", "M", *(["VFRAME"] if worded else [])]
            ds = exam.image(6, "dti_tra", kind, 0, picture)
            ds.Rows, ds.Columns = picture.shape
            block = ds.private_block(0x0065, "Image Private Header", create=True)
            block.add_new(0x09, "FD", float(b) or 1.25)
            block.add_new(0x37, "FD", list(DIRECTIONS[direction]) if b else [0.0, 0.0, 0.0])
            block.add_new(0x50, "DS", str(slices))
            places = []
            for k in range(slices):
                item = Dataset()
                item.ImagePositionPatient = position(k)
                places.append(item)
            block.add_new(0x51, "SQ", DicomSequence(places))
            images.append(ds)
    return images


# --------------------------------------------------------------------------- nobody in particular
def public(b_values: Sequence[float] = B_VALUES, seed: int = 7) -> list[FileDataset]:
    """Only what the standard has: (0018,9087) in a classic image, no word about directions."""
    exam = Exam(seed, "Synthetic Scanners", "One")
    images = []
    for b in b_values:
        for k in range(SHAPE[0]):
            ds = exam.image(2, "DWI", ["DERIVED", "PRIMARY", "DIFFUSION"], k, signal(b)[k])
            ds.add_new(0x00189087, "FD", float(b))
            images.append(ds)
    return images


def parametric_map(unit: str, factor: float, seed: int = 8, slope: float | None = None) -> FileDataset:
    """An ADC map as a parametric map object in ``unit``; 1e-3 mm2/s x ``factor`` is the value in that unit.

    With ``slope`` it is stored as integers behind a real-world value mapping, else as float32.
    """
    exam = Exam(seed, "Synthetic Scanners", "One")
    sop_class = ParametricMapStorage if slope is None else EnhancedMRImageStorage
    ds = exam.header(70, "ADC", ["DERIVED", "PRIMARY", "ADC"], sop_class)
    values = adc() / 1000 * factor
    mapping = Dataset()
    mapping.RealWorldValueIntercept, mapping.RealWorldValueSlope = 0.0, 1.0 if slope is None else slope
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = unit, "UCUM", unit
    mapping.MeasurementUnitsCodeSequence = DicomSequence([code])
    concept = Dataset()
    concept.CodeValue, concept.CodingSchemeDesignator = "113041", "DCM"
    concept.CodeMeaning = "Apparent Diffusion Coefficient"
    quantity = Dataset()
    quantity.ConceptCodeSequence = DicomSequence([concept])
    mapping.QuantityDefinitionSequence = DicomSequence([quantity])
    shared = Dataset()
    orientation = Dataset()
    orientation.ImageOrientationPatient = ORIENTATION
    shared.PlaneOrientationSequence = DicomSequence([orientation])
    measures = Dataset()
    measures.PixelSpacing, measures.SliceThickness, measures.SpacingBetweenSlices = (
        list(SPACING),
        4,
        SLICE_STEP,
    )
    shared.PixelMeasuresSequence = DicomSequence([measures])
    shared.RealWorldValueMappingSequence = DicomSequence([mapping])
    ds.SharedFunctionalGroupsSequence = DicomSequence([shared])
    items = []
    for k in range(SHAPE[0]):
        item, place = Dataset(), Dataset()
        place.ImagePositionPatient = position(k)
        item.PlanePositionSequence = DicomSequence([place])
        items.append(item)
    ds.PerFrameFunctionalGroupsSequence = DicomSequence(items)
    ds.NumberOfFrames = SHAPE[0]
    if slope is None:
        ds.BitsAllocated = 32
        for name in ("BitsStored", "HighBit", "PixelRepresentation"):
            delattr(ds, name)
        ds.FloatPixelData = values.astype("<f4").tobytes()
    else:
        ds.BitsStored, ds.HighBit = 16, 15
        put_pixels(ds, np.rint(values / slope))
    return ds


SIX_MAKERS = {
    "Siemens trace": siemens_trace,
    "Siemens CSA": siemens_csa,
    "Siemens XA enhanced": siemens_enhanced,
    "GE": ge,
    "Philips classic": philips,
    "Philips enhanced": philips_enhanced,
}


def every_element(ds: Dataset) -> Iterator[pydicom.DataElement]:
    """All elements of a data set, those inside sequences too."""
    for element in ds:
        yield element
        if element.VR == "SQ":
            for item in element.value:
                yield from every_element(item)
