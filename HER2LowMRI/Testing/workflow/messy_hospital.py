"""Six patients as a hospital hands them over: folders of all sorts, tables with habits, a stray series.

The patients are made up. Folders are nested and called differently, some hold more than images; ids have leading zeros
that one table lost; numbers have decimal commas; a row stands there twice.
"""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from HER2LowMRILib.images.voi_files import write_voi
from slicer_session.small_images import GRID, small_phantom, write_small_series

# Patient id, name, where the DICOM files lie below the patient's folder.
PATIENTS = (
    ("0004711", "Musterfrau^Änne", "Musterfrau Aenne MRT 2024/DICOM/S0001"),
    ("0004712", "Beispiel^Bea", "BEISPIEL_B/IMAGES"),
    ("0004713", "Probe^Carla", "0004713"),
    ("0004714", "Test^Dora", "Dora T (Kopie)/export (2)/neuer Ordner"),
    ("0004715", "Vorlage^Erna", "Pat5"),
    ("0004716", "Zufall^Frieda", "zufall/CD/DICOM"),
)
STRANGER = "0009999"
PATHOLOGY = """Pathologie-Export;;;;;;;
;;;;;;;
Patienten-ID;Name;Alter (Jahre);ÖR;PgR;Ki-67 (%);HER2;Bemerkungen
0004711;Musterfrau;51;90 %;-;12,5;1+;
0004712;Beispiel;62;<1 %;neg;55;2+(FISH-);
0004712;Beispiel;62;<1 %;neg;55;2+(FISH-);
4713;Probe;47;pos;pos;20-30 %;0+;x
0004714;Test;70;neg;neg;80;3+;
0004715;Vorlage;55;+++;+;0,3;HER2 2+ (FISH +);
0004716;Zufall;39;80 %;pos;k.A.;0;
;;;;;;;
Summe;;6;;;;;
"""
# (column, found) -> answer, to what the table of pathology leaves open; the rest is proposed.
ANSWERS = {("PgR", "-"): "0", ("Ki-67 (%)", "0,3"): "30"}
# To what the table of readings leaves open.
COLUMNS = {
    "T2": "t2_hyperintensity",
    "Typ": "lesion_type",
    "Form": "mass_shape",
    "Rand": "mass_margin",
    "KM": "mass_enhancement",
}
READ = {
    "FGT": "b", "BPE": "mild", "Multifokal": "nein", "T2": "Ja", "Ödem": "nein", "Typ": "Mass", "Größe (mm)": "21,5",
    "Form": "irregular", "Rand": "Spiculated", "KM": "Rim enhancement",
}  # fmt: skip


@dataclass(frozen=True)
class Hospital:
    """Where everything lies.

    Attributes
    ----------
    images : Path
        A folder for each patient.
    stray : Path
        The series of somebody else in the folder of the fourth patient.
    pathology : Path
        A table in Windows-1252.
    """

    images: Path
    stray: Path
    pathology: Path


def _belongs_to(folder: Path, patient_id: str, name: str) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            data = pydicom.dcmread(file)
            data.SpecificCharacterSet = "ISO_IR 100"
            data.PatientID, data.PatientName = patient_id, name
            data.save_as(file)


def write_hospital(folder: Path, *, stray: bool = True) -> Hospital:
    """Write images and the table of pathology.

    Parameters
    ----------
    stray : bool
        Whether a series of another patient lies in the fourth folder.
    """
    images = folder / "MRT Studie"
    for number, (patient_id, name, place) in enumerate(PATIENTS, start=1):
        write_small_series(images / place, number)
        _belongs_to(images / place, patient_id, name)
    (images / "liesmich.txt").write_text("Stand 3/2025")
    (images / "BEISPIEL_B" / "Befund.pdf").write_bytes(b"%PDF-1.4 Befund")
    (images / "Pat5" / "Thumbs.db").write_bytes(bytes(64))
    (images / "__MACOSX").mkdir()
    lost = images / PATIENTS[3][2] / "S2"
    if stray:
        write_small_series(lost, 9)
        _belongs_to(lost, STRANGER, "Fremd^Gerda")
    pathology = folder / "Pathologie.csv"
    pathology.write_bytes(PATHOLOGY.replace("\n", "\r\n").encode("cp1252"))
    return Hospital(images, lost, pathology)


def take_stray_away(hospital: Hospital) -> None:
    """What the coordinator does who reads that a folder holds images of two patients."""
    shutil.rmtree(hospital.stray)


def write_readings(folder: Path, case_ids: dict[str, str], readers: tuple[str, ...] = ("r1", "r2")) -> Path:
    """One table of the readings of both, tabs and UTF-16 as a spreadsheet saves it, with an outline for each.

    Parameters
    ----------
    case_ids : dict
        Patient id -> case id of the study.
    """
    rows = []
    for reader in readers:
        for number, (patient_id, _name, _place) in enumerate(PATIENTS, start=1):
            lesion = small_phantom(number).lesion
            shifted = np.roll(lesion, readers.index(reader), axis=2)
            voi = folder / "Konturen" / f"{number}_{reader}.seg.nrrd"
            voi.parent.mkdir(exist_ok=True)
            write_voi(voi, {"lesion": shifted}, GRID)
            answers = READ | ({"BPE": "Marked"} if (reader, number) == ("r2", 3) else {})
            case_id = case_ids[patient_id]
            rows.append(
                {"Fall": case_id.lower(), "Reader": reader, "VOI": str(voi.relative_to(folder))} | answers
            )
    table = folder / "Lesungen.txt"
    with table.open("w", newline="", encoding="utf-16") as stream:
        written = csv.DictWriter(stream, list(rows[0]), delimiter="\t")
        written.writeheader()
        written.writerows(rows)
    return table


def write_decisions(folder: Path, case_ids: dict[str, str]) -> Path:
    """The adjudicator's table."""
    table = folder / "Entscheidungen.csv"
    table.write_text(f"Case;Question;Decision;Why\n{case_ids[PATIENTS[2][0]]};BPE;mild;seen again\n")
    return table
