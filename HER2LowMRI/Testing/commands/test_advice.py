"""Advice names no option that the command does not have, wherever the error comes from."""

import argparse
import ast
import re
from pathlib import Path

import HER2LowMRILib
import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import COMMANDS, main, parser
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import write_voi
from images.vendor_series import B_VALUES, ge_adc, public, put_pixels, save

LIBRARY = Path(HER2LowMRILib.__file__).parent
SHARED = [
    *(LIBRARY / "images").rglob("*.py"),
    *(LIBRARY / "core").rglob("*.py"),
    LIBRARY / "workflow" / "compute_maps.py",
]


def options_of(command):
    found = set()

    def walk(node):
        for action in node._actions:
            found.update(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                for choice in action.choices.values():
                    walk(choice)

    top = parser(command)
    walk(next(a for a in top._actions if isinstance(a, argparse._SubParsersAction)).choices[command])
    return found


def arguments_of_errors():
    """Every keyword argument of what is raised in the rooms that all commands and the panel share."""
    for file in SHARED:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg in ("todo", "needed", "found", "option"):
                        texts = [
                            part.value
                            for part in ast.walk(keyword.value)
                            if isinstance(part, ast.Constant) and isinstance(part.value, str)
                        ]
                        yield file.name, keyword.arg, "".join(texts)


def test_no_message_of_a_shared_room_names_an_option():
    seen = list(arguments_of_errors())
    assert len(seen) > 200
    assert [one for one in seen if one[1] != "option" and re.search(r"--[a-z]", one[2])] == []


def test_every_option_that_an_error_advises_is_one_of_a_command():
    known = set().union(*map(options_of, COMMANDS))
    advised = {
        re.match(r"--[a-z0-9]+(-[a-z0-9]+)*", text).group()
        for _, name, text in arguments_of_errors()
        if name == "option"
    }
    assert {"--b-values", "--series", "--adc-b", "--adc-unit"} <= advised <= known


@pytest.fixture
def wrong_order(tmp_path):
    return save(public((0.0, 0.8, 1.4)), tmp_path / "dwi")


def said_by(capsys, arguments):
    assert main(list(map(str, arguments))) == 1
    return capsys.readouterr().err.splitlines()[-1]


def test_maps_names_its_options(tmp_path, capsys, wrong_order):
    assert said_by(capsys, ["maps", wrong_order, "--out", tmp_path / "out"]).endswith(
        "(--b-values 0,800,1400)"
    )
    twice = public()
    for ds in public():
        ds.SeriesInstanceUID, ds.SeriesNumber = "2.25.7", 102
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.7.{ds.InstanceNumber}"
        ds.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "DIS2D"]
        twice.append(ds)
    folder = save(twice, tmp_path / "twice")
    assert said_by(capsys, ["maps", folder, "--out", tmp_path / "out"]).endswith("or choose it (--series)")
    lowest = save(public((50.0, *B_VALUES[1:])), tmp_path / "lowest")
    assert said_by(capsys, ["maps", lowest, "--out", tmp_path / "out"]).endswith("(--adc-b 50,2000)")


def test_the_study_does_not_name_the_options_of_maps(tmp_path, capsys, wrong_order):
    study = tmp_path / "study"
    main(["study", "init", str(study), "--title", "T", "--readers", "r1,r2"])
    table = tmp_path / "cases.csv"
    table.write_text(f"case_id,dwi\nC1,{wrong_order}\n")
    capsys.readouterr()
    main(["study", "add", str(study), str(table)])
    main(["study", "check", str(study), "--images"])
    said = "".join(capsys.readouterr())
    assert "not in s/mm2" in said
    named = set(re.findall(r"--[a-z][a-z-]+", said))
    assert named <= options_of("study")


def test_features_takes_the_unit_that_it_asks_for(tmp_path, capsys):
    datasets = ge_adc()
    for ds in datasets:
        ds.SeriesDescription = "Average DC"
        put_pixels(ds, np.full((ds.Rows, ds.Columns), 800))
    folder = save(datasets, tmp_path / "adc")
    from HER2LowMRILib.images.intake import read_adc

    grid = read_adc([folder], unit="1e-6 mm2/s").grid
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": np.ones(grid.shape, bool)}, grid)
    command = ["features", "--adc", folder, "--voi", tmp_path / "voi.seg.nrrd"]
    assert said_by(capsys, command).endswith('(--adc-unit "1.4652e-12 m2/s")')
    out = tmp_path / "row.csv"
    assert main([*map(str, command), "--adc-unit", "1.4652e-12 m2/s", "--out", str(out)]) == 0
    header, row = out.read_text(encoding="utf-8-sig").splitlines()
    mean = float(row.split(",")[header.split(",").index("ADC_mean")])
    assert mean == pytest.approx(0.8 * 1.4652, rel=1e-5)


def test_maps_without_the_unit_option_does_not_name_it(tmp_path, capsys):
    image = sitk.GetImageFromArray(np.full((4, 5, 6), 30.0, np.float32))
    sitk.WriteImage(image, str(tmp_path / "adc.nrrd"))
    grid = ImageGrid((6, 5, 4), (1, 1, 1), (0, 0, 0))
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": np.ones((4, 5, 6), bool)}, grid)
    said = said_by(capsys, ["features", "--adc", tmp_path / "adc.nrrd", "--voi", tmp_path / "voi.seg.nrrd"])
    assert said.endswith("(--adc-unit)")
