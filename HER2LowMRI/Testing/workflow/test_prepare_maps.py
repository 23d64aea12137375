"""Images of a single case: what a chosen folder holds is found in one pass, and nothing is taken for what it is not."""

from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.workflow.prepare_maps import ChosenImages
from study.vendor_series import B_VALUES, SHAPE, Exam, adc, save, siemens_adc, siemens_trace


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
