"""The digital reference object reads the same in every form, and what is fitted to it is its truth."""

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.synthetic.reference_object import B_SETS, MAKERS, reference_object

FORMS = (*MAKERS, "enhanced", "nifti", "nrrd")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("object") / "dro"
    assert main(["dro", str(out), "--quiet"]) == 0
    return out


@pytest.mark.parametrize("b_set", B_SETS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_as_what_was_written(written, b_set, form):
    truth = reference_object()
    series = read_dwi([written / b_set / form])
    assert series.b_values == B_SETS[b_set]
    assert series.grid.same_as(truth.grid)
    for found, right in zip(series.signals, truth.signals(B_SETS[b_set]), strict=True):
        assert np.max(np.abs(found - right)) <= (0.005 if form in ("nifti", "nrrd") else 0.5)


@pytest.mark.parametrize("form", ["nifti", "siemens"])
def test_without_noise_the_bias_of_d_and_k_is_below_a_hundredth_of_a_percent(written, form):
    truth = reference_object()
    series = read_dwi([written / "paper" / form])
    maps = fit_maps(series.signals, series.b_values, series.averages, FitOptions())
    clean = ~np.isfinite(truth.snr)
    worst_d = np.max(np.abs(maps.d_app[clean] / truth.d[clean] - 1))
    worst_k = np.max(np.abs(maps.k_app[clean] - truth.k[clean]))
    if form == "nifti":
        assert worst_d < 1e-4
        assert worst_k < 1e-4
    else:  # whole numbers: the rounding averages out within a block
        assert abs(np.mean(maps.d_app[clean] / truth.d[clean]) - 1) < 1e-4
        assert abs(np.mean(maps.k_app[clean] - truth.k[clean])) < 1e-3


def test_a_folder_with_something_in_it_is_not_written_into(written, capsys):
    assert main(["dro", str(written)]) == 1
    assert "needed a new folder" in capsys.readouterr().err
