"""The adjudicator sees what differs, as sides, and nothing before both readers signed off."""

import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.study.adjudication import basis, find_consensus, sides_of
from HER2LowMRILib.study.study_folder import open_study
from made_up_images import GRID, lesion_mask
from made_up_study import MASS, NME, made_up_study, random_answers, read_case


def read_by(study, reader, **answers_of_case):
    with study.reader(reader) as view:
        for case_id, answers in answers_of_case.items():
            read_case(view.open_case(case_id), answers)


def test_a_case_waits_until_all_readers_signed_off(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    with study.reader("r2") as view:
        read_case(view.open_case("P1"), MASS, sign=False)
    with study.adjudicator() as desk:
        assert [(item.case_id, item.state) for item in desk.work_list] == [("P1", "waiting")]
        with pytest.raises(
            StudyError, match="cannot be adjudicated yet: needed a signed-off reading of every reader"
        ):
            desk.open_case("P1")


def test_equal_readings_need_no_adjudicator_and_near_sizes_are_averaged(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS | {"lesion_size_mm": 21.1})
    read_by(study, "r2", P1=MASS | {"lesion_size_mm": 21.3})
    with study.adjudicator() as desk:
        assert desk.work_list[0].state == "agreed"
    assert study.cohort().consensus("P1").answers["lesion_size_mm"] == 21.2, (
        "21.200000000000003 is not a length that a person would write"
    )


def test_only_what_differs_is_listed_and_decisions_are_kept(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    read_by(study, "r2", P1=MASS | {"mass_margin": "circumscribed", "lesion_size_mm": 40.0})
    with study.adjudicator() as desk:
        assert (desk.work_list[0].state, desk.work_list[0].open) == ("to_decide", 2)
        case = desk.open_case("P1")
        assert [entry.item.id for entry in case.disagreements] == ["lesion_size_mm", "mass_margin"]
        assert sorted(case.disagreements[1].answers.values()) == ["circumscribed", "spiculated"]
        with pytest.raises(StudyError, match="do not differ there"):
            case.decide("fgt", "a")
        with pytest.raises(HER2LowMRIError, match="needed one of circumscribed"):
            case.decide("mass_margin", "fuzzy")
        case.decide("mass_margin", "irregular", "neither side: lobulated edge")
        case.decide("lesion_size_mm", 38)
    with open_study(study.folder).adjudicator() as desk:
        assert desk.work_list[0].state == "decided"
        case = desk.open_case("P1")
        assert case.is_decided
        assert case.disagreements[1].reason == "neither side: lobulated edge"
    assert study.cohort().consensus("P1").answers["mass_margin"] == "irregular"


def test_deciding_the_lesion_type_settles_which_questions_arise(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    read_by(study, "r2", P1=NME)
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        assert [entry.item.id for entry in case.open] == ["lesion_type"]
        case.decide("lesion_type", "nme")
        assert [entry.item.id for entry in case.open] == ["nme_distribution", "nme_enhancement"]
        case.decide("lesion_type", "mass", "second look")
        assert [entry.item.id for entry in case.open] == ["mass_shape", "mass_margin", "mass_enhancement"]
        assert set(case.open[0].answers.values()) == {"irregular", "not_applicable"}


def test_a_decision_no_longer_counts_when_a_reader_amends_what_it_rests_on(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    read_by(study, "r2", P1=MASS | {"mass_margin": "circumscribed", "fgt": "c"})
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        case.decide("mass_margin", "spiculated")
        case.decide("fgt", "c")
    with study.reader("r2") as view:
        case = view.open_case("P1")
        case.amend("pressed the wrong key")
        case.set_answer("mass_margin", "irregular")
        case.sign_off()
    with study.adjudicator() as desk:
        assert [entry.item.id for entry in desk.open_case("P1").open] == ["mass_margin"]


def test_the_list_follows_readers_and_decisions_during_a_session(tmp_path):
    study = made_up_study(tmp_path / "s", cases=2)
    read_by(study, "r1", P1=MASS, P2=MASS)
    read_by(study, "r2", P1=MASS)
    with study.adjudicator() as desk:
        assert [item.state for item in desk.work_list] == ["agreed", "waiting"]
        read_by(study, "r2", P2=MASS | {"fgt": "d"})
        assert [item.state for item in desk.work_list] == ["agreed", "to_decide"]
        assert desk.next_case_id() == "P2"
        desk.open_case("P2").decide("fgt", "d")
        assert [item.state for item in desk.work_list] == ["agreed", "decided"]
        with study.reader("r1") as view:
            case = view.open_case("P1")
            case.amend("synthetic")
            case.set_answer("bpe", "marked")
            case.sign_off()
        desk.refresh()
        assert [item.state for item in desk.work_list] == ["to_decide", "decided"]
        assert desk.progress == (1, 2)


def test_readings_are_never_changed_by_the_adjudicator(tmp_path):
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    read_by(study, "r2", P1=MASS | {"mass_margin": "circumscribed"})
    before = {file: file.read_bytes() for file in (study.folder / "readers").rglob("*") if file.is_file()}
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        case.decide("mass_margin", "irregular")
        case.choose_voi("A", "side B reaches into the chest wall")
    assert {
        file: file.read_bytes() for file in (study.folder / "readers").rglob("*") if file.is_file()
    } == before


def test_sides_are_drawn_for_each_case_and_stay(tmp_path):
    drawn = [sides_of(f"P{number}", ("r1", "r2"), 5)["A"] for number in range(200)]
    assert 70 < drawn.count("r1") < 130
    assert drawn == [sides_of(f"P{number}", ("r1", "r2"), 5)["A"] for number in range(200)]


@pytest.mark.parametrize("seed", range(25))
def test_any_two_readings_come_to_a_consensus_that_the_form_accepts(tmp_path, seed):
    form = made_up_study(tmp_path / "s", cases=1).form
    sides = {side: form.sign_off(random_answers(form, seed * 2 + n)) for n, side in enumerate("AB")}
    decisions, rounds = {}, 0
    while open_now := find_consensus(form, sides, decisions, 5.0).open:
        entry = open_now[0]
        values = [v for v in entry.answers.values() if v not in (None, "not_applicable")]
        decisions[entry.item.id] = {"value": values[0], "reason": None, "basis": basis(entry.answers)}
        rounds += 1
        assert rounds < 100
    assert form.missing(find_consensus(form, sides, decisions, 5.0).answers) == ()


def test_a_side_that_excludes_the_case_and_drew_no_lesion_has_no_voi_to_choose(tmp_path):
    """A cyst may be marked before the case is given up; the desk must open all the same."""
    study = made_up_study(tmp_path / "s", cases=1)
    read_by(study, "r1", P1=MASS)
    with study.reader("r2") as view:
        case = view.open_case("P1")
        case.save_voi({"cyst": lesion_mask()}, GRID)
        case.propose_exclusion("motion")
        assert case.sign_off().voi_file is not None, "what was drawn is kept"
    with study.coordinator() as office:
        office.change_protocol(min_dice=0.5)
    study = open_study(study.folder)
    with study.adjudicator() as desk:
        case = desk.open_case("P1")
        (side,) = case.voi_paths
        assert "lesion" in read_segmentation(case.voi_paths[side]).masks
        assert set(case.sides) == {"A", "B"} and case.voi_to_decide is None
