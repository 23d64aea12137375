"""Before a reading is locked the page lists what is left out of the lesion, and asks about a size that cannot be."""

import os
import time

import numpy as np
import pytest
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.session import earlier_outlines
from HER2LowMRILib.session.earlier_outlines import EarlierOutlines, drop_old
from slicer_session.person import MASS_KEYS, Answer


def read_up_to_sign_off(person, **answers):
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    person.draws("necrosis")
    person.goes_on()
    person.answers(MASS_KEYS | answers)
    person.panel.go_to("sign_off")


def shown(person):
    table = person.page("sign_off").summaryTable
    cells = [
        [table.item(row, column).text() for column in range(2) if table.item(row, column)]
        for row in range(table.rowCount)
    ]
    return {row[0]: row[1] if len(row) > 1 else "" for row in cells}


def test_what_is_left_out_is_listed(person, study):
    read_up_to_sign_off(person)
    case = person.panel.session.case
    count = int((case.masks()["necrosis"] & case.masks()["lesion"]).sum())
    assert shown(person)["Left out of it"] == f"necrosis {count} voxels"
    assert not any("hardly fits" in text for text in shown(person))


@pytest.mark.parametrize(("button", "signed"), [("No", False), ("Enter", False), ("Yes", True)])
def test_a_size_that_cannot_be_is_asked_about(person, study, button, signed):
    read_up_to_sign_off(person, lesion_size_mm="5")
    assert any("A lesion of 5 mm hardly fits an outline of" in text for text in shown(person))
    case_id = person.case_id
    with Answer(button) as asked:
        person.clicks(person.page("sign_off").signButton)
    assert len(asked) == 1
    assert "Sign off all the same?" in asked[0]
    states = {item.case_id: item.state for item in person.panel.session.view.work_list}
    assert (states[case_id] == "signed_off") is signed


def outline_of(folder, case_id):
    outlines = EarlierOutlines(folder, "study", "r1", case_id)
    mask = np.zeros((4, 5, 6), bool)
    mask[1, 2, 3] = True
    outlines.keep({"lesion": mask}, ImageGrid((6, 5, 4), (1.0, 1.0, 1.0)), "lesion")
    return outlines


def test_earlier_outlines_go_when_they_are_old_or_too_many(tmp_path, monkeypatch):
    old, new = outline_of(tmp_path, "C1"), outline_of(tmp_path, "C2")
    months_ago = time.time() - 100 * 86400
    os.utime(old.newest_first()[0].file, (months_ago, months_ago))
    drop_old(tmp_path)
    assert not old.newest_first()
    assert len(new.newest_first()) == 1
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(earlier_outlines, "_MOST_BYTES", 10)
    drop_old(tmp_path)
    assert not list(tmp_path.iterdir())


def test_leaving_a_study_drops_old_outlines(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    session = person.panel.session
    session.save_voi()
    (outline,) = session.earlier_outlines()[:1]
    months_ago = time.time() - 100 * 86400
    os.utime(outline.file, (months_ago, months_ago))
    session.leave()
    assert not outline.file.exists()
