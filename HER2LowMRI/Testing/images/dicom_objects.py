"""DICOM images, segmentations and structure sets of a made-up examination, for the tests of VOI files."""

from collections.abc import Mapping, Sequence

import highdicom as hd
import numpy as np
import pydicom
from HER2LowMRILib.images.image_grid import ImageGrid
from highdicom.seg import SegmentationTypeValues, SegmentDescription
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR = "1.2.840.10008.5.1.4.1.1.4"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
STUDY, SERIES, FRAME_OF_REFERENCE = (
    generate_uid(entropy_srcs=[text]) for text in ("study", "series", "frame")
)


def _common(sop_class: str, modality: str, number: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[modality, str(number)])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    one.SOPClassUID, one.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    one.PatientName, one.PatientID, one.PatientBirthDate, one.PatientSex = "Synthetic^Object", "S1", "", ""
    one.StudyInstanceUID, one.SeriesInstanceUID = STUDY, SERIES
    one.StudyID, one.StudyDate, one.StudyTime, one.AccessionNumber = "1", "20260101", "120000", ""
    one.ReferringPhysicianName = ""
    one.FrameOfReferenceUID, one.PositionReferenceIndicator = FRAME_OF_REFERENCE, ""
    one.Modality, one.Manufacturer, one.SeriesNumber, one.InstanceNumber = modality, "Synthetic", 1, number
    return one


def source_images(grid: ImageGrid) -> list[FileDataset]:
    """The MR images that a VOI is drawn on, one per slice."""
    matrix = grid.ijk_to_lps()
    images = []
    for k in range(grid.size_ijk[2]):
        one = _common(MR, "MR", k + 1)
        one.Rows, one.Columns = grid.size_ijk[1], grid.size_ijk[0]
        one.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[0]]
        one.SliceThickness = grid.spacing_mm[2]
        one.ImageOrientationPatient = [
            float(f"{v:.12g}")
            for v in (*(matrix[:3, 0] / grid.spacing_mm[0]), *(matrix[:3, 1] / grid.spacing_mm[1]))
        ]
        one.ImagePositionPatient = [float(f"{v:.10g}") for v in matrix[:3, 3] + k * matrix[:3, 2]]
        one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 0
        one.PixelData = np.zeros((one.Rows, one.Columns), np.uint16).tobytes()
        images.append(one)
    return images


def segmentation(
    grid: ImageGrid,
    masks: Mapping[str, np.ndarray],
    *,
    kind: SegmentationTypeValues = SegmentationTypeValues.BINARY,
    types: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
    **options: object,
) -> hd.seg.Segmentation:
    """A DICOM segmentation of the masks (k, j, i), as highdicom writes it: slices without voxels are left out."""
    labels = list(names or masks)
    described = [
        SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
            segmented_property_type=types[number - 1] if types else codes.SCT.Mass,
            algorithm_type="MANUAL",
        )
        for number, label in enumerate(labels, 1)
    ]
    stack = np.stack(list(masks.values()), axis=-1)
    if kind == SegmentationTypeValues.FRACTIONAL:
        options.setdefault("fractional_type", "PROBABILITY")
    pixels = stack.astype(np.float32) if kind == SegmentationTypeValues.FRACTIONAL else stack.astype(np.uint8)
    return hd.seg.Segmentation(
        source_images=source_images(grid),
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=described,
        series_instance_uid=generate_uid(),
        series_number=9,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Synthetic",
        manufacturer_model_name="S",
        software_versions="1",
        device_serial_number="1",
        **options,
    )


def structure_set(
    structures: Mapping[str, Sequence[np.ndarray]], names: Sequence[str] | None = None
) -> FileDataset:
    """An RT structure set: name -> closed contours, (n, 3) in mm LPS."""
    one = _common(STRUCTURES, "RTSTRUCT", 1)
    one.StructureSetLabel = "VOI"
    one.StructureSetROISequence, one.ROIContourSequence = pydicom.Sequence(), pydicom.Sequence()
    for number, (name, contours) in enumerate(zip(names or structures, structures.values(), strict=True), 1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber, roi.ROIName = number, name
        roi.ReferencedFrameOfReferenceUID = FRAME_OF_REFERENCE
        drawn.ReferencedROINumber, drawn.ContourSequence = number, pydicom.Sequence()
        for points in contours:
            contour = Dataset()
            contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
            contour.ContourData = [float(f"{v:.8g}") for v in np.ravel(points)]
            drawn.ContourSequence.append(contour)
        one.StructureSetROISequence.append(roi)
        one.ROIContourSequence.append(drawn)
    return one
