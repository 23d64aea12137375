"""A whole study by the public commands, from image folders to tables; and nothing of who the patients are in them."""

import contextlib
import csv
import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from files.hostile_text import hostile_strings
from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import open_study
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from study.made_up_images import GRID, lesion_mask, write_images
from study.made_up_study import MASS, NME
from study.reachable import everything_held_by, texts

NAME, PATIENT, BIRTH = "PLANTED^IDENTITY", "MRN4711007", "19610314"


def write_dicom(folder, seed):
    """A classic multi-b MR series, synthetic, with a planted identity."""
    write_images(folder, seed)
    study, series, uids = generate_uid(), generate_uid(), []
    for b in (0, 800, 1400, 2000):
        volume = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / f"b{b}.nrrd")))
        (folder / f"b{b}.nrrd").unlink()
        for k, plane in enumerate(volume):
            meta = FileMetaDataset()
            meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = MRImageStorage, ExplicitVRLittleEndian
            meta.MediaStorageSOPInstanceUID = generate_uid()
            data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
            data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
            data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series, study
            data.PatientName, data.PatientID, data.PatientBirthDate = (
                f"{NAME}{seed}",
                f"{PATIENT}{seed}",
                BIRTH,
            )
            data.Manufacturer, data.Modality, data.SeriesNumber = "SYNTHETIC", "MR", 7
            data.InstanceNumber = k + 1
            data.Rows, data.Columns = plane.shape
            data.PixelSpacing, data.SliceThickness = [2, 2], 5
            data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            data.ImagePositionPatient = [-20, -30, 10 + 5 * k]
            data.DiffusionBValue = float(b)
            data.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
            data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
            data.BitsAllocated = data.BitsStored = 16
            data.HighBit, data.PixelRepresentation = 15, 0
            data.PixelData = np.round(plane).astype(np.uint16).tobytes()
            data.save_as(folder / f"{b}-{k}.dcm", enforce_file_format=True)
            uids.append(data.SOPInstanceUID)
    return [study, series, *uids]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A study run by commands over DICOM with planted identities; returns the folder, the exports, what was planted."""
    root = tmp_path_factory.mktemp("hospital")
    identities = [NAME, "PLANTED", PATIENT, BIRTH, "1961-03-14"]
    for seed in (1, 2, 3):
        identities += write_dicom(root / "images" / f"{NAME}{seed}", seed)
    study, out = root / "study", root / "export"
    run("init", study, "--title", "Synthetic study", "--seed", "1", "--synthetic")
    run("add", study, root / "images")
    with open_study(study).coordinator() as office:
        ids = [case.case_id for case in office.cases]
        assert ids == [office.pseudonym(f"{PATIENT}{seed}") for seed in (1, 2, 3)]
    write_rows(
        root / "pathology.csv",
        [
            {"patient_id": f"{PATIENT}1", "her2_ihc": "1+", "her2_laboratory": f"Lab {NAME}"},
            {"patient_id": f"{PATIENT}2", "her2_ihc": "2+", "her2_ish_result": "negative", "er": 1},
            {"patient_id": f"{PATIENT}3", "her2_ihc": "2+"},
        ],
        ["patient_id", "her2_ihc", "her2_ish_result", "er", "her2_laboratory"],
    )
    run("pathology", study, root / "pathology.csv")
    for reader, grow in (("r1", 0), ("r2", 1)):
        write_voi(root / f"{reader}.seg.nrrd", {"lesion": lesion_mask(grow=grow)}, GRID)
        rows = [{"case_id": case, "voi": f"{reader}.seg.nrrd"} | MASS for case in ids]
        if reader == "r2":
            rows[1] |= {**dict.fromkeys(MASS), **NME}
        write_rows(root / f"{reader}.csv", rows, ["case_id", "voi", *{**MASS, **NME}])
        run("read", study, reader, root / f"{reader}.csv", "--sign-off")
    decided = ("lesion_type", "mass_shape", "mass_margin", "mass_enhancement")
    write_rows(
        root / "decisions.csv",
        [
            {"case_id": ids[1], "item": item, "decision": MASS[item], "reason": "synthetic"}
            for item in decided
        ],
        ["case_id", "item", "decision", "reason"],
    )
    run("adjudicate", study, root / "decisions.csv")
    assert main(["export", str(study), "--out", str(out), "--jobs", "1", "--quiet"]) == 0
    return root, identities


def run(act, *arguments):
    assert main(["study", act, *map(str, arguments)]) == 0


def test_a_study_runs_by_commands_only_and_passes_its_check(planted, capsys):
    root, _ = planted
    rows = read_rows(root / "export" / "features.csv")
    assert sorted(row["her2_group"] for row in rows) == ["indeterminate", "low", "low"]
    assert {row["adjudicated_items"] for row in rows} == {"0", "4"}
    run("check", root / "study")
    assert "3 cases and 6 readings checked: nothing wrong" in capsys.readouterr().out
    run("status", root / "study")
    said = capsys.readouterr().out
    assert said.count("signed off") == 6
    assert said.startswith("3 cases, 0 left out, 0 removed\n")


def test_deleting_what_is_derived_and_exporting_again_gives_the_same_bytes(planted, tmp_path):
    root, _ = planted
    study = shutil.copytree(root / "study", tmp_path / "moved")
    shutil.rmtree(study / "derived")
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "2", "--quiet"]) == 0
    for file in sorted((root / "export").iterdir()):
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes(), file.name


def workers_start(process, study):
    """Whether a worker has been started (beside the process that multiprocessing keeps for itself)."""
    return len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()) >= 2


def one_case_is_measured(process, study):
    return (study / "derived" / "measurements").exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux lists them")
@pytest.mark.parametrize("when", [workers_start, one_case_is_measured])
def test_a_stopped_export_says_one_line_and_the_next_one_goes_on(planted, tmp_path, when):
    root, _ = planted
    study = shutil.copytree(root / "study", tmp_path / "study")
    shutil.rmtree(study / "derived")
    command = [sys.executable, "-m", "HER2LowMRILib", "export", str(study), "--jobs", "2", "--quiet"]
    command += ["--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while process.poll() is None and not when(process, study):
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        said = process.stderr.read()
    # On a fast computer it may have been done before.
    assert said == ("her2lowmri export: stopped from the keyboard\n" if process.returncode else "")
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1", "--quiet"]) == 0
    assert (tmp_path / "out" / "features.csv").read_bytes() == (root / "export" / "features.csv").read_bytes()


def test_no_planted_identity_is_in_any_file_that_export_or_the_log_writes(planted):
    root, identities = planted
    written = list((root / "export").iterdir())
    # cases.csv and pathology.csv are the coordinator's own and may hold a folder's or laboratory's name.
    own = [root / "study" / "cases.csv", root / "study" / "pathology.csv"]
    written += [file for file in (root / "study").rglob("*") if file.is_file() and file not in own]
    assert len(written) > 30
    for file in written:
        content = file.read_bytes()
        for identity in identities:
            assert identity.encode() not in content, f"{file.name} holds {identity}"
            assert identity not in file.name
        assert str(root).encode() not in content, f"{file.name} holds a path"


def amend(study, reader, case_id, remark, reason=None):
    with open_study(study).reader(reader) as view:
        case = view.open_case(case_id)
        case.amend("synthetic")
        case.set_comment(remark)
        case.propose_exclusion(reason)
        case.sign_off()


def test_remarks_go_out_only_when_asked_for_and_never_with_the_patients_name(planted, tmp_path, capsys):
    root, _ = planted
    study = shutil.copytree(root / "study", tmp_path / "study")
    with open_study(study).coordinator() as office:
        first, second, third = (office.pseudonym(f"{PATIENT}{seed}") for seed in (1, 2, 3))
        office.exclude(third, f"wife of Mr identity3, born 14.03.1961, {PATIENT}3")
    amend(study, "r1", first, "rim enhancement, identities unclear")
    amend(study, "r2", first, "as in the letter on Planted, Identity1")
    amend(study, "r1", second, "", "clip artefact of planted identity2")
    amend(study, "r2", second, f"see {PATIENT}1")
    capsys.readouterr()
    export = ["export", str(study), "--jobs", "1", "--quiet", "--out"]
    assert main([*export, str(tmp_path / "plain")]) == 0
    said = capsys.readouterr().out
    assert "3 remarks of readers left out of readings.csv\n" in said
    assert "--with-remarks puts them in" in said
    assert {row["comment"] for row in read_rows(tmp_path / "plain" / "readings.csv")} == {None}
    assert main([*export, str(tmp_path / "full"), "--with-remarks"]) == 0
    said = capsys.readouterr().out
    assert "3 remarks and 3 reasons in the tables as typed: read them before you pass them on" in said
    for whose in (
        f"case {first}: remark of r2",
        f"case {second}: reason of r1",
        f"case {second}: reason in flow.csv",
        f"case {third}: reason in flow.csv",
    ):
        assert f"withheld, because it names the patient: {whose}\n" in said
    assert said.count("withheld, because") == 4
    remarks = {
        (row["case_id"], row["reader"]): row["comment"] for row in read_rows(tmp_path / "full/readings.csv")
    }
    assert remarks[first, "r1"] == "rim enhancement, identities unclear", "no whole word of the name"
    assert remarks[first, "r2"] == "(withheld: it names the patient)"
    assert remarks[second, "r2"] == f"see {PATIENT}1", "another patient's id is not known of this case"
    for folder in ("plain", "full"):
        for file in (tmp_path / folder).iterdir():
            assert "identity2" not in file.read_text().lower()
            assert "14.03.1961" not in file.read_text()


def test_a_text_is_said_that_nobody_could_compare_with_the_name_because_the_images_are_away(
    planted, tmp_path, capsys
):
    root, _ = planted
    study = shutil.copytree(root / "study", tmp_path / "study")
    with open_study(study).coordinator() as office:
        first = office.pseudonym(f"{PATIENT}1")
        (place,) = next(case for case in office.cases if case.case_id == first).images.dwi
    amend(study, "r1", first, "", "planted identity1 moved")
    capsys.readouterr()
    away = place.rename(place.with_name("away"))
    try:
        assert main(["export", str(study), "--jobs", "1", "--quiet", "--out", str(tmp_path / "out")]) == 0
    finally:
        away.rename(place)
    said = capsys.readouterr().out
    told = "not compared with the patient's name, because the images are not where they were"
    assert f"{told}: case {first}: reason of r1\n" in said


def test_errors_about_a_bad_case_name_no_patient_and_no_path(planted, tmp_path, capsys):
    root, identities = planted
    images = shutil.copytree(root / "images", tmp_path / "images")
    study = tmp_path / "study"
    run("init", study, "--title", "Synthetic study")
    run("add", study, images)
    folders = sorted(images.iterdir())
    next(folders[0].glob("800-*.dcm")).write_bytes(b"\0" * 200)
    for file in folders[1].glob("1400-*.dcm"):
        data = pydicom.dcmread(file)
        data.PatientID = "MRN-OTHER"
        data.save_as(file)
    shutil.rmtree(folders[2])
    sign_all_off(study)
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    assert main(["study", "check", str(study), "--images"]) == 1
    shown = capsys.readouterr()
    for text in (shown.out, shown.err, *(file.read_text() for file in (tmp_path / "out").iterdir())):
        for identity in (*identities, "MRN-OTHER", str(tmp_path)):
            assert identity not in text
    readings = read_rows(tmp_path / "out" / "readings.csv")
    assert sum(row["ADC_mean"] is None for row in readings) >= 2


def test_file_names_that_carry_a_name_stay_out_of_the_tables(tmp_path):
    write_images(tmp_path / NAME, 1)
    for file in sorted((tmp_path / NAME).iterdir()):
        file.rename(file.with_name(f"{NAME}_{file.name}"))
    study = tmp_path / "study"
    run("init", study, "--title", "Synthetic study", "--readers", "r1")
    files = [f'"{NAME}/{NAME}_b{b}.nrrd"' for b in (0, 800, 1400, 2000)]
    write_rows(
        tmp_path / "cases.csv",
        [
            {"case_id": "P1", "dwi": f"[{', '.join(files)}]", "b_values": "0 800 1400 2000"},
            {"case_id": "P2", "dwi": NAME, "b_values": "0 1400 2000 800"},
        ],
        ["case_id", "dwi", "b_values"],
    )
    run("add", study, tmp_path / "cases.csv")
    (tmp_path / NAME / f"{NAME}_b800.nrrd").write_bytes(b"NRRD0004\ntype: float\n")
    sign_all_off(study)
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    flow = {row["case_id"]: row for row in read_rows(tmp_path / "out" / "flow.csv")}
    assert {row["stage"] for row in flow.values()} == {"not_measured"}
    for file in (tmp_path / "out").iterdir():
        assert "PLANTED" not in file.read_text(), file.name


def test_copied_images_give_the_same_rows_and_no_role_that_reads_holds_a_name(planted, tmp_path):
    root, identities = planted
    study = tmp_path / "study"
    run("init", study, "--title", "Synthetic study", "--readers", "r1", "--synthetic")
    run("add", study, root / "images", "--copy")
    table = (study / "cases.csv").read_bytes()
    run("add", study, root / "images", "--copy")
    assert (study / "cases.csv").read_bytes() == table, "the same patients again"
    sign_all_off(study)
    names = [str(file) for file in study.rglob("*")] + [(study / "cases.csv").read_text()]
    opened = open_study(study)
    for role in (opened.reader("r1"), opened.adjudicator()):
        with role as view:
            cases = [view.open_case(item.case_id) for item in view.work_list]
            names += texts(everything_held_by(view, *cases))
    assert not [name for name in names if any(identity in name for identity in identities)]
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    copied = sorted(float(row["D_mean"]) for row in read_rows(tmp_path / "out" / "readings.csv"))
    rows = read_rows(root / "export" / "readings.csv")
    assert copied == sorted(float(row["D_mean"]) for row in rows if row["reader"] == "r1")


def sign_all_off(study):
    with open_study(study).reader("r1") as view:
        for item in view.work_list:
            case = view.open_case(item.case_id)
            case.save_voi({"lesion": lesion_mask()}, GRID)
            for name, value in MASS.items():
                case.set_answer(name, value)
            case.sign_off()


@pytest.mark.parametrize("count", [24, pytest.param(600, marks=pytest.mark.full)])
def test_hostile_text_in_every_text_field_survives_study_export_and_import(tmp_path, count):
    strings = [text for text in hostile_strings(600) if text.strip()]
    step = max(1, len(strings) // count)
    study = tmp_path / "study"
    run("init", study, "--title", strings[2][:50], "--seed", "1")
    write_images(tmp_path / "images" / "P1", 1)
    with open_study(study).coordinator() as office:
        chosen = strings[::step]
        ids = [f"P{number}" for number in range(len(chosen))]
        office.add_cases(Case(case_id, CaseImages(dwi=(tmp_path / "images" / "P1",))) for case_id in ids)
        for case_id, text in zip(ids, chosen, strict=True):
            office.set_pathology(case_id, her2_ihc="0", her2_laboratory=text[:100], her2_clone=text[:60])
    for reader in ("r1", "r2"):
        with open_study(study).reader(reader) as view:
            for case_id, text in zip(ids, chosen, strict=True):
                case = view.open_case(case_id)
                case.set_comment(text)
                case.propose_exclusion(text)
                case.sign_off()
                if reader == "r1":
                    case.amend(text)
                    case.sign_off()
                    assert case.signed[1].reason == text.strip()
    with open_study(study).coordinator() as office:
        for case_id, text in list(zip(ids, chosen, strict=True))[::2]:
            office.exclude(case_id, text)
        assert {case.case_id: case.excluded for case in office.cases if case.excluded} == {
            case_id: text.strip() for case_id, text in list(zip(ids, chosen, strict=True))[::2]
        }
        office.change_protocol(title=strings[3][:50])
    out = tmp_path / "out"
    export = ["export", str(study), "--out", str(out), "--jobs", "1", "--quiet"]
    assert main(export) == 0
    assert {row["comment"] for row in read_rows(out / "readings.csv")} == {None}
    assert main([*export, "--with-remarks"]) == 0
    texts = dict(zip(ids, chosen, strict=True))
    flow = {row["case_id"]: row for row in read_rows(out / "flow.csv")}
    for number, case_id in enumerate(ids):
        text = texts[case_id].strip()
        assert flow[case_id]["reason"] == (text if number % 2 == 0 else f"r1: {text}; r2: {text}")
    readings = read_rows(out / "readings.csv")
    assert len(readings) == 2 * (len(ids) // 2)
    for row in readings:
        assert row["comment"] == texts[row["case_id"]]
        assert row["exclusion_reason"] == texts[row["case_id"]].strip()
    again = tmp_path / "again"
    run("init", again, "--title", "Synthetic study", "--readers", "r1")
    with open_study(again).coordinator() as office:
        office.add_cases(Case(case_id, CaseImages(dwi=(tmp_path / "images" / "P1",))) for case_id in ids)
    of_r1 = [row for row in readings if row["reader"] == "r1"]
    wanted = ("case_id", "comment", "exclusion_reason")
    write_rows(tmp_path / "r1.csv", [{name: row[name] for name in wanted} for row in of_r1], wanted)
    run("read", again, "r1", tmp_path / "r1.csv", "--sign-off")
    with open_study(again).reader("r1") as view:
        for row in of_r1:
            case = view.open_case(row["case_id"])
            assert (case.comment, case.exclusion) == (texts[row["case_id"]], texts[row["case_id"]].strip())
    with open_study(study).coordinator() as office:
        for case_id, text in texts.items():
            assert office.pathology(case_id)["her2_laboratory"] == text[:100]
    run("check", study)
    for file in ("features.csv", "readings.csv", "flow.csv"):
        assert not formulas_in(out / file)


def formulas_in(file):
    with file.open(newline="", encoding="utf-8") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    starts = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    return [cell for cell in cells if cell.lstrip(" \u00a0").startswith(starts) and not is_number(cell)]


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return not cell.startswith(("+", "\t", "\r", " "))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["status", "{tmp}/nowhere"], "not a study folder"),
        (["status", "{study}/study.json"], "not a study folder"),
        (["init", "{tmp}/s", "--title", "t", "--readers", "r1,../r2"], "reader id cannot be used"),
        (["init", "{tmp}/s", "--title", "t", "--voi", "r9"], "VOI choice is unknown"),
        (["init", "{tmp}/s", "--title", "t", "--lexicon", "birads-9"], "No such edition"),
        (["add", "{study}", "{tmp}/nowhere.csv"], "nowhere.csv is not there"),
        (["add", "{study}", "{study}"], "is a study or holds one"),
        (["add", "{study}", "{study}/derived"], "no case was found"),
        (["init", "{tmp}/s", "--title", "t", "--readers", "a,b,c,d,e,f,g,h,i"], "1 to 8 reader ids"),
        (["case-id", "{study}", " "], "no case id can be made"),
        (["read", "{study}", "r9", "{tmp}/x.csv"], "no such reader"),
        (["exclude", "{study}", "P77", "--reason", "x"], "no such case"),
        (["pathology", "{study}", "{study}/cases.csv"], "cases.csv has no row with a case of the study"),
    ],
)
def test_a_wrong_command_says_in_one_line_what_is_needed(tmp_path, capsys, arguments, says):
    run("init", tmp_path / "study", "--title", "Synthetic study")
    capsys.readouterr()
    filled = [text.format(tmp=tmp_path, study=tmp_path / "study") for text in arguments]
    assert main(["study", *filled]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"her2lowmri study {arguments[0]}: ")
    assert says in error
    assert error.count("\n") == 1


def test_a_table_of_something_else_is_refused_by_its_columns(tmp_path, capsys):
    run("init", tmp_path / "study", "--title", "Synthetic study")
    (tmp_path / "pathology.csv").write_text(
        "case_id,her2_ihc,er,pr,age,ki67_percent,her2_clone\nP1,1+,1,1,50,,\n"
    )
    assert main(["study", "read", str(tmp_path / "study"), "r1", str(tmp_path / "pathology.csv")]) == 1
    said = capsys.readouterr().err
    assert "needed case_id, questions of the form" in said
    assert "found age, er, her2_clone, her2_ihc, ki67_percent and 1 more" in said
    assert main(["study", "adjudicate", str(tmp_path / "study"), str(tmp_path / "pathology.csv")]) == 1
    assert "this is not a table of decisions: needed case_id, item, decision" in capsys.readouterr().err


def test_cases_come_from_a_table_or_from_named_folders(tmp_path):
    for case in ("P1", "P2"):
        write_images(tmp_path / "images" / case / "dwi", 1)
    (tmp_path / "images" / "P1" / "T2").mkdir()
    (tmp_path / "images" / ".Trashes").mkdir()
    (tmp_path / "images" / "__MACOSX").mkdir()
    study = tmp_path / "study"
    run("init", study, "--title", "Synthetic study")
    run("add", study, tmp_path / "images", "--keep-names", "--b-from-names")
    table = tmp_path / "images" / "cases.csv"
    write_rows(
        table,
        [{"case_id": "T1", "dwi": '["P1/dwi/b0.nrrd", "P1/dwi/b800.nrrd"]', "b_values": "0 800"}],
        ["case_id", "dwi", "b_values"],
    )
    run("add", study, table)
    with open_study(study).coordinator() as office:
        cases = {case.case_id: case.images for case in office.cases}
    assert list(cases) == ["P1", "P2", "T1"]
    assert cases["P1"].t2 == (tmp_path / "images" / "P1" / "T2",)
    assert cases["P1"].dwi == (tmp_path / "images" / "P1" / "dwi",)
    assert [place.name for place in cases["T1"].dwi] == ["b0.nrrd", "b800.nrrd"]
    assert cases["T1"].b_values == (0.0, 800.0)
    run("add", study, table)
    write_rows(table, [{"case_id": "t1", "dwi": "P1/dwi"}], ["case_id", "dwi"])
    assert main(["study", "add", str(study), str(table)]) == 1


def test_the_time_of_the_export_is_in_no_table(planted):
    root, _ = planted
    year = str(datetime.datetime.now(datetime.UTC).year)
    for file in ("features.csv", "readings.csv", "flow.csv"):
        assert f"{year}-" not in (root / "export" / file).read_text()
