"""A VOI that could not be saved is kept on this computer until the study has it."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError, StudyError
from HER2LowMRILib.session.unsaved_voi import UnsavedVoi, fingerprint
from study.made_up_study import SMALL, draw, made_up_study


def voi(voxels):
    mask = np.zeros(SMALL.shape, bool)
    mask.ravel()[:voxels] = True
    return {"lesion": mask}


def unsaved(folder):
    return UnsavedVoi(folder / "unsaved", "synthetic study", "r1", "P1")


def test_what_was_kept_comes_back_where_the_study_has_what_it_was_drawn_on(tmp_path):
    unsaved(tmp_path).keep(voi(4), SMALL, "")
    unsaved(tmp_path).keep(voi(9), SMALL, "")
    assert unsaved(tmp_path).bring_back("").masks["lesion"].sum() == 9
    assert unsaved(tmp_path).bring_back("another") is None


def test_a_save_that_got_as_far_as_the_file_is_no_newer_voi(tmp_path):
    """The share went away between the VOI and its line in the log, and the reader drew on."""
    study = made_up_study(tmp_path / "study", cases=1)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        draw(case)
        before = fingerprint(case.voi_path)
        case.save_voi(voi(4), SMALL)
        written = fingerprint(case.voi_path)
    unsaved(tmp_path).keep(voi(4), SMALL, before)
    unsaved(tmp_path).keep(voi(9), SMALL, before)
    assert unsaved(tmp_path).bring_back(written).masks["lesion"].sum() == 9


def test_what_is_set_aside_is_touched_by_nothing_that_comes_later(tmp_path):
    names = []
    for voxels in (4, 9):
        kept = unsaved(tmp_path)
        kept.keep(voi(voxels), SMALL, "")
        names.append(kept.set_aside())
    kept.keep(voi(2), SMALL, "later")
    kept.forget()
    assert sorted(file.name for file in (tmp_path / "unsaved").iterdir()) == sorted(names)
    assert not unsaved(tmp_path).is_kept


@pytest.mark.parametrize("content", [b"", b"NRRD0004\n", b"no image"])
def test_a_damaged_file_is_refused(tmp_path, content):
    kept = unsaved(tmp_path)
    kept.keep(voi(4), SMALL, "")
    kept.file.write_bytes(content)
    with pytest.raises(ImageError):
        kept.bring_back("")


def test_a_saved_voi_that_is_gone_is_said_in_one_line_without_its_place(tmp_path):
    with pytest.raises(StudyError, match=r"saved VOI cannot be read: .*No such file") as said:
        fingerprint(tmp_path / "voi.seg.nrrd")
    assert str(tmp_path) not in str(said.value)
