"""A study of somebody else is looked at before anything in it is opened."""

import os
import shutil

import pydicom
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study, open_study
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from study.made_up_images import B_VALUES, image_files, write_images
from study.made_up_study import MASS, read_case


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sent") / "study"
    study = create_study(folder, "Synthetic study", seed=3, synthetic=True)
    for number in (1, 2):
        write_images(folder / "images" / f"P{number}", number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in (1, 2)
        )
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS)
    return folder


@pytest.fixture
def folder(sent, tmp_path):
    return shutil.copytree(sent, tmp_path / "received")


def checked(folder, capsys):
    status = main(["study", "check", str(folder), "--received", "--quiet"])
    printed = capsys.readouterr()
    assert str(folder.parent) not in printed.out + printed.err
    assert "SYNTHETIC^JANE" not in printed.out + printed.err
    return status, printed.out


def test_a_sound_study_is_found_sound(folder, capsys):
    status, said = checked(folder, capsys)
    assert status == 0, said
    assert said == "2 cases and 1 reading checked: nothing wrong\n"


def dicom(file, **values):
    data = pydicom.Dataset()
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = MRImageStorage, generate_uid(), "MR"
    for name, value in values.items():
        setattr(data, name, value)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    file.parent.mkdir(parents=True, exist_ok=True)
    data.save_as(file, enforce_file_format=True)


def link(folder, tmp_path):
    (folder / "readers" / "r2" / "P1").symlink_to(tmp_path)


def link_to_file(folder, tmp_path):
    (folder / "pathology.csv").symlink_to("/etc/hostname")


def pipe(folder, tmp_path):
    os.mkfifo(folder / "readers" / "r1" / "P1" / "voi.seg.nrrd.pipe")


def endless(folder, tmp_path):
    with (folder / "cases.csv").open("r+b") as stream:
        stream.truncate(2**33)


def images_elsewhere(folder, tmp_path):
    with open_study(folder).coordinator() as office:
        write_images(tmp_path / "SYNTHETIC^JANE", 5)
        office.add_cases(
            [Case("P9", CaseImages(dwi=image_files(tmp_path / "SYNTHETIC^JANE"), b_values=B_VALUES))]
        )


def other_images(folder, tmp_path):
    write_images(folder / "images" / "P1", 7)


def named_patient(folder, tmp_path):
    dicom(folder / "images" / "P8" / "a.dcm", PatientName="SYNTHETIC^JANE", PatientBirthDate="19610314")
    with open_study(folder).coordinator() as office:
        office.add_cases([Case("P8", CaseImages(dwi=(folder / "images" / "P8",)))])


def stranger(folder, tmp_path):
    (folder / "autorun.inf").write_text("x")


def strange_reader(folder, tmp_path):
    (folder / "readers" / "dr-jane").mkdir()


def unsafe_removed(folder, tmp_path):
    (folder / "removed" / "C00*").mkdir(parents=True)


def changed_protocol(folder, tmp_path):
    file = folder / "study.json"
    file.write_bytes(file.read_bytes().replace(b"800.0", b"1400.0"))


FINDINGS = {
    link: "readers: 1 link",
    link_to_file: "study: 1 link",
    pipe: "readers: 1 pipe, device or socket",
    endless: "study: 1 file of more than",
    images_elsewhere: "case P9: its dwi images lie outside the folder",
    other_images: "case P1: the images of this case are not those that were added: dwi",
    named_patient: "case P8: its images say who the patient is (PatientBirthDate, PatientName)",
    stranger: "study: 1 file or folder that no study has",
    strange_reader: "study: 1 folder of readers that the protocol does not name",
    unsafe_removed: "removed: 1 name that no case has",
    changed_protocol: "coordinator: study.json is not as",
}


@pytest.mark.parametrize("change", FINDINGS, ids=lambda change: change.__name__)
def test_what_should_be_known_before_it_is_opened_is_said(folder, tmp_path, capsys, change):
    change(folder, tmp_path)
    status, said = checked(folder, capsys)
    assert status == 1
    assert FINDINGS[change] in said


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Another computer: the study was set up by somebody else."""
    monkeypatch.setenv("HER2LOWMRI_SETTINGS", str(tmp_path / "settings of another"))


def test_a_study_that_was_set_up_here_opens_without_a_question_also_as_a_copy(folder, capsys):
    assert main(["study", "status", str(folder)]) == 0
    assert "--received" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["study", "status"], ["study", "case-id"], ["export"]], ids=" ".join)
def test_a_script_is_told_of_an_unchecked_study_and_goes_on(folder, elsewhere, tmp_path, capsys, command):
    rest = {"case-id": ["X1"], "export": ["--out", str(tmp_path / "out"), "--jobs", "1"]}.get(command[-1], [])
    assert main([*command, str(folder), *rest]) == 0
    assert "neither set up nor checked on this computer" in capsys.readouterr().err


class Terminal:
    """Standard input and error of somebody at a terminal."""

    def __init__(self, answer):
        self.answer, self.shown = answer, ""

    def isatty(self):
        return True

    def readline(self):
        return self.answer

    def write(self, text):
        self.shown += text

    def flush(self):
        pass


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("yes\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_somebody_at_a_terminal_is_asked_once(folder, elsewhere, monkeypatch, answer, status):
    terminal = Terminal(answer)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("sys.stderr", terminal)
    assert main(["study", "status", str(folder)]) == status
    assert "Open it all the same?" in terminal.shown
    terminal.shown = ""
    assert main(["study", "status", str(folder)]) == status
    assert ("Open it all the same?" in terminal.shown) == (status != 0)


def test_a_check_that_finds_nothing_answers_the_question(folder, elsewhere, capsys):
    assert checked(folder, capsys)[0] == 0
    assert main(["study", "status", str(folder)]) == 0
    assert capsys.readouterr().err == ""


def test_a_check_that_finds_something_does_not(folder, elsewhere, tmp_path, capsys):
    link(folder, tmp_path)
    assert checked(folder, capsys)[0] == 1
    (folder / "readers" / "r2" / "P1").unlink()
    main(["study", "status", str(folder)])
    assert "neither set up nor checked" in capsys.readouterr().err


def test_settings_that_cannot_be_written_stop_nothing(folder, tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("HER2LOWMRI_SETTINGS", str(blocked))
    assert checked(folder, capsys)[0] == 0
    assert main(["study", "status", str(folder)]) == 0
    create_study(tmp_path / "new", "Synthetic study")


def test_the_settings_say_nothing_of_the_study(folder, elsewhere, tmp_path, capsys):
    checked(folder, capsys)
    kept = [file for file in (tmp_path / "settings of another").rglob("*") if file.is_file()]
    assert len(kept) == 1
    assert "Synthetic" not in kept[0].read_text() and str(folder) not in kept[0].read_text()
