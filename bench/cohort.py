"""A cohort from files to rows against plain reading of the same files."""

import hashlib
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.voi import bounding_box, describe_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.voi_files import read_voi, write_voi
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.measure_case import CaseJob, measure_case
from made_up_volume import B_VALUES, SHAPE, lesion, series
from measure import Timing, interleaved
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

PATIENTS = 58
ON_DISK = 4  # different patients; the cohort visits them in turn
SPACING = (1.7, 1.7, 4.0)


def _write_nrrd(folder: Path, images: list[np.ndarray]) -> None:
    grid = ImageGrid(SHAPE[::-1], SPACING)
    for b, image in zip(B_VALUES, images, strict=True):
        sitk.WriteImage(grid.to_sitk(image), str(folder / f"b{b:g}.nrrd"), useCompression=True)


def _write_dicom(folder: Path, images: list[np.ndarray], patient: int) -> None:
    study, frame = generate_uid(), generate_uid()
    for number, (b, image) in enumerate(zip(B_VALUES, images, strict=True)):
        uid = generate_uid()
        for k, pixels in enumerate(image):
            data = pydicom.Dataset()
            data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, generate_uid()
            data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, uid, frame
            data.PatientID, data.PatientName, data.Modality = f"SYNTHETIC{patient}", "SYNTHETIC", "MR"
            data.Manufacturer, data.SeriesDescription = "made up", f"made-up dwi b{b:g}"
            data.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "TRACEW"]
            data.SeriesNumber, data.InstanceNumber, data.AcquisitionNumber = number + 1, k + 1, 1
            data.ImagePositionPatient = [0, 0, k * SPACING[2]]
            data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            data.PixelSpacing, data.SliceThickness = list(SPACING[1::-1]), SPACING[2]
            data.DiffusionBValue = float(b)
            data.Rows, data.Columns = pixels.shape
            data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
            data.SamplesPerPixel, data.PixelRepresentation = 1, 0
            data.PhotometricInterpretation = "MONOCHROME2"
            data.PixelData = pixels.astype("<u2").tobytes()
            data.file_meta = FileMetaDataset()
            data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            data.file_meta.MediaStorageSOPClassUID = MRImageStorage
            data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
            data.save_as(folder / f"{number}-{k:03}.dcm", enforce_file_format=True)


def _read_nrrd(folder: Path) -> None:
    for file in sorted(folder.glob("*.nrrd")):
        sitk.GetArrayFromImage(sitk.ReadImage(str(file)))


def _read_dicom(folder: Path) -> None:
    for file in sorted(folder.glob("*.dcm")):
        _ = pydicom.dcmread(file).pixel_array


def _jobs(root: Path, form: str, kept: Path) -> list[tuple[CaseJob, Path, Path]]:
    jobs = []
    for patient in range(ON_DISK):
        folder = root / form / str(patient)
        folder.mkdir(parents=True)
        images = series(patient)
        voi = root / form / f"{patient}.seg.nrrd"
        write_voi(voi, {"lesion": lesion()}, ImageGrid(SHAPE[::-1], SPACING))
        if form == "NRRD":
            _write_nrrd(folder, images)
            places = tuple(sorted(folder.glob("*.nrrd"), key=lambda f: float(f.stem[1:])))
        else:
            _write_dicom(folder, images, patient)
            places = (folder,)
        job = CaseJob(
            f"case{patient}",
            CaseImages(dwi=places, b_values=B_VALUES if form == "NRRD" else None),
            {"reader": (voi, hashlib.sha256(voi.read_bytes()).hexdigest())},
            FitOptions(),
            FeatureSet(),
            kept / f"{form}{patient}.json",
        )
        jobs.append((job, folder, voi))
    return jobs


def _rows(job: CaseJob) -> None:
    found = read_dwi(job.images.dwi, b_values=job.images.b_values)
    voi = read_voi(job.vois["reader"][0], found.grid).mask
    box = bounding_box(voi)
    describe_voi(voi, found.grid.spacing_mm)
    measure_voi(compute_maps(found, box=box).maps, voi[box])


def _export(job: CaseJob) -> None:
    job.kept.unlink(missing_ok=True)
    measured = measure_case(job)
    if measured.problems:
        raise RuntimeError(f"the cohort could not be measured: {measured.problems}")


def against_reading(clock: Callable[[], float] = time.process_time) -> dict[str, list[Timing]]:
    """58 patients, each read plainly and measured in turn; one thread for SimpleITK."""
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    found = {}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for form, read in (("NRRD", _read_nrrd), ("DICOM", _read_dicom)):
            cohort = itertools.cycle(_jobs(root, form, root))
            patient = [next(cohort)]

            def plain(read=read, patient=patient):
                _, folder, voi = patient[0]
                read(folder)
                sitk.GetArrayFromImage(sitk.ReadImage(str(voi)))

            def rows(patient=patient):
                _rows(patient[0][0])

            def export(patient=patient, cohort=cohort):
                _export(patient[0][0])
                patient[0] = next(cohort)

            name = f"plain reading of the {form} files and the VOI"
            found[form] = interleaved(
                {
                    name: plain,
                    "**reading, ADC + D_app + K_app, 21 features**": rows,
                    "the same in an export: file hashes, row kept on disk": export,
                },
                name,
                PATIENTS,
                clock=clock,
            )
    return found
