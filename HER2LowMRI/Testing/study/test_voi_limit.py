"""VOIs that overlap less than the protocol asks for are chosen by the adjudicator, never averaged."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS, SMALL, made_up_study


def outline(first, last):
    mask = np.zeros(SMALL.shape, bool)
    mask[1, 1:4, first:last] = True
    return mask


def signed(study, reader, case_id, mask):
    with study.reader(reader) as view:
        case = view.open_case(case_id)
        for item, value in MASS.items():
            case.set_answer(item, value)
        case.save_voi({"lesion": mask}, SMALL)
        case.sign_off()


@pytest.fixture
def study(tmp_path):
    """P1: two disjoint VOIs with equal descriptors; P2: a Dice of 2/3."""
    made = made_up_study(tmp_path / "study", cases=2)
    signed(made, "r1", "P1", outline(0, 2))
    signed(made, "r2", "P1", outline(3, 5))
    signed(made, "r1", "P2", outline(0, 3))
    signed(made, "r2", "P2", outline(1, 4))
    return made


def test_without_a_limit_nothing_is_asked(study):
    with study.adjudicator() as desk:
        assert [item.open for item in desk.work_list] == [0, 0]


def test_below_the_limit_the_adjudicator_chooses_and_the_export_waits(study):
    with study.coordinator() as office:
        office.change_protocol(min_dice=0.5)
        assert [line.to_adjudicate for line in office.status()] == [1, 0]
        assert office.voi_to_decide("P1", office.signed("P1")) == 0.0
    from HER2LowMRILib.study.study_folder import open_study

    with open_study(study.folder).adjudicator() as desk:
        assert [(item.state, item.open) for item in desk.work_list] == [("to_decide", 1), ("agreed", 0)]
        assert desk.next_case_id() == "P1"
        case = desk.open_case("P1")
        assert not case.is_decided and case.voi_to_decide == 0.0
        case.choose_voi(VOI_MEAN, "two foci of one lesion")
        assert case.is_decided
        assert [item.open for item in desk.work_list] == [0, 0]
    cohort = open_study(study.folder).cohort()
    assert [line.to_adjudicate for line in cohort.status()] == [0, 0]


def test_a_choice_counts_for_the_vois_it_was_made_on(study):
    from HER2LowMRILib.study.study_folder import open_study

    with study.coordinator() as office:
        office.change_protocol(min_dice=0.9)
    with open_study(study.folder).adjudicator() as desk:
        desk.open_case("P2").choose_voi("A", "larger")
    opened = open_study(study.folder)
    with opened.reader("r1") as view:
        case = view.open_case("P2")
        case.amend("drawn again")
        case.save_voi({"lesion": outline(2, 5)}, SMALL)
        case.sign_off()
    assert opened.cohort().status()[1].to_adjudicate == 1


@pytest.mark.parametrize("limit", [-0.1, 1.5])
def test_a_limit_that_is_none_is_refused(study, limit):
    with study.coordinator() as office, pytest.raises(StudyError, match="0 to 1"):
        office.change_protocol(min_dice=limit)


def test_desk_and_export_agree_on_vois_that_were_drawn_on_different_voxels(tmp_path):
    """The voxels of the first side count on either, else a case waits for somebody who has nothing to decide."""
    study = made_up_study(tmp_path / "study", cases=6, min_dice=0.7)
    fine = ImageGrid((12, 10, 3), (1.0, 1.0, 5.0), (-0.5, -0.5, 0.0))
    random = np.random.default_rng(3)
    for reader, grid in (("r1", SMALL), ("r2", fine)):
        with study.reader(reader) as view:
            for number in range(1, 7):
                case = view.open_case(f"P{number}")
                for question, value in MASS.items():
                    case.set_answer(question, value)
                mask = np.zeros(grid.shape, bool)
                mask[1] = random.random(grid.shape[1:]) < 0.75
                case.save_voi({"lesion": mask}, grid)
                case.sign_off()
    cohort = open_study(study.folder).cohort()
    with open_study(study.folder).adjudicator() as desk:
        found = {item.case_id: desk.open_case(item.case_id).voi_to_decide for item in desk.work_list}
        assert {item.case_id for item in desk.work_list if item.open} == {c for c, d in found.items() if d}
    assert found == {case_id: cohort.voi_to_decide(case_id, cohort.signed(case_id)) for case_id in found}
    assert any(found.values())
