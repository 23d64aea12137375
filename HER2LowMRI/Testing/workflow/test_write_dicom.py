"""Signed readings as DICOM objects: whole, valid, exact, without identity, and read back to the same numbers.

All images and readings are synthetic. dciodvfy is of dicom3tools; dcmqi is the converter inside 3D Slicer.
"""

import csv
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import Cancelled, StudyError
from HER2LowMRILib.images.dicom_out.report import numbers_in
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.write_dicom import plan_dicom, write_dicom
from workflow.readings_of_many_kinds import BIRTH, NAME, PATIENT_ID, study_of_many_kinds

# Years and short numbers would be found in UIDs by chance.
PLANTED = ("Planted", "PLANTED", "Petronella", BIRTH, "20190517", "081533", "her2_", "IHC")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of_many_kinds(tmp_path_factory.mktemp("kinds") / "study")


@pytest.fixture(scope="module")
def research(study, tmp_path_factory):
    out = tmp_path_factory.mktemp("research")
    return out, write_dicom(study, out)


@pytest.fixture(scope="module")
def clinic(study, tmp_path_factory):
    out = tmp_path_factory.mktemp("clinic")
    cases = ["K0-siemens", "K1-siemens-enhanced", "K4-ge", "K8-nrrd", "K9-adc"]
    return out, write_dicom(study, out, cases, patient="source")


@pytest.fixture(scope="module")
def rows(study, tmp_path_factory):
    """The rows of readings.csv, by case and reader."""
    out = tmp_path_factory.mktemp("tables")
    export_cohort(study, out)
    table = csv.DictReader((out / "readings.csv").open(encoding="utf-8-sig"))
    return {(row["case_id"], row["reader"]): row for row in table}


def objects(out: Path) -> list[Path]:
    return sorted(out.rglob("*.dcm"))


def values_of(file: Path) -> np.ndarray:
    """Values of a parametric map (k, j, i), in the order of its frames."""
    data = pydicom.dcmread(file)
    return np.frombuffer(data.FloatPixelData, "<f4").reshape(-1, data.Rows, data.Columns)


def items_of(data, name: str) -> list:
    """Content items of a report with a concept of that meaning."""
    found = []
    for item in data.get("ContentSequence") or []:
        if item.ConceptNameCodeSequence and item.ConceptNameCodeSequence[0].CodeMeaning == name:
            found.append(item)
        found += items_of(item, name)
    return found


# ---------------------------------------------------------------- what is written
def test_every_signed_reading_has_a_segmentation_and_a_report_and_every_case_its_maps(research):
    out, done = research
    assert done.left_out == {}
    names = {file.relative_to(out).as_posix() for file in objects(out)}
    for number in range(10):
        case = next(name.split("/")[0] for name in names if name.startswith(f"K{number}-"))
        maps = {"maps/ADC.dcm", "maps/D_app.dcm", "maps/K_app.dcm"}
        assert {f"{case}/{name}" for name in (*maps, "r1/voi.dcm", "r1/report.dcm")} <= names
    listed = list(csv.DictReader((out / "objects.csv").open(encoding="utf-8-sig")))
    assert {row["file"] for row in listed} == names
    assert len(names) == 10 * 3 + 13 * 2


@pytest.mark.parametrize("mode", ["research", "clinic"])
def test_a_validator_finds_no_error(mode, request):
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (package dicom3tools) is not installed here")
    out, _ = request.getfixturevalue(mode)
    for file in objects(out):
        run = subprocess.run(["dciodvfy", str(file)], capture_output=True, check=False)
        errors = [line for line in run.stderr.split(b"\n") if line.startswith(b"Error")]
        assert not errors, (file.relative_to(out), errors)


def test_the_same_study_gives_the_same_bytes(study, research, tmp_path):
    out, _ = research
    write_dicom(study, tmp_path, ["K0-siemens", "K8-nrrd"])
    for file in objects(tmp_path):
        assert file.read_bytes() == (out / file.relative_to(tmp_path)).read_bytes(), file.name


def test_no_object_is_replaced_and_none_goes_into_the_study(study, research):
    out, _ = research
    with pytest.raises(StudyError, match="in the way"):
        write_dicom(study, out, ["K3-philips"])
    with pytest.raises(StudyError, match="into the study"):
        plan_dicom(study, study.folder / "objects")


def test_a_dry_run_lists_and_writes_nothing(study, tmp_path, capsys):
    assert main(["dicom", str(study.folder), "K4-ge", "--out", str(tmp_path / "new"), "--dry-run"]) == 0
    assert "K4-ge: maps; segmentation and report of r1, r2" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


def test_a_case_that_is_not_there_is_named(study, tmp_path, capsys):
    assert main(["dicom", str(study.folder), "nobody", "--out", str(tmp_path)]) == 1
    assert "nobody" in capsys.readouterr().err


def test_writing_stops_between_cases(study, tmp_path):
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        write_dicom(study, tmp_path, cancelled=lambda: next(asked))
    assert {file.parts[-2] for file in objects(tmp_path)} == {"maps", "r1", "r2"}


def test_a_changed_voi_and_changed_images_are_left_out_with_their_reason(study, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    voi = folder / "readers" / "r1" / "K0-siemens" / "voi.signed-1.seg.nrrd"
    voi.write_bytes((folder / "readers" / "r2" / "K0-siemens" / "voi.signed-1.seg.nrrd").read_bytes())
    image = sorted((folder / "images" / "ge").iterdir())[0]
    image.write_bytes(image.read_bytes() + b"\0\0")
    done = write_dicom(open_study(folder), tmp_path / "out", ["K0-siemens", "K4-ge"])
    assert "changed" in done.left_out["K0-siemens r1"]
    assert not (tmp_path / "out" / "K0-siemens" / "r1").exists()
    assert (tmp_path / "out" / "K0-siemens" / "r2" / "voi.dcm").exists()
    assert "not those that were added" in done.left_out["K4-ge"]
    assert not (tmp_path / "out" / "K4-ge").exists()


# ---------------------------------------------------------------- who it is
def test_research_objects_hold_nothing_of_the_patient(study, research):
    out, done = research
    for file in (*objects(out), out / "objects.csv"):
        content = file.read_bytes()
        for word in PLANTED:
            assert word.encode() not in content, (file.relative_to(out), word)
            assert word.encode("utf-16-le") not in content
    assert not any("Petronella" in note for note in done.notes)
    real = {
        str(value)
        for image in (study.folder / "images").rglob("*.dcm")
        for value in [pydicom.dcmread(image, stop_before_pixels=True)]
        for value in (value.StudyInstanceUID, value.SeriesInstanceUID, value.SOPInstanceUID)
    }
    real |= {
        str(data.get(keyword))
        for place in (study.folder / "images").iterdir()
        for image in place.rglob("*")
        if image.is_file() and image.suffix != ".nrrd"
        for data in [pydicom.dcmread(image, stop_before_pixels=True, force=True)]
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
    } - {"None"}
    assert len(real) > 100
    for file in objects(out):
        content = file.read_bytes()
        assert not [uid for uid in real if uid.encode() in content]
        data = pydicom.dcmread(file)
        assert data.PatientID == file.relative_to(out).parts[0]
        assert data.PatientIdentityRemoved == "YES"


def test_clinical_objects_state_the_patient_and_the_study_of_the_images(study, clinic):
    out, done = clinic
    assert set(done.left_out) == {"K8-nrrd"}
    assert "do not say who the patient is" in done.left_out["K8-nrrd"]
    image = next(file for file in sorted((study.folder / "images" / "ge").iterdir()))
    source = pydicom.dcmread(image, stop_before_pixels=True)
    for file in objects(out / "K4-ge"):
        data = pydicom.dcmread(file)
        assert (data.PatientName, data.PatientID) == (f"{NAME}4", f"{PATIENT_ID}-4")
        assert data.StudyInstanceUID == source.StudyInstanceUID
        assert data.AccessionNumber == "ACC-PLANTED-4"
        assert "PatientIdentityRemoved" not in data
        if data.Modality != "SR":
            assert data.FrameOfReferenceUID == source.FrameOfReferenceUID
    for file in objects(out):
        content = file.read_bytes()
        assert b"PLANTEDLAB" not in content and b"Vorbefund" not in content


def test_uids_are_of_the_key_of_the_study(study, research, tmp_path):
    out, _ = research
    uids = [pydicom.dcmread(file).SOPInstanceUID for file in objects(out)]
    assert len(set(uids)) == len(uids)
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    key = folder / "pseudonym.key"
    key.chmod(0o600)
    key.write_text("00" * 32)
    write_dicom(open_study(folder), tmp_path / "out", ["K8-nrrd"])
    other = {pydicom.dcmread(file).SOPInstanceUID for file in objects(tmp_path / "out")}
    assert not other & set(uids)


# ---------------------------------------------------------------- what it says
def test_segments_are_as_they_were_signed(study, research):
    out, _ = research
    for file in sorted(out.rglob("voi.dcm")):
        case_id, reader = file.relative_to(out).parts[:2]
        version = study.cohort().signed(case_id)[reader].number
        signed = read_segmentation(
            study.folder / "readers" / reader / case_id / f"voi.signed-{version}.seg.nrrd"
        )
        found = read_segmentation(file)
        # The grid of a segmentation is right-handed in the order of its frames, as that of the signed file is.
        assert found.grid.same_as(signed.grid, 1e-4)
        drawn = {name: mask for name, mask in signed.masks.items() if mask.any()}
        drawn.pop("Petronella Planted", None)
        if file.relative_to(out).parts[0] == "K4-ge":
            assert "Petronella Planted" in signed.masks
        assert set(found.masks) == set(drawn)
        for name, mask in drawn.items():
            assert np.array_equal(found.masks[name], mask), (file, name)


def test_the_measured_segment_is_what_the_report_refers_to(research):
    out, _ = research
    for file in sorted(out.rglob("voi.dcm")):
        data = pydicom.dcmread(file)
        labels = [item.SegmentLabel for item in data.SegmentSequence]
        report = pydicom.dcmread(file.with_name("report.dcm"))
        reference = items_of(report, "Referenced Segment")[0].ReferencedSOPSequence[0]
        assert reference.ReferencedSOPInstanceUID == data.SOPInstanceUID
        has_cut = any(label.startswith(("necrosis", "cyst")) for label in labels)
        segment = labels[int(reference.ReferencedSegmentNumber) - 1]
        assert segment in (("lesion without exclusions", "lesion") if has_cut else ("lesion",))
        voxels = items_of(report, "Number of voxels")[0].MeasuredValueSequence[0].FloatingPointValue
        frames = data.pixel_array[
            [
                int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
                == int(reference.ReferencedSegmentNumber)
                for groups in data.PerFrameFunctionalGroupsSequence
            ]
        ]
        assert np.count_nonzero(frames) == voxels


def test_maps_hold_the_valid_values_in_their_unit(study, research):
    out, _ = research
    for case in study.cohort().cases:
        maps = maps_of_case(case.images, study.protocol.fit, study.protocol.features).whole()
        for name, label in (("ADC", "ADC"), ("D", "D_app"), ("K", "K_app")):
            file = out / case.case_id / "maps" / f"{label}.dcm"
            found = maps.maps(name)
            expected = np.where(found.valid(name), found.values[name], np.nan).astype(np.float32)
            assert np.array_equal(values_of(file), expected, equal_nan=True), (case.case_id, name)
            shared = pydicom.dcmread(file).SharedFunctionalGroupsSequence[0]
            mapping = shared.RealWorldValueMappingSequence[0]
            assert mapping.RealWorldValueSlope == 1 and mapping.RealWorldValueIntercept == 0
            unit = "1" if name == "K" else "um2/ms"
            assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == unit
            quantity = [item for item in mapping.QuantityDefinitionSequence if item.ValueType == "CODE"]
            assert quantity[0].ConceptCodeSequence[0].CodeValue in ("113041", "113294", "113206")
            b_values = [
                float(item.NumericValue)
                for item in mapping.QuantityDefinitionSequence
                if item.ValueType == "NUMERIC"
            ]
            given = name == "ADC" and case.case_id == "K9-adc"
            assert b_values == ([] if given else [0, 800] if name == "ADC" else [0, 800, 1400, 2000])


def test_maps_refer_to_the_images_of_each_slice(study, clinic):
    out, _ = clinic
    data = pydicom.dcmread(out / "K0-siemens" / "maps" / "ADC.dcm")
    images = {}
    for file in (study.folder / "images" / "siemens").iterdir():
        image = pydicom.dcmread(file, stop_before_pixels=True)
        images[str(image.SOPInstanceUID)] = [float(x) for x in image.ImagePositionPatient]
    for groups in data.PerFrameFunctionalGroupsSequence:
        place = [float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient]
        sources = groups.DerivationImageSequence[0].SourceImageSequence
        assert len(sources) == 4
        for source in sources:
            assert np.allclose(images[str(source.ReferencedSOPInstanceUID)], place, atol=1e-3)
    enhanced = pydicom.dcmread(out / "K1-siemens-enhanced" / "maps" / "ADC.dcm")
    frames = [
        (source.ReferencedSOPInstanceUID, int(source.ReferencedFrameNumber))
        for groups in enhanced.PerFrameFunctionalGroupsSequence
        for source in groups.DerivationImageSequence[0].SourceImageSequence
    ]
    assert len(frames) == len(set(frames)) == 4 * 5 and {frame for _, frame in frames} == {1, 2, 3, 4, 5}


def test_the_report_holds_every_number_of_the_table(study, research, rows):
    out, _ = research
    measured = [feature.name for feature in study.protocol.features.features if feature.map.name != "T2map"]
    for file in sorted(out.rglob("report.dcm")):
        row = rows[file.relative_to(out).parts[:2]]
        told = numbers_in(pydicom.dcmread(file))
        for name in (*measured, "voi_voxels", "voi_volume_mm3", "voi_slices", "lesion_size_mm"):
            if row[name]:
                assert float(row[name]) in told, (file, name)


def test_the_report_holds_every_answer_with_its_code(study, research):
    out, _ = research
    lexicon = study.form.lexicon
    for file in sorted(out.rglob("report.dcm")):
        case_id, reader = file.relative_to(out).parts[:2]
        report = pydicom.dcmread(file)
        answers = study.cohort().signed(case_id)[reader].answers
        for item in lexicon.items:
            answer = answers.get(item.id)
            code = next((choice.code for choice in item.choices if choice.value == answer), None)
            if code is None or answer == "not_applicable":
                continue
            said = [
                (found.ConceptNameCodeSequence[0].CodeValue, found.ConceptCodeSequence[0].CodeValue)
                for found in items_of(report, item.code.meaning)
                if found.ValueType == "CODE"
            ]
            assert (item.code.value, code.value) in said, (file, item.id)


def tracked(item):
    """Tracking identifiers of the groups of measurements of a report."""
    names = [item.TextValue] if item.get("TextValue") and named(item) == "Tracking Identifier" else []
    return names + [name for part in item.get("ContentSequence") or [] for name in tracked(part)]


def named(item):
    return item.ConceptNameCodeSequence[0].CodeMeaning


def test_answers_about_the_breast_are_no_group_of_measurements(research):
    """Slicer takes the groups of a report for the segments of its segmentation, one after the other."""
    out, _ = research
    for file in sorted(out.rglob("report.dcm")):
        data = pydicom.dcmread(file)
        assert "breast" not in tracked(data) and tracked(data)[0] == "lesion"
        (answers,) = [part for part in data.ContentSequence if named(part) == "Qualitative Evaluations"]
        assert {named(part) for part in answers.ContentSequence} >= {"Background parenchymal enhancement"}


def test_a_feature_without_a_value_is_said_to_have_none(research):
    out, _ = research
    report = pydicom.dcmread(next(iter(sorted(out.rglob("report.dcm")))))
    for item in items_of(report, "Apparent Kurtosis Coefficient"):
        if not item.MeasuredValueSequence:
            assert item.NumericValueQualifierCodeSequence[0].CodeValue == "114000"


# ---------------------------------------------------------------- and back
@pytest.mark.parametrize("case_id", ["K0-siemens", "K1-siemens-enhanced", "K4-ge", "K8-nrrd", "K9-adc"])
def test_features_of_the_objects_are_those_of_the_table(research, rows, tmp_path, case_id):
    out, _ = research
    maps = out / case_id / "maps"
    for reader in (reader for case, reader in rows if case == case_id):
        file = tmp_path / f"{reader}.csv"
        command = ["features", "--adc", str(maps / "ADC.dcm"), "--d-app", str(maps / "D_app.dcm")]
        command += ["--k-app", str(maps / "K_app.dcm"), "--voi", str(out / case_id / reader / "voi.dcm")]
        assert main([*command, "--out", str(file), "--quiet"]) == 0
        found = next(csv.DictReader(file.open(encoding="utf-8-sig")))
        for name, value in found.items():
            if name.split("_")[0] in ("ADC", "D", "K", "voi") and value:
                assert float(value) == pytest.approx(float(rows[case_id, reader][name]), rel=1e-6, abs=1e-9)


def test_readings_take_these_segmentations_back(study, research, tmp_path, capsys):
    out, _ = research
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    shutil.rmtree(folder / "readers" / "r1")
    table = tmp_path / "r1.csv"
    rows = [f"{case.case_id},{out / case.case_id / 'r1' / 'voi.dcm'}" for case in study.cohort().cases]
    table.write_text("case_id,voi\n" + "\n".join(rows) + "\n")
    assert main(["study", "read", str(folder), "r1", str(table), "--quiet"]) == 0
    again = open_study(folder)
    with again.reader("r1") as view:
        for case in study.cohort().cases:
            version = study.cohort().signed(case.case_id)["r1"].number
            name = f"voi.signed-{version}.seg.nrrd"
            signed = read_segmentation(study.folder / "readers" / "r1" / case.case_id / name)
            kept = read_segmentation(view.voi_file(case.case_id))
            for segment in kept.masks:
                assert np.array_equal(kept.masks[segment], signed.masks[segment])
    # The same table again changes nothing: the voxels are those that are there.
    capsys.readouterr()
    assert main(["study", "read", str(folder), "r1", str(table), "--dry-run", "--quiet"]) == 0
    assert "K0-siemens" not in capsys.readouterr().out


def test_a_segmentation_of_another_patient_is_refused(study, research, clinic, tmp_path, capsys):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    shutil.rmtree(folder / "readers" / "r1")
    for place, number in ((research[0], 1), (clinic[0], 2)):
        table = tmp_path / f"{number}.csv"
        table.write_text(f"case_id,voi\nK4-ge,{place / 'K0-siemens' / 'r1' / 'voi.dcm'}\n")
        assert main(["study", "read", str(folder), "r1", str(table), "--quiet"]) != 0
        assert "another patient" in capsys.readouterr().err


def test_a_segmentation_of_another_examination_of_the_patient_is_refused(study, clinic, tmp_path, capsys):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    shutil.rmtree(folder / "readers" / "r1")
    own = pydicom.dcmread(clinic[0] / "K4-ge" / "r1" / "voi.dcm")
    own.save_as(tmp_path / "own.dcm")
    own.StudyInstanceUID, own.FrameOfReferenceUID = "1.2.3.4", "1.2.3.5"
    own.save_as(tmp_path / "before.dcm")
    table = tmp_path / "r1.csv"
    table.write_text(f"case_id,voi\nK4-ge,{tmp_path / 'before.dcm'}\n")
    assert main(["study", "read", str(folder), "r1", str(table), "--quiet"]) != 0
    assert "another examination" in capsys.readouterr().err
    table.write_text(f"case_id,voi\nK4-ge,{tmp_path / 'own.dcm'}\n")
    assert main(["study", "read", str(folder), "r1", str(table), "--quiet"]) == 0


# ---------------------------------------------------------------- with Slicer's own converter
def dcmqi(tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        pytest.skip("dcmqi is not installed here (pip install dcmqi)")
    subprocess.run([found, *arguments], capture_output=True, check=True)


def test_dcmqi_reads_maps_and_segments_voxel_by_voxel(research, tmp_path):
    out, _ = research
    for file in sorted(out.rglob("maps/*.dcm")):
        dcmqi("paramap2itkimage", "--inputDICOM", str(file), "--outputDirectory", str(tmp_path))
        image = sitk.ReadImage(str(tmp_path / "pmap.nrrd"))
        assert np.array_equal(sitk.GetArrayFromImage(image), values_of(file), equal_nan=True), file
    for file in sorted(out.rglob("voi.dcm")):
        place = tmp_path / file.parent.parent.name / file.parent.name
        place.mkdir(parents=True)
        dcmqi("segimage2itkimage", "--inputDICOM", str(file), "--outputDirectory", str(place))
        voxels = sum(
            np.count_nonzero(sitk.GetArrayFromImage(sitk.ReadImage(str(part))))
            for part in place.glob("*.nrrd")
        )
        assert voxels == np.count_nonzero(pydicom.dcmread(file).pixel_array)
    for file in sorted(out.rglob("report.dcm")):
        dcmqi("tid1500reader", "--inputDICOM", str(file), "--outputMetadata", str(tmp_path / "sr.json"))
        assert (tmp_path / "sr.json").stat().st_size > 1000
