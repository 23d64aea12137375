"""Studies of several sites become one: nothing is lost, decisions hold, and what differs is named before."""

import shutil
from dataclasses import fields

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.change_log import log_problems
from HER2LowMRILib.study.protocol import Protocol
from HER2LowMRILib.study.references import Reference
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.merge_studies import OF_A_SITE, merge_studies, plan_merge
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS


def site(folder, name, readers, seed, **protocol):
    """Four cases: equal, decided on the disk, one to train on, one excluded; the second is read again."""
    study = create_study(folder, f"Site {name}", readers, seed=seed, synthetic=True, **protocol)
    for number in range(1, 5):
        write_images(folder / "images" / f"P{number}", 10 * seed + number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in range(1, 5)
        )
        office.set_pathology("P1", her2_ihc="1+", age=50 + seed)
        office.set_pathology("P2", her2_ihc="3+")
        office.set_references({"P3": Reference({"fgt": "a"}, "of " + name)})
        office.exclude("P4", "motion")
        office.draw_rereads(0.5, 0)
    for _round in range(2):
        for number, reader in enumerate(readers):
            with open_study(folder).reader(reader) as view:
                for item in view.work_list:
                    if item.is_done:
                        continue
                    case = view.open_case(item.case_id)
                    case.save_voi({"lesion": lesion_mask(grow=number)}, GRID)
                    for question, value in MASS.items():
                        case.set_answer(question, value)
                    if item.case_id == "P2":
                        case.set_answer("fgt", "ac"[number])
                        case.set_answer("mass_shape", ("oval", "irregular")[number])
                    case.sign_off()
    with study.adjudicator() as desk:
        case = desk.open_case("P2")
        case.decide("fgt", "c", "seen again")
        case.decide("mass_shape", "oval")
    return folder


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    root = tmp_path_factory.mktemp("sites")
    return {
        "A": site(root / "first", "A", ("anna", "bert"), 1),
        "B": site(root / "second", "B", ("r1", "r2"), 2),
    }


@pytest.fixture(scope="module")
def merged(sites, tmp_path_factory):
    plan = plan_merge(sites, prefix=True, readers=("r1", "r2"))
    return merge_studies(plan, tmp_path_factory.mktemp("merged") / "both")


def test_the_tables_of_the_merged_study_are_those_of_the_sites(sites, merged, tmp_path):
    export_cohort(merged, tmp_path / "both")
    for name in ("features.csv", "readings.csv"):
        rows = {
            (r["case_id"], r.get("reader"), r.get("repeat")): r for r in read_rows(tmp_path / "both" / name)
        }
        expected = {}
        for letter, folder in sites.items():
            out = tmp_path / letter
            export_cohort(open_study(folder), out)
            names = dict(zip(open_study(folder).protocol.readers, ("r1", "r2"), strict=True))
            for row in read_rows(out / name):
                row |= {"case_id": f"{letter}-{row['case_id']}", "site": letter}
                row |= {"reader": names[row["reader"]]} if "reader" in row else {}
                expected[row["case_id"], row.get("reader"), row.get("repeat")] = row
        assert rows == expected
    assert len(read_rows(tmp_path / "both" / "features.csv")) == 4
    flow = {row["case_id"]: row["stage"] for row in read_rows(tmp_path / "both" / "flow.csv")}
    assert flow["A-P2"] == flow["B-P2"] == "included"
    assert flow["A-P4"] == "excluded"


def test_every_log_is_as_it_was_and_the_whole_study_is_sound(sites, merged):
    assert not check_study(merged).findings
    for letter, folder in sites.items():
        readers = dict(zip(open_study(folder).protocol.readers, ("r1", "r2"), strict=True))
        logs = [file.relative_to(folder / "readers") for file in (folder / "readers").rglob("log.jsonl")]
        assert len(logs) == 8
        for log in logs:
            reader, case_id, name = log.parts
            copy = merged.folder / "readers" / readers[reader] / f"{letter}-{case_id}" / name
            assert copy.read_bytes() == (folder / "readers" / log).read_bytes()
        kept = merged.folder / "sites" / letter / "log.jsonl"
        assert kept.read_bytes() == (folder / "log.jsonl").read_bytes()
        assert not log_problems(kept)
    kept = merged.folder / "sites" / "A" / "log.jsonl"
    sound = kept.read_bytes()
    kept.write_bytes(sound.replace(b"motion", b"motive"))
    assert [str(finding) for finding in check_study(merged).findings if "sites/A" in str(finding)]
    kept.write_bytes(sound)


def test_the_merged_protocol_is_that_of_the_sites_in_everything_that_decides(sites, merged):
    for folder in sites.values():
        there, here = open_study(folder).protocol, merged.protocol
        differing = [f.name for f in fields(Protocol) if getattr(there, f.name) != getattr(here, f.name)]
        assert set(differing) <= set(OF_A_SITE)


def test_work_goes_on_in_the_merged_study(merged):
    cohort = merged.cohort()
    assert {case.case_id for case in cohort.cases if case.training} == {"A-P3", "B-P3"}
    assert {case.site for case in cohort.cases} == {"A", "B"}
    with merged.reader("r1") as view:
        assert view.open_case("A-P3").reference.comment == "of A"
        assert view.progress[0] == view.progress[1]
    with merged.adjudicator() as desk:
        assert {item.case_id: item.state for item in desk.work_list} == {
            "A-P1": "agreed",
            "A-P2": "decided",
            "B-P1": "agreed",
            "B-P2": "decided",
        }
    with merged.coordinator() as office:
        office.set_pathology("B-P1", er=1)


def test_erasing_a_case_of_a_merged_study_takes_it_out_of_the_logs_of_its_site(merged, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(merged.folder, copy)
    with open_study(copy).coordinator() as office:
        office.exclude("A-P1", "a reason that is told")
        office.erase("A-P2", "consent withdrawn")
    assert not check_study(open_study(copy)).findings
    log = (copy / "sites" / "A" / "log.jsonl").read_text()
    assert '"P2":"erased"' in log
    assert not log_problems(copy / "sites" / "A" / "log.jsonl")


def test_what_differs_is_named_all_at_once_and_nothing_is_written(sites, tmp_path, capsys):
    other = create_study(
        tmp_path / "other", "Other", ("r1", "r2"), fit=FitOptions(model="nlls"), min_dice=0.5, synthetic=True
    )
    with other.coordinator() as office:
        images = write_images(tmp_path / "dwi", 5)
        office.add_cases(
            [Case("P1", CaseImages(dwi=image_files(tmp_path / "dwi"), b_values=(0, 800, 1000, 1500)))]
        )
    assert images is None or images
    out = tmp_path / "out"
    given = [f"B={sites['B']}", f"C={other.folder}"]
    assert main(["study", "merge", str(out), *given, "--dry-run"]) == 1
    said = capsys.readouterr().out
    for words in (
        "fit of the maps of C",
        "lowest Dice",
        "b-values of the sites differ",
        "several sites have: P1",
    ):
        assert words in said
    assert main(["study", "merge", str(out), *given]) == 1
    given = [f"A={sites['A']}", f"B={sites['B']}"]
    assert main(["study", "merge", str(out), *given]) == 1
    assert "call their readers differently" in capsys.readouterr().out
    assert not out.exists()
    assert not list(tmp_path.glob(".*"))


def test_a_site_that_somebody_works_in_is_not_merged(sites, tmp_path):
    with open_study(sites["B"]).reader("r1"):
        plan = plan_merge(sites, prefix=True, readers=("r1", "r2"))
        assert "B: reader r1 is open in a session" in plan.problems
        with pytest.raises(StudyError, match="cannot be merged"):
            merge_studies(plan, tmp_path / "out")
    plan = plan_merge(sites, prefix=True, readers=("r1", "r2"))
    with open_study(sites["B"]).reader("r1"), pytest.raises(StudyError, match="reader r1 is open"):
        merge_studies(plan, tmp_path / "out")
    assert not list(tmp_path.iterdir())
