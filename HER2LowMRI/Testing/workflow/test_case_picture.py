"""The page of a case: drawn for every lesion that can be measured, with what was measured and no more."""

import numpy as np
import pytest
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.workflow import case_picture
from PIL import Image

GRID = ImageGrid((40, 30, 6), (1.5, 1.5, 4.0))


def made_up(b_values=(0.0, 800.0, 1400.0, 2000.0)):
    """A series of D 1.2e-3 mm2/s and K 0.9 with a little noise, and its maps."""
    rng = np.random.default_rng(3)
    b = np.array(b_values) / 1000
    signals = [800 * np.exp(-x * 1.2 + x**2 * 1.2**2 * 0.9 / 6) + rng.normal(0, 6, GRID.shape) for x in b]
    images = tuple(BImage(value, signal) for value, signal in zip(b_values, signals, strict=True))
    return DiffusionSeries(images, GRID), fit_maps(signals, b_values)


def box(k, j, i):
    mask = np.zeros(GRID.shape, bool)
    mask[k, j, i] = True
    return mask


@pytest.mark.parametrize(
    ("b_values", "vois"),
    [
        ((0.0, 800.0, 1400.0, 2000.0), {"r1": box(slice(2, 4), slice(10, 16), slice(12, 20))}),
        ((0.0, 800.0, 1500.0), {"r1": box(slice(0, 6), slice(0, 30), slice(0, 40))}),
        (
            (0.0, 50.0, 800.0, 1400.0, 2000.0),
            {"r1": box(5, slice(27, 30), slice(0, 3)), "r2": box(5, slice(26, 30), slice(0, 2))},
        ),
        ((0.0, 800.0, 1400.0, 2000.0), {"r1": box(1, 3, 4)}),
    ],
    ids=["in the middle", "the whole image, three b-values", "in a corner, two readers", "one voxel"],
)
def test_a_page_is_drawn_wherever_the_lesion_is(tmp_path, b_values, vois):
    series, maps = made_up(b_values)
    file = tmp_path / "pages" / "case.png"
    case_picture.draw_case_picture(file, "SYNTHETIC", series, maps, vois)
    image = Image.open(file)
    assert image.size == (1550, 980)
    assert len(np.unique(np.asarray(image.convert("L")))) > 100


def test_a_lesion_without_one_valid_voxel_is_drawn_without_numbers(tmp_path):
    series, _ = made_up()
    rising = [np.full(GRID.shape, 100.0 + 50 * number) for number in range(4)]
    series = DiffusionSeries(tuple(BImage(b, s) for b, s in zip(series.b_values, rising, strict=True)), GRID)
    maps = fit_maps(rising, series.b_values)
    voi = box(slice(1, 5), slice(5, 20), slice(8, 30))
    assert np.isnan(measure_voi(maps, voi).values["K_median"])
    case_picture.draw_case_picture(tmp_path / "case.png", "SYNTHETIC", series, maps, {"r1": voi})
    assert (tmp_path / "case.png").stat().st_size > 10_000


def test_the_numbers_beside_the_histogram_are_those_of_the_features(tmp_path, monkeypatch):
    series, maps = made_up()
    voi = box(slice(1, 5), slice(5, 20), slice(8, 30))
    texts = []
    from matplotlib.axes import Axes

    text = Axes.text
    monkeypatch.setattr(
        Axes, "text", lambda self, x, y, s, **more: texts.append(s) or text(self, x, y, s, **more)
    )
    case_picture.draw_case_picture(tmp_path / "case.png", "SYNTHETIC", series, maps, {"r1": voi})
    features = measure_voi(maps, voi).values
    for name in ("ADC", "D", "K"):
        expected = " / ".join(
            f"{features[f'{name}_{statistic}']:.2f}" for statistic in ("p5", "median", "p95")
        )
        assert f"r1  {expected}" in texts, name
    assert {"R", "L"} <= set(texts)


def test_the_outline_runs_along_the_voxels_that_are_measured():
    """Every edge between a voxel inside and one outside, and nothing else: 2 x 3 voxels have 10 edges."""
    from matplotlib.figure import Figure

    series, maps = made_up()
    voi = box(2, slice(4, 6), slice(7, 10))
    page = case_picture._Page(series, maps, {"r1": voi}, 2)
    axes = Figure().add_subplot()
    page._outline(axes, voi[2], "red")
    lines = np.array(axes.collections[-1].get_segments())
    assert len(lines) == 10
    assert lines[..., 0].min() == 7 * 1.5 and lines[..., 0].max() == 10 * 1.5
    assert lines[..., 1].min() == 4 * 1.5 and lines[..., 1].max() == 6 * 1.5
