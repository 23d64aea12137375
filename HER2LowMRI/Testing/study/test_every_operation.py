"""Whatever is done with a study can be killed at any call to the file system: it was done, or it was not.

Every operation is killed at every call it makes below the study, for real, in a copy of the process. What the roles
then find is what it was before or what it is after, item by item, and the same operation can be done again.
"""

import os
import shutil
import signal
import sys

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.hanging import default_hanging, to_text
from HER2LowMRILib.study.references import Reference
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.repair_record import repair_record
from study.made_up_study import MASS, draw, made_up_study, read_case
from study.test_study_faults import in_child, needs_fork

CALLS = ("stat", "lstat", "fsync", "chmod")
EVENTS = (
    *("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir", "os.link"),
    "shutil.rmtree",
)


def coordinator(act):
    def done(folder, take_over):
        with open_study(folder).coordinator(take_over) as office:
            act(office, take_over)

    return done


def reader(act):
    def done(folder, take_over):
        with open_study(folder).reader("r1", take_over) as view:
            act(view)

    return done


def decide(folder, take_over):
    with open_study(folder).adjudicator(take_over) as desk:
        desk.open_case("P1").decide("fgt", "b", "synthetic")


def choose_voi(folder, take_over):
    with open_study(folder).adjudicator(take_over) as desk:
        desk.open_case("P1").choose_voi("A", "synthetic")


def repair(folder, take_over):
    repair_record(open_study(folder), "r2", "P2", "synthetic", take_over)


OPERATIONS = {
    "exclude": coordinator(lambda office, _: office.exclude("P2", "synthetic")),
    "include": coordinator(lambda office, _: office.include("P5")),
    "pathology": coordinator(lambda office, _: office.set_pathology("P2", her2_ihc="2+")),
    "remove": coordinator(lambda office, over: office.remove("P2", "synthetic", over)),
    "restore": coordinator(lambda office, over: office.restore("P4", "synthetic", over)),
    "erase": coordinator(lambda office, over: office.erase("P2", "synthetic", over)),
    "add": coordinator(
        lambda office, _: office.add_cases([Case("P9", CaseImages(dwi=office.cases[0].images.dwi))])
    ),
    "protocol": coordinator(lambda office, _: office.change_protocol(title="Another")),
    "hanging": coordinator(lambda office, _: office.set_hanging(to_text(default_hanging()).encode())),
    "draw rereads": coordinator(lambda office, _: office.draw_rereads(0.5, 28)),
    "train": coordinator(lambda office, _: office.set_references({"P3": Reference(dict(MASS), "synthetic")})),
    "answer": reader(lambda view: view.open_case("P3").set_answer("fgt", "d")),
    "remark": reader(lambda view: view.open_case("P3").set_comment("synthetic")),
    "VOI": reader(lambda view: draw(view.open_case("P3"), 7)),
    "sign off": reader(lambda view: view.open_case("P6").sign_off()),
    "amend": reader(lambda view: view.open_case("P1").amend("synthetic")),
    "propose to exclude": reader(lambda view: view.open_case("P3").propose_exclusion("synthetic")),
    "decide": decide,
    "choose a VOI": choose_voi,
    "repair": repair,
    "export": lambda folder, take_over: export_cohort(open_study(folder), folder.parent / "out"),
}


def damage(folder):
    """What a repair is for: a log that ends in bytes of nobody."""
    log = folder / "readers" / "r2" / "P2" / "log.jsonl"
    log.write_bytes(log.read_bytes() + b"torn")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """P1 and P2 read by both, P3 by nobody, P4 removed, P5 left out, P6 read by one and not signed off."""
    study = made_up_study(tmp_path_factory.mktemp("operations") / "study", cases=6, min_dice=0.7)
    for name in ("r1", "r2"):
        with study.reader(name) as view:
            read_case(view.open_case("P1"), MASS | {"fgt": "a" if name == "r1" else "b"})
            read_case(view.open_case("P2"), MASS)
            read_case(view.open_case("P4"), MASS)
            if name == "r2":
                view.open_case("P1").amend("synthetic")
                draw(view.open_case("P1"), 9)
                view.open_case("P1").sign_off()
            else:
                read_case(view.open_case("P6"), MASS, sign=False)
    with study.coordinator() as office:
        office.remove("P4", "synthetic")
        office.exclude("P5", "synthetic")
    return study.folder


def facts(folder):
    """What every role finds, by name; each session takes over from one that may have been killed."""
    found = {}
    with open_study(folder).coordinator(take_over=True) as office:
        found["title"] = office.protocol.title
        for case in office.cases:
            found["case", case.case_id] = (case.excluded, case.training)
            found["pathology", case.case_id] = dict(office.pathology(case.case_id))
        for removed in office.removed:
            found["removed", removed.case_id] = True
        found["rereads"] = [one.reread_id for one in office.rereads]
        found["references"] = sorted(office.references)
        cases = [case.case_id for case in office.cases if case.excluded is None]
    for name in ("r1", "r2"):
        with open_study(folder).reader(name, take_over=True) as view:
            for case_id in cases:
                case = view.open_case(case_id)
                assert case.notes == (), (case_id, case.notes)
                voi = case.voi_path.read_bytes() if case.voi_path is not None else None
                found["reading", name, case_id] = (*(case.state, dict(case.answers), case.comment, voi),)
    with open_study(folder).adjudicator(take_over=True) as desk:
        for item in desk.work_list:
            found["desk", item.case_id] = item.state
            if item.case_id == "P1" and "P1" in cases and item.state not in ("waiting", "not_ready"):
                try:
                    case = desk.open_case("P1")
                except StudyError:
                    continue
                found["decided"] = [(one.item.id, one.decision) for one in case.disagreements]
                found["chosen"] = case.voi_choice
    found["hanging"] = (folder / "hanging.json").exists()
    return found


def killed_at(operation, folder, number):
    """Do an operation in a copy of this process and kill it before its n-th call; returns whether it came that far."""

    def act():
        seen = 0

        def count(place):
            nonlocal seen
            if isinstance(place, int) or str(place).startswith(str(folder)):
                seen += 1
                if seen == number:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(lambda event, arguments: count(arguments[0]) if event in EVENTS else None)
        for name in CALLS:
            real = getattr(os, name)

            def call(place, *arguments, real=real, **named):
                count(place)
                return real(place, *arguments, **named)

            setattr(os, name, call)
        operation(folder, False)

    status = os.waitstatus_to_exitcode(os.waitpid(in_child(act), 0)[1])
    assert status in (0, -signal.SIGKILL), "the operation failed"
    return status != 0


@needs_fork
@pytest.mark.parametrize("every", [37, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_killed_was_done_or_was_not(template, tmp_path, name, every):
    def fresh(place):
        shutil.rmtree(place.parent, ignore_errors=True)
        shutil.copytree(template, place)
        if name == "repair":
            damage(place)
        return place

    operation = OPERATIONS[name]
    whole = fresh(tmp_path / "whole" / "study")
    operation(whole, False)
    after = facts(whole)
    before = facts(shutil.copytree(template, tmp_path / "before" / "study"))
    kills, number = 0, 1
    folder = fresh(tmp_path / "killed" / "study")
    while killed_at(operation, folder, number):
        kills += 1
        if name == "repair":
            # Until it is repaired the reading is shown to nobody.
            operation(folder, True)
        found = facts(folder)
        for what in before.keys() | after.keys() | found.keys():
            known = [of.get(what) for of in (before, after)]
            assert found.get(what) in known, f"{name}, kill {number}: {what}"
        try:
            operation(folder, True)
        except StudyError:
            # It had been done.
            assert found == after, f"{name}, kill {number}: cannot be done again"
        assert facts(folder) == after, f"{name}, kill {number}: done again"
        assert check_study(open_study(folder)).findings == (), f"{name}, kill {number}"
        left = [path.name for path in folder.rglob(".*")]
        assert left == [], f"{name}, kill {number} left {left}"
        folder = fresh(folder)
        number += every
    print(f"{name}: {kills} kills")
    assert kills, "it makes no call"
