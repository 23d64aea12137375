"""What is measured beside a descriptor: right numbers, never before the answer, columns only where they are wanted."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "images"))
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.measured_beside import BESIDE_VALUES, SHOWN_AFTER
from HER2LowMRILib.core.voi_diameter import longest_diameter_mm
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.images.examination import Examination, ImageSet, Phase
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_on_grid import Outline
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.examination_images import LoadedImage
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.measure_beside import (
    BesideFacts,
    beside_row,
    facts_beside,
    loader_of,
    measure_beside,
)
from HER2LowMRILib.workflow.reading_row import ReadingFacts, reading_row
from study.made_up_study import MASS
from test_sort_cases import write_patient

TIMES = (0.0, 60.0, 120.0, 180.0, 240.0, 300.0)
FINE = ImageGrid((40, 36, 12), (1.0, 1.0, 2.0), (-20.0, -18.0, -12.0))
COARSE = ImageGrid((20, 18, 6), (2.0, 2.0, 4.0), (-19.5, -17.5, -11.0))
# Signal of the hottest 3 x 3 voxels and of the rest of the lesion, in every phase.
HOT, REST = (200.0, 420.0, 480.0, 440.0, 410.0, 380.0), (200.0, 300.0, 360.0, 380.0, 390.0, 400.0)


def made_up(times=TIMES, hot=HOT, rest=REST):
    """Arrays with a lesion of known curve, and how they are loaded."""
    lesion = np.zeros(FINE.shape, bool)
    lesion[4:8, 10:22, 14:26] = True
    spot = np.zeros(FINE.shape, bool)
    spot[6, 15:18, 18:21] = True
    images = {}
    for number, (of_spot, of_rest) in enumerate(zip(hot, rest, strict=True)):
        array = np.full(FINE.shape, 150.0, np.float32)
        array[lesion], array[spot] = of_rest, of_spot
        images["dce", number] = LoadedImage("dce", number, times[number], "", array, FINE)
    t2 = np.full(FINE.shape, 50.0, np.float32)
    t2[lesion] = 325.0
    images["t2", None] = LoadedImage("t2", None, None, "T2", t2, FINE)
    sets = [ImageSet(10, "dyn", FINE, ()) for _ in times]
    phases = tuple(
        Phase(n, time, "trigger time", one) for n, (time, one) in enumerate(zip(times, sets, strict=True))
    )
    drawn = np.zeros(COARSE.shape, bool)
    drawn[2:4, 5:11, 7:13] = True
    return (
        Examination(dce=phases, t2=(ImageSet(2, "t2", FINE, ()),)),
        lambda role, phase: images.get((role, phase)),
        Outline(drawn, None, COARSE),
    )


def place(k, j, i):
    return [float(part) for part in (FINE.ijk_to_lps() @ (i, j, k, 1.0))[:3]]


def test_the_curve_of_the_hottest_spot_is_found_on_the_voxels_of_the_dynamic_series():
    beside = measure_beside(*made_up(), BesideFacts(MASS))
    curve = beside.curve
    assert np.allclose(curve.signal, HOT, rtol=0, atol=1e-9)
    assert curve.place_mm == pytest.approx(place(6, 16, 19)) and curve.voxels == 9 and not curve.moved
    values = beside.values
    # Posts 1 and 2 have their middle within 2 minutes of the first: 30 s and 90 s.
    assert values["measured_initial_percent"] == pytest.approx(100 * (480 - 200) / 200, abs=1e-9)
    assert values["measured_delayed_percent"] == pytest.approx(100 * (380 - 480) / 480, abs=1e-9)
    assert (values["measured_kinetics_initial"], values["measured_kinetics_delayed"]) == ("fast", "washout")
    row = beside_row(beside, BesideFacts(MASS))
    assert (
        row["measured_kinetics_phases"] == "initial 1 2, peak 2, last 5" and row["measured_spot"] == "found"
    )


def test_a_spot_that_the_reader_moved_is_measured_where_it_is():
    facts = BesideFacts(MASS, {"spot": place(5, 12, 22)})
    beside = measure_beside(*made_up(), facts)
    assert np.allclose(beside.curve.signal, REST) and beside.curve.moved
    assert beside.values["measured_kinetics_delayed"] == "persistent"
    assert beside_row(beside, facts)["measured_spot"] == "moved"
    outside = measure_beside(*made_up(), BesideFacts(MASS, {"spot": [500.0, 0.0, 0.0]}))
    assert outside.curve is None and "outside" in outside.problems[0]


def test_fraction_ser_ratio_diameter_and_score():
    examination, load, outline = made_up()
    marks = {"t2_lesion": place(6, 16, 19), "t2_muscle": place(6, 30, 5)}
    values = measure_beside(examination, load, outline, BesideFacts(MASS, marks)).values
    # Early is the phase whose middle lies nearest 150 s after the first post: the third. There the rest of the lesion
    # reaches 90 % and the spot 120 %; all of the VOI enhances, but for the corners of each slice, which have 3 of 8
    # neighbours.
    voi = outline.on(FINE)[0]
    slices = int(voi.any(axis=(1, 2)).sum())
    assert values["measured_enhancing_fraction"] == pytest.approx(
        (voi.sum() - 4 * slices) / voi.sum(), abs=1e-9
    )
    rest = (380 - 200) / (400 - 200)
    spot = (440 - 200) / (380 - 200)
    counted = voi.sum() - 4 * slices
    assert values["measured_ser"] == pytest.approx((rest * (counted - 9) + spot * 9) / counted, abs=1e-9)
    assert values["measured_t2_lesion_to_muscle"] == pytest.approx(6.5, abs=1e-9)
    assert values["measured_diameter_mm"] == longest_diameter_mm(outline.lesion, COARSE.spacing_mm)
    # Root sign, washout, no edema.
    assert values["measured_kaiser_score"] == 9
    assert (
        measure_beside(examination, load, outline, BesideFacts(MASS)).values["measured_t2_lesion_to_muscle"]
        is None
    )


def test_what_cannot_be_measured_is_said_and_the_rest_is_measured():
    examination, load, outline = made_up()

    def without(role, number):
        return lambda r, p: (
            LoadedImage(r, p, None, "", problem="the file is gone")
            if (r, p) == (role, number)
            else load(r, p)
        )

    beside = measure_beside(examination, without("dce", 3), outline, BesideFacts(MASS))
    assert beside.curve is None and "Phase 3" in beside.problems[0]
    assert beside.values["measured_diameter_mm"] > 0
    assert measure_beside(None, load, outline, BesideFacts(MASS)).values["measured_kinetics_initial"] is None
    assert measure_beside(examination, load, None, BesideFacts(MASS)).values["measured_diameter_mm"] is None
    unknown = (None,) * 6
    beside = measure_beside(*made_up(unknown), BesideFacts(MASS))
    assert beside.values["measured_kinetics_delayed"] == "not_assessable"
    assert "times" in beside_row(beside, BesideFacts(MASS))["measured_kinetics_phases"]
    assert beside.values["measured_enhancing_fraction"] is None
    short = measure_beside(*made_up(TIMES[:3], HOT[:3], REST[:3]), BesideFacts(MASS))
    assert short.values["measured_kinetics_initial"] == "not_assessable"


def test_only_what_is_asked_for_is_computed():
    examination, _, outline = made_up()

    def refuse(role, _phase):
        raise AssertionError(f"{role} was read")

    beside = measure_beside(examination, refuse, outline, BesideFacts(MASS), ("measured_diameter_mm",))
    assert set(beside.values) == {"measured_diameter_mm"} and beside.curve is None
    assert measure_beside(examination, refuse, outline, BesideFacts(MASS), ()).values == {}


@pytest.fixture
def study(tmp_path):
    def make(beside=True):
        write_patient(tmp_path / "in" / "a", times=TIMES, uptakes=(0.0, 1.2, 1.4, 1.2, 1.0, 0.8))
        create_study(tmp_path / "study", "made up", measured_beside=beside)
        assert (
            main(["study", "add", str(tmp_path / "study"), str(tmp_path / "in"), "--keep-names", "--quiet"])
            == 0
        )
        return open_study(tmp_path / "study")

    return make


def draws(case, grow=0):
    grid = maps_of_case(case.images).grid
    mask = np.zeros(grid.shape, bool)
    mask[3:7, 1 : 5 + grow, 2:6] = True
    case.save_voi({"lesion": mask}, grid)
    return Outline(mask, None, grid)


def test_a_reader_gets_a_value_after_its_question_is_answered_and_never_before(study):
    with study().reader("r1") as view:
        case = view.open_case("a")
        outline = draws(case)
        seen = []
        for item, answer in MASS.items():
            allowed = case.beside_unlocked
            assert all(
                case.answers.get(need) is not None or not case.form.applies(need, case.answers)
                for value in allowed
                for need in SHOWN_AFTER[value]
                if case.form.lexicon[need].required
            )
            for value in set(SHOWN_AFTER) - set(allowed):
                with pytest.raises(StudyError, match="after the descriptor is answered"):
                    case.beside_was_shown([value])
            found = measure_beside(
                case.examination, loader_of(case.examination), outline, facts_beside(case), allowed
            )
            assert set(found.values) == set(allowed)
            seen.append(len(allowed))
            case.set_answer(item, answer)
        assert seen[0] == 0 and set(case.beside_unlocked) == set(SHOWN_AFTER)
        assert seen == sorted(seen)
        case.beside_was_shown(["measured_diameter_mm"])
        assert case.answers_after == ()
        case.set_answer("bpe", "marked")
        case.set_size_line([[0, 0, 0], [0, 0, 30]], "dce", 1)
        assert case.answers_after == ("lesion_size_mm",)
        case.sign_off()
        assert case.signed[-1].answers_after == ["lesion_size_mm"]


def test_without_the_wish_of_the_protocol_nothing_is_shown_and_no_column_is_added(study, tmp_path):
    opened = study(beside=False)
    names = {value.name for value in BESIDE_VALUES}
    with opened.reader("r1") as view:
        case = view.open_case("a")
        for item, answer in MASS.items():
            case.set_answer(item, answer)
        assert case.beside_unlocked == ()
    for file in ("features", "readings"):
        assert not names & set(column_names(file))
        assert not names & set(column_names(file, measured=opened.protocol.features))


def test_the_export_has_what_the_reader_saw_and_a_case_has_the_worst_curve(study, tmp_path):
    opened = study()
    rows = {}
    for reader, grow in (("r1", 0), ("r2", 1)):
        with opened.reader(reader) as view:
            case = view.open_case("a")
            outline = draws(case, grow)
            for item, answer in MASS.items():
                case.set_answer(item, answer)
            case.set_size_line([[0, 0, 0], [0, 21.0, 0]], "dce", 1)
            if reader == "r2":
                case.set_answer("lesion_size_mm", 22.0)
                case.set_mark("spot", [-4.0, -40.0, -3.0])
            facts = facts_beside(case)
            found = measure_beside(case.examination, loader_of(case.examination), outline, facts)
            measured = beside_row(found, facts)
            assert not found.problems
            rows[reader] = reading_row(
                view.about, view.form, "a", reader, ReadingFacts(case.answers), {}, measured
            )
            case.sign_off()
    with opened.coordinator() as office:
        office.set_pathology("a", her2_ihc="1+")
    export_cohort(opened, tmp_path / "out")
    export_cohort(opened, tmp_path / "again")
    assert (tmp_path / "out" / "readings.csv").read_bytes() == (
        tmp_path / "again" / "readings.csv"
    ).read_bytes()
    exported = {row["reader"]: row for row in read_rows(tmp_path / "out" / "readings.csv")}
    beside = [value.name for value in BESIDE_VALUES]
    names = list(exported["r1"])
    assert names[names.index(beside[0]) :][: len(beside)] == beside
    for reader, row in rows.items():
        for name in beside:
            got, want = exported[reader][name], row[name]
            assert got == want or float(got) == want, (reader, name, got, want)
    assert exported["r1"]["lesion_size_source"] == "line" and exported["r2"]["lesion_size_source"] == "typed"
    assert exported["r2"]["lesion_size_line_mm"] == "21.0" and exported["r2"]["measured_spot"] == "moved"
    assert (
        exported["r1"]["lesion_size_line_image"] == "dce" and exported["r1"]["lesion_size_line_phase"] == "1"
    )
    case = read_rows(tmp_path / "out" / "features.csv")[0]
    assert case["measured_kinetics_delayed"] == "washout"
    initial = [float(exported[reader]["measured_initial_percent"]) for reader in exported]
    assert float(case["measured_initial_percent"]) == pytest.approx(np.mean(initial))
    # Two by two voxels enhance: none of them has four neighbours that do.
    assert float(case["measured_enhancing_fraction"]) == 0.0 and not case["measured_ser"]
    assert "measured_spot" not in case
    assert case["measured_kaiser_score"] in ("9", "9.0")
    redcap = read_rows(tmp_path / "out" / "redcap_data_dictionary.csv")
    assert {"measured_ser", "measured_kaiser_score"} <= {row["Variable / Field Name"] for row in redcap}
    dictionary = read_rows(tmp_path / "out" / "data_dictionary.csv")
    assert set(beside) <= {row["column"] for row in dictionary if row["file"] == "readings.csv"}


def test_the_measured_columns_are_offered_to_the_analysis(tmp_path):
    names = column_names("features", measured=FeatureSet(beside=True))
    rng = np.random.default_rng(4)
    lines = [",".join(names)]
    for number in range(12):
        row = dict.fromkeys(names, "")
        row |= {"case_id": f"P{number}", "her2_ihc": ["0", "1+", "3+"][number % 3], "lesion_type": "mass"}
        row |= {"measured_ser": f"{rng.uniform(0.5, 1.5):.4f}"}
        row |= {"measured_kinetics_delayed": ["washout", "plateau", "not_assessable"][number % 3]}
        lines.append(",".join(row[name] for name in names))
    (tmp_path / "features.csv").write_text("\n".join(lines) + "\n")
    table = read_features(tmp_path / "features.csv")
    offered = " ".join(table.warnings)
    assert "measured_ser" in offered and "measured_kinetics_delayed" in offered
    taken = read_features(tmp_path / "features.csv", clinic=("measured_ser", "measured_kinetics_delayed"))
    assert taken.variables["measured_ser"].kind == "number"
    assert taken.rows["measured_kinetics_delayed"].notna().sum() == 8
