"""Random sittings: a reader and other modules at random, with kills; after every act everything is looked at.

The same acts run inside a real Slicer: `random_sittings_in_slicer.py`.
"""

import pytest
import slicer
from slicer_session.random_sittings import live_on_stand_ins, sitting_of
from slicer_session.sitting_ground import Ground
from slicer_session.sitting_looks.titles import role_of_title


def test_a_short_random_sitting_with_a_kill_loses_nothing_and_shows_nothing_foreign(tmp_path):
    assert sitting_of(tmp_path / "sitting", 101, 40, 1, live_on_stand_ins) == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 21))
def test_five_hundred_random_acts_with_kills_lose_nothing_and_show_nothing_foreign(tmp_path, seed):
    assert sitting_of(tmp_path / "sitting", seed, 500, 4, live_on_stand_ins) == []


def test_other_modules_of_a_sitting_leave_alone_what_slicer_hides_for_itself(person, study):
    """The planes of its views: nobody can delete them, and without them Slicer prints errors of its own."""
    person.enters("r1")
    person.opens_next_case()
    planes = slicer.util.getNodesByClass("vtkMRMLModelNode")
    assert planes
    assert Ground().foreign("vtkMRMLModelNode") == []
    seen = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode", "other")
    assert Ground().foreign("vtkMRMLModelNode") == [seen]


@pytest.mark.parametrize(
    "title, role",
    [
        ("ADC", "adc"),
        ("K_app", "k_app"),
        ("T2", "t2"),
        ("pre", "dce 0"),
        ("pre (no T1 without fat suppression: before contrast)", "dce 0"),
        ("post 2 of 5 · 122 s", "dce 2"),
        ("post 2 of 5 · 122 s (aligned)", "dce 2"),
        ("post 12 of 20 − pre", "subtraction 12"),
        ("MIP post 1 of 3 − pre (aligned)", "mip 1"),
        ("T2: not read", None),
        ("no T2", None),
        ("", None),
    ],
)
def test_a_title_is_read_as_the_volume_that_it_promises(title, role):
    assert role_of_title(title) == role
