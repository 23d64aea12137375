"""What a role must not reach, tried: through attributes, closures and whatever else its objects hold."""

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS, made_up_study, read_case
from study.reachable import everything_held_by, texts

SECRET_REMARK, SECRET_SITE, SECRET_SIZE = "remark of the second reader", "laboratory Nine", 33.0625


@pytest.fixture
def study(tmp_path):
    study = made_up_study(tmp_path / "study", readers=("alpha", "beta"))
    with study.coordinator() as office:
        office.set_pathology("P1", her2_ihc="3+", age=61, her2_laboratory=SECRET_SITE)
    with study.reader("beta") as view:
        case = view.open_case("P1")
        case.set_comment(SECRET_REMARK)
        read_case(case, MASS | {"lesion_size_mm": SECRET_SIZE})
        read_case(view.open_case("P2"), MASS, sign=False)
    with study.reader("alpha") as view:
        read_case(view.open_case("P1"), MASS)
    return open_study(study.folder)


def test_a_reader_holds_nothing_of_the_other_reader_or_of_pathology(study):
    with study.reader("alpha") as view:
        cases = [view.open_case(item.case_id) for item in view.work_list]
        everything = everything_held_by(view, *cases)
        held = texts(everything)
    assert any("readers/alpha" in text for text in held), "the walk must see private attributes"
    assert not [text for text in held if "beta" in text]
    assert not [text for text in held if "pathology" in text.lower() or "pseudonym" in text]
    assert not [text for text in held if SECRET_REMARK in text or SECRET_SITE in text]
    assert SECRET_SIZE not in [value for value in everything if isinstance(value, float)]


def test_a_reader_cannot_open_other_folders_by_a_clever_case_id(study):
    with study.reader("alpha") as view:
        for name in ("../beta/P1", "../../readers/beta/P1", "/etc", "..", "", "P1/../../beta/P1", "P9", None):
            with pytest.raises(StudyError, match="no such case"):
                view.open_case(name)


def test_a_reader_sees_the_same_whatever_the_other_reader_did(study, tmp_path):
    fresh = made_up_study(tmp_path / "fresh", readers=("alpha", "beta"))
    with fresh.reader("alpha") as view:
        read_case(view.open_case("P1"), MASS)
    with fresh.reader("alpha") as alone, study.reader("alpha") as beside:
        assert alone.work_list == beside.work_list
        assert alone.progress == beside.progress


def test_the_adjudicator_holds_no_pathology_and_no_draft(study):
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        held = texts(everything_held_by(desk, case))
        assert not [text for text in held if "pathology" in text.lower() or "pseudonym" in text]
        assert not [text for text in held if SECRET_SITE in text]
        with pytest.raises(StudyError, match="cannot be adjudicated yet"):
            desk.open_case("P2")


def test_a_case_on_the_desk_does_not_tell_which_reader_is_which_side(study):
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        files = list(case.voi_paths.values())
        shown = [
            case.disagreements,
            case.exclusions,
            case.sides,
            case._answers,
            case._record.state,
        ]
        held = texts(everything_held_by(*shown)) + [file.name for file in files]
        assert not [text for text in held if text in ("alpha", "beta") or "readers/" in text]
        assert not [text for text in held if SECRET_REMARK in text]
        assert [file.name for file in files] == ["A.seg.nrrd", "B.seg.nrrd"]


def test_only_the_coordinator_reaches_pathology(study):
    with study.coordinator() as office:
        assert office.her2("P1").group == "over"
    for role in (study.reader("alpha"), study.adjudicator()):
        with role as view:
            assert not hasattr(view, "pathology")
            assert not hasattr(view, "her2")
