"""The study of a random sitting: small cases with and without a whole examination, and a second reader who is done."""

import json
from pathlib import Path

import numpy as np
import pydicom
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.study.hanging import default_hanging
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.workflow.folder_of_patients import FolderWishes
from HER2LowMRILib.workflow.set_up_study import set_up_study
from images.made_examinations import GRE, SE, Examination, Grid, write_dynamic

from slicer_session.sitting_check import LESION, READER
from slicer_session.small_images import write_small_series

CASES, SIGNED = 3, "CASE-003"
# Two cases have T1, T2 and phases beside the diffusion images; of the second they are tilted against those.
TILT_DEG = {1: 0.0, 2: 9.0}
UPTAKES, TIMES_S = [0.0, 1.2, 1.5, 1.0], [0.0, 60.0, 120.0, 180.0]
SIX_VIEWS = {
    "id": "everything",
    "label": "Everything",
    "key": "F5",
    "questions": [],
    "views": [
        {"image": "adc"},
        {"image": "high_b"},
        {"image": "dce", "phase": "before"},
        {"image": "dce", "phase": "shown"},
        {"image": "subtraction", "phase": "shown"},
        {"image": "t2"},
    ],
}


def make_study(folder: Path) -> Path:
    """Set up the study; r2 has signed everything off, r1 one case, so that there is something to decide."""
    truth = {}
    for number in range(1, CASES + 1):
        place = folder / "images" / f"CASE-{number:03d}"
        truth[place.name] = write_small_series(place / "dwi", number)
        if number in TILT_DEG:
            _add_examination(place, np.radians(TILT_DEG[number]), number)
    study = folder / "study"
    set_up_study(
        study,
        "Random",
        ("r1", "r2"),
        folder / "images",
        FolderWishes(keep_names=True),
        FeatureSet.of(beside=True),
    )
    hanging = json.loads(default_hanging())
    hanging["layouts"].append(SIX_VIEWS)
    with open_study(study).coordinator() as office:
        office.set_hanging(json.dumps(hanging).encode())
    _sign_off(study, "r2", truth, shift=1, choice=-2)
    _sign_off(study, READER, {SIGNED: truth[SIGNED]}, shift=0, choice=0)
    return study


def _add_examination(folder: Path, tilt: float, number: int) -> None:
    """T1, T2 and a dynamic series of the same patient."""
    dwi = pydicom.dcmread(next((folder / "dwi").iterdir()), stop_before_pixels=True)
    exam = Examination(folder / "rest", np.random.default_rng(number), "siemens", str(dwi.PatientID))
    turned = (1.0, 0.0, 0.0, 0.0, float(np.cos(tilt)), float(np.sin(tilt)))
    grid = Grid(spacing=(6.0, 6.0, 3.0), origin=(-24.0, -24.0, -15.0), orientation=turned)
    exam.classic(2, "t2_tse_fs_tra", exam.pixels(), grid, **SE, ScanOptions="FS")
    exam.classic(3, "t1_fl3d_tra", exam.pixels(), grid, **GRE | {"RepetitionTime": 6.5, "EchoTime": 2.6})
    write_dynamic(exam, 10, "series each", TIMES_S, UPTAKES, grid, tags={"ScanOptions": "FS"})
    for file in (folder / "rest").rglob("*"):
        if file.is_file():
            data = pydicom.dcmread(file)
            for element in ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID"):
                setattr(data, element, getattr(dwi, element, ""))
            data.save_as(file)


def _sign_off(study: Path, reader: str, truth: dict[str, Phantom], shift: int, choice: int) -> None:
    """Read and sign off some cases."""
    with open_study(study).reader(reader) as view:
        for case_id, phantom in truth.items():
            reading = view.open_case(case_id)
            reading.save_voi({LESION: np.roll(phantom.lesion, shift, axis=2)}, phantom.grid, {})
            while reading.missing():
                item = reading.missing()[0]
                reading.set_answer(
                    item.id, item.choices[choice].value if item.kind == "choice" else 25 + shift
                )
            reading.sign_off()
