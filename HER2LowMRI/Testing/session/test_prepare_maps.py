"""Images of a single case: what a chosen folder holds is found in one pass, and nothing is taken for what it is not."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.images.intake import read_adc
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.session.prepare_maps import ChosenImages, with_b_values
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.measure_case import CaseJob, measure_case
from images.vendor_series import B_VALUES, SHAPE, Exam, adc, save, siemens_adc, siemens_trace


def test_a_series_and_its_adc_map_are_found_opening_every_file_once(tmp_path, monkeypatch):
    folder = save([*siemens_trace(), *siemens_adc()], tmp_path, shuffle=1)
    opened, open_file = [], Path.open

    def counted(path, *args, **options):
        opened.append(path.name)
        return open_file(path, *args, **options)

    monkeypatch.setattr(Path, "open", counted)
    chosen = ChosenImages().with_files([folder])
    assert sorted(opened) == sorted(file.name for file in folder.iterdir())
    assert chosen.series.b_values == B_VALUES
    assert np.allclose(chosen.adc.array, adc() / 1000)


def test_progress_of_a_folder_runs_from_nought_to_one(tmp_path):
    fractions = []
    ChosenImages().with_files([save(siemens_trace(), tmp_path)], fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


def test_a_t1_image_is_not_taken_for_an_adc_map(tmp_path):
    exam = Exam(1, "Siemens Healthineers", "MAGNETOM Synthetic")
    images = [exam.image(3, "t1_vibe", ["ORIGINAL", "PRIMARY", "M"], k, adc()[k]) for k in range(SHAPE[0])]
    with pytest.raises(ImageError, match="No b-value was found"):
        ChosenImages().with_files([save(images, tmp_path)])


def test_diffusion_images_that_cannot_be_used_beside_an_adc_map_are_said(tmp_path):
    images = siemens_trace()
    del images[7]
    chosen = ChosenImages().with_files([save([*images, *siemens_adc()], tmp_path / "torn")])
    assert chosen.series is None
    assert "are not used: Slices are missing at b 800" in chosen.adc.warnings[-1]
    alone = ChosenImages().with_files([save(siemens_adc(), tmp_path / "alone")])
    assert not any("are not used" in text for text in alone.adc.warnings)


def nameless(datasets):
    """As an anonymiser leaves them that takes the identifiers away."""
    for ds in datasets:
        ds.PatientID, ds.PatientName = "", ""
    return datasets


@pytest.mark.parametrize(
    ("maps", "belongs"),
    [(siemens_adc(), True), (nameless(siemens_adc(seed=2)), True), (siemens_adc(seed=2), False)],
    ids=["the same patient", "nobody", "another patient"],
)
def test_the_adc_map_of_another_patient_is_refused(tmp_path, maps, belongs):
    series, adc_map = save(siemens_trace(), tmp_path / "dwi"), save(maps, tmp_path / "adc")
    chosen = ChosenImages().with_files([series])
    images = CaseImages(dwi=(series,), adc=adc_map)
    if belongs:
        assert chosen.with_files([adc_map]).adc is not None
        assert maps_of_case(images).groups[0].given
        return
    with pytest.raises(ImageError, match="another patient than the diffusion images"):
        chosen.with_files([adc_map])
    with pytest.raises(ImageError, match="another patient"):
        maps_of_case(images)
    voi = tmp_path / "voi.seg.nrrd"
    write_voi(voi, {"lesion": np.ones(SHAPE, bool)}, read_adc([adc_map]).grid)
    vois = {"r1": (voi, hashlib.sha256(voi.read_bytes()).hexdigest())}
    job = CaseJob("P1", images, vois, FitOptions(), FeatureSet(), tmp_path / "kept.json")
    assert "another patient" in measure_case(job).problems["r1"]


@pytest.mark.parametrize("typed", ["1,400", "1.400", " 2,000 "])
def test_a_typed_b_value_that_can_be_read_in_two_ways_is_refused(tmp_path, typed):
    chosen = ChosenImages().with_files([save(siemens_trace(), tmp_path)])
    others = [f"{b:g}" for b in chosen.series.b_values[:-1]]
    with pytest.raises(HER2LowMRIError, match=r"two ways.*Type (1400|2000)"):
        with_b_values(chosen, [*others, typed])


def test_typed_b_values_may_have_a_decimal_comma(tmp_path):
    chosen = ChosenImages().with_files([save(siemens_trace(), tmp_path)])
    others = [f"{b:g}" for b in chosen.series.b_values[:-1]]
    assert with_b_values(chosen, [*others, "1400,5"]).series.b_values[-1] == 1400.5
