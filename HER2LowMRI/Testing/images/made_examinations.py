"""Made-up breast examinations of five makers, in the forms and layouts in which they are exported; nobody's images.

What each maker writes about phase and time follows real multi-phase headers (dcm_qa_sag, dcm_qa_trt, dcm_qa_philips,
dicom2nifti) and the notes of dcm2niix; the layouts are those of 4,000 public examinations (idc-index-data 25.0.5).
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CLASSIC, ENHANCED = "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1"
SIDE, SLICES = 8, 10
NAMES = {
    "siemens": "SIEMENS",
    "ge": "GE MEDICAL SYSTEMS",
    "philips": "Philips Medical Systems",
    "canon": "Canon Medical Systems",
    "uih": "UIH",
}
# Form of the dynamic series -> makers that write it.
LAYOUTS = {
    "siemens": ("series each", "series each, XA", "enhanced, a file each", "one series"),
    "ge": ("one series", "Ph n beside the first", "pre alone", "series each", "no tags"),
    "philips": ("one series", "enhanced", "series each"),
    "canon": ("enhanced",),
    "uih": ("series each", "one series"),
}
GRE = {
    "ScanningSequence": "GR",
    "MRAcquisitionType": "3D",
    "RepetitionTime": 5.0,
    "EchoTime": 2.0,
    "FlipAngle": 10.0,
}
SE = {
    "ScanningSequence": "SE",
    "MRAcquisitionType": "2D",
    "RepetitionTime": 4500.0,
    "EchoTime": 90.0,
    "FlipAngle": 150.0,
}
TR_SPACING = (2.0, 2.0, 3.0)
# A phase is the images of one volume: (file, frame in it).
Images = frozenset[tuple[Path, int]]


@dataclass
class Grid:
    """Where a made-up volume lies."""

    spacing: tuple[float, float, float] = TR_SPACING
    origin: tuple[float, float, float] = (-8.0, -50.0, -15.0)
    orientation: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    def position(self, k: int) -> list[float]:
        row, column = np.array(self.orientation[:3]), np.array(self.orientation[3:])
        return list(np.round(np.array(self.origin) + k * self.spacing[2] * np.cross(row, column), 4))


SAGITTAL = Grid(origin=(-15.0, -8.0, 8.0), orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0))


@dataclass
class Truth:
    """What the made-up examination holds."""

    t1: set[int] = field(default_factory=set)
    t2: set[int] = field(default_factory=set)
    dce: list[Images] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    ultrafast: list[Images] = field(default_factory=list)
    must_ask: set[str] = field(default_factory=set)
    is_plain: bool = True


class Examination:
    """Writes the series of one examination of one made-up patient.

    Parameters
    ----------
    folder : Path
    rng : Generator
    maker : str
        Key of `NAMES`.
    """

    def __init__(self, folder: Path, rng: np.random.Generator, maker: str, patient: str = "made-up 1"):
        self.folder, self.rng, self.maker, self.patient = folder, rng, maker, patient
        self.study = self.uid()
        self.frame = self.uid()
        self.files = 0
        self.tissue = rng.integers(80, 300, (SLICES, SIDE, SIDE))
        self.lesion = np.zeros((SLICES, SIDE, SIDE), bool)
        self.lesion[:, 2:4, 3:5] = True
        folder.mkdir(parents=True, exist_ok=True)

    def uid(self) -> str:
        """A UID of no order in time."""
        return generate_uid(entropy_srcs=[str(self.rng.integers(2**62))])

    def pixels(self, uptake: float = 0.0, gain: float = 1.0) -> np.ndarray:
        """A noisy volume whose lesion takes up contrast agent."""
        noise = self.rng.integers(0, 8, self.tissue.shape)
        return np.rint(gain * (self.tissue + self.lesion * 300 * (1 + uptake)) + noise).astype("<u2")

    def header(
        self, number: int, description: str, image_type: tuple[str, ...], uid: str, **tags: object
    ) -> Dataset:
        """What the images of a series share."""
        data = Dataset()
        data.PatientName, data.PatientID = "Made^Up", self.patient
        data.StudyInstanceUID, data.FrameOfReferenceUID = self.study, self.frame
        data.SeriesInstanceUID, data.SeriesNumber, data.SeriesDescription = uid, number, description
        data.Modality, data.Manufacturer, data.ManufacturerModelName = "MR", NAMES[self.maker], "made up"
        data.ImageType = list(image_type)
        data.Rows = data.Columns = SIDE
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit, data.PixelRepresentation = 15, 0
        data.ScanOptions = ""
        for tag, value in tags.items():
            if isinstance(tag, str) and value is not None:
                setattr(data, tag, value)
        return data

    def save(self, data: Dataset) -> Path:
        """Write a file under a name that says nothing."""
        self.files += 1
        data.file_meta = FileMetaDataset()
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        path = self.folder / f"IM{self.rng.integers(10**9):09d}_{self.files:05d}"
        data.save_as(path, enforce_file_format=True)
        return path

    def classic(
        self,
        number: int,
        description: str,
        volume: np.ndarray,
        grid: Grid,
        *,
        uid: str | None = None,
        start: int = 1,
        image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "M", "ND"),
        per_slice: dict[str, list] | None = None,
        private: object = None,
        **tags: object,
    ) -> Images:
        """Write one volume as single-frame files; ``per_slice`` has a value for every slice."""
        data = self.header(number, description, image_type, uid or self.uid(), **tags)
        data.SOPClassUID = CLASSIC
        data.PixelSpacing, data.SliceThickness = [grid.spacing[1], grid.spacing[0]], grid.spacing[2]
        data.ImageOrientationPatient = list(grid.orientation)
        if private is not None:
            private(data)
        written = []
        for k in self.rng.permutation(volume.shape[0]):
            data.SOPInstanceUID = self.uid()
            data.ImagePositionPatient = grid.position(int(k))
            data.InstanceNumber = start + int(k)
            for tag, values in (per_slice or {}).items():
                setattr(data, tag, values[k])
            data.PixelData = volume[k].tobytes()
            written.append((self.save(data), 0))
        return frozenset(written)

    def enhanced(
        self,
        number: int,
        description: str,
        volumes: list[np.ndarray],
        grid: Grid,
        frame_content: object,
        *,
        uid: str | None = None,
        order: str = "slice",
        **tags: object,
    ) -> list[Images]:
        """Write volumes as one multi-frame file; ``frame_content(item, k, p)`` completes the groups of a frame."""
        data = self.header(number, description, ("ORIGINAL", "PRIMARY", "M", "NONE"), uid or self.uid())
        data.SOPClassUID, data.SOPInstanceUID = ENHANCED, self.uid()
        for name in ("InstanceNumber", "AcquisitionDateTime"):
            if name in tags:
                setattr(data, name, tags.pop(name))
        data.EchoPulseSequence = "GRADIENT"
        shared = Dataset()
        shared.PlaneOrientationSequence = Sequence([_item(ImageOrientationPatient=list(grid.orientation))])
        measures = _item(PixelSpacing=[grid.spacing[1], grid.spacing[0]], SliceThickness=grid.spacing[2])
        shared.PixelMeasuresSequence = Sequence([measures])
        shared.MREchoSequence = Sequence([_item(EffectiveEchoTime=tags.get("EchoTime", 2.0))])
        timing = _item(RepetitionTime=tags.get("RepetitionTime", 5.0), FlipAngle=10.0)
        shared.MRTimingAndRelatedParametersSequence = Sequence([timing])
        data.SharedFunctionalGroupsSequence = Sequence([shared])
        places = [(k, p) for k in range(SLICES) for p in range(len(volumes))]
        if order == "volume":
            places = [(k, p) for p in range(len(volumes)) for k in range(SLICES)]
        items = []
        for k, p in places:
            item = Dataset()
            item.PlanePositionSequence = Sequence([_item(ImagePositionPatient=grid.position(k))])
            frame_content(item, k, p)
            items.append(item)
        data.PerFrameFunctionalGroupsSequence = Sequence(items)
        data.NumberOfFrames = len(items)
        data.PixelData = b"".join(volumes[p][k].tobytes() for k, p in places)
        path = self.save(data)
        return [
            frozenset((path, at) for at, (_, p) in enumerate(places) if p == phase)
            for phase in range(len(volumes))
        ]


def _item(**tags: object) -> Dataset:
    item = Dataset()
    for tag, value in tags.items():
        setattr(item, tag, value)
    return item


def clock(seconds: float) -> str:
    """DICOM time, seconds after ten o'clock."""
    whole = int(seconds)
    return (
        f"{10 + whole // 3600:02d}{whole // 60 % 60:02d}{whole % 60:02d}.{round((seconds - whole) * 1e6):06d}"
    )


def write_dynamic(
    exam: Examination,
    number: int,
    layout: str,
    times: list[float],
    uptakes: list[float],
    grid: Grid,
    *,
    start: float = 600.0,
    name: str = "ax dyn",
    tags: dict[str, object] | None = None,
    with_times: bool = True,
) -> list[Images]:
    """Write the phases of a dynamic series as a maker does; returns the images of each phase.

    Parameters
    ----------
    times : list of float
        Start of each phase after the first [s].
    with_times : bool
        False: no element says when a phase was measured.
    """
    volumes = [exam.pixels(uptake) for uptake in uptakes]
    writer = {
        "siemens": _siemens,
        "ge": _ge,
        "philips": _philips,
        "canon": _canon,
        "uih": _uih,
    }[exam.maker]
    return writer(
        exam, number, layout, times, volumes, grid, start, name, {**GRE, **(tags or {})}, with_times
    )


def _day(seconds: float, with_times: bool) -> dict[str, object]:
    if not with_times:
        return {}
    return {"AcquisitionDate": "20200102", "AcquisitionTime": clock(seconds), "ContentDate": "20200102"}


def _siemens(exam, number, layout, times, volumes, grid, start, name, tags, with_times):
    count = len(times)
    if layout == "enhanced, a file each":
        phases = []
        for p, time in enumerate(times):

            def content(item, k, _, p=p, time=time):
                found = _item(TemporalPositionIndex=p + 1)
                if with_times:
                    found.FrameAcquisitionDateTime = "20200102" + clock(start + time)
                item.FrameContentSequence = Sequence([found])

            phases += exam.enhanced(
                number + p, name, [volumes[p]], grid, content, InstanceNumber=1, **_gre_only(tags)
            )
        return phases
    phases = []
    uid = exam.uid() if layout == "one series" else None
    for p, time in enumerate(times):
        per_slice = {}
        if layout == "series each, XA" and with_times:
            # 2-D: every slice has its own time, within the phase.
            own = [clock(start + time + 0.07 * int(k)) for k in exam.rng.permutation(SLICES)]
            first = min(own)
            own[own.index(first)], own[0] = own[0], first
            per_slice = {"AcquisitionTime": own, "ContentTime": [clock(start + times[-1] + 60)] * SLICES}
        described = name if layout != "series each" else (f"{name}_pre" if p == 0 else f"{name}_post{p}")
        phases.append(
            exam.classic(
                number + (0 if uid else p),
                described,
                volumes[p],
                grid,
                uid=uid,
                start=1 + (p * SLICES if uid else 0),
                per_slice=per_slice,
                AcquisitionNumber=p + 1 if layout != "series each" else 1,
                NumberOfTemporalPositions=count if layout == "series each, XA" else None,
                SeriesTime=clock(start) if with_times else None,
                **_day(start + time, with_times),
                **tags,
            )
        )
    return phases


def _gre_only(tags):
    return {key: tags[key] for key in ("RepetitionTime", "EchoTime")}


def _ge(exam, number, layout, times, volumes, grid, start, name, tags, with_times):
    count = len(times)
    phases = []
    uid = exam.uid()
    for p, time in enumerate(times):
        alone = (
            layout == "series each" or layout == "Ph n beside the first" or (layout == "pre alone" and p == 0)
        )
        described = {
            "series each": f"{name} pre" if p == 0 else f"{name} post {p}",
            "Ph n beside the first": name if p == 0 else f"Ph{p}/{name}",
        }.get(layout, name)
        series = number if layout in ("one series", "no tags") else number + p
        if layout == "pre alone":
            series = number if p == 0 else number + 1
        own: dict[str, object] = {"AcquisitionNumber": 1}
        in_series = p - (1 if layout == "pre alone" else 0)
        begins = start + (times[1] if layout == "pre alone" and p > 0 else 0.0)
        private = None
        if layout == "no tags":
            own |= _day(start, with_times)

            def private(data, count=count, last=times[-1]):
                block = data.private_block(0x0019, "GEMS_ACQU_01", create=True)
                if with_times:
                    block.add_new(0x5A, "FL", float((last * count / (count - 1)) * 1e6))

            own |= {"NumberOfTemporalPositions": count, "ImagesInAcquisition": SLICES}
        elif layout == "series each":
            own |= _day(start + time, with_times)
        else:
            own |= _day(begins, with_times)
            own["TemporalPositionIdentifier"] = (
                in_series + 1 if not (layout == "pre alone" and p == 0) else None
            )
            if layout == "Ph n beside the first":
                own["TemporalPositionIdentifier"] = p + 1
            if with_times:
                own["TriggerTime"] = 1000.0 * (time - (begins - start))
        phases.append(
            exam.classic(
                series,
                described,
                volumes[p],
                grid,
                uid=None if alone else uid,
                start=1 + (0 if alone else in_series * SLICES if layout == "pre alone" else p * SLICES),
                image_type=("ORIGINAL", "PRIMARY", "OTHER"),
                private=private,
                **own,
                **tags,
            )
        )
    return phases


def _philips(exam, number, layout, times, volumes, grid, start, name, tags, with_times):
    number = number * 100 + 1
    if layout == "enhanced":

        def content(item, k, p):
            found = _item(TemporalPositionIndex=p + 1)
            if with_times:
                found.FrameAcquisitionDateTime = "20200102" + clock(start)
            item.FrameContentSequence = Sequence([found])
            inner = Dataset()
            block = inner.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
            if with_times:
                block.add_new(0xA0, "FL", float(times[p]))
            outer = item.private_block(0x2005, "Philips MR Imaging DD 005", create=True)
            outer.add_new(0x0F, "SQ", Sequence([inner]))

        return exam.enhanced(number, name, volumes, grid, content, InstanceNumber=1, **_gre_only(tags))
    uid = exam.uid() if layout == "one series" else None
    phases = []
    for p, time in enumerate(times):
        own: dict[str, object] = {
            "TemporalPositionIdentifier": p + 1 if uid else 1,
            "AcquisitionNumber": number,
        }
        if with_times:
            own |= _day(start + time, True)
            own["TriggerTime"] = 1000.0 * (time if uid else 0.0)
        phases.append(
            exam.classic(
                number if uid else number + 100 * p,
                name if uid else f"{name} {'pre' if p == 0 else 'post'}",
                volumes[p],
                grid,
                uid=uid,
                start=1 + (p * SLICES if uid else 0),
                image_type=("ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"),
                **own,
                **tags,
            )
        )
    return phases


def _canon(exam, number, layout, times, volumes, grid, start, name, tags, with_times):
    def content(item, k, p):
        item.FrameContentSequence = Sequence([_item(TemporalPositionIndex=1)])

    return exam.enhanced(
        number, name, volumes, grid, content, order="volume", InstanceNumber=1, **_gre_only(tags)
    )


def _uih(exam, number, layout, times, volumes, grid, start, name, tags, with_times):
    uid = exam.uid() if layout == "one series" else None
    return [
        exam.classic(
            number if uid else number + p,
            name,
            volumes[p],
            grid,
            uid=uid,
            start=1 + (p * SLICES if uid else 0),
            AcquisitionDuration=60000.0,
            AcquisitionNumber=1,
            **_day(start + time, with_times),
            **tags,
        )
        for p, time in enumerate(times)
    ]
