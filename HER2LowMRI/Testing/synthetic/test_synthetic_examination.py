"""A reader who only looks at the pixels finds in a synthetic examination what is true of it."""

from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.core.enhancement import (
    hottest_spot,
    percent_enhancement,
    spot_mask,
    subtraction,
    time_intensity_curve,
)
from HER2LowMRILib.core.kinetics import kinetics_of
from HER2LowMRILib.core.voi_diameter import longest_in_plane_diameter_mm
from HER2LowMRILib.images.read_image_set import read_image_set
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from HER2LowMRILib.synthetic import anatomy, dwi_series
from HER2LowMRILib.synthetic.cases import draw_case
from HER2LowMRILib.synthetic.contrast_series import curve_type, grid_of, on_grid, write_contrast_series
from HER2LowMRILib.synthetic.readers import longest_diameter_mm
from scipy import ndimage

BPE = ("minimal", "mild", "moderate", "marked")


def read_as_ideal_reader(folder: Path, number: int) -> None:
    case = draw_case(number, 2025, 12)
    phantom = anatomy.build(case, contrasts=True)
    write_contrast_series(case, phantom, folder)
    found = sort_folder(folder)
    assert not found.questions, found.questions
    assert (len(found.t1), len(found.t2), len(found.dce)) == (1, 1, 6)
    phases = [read_image_set(phase.images)[0] for phase in found.dce]
    t2, grid = read_image_set(found.t2[0])
    assert grid.same_as(grid_of(case), 0.01)
    # What the reader outlined on the diffusion images, carried to the finer and perhaps tilted grid.
    drawn = on_grid(phantom.lesion.astype(np.float32), phantom.grid, grid) > 0.5
    around = ndimage.binary_dilation(drawn, iterations=4)
    early = percent_enhancement(phases[0], phases[2], floor=100.0)

    # Size: the enhancing part around the outline, on the subtraction. NME enhances in patches: they are bridged.
    bright = subtraction(phases[2], phases[0]) > 150
    bright = ndimage.binary_closing(bright & around, iterations=3) & ndimage.binary_dilation(
        drawn, iterations=2
    )
    parts, _ = ndimage.label(bright)
    lesion = parts == np.argmax(np.bincount(parts[drawn & bright]))
    size = longest_in_plane_diameter_mm(lesion, grid.spacing_mm)
    true = longest_diameter_mm(phantom.lesion, phantom)
    assert abs(size - true) < max(5.0, 0.15 * true), ("size", size, true)

    # Curve: hottest spot within the outline.
    spot = hottest_spot(early, drawn)
    curve = time_intensity_curve(phases, spot_mask(spot.centre, drawn.shape))
    shown = kinetics_of(curve, [phase.time_s for phase in found.dce])
    assert shown.delayed == curve_type(case), ("curve", shown, curve_type(case))

    # BPE: how much of the fibroglandular tissue of the other breast enhances.
    parenchyma = on_grid(phantom.contrasts["parenchyma"], phantom.grid, grid) > 0.9
    _, _, x = np.meshgrid(*(np.arange(n) for n in drawn.shape), indexing="ij", sparse=True)
    other = parenchyma & ((x > drawn.shape[2] / 2) == (case.side == "right")) & ~around
    smooth = ndimage.uniform_filter(phases[5].astype(float), 3) / ndimage.uniform_filter(
        phases[0].astype(float), 3
    )
    fraction = float((smooth[other] > 1.3).mean())
    assert BPE[min(3, int(fraction * 4))] == case.bpe, ("bpe", fraction, case.bpe)

    # T2: the lesion against the fibroglandular tissue, necrosis left out; edema in the shell around the lesion.
    enhancing = drawn & (early > 60)
    ratio = float(np.median(t2[enhancing]) / np.median(t2[other]))
    assert (ratio > 1.4) == case.t2_hyperintensity, ("t2", ratio)
    shell = ndimage.binary_dilation(drawn, iterations=4) & ~ndimage.binary_dilation(drawn, iterations=2)
    shell &= phantom_tissue(phantom, grid)
    wet = float(np.mean(t2[shell] > 560))
    assert (wet > 0.25) == case.peritumoral_edema, ("edema", wet)


def phantom_tissue(phantom: anatomy.Phantom, grid) -> np.ndarray:
    return on_grid((phantom.s0 > 40).astype(np.float32), phantom.grid, grid) > 0.99


@pytest.mark.parametrize(
    "number", [1, 3, *(pytest.param(n, marks=pytest.mark.full) for n in (2, *range(4, 13)))]
)
def test_an_ideal_reader_finds_what_is_true(tmp_path: Path, number: int):
    read_as_ideal_reader(tmp_path, number)


def test_the_diffusion_images_are_the_same_with_and_without_the_rest():
    case = draw_case(2)
    plain, whole = anatomy.build(case), anatomy.build(case, contrasts=True)
    for name in ("s0", "d", "k", "lesion"):
        assert np.array_equal(getattr(plain, name), getattr(whole, name))
    assert plain.contrasts == {}
    assert np.array_equal(dwi_series.signal(plain, 800), dwi_series.signal(whole, 800))


def test_one_patient_is_tilted():
    axes = [np.reshape(grid_of(draw_case(number)).direction, (3, 3)) for number in (1, 3)]
    assert np.allclose(axes[0], np.eye(3))
    assert np.degrees(np.arccos(axes[1][2, 2])) == pytest.approx(3.0)
