"""The figures of the report: drawn once, written as SVG, PDF, PNG or TIFF, the same bytes for the same numbers."""

import html
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.drawing import drawing
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS
from HER2LowMRILib.core.statistics.calibration import CalibrationGroup
from HER2LowMRILib.core.statistics.decision_curve import DecisionCurve
from HER2LowMRILib.core.wording import rounded

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by every kind of colour vision; shapes and line styles say the same in grey.
COLOURS = {"zero": "#0072B2", "low": "#E69F00", "over": "#009E73"}
MARKERS = {"zero": "o", "low": "s", "over": "^"}
_LINES = (
    ("#0072B2", "-"),
    ("#E69F00", "--"),
    ("#009E73", "-."),
    ("#000000", ":"),
    ("#CC79A7", (0, (5, 1, 1, 1))),
)
_STYLE: Any = {
    # The whole list of sans-serif families is written into the SVG, so that its text shows in a viewer's own.
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "her2lowmri",
    # A label of somebody's own lexicon may hold dollar signs, and is not a formula.
    "text.parse_math": False,
}


RASTER_DPI = 600
# Panels of which more stand in four columns: a page is wider than high in a manuscript's supplement.
_MANY = 6


def _styled(draw: "Callable[..., Figure]") -> "Callable[..., Figure]":
    @wraps(draw)
    def inside(*args: Any, **options: Any) -> "Figure":
        with drawing(_STYLE):
            return draw(*args, **options)

    return inside


def _panels(width: float, height: float, rows: int = 1, columns: int = 1) -> "tuple[Figure, np.ndarray]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def rendered(figure: "Figure", form: str, dpi: int = RASTER_DPI) -> bytes:
    """The figure as a file.

    Parameters
    ----------
    figure : Figure
    form : {"svg", "pdf", "png", "tiff"}
        Text stays text in SVG and PDF.
    dpi : int
        Dots per inch of PNG and TIFF.
    """
    return rendered_as(figure, (form,), dpi)[form]


def rendered_as(figure: "Figure", forms: Sequence[str], dpi: int = RASTER_DPI) -> dict[str, bytes]:
    """The figure in several forms, see `rendered`; PNG and TIFF are one drawing."""
    from matplotlib import rc_context

    # No dates, so that the same numbers give the same bytes.
    options: dict[str, dict[str, Any]] = {
        "svg": {"metadata": {"Date": None, "Creator": None}},
        "pdf": {"metadata": {"CreationDate": None, "ModDate": None}},
        # Line drawings gain little from more, and 600 dots per inch are many pixels.
        "png": {"dpi": dpi, "pil_kwargs": {"compress_level": 3}},
    }
    found = {}
    with rc_context(_STYLE):
        # What was laid out stays so: matplotlib would otherwise draw all of it once more for each form.
        figure.set_layout_engine(None)
        # The box around everything that is drawn, found once: every form would look for it again.
        box = figure.get_tightbbox().padded(0.1)
        for form in dict.fromkeys("png" if form == "tiff" else form for form in forms):
            content = io.BytesIO()
            figure.savefig(content, format=form, bbox_inches=box, **options[form])
            found[form] = content.getvalue()
    if "tiff" in forms:
        found["tiff"] = _as_tiff(found["png"], dpi)
    return {form: found[form] for form in forms}


def _as_tiff(png: bytes, dpi: int) -> bytes:
    from PIL import Image

    content = io.BytesIO()
    # Journals take no transparency.
    with Image.open(io.BytesIO(png)) as drawn:
        drawn.convert("RGB").save(content, format="TIFF", compression="tiff_lzw", dpi=(dpi, dpi))
    return content.getvalue()


@dataclass(frozen=True)
class Drawing:
    """A figure of the study.

    Attributes
    ----------
    name : str
        Of its files.
    figure : Figure
    legend : str
        What it shows, in plain words.
    """

    name: str
    figure: "Figure"
    legend: str


def in_page(drawing: Drawing) -> str:
    """HTML of a drawing with its legend."""
    svg = rendered(drawing.figure, "svg").decode()
    legend = html.escape(drawing.legend)
    return f'<figure class="plot">{svg[svg.index("<svg") :]}<figcaption>{legend}</figcaption></figure>'


@_styled
def box_plots(
    rows: "pd.DataFrame", names: Sequence[str], labels: Sequence[str], units: Sequence[str]
) -> "Figure":
    """Boxes (quartiles, whiskers to 1.5 IQR) with every case, by group, one panel per variable."""
    columns = min(5, len(names))
    lines = -(-len(names) // columns)
    rng = np.random.default_rng(0)
    figure, axes = _panels(2.1 * columns, 2.5 * lines, lines, columns)
    for axis, name, label, unit in zip(axes.flat, names, labels, units, strict=False):
        for position, group in enumerate(GROUPS):
            values = rows.loc[rows["her2_group"] == group, name].dropna().to_numpy(float)
            if not len(values):
                continue
            axis.boxplot(
                values,
                positions=[position],
                widths=0.6,
                showfliers=False,
                medianprops={"color": "black", "linewidth": 1.5},
                boxprops={"linewidth": 0.8},
            )
            shift = rng.uniform(-0.18, 0.18, len(values))
            axis.plot(
                position + shift,
                values,
                MARKERS[group],
                color=COLOURS[group],
                markersize=3,
                alpha=0.75,
                markeredgewidth=0,
            )
        axis.set_xticks(range(len(GROUPS)), [GROUP_LABELS[g].removeprefix("HER2-") for g in GROUPS])
        axis.set_title(label)
        axis.set_ylabel(unit, fontsize=7, labelpad=2)
    for axis in axes.flat[len(names) :]:
        axis.set_visible(False)
    figure.subplots_adjust(wspace=0.5, hspace=0.35)
    return figure


@_styled
def roc_curves(panels: Sequence[tuple[str, Sequence[tuple[str, Any]]]]) -> "Figure":
    """ROC curves; a panel is (title, [(label, RocCurve), ...])."""
    most = max(len(curves) for _, curves in panels)
    figure, axes = _panels(3.4 * len(panels), 3.5 + 0.18 * most, 1, len(panels))
    for axis, (title, curves) in zip(axes.flat, panels, strict=True):
        axis.plot([0, 1], [0, 1], color="0.75", linewidth=0.8)
        for (label, curve), (colour, line) in zip(curves, _LINES, strict=False):
            axis.plot(
                1 - curve.specificity,
                curve.sensitivity,
                color=colour,
                linestyle=line,
                linewidth=1.6,
                label=label,
            )
        axis.set_aspect("equal")
        axis.set_xlabel("1 - specificity")
        axis.set_ylabel("sensitivity")
        axis.set_title(title)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), fontsize=7.5, handlelength=2.6)
    figure.tight_layout()
    return figure


@_styled
def calibration_plots(panels: Sequence[tuple[str, Sequence[CalibrationGroup]]]) -> "Figure":
    """Observed share over mean prediction, with Wilson's limits; a panel is (title, groups of cases)."""
    columns = min(4 if len(panels) > _MANY else 3, len(panels))
    lines = -(-len(panels) // columns)
    figure, axes = _panels(3.2 * columns, 3.3 * lines, lines, columns)
    for axis, (title, groups) in zip(axes.flat, panels, strict=False):
        axis.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
        for group in groups:
            share = group.observed
            axis.plot([group.predicted] * 2, [share.ci_low, share.ci_high], color="black", linewidth=0.9)
        axis.plot(
            [group.predicted for group in groups],
            [group.observed.estimate for group in groups],
            "s-",
            color="#0072B2",
            markersize=5,
            linewidth=0.9,
        )
        axis.set_xlim(0, 1)
        axis.set_ylim(0, 1)
        axis.set_aspect("equal")
        axis.set_xlabel("predicted probability (cross-validated)")
        axis.set_ylabel("observed share")
        axis.set_title(title)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    figure.tight_layout()
    return figure


@_styled
def decision_curves(panels: Sequence[tuple[str, Sequence[tuple[str, DecisionCurve]]]]) -> "Figure":
    """Net benefit over the threshold probability; a panel is (title, [(label, DecisionCurve), ...])."""
    columns = min(4 if len(panels) > _MANY else 3, len(panels))
    lines = -(-len(panels) // columns)
    figure, axes = _panels(3.4 * columns, 3.3 * lines, lines, columns)
    for axis, (title, curves) in zip(axes.flat, panels, strict=False):
        first = curves[0][1]
        axis.plot(first.thresholds, first.all_cases, color="0.45", linewidth=1.0, label="act on all")
        axis.axhline(0, color="black", linewidth=0.9, label="act on none")
        for (label, curve), (colour, line) in zip(curves, _LINES, strict=False):
            axis.plot(curve.thresholds, curve.model, color=colour, linestyle=line, linewidth=1.5, label=label)
        highest = max(first.n_positive / first.n, *(float(curve.model.max()) for _, curve in curves))
        axis.set_ylim(-0.05, highest * 1.1)
        axis.set_xlim(0, 1)
        axis.set_xlabel("threshold probability")
        axis.set_ylabel("net benefit")
        axis.set_title(title)
        axis.legend(fontsize=7)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    figure.tight_layout()
    return figure


@_styled
def bland_altman_plots(panels: Sequence[tuple[str, str, Any]]) -> "Figure":
    """Difference against mean of two readers; a panel is (title, unit, BlandAltman)."""
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    figure, axes = _panels(3.3 * columns, 2.9 * lines, lines, columns)
    for axis, (title, unit, result) in zip(axes.flat, panels, strict=False):
        axis.plot(result.means, result.differences, "o", color="#0072B2", markersize=3, markeredgewidth=0)
        width = result.loa_high - result.loa_low
        decimals = max(2 - math.floor(math.log10(width)), 0) if width > 0 else 3
        for value, style in ((result.bias, "-"), (result.loa_low, "--"), (result.loa_high, "--")):
            axis.axhline(value, color="black", linewidth=0.9, linestyle=style)
            axis.annotate(
                f"{value:.{decimals}f}",
                (1.02, value),
                xycoords=("axes fraction", "data"),
                fontsize=7,
                va="center",
                ha="left",
            )
        axis.set_xlabel(f"mean of the readers{f' ({unit})' if unit else ''}")
        axis.set_ylabel("reader 1 - reader 2")
        axis.set_title(title)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    figure.tight_layout()
    return figure


@_styled
def forest_plot(models: "pd.DataFrame", labels: dict[str, str]) -> "Figure":
    """Odds ratios with their 95 % limits on a log scale; rows of models.csv without intercepts."""
    height = 0.9 + 0.36 * len(models)
    figure, axes = _panels(6.8, height)
    axis = axes[0, 0]
    places = np.arange(len(models))[::-1]
    for place, (_, row) in zip(places, models.iterrows(), strict=True):
        axis.plot([row["ci_low"], row["ci_high"]], [place, place], color="black", linewidth=1.2)
        axis.plot(row["odds_ratio"], place, "s", color="#0072B2", markersize=6)
    axis.axvline(1, color="0.6", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_yticks(places, [labels[index] for index in models.index])
    axis.set_xlabel("odds ratio for the first group (95 % confidence interval, log scale)")
    axis.set_ylim(-0.7, len(models) - 0.3)
    low, high = models["ci_low"].min(), models["ci_high"].max()
    axis.set_xlim(max(low / 1.3, 1e-2), min(high * 1.3, 1e3))
    ticks = [
        t
        for t in (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        if axis.get_xlim()[0] <= t <= axis.get_xlim()[1]
    ]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    figure.tight_layout()
    return figure


@_styled
def flow_chart(steps: Sequence[tuple[str, int]], groups: Sequence[tuple[str, int]]) -> "Figure":
    """Flow of patients: who came in, who was left out and why, and the groups that were analysed.

    Parameters
    ----------
    steps : sequence of (text, count)
        The first is the start, the others are left out on the way.
    groups : sequence of (text, count)
    """
    line = 1.25
    bottom = -line * len(steps)
    last = bottom - 1.5 * line
    figure, axes = _panels(9.0, 0.62 * (1.2 - last))
    axis = axes[0, 0]
    axis.set_xlim(0, 10)
    axis.set_ylim(last - 0.6, 0.6)
    axis.axis("off")
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "black", "linewidth": 1.0}
    arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.0}
    text, count = steps[0]
    axis.text(3, 0, f"{text}: {count}", ha="center", va="center", bbox=box, fontsize=11)
    axis.annotate("", (3, bottom + 0.4), (3, -0.4), arrowprops=arrow)
    for number, (text, count) in enumerate(steps[1:], start=1):
        place = -line * number + 0.25
        axis.annotate("", (5.0, place), (3, place), arrowprops=arrow)
        axis.text(5.1, place, f"{text}: {count}", ha="left", va="center", bbox=box, fontsize=11)
    total = sum(count for _, count in groups)
    axis.text(3, bottom, f"Analysed: {total}", ha="center", va="center", bbox=box, fontsize=11)
    for (text, count), place in zip(groups, np.linspace(1.4, 8.6, len(groups)), strict=True):
        share = f" ({rounded(100 * count / total, 1)} %)" if total else ""
        axis.annotate("", (place, last + 0.5), (3, bottom - 0.4), arrowprops=arrow)
        axis.text(place, last, f"{text}\n{count}{share}", ha="center", va="center", bbox=box, fontsize=11)
    return figure
