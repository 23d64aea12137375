"""Diffusion images that are in the scene already: what Slicer makes of multi-b series, with the b-value of each.

A sequence or MultiVolume carries its b-values in attributes, a diffusion-weighted volume in its gradients, a single
volume only through its DICOM files; the last resort is its name, and that is said.
"""

from collections.abc import Callable

import numpy as np
import slicer

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid, triple
from HER2LowMRILib.images.intake.adc_unit import find_unit
from HER2LowMRILib.images.intake.classify import (
    SERIES_DESCRIPTION,
    ImageClass,
    classify,
    classify_name,
    doubt_of_name,
)
from HER2LowMRILib.images.intake.database_header import DatabaseHeader
from HER2LowMRILib.images.intake.frame_labels import INDEX_WANTED, b_values_of_index, b_values_of_labels
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.read_adc import AdcMap
from HER2LowMRILib.images.intake.series_names import b_value_in_name
from HER2LowMRILib.images.intake.vendor_tags import adc_units, manufacturer
from HER2LowMRILib.images.intake.volume_files import Volume
from HER2LowMRILib.mrml.volumes import array_of, grid_of

LABELS, TAG_NAME = "MultiVolume.FrameLabels", "MultiVolume.FrameIdentifyingDICOMTagName"
_COMPUTED = ImageKind.COMPUTED_B

DicomValue = Callable[[str, str], str]


def volumes_of_node(
    node: slicer.vtkMRMLNode, dicom_value: DicomValue | None = None
) -> tuple[list[Volume], ImageGrid]:
    """Return the images in a node of the scene, each with its b-value.

    Parameters
    ----------
    node : vtkMRMLSequenceNode, vtkMRMLDiffusionWeightedVolumeNode, vtkMRMLMultiVolumeNode or vtkMRMLScalarVolumeNode
    dicom_value : callable, optional
        (instance UID, "gggg,eeee") -> text, as Slicer's DICOM database gives it.

    Returns
    -------
    list of Volume, ImageGrid

    Raises
    ------
    ImageError
        When nothing tells the b-values, or the frames lie on different voxels.
    """
    several = _several_volumes(node)
    if several is not None:
        computed = [
            v.b_value for v in several[0] if classify_name(node.GetName() or "", v.b_value) is _COMPUTED
        ]
        if computed:
            raise _left_out(node, _COMPUTED)
        return several
    found = _class_of(node, dicom_value)
    if found.doubt is not None:
        raise ImageError(
            f"Whether {node.GetName()} was measured cannot be told",
            needed=found.doubt.needed,
            found=found.doubt.text(),
            todo="Read the files on this page and type the b-values, or leave the image out.",
        )
    b_value, source = found.b_value, found.b_source
    if b_value is None:
        b_value, source = b_value_in_name(node.GetName() or ""), "name of the volume: check it"
    if found.kind is not ImageKind.SIGNAL:
        raise _left_out(node, found.kind)
    if b_value is None:
        raise _unknown(node, "a DICOM b-value, or a name such as b800")
    direction = found.gradient if found.directionality == "directional" else None
    return [Volume(array_of(node), b_value, source, direction)], grid_of(node)


def _several_volumes(node: slicer.vtkMRMLNode) -> tuple[list[Volume], ImageGrid] | None:
    """The images of a node that holds one for each b-value; None of a single volume."""
    if node.IsA("vtkMRMLSequenceNode"):
        return _of_sequence(node)
    if node.IsA("vtkMRMLDiffusionWeightedVolumeNode"):
        return _of_gradients(node)
    array = array_of(node)
    return _of_components(node, array) if array.ndim == 4 else None


def _left_out(node: slicer.vtkMRMLNode, kind: ImageKind) -> ImageError:
    return ImageError(
        f"{node.GetName()} is left out", needed="images that were measured at their b-value", found=kind.value
    )


def adc_of_node(node: slicer.vtkMRMLScalarVolumeNode, dicom_value: DicomValue | None = None) -> AdcMap | None:
    """Return the ADC map that a node of the scene holds, in 1e-3 mm2/s; None when nothing says that it is one.

    A scanner's ADC map comes into the scene as "MR signal, no units"; its DICOM image type or its name tell it apart,
    and its unit is told from the size of the numbers.

    Raises
    ------
    ImageError
        When the unit cannot be told.
    """
    if not node.IsA("vtkMRMLScalarVolumeNode") or node.IsA("vtkMRMLVectorVolumeNode"):
        return None
    found_class = _class_of(node, dicom_value)
    if found_class.kind is not ImageKind.ADC:
        return None
    units = node.GetVoxelValueUnits()
    array = array_of(node)
    found = find_unit(
        array,
        units.GetCodeValue() if units is not None else None,
        "units of the volume",
        possible=_adc_units(node, dicom_value),
    )
    scaled = (array * found.factor).astype(np.float32)
    return AdcMap(scaled, grid_of(node), found.unit, found.source, found.warnings)


def _class_of(node: slicer.vtkMRMLVolumeNode, dicom_value: DicomValue | None) -> ImageClass:
    """What the image in a node is: by the DICOM files it came from, where they are known, and by its name."""
    uids = (node.GetAttribute("DICOM.instanceUIDs") or "").split()
    name = node.GetName() or ""
    if dicom_value is None or not uids:
        b_value = b_value_in_name(name)
        kind = classify_name(name, b_value)
        doubt = doubt_of_name(name, b_value) if kind is ImageKind.SIGNAL else None
        return ImageClass(kind, doubt, None, "", "", None)
    header = DatabaseHeader(lambda tag: dicom_value(uids[0], tag))
    return classify(header, manufacturer(header), name, name)


def _of_sequence(node: slicer.vtkMRMLSequenceNode) -> tuple[list[Volume], ImageGrid]:
    count = node.GetNumberOfDataNodes()
    name, unit = node.GetIndexName() or "", node.GetIndexUnit() or ""
    index_values = [node.GetNthIndexValue(number) for number in range(count)]
    of_index = b_values_of_index(name, unit, index_values)
    b_values, source = of_index, f'index "{name}" of the sequence'
    if b_values is None:
        if not node.GetAttribute(LABELS):
            raise ImageError(
                f"Nothing tells the b-values of {node.GetName()}",
                needed=INDEX_WANTED,
                found=f'the index name "{name}" with the unit "{unit}", values {", ".join(index_values[:4]) or "none"}',
                todo="Change them in the module Sequences, or read the files on this page.",
            )
        b_values, source = _labelled(node, count), _label_source(node)
    volumes, grid = [], None
    for index, b_value in enumerate(b_values):
        frame = node.GetNthDataNode(index)
        here = grid_of(frame)
        if grid is not None and not here.same_as(grid):
            raise ImageError(
                f"The frames of {node.GetName()} lie on different voxels",
                needed=grid.text(),
                found=here.difference(grid),
            )
        grid = grid or here
        volumes.append(Volume(array_of(frame), b_value, source))
    if grid is None:
        raise ImageError(f"The sequence {node.GetName()} is empty", needed="images", found="none")
    return volumes, grid


def _of_components(node: slicer.vtkMRMLVolumeNode, array: np.ndarray) -> tuple[list[Volume], ImageGrid]:
    b_values = _labelled(node, array.shape[-1])
    source = _label_source(node)
    return [Volume(np.ascontiguousarray(array[..., n]), b, source) for n, b in enumerate(b_values)], grid_of(
        node
    )


def _labelled(node: slicer.vtkMRMLNode, count: int) -> list[float]:
    labels, tag = node.GetAttribute(LABELS), node.GetAttribute(TAG_NAME) or ""
    b_values = b_values_of_labels(labels, tag) if labels else None
    if b_values is None:
        todo = (
            "Load a NRRD file as a sequence, or read the file on this page: as a volume it lost its b-values."
        )
        raise _unknown(node, "frame labels that are b-values", todo)
    if len(b_values) != count:
        raise ImageError(
            f"The b-values of {node.GetName()} do not fit its images",
            needed=f"{count} frame labels",
            found=f"{len(b_values)}",
        )
    return b_values


def _label_source(node: slicer.vtkMRMLNode) -> str:
    return f"frame labels in the scene ({node.GetAttribute(TAG_NAME)})"


def _of_gradients(node: slicer.vtkMRMLDiffusionWeightedVolumeNode) -> tuple[list[Volume], ImageGrid]:
    array, volumes = array_of(node), []
    for index in range(node.GetNumberOfGradients()):
        direction = triple(node.GetDiffusionGradient(index))
        image = np.ascontiguousarray(array[..., index])
        volumes.append(Volume(image, float(node.GetBValue(index)), "diffusion-weighted volume", direction))
    return volumes, grid_of(node)


def _adc_units(node: slicer.vtkMRMLVolumeNode, value: DicomValue | None) -> tuple[str, ...]:
    uids = (node.GetAttribute("DICOM.instanceUIDs") or "").split()
    if value is None or not uids:
        return ()
    header = DatabaseHeader(lambda tag: value(uids[0], tag))
    return adc_units(manufacturer(header), f"{header.text(SERIES_DESCRIPTION)} {node.GetName() or ''}")


def _unknown(
    node: slicer.vtkMRMLNode, needed: str, todo: str = "Read the files on this page instead."
) -> ImageError:
    return ImageError(
        f"Nothing tells the b-values of {node.GetName()}", needed=needed, found="none", todo=todo
    )
