"""A synthetic study whose signed readings differ in everything that DICOM objects can differ in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.map_spec import further_map
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import Study, create_study
from images import vendor_series as vendor
from pydicom.dataset import FileDataset
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS, NME

SERIES: dict[str, Callable[[], list[FileDataset]]] = {
    "siemens": vendor.siemens_trace,
    "siemens-enhanced": vendor.siemens_enhanced,
    "philips-enhanced": vendor.philips_enhanced,
    "philips": vendor.philips,
    "ge": vendor.ge,
    "canon": vendor.canon,
    "uih": vendor.uih,
    "public": vendor.public,
}
NAME, PATIENT_ID, BIRTH = "Planted^Petronella", "PID-PLANTED-4711", "19570304"
# Of the others only the first reader signed.
READERS_OF = {0: ("r1", "r2"), 4: ("r1", "r2"), 9: ("r1", "r2")}
MORE = {"side": "left", "clock_face": 10, "nipple_distance_mm": 35.5, "quadrant": "not_assessable"}


def planted(images: list[FileDataset], number: int = 0) -> list[FileDataset]:
    """The same images with an identity in every element that has a place for one."""
    for image in images:
        image.PatientName, image.PatientID = f"{NAME}{number}", f"{PATIENT_ID}-{number}"
        image.PatientBirthDate, image.PatientSex, image.PatientAge = BIRTH, "F", "066Y"
        image.AccessionNumber, image.StudyID = f"ACC-PLANTED-{number}", f"STU-PLANTED-{number}"[:16]
        image.StudyDate, image.StudyTime = "20190517", "081533"
        image.ReferringPhysicianName = "Planted^Referrer"
        image.StudyDescription = "Planted description of Petronella"
        image.InstitutionName = "Planted Hospital"
    return images


def grid_of(folder: Path) -> ImageGrid:
    return read_dwi([folder]).grid


def lesion_on(grid: ImageGrid, seed: int) -> np.ndarray:
    """A few voxels in the middle, other ones for another seed."""
    mask = np.zeros(grid.shape, bool)
    k, j, i = (n // 2 for n in grid.shape)
    mask[max(k - 1, 0) : k + 2, j - 5 : j + 5, i - 4 : i + 4] = True
    mask[k, j - 5, i - 4 + seed % 6] = False
    return mask


def study_of_many_kinds(folder: Path) -> Study:
    """Eight makers, files that are not DICOM, a given ADC map; one and several exclusions, other names, amendments."""
    measured = FeatureSet.of((0.05, 0.05, 0.05), None, (further_map("T2map", "ms", 0, 300, 5),), (3.0,))
    study = create_study(folder, "Synthetic study", ("r1", "r2"), seed=3, synthetic=True, features=measured)
    cases = []
    for number, (maker, make) in enumerate(SERIES.items()):
        place = folder / "images" / maker
        vendor.save(planted(make(), number), place)
        cases.append(Case(f"K{number}-{maker}", CaseImages(dwi=(place,))))
    write_images(folder / "images" / "nrrd", 1)
    cases.append(Case("K8-nrrd", CaseImages(dwi=image_files(folder / "images" / "nrrd"), b_values=B_VALUES)))
    vendor.save(planted(vendor.siemens_trace(), 9), folder / "images" / "with-adc" / "dwi")
    vendor.save(planted(vendor.siemens_adc(), 9), folder / "images" / "with-adc" / "adc")
    places = {role: folder / "images" / "with-adc" / role for role in ("dwi", "adc")}
    cases.append(Case("K9-adc", CaseImages(dwi=(places["dwi"],), adc=places["adc"])))
    with study.coordinator() as office:
        office.add_cases(cases)
        for case in cases:
            office.set_pathology(case.case_id, her2_ihc="1+", er=1, her2_laboratory="PLANTEDLAB")
    for number, case in enumerate(cases):
        first = case.images.dwi[0]
        grid = grid_of(first) if first.is_dir() else None
        _read(study, number, case.case_id, grid)
    return study


def _read(study: Study, number: int, case_id: str, grid: ImageGrid | None) -> None:
    lesion = lesion_mask() if grid is None else lesion_on(grid, number)
    grid = grid or GRID
    for reader in READERS_OF.get(number, ("r1",)):
        masks = {"lesion": lesion}
        if reader == "r2" or number % 2:
            inner = np.zeros_like(lesion)
            inner[lesion.any(axis=(1, 2)).argmax(), grid.shape[1] // 2, :] = True
            masks["necrosis"] = inner
        if number % 3 == 0:
            masks |= {"cyst": np.roll(masks["lesion"], 5, 1) & ~lesion, "vessel": np.zeros_like(lesion)}
        if number == 4:
            masks["Petronella Planted"] = np.roll(lesion, 3, 2)
        with study.reader(reader) as view:
            case = view.open_case(case_id)
            case.save_voi(masks, grid)
            for item, value in {**(NME if number % 2 else MASS), **MORE}.items():
                case.set_answer(item, value)
            case.set_comment("Frau Petronella Planted, siehe Vorbefund")
            case.sign_off()
            if number == 2:
                case.amend("other margin of Petronella")
                case.set_answer("bpe", "not_assessable")
                case.sign_off()
