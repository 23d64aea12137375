"""The figures of the report as SVG text, the same bytes for the same numbers."""

import io
import math
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS

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
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "her2lowmri",
}


@contextmanager
def _figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)
        try:
            yield figure, axes
        finally:
            plt.close(figure)


def _svg(figure: "Figure") -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    return text.getvalue()[text.getvalue().index("<svg") :]


def figure(svg: str, caption: str) -> str:
    """Put a drawing and its caption (HTML) into one element."""
    return f'<figure class="plot">{svg}<figcaption>{caption}</figcaption></figure>'


def box_plots(rows: "pd.DataFrame", names: Sequence[str], labels: Sequence[str], units: Sequence[str]) -> str:
    """Boxes (quartiles, whiskers to 1.5 IQR) with every case, by group, one panel per variable."""
    columns = min(5, len(names))
    lines = -(-len(names) // columns)
    rng = np.random.default_rng(0)
    with _figure(2.1 * columns, 2.5 * lines, lines, columns) as (figure, axes):
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
        return _svg(figure)


def roc_curves(panels: Sequence[tuple[str, Sequence[tuple[str, Any]]]]) -> str:
    """ROC curves; a panel is (title, [(label, RocCurve), ...])."""
    with _figure(3.4 * len(panels), 3.9, 1, len(panels)) as (figure, axes):
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
            axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), fontsize=8, handlelength=3)
        figure.tight_layout()
        return _svg(figure)


def bland_altman_plots(panels: Sequence[tuple[str, str, Any]]) -> str:
    """Difference against mean of two readers; a panel is (title, unit, BlandAltman)."""
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    with _figure(3.3 * columns, 2.9 * lines, lines, columns) as (figure, axes):
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
        return _svg(figure)


def forest_plot(models: "pd.DataFrame", labels: dict[str, str]) -> str:
    """Odds ratios with their 95 % limits on a log scale; rows of models.csv without intercepts."""
    height = 0.9 + 0.36 * len(models)
    with _figure(6.8, height) as (figure, axes):
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
        return _svg(figure)


def flow_chart(steps: Sequence[tuple[str, int]], groups: Sequence[tuple[str, int]]) -> str:
    """Flow of patients: who came in, who was left out and why, and the groups that were analysed.

    Parameters
    ----------
    steps : sequence of (text, count)
        The first is the start, the others are left out on the way.
    groups : sequence of (text, count)
    """
    height = 1.1 + 0.75 * len(steps)
    with _figure(7.2, height) as (figure, axes):
        axis = axes[0, 0]
        axis.set_xlim(0, 10)
        axis.set_ylim(-len(steps) - 0.9, 0.6)
        axis.axis("off")
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black", "linewidth": 0.9}
        text, count = steps[0]
        axis.text(3, 0, f"{text}: {count}", ha="center", va="center", bbox=box)
        bottom = -len(steps)
        axis.annotate("", (3, bottom + 0.35), (3, -0.35), arrowprops={"arrowstyle": "-|>", "color": "black"})
        for number, (text, count) in enumerate(steps[1:], start=1):
            axis.annotate("", (5.1, -number + 0.2), (3, -number + 0.2), arrowprops={"arrowstyle": "-|>"})
            axis.text(5.2, -number + 0.2, f"{text}: {count}", ha="left", va="center", bbox=box)
        total = sum(count for _, count in groups)
        words = (
            "    ".join(f"{text} {count} ({100 * count / total:.1f} %)" for text, count in groups)
            if total
            else ""
        )
        axis.text(3.6, bottom, f"Analysed: {total}\n{words}", ha="center", va="center", bbox=box)
        return _svg(figure)
