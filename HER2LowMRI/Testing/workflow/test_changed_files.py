"""What was changed outside the program is not believed: it is refused, or used on purpose and named where it shows."""

import json
import shutil

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """P1 and P2 read by both, P1 adjudicated, with pathology; exported once, so that measurements are kept."""
    folder = tmp_path_factory.mktemp("changed") / "study"
    study = create_study(folder, "Synthetic study", seed=3, synthetic=True)
    for number in (1, 2):
        write_images(folder / "images" / f"P{number}", number)
        (folder / "images" / f"P{number}" / "b0.bval").write_text("0 800 1400 2000\n")
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in (1, 2)
        )
        office.set_pathology("P1", her2_ihc="1+")
        office.set_pathology("P2", her2_ihc="3+")
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in (1, 2):
                case = view.open_case(f"P{number}")
                case.save_voi({"lesion": lesion_mask()}, GRID)
                for item, value in MASS.items():
                    case.set_answer(item, value)
                if number == 1:
                    case.set_answer("fgt", "a" if reader == "r1" else "b")
                case.sign_off()
    with study.adjudicator() as desk:
        desk.open_case("P1").decide("fgt", "b", "synthetic")
    export_cohort(study, folder.parent / "out")
    return folder


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "study")


def table(folder, name="features.csv"):
    return {row["case_id"]: row for row in read_rows(folder / name)}


def flipped(content, place, bit=1):
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


OF_STUDY = {
    "study.json: adc_b": ("study.json", b"800.0", b"1400.0"),
    "study.json: voi_choice": ("study.json", b'"voi_choice": "mean"', b'"voi_choice": "r1"'),
    "study.json: seed": ("study.json", b'"seed": 3', b'"seed": 4'),
    "pathology.csv: IHC": ("pathology.csv", b"1+", b"3+"),
    "cases.csv: images": ("cases.csv", b"images/P1", b"images/P2"),
    "cases.csv: b-values": ("cases.csv", b"0 800 1400 2000", b"0 800 1400 1000"),
    "cases.csv: excluded": ("cases.csv", b"\r\nP2,", b"\r\nP3,"),
}


@pytest.mark.parametrize("kind", OF_STUDY)
def test_a_table_of_the_study_that_was_changed_by_hand_is_refused_or_named(folder, tmp_path, capsys, kind):
    name, old, new = OF_STUDY[kind]
    content = (folder / name).read_bytes()
    assert old in content
    (folder / name).write_bytes(content.replace(old, new))
    export = ["export", str(folder), "--out", str(tmp_path / "out"), "--jobs", "1", "--quiet"]
    assert main(export) == 1
    said = capsys.readouterr().err
    assert name in said
    assert "--allow-changed" in said
    assert not (tmp_path / "out").exists()
    for enter in (lambda: open_study(folder).coordinator(), lambda: open_study(folder).reader("r1")):
        if name != "pathology.csv":
            with pytest.raises(StudyError, match=name):
                enter()
    if kind == "cases.csv: excluded":
        return
    assert main([*export, "--allow-changed"]) == 0
    assert f"used as allowed: P1: {name}" in capsys.readouterr().out
    rows = read_rows(tmp_path / "out" / "features.csv") + read_rows(tmp_path / "out" / "readings.csv")
    assert rows
    assert all(name in row["changed_files"] for row in rows)
    explained = {(row["file"], row["column"]) for row in read_rows(tmp_path / "out" / "data_dictionary.csv")}
    assert ("features.csv", "changed_files") in explained
    last = json.loads((folder / "log.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["new"]["P1"].split(";")[0]) == ("export_changed", name)


def test_a_change_that_was_accepted_is_used_without_a_word(folder, tmp_path):
    file = folder / "study.json"
    file.write_bytes(file.read_bytes().replace(b'"voi_choice": "mean"', b'"voi_choice": "r1"'))
    assert main(["study", "repair", str(folder), "coordinator", "--reason", "as agreed"]) == 0
    export_cohort(open_study(folder), tmp_path / "out")
    assert table(tmp_path / "out")["P1"]["voi_choice"] == "r1"
    assert "changed_files" not in table(tmp_path / "out")["P1"]


@pytest.mark.parametrize("kind", ["swapped", "one bit", "b-values beside", "one more file", "one file less"])
def test_images_that_are_not_those_that_were_added_are_not_measured(folder, finished, tmp_path, capsys, kind):
    images = folder / "images" / "P1"
    if kind == "swapped":
        for file in images.iterdir():
            file.write_bytes((folder / "images" / "P2" / file.name).read_bytes())
    elif kind == "one bit":
        content = (images / "b800.nrrd").read_bytes()
        (images / "b800.nrrd").write_bytes(flipped(content, len(content) - 4, 6))
    elif kind == "b-values beside":
        (images / "b0.bval").write_text("0 800 1400 2001\n")
    elif kind == "one more file":
        (images / "b800.bval").write_text("900\n")
    else:
        (images / "b0.bval").unlink()
    export_cohort(open_study(folder), tmp_path / "out")
    flow = table(tmp_path / "out", "flow.csv")
    assert flow["P1"]["stage"] == "not_measured"
    assert "not those that were added: dwi" in flow["P1"]["reason"]
    assert flow["P2"]["stage"] == "included"
    assert any(
        "not those that were added" in str(found)
        for found in check_study(open_study(folder), images=True).findings
    )
    with (
        open_study(folder).reader("r1") as view,
        pytest.raises(StudyError, match="not those that were added"),
    ):
        refuse_changed_images(view.open_case("P1").images)
    export_cohort(open_study(folder), tmp_path / "out", allow_changed=True)
    rows = table(tmp_path / "out")
    assert rows["P1"]["changed_files"] == "dwi images"
    assert rows["P2"]["changed_files"] is None
    assert (
        main(["study", "repair", str(folder), "images", "P1", "--reason", "sent again by the scanner"]) == 0
    )
    export_cohort(open_study(folder), tmp_path / "out")
    assert table(tmp_path / "out", "flow.csv")["P1"]["stage"] == "included"


@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.full)])
def test_no_flipped_byte_of_a_kept_measurement_comes_into_a_table(folder, finished, tmp_path, every):
    kept = folder / "derived" / "measurements" / "P1.json"
    whole = kept.read_bytes()
    before = (finished.parent / "out" / "features.csv").read_bytes()
    for place in range(0, len(whole), every):
        kept.write_bytes(flipped(whole, place, place % 7))
        export_cohort(open_study(folder), tmp_path / "out")
        assert (tmp_path / "out" / "features.csv").read_bytes() == before, place
    print(f"{len(range(0, len(whole), every))} flipped bytes")


def test_a_kept_measurement_that_was_written_by_hand_is_measured_again(folder, finished, tmp_path):
    kept = folder / "derived" / "measurements" / "P1.json"
    content = json.loads(kept.read_text())
    for row in content["rows"].values():
        row["ADC_mean"] *= 1.5
    for text in (
        json.dumps(content),
        json.dumps(content | {"seal": "0" * 64}),
        "[]",
        "{}",
        "null",
        "[" * 50_000,
        "",
    ):
        kept.write_text(text)
        export_cohort(open_study(folder), tmp_path / "out")
        assert (tmp_path / "out" / "features.csv").read_bytes() == (
            finished.parent / "out" / "features.csv"
        ).read_bytes()


@pytest.mark.parametrize(
    "file", ["adjudication/P1.json", "adjudication/P1.log.jsonl", "readers/r1/P1/reading.json"]
)
@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.full)])
def test_no_flipped_byte_of_a_decision_or_answer_comes_into_a_table(folder, finished, tmp_path, file, every):
    whole = (folder / file).read_bytes()
    before = table(finished.parent / "out")
    for place in range(0, len(whole), every):
        for bit in (0, 5):
            (folder / file).write_bytes(flipped(whole, place, bit))
            export_cohort(open_study(folder), tmp_path / "out")
            rows = table(tmp_path / "out")
            assert rows["P2"] == before["P2"], "the other case goes on"
            assert rows.get("P1", before["P1"]) == before["P1"], place
    print(f"{2 * len(range(0, len(whole), every))} flipped bytes")
    (folder / file).write_bytes(whole)


def test_an_export_goes_nowhere_into_the_study(folder):
    for inside in ("", "derived", "derived/out", "readers/r1", "derived/../out"):
        with pytest.raises(StudyError, match="outside it"):
            export_cohort(open_study(folder), folder / inside)


def test_a_study_of_an_earlier_version_without_hashes_of_images_is_exported(folder, finished, tmp_path):
    rows = read_rows(folder / "cases.csv")
    content = (folder / "cases.csv").read_bytes().decode().splitlines()
    plain = [line.rsplit(",", 1)[0] for line in content]
    (folder / "cases.csv").write_bytes(("\r\n".join(plain) + "\r\n").encode())
    assert all(row["images_sha256"] for row in rows)
    assert (
        main(["study", "repair", str(folder), "coordinator", "--reason", "as an earlier version wrote it"])
        == 0
    )
    export_cohort(open_study(folder), tmp_path / "out")
    assert (tmp_path / "out" / "features.csv").read_bytes() == (
        finished.parent / "out" / "features.csv"
    ).read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("1", "needed 1 b-value at 1400, found 11", "needed 1 b-value at 1400, found 11"),
        ("1", "1 holds no image", "an image holds no image"),
        ("b", "no b 0 and no b-value", "no b 0 and no b-value"),
        ("2000", "found b 2000 s/mm2", "found b 2000 s/mm2"),
        ("Synthetic^Jane.dcm", "Synthetic^Jane.dcm cannot be read", "an image cannot be read"),
        ("SYNTHETICJANE", "two series in SYNTHETICJANE: choose", "two series in an image: choose"),
        ("SYNTHETICJANE", "folder SYNTHETICJANE.", "folder an image."),
        ("dwi", "the dwi images differ", "the dwi images differ"),
    ],
)
def test_names_of_images_are_taken_out_of_messages_and_nothing_else(tmp_path, name, text, expected):
    (tmp_path / "x" / name).parent.mkdir()
    (tmp_path / "x" / name).write_bytes(b"")
    assert without_names(text, CaseImages(dwi=(tmp_path / "x" / name,))) == expected
