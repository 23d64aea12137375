r"""Draw the icons of the outline effect, for light and for dark buttons.

python HER2LowMRI/Testing/make_icons.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

ICONS = Path(__file__).parents[1] / "Resources" / "Icons"
SIZE = 64
# Loose line, lesion, edge.
COLOURS = {
    "AssistedOutline.png": ("#4a5560", "#c9d6e4", "#d97a00"),
    "AssistedOutlineDark.png": ("#d5dde6", "#5c6b7d", "#ffc233"),
}


def draw(path: Path, loose: str, lesion: str, edge: str) -> None:
    """A lesion with a lobed edge inside a loose, dashed line."""
    figure = Figure(figsize=(1, 1), dpi=SIZE)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-1, 1), ylim=(-1, 1))
    axes.axis("off")
    angle = np.linspace(0, 2 * np.pi, 400)
    radius = 0.52 + 0.07 * np.sin(3 * angle + 0.6) + 0.045 * np.sin(5 * angle)
    axes.fill(radius * np.cos(angle), radius * np.sin(angle), facecolor=lesion, edgecolor=edge, linewidth=3.6)
    corners = np.radians([20, 75, 140, 200, 265, 325, 380])
    reach = np.array([0.9, 0.84, 0.92, 0.86, 0.93, 0.88, 0.9])
    axes.plot(
        reach * np.cos(corners),
        reach * np.sin(corners),
        color=loose,
        linewidth=2.6,
        linestyle=(0, (2.0, 1.1)),
    )
    figure.savefig(path, dpi=SIZE, transparent=True, metadata={"Software": None})


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        draw(ICONS / name, *colours)
