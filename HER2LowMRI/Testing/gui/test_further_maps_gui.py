"""A further map in the panel: declared, shown, measured, in the row; and D and K without ADC are drawn on."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
from HER2LowMRILib.mrml.map_volumes import MAP
from HER2LowMRILib.session.case_row import case_row
from HER2LowMRILib.study.study_folder import open_study
from slicer_session.small_images import GRID, small_phantom, write_small_series


def write(file, values):
    sitk.WriteImage(GRID.to_sitk(values.astype(np.float32)), str(file))


@pytest.fixture
def tree(tmp_path):
    """One case with a diffusion series and a T2 map, one with D_app and K_app only."""
    write_small_series(tmp_path / "tree" / "CASE-001" / "dwi", 1)
    phantom = small_phantom(1)
    write(tmp_path / "tree" / "CASE-001" / "T2map.nrrd", np.where(phantom.lesion, 95.0, 60.0))
    (tmp_path / "tree" / "CASE-002").mkdir()
    phantom = small_phantom(2)
    write(tmp_path / "tree" / "CASE-002" / "d_app.nrrd", phantom.d)
    write(tmp_path / "tree" / "CASE-002" / "k_app.nrrd", phantom.k)
    return tmp_path / "tree"


@pytest.fixture
def declared(person, tree, tmp_path):
    ui = person.page("study")
    ui.furtherMapsEdit.text = "T2map=ms,0,300,5"
    ui.newSection.collapsed = False
    person.session.settle()
    person.clicks(ui.ringsCheck)
    return person.sets_up_study(tmp_path / "study", tree)


def test_a_map_that_cannot_be_is_said_and_no_study_is_set_up(person, tree, tmp_path):
    person.page("study").furtherMapsEdit.text = "T2=ms,0,300,5"
    person.sets_up_study(tmp_path / "study", tree)
    assert "T2map" in person.panel.ui.messageLabel.text
    assert not (tmp_path / "study" / "study.json").exists()


def test_the_study_measures_what_was_declared(declared):
    features = open_study(declared).protocol.features
    assert [spec.name for spec in features.further] == ["T2map"]
    assert features.rings_mm == (1.0, 3.0, 5.0)


def test_a_further_map_is_shown_measured_and_in_the_row(person, declared):
    person.enters("r1")
    person.panel.open_case("CASE-001")
    case = person.panel.session.case
    node = case.nodes["T2map"]
    assert node.GetAttribute(MAP) == "T2map"
    assert (node.GetDisplayNode().GetWindowLevelMin(), node.GetDisplayNode().GetWindowLevelMax()) == (0, 300)
    person.draws()
    person.panel.go_to("features")
    table = person.page("features").featureTable
    assert table.columnCount == 5
    assert table.horizontalHeaderItem(4).text() == "T2map"
    assert table.item(1, 4).text() == "95.000"
    assert "T2map in ms" in person.page("features").unitLabel.text
    person.page("features").histogramCombo.setCurrentIndex(3)
    row = case_row(person.panel.session)
    assert row["T2map_median"] == 95.0
    assert row["T2map_ring3_mean"] < 95.0
    person.panel.go_to("images")
    person.chooses(person.page("images").imageSelector, node)
    widget = slicer.app.layoutManager().sliceWidget("HER2LowMRI_Image")
    assert widget.mrmlSliceCompositeNode().GetBackgroundVolumeID() == node.GetID()


def test_d_and_k_without_adc_are_drawn_on_measured_and_signed_off(person, declared):
    person.enters("r1")
    person.panel.open_case("CASE-002")
    session = person.panel.session
    assert session.case.has_maps()
    assert session.case.drawn_on is session.case.nodes["d_app"]
    mask = small_phantom(2).lesion
    session.case.start_voi({"lesion": mask})
    session.voi_changed()
    row = case_row(session)
    assert row["ADC_mean"] is None
    assert row["D_median"] == pytest.approx(float(np.median(small_phantom(2).d[mask].astype(np.float32))))
    assert row["fit_model"] == "loaded"
    person.panel.go_to("descriptors")
    person.answers()
    session.sign_off()
    assert session.reading.state == "signed_off"


def test_whiskers_and_the_words_for_them_follow_when_the_reader_has_stopped_drawing(person, declared):
    person.enters("r1")
    person.panel.open_case("CASE-001")
    person.draws()
    person.panel.go_to("features")
    case, page = person.panel.session.case, person.page("features")
    assert case.intervals is None and not page.intervalLabel.visible, "a stroke does not wait for them"
    person.session.wait(lambda: case.intervals is not None, 20)
    median = case.intervals.found["ADC_median"]
    assert f"median {median.low:.3f} to {median.high:.3f}" in page.intervalLabel.text
    chart = case._charts["histogram"].node
    names = [chart.GetNthPlotSeriesNode(n).GetName() for n in range(chart.GetNumberOfPlotSeriesNodes())]
    assert "95 % interval" in names
    page.histogramCombo.setCurrentIndex(3)
    assert "T2map: no interval" in page.intervalLabel.text
    person.draws(grow=1)
    assert case.intervals is None and not page.intervalLabel.visible
    assert person.session.errors() == []
