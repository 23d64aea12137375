"""A study sorts the images of a case once; opening reads what is listed, and nothing else keeps a case from opening."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "images"))
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.images.examination import ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.examination_images import (
    ImageToLoad,
    images_to_load,
    phase_shift_mm,
    projected,
    subtracted,
)
from HER2LowMRILib.workflow.record_readings import plan_readings, record_readings
from made_examinations import GRE, SE, Examination, Grid, clock, write_dynamic
from study.made_up_study import MASS

DAY = {"AcquisitionDate": "20200102"}
TIMES = [0.0, 90.0, 180.0, 270.0]


def write_patient(
    folder: Path,
    *,
    patient: str = "made-up 1",
    stranger: bool = False,
    twice: bool = False,
    times: Sequence[float] = TIMES,
    uptakes: Sequence[float] = (0.0, 1.2, 1.1, 1.0),
) -> Path:
    """One patient's export, flat: diffusion, T2, T1, four phases, a subtraction, and what is asked for."""
    exam = Examination(folder, np.random.default_rng([7, len(patient)]), "siemens", patient)
    uid = exam.uid()
    for at, b in enumerate((0.0, 800.0, 1400.0, 2000.0)):
        exam.classic(
            5, "ep2d_diff_tra", exam.pixels(gain=float(np.exp(-b / 1200))), Grid(), uid=uid, start=1 + 10 * at,
            ScanningSequence="EP", RepetitionTime=6000.0, EchoTime=70.0, DiffusionBValue=b,
            DiffusionDirectionality="ISOTROPIC" if b else "NONE",
            image_type=("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"),
        )  # fmt: skip
    t2 = SE | {"ScanOptions": "FS"}
    exam.classic(2, "t2_tirm_tra", exam.pixels(), Grid(), **t2, **DAY, AcquisitionTime=clock(100))
    if twice:
        exam.classic(6, "t2_spair_tra", exam.pixels(), Grid(), **t2, **DAY, AcquisitionTime=clock(150))
    exam.classic(
        3,
        "t1 non fs",
        exam.pixels(),
        Grid(),
        **GRE | {"RepetitionTime": 7.0},
        **DAY,
        AcquisitionTime=clock(300),
    )
    write_dynamic(
        exam, 10, "series each", list(times), list(uptakes), Grid(), name="dyn", tags={"ScanOptions": "FS"}
    )
    exam.classic(
        30, "dyn_SUB", exam.pixels(), Grid(), image_type=("DERIVED", "PRIMARY", "M", "SUB"), **GRE,
        **DAY, AcquisitionTime=clock(700),
    )  # fmt: skip
    if stranger:
        exam.patient = "somebody else"
        exam.classic(9, "t2 of another", exam.pixels(), Grid(), **t2, **DAY, AcquisitionTime=clock(120))
    return folder


@pytest.fixture
def study(tmp_path: Path):
    def make(*arguments: str, stages: str = "all_at_once", **what: bool):
        write_patient(tmp_path / "in" / "a", **what)
        ways = OutlineRules(("drawn", "interpolated"))
        create_study(tmp_path / "study", "made up", stages=stages, outline=ways)
        code = main(
            [
                "study",
                "add",
                str(tmp_path / "study"),
                str(tmp_path / "in"),
                "--keep-names",
                "--quiet",
                *arguments,
            ]
        )
        return open_study(tmp_path / "study"), code

    return make


def test_adding_says_in_a_paragraph_what_was_found(study, capsys):
    _, code = study()
    said = capsys.readouterr().out
    assert code == 0
    assert (
        "a: DWI 0/800/1400/2000; T2; T1; DCE 1+3 at 0 90 180 270 s (acquisition time); aside 1 subtraction."
        in said
    )


def test_a_reader_gets_the_images_and_those_beside_them_load_one_by_one(study):
    opened, _ = study()
    with opened.reader("r1") as view:
        case = view.open_case("a")
        assert len(case.images.dwi) == 40
        assert maps_of_case(case.images, with_series=True).series.b_values == (0, 800, 1400, 2000)
        images = [image.load() for image in images_to_load(case.examination)]
    assert [image.label for image in images] == [
        "T2", "pre", "post 1 of 3 · 90 s", "post 2 of 3 · 180 s", "post 3 of 3 · 270 s", "T1",
    ]  # fmt: skip
    pre, post = images[1], images[2]
    difference = subtracted(post, pre)
    assert difference.dtype == np.int16
    assert difference[:, 2:4, 3:5].mean() == pytest.approx(360, abs=5)
    assert projected(post, pre).shape == pre.array.shape[1:]
    assert max(map(abs, phase_shift_mm(post, pre))) < 2.0


def test_another_patients_series_is_refused_by_name_and_the_case_goes_on(study, capsys):
    opened, code = study(stranger=True)
    said = capsys.readouterr().out
    assert code == 0
    assert "Series 9 (t2 of another) belongs to another patient: not used" in said
    with opened.reader("r1") as view:
        case = view.open_case("a")
        assert [image.series for image in case.examination.t2] == [2]
        assert not [image for image in case.examination.image_sets() if image.series == 9]


def test_a_question_leaves_the_role_empty_until_the_coordinator_answers(study, capsys, tmp_path):
    opened, code = study(twice=True)
    assert code == 0
    assert (
        "1 question: Which is the T2: series 2 (t2_tirm_tra) or series 6 (t2_spair_tra)?"
        in capsys.readouterr().out
    )
    with opened.reader("r1") as view:
        assert view.open_case("a").examination.t2 == ()
    assert main(["study", "sort", str(opened.folder), "a", "--t2", "9", "--quiet"]) == 1
    assert main(["study", "sort", str(opened.folder), "a", "--t2", "6", "--quiet"]) == 0
    # Sorting again keeps what was answered.
    assert main(["study", "sort", str(opened.folder), "--quiet"]) == 0
    with opened.reader("r1") as view:
        assert [image.series for image in view.open_case("a").examination.t2] == [6]
    log = (opened.folder / "log.jsonl").read_text()
    assert '"new":{"a":{"t2":[6]}}' in log
    assert main(["study", "check", str(opened.folder), "--quiet"]) == 0


def test_answers_that_are_lost_with_a_damaged_record_are_said(study, capsys):
    opened, _ = study(twice=True)
    assert main(["study", "sort", str(opened.folder), "a", "--t2", "6"]) == 0
    capsys.readouterr()
    file = opened.folder / "examinations" / "a.json"
    file.write_bytes(file.read_bytes()[:-40])
    assert main(["study", "sort", str(opened.folder), "a"]) == 0
    assert "answers given before are lost with the damaged record" in capsys.readouterr().out
    assert main(["study", "sort", str(opened.folder), "a"]) == 0
    assert "lost" not in capsys.readouterr().out


def test_the_table_of_cases_answers_with_series_numbers(tmp_path, capsys):
    write_patient(tmp_path / "in", twice=True)
    (tmp_path / "cases.csv").write_text('case_id,dwi,t2,dce\na,in,6,"10, 11, 12, 13"\n')
    create_study(tmp_path / "study", "made up")
    assert main(["study", "add", str(tmp_path / "study"), str(tmp_path / "cases.csv"), "--quiet"]) == 0
    with open_study(tmp_path / "study").reader("r1") as view:
        found = view.open_case("a").examination
    assert [image.series for image in found.t2] == [6]
    assert [phase.images.series for phase in found.dce] == [10, 11, 12, 13]
    assert found.decisions["t2"].decided_by == "the coordinator"
    (tmp_path / "6").mkdir()
    create_study(tmp_path / "other", "made up")
    assert main(["study", "add", str(tmp_path / "other"), str(tmp_path / "cases.csv"), "--quiet"]) == 1
    assert "two ways" in capsys.readouterr().err


def test_an_image_that_is_gone_or_changed_keeps_nothing_from_opening(study, tmp_path):
    opened, _ = study()
    with opened.reader("r1") as view:
        found = view.open_case("a").examination
    found.t2[0].files[0].unlink()
    changed = found.dce[1].images.files[0]
    changed.write_bytes(changed.read_bytes()[:-2] + b"\0\1")
    with opened.reader("r1") as view:
        case = view.open_case("a")
        assert maps_of_case(case.images).whole().names == ("ADC", "D", "K")
        images = {image.label: image.load() for image in images_to_load(case.examination)}
    assert "no longer where it was" in images["T2"].problem
    assert "not what it was" in images["post 1 of 3 · 90 s"].problem
    assert images["pre"].array is not None


def test_why_an_image_beside_the_maps_is_not_read_names_no_file(tmp_path):
    file = tmp_path / "MILLER_ANNA.nii"
    file.write_bytes(b"no image" * 50)
    images = ImageSet(2, "", ImageGrid((4, 4, 4), (1.0, 1.0, 1.0)), (file,))
    problem = ImageToLoad("t2", None, None, "T2", images).load().problem
    assert problem.startswith("an image is not a NIfTI file")


def test_copies_are_the_chosen_series_only(study, tmp_path):
    opened, code = study("--copy")
    assert code == 0
    copied = opened.folder / "images" / "a"
    assert sorted(folder.name for folder in copied.iterdir() if folder.is_dir()) == ["dce", "dwi", "t1", "t2"]
    assert len(list(copied.rglob("*.dcm"))) == 40 + 10 + 10 + 40
    shutil.rmtree(tmp_path / "in")
    with opened.reader("r1") as view:
        case = view.open_case("a")
        assert maps_of_case(case.images).whole().names == ("ADC", "D", "K")
        assert all(image.load().array is not None for image in images_to_load(case.examination))
        assert [phase.time_s for phase in case.examination.dce] == TIMES


def test_the_kept_examination_holds_no_place_and_no_identity(study, tmp_path):
    opened, _ = study()
    content = (opened.folder / "examinations" / "a.json").read_text()
    assert str(tmp_path) not in content
    assert "made-up 1" not in content and "IM0" not in content
    assert len(json.loads(content)["dce"]) == 4


def open_first(images: CaseImages) -> None:
    """What is done until the first diffusion view is there."""
    refuse_changed_images(images)
    maps_of_case(images, with_series=True).whole()


OPENED: list[str] | None = None


def note_opened(event: str, arguments: tuple) -> None:
    if OPENED is not None and event == "open" and isinstance(arguments[0], str | os.PathLike):
        OPENED.append(os.fspath(arguments[0]))


sys.addaudithook(note_opened)


def test_opening_reads_the_files_of_the_diffusion_series_and_no_others(study, tmp_path):
    global OPENED
    opened, _ = study()
    with opened.reader("r1") as view:
        case = view.open_case("a")
        OPENED = []
        open_first(case.images)
        read, OPENED = set(OPENED), None
    inside = {name for name in read if name.startswith(str(tmp_path / "in"))}
    assert inside == set(map(str, case.images.dwi)) and len(inside) == 40


def test_a_staged_reading_shows_the_other_images_when_the_outline_is_finished(study):
    from study.reachable import everything_held_by, texts

    opened, _ = study(stages="diffusion_first")
    with opened.reader("r1") as view:
        case = view.open_case("a")
        locked = [file for image in opened.cohort().cases for file in Path(image.images.dwi[0]).iterdir()]
        shown = set(case.images.dwi)
        locked = {str(file) for file in locked if file not in shown}
        assert (
            case.examination.dce == case.examination.t2 == case.examination.t1 == case.examination.aside == ()
        )
        held = texts(everything_held_by(view, case))
        assert not locked & set(held)
        with pytest.raises(StudyError, match="outline is finished"):
            case.finish_stage()
        grid = maps_of_case(case.images).grid
        mask = np.zeros(grid.shape, bool)
        mask[4, 2:6, 2:6] = True
        assert case.missing_for_sign_off() == ("the other images seen",)
        case.save_voi({"lesion": mask}, grid)
        case.finish_stage()
        assert len(case.examination.dce) == 4
        mask[5, 2:6, 2:6] = True
        with pytest.raises(StudyError, match="locked"):
            case.save_voi({"lesion": mask}, grid)
        case.unlock_voi("the lesion goes on in the next slice")
        case.save_voi({"lesion": mask}, grid)
    with opened.reader("r1") as view:
        assert view.open_case("a").is_last_stage
    assert "the lesion goes on in the next slice" in (opened.folder / "readers/r1/a/log.jsonl").read_text()


def test_a_table_of_readings_signs_nothing_that_a_person_has_to_look_at_first(study, tmp_path):
    opened, _ = study(stages="diffusion_first")
    with opened.reader("r1") as view:
        grid = maps_of_case(view.open_case("a").images).grid
    mask = np.zeros(grid.shape, bool)
    mask[4, 2:6, 2:6] = True
    table, voi = tmp_path / "r1.csv", tmp_path / "a.seg.nrrd"
    write_voi(voi, {"lesion": mask}, grid)
    columns = ",".join(["case_id", *MASS, "voi"])
    table.write_text(f"{columns}\n{','.join(['a', *map(str, MASS.values()), voi.name])}\n")
    with opened.reader("r1") as view:
        with pytest.raises(StudyError, match=r"the other images seen.*No row was entered"):
            record_readings(view, plan_readings(view, table, sign_off=True))
        assert not view.open_case("a").answers
        assert record_readings(view, plan_readings(view, table)) == 1
        case = view.open_case("a")
        case.finish_stage()
        mask[5, 2:6, 2:6] = True
        write_voi(voi, {"lesion": mask}, grid)
        with pytest.raises(StudyError, match=r"is locked.*No row was entered"):
            record_readings(view, plan_readings(view, table, sign_off=True))
        case.unlock_voi("one slice more")
        case.save_voi({"lesion": mask}, grid, {5: "interpolated"})
        table.write_text("case_id,fgt\na,d\n")
        with pytest.raises(StudyError, match=r"every interpolated slice.*No row was entered"):
            record_readings(view, plan_readings(view, table, sign_off=True))
        assert case.answers["fgt"] == MASS["fgt"]


def test_a_size_line_fills_the_answer_and_is_kept(study):
    opened, _ = study()
    rng = np.random.default_rng(1)
    with opened.reader("r1") as view:
        case = view.open_case("a")
        for _ in range(200):
            ends = rng.uniform(-100, 100, (2, 3))
            length = (
                case.set_size_line(ends, "dce", 1) if 1 < np.linalg.norm(ends[0] - ends[1]) < 200 else None
            )
            assert length is None or abs(length - np.linalg.norm(ends[0] - ends[1])) < 0.01
        case.set_size_line([[0, 0, 0], [3, 4, 12]], "dce", 1)
        assert case.answers["lesion_size_mm"] == 13.0
    with opened.reader("r1") as view:
        line = view.open_case("a").size_line
    assert line["ends_mm"] == [[0, 0, 0], [3, 4, 12]]
    assert (line["image"], line["phase"], line["length_mm"]) == ("dce", 1, 13.0)


def test_one_rule_for_command_and_study_where_diffusion_files_lie_beside_named_folders(tmp_path, capsys):
    folder = write_patient(tmp_path / "in" / "a")
    for file in sorted(folder.iterdir()):
        name = {2: "t2", 3: "t1"}.get(int(pydicom.dcmread(file, stop_before_pixels=True).SeriesNumber))
        if name is not None:
            (folder / name).mkdir(exist_ok=True)
            file.rename(folder / name / file.name)
    create_study(tmp_path / "study", "made up")
    assert (
        main(["study", "add", str(tmp_path / "study"), str(tmp_path / "in"), "--keep-names", "--quiet"]) == 0
    )
    assert main(["study", "sort", str(tmp_path / "study"), "--quiet"]) == 0
    assert main(["examination", str(folder)]) == 0
    said = [line.removeprefix("a: ") for line in capsys.readouterr().out.splitlines() if "DCE 1+3" in line]
    assert len(said) == 3 and len(set(said)) == 1 and said[0].startswith("DWI 0/800/1400/2000; T2; T1;")
