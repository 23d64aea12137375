"""One page per case: images, maps with the outlines of all readers, histograms, signal decay."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.drawing import drawing
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.signal_decay import decay_of_voi
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

# The windows are the same in every picture, so that two pictures can be compared. Grey for what readers know in grey,
# perceptually uniform colour maps for the two that are new to them.
MAPS = {
    "ADC": ("ADC", "10⁻³ mm²/s", (0.0, 2.5), "gray"),
    "D": ("D$_{app}$", "10⁻³ mm²/s", (0.0, 3.0), "viridis"),
    "K": ("K$_{app}$", "no unit", (0.0, 1.5), "magma"),
}
# Orange and sky blue stay apart for every kind of colour vision (Okabe & Ito, 2008).
READER_COLORS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7")
_INK, _PAPER, _LINE = "#1a1a1a", "white", "#6b6b6b"
_MARGIN_MM = 16.0


def draw_case_picture(
    file: Path,
    title: str,
    series: DiffusionSeries,
    maps: MapSet,
    vois: Mapping[str, np.ndarray],
    features: FeatureSet | None = None,
) -> None:
    """Write a PNG page of one case.

    Parameters
    ----------
    file : Path
        The PNG file.
    title : str
        One line; no identity. Synthetic data has to say so here.
    series : DiffusionSeries
        The multi-b series, with b 0.
    maps : MapSet
        The maps that were fitted to it.
    vois : mapping of str to ndarray of bool, (k, j, i)
        Reader -> VOI, exclusions cut out.
    features : FeatureSet, optional
        The bins of the histograms are those of the entropy.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    features = features or FeatureSet()
    style: Any = {
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.edgecolor": _LINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": _INK,
        "ytick.color": _INK,
    }
    with drawing(style):
        figure = Figure(figsize=(15.5, 9.8), dpi=100, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        heading = figure.text(0.042, 0.972, title, fontsize=14, fontweight="bold", color=_INK, va="center")
        room = 0.94 * figure.bbox.width / heading.get_window_extent().width
        heading.set_fontsize(14 * min(1.0, room))
        k = _largest_slice(vois)
        figure.text(0.042, 0.948, _subtitle(series, k), fontsize=9.5, color=_INK, va="center")
        rows = figure.add_gridspec(
            3,
            4,
            left=0.042,
            right=0.95,
            top=0.905,
            bottom=0.065,
            height_ratios=(0.80, 1.18, 0.92),
            hspace=0.24,
            wspace=0.24,
        )
        zoom = _around(vois, series, k)
        picture = _Page(series, maps, vois, k)
        low, high = series.signals[0][k], series.signals[-1][k]
        bright = float(np.percentile(high[np.any(list(vois.values()), axis=0)[k]], 98)) * 1.1
        wide = (0.0, float(np.percentile(low, 99.7)))
        picture.signal(figure.add_subplot(rows[0, 0]), f"b {series.b_values[0]:g} s/mm²", low, wide, zoom)
        picture.signal(
            figure.add_subplot(rows[0, 1]), f"b {series.b_values[-1]:g} s/mm²", high, (0, bright), zoom
        )
        for column, name in ((2, "ADC"), (3, "K")):
            picture.map(figure.add_subplot(rows[0, column]), name, None, zoom)
        picture.signal(
            figure.add_subplot(rows[1, 0]),
            f"Lesion, b {series.b_values[-1]:g} s/mm²",
            high,
            (0, bright),
            zoom,
            True,
        )
        for column, name in enumerate(MAPS, start=1):
            picture.map(figure.add_subplot(rows[1, column]), name, zoom, zoom)
        for column, name in enumerate(MAPS):
            picture.histogram(figure.add_subplot(rows[2, column]), name, features)
        picture.decay(figure.add_subplot(rows[2, 3]))
        picture.legend(figure)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": "HER2LowMRI"})
        make_folder(file.parent, "the folder of the picture")
        write_verified(file, content.getvalue())


def _subtitle(series: DiffusionSeries, k: int) -> str:
    averages = "/".join(f"{n:g}" for n in series.averages)
    dx, dy, dz = series.grid.spacing_mm
    b_values = ", ".join(f"{b:g}" for b in series.b_values)
    parts = (
        f"slice {k + 1} of {series.grid.shape[0]}",
        f"b {b_values} s/mm²",
        f"averages {averages}",
        f"{dx:.3g} × {dy:.3g} × {dz:.3g} mm",
        "dark green: no valid value",
        "research software, no medical device",
    )
    return "  ·  ".join(parts)


def _largest_slice(vois: Mapping[str, np.ndarray]) -> int:
    """The slice in which the lesions are largest, what was cut out of them included."""
    from scipy.ndimage import binary_fill_holes

    union = np.any(list(vois.values()), axis=0)
    return int(np.argmax([binary_fill_holes(plane).sum() for plane in union]))


def _around(vois: Mapping[str, np.ndarray], series: DiffusionSeries, k: int) -> tuple[slice, slice]:
    """A square around all outlines of the slice, rows and columns."""
    dx, dy, _ = series.grid.spacing_mm
    union = np.any([voi[k] for voi in vois.values()], axis=0)
    j, i = (np.flatnonzero(union.any(axis=axis)) for axis in (1, 0))
    half = max((j[-1] - j[0] + 1) * dy, (i[-1] - i[0] + 1) * dx) / 2 + _MARGIN_MM
    middle_j, middle_i = (j[0] + j[-1]) / 2, (i[0] + i[-1]) / 2
    half_j, half_i = min(half / dy, (union.shape[0] - 1) / 2), min(half / dx, (union.shape[1] - 1) / 2)
    first_j = int(np.clip(middle_j - half_j, 0, union.shape[0] - 2 * half_j))
    first_i = int(np.clip(middle_i - half_i, 0, union.shape[1] - 2 * half_i))
    return slice(first_j, first_j + int(2 * half_j) + 1), slice(first_i, first_i + int(2 * half_i) + 1)


class _Page:
    """The panels of one page; all images show slice ``k``."""

    def __init__(self, series: DiffusionSeries, maps: MapSet, vois: Mapping[str, np.ndarray], k: int):
        self.series, self.maps, self.vois, self.k = series, maps, vois, k
        self.colors = dict(zip(vois, READER_COLORS, strict=False))
        dx, dy, _ = series.grid.spacing_mm
        self.step = (dx, dy)

    def signal(
        self,
        axes: "Axes",
        title: str,
        plane: np.ndarray,
        window: tuple[float, float],
        zoom: tuple[slice, slice],
        zoomed: bool = False,
    ) -> None:
        """Show an image of the series in grey."""
        self._image(axes, title, plane, window, "gray", zoom, zoomed)

    def map(
        self, axes: "Axes", name: str, cut: tuple[slice, slice] | None, zoom: tuple[slice, slice]
    ) -> None:
        """Show a map in its fixed window, with its colour bar."""
        label, unit, window, colors = MAPS[name]
        plane = self.maps.values[name][self.k].astype(float)
        plane = np.where(self.maps.valid(name)[self.k], plane, np.nan)
        title = label if cut is None else f"Lesion, {label}"
        image = self._image(axes, title, plane, window, colors, zoom, cut is not None)
        # A bar as high as its image, whatever the shape of the image.
        place = axes.inset_axes((1.02, 0.0, 0.035, 1.0))
        bar = axes.figure.colorbar(image, cax=place)
        bar.set_label(unit, fontsize=8)
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=8, length=2)

    def _image(
        self,
        axes: "Axes",
        title: str,
        plane: np.ndarray,
        window: tuple[float, float],
        colors: str,
        zoom: tuple[slice, slice],
        zoomed: bool,
    ) -> "AxesImage":
        from matplotlib import colormaps
        from matplotlib.patches import Rectangle

        dx, dy = self.step
        rows, columns = zoom if zoomed else (slice(0, plane.shape[0]), slice(0, plane.shape[1]))
        x0, y0 = columns.start * dx, rows.start * dy
        extent = (x0, columns.stop * dx, rows.stop * dy, y0)
        palette = colormaps[colors].with_extremes(bad="#12352f")
        image = axes.imshow(
            plane[rows, columns],
            cmap=palette,
            vmin=window[0],
            vmax=window[1],
            extent=extent,
            interpolation="nearest",
        )
        axes.set_title(title, color=_INK, pad=4)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        if zoomed:
            for reader, voi in self.vois.items():
                self._outline(axes, voi[self.k], self.colors[reader])
            axes.set_xlim(extent[0], extent[1])
            axes.set_ylim(extent[2], extent[3])
        else:
            (j, i) = zoom
            axes.add_patch(
                Rectangle(
                    (i.start * dx, j.start * dy),
                    (i.stop - i.start) * dx,
                    (j.stop - j.start) * dy,
                    fill=False,
                    edgecolor="white",
                    linewidth=0.9,
                    linestyle=(0, (4, 3)),
                )
            )
            for letter, at, side in (("R", 0.015, "left"), ("L", 0.985, "right")):
                axes.text(
                    at, 0.97, letter, color="white", fontsize=9, ha=side, va="top", transform=axes.transAxes
                )
        self._scale(axes, extent, 10.0 if zoomed else 50.0)
        return image

    def _outline(self, axes: "Axes", mask: np.ndarray, color: str) -> None:
        """Draw the border of a mask along the edges of its voxels, as it was measured."""
        from matplotlib.collections import LineCollection

        dx, dy = self.step
        padded = np.pad(mask, 1)
        lines = []
        for j, i in np.argwhere(padded[1:, :] != padded[:-1, :]):
            lines.append([((i - 1) * dx, j * dy), (i * dx, j * dy)])
        for j, i in np.argwhere(padded[:, 1:] != padded[:, :-1]):
            lines.append([(i * dx, (j - 1) * dy), (i * dx, j * dy)])
        axes.add_collection(
            LineCollection(lines, colors="black", linewidths=2.6, alpha=0.5, capstyle="round")
        )
        axes.add_collection(LineCollection(lines, colors=color, linewidths=1.5, capstyle="round"))

    def _scale(self, axes: "Axes", extent: tuple[float, float, float, float], length: float) -> None:
        from matplotlib.patheffects import withStroke

        width, height = extent[1] - extent[0], extent[2] - extent[3]
        x, y = extent[1] - 0.03 * width, extent[2] - 0.045 * height
        # Dark around white, to be read on dark and on bright tissue.
        around = [withStroke(linewidth=2.5, foreground=_INK)]
        axes.plot(
            [x - length, x], [y, y], color="white", linewidth=2, solid_capstyle="butt", path_effects=around
        )
        axes.text(
            x - length / 2,
            y - 0.02 * height,
            f"{length:g} mm",
            color="white",
            fontsize=8,
            ha="center",
            va="bottom",
            path_effects=around,
        )

    def histogram(self, axes: "Axes", name: str, measured: FeatureSet) -> None:
        """Histogram of a map over each reader's VOI, with the 5th percentile, median and 95th percentile."""
        from matplotlib.ticker import MaxNLocator

        label, unit, window, _ = MAPS[name]
        values = self.maps.values[name]
        width = measured.bin_width(name) or (window[1] - window[0]) / 50
        lines = []
        top = 1.0
        for reader, voi in self.vois.items():
            inside = values[voi & self.maps.valid(name)].astype(float)
            edges = np.arange(0.0, window[1] + width / 2, width)
            counts = np.histogram(inside, edges)[0] / max(inside.size, 1) * 100
            axes.stairs(counts, edges, color=self.colors[reader], linewidth=1.4, fill=False)
            axes.stairs(counts, edges, color=self.colors[reader], alpha=0.18, fill=True)
            top = max(top, float(counts.max(initial=0.0)))
            features = measure_voi(self.maps, voi, measured).values
            lines.append((reader, [features[f"{name}_{s}"] for s in ("p5", "median", "p95")]))
        for number, (reader, marks) in enumerate(lines):
            color = self.colors[reader]
            height = top * (1.10 + 0.13 * (len(lines) - 1 - number))
            axes.plot([marks[0], marks[2]], [height, height], color=color, linewidth=1.6)
            axes.plot(
                [marks[0], marks[2]],
                [height, height],
                color=color,
                marker="|",
                markersize=8,
                linestyle="none",
            )
            axes.plot(marks[1], height, color=color, marker="o", markersize=6, markeredgecolor="white")
            text = (
                " / ".join(f"{mark:.2f}" for mark in marks) if np.isfinite(marks).all() else "no valid voxel"
            )
            axes.text(
                0.985,
                0.985 - 0.085 * number,
                f"{reader}  {text}",
                color=_INK,
                fontsize=8,
                ha="right",
                va="top",
                transform=axes.transAxes,
            )
            axes.plot(
                0.53,
                0.955 - 0.085 * number,
                color=color,
                marker="s",
                markersize=6,
                transform=axes.transAxes,
                clip_on=False,
            )
        axes.set_xlim(*window)
        axes.set_ylim(0, top * (1.55 + 0.1 * len(lines)))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.set_xlabel(label if unit == "no unit" else f"{label} [{unit}]")
        axes.set_ylabel("voxels of the VOI [%]")
        axes.set_title(f"{label}:  p5 / median / p95", color=_INK, pad=6)

    def decay(self, axes: "Axes") -> None:
        """Mean signal of each reader's VOI over b, with both fitted curves."""
        from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

        shown = []
        for number, (reader, voi) in enumerate(self.vois.items()):
            decay = decay_of_voi(
                self.series.signals, self.series.b_values, voi, self.series.averages, self.maps.options
            )
            color = self.colors[reader]
            axes.plot(decay.curve_b, decay.adc_curve, color=color, linestyle=(0, (5, 3)), linewidth=1.5)
            axes.plot(
                decay.curve_b,
                decay.dki_curve,
                color=color,
                linewidth=1.7,
                label=f"{reader}  {decay.adc:.2f} / {decay.d_app:.2f} / {decay.k_app:.2f}",
            )
            # Equal signals of two readers stay apart: the later marker is smaller.
            size = 8.0 - 2.5 * number
            axes.plot(decay.b_values, decay.measured, "o", color=color, markeredgecolor=_INK, markersize=size)
            shown += [decay.measured, decay.adc_curve, decay.dki_curve]
        axes.set_yscale("log")
        signals = np.concatenate(shown)
        signals = signals[np.isfinite(signals) & (signals > 0)]
        if signals.size:
            axes.set_ylim(signals.min() * 0.7, signals.max() * (1.6 + 0.25 * len(self.vois)))
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("b [s/mm²]")
        axes.set_ylabel("mean signal of the VOI")
        axes.set_title("Signal decay:  ADC / D$_{app}$ / K$_{app}$", color=_INK, pad=6)
        title = "ADC dashed, D$_{app}$ solid [10⁻³ mm²/s]"
        axes.legend(frameon=False, fontsize=8, loc="upper right", title=title, title_fontsize=8)

    def legend(self, figure: "Figure") -> None:
        """Who drew which outline, and how large it is."""
        x = 0.985
        volume = self.series.grid.voxel_volume_mm3 / 1000
        for reader, voi in reversed(list(self.vois.items())):
            text = figure.text(
                x,
                0.948,
                f"{reader}: {voi.sum()} voxels, {voi.sum() * volume:.1f} cm³",
                color=_INK,
                fontsize=9.5,
                ha="right",
                va="center",
            )
            x -= text.get_window_extent().width / figure.bbox.width + 0.005
            figure.text(x, 0.948, "■", color=self.colors[reader], fontsize=13, ha="right", va="center")
            x -= 0.022
