"""What the headers of a dynamic series may say of it beside phase and time."""

from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from made_examinations import GRE, Examination, Grid, write_dynamic
from test_phase_times import edit
from test_sorted_examinations import asked, images_of

TIMES, UPTAKES = [0.0, 90.0, 180.0, 270.0], [0.0, 1.2, 1.1, 1.0]


@pytest.mark.parametrize("flavour", ["PERFUSION", "DYNAMIC", "T1", "OTHER"])
@pytest.mark.parametrize("layout", ["series each", "enhanced, a file each"])
def test_acquired_images_of_any_flavour_are_phases(layout: str, flavour: str, tmp_path: Path):
    """Perfusion is what some scanners call a dynamic series; a perfusion map says that it is derived."""
    exam = Examination(tmp_path, np.random.default_rng(7), "siemens")
    phases = write_dynamic(exam, 10, layout, TIMES, UPTAKES, Grid(), name="dyn", tags=GRE)
    for file in {file for phase in phases for file, _ in phase}:
        edit(file, ImageType=["ORIGINAL", "PRIMARY", flavour, "NONE"])
    assert [images_of(phase.images) for phase in sort_folder(tmp_path).dce] == phases


def test_a_perfusion_map_is_no_phase(tmp_path: Path):
    exam = Examination(tmp_path, np.random.default_rng(7), "siemens")
    phases = write_dynamic(exam, 10, "series each", TIMES, UPTAKES, Grid(), name="dyn", tags=GRE)
    exam.classic(
        30, "dyn", exam.pixels(), Grid(), **GRE, ImageType=["DERIVED", "PRIMARY", "PERFUSION", "NONE"]
    )
    found = sort_folder(tmp_path)
    assert [images_of(phase.images) for phase in found.dce] == phases
    assert [one.series for one in found.aside] == [30]


def test_one_ultrafast_series_without_uptake_is_asked_about_with_the_reason(tmp_path: Path):
    exam = Examination(tmp_path, np.random.default_rng(7), "siemens")
    times = [0.0, 4.0, 8.0, 12.0, 16.0]
    write_dynamic(exam, 10, "series each", times, [0.0] * 5, Grid(), name="dyn", tags=GRE)
    found = sort_folder(tmp_path)
    assert asked(found) == {"ultrafast"}
    assert "no tissue gets brighter" in found.questions[0].text.lower()
    assert "later" not in found.questions[0].text
