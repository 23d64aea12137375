"""How each slice was outlined and how long it took, kept with the reading: verified, signed, and known of old ones."""

import json

import numpy as np
import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.core.slice_origin import ASSISTED, CONFIRMED, DRAWN, INTERPOLATED
from HER2LowMRILib.study.readings import signed_version
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS, SMALL, draw, made_up_study

ALL_WAYS = OutlineRules(("drawn", "assisted", "interpolated"))


@pytest.fixture
def study(tmp_path):
    return made_up_study(tmp_path / "study", outline=ALL_WAYS)


def whole(*slices):
    mask = np.zeros(SMALL.shape, bool)
    mask[list(slices), 1:4, 1:4] = True
    return {"lesion": mask}


def answered(case):
    for item, value in MASS.items():
        case.set_answer(item, value)
    return case


def test_origins_are_on_the_disk_with_the_voi_and_come_back(study):
    with study.reader("r1") as view:
        view.open_case("P1").save_voi(whole(0, 1, 2), SMALL, {0: ASSISTED, 1: INTERPOLATED, 9: DRAWN})
    with open_study(study.folder).reader("r1") as view:
        case = view.open_case("P1")
        assert case.voi_origins == {0: ASSISTED, 1: INTERPOLATED, 2: DRAWN}
        assert case.unconfirmed_slices == (1,)


def test_a_slice_can_be_confirmed_without_drawing(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.save_voi(whole(0, 1, 2), SMALL, {1: INTERPOLATED})
        file = case.voi_path.read_bytes()
        case.save_voi(whole(0, 1, 2), SMALL, {1: CONFIRMED})
        assert case.voi_path.read_bytes() == file
        assert case.unconfirmed_slices == ()
    log = [json.loads(line) for line in (study.folder / "readers/r1/P1/log.jsonl").read_text().splitlines()]
    assert [entry["action"] for entry in log] == ["voi", "voi_origins"]
    with open_study(study.folder).reader("r1") as view:
        assert view.open_case("P1").voi_origins[1] == CONFIRMED


def test_an_outline_from_elsewhere_has_no_origin(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.save_voi(whole(0, 1), SMALL, {0: ASSISTED})
        draw(case)
        assert case.voi_origins is None


def test_sign_off_says_which_slices_were_not_looked_at_and_signs_them_only_when_told(study):
    with study.reader("r1") as view:
        case = answered(view.open_case("P1"))
        case.save_voi(whole(0, 1, 2), SMALL, {0: DRAWN, 1: INTERPOLATED, 2: INTERPOLATED})
        with pytest.raises(
            StudyError, match="a look at every interpolated slice, found 2 not looked at: 2, 3"
        ):
            case.sign_off()
        assert case.is_open
        assert case.sign_off(accept_unconfirmed=True).voi_origins == {
            0: DRAWN,
            1: INTERPOLATED,
            2: INTERPOLATED,
        }
    assert signed_version(study.folder / "readers/r1/P1").voi_origins[2] == INTERPOLATED


def test_a_way_that_the_protocol_does_not_allow_is_refused(tmp_path):
    study = made_up_study(tmp_path / "study")
    assert study.protocol.outline.ways == ("drawn",)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        with pytest.raises(StudyError, match="needed drawn, found assisted"):
            case.save_voi(whole(1), SMALL, {1: ASSISTED})
        assert case.voi_path is None
        case.save_voi(whole(1), SMALL, {1: DRAWN})


def test_the_protocol_keeps_the_ways_and_one_from_before_let_readers_interpolate(study):
    assert open_study(study.folder).protocol.outline == ALL_WAYS
    assert OutlineRules.from_json(None).ways == ("drawn", "interpolated")
    with pytest.raises(StudyError, match="one of high_b, adc, both, found t2"):
        OutlineRules(edge_image="t2")


def test_time_is_kept_with_and_without_pauses_and_by_slice(study):
    with study.reader("r1") as view:
        case = answered(view.open_case("P1"))
        case.step_time("voi", 100.0, active=40.0, slices={1: 30.0, 2: 10.0})
        case.step_time("voi", 10.0, active=50.0, slices={2: 5.5})
        case.step_time("form", 20.0, active=20.0)
        assert dict(case.step_seconds) == {"voi": 110.0, "form": 20.0}
        assert dict(case.active_seconds) == {"voi": 50.0, "form": 20.0}
        draw(case)
        version = case.sign_off()
    assert version.active_seconds == {"voi": 50.0, "form": 20.0}
    assert version.slice_seconds == {1: 30.0, 2: 15.5}


def test_a_reading_from_before_opens_and_has_neither(study):
    with study.reader("r1") as view:
        case = answered(view.open_case("P1"))
        draw(case)
        case.step_time("voi", 12.0)
        version = case.sign_off()
    assert (version.voi_origins, version.active_seconds, version.slice_seconds) == (None, {}, {})
    state = json.loads((study.folder / "readers/r1/P1/reading.json").read_text())["state"]
    assert not {"voi_origins", "active_seconds", "slice_seconds"} & {*state, *state["signed"][0]}


def test_a_record_that_was_changed_by_hand_is_refused(study):
    with study.reader("r1") as view:
        view.open_case("P1").save_voi(whole(0, 1), SMALL, {0: ASSISTED})
    file = study.folder / "readers/r1/P1/reading.json"
    file.write_text(file.read_text().replace('"assisted"', '"drawn"'))
    with open_study(study.folder).reader("r1") as view, pytest.raises(StudyError):
        view.open_case("P1")
