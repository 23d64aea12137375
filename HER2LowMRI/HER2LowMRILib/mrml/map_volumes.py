"""The maps of a case as volume nodes: units, fixed window, colour table, scalar bar."""

from dataclasses import dataclass

import numpy as np
import slicer

from HER2LowMRILib.core.diffusion_maps import DiffusionMaps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.volumes import ROLE, add_volume, array_of, nodes_of_case


@dataclass(frozen=True)
class MapDisplay:
    """How a map is shown, the same for every case so that cases can be compared by eye.

    Parameters
    ----------
    role : str
        Name of the map's array in ``DiffusionMaps``.
    label : str
        Name of the node and of the view.
    low, high : float
        Ends of the window, in the unit of the map.
    unit : str
        Shown at the scalar bar; "" for none.
    colour : str
        Name of Slicer's colour table.
    quantity, units : tuple of str
        DICOM codes (value, scheme, meaning) of what is measured and in what unit.
    """

    role: str
    label: str
    low: float
    high: float
    unit: str
    colour: str
    quantity: tuple[str, str, str]
    units: tuple[str, str, str]


_DIFFUSIVITY = ("um2/ms", "UCUM", "um2/ms")
DISPLAYS = (
    MapDisplay(
        "adc",
        "ADC",
        0.0,
        3.0,
        "1e-3 mm²/s",
        "Grey",
        ("113041", "DCM", "Apparent Diffusion Coefficient"),
        _DIFFUSIVITY,
    ),
    MapDisplay(
        "d_app",
        "D_app",
        0.0,
        3.0,
        "1e-3 mm²/s",
        "Viridis",
        ("113294", "DCM", "Kurtosis Diffusion Coefficient"),
        _DIFFUSIVITY,
    ),
    MapDisplay(
        "k_app",
        "K_app",
        0.0,
        1.5,
        "",
        "Inferno",
        ("113206", "DCM", "Apparent Kurtosis Coefficient"),
        ("1", "UCUM", "no units"),
    ),
)
QUALITY = "fit_quality"
SCALAR_BAR = "scalar_bar"
# Where D_app is nearly 0, K_app is any number up to 1e11, and no slider of Slicer can be used on such a volume. Values
# beyond this are out of every valid range, before and after: no feature sees the difference.
SHOWN = (-10.0, 10.0)


def add_maps(
    scene: slicer.vtkMRMLScene, maps: DiffusionMaps, grid: ImageGrid, case_name: str
) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Put the maps into the scene, each with its window, colours and scalar bar.

    Parameters
    ----------
    case_name : str
        Pseudonym of the case, first part of the node names; "" for none.

    Returns
    -------
    dict of str to vtkMRMLScalarVolumeNode
        "adc", "d_app", "k_app" (where there is such a map) and "fit_quality".
    """
    nodes = {}
    for display in DISPLAYS:
        array = getattr(maps, display.role)
        if array is not None:
            name = f"{case_name} {display.label}".strip()
            shown = np.clip(array, *SHOWN) if display.role == "k_app" else array
            nodes[display.role] = add_volume(scene, shown, grid, name, display.role)
            show_as_map(scene, nodes[display.role], display)
    if maps.quality is not None:
        name = f"{case_name} fit quality".strip()
        nodes[QUALITY] = add_volume(scene, maps.quality, grid, name, QUALITY)
    return nodes


def show_as_map(
    scene: slicer.vtkMRMLScene, node: slicer.vtkMRMLScalarVolumeNode, display: MapDisplay
) -> None:
    """Give a volume the window, colours, unit and scalar bar of a map."""
    node.SetVoxelValueQuantity(_coded(display.quantity))
    node.SetVoxelValueUnits(_coded(display.units))
    shown = node.GetDisplayNode()
    shown.SetAutoWindowLevel(False)
    shown.SetWindowLevelMinMax(display.low, display.high)
    # A smoothed map shows values that no voxel has.
    shown.SetInterpolate(False)
    colour = scene.GetFirstNodeByName(display.colour)
    shown.SetAndObserveColorNodeID(colour.GetID() if colour else "vtkMRMLColorTableNodeGrey")
    _add_scalar_bar(node, display)


def _add_scalar_bar(node: slicer.vtkMRMLScalarVolumeNode, display: MapDisplay) -> None:
    bar = slicer.vtkSlicerColorLogic.AddDefaultColorLegendDisplayNode(node)
    bar.SetAttribute(ROLE, SCALAR_BAR)
    bar.SetTitleText(f"{display.label} {display.unit}".strip())
    bar.SetLabelFormat("%.1f")
    bar.SetNumberOfLabels(4)
    bar.SetMaxNumberOfColors(256)
    # Along the lower edge: beside the image it would lie on a breast, below it there is the chest wall.
    bar.SetOrientation(bar.Horizontal)
    # The size decides about the text too, whatever its font size.
    bar.SetSize(0.09, 0.4)
    bar.SetPosition(0.5, 0.01)
    for text in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
        text.SetFontFamilyToArial()
        text.BoldOn()
        # Bare letters are lost in the noise around the breast.
        text.SetBackgroundColor(0, 0, 0)
        text.SetBackgroundOpacity(0.5)


def show_scalar_bars(scene: slicer.vtkMRMLScene, on: bool) -> None:
    """Show or hide the scalar bars of the case."""
    for node in nodes_of_case(scene):
        if node.GetAttribute(ROLE) == SCALAR_BAR:
            node.SetVisibility(on)


def _coded(entry: tuple[str, str, str]) -> slicer.vtkCodedEntry:
    coded = slicer.vtkCodedEntry()
    coded.SetValueSchemeMeaning(*entry)
    return coded


# Of an image of high b the brightest voxels are the lesions: one in a thousand voxels may be white.
HIGH_B, BRIGHTEST, BRIGHTEST_OF_HIGH_B = 500.0, 99.5, 99.9


def show_as_image(node: slicer.vtkMRMLScalarVolumeNode, b_value: float = 0.0) -> None:
    """Window an anatomical or diffusion-weighted image by its own values.

    Parameters
    ----------
    b_value : float
        [s/mm2]; with a high one the window ends higher, so that no lesion is blown out.
    """
    values = array_of(node)
    step = max(1, values.size // 200_000)
    sample = values.reshape(-1)[::step]
    sample = sample[np.isfinite(sample)]
    if sample.size:
        low, high = np.percentile(sample, (1, BRIGHTEST_OF_HIGH_B if b_value >= HIGH_B else BRIGHTEST))
        node.GetDisplayNode().SetAutoWindowLevel(False)
        node.GetDisplayNode().SetWindowLevelMinMax(float(low), float(max(high, low + 1e-6)))


@dataclass(frozen=True)
class SceneMaps:
    """The maps as they are in the scene: views on the arrays of the nodes, None where there is no such map."""

    adc: np.ndarray | None
    d_app: np.ndarray | None
    k_app: np.ndarray | None
    quality: np.ndarray | None
    options: FitOptions


def maps_in_scene(
    nodes: dict[str, slicer.vtkMRMLScalarVolumeNode | None], options: FitOptions | None = None
) -> SceneMaps:
    """Return the arrays behind map nodes, without a copy; K_app outside ``SHOWN`` is at its ends."""

    def array(role: str) -> np.ndarray | None:
        return array_of(nodes[role]) if nodes.get(role) is not None else None

    return SceneMaps(array("adc"), array("d_app"), array("k_app"), array(QUALITY), options or FitOptions())
