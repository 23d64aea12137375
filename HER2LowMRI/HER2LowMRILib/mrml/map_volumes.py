"""The maps of a case as volume nodes: units, fixed window, colour table, scalar bar."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import slicer

from HER2LowMRILib.core.display_window import display_window
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.lexicon import Code
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.volumes import ROLE, add_volume, array_of, grid_of, nodes_of_case

QUALITY = "fit_quality"
SCALAR_BAR = "scalar_bar"
# What a map node keeps: the name of its map, the group of maps it belongs to, and whether it came with the case.
MAP, GROUP, GIVEN = "HER2LowMRI.map", "HER2LowMRI.group", "HER2LowMRI.given"


def add_maps(
    scene: slicer.vtkMRMLScene,
    maps: MapSet,
    grid: ImageGrid,
    case_name: str,
    group: int = 0,
    given: bool = False,
    again: Mapping[str, slicer.vtkMRMLScalarVolumeNode] | None = None,
) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Put maps of one grid into the scene, each with its window, colours and scalar bar.

    Parameters
    ----------
    case_name : str
        Pseudonym of the case, first part of the node names; "" for none.
    group : int
        Number of these maps among those of the case.
    given : bool
        Whether they came with the case.
    again : mapping of str to vtkMRMLScalarVolumeNode, optional
        Role -> volume of an earlier case to be used again.

    Returns
    -------
    dict of str to vtkMRMLScalarVolumeNode
        Role of each map ("adc", "d_app", ...) and, where they were fitted, "fit_quality".
    """
    nodes, again = {}, again or {}
    for spec in maps.specs:
        values = maps.values[spec.name]
        shown = values if spec.kept is None else np.clip(values, *spec.kept)
        name = f"{case_name} {spec.label}".strip()
        node = add_volume(scene, shown, grid, name, spec.role, again.get(spec.role))
        node.SetAttribute(MAP, spec.name)
        show_as_map(scene, node, spec)
        nodes[spec.role] = node
    if maps.quality is not None:
        name = f"{case_name} fit quality".strip()
        nodes[QUALITY] = add_volume(scene, maps.quality, grid, name, QUALITY, again.get(QUALITY))
    for node in nodes.values():
        node.SetAttribute(GROUP, str(group))
        node.SetAttribute(GIVEN, "1" if given else None)
    return nodes


# Height of a scalar bar with its text [pixels], and as a share of a view before its height is known.
_BAR_PIXELS, _BAR_SHARE = 39, 0.09


def show_as_map(scene: slicer.vtkMRMLScene, node: slicer.vtkMRMLScalarVolumeNode, spec: MapSpec) -> None:
    """Give a volume the window, colours, unit and scalar bar of a map."""
    if spec.quantity is not None:
        node.SetVoxelValueQuantity(_coded(spec.quantity))
    if spec.units is not None:
        node.SetVoxelValueUnits(_coded(spec.units))
    shown = node.GetDisplayNode()
    shown.SetAutoWindowLevel(False)
    shown.SetWindowLevelMinMax(*spec.window)
    # A smoothed map shows values that no voxel has.
    shown.SetInterpolate(False)
    colour = scene.GetFirstNodeByName(spec.colour)
    shown.SetAndObserveColorNodeID(colour.GetID() if colour else "vtkMRMLColorTableNodeGrey")
    _add_scalar_bar(node, spec)


def _add_scalar_bar(node: slicer.vtkMRMLScalarVolumeNode, spec: MapSpec) -> None:
    bar = slicer.vtkSlicerColorLogic.AddDefaultColorLegendDisplayNode(node)
    bar.SetAttribute(ROLE, SCALAR_BAR)
    bar.SetTitleText(f"{spec.label} {spec.unit_shown}".strip())
    bar.SetLabelFormat("%.1f")
    bar.SetNumberOfLabels(4)
    bar.SetMaxNumberOfColors(256)
    # Along the lower edge: beside the image it would lie on a breast, below it there is the chest wall; in the middle
    # stands where the view is directed.
    bar.SetOrientation(bar.Horizontal)
    bar.SetSize(_BAR_SHARE, 0.4)
    bar.SetPosition(0.98, 0.01)
    for text in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
        text.SetFontFamilyToArial()
        text.BoldOn()
        # Bare letters are lost in the noise around the breast.
        text.SetBackgroundColor(0, 0, 0)
        text.SetBackgroundOpacity(0.5)


def fit_scalar_bars(scene: slicer.vtkMRMLScene, view_height: int) -> None:
    """Give the scalar bars of the case a height in which their text can be read, for views so high [pixels].

    The height decides about the text too, whatever its font size: below 35 pixels it cannot be read, above 45 it covers
    the image.
    """
    if view_height < 1:
        return
    share = min(_BAR_PIXELS / view_height, 0.3)
    for node in nodes_of_case(scene):
        if node.GetAttribute(ROLE) == SCALAR_BAR:
            node.SetSize(share, node.GetSize()[1])


def scalar_bars_of(volume: slicer.vtkMRMLVolumeNode) -> list[slicer.vtkMRMLDisplayNode]:
    """The scalar bars that belong to a volume."""
    displays = (volume.GetNthDisplayNode(number) for number in range(volume.GetNumberOfDisplayNodes()))
    return [one for one in displays if one is not None and one.GetAttribute(ROLE) == SCALAR_BAR]


def has_scalar_bar(volume: slicer.vtkMRMLVolumeNode | None) -> bool:
    """Whether a scalar bar belongs to a volume."""
    return volume is not None and bool(scalar_bars_of(volume))


def put_scalar_bars_right(scene: slicer.vtkMRMLScene) -> None:
    """Have all views look which scalar bars belong to what they show now."""
    for node in nodes_of_case(scene):
        if node.GetAttribute(ROLE) == SCALAR_BAR:
            node.Modified()


def show_scalar_bars(scene: slicer.vtkMRMLScene, on: bool) -> None:
    """Show or hide the scalar bars of the case."""
    for node in nodes_of_case(scene):
        if node.GetAttribute(ROLE) == SCALAR_BAR:
            node.SetVisibility(on)


def _coded(code: Code) -> slicer.vtkCodedEntry:
    coded = slicer.vtkCodedEntry()
    coded.SetValueSchemeMeaning(code.value, code.scheme, code.meaning)
    return coded


# Of an image of high b the brightest voxels are the lesions: one in a thousand voxels may be white.
HIGH_B, BRIGHTEST, BRIGHTEST_OF_HIGH_B = 500.0, 99.5, 99.9


def show_as_image(
    node: slicer.vtkMRMLScalarVolumeNode,
    b_value: float = 0.0,
    percentiles: tuple[float, float] | None = None,
    window: tuple[float, float] | None = None,
) -> tuple[float, float]:
    """Window an anatomical or diffusion-weighted image by its own values, or as another one is.

    Parameters
    ----------
    b_value : float
        [s/mm2]; with a high one the window ends higher, so that no lesion is blown out.
    percentiles : tuple of float, optional
        What is black and what is white, where it is not left to the kind of image.
    window : tuple of float, optional
        Values of black and white, where they are known.

    Returns
    -------
    tuple of float
        Values of black and white.
    """
    of_kind = (1.0, BRIGHTEST_OF_HIGH_B if b_value >= HIGH_B else BRIGHTEST)
    black, white = window or display_window(array_of(node), *(percentiles or of_kind))
    node.GetDisplayNode().SetAutoWindowLevel(False)
    node.GetDisplayNode().SetWindowLevelMinMax(black, white)
    return black, white


@dataclass(frozen=True)
class SceneGroup:
    """Maps of the scene that lie on the same voxels and are of the same origin.

    Attributes
    ----------
    maps : MapSet
        Copies of the voxels of the nodes, into which other modules may write; values beyond ``MapSpec.kept`` are at
        its ends.
    grid : ImageGrid
    given : bool
        Whether they came with the case.
    """

    maps: MapSet
    grid: ImageGrid
    given: bool


def maps_in_scene(
    nodes: Mapping[str, slicer.vtkMRMLScalarVolumeNode],
    features: FeatureSet | None = None,
    options: FitOptions | None = None,
) -> tuple[SceneGroup, ...]:
    """Return the voxels of map nodes, in the groups in which `add_maps` put them into the scene."""
    features = features or FeatureSet()
    groups: dict[str, dict[str, slicer.vtkMRMLScalarVolumeNode]] = {}
    for spec in features.maps:
        node = nodes.get(spec.role)
        if node is not None:
            # Scenes of earlier versions hold fitted maps, and perhaps a given ADC map apart.
            key = node.GetAttribute(GROUP) or ("given" if node.GetAttribute(GIVEN) else "0")
            groups.setdefault(key, {})[spec.name] = node
    quality = nodes.get(QUALITY)
    of_quality = (quality.GetAttribute(GROUP) or "0") if quality is not None else None
    return tuple(
        SceneGroup(
            MapSet(
                {name: array_of(node).copy() for name, node in members.items()},
                array_of(quality).copy() if quality is not None and key == of_quality else None,
                options=options or FitOptions(),
                further=features.further,
            ),
            grid_of(next(iter(members.values()))),
            next(iter(members.values())).GetAttribute(GIVEN) is not None,
        )
        for key, members in groups.items()
    )
