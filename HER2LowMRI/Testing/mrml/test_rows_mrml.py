"""The row that the panel shows is the row of the export, byte for byte, whatever maps a case has."""

import json
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
from HER2LowMRILib.core.feature_set import RINGS_MM, FeatureSet
from HER2LowMRILib.core.map_spec import parse_further_map
from HER2LowMRILib.files.row_csv import read_rows, rows_to_bytes
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.case_row import case_row, write_case_row
from HER2LowMRILib.session.case_views import CaseViews
from HER2LowMRILib.session.prepared_cases import PreparedCases
from HER2LowMRILib.session.reading_session import ReadingSession
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import B_VALUES, image_files, write_images
from study.made_up_study import MASS

# Tilted, anisotropic, with spacings that no binary fraction is: what grids lose on their way through matrices shows.
_TURN = np.radians(17)
GRID = ImageGrid(
    (40, 36, 9),
    (1.7, 1.7, 4.3),
    (-31.3, 12.7, -20.1),
    (np.cos(_TURN), -np.sin(_TURN), 0, np.sin(_TURN), np.cos(_TURN), 0, 0, 0, 1),
)
FINE = replace(GRID, size_ijk=(80, 72, 9), spacing_mm=(0.85, 0.85, 4.3))
T2 = parse_further_map("T2map=ms,0,300,5")


def lesion_and_core(grid=GRID):
    k, j, i = np.indices(grid.shape)
    centre = [n / 2 for n in grid.shape]
    far = sum(
        ((x - c) * s / r) ** 2
        for x, c, s, r in zip((k, j, i), centre, grid.spacing_mm[::-1], (9, 13, 15), strict=True)
    )
    return far <= 1, far <= 0.1


def write_map(file, low, high, grid=GRID, seed=1, unit=None):
    values = np.random.default_rng(seed).uniform(low, high, grid.shape).astype(np.float32)
    # A few voxels without a value, as every maker's maps have.
    values[:, ::7, ::5] = 0
    image = grid.to_sitk(values)
    if unit:
        image.SetMetaData("HER2LowMRI.unit", unit)
    sitk.WriteImage(image, str(file))
    return file


def kinds(folder):
    """Name -> images of a case, and what the study measures."""
    write_images(folder / "dwi", 1, GRID)
    dwi = {"dwi": image_files(folder / "dwi"), "b_values": B_VALUES}
    adc = {"adc": write_map(folder / "adc.nrrd", 400, 2400)}
    d = {"d_app": write_map(folder / "d.nrrd", 0.4, 2.6, seed=2)}
    k = {"k_app": write_map(folder / "k.nrrd", -0.2, 3.2, seed=3)}
    fine = {"adc": write_map(folder / "fine.nrrd", 400, 2400, FINE)}
    t2 = {"further_maps": {"T2map": write_map(folder / "t2.nrrd", 20, 320, FINE, 4)}}
    two = {"dwi": image_files(folder / "dwi")[:2], "b_values": B_VALUES[:2]}
    return {
        "DWI": dwi,
        "two b-values": two,
        "ADC only": adc,
        "ADC and DWI": adc | dwi,
        "ADC on other voxels, and DWI": fine | dwi,
        "D and K without ADC": d | k,
        "D and K beside DWI": d | k | dwi,
        "ADC and D without K": adc | d,
        "ADC and D beside DWI": adc | d | dwi,
        "D beside DWI": d | dwi,
        "all maps": adc | d | k,
        "all maps beside DWI": adc | d | k | dwi,
        "maps on two grids": fine | d | k,
        "a further map beside DWI": t2 | dwi,
        "a further map beside an ADC": t2 | adc,
        "a further map alone": t2,
    }


NAMES = (
    "DWI",
    "two b-values",
    "ADC only",
    "ADC and DWI",
    "ADC on other voxels, and DWI",
    "D and K without ADC",
    "D and K beside DWI",
    "ADC and D without K",
    "ADC and D beside DWI",
    "D beside DWI",
    "all maps",
    "all maps beside DWI",
    "maps on two grids",
    "a further map beside DWI",
    "a further map beside an ADC",
    "a further map alone",
)
# Column -> what it must say, for the kinds in which it says something else than for fitted maps.
SAYS = {
    "DWI": {"fit_model": "wlls", "adc_b_values": "0;800", "b_values": "0;800;1400;2000"},
    "two b-values": {"fit_model": None, "adc_b_values": "0;800", "b_values": "0;800", "D_mean": None},
    "ADC only": {"fit_model": "loaded", "adc_b_values": None, "b_values": None, "K_valid_fraction": None},
    "ADC and DWI": {"fit_model": "wlls", "adc_b_values": None, "b_values": "0;800;1400;2000"},
    "D and K without ADC": {"fit_model": "loaded", "ADC_mean": None, "b_values": None},
    "D and K beside DWI": {"fit_model": "loaded", "fit_s0": None, "adc_b_values": "0;800"},
    "ADC and D beside DWI": {"fit_model": "wlls", "adc_b_values": None},
    "all maps beside DWI": {"fit_model": "loaded", "b_values": None, "adc_b_values": None},
    "a further map alone": {"fit_model": None, "ADC_mean": None},
}


def study_of(folder, images, rings=False, intervals=False):
    measured = FeatureSet.of(further=(T2,), rings_mm=RINGS_MM if rings else (), intervals=intervals)
    study = create_study(folder, "Synthetic study", ("r1",), seed=1, synthetic=True, features=measured)
    with study.coordinator() as office:
        office.add_cases([Case("P1", CaseImages(**images))])
    return study


def reads(scene, study, unsaved):
    """A reader at the scene who draws the lesion, answers everything and signs off; the session stays open."""

    def make_case(name, options, features, spare=None):
        views = CaseViews(scene, None, lambda: None, lambda: None, None)
        return CaseInScene(scene, views, name, options, features, spare)

    session = ReadingSession(make_case, unsaved, PreparedCases(unsaved.parent / "prepared"))
    session.enter(study.folder, "r1")
    session.open_case("P1")
    lesion, core = lesion_and_core(session.case.grid)
    session.case.start_voi({"lesion": lesion, "necrosis": core})
    session.voi_changed()
    for item, value in MASS.items():
        session.set_answer(item, value)
    session.reading.step_time("voi", 12.345)
    return session


def exported_line(study, out):
    export = export_cohort(study, out)
    assert export.readings == 1, export.left_out
    return (out / "readings.csv").read_bytes()


@pytest.mark.parametrize("rings", [False, True], ids=["", "with rings"])
@pytest.mark.parametrize("name", NAMES)
def test_the_row_of_the_panel_is_the_row_of_the_export(scene, tmp_path, name, rings):
    images = kinds(tmp_path)[name]
    study = study_of(tmp_path / "study", images, rings)
    session = reads(scene, study, tmp_path / "unsaved")
    before = case_row(session)
    session.sign_off()
    row = case_row(session)
    assert before == row | {"reading_seconds": before["reading_seconds"]}
    write_case_row(session, tmp_path / "row.csv")
    session.leave()
    assert (tmp_path / "row.csv").read_bytes() == exported_line(open_study(study.folder), tmp_path / "out")
    (read,) = read_rows(tmp_path / "out" / "readings.csv")
    assert {column: read[column] for column in SAYS.get(name, {})} == SAYS.get(name, {})
    assert (read["lexicon_edition"], read["synthetic"]) == (study.protocol.lexicon, "1")
    assert float(read[f"{measured_map(name)}_mean"]) > 0
    if rings:
        assert float(read[f"{measured_map(name)}_ring3_valid_fraction"]) > 0


# Kind of case -> features with an interval: those of maps that are fitted to the images of the case.
WITH_INTERVALS = {
    "DWI": ("ADC", "D", "K"),
    "two b-values": (),  # without air and without a third b-value nobody knows their noise
    "ADC and DWI": ("D", "K"),
    "ADC on other voxels, and DWI": ("D", "K"),
    "D beside DWI": ("ADC", "K"),
    "all maps beside DWI": (),
    "ADC only": (),
}


@pytest.mark.parametrize("name", WITH_INTERVALS)
def test_intervals_are_the_same_in_the_row_of_the_panel_and_in_the_export(scene, tmp_path, name):
    study = study_of(tmp_path / "study", kinds(tmp_path)[name], intervals=True)
    session = reads(scene, study, tmp_path / "unsaved")
    session.sign_off()
    write_case_row(session, tmp_path / "row.csv")
    session.leave()
    assert (tmp_path / "row.csv").read_bytes() == exported_line(open_study(study.folder), tmp_path / "out")
    (row,) = read_rows(tmp_path / "row.csv")
    for of_map in ("ADC", "D", "K"):
        ends = [row[f"{of_map}_median_{end}"] for end in ("low", "high")]
        if of_map in WITH_INTERVALS[name]:
            assert float(ends[0]) < float(row[f"{of_map}_median"]) < float(ends[1])
        else:
            assert ends == [None, None]
    assert ("no intervals" in (row["image_warnings"] or "")) == (not WITH_INTERVALS[name])


def measured_map(name):
    return {"a further map alone": "T2map", "D and K without ADC": "K"}.get(
        name, "T2map" if "further" in name else "ADC"
    )


def test_the_row_survives_a_scene_that_is_saved_and_loaded(scene, tmp_path):
    images = kinds(tmp_path)["ADC on other voxels, and DWI"]
    study = study_of(tmp_path / "study", images, rings=True)
    session = reads(scene, study, tmp_path / "unsaved")
    session.save_voi()
    row = case_row(session)
    assert slicer.util.saveScene(str(tmp_path / "case.mrb"))
    session.forget_scene()
    scene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "case.mrb"))
    session.continue_case("P1")
    assert case_row(session) == row
    session.leave()


def test_a_scene_of_an_earlier_version_still_says_how_its_maps_were_made(scene, tmp_path):
    study = study_of(tmp_path / "study", kinds(tmp_path)["ADC and DWI"])
    session = reads(scene, study, tmp_path / "unsaved")
    session.save_voi()
    row = case_row(session)
    for node in session.case.nodes.values():
        for name in ("provenance", "group", "map", "grid"):
            node.SetAttribute(f"HER2LowMRI.{name}", None)
    assert slicer.util.saveScene(str(tmp_path / "case.mrb"))
    session.forget_scene()
    scene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "case.mrb"))
    session.continue_case("P1")
    again = case_row(session)
    for name in ("b_values", "adc_b_values", "fit_model", "fit_s0", "ADC_mean", "K_entropy", "voi_voxels"):
        assert again[name] == row[name], name
    session.leave()


def test_a_map_that_the_voi_cannot_be_carried_to_is_empty_and_said_so_in_both_rows(scene, tmp_path):
    far = replace(FINE, origin_mm=(400.0, 400.0, 400.0))
    write_images(tmp_path / "dwi", 1, GRID)
    images = {"dwi": image_files(tmp_path / "dwi"), "b_values": B_VALUES}
    images["further_maps"] = {"T2map": write_map(tmp_path / "t2.nrrd", 20, 200, far)}
    study = study_of(tmp_path / "study", images)
    session = reads(scene, study, tmp_path / "unsaved")
    session.sign_off()
    row = case_row(session)
    assert row["T2map_mean"] is None
    assert "T2map: The VOI lies outside the map" in row["image_warnings"]
    session.leave()
    line = rows_to_bytes([row], tuple(row))
    assert line == exported_line(open_study(study.folder), tmp_path / "out")


def test_what_a_study_measures_is_kept_in_its_protocol(tmp_path):
    study = study_of(tmp_path / "study", {"adc": write_map(tmp_path / "adc.nrrd", 400, 2400)}, rings=True)
    again = open_study(study.folder)
    assert again.protocol.features == study.protocol.features
    stored = json.loads((study.folder / "study.json").read_bytes())
    assert stored["maps"] == [{"name": "T2map", "unit": "ms", "low": 0.0, "high": 300.0, "bin_width": 5.0}]
    assert stored["rings_mm"] == [1.0, 3.0, 5.0]
