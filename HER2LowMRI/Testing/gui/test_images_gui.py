"""Images and maps: files and nodes of the scene, b-values by hand, given ADC maps, fit options, quality."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.images.voi_files import read_voi, write_voi
from HER2LowMRILib.mrml.volumes import add_volume
from HER2LowMRILib.session.case_row import case_row
from slicer_session.person import Person
from slicer_session.small_images import GRID


@pytest.fixture
def single(session, panel, image_tree):
    """Somebody with a single case, no study."""
    someone = Person(session, panel, image_tree[1])
    ui = someone.page("study")
    ui.singleSection.collapsed = False
    session.settle()
    ui.singleName.text = "CASE-001"
    someone.clicks(ui.singleButton)
    assert panel.page.NAME == "images"
    return someone


def reads(person, path):
    person.page("images").imagePath.currentPath = str(path)
    person.clicks(person.page("images").readButton)


def b_column(person):
    table = person.page("images").seriesTable
    return [table.item(row, 0).text() for row in range(table.rowCount)]


def test_a_folder_of_dicom_becomes_maps_a_voi_and_a_row_without_a_study(single, image_tree, tmp_path):
    reads(single, image_tree[0] / "CASE-001")
    assert b_column(single) == ["0", "800", "1400", "2000"]
    single.clicks(single.page("images").computeButton)
    case = single.panel.session.case
    series = read_dwi([image_tree[0] / "CASE-001"])
    expected = fit_maps(series.signals, series.b_values, series.averages, case.options)
    inside = image_tree[1]["CASE-001"].lesion
    assert np.array_equal(case.maps.maps("D").d_app[inside], expected.d_app[inside])
    single.panel.go_to("voi")
    drawn = single.draws()
    single.panel.go_to("descriptors")
    single.answers()
    from HER2LowMRILib.session.case_row import write_case_row

    write_case_row(single.panel.session, tmp_path / "row.csv")
    from HER2LowMRILib.files.row_csv import read_rows

    (row,) = read_rows(tmp_path / "row.csv")
    assert row["case_id"] == "CASE-001"
    assert int(row["voi_voxels"]) == drawn.sum()
    assert float(row["ADC_median"]) == case.measurement.features.values["ADC_median"]
    assert row["mass_shape"] == "irregular"


def test_a_single_case_lives_in_the_scene(single, image_tree, tmp_path):
    reads(single, image_tree[0] / "CASE-001")
    single.clicks(single.page("images").computeButton)
    single.panel.go_to("voi")
    drawn = single.draws()
    single.panel.go_to("descriptors")
    single.types("2")
    assert slicer.util.saveScene(str(tmp_path / "single.mrb"))
    single.session.close_scene()
    slicer.util.loadScene(str(tmp_path / "single.mrb"))
    single.session.wait_for_scene()
    assert single.case_id == "CASE-001"
    assert np.array_equal(single.panel.session.case.masks()["lesion"], drawn)
    assert single.panel.session.reading.answers == {"fgt": "b"}


def test_a_wrong_b_value_is_corrected_by_hand_and_a_wrong_correction_is_refused(single, image_tree):
    reads(single, image_tree[0] / "CASE-001")
    table = single.page("images").seriesTable
    table.item(3, 0).setText("1900")
    assert b_column(single) == ["0", "800", "1400", "1900"]
    assert "typed" in table.item(3, 1).text()
    table.item(3, 0).setText("about 2000")
    assert "b-values" in single.panel.ui.messageLabel.text
    assert b_column(single) == ["0", "800", "1400", "1900"]
    table.item(3, 0).setText("1400")
    assert b_column(single) == ["0", "800", "1400", "1900"], "two images of one b-value"


def test_a_folder_without_images_is_refused_and_the_next_good_one_clears_the_message(
    single, image_tree, tmp_path
):
    (tmp_path / "empty").mkdir()
    reads(single, tmp_path / "empty")
    assert single.panel.ui.messageFrame.isVisible()
    reads(single, image_tree[0] / "CASE-001")
    assert not single.panel.ui.messageFrame.isVisible()


def test_a_sequence_with_frame_labels_of_the_scene_is_a_series(single, image_tree):
    series = read_dwi([image_tree[0] / "CASE-001"])
    sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", "dwi")
    for number, array in enumerate(series.signals):
        volume = add_volume(slicer.mrmlScene, np.asarray(array), series.grid, "frame", "temporary")
        sequence.SetDataNodeAtValue(volume, str(number))
        slicer.mrmlScene.RemoveNode(volume)
    sequence.SetAttribute("MultiVolume.FrameLabels", "0.0,800.0,1400.0,2000.0")
    sequence.SetAttribute("MultiVolume.FrameIdentifyingDICOMTagName", "EchoTime")
    ui = single.page("images")
    ui.seriesSelector.setCurrentNode(sequence)
    single.clicks(ui.addNodeButton)
    assert b_column(single) == [], "labels of another tag are not b-values"
    assert "b-values" in single.panel.ui.messageLabel.text
    sequence.SetAttribute("MultiVolume.FrameIdentifyingDICOMTagName", "Siemens.B-value")
    single.clicks(ui.addNodeButton)
    assert b_column(single) == ["0", "800", "1400", "2000"]
    single.clicks(ui.computeButton)
    assert single.panel.session.case.has_maps()


def test_single_volumes_are_added_one_by_one_by_their_names(single, image_tree):
    series = read_dwi([image_tree[0] / "CASE-001"])
    ui = single.page("images")
    for image in reversed(series.images):
        node = add_volume(
            slicer.mrmlScene, np.asarray(image.array), series.grid, f"ep2d b{image.b_value:g}", ""
        )
        ui.seriesSelector.setCurrentNode(node)
        single.clicks(ui.addNodeButton)
    assert b_column(single) == ["0", "800", "1400", "2000"]
    assert "check" in ui.seriesTable.item(0, 1).text()
    nameless = add_volume(slicer.mrmlScene, np.zeros(GRID.shape), series.grid, "T2 tse", "")
    ui.seriesSelector.setCurrentNode(nameless)
    single.clicks(ui.addNodeButton)
    assert "T2 tse" in single.panel.ui.messageLabel.text
    assert b_column(single) == ["0", "800", "1400", "2000"]


def loaded(series, *names, grid=None):
    """Volumes as *Add Data* brings them, in any order."""
    images = {f"{image.b_value:g}": image for image in series.images}
    return [
        add_volume(
            slicer.mrmlScene,
            np.asarray(images.get(name, series.images[0]).array),
            grid or series.grid,
            f"ep2d b{name}" if name in images else name,
            "",
        )
        for name in names
    ]


def test_all_volumes_of_the_scene_are_added_at_once_and_the_rest_is_said(single, image_tree):
    """Four clicks to the maps, however many volumes there are."""
    series = read_dwi([image_tree[0] / "CASE-001"])
    loaded(series, "1400", "0", "T2 tse", "2000", "800")
    ui = single.page("images")
    single.clicks(ui.addAllButton)
    assert b_column(single) == ["0", "800", "1400", "2000"]
    said = single.panel.ui.messageLabel.text
    assert "Taken: b 0, b 800, b 1400, b 2000" in said and "T2 tse" in said
    single.clicks(ui.computeButton)
    case = single.panel.session.case
    assert case.has_maps()
    single.clicks(ui.addAllButton)
    assert b_column(single) == ["0", "800", "1400", "2000"], "maps of our own are not images that were loaded"


@pytest.mark.parametrize("second", ["800", "ADC"])
def test_two_volumes_that_say_the_same_are_not_chosen_between(single, image_tree, second):
    series = read_dwi([image_tree[0] / "CASE-001"])
    loaded(series, "0", "800", "1400", "2000")
    if second == "ADC":
        for name in ("401: ep2d_diff_ADC", "501: ep2d_diff_ADC"):
            add_volume(slicer.mrmlScene, np.full(series.grid.shape, 1234, np.int16), series.grid, name, "")
    else:
        loaded(series, second)
    ui = single.page("images")
    single.clicks(ui.addAllButton)
    assert b_column(single) == []
    assert "beside another volume that says the same" in single.panel.ui.messageLabel.text


def test_a_scene_without_diffusion_images_adds_nothing_and_says_why(single, image_tree):
    series = read_dwi([image_tree[0] / "CASE-001"])
    loaded(series, "T2 tse")
    single.clicks(single.page("images").addAllButton)
    assert b_column(single) == []
    assert "T2 tse" in single.panel.ui.messageLabel.text


def test_an_adc_map_of_the_scanner_is_used_on_its_own_voxels_in_the_right_unit(single, image_tree):
    """The scanner's map: integers of 1e-6 mm2/s, on voxels half as large as those of the series."""
    fine = ImageGrid((96, 80, 8), (1.0, 1.0, 5.0), (-48.5, -40.5, -20.0))
    lesion = np.kron(image_tree[1]["CASE-001"].lesion, np.ones((1, 2, 2), bool))
    adc = np.where(lesion, 1234, 1900).astype(np.int16)
    node = add_volume(slicer.mrmlScene, adc, fine, "401: ep2d_diff_ADC", "")
    reads(single, image_tree[0] / "CASE-001")
    ui = single.page("images")
    ui.seriesSelector.setCurrentNode(node)
    single.clicks(ui.addNodeButton)
    assert ui.adcCombo.currentIndex == 1
    assert "1e-6 mm2/s" in ui.foundLabel.text
    single.clicks(ui.computeButton)
    case = single.panel.session.case
    assert case.grid.same_as(fine)
    single.panel.go_to("voi")
    single.draws(mask=lesion)
    values = case.measurement.features.values
    assert values["ADC_median"] == pytest.approx(1.234)
    assert case.measurement.geometry.voi_voxels == lesion.sum()
    assert case.measurement.features.voxels["D"] <= image_tree[1]["CASE-001"].lesion.sum()
    assert values["D_median"] == pytest.approx(1.1, abs=0.1)
    assert any(notice.code == "voi_carried" for notice in case.measurement.warnings)


def test_what_is_shown_of_a_voi_on_other_voxels_is_what_an_export_of_it_would_say(
    single, image_tree, tmp_path
):
    odd = ImageGrid((101, 83, 7), (0.93, 0.97, 5.6), (-47.3, -39.8, -19.2))
    node = add_volume(slicer.mrmlScene, np.full(odd.shape, 1234, np.int16), odd, "401: ep2d_diff_ADC", "")
    reads(single, image_tree[0] / "CASE-001")
    ui = single.page("images")
    ui.seriesSelector.setCurrentNode(node)
    single.clicks(ui.addNodeButton)
    single.clicks(ui.computeButton)
    case = single.panel.session.case
    single.panel.go_to("voi")
    k, j, i = np.indices(odd.shape)
    lesion = ((k - 3) / 2) ** 2 + ((j - 40) / 11) ** 2 + ((i - 52) / 13) ** 2 < 1
    single.draws(mask=lesion)
    write_voi(tmp_path / "voi.seg.nrrd", case.masks(), case.grid)
    exported = read_voi(tmp_path / "voi.seg.nrrd", case.maps.grid_of("D"))
    assert exported.resampled
    expected = measure_voi(case.maps.maps("D"), exported.mask)
    for name, value in case.measurement.features.values.items():
        if not name.startswith("ADC"):
            assert value == expected.values[name], name


def test_an_adc_map_alone_gives_the_adc_features_and_says_what_is_not_there(single, tmp_path):
    rng = np.random.default_rng(5)
    array = rng.normal(1.1, 0.1, GRID.shape).astype(np.float32)
    sitk.WriteImage(GRID.to_sitk(array), str(tmp_path / "adc.nrrd"))
    reads(single, tmp_path / "adc.nrrd")
    single.clicks(single.page("images").computeButton)
    single.panel.go_to("voi")
    mask = np.zeros(GRID.shape, bool)
    mask[2:5, 10:20, 10:20] = True
    single.draws(mask=mask)
    values = single.panel.session.case.measurement.features.values
    assert values["ADC_mean"] == pytest.approx(array[mask].mean(), rel=1e-6)
    assert np.isnan(values["K_mean"])


def test_the_fit_of_a_single_case_follows_the_options_of_the_scene(single, image_tree):
    reads(single, image_tree[0] / "CASE-001")
    ui = single.page("images")
    ui.adcHighSpin.value = 1400
    ui.modelCombo.setCurrentIndex(1)
    single.clicks(ui.computeButton)
    options = single.panel.session.case.options
    assert options.model == "nlls"
    assert options.adc_b == (0.0, 1400.0)
    ui.adcHighSpin.value = 1000
    single.clicks(ui.computeButton)
    assert "1000" in single.panel.ui.messageLabel.text


def test_a_reader_of_a_study_cannot_change_how_maps_are_made(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("images")
    ui = person.page("images")
    assert not ui.computeButton.isVisible()
    for widget in (ui.adcLowSpin, ui.adcHighSpin, ui.modelCombo, ui.s0Combo, ui.adcCombo):
        assert not widget.isEnabled()
    assert b_column(person) == ["0", "800", "1400", "2000"]


def test_the_quality_of_the_voxels_is_told_for_the_voi_and_the_image(person, study):
    person.enters("r1")
    person.opens_next_case()
    drawn = person.draws()
    person.panel.go_to("images")
    table = person.page("images").qualityTable
    assert 0 < int(table.item(0, 0).text()) <= drawn.sum()
    assert table.item(0, 1).text().endswith("%")
    assert table.rowCount > 1


def test_no_identity_stands_in_any_node_of_a_study_case(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    for node in person.panel.session.case.nodes.values():
        assert node.GetName().startswith(case_id)
        assert node.GetAttribute("DICOM.instanceUIDs") is None


def test_the_fourth_view_shows_what_the_reader_picks(person, study):
    person.enters("r1")
    person.opens_next_case()
    widget = slicer.app.layoutManager().sliceWidget("HER2LowMRI_Image")
    assert person.panel.parameters.imageRole == "", "nobody chose it"
    case = person.panel.session.case
    assert widget.mrmlSliceCompositeNode().GetBackgroundVolumeID() == case.nodes["dwi 2000"].GetID()
    person.panel.go_to("images")
    person.chooses(person.page("images").imageSelector, case.nodes["dwi 800"])
    assert widget.mrmlSliceCompositeNode().GetBackgroundVolumeID() == case.nodes["dwi 800"].GetID()
    assert person.panel.parameters.imageRole == "dwi 800"


def test_nothing_of_a_case_of_a_study_is_offered_to_a_single_case_after_it(person, study, single):
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    session = person.panel.session
    session.save_voi()
    assert session.earlier_outlines()
    recorded = session.origins.recorded
    assert recorded
    session.start_single_case("CASE-009", lambda _record: None)
    assert session.earlier_outlines() == []
    assert session.origins.recorded != recorded
    assert not case_row(session)["voi_slices_drawn"]
