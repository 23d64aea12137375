"""Images in the scene are told apart by the same rules as those of files: by their DICOM headers and names."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.mrml.diffusion_nodes import adc_of_node, volumes_of_node
from HER2LowMRILib.mrml.volumes import add_volume

UID = "2.25.1"
MAKERS = {
    "United Imaging": ("UIH", {"0065,0010": "Image Private Header", "0065,1009": "800"}),
    "Siemens": ("Siemens Healthineers", {"0019,0010": "SIEMENS MR HEADER", "0019,100c": "800"}),
    "GE": ("GE MEDICAL SYSTEMS", {"0043,0010": "GEMS_PARM_01", "0043,1039": "1000000800\\8\\0\\0"}),
    "Philips": ("Philips", {"2001,0010": "Philips Imaging DD 001", "2001,1003": "800"}),
    "United Imaging, moved": ("UIH", {"0065,0010": "X", "0065,0011": "Image Private Header", "0065,1109": "800"}),
    "Canon": ("CANON_MEC", {"0020,4000": "b=800(0.445,0.000,0.895)"}),
    "the standard": ("Somebody", {"0018,9087": "800"}),
}  # fmt: skip


def node_of(scene, grid, name, value=1200.0, header=None):
    """A volume as Slicer loads it, and what the DICOM database says of its only file."""
    node = add_volume(scene, np.full(grid.shape, value, np.float32), grid, name, "adc")
    node.SetName(name)
    if header is None:
        return node, None
    node.SetAttribute("DICOM.instanceUIDs", UID)
    return node, lambda uid, tag: header.get(tag, "") if uid == UID else ""


@pytest.mark.parametrize(
    "name", ["eADC", "Exponential ADC", "5: eADC b800", "exp ADC", "Exponential Apparent Diffusion"]
)
@pytest.mark.parametrize(
    "image_type", [None, "DERIVED\\SECONDARY\\OTHER", "DERIVED\\PRIMARY\\DIFFUSION\\ADC"]
)
def test_an_exponential_adc_map_is_neither_the_adc_map_nor_an_image(scene, oblique_grid, name, image_type):
    header = None if image_type is None else {"0008,0008": image_type, "0018,9087": "800"}
    node, look_up = node_of(scene, oblique_grid, name, 0.35, header)
    assert adc_of_node(node, look_up) is None
    with pytest.raises(ImageError, match="exponential ADC map"):
        volumes_of_node(node, look_up)


@pytest.mark.parametrize(
    "name", ["ADC", "ADC_map", "adc_0_800", "ADC1000", "6: Apparent Diffusion Coefficient", "rADC"]
)
def test_an_adc_map_is_found_by_any_name(scene, oblique_grid, name):
    node, look_up = node_of(scene, oblique_grid, name)
    found = adc_of_node(node, look_up)
    assert np.allclose(found.array, 1.2)
    assert "please check" in found.warnings[0]


def test_an_adc_map_is_found_by_its_image_type(scene, oblique_grid):
    header = {"0008,0008": "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND", "0008,103e": "ep2d_diff"}
    node, look_up = node_of(scene, oblique_grid, "30: ep2d_diff", header=header)
    assert np.allclose(adc_of_node(node, look_up).array, 1.2)


@pytest.mark.parametrize("maker", MAKERS)
def test_every_makers_b_value_is_found_in_the_database(scene, oblique_grid, maker):
    manufacturer, elements = MAKERS[maker]
    header = {"0008,0070": manufacturer, "0008,0008": "ORIGINAL\\PRIMARY\\M", **elements}
    node, look_up = node_of(scene, oblique_grid, "7: dwi", header=header)
    (volume,), _ = volumes_of_node(node, look_up)
    assert volume.b_value == 800
    assert "name of the volume" not in volume.source


def test_two_b_values_that_differ_are_refused(scene, oblique_grid):
    header = {
        "0008,0070": "UIH",
        "0018,9087": "800",
        "0065,0010": "Image Private Header",
        "0065,1009": "1400",
    }
    node, look_up = node_of(scene, oblique_grid, "dwi", header=header)
    with pytest.raises(ImageError, match="two different b-values"):
        volumes_of_node(node, look_up)


@pytest.mark.parametrize("name", ["cDWI_b2000", "calc b2000", "synthetic b2000", "sDWI b2000", "SYN: b2000"])
def test_a_computed_b_value_is_not_taken_as_measured(scene, oblique_grid, name):
    node, _ = node_of(scene, oblique_grid, name)
    with pytest.raises(ImageError, match="synthetic b-value"):
        volumes_of_node(node)
    node, look_up = node_of(
        scene, oblique_grid, name, header={"0008,0008": "ORIGINAL\\PRIMARY\\OTHER", "0018,9087": "2000"}
    )
    with pytest.raises(ImageError, match=r"was measured cannot be told.*ORIGINAL"):
        volumes_of_node(node, look_up)


@pytest.mark.parametrize("name", ["AI b2000", "iDWI b2000", "xdwi_b=2000", "ai dwi b2k", "CBV2000 b2000"])
@pytest.mark.parametrize("image_type", ["", "ORIGINAL\\PRIMARY\\OTHER", "DERIVED\\SECONDARY"])
def test_a_word_that_nobody_knows_is_asked_about(scene, oblique_grid, name, image_type):
    header = {"0008,0008": image_type, "0018,9087": "2000"} if image_type else None
    node, look_up = node_of(scene, oblique_grid, name, **({"header": header} if header else {}))
    with pytest.raises(ImageError, match=r'was measured cannot be told.*may be a word for "computed"'):
        volumes_of_node(node, look_up if header else None)


@pytest.mark.parametrize(
    ("name", "b"), [("DWI b800", 800), ("5: dwi_b1k", 1000), ("b=50", 50), ("x_b15", 15)]
)
def test_the_name_is_the_last_resort_and_said(scene, oblique_grid, name, b):
    node, _ = node_of(scene, oblique_grid, name)
    (volume,), _ = volumes_of_node(node)
    assert volume.b_value == b
    assert "name of the volume: check it" in volume.source


@pytest.mark.parametrize("name", ["DWI", "ep2d_diff_b50_800", "b800_b1400"])
def test_a_name_without_one_b_value_is_not_used(scene, oblique_grid, name):
    node, _ = node_of(scene, oblique_grid, name)
    with pytest.raises(ImageError, match="Nothing tells the b-values"):
        volumes_of_node(node)


def test_a_sequence_of_computed_b_values_is_not_taken_as_measured(scene, oblique_grid):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "40: ep2d_diff_cDWI")
    sequence.SetAttribute("MultiVolume.FrameLabels", "0,2000")
    sequence.SetAttribute("MultiVolume.FrameIdentifyingDICOMTagName", "Siemens.B-value")
    for index in range(2):
        node, _ = node_of(scene, oblique_grid, f"frame {index}")
        sequence.SetDataNodeAtValue(node, str(index))
    with pytest.raises(ImageError, match="synthetic b-value"):
        volumes_of_node(sequence)
    sequence.SetName("40: ep2d_diff_b0_2000_calc3000")
    assert [volume.b_value for volume in volumes_of_node(sequence)[0]] == [0, 2000]


def sequence_of(scene, grid, name, unit, values):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "diffusion")
    sequence.SetIndexName(name)
    sequence.SetIndexUnit(unit)
    for value in values:
        node, _ = node_of(scene, grid, f"frame {value}")
        sequence.SetDataNodeAtValue(node, value)
    return sequence


@pytest.mark.parametrize(
    ("name", "unit"), [("b", "s/mm2"), ("b", "s/mm^2"), ("B", "s/mm²"), ("b-value", ""), ("b value", "s/mm2")]
)
def test_a_sequence_whose_index_is_the_b_value_is_read(scene, oblique_grid, name, unit):
    sequence = sequence_of(scene, oblique_grid, name, unit, ["0", "800", "1400.5", "2000"])
    volumes, _ = volumes_of_node(sequence)
    assert [volume.b_value for volume in volumes] == [0, 800, 1400.5, 2000]
    assert f'index "{name}" of the sequence' in volumes[0].source


@pytest.mark.parametrize(
    ("name", "unit", "values"),
    [
        ("time", "s", ["0", "800"]),
        ("b", "", ["0", "800"]),
        ("b", "mT", ["0", "800"]),
        ("b", "s/mm2", ["low", "high"]),
        ("frame", "", ["0", "1"]),
    ],
)
def test_a_sequence_with_another_index_is_told_what_is_expected(scene, oblique_grid, name, unit, values):
    sequence = sequence_of(scene, oblique_grid, name, unit, values)
    with pytest.raises(ImageError, match=r'index name "b" with the unit "s/mm2"') as error:
        volumes_of_node(sequence)
    assert f'the index name "{name}" with the unit "{unit}"' in str(error.value)
