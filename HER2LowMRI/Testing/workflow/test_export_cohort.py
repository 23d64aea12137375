"""A study from images to tables: right numbers, same bytes whoever computes, one bad case stops nothing."""

import concurrent.futures
import hashlib
import json
import shutil

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.core.columns import column_names, columns
from HER2LowMRILib.core.errors import Cancelled, StudyError
from HER2LowMRILib.core.feature_set import FEATURES, FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION, edition_text
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.cohort_rows import mean_of_rows
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.measure_case import CaseJob, measure_case
from HER2LowMRILib.workflow.repair_record import repair_record
from row_check import row_problems
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS, NME, made_up_study, read_case


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Six synthetic cases: 1 equal, 2 adjudicated, 3 excluded, 4 unreadable for r2, 5 undecided, 6 not read by r2."""
    folder = tmp_path_factory.mktemp("cohort") / "study"
    study = create_study(folder, "Synthetic study", seed=3, synthetic=True)
    for number in range(1, 7):
        write_images(folder / "images" / f"P{number}", number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in range(1, 7)
        )
        office.set_pathology(
            "P1", age=51, er=1, pr=0, ki67_percent=30, her2_ihc="1+", her2_specimen="surgical"
        )
        office.set_pathology("P2", her2_ihc="2+")
        office.exclude("P3", "motion artefact")
    for reader, grow in (("r1", 0), ("r2", 1)):
        with study.reader(reader) as view:
            for number in (1, 2, 4, 5, 6):
                case = view.open_case(f"P{number}")
                case.save_voi({"lesion": lesion_mask(grow=grow)}, GRID)
                for step, seconds in (("maps", 0.1), ("voi", 0.2), ("form", 0.3)):
                    case.step_time(step, seconds)
                answers = NME if number == 2 and reader == "r2" else MASS
                for item, value in answers.items():
                    case.set_answer(item, value)
                if number == 5:
                    case.set_answer("mass_margin", "irregular" if reader == "r1" else "circumscribed")
                if number == 4 and reader == "r2":
                    case.propose_exclusion("=clip artefact")
                if not (number == 6 and reader == "r2"):
                    case.sign_off()
    with study.adjudicator() as desk:
        case = desk.open_case("P2")
        case.decide("lesion_type", "nme")
        case.decide("nme_distribution", "segmental")
        case.decide("nme_enhancement", "clumped")
    return folder


@pytest.fixture(scope="module")
def tables(finished, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    export_cohort(open_study(finished), out)
    return out


def same_files(folder, other):
    """Whether two folders hold the same files, byte for byte."""
    files = [{file.name: file.read_bytes() for file in place.iterdir()} for place in (folder, other)]
    assert len(files[0]) >= 7
    assert files[0].keys() == files[1].keys()
    return [name for name in files[0] if files[0][name] != files[1][name]] == []


def rows_by_case(file):
    return {row["case_id"]: row for row in read_rows(file)}


def test_every_case_is_in_the_flow_with_its_reason(tables):
    flow = rows_by_case(tables / "flow.csv")
    assert {case: (row["included"], row["stage"]) for case, row in flow.items()} == {
        "P1": ("1", "included"),
        "P2": ("1", "indeterminate"),
        "P3": ("0", "excluded"),
        "P4": ("0", "proposed_exclusion"),
        "P5": ("0", "not_adjudicated"),
        "P6": ("0", "not_read"),
    }
    assert flow["P3"]["reason"] == "motion artefact"
    assert flow["P4"]["reason"] == "r2: =clip artefact"
    assert "mass_margin" in flow["P5"]["reason"]
    assert list(rows_by_case(tables / "features.csv")) == ["P1", "P2"]


def test_the_overlap_of_both_vois_is_exported_for_every_case_that_both_drew(tables):
    small, large = lesion_mask(), lesion_mask(grow=1)
    overlaps = rows_by_case(tables / "voi_agreement.csv")
    assert list(overlaps) == ["P1", "P2", "P4", "P5"]
    row = overlaps["P1"]
    assert (row["reader_1"], row["reader_2"]) == ("r1", "r2")
    assert float(row["dice"]) == 2 * (small & large).sum() / (small.sum() + large.sum())
    assert float(row["voi_volume_2_mm3"]) > float(row["voi_volume_1_mm3"])
    assert 0 < float(row["hausdorff_95_mm"]) <= max(GRID.spacing_mm)


def test_features_are_those_of_the_maps_and_the_mean_of_both_readers(finished, tables):
    series = read_dwi(image_files(finished / "images" / "P1"), b_values=B_VALUES)
    maps = compute_maps(series).maps
    by_hand = [measure_voi(maps, lesion_mask(grow=grow)).values for grow in (0, 1)]
    row = rows_by_case(tables / "features.csv")["P1"]
    for name in by_hand[0]:
        assert float(row[name]) == (by_hand[0][name] + by_hand[1][name]) / 2, name
    assert float(row["D_mean"]) == pytest.approx(1.05, abs=0.35)
    assert row["voi_choice"] == "mean"
    readings = {(r["case_id"], r["reader"]): r for r in read_rows(tables / "readings.csv")}
    for reader, values in zip(("r1", "r2"), by_hand, strict=True):
        for name, value in values.items():
            assert float(readings["P1", reader][name]) == value
    assert readings["P1", "r1"]["voi_voxels"] == str(int(lesion_mask().sum()))
    assert readings["P1", "r1"]["reading_seconds"] == "0.6", "and not 0.6000000000000001"


def test_intervals_are_further_columns_on_request_and_change_no_other(finished, tables, tmp_path):
    export_cohort(open_study(finished), tmp_path, intervals=True)
    dictionary = {(row["file"], row["column"]): row for row in read_rows(tmp_path / "data_dictionary.csv")}
    for file in ("features", "readings"):
        plain, rows = (read_rows(folder / f"{file}.csv") for folder in (tables, tmp_path))
        added = list(rows[0])[len(plain[0]) :]
        assert len(added) == 42 and list(rows[0])[: len(plain[0])] == list(plain[0])
        assert [{name: row[name] for name in plain[0]} for row in rows] == plain
        for row in rows:
            for name in ("ADC_mean", "D_median", "K_p95"):
                assert float(row[f"{name}_low"]) < float(row[name]) < float(row[f"{name}_high"])
        assert all(dictionary[f"{file}.csv", name]["group"] == "interval" for name in added)
    readings = {(r["case_id"], r["reader"]): r for r in read_rows(tmp_path / "readings.csv")}
    ends = [float(readings["P1", reader]["D_mean_low"]) for reader in ("r1", "r2")]
    assert float(rows_by_case(tmp_path / "features.csv")["P1"]["D_mean_low"]) == sum(ends) / 2
    table = read_features(tmp_path / "features.csv")
    assert "ADC_mean_low" not in table.variables
    # What an export without intervals kept is not taken for one with them, nor the other way round.
    export_cohort(open_study(finished), tmp_path / "plain")
    assert (tmp_path / "plain" / "readings.csv").read_bytes() == (tables / "readings.csv").read_bytes()


def test_rows_hold_what_the_dictionary_says(tables):
    for file in ("features", "readings"):
        rows = read_rows(tables / f"{file}.csv")
        assert rows
        assert list(rows[0]) == list(column_names(file))
    dictionary = read_rows(tables / "data_dictionary.csv")
    for file in ("features.csv", "readings.csv", "flow.csv"):
        explained = [row["column"] for row in dictionary if row["file"] == file]
        assert explained == list(read_rows(tables / file)[0])
    assert all(row["unit"] and row["definition"] and row["source"] for row in dictionary)


def test_descriptors_clinic_and_adjudication_meet_in_one_row(tables):
    one, two = (rows_by_case(tables / "features.csv")[case] for case in ("P1", "P2"))
    assert (one["her2_group"], one["hr"], one["er"], one["age"]) == ("low", "1", "1", "51")
    assert (one["lesion_type"], one["nme_distribution"], one["irregular_shape"]) == (
        "mass",
        "not_applicable",
        "1",
    )
    assert (two["lesion_type"], two["mass_shape"], two["nme_related"]) == ("nme", "not_applicable", "1")
    assert (two["her2_group"], two["adjudicated_items"]) == ("indeterminate", "3")
    assert (one["b_values"], one["adc_b_values"], one["synthetic"]) == ("0;800;1400;2000", "0;800", "1")


def test_readings_before_adjudication_are_exported_as_they_were_signed(tables):
    types = {(r["case_id"], r["reader"]): r["lesion_type"] for r in read_rows(tables / "readings.csv")}
    assert (types["P2", "r1"], types["P2", "r2"]) == ("mass", "nme")
    assert ("P6", "r2") not in types
    assert ("P3", "r1") not in types


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_bytes_do_not_depend_on_who_computes(finished, tables, tmp_path, kind):
    pool = (
        concurrent.futures.ProcessPoolExecutor
        if kind == "processes"
        else concurrent.futures.ThreadPoolExecutor
    )
    study = shutil.copytree(finished, tmp_path / "copy")
    shutil.rmtree(study / "derived")
    with pool(2) as executor:
        export_cohort(open_study(study), tmp_path / "out", executor=executor)
    assert same_files(tmp_path / "out", tables)


@pytest.mark.parametrize("processes", [False, pytest.param(True, marks=pytest.mark.full)])
def test_a_dask_cluster_of_two_workers_gives_the_same_bytes(finished, tables, tmp_path, processes):
    distributed = pytest.importorskip("distributed")
    study = shutil.copytree(finished, tmp_path / "copy")
    shutil.rmtree(study / "derived")
    place = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": ":0"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=processes, **place) as cluster:
        arguments = ["export", str(study), "--out", str(tmp_path / "out"), "--dask"]
        assert main([*arguments, cluster.scheduler_address]) == 0
    assert same_files(tmp_path / "out", tables)


def test_a_bad_case_is_listed_and_the_others_go_on(finished, tmp_path, capsys):
    study = shutil.copytree(finished, tmp_path / "copy")
    (study / "images" / "P1" / "b800.nrrd").write_bytes(b"NRRD0004\ntype: float\n")
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    flow = rows_by_case(tmp_path / "out" / "flow.csv")
    assert flow["P1"]["stage"] == "not_measured"
    assert str(tmp_path) not in flow["P1"]["reason"]
    assert list(rows_by_case(tmp_path / "out" / "features.csv")) == ["P2"]
    assert "not in features.csv: P1, not measured" in capsys.readouterr().out
    readings = {(r["case_id"], r["reader"]): r for r in read_rows(tmp_path / "out" / "readings.csv")}
    assert readings["P1", "r1"]["ADC_mean"] is None
    assert readings["P1", "r1"]["lesion_type"] == "mass"


def test_a_voi_changed_after_sign_off_is_not_measured(finished, tmp_path):
    study = shutil.copytree(finished, tmp_path / "copy")
    file = study / "readers" / "r2" / "P1" / "voi.signed-1.seg.nrrd"
    file.write_bytes(file.read_bytes() + b" ")
    export_cohort(open_study(study), tmp_path / "out")
    assert "changed after sign-off" in rows_by_case(tmp_path / "out" / "flow.csv")["P1"]["reason"]


def test_a_stopped_export_leaves_no_tables_and_goes_on_where_it_was(finished, tables, tmp_path, monkeypatch):
    study = shutil.copytree(finished, tmp_path / "copy")
    shutil.rmtree(study / "derived")
    done = []
    with pytest.raises(Cancelled):
        export_cohort(
            open_study(study), tmp_path / "out", progress=done.append, cancelled=lambda: len(done) >= 2
        )
    assert not (tmp_path / "out").exists()
    kept = sorted(file.name for file in (study / "derived" / "measurements").iterdir())
    assert kept == ["P1.json", "P2.json"]
    monkeypatch.setattr("HER2LowMRILib.workflow.case_maps.read_dwi", _refuse_kept(read_dwi, ("P1", "P2")))
    export_cohort(open_study(study), tmp_path / "out")
    assert same_files(tmp_path / "out", tables)


def _refuse_kept(read, kept):
    def spy(inputs, **options):
        assert inputs[0].parent.name not in kept, "measured again although it was kept"
        return read(inputs, **options)

    return spy


def test_changed_images_or_settings_are_measured_again(finished, tables, tmp_path):
    study = shutil.copytree(finished, tmp_path / "copy")
    write_images(study / "images" / "P1", 99)
    with open_study(study).coordinator() as office:
        office.accept_images("P1", "sent again")
        office.change_protocol(voi_choice="r2")
    export_cohort(open_study(study), tmp_path / "out")
    new, old = (rows_by_case(folder / "features.csv")["P1"] for folder in (tmp_path / "out", tables))
    assert new["D_mean"] != old["D_mean"]
    assert new["voi_choice"] == "r2"
    readings = {(r["case_id"], r["reader"]): r for r in read_rows(tmp_path / "out" / "readings.csv")}
    assert new["ADC_p5"] == readings["P1", "r2"]["ADC_p5"]


def test_the_adjudicator_can_choose_the_voi_of_one_case(finished, tmp_path):
    study = shutil.copytree(finished, tmp_path / "copy")
    with open_study(study).adjudicator() as desk:
        desk.open_case("P1").choose_voi("B", "side A reaches into the skin")
    export_cohort(open_study(study), tmp_path / "out")
    row = rows_by_case(tmp_path / "out" / "features.csv")["P1"]
    assert row["voi_choice"] in ("r1", "r2")
    readings = {(r["case_id"], r["reader"]): r for r in read_rows(tmp_path / "out" / "readings.csv")}
    for name in (feature.name for feature in FEATURES):
        assert row[name] == readings["P1", row["voi_choice"]][name]
    assert row["voi_voxels"] == readings["P1", row["voi_choice"]]["voi_voxels"]


def test_a_feature_that_one_voi_does_not_have_is_missing_in_the_mean():
    first = {"ADC_mean": 1.0, "K_mean": None, "voi_voxels": 10, "fit_model": "wlls"}
    second = {"ADC_mean": 2.0, "K_mean": 0.9, "voi_voxels": 11, "fit_model": "wlls"}
    expected = {"ADC_mean": 1.5, "K_mean": None, "voi_voxels": 10.5, "fit_model": "wlls"}
    assert mean_of_rows([first, second]) == expected
    assert mean_of_rows([second]) == second


def test_a_loaded_adc_map_is_used_as_it_is(finished, tmp_path):
    study = shutil.copytree(finished, tmp_path / "copy")
    adc = np.full(GRID.shape, 1.25, np.float32) + np.linspace(0, 0.5, GRID.shape[2], dtype=np.float32)
    sitk.WriteImage(GRID.to_sitk(adc * 1e-3), str(study / "adc.nrrd"))
    table = study / "cases.csv"
    rows = read_rows(table)
    rows[0]["adc"] = "adc.nrrd"
    write_rows(table, rows, list(rows[0]))
    repair_record(open_study(study), "coordinator", None, "with the scanner's map")
    export_cohort(open_study(study), tmp_path / "out")
    row = rows_by_case(tmp_path / "out" / "features.csv")["P1"]
    expected = [adc[lesion_mask(grow=grow)].astype(float).mean() for grow in (0, 1)]
    assert float(row["ADC_mean"]) == pytest.approx(np.mean(expected), abs=1e-6)
    assert row["adc_b_values"] is None


def test_the_finished_study_passes_its_own_check(finished):
    assert check_study(open_study(finished), images=True).findings == ()


def test_no_cell_begins_a_formula_and_every_cell_fits_its_column(tables):
    content = (tables / "flow.csv").read_text()
    assert '"=clip' not in content
    assert ",=clip" not in content
    for file in ("features", "readings"):
        types = {column.name: column for column in columns(file)}
        for row in read_rows(tables / f"{file}.csv"):
            typed = {name: _typed(types[name], cell) for name, cell in row.items()}
            assert list(row_problems(typed, file)) == []


def _typed(column, cell):
    if cell is None or cell in column.states or column.type == "text":
        return cell
    if column.type == "choice":
        return next((value for value in column.allowed if str(value) == cell), cell)
    return float(cell)


def test_tables_with_her2_groups_do_not_go_where_readers_look(finished):
    study = open_study(finished)
    for inside in (finished, finished / "export", finished / "readers" / "r1"):
        with pytest.raises(StudyError, match="outside it"):
            export_cohort(study, inside)
    assert not (finished / "features.csv").exists()


def test_the_lexicon_of_the_study_goes_with_the_tables(finished, tables):
    assert (tables / "lexicon.json").read_bytes() == (finished / "lexicon.json").read_bytes()


def test_tables_of_an_edition_of_ones_own_are_analysed_by_its_questions(tmp_path):
    content = json.loads(edition_text(DEFAULT_EDITION))
    content["edition"] = "made-up-2"
    own = tmp_path / "own.json"
    own.write_text(json.dumps(content), encoding="utf-8")
    study = create_study(tmp_path / "study", "Synthetic study", lexicon=own, synthetic=True)
    export_cohort(study, tmp_path / "out")
    row = {"case_id": "SYN-1", "lexicon_edition": "made-up-2", "her2_group": "low", "fgt": "a"}
    write_rows(tmp_path / "out" / "features.csv", [row], list(row))
    assert read_features(tmp_path / "out" / "features.csv").lexicon == study.form.lexicon


def test_what_was_said_of_the_images_stands_in_the_row(tmp_path):
    write_images(tmp_path, 1)
    scanner = np.full(GRID.shape, 1100, np.int16)
    sitk.WriteImage(GRID.to_sitk(scanner), str(tmp_path / "scanner_adc.nrrd"))
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": lesion_mask()}, GRID)
    digest = hashlib.sha256((tmp_path / "voi.seg.nrrd").read_bytes()).hexdigest()

    def row(**adc):
        images = CaseImages(dwi=image_files(tmp_path), b_values=B_VALUES, **adc)
        vois = {"r1": (tmp_path / "voi.seg.nrrd", digest)}
        kept = tmp_path / f"kept{len(adc)}.json"
        return measure_case(CaseJob("P1", images, vois, FitOptions(), FeatureSet(), kept)).rows["r1"]

    assert row()["image_warnings"] is None
    said = row(adc=tmp_path / "scanner_adc.nrrd")["image_warnings"]
    assert said == (
        "The file states no unit of its ADC; the size of the numbers (median 1100) suggests 1e-6 mm2/s: please check."
    )


def test_the_list_of_cases_is_gone_through_as_often_for_many_cases_as_for_few(tmp_path, monkeypatch):
    """Else an export grows with the square of the cases."""
    asked = []
    real = CohortView.cases.fget
    monkeypatch.setattr(CohortView, "cases", property(lambda cohort: asked.append(1) or real(cohort)))
    times = {}
    for count in (2, 6):
        study = made_up_study(tmp_path / f"{count}", cases=count, readers=("r1",))
        with study.reader("r1") as view:
            for number in range(1, count + 1):
                read_case(view.open_case(f"P{number}"), MASS)
        asked.clear()
        export_cohort(study, tmp_path / f"out {count}")
        times[count] = len(asked)
    assert times[2] == times[6]
