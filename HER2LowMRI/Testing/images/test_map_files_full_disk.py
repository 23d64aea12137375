"""Maps on a disk that runs full: the command says so, and the maps that were there before are still there."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files import verified_write
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.map_files import read_maps, write_maps

resource = pytest.importorskip("resource", reason="the size of files cannot be limited on this system")

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
GRID = ImageGrid((40, 36, 12), (1.5, 1.5, 4.0))
LIBRARY = Path(__file__).parents[2]


def maps_of(seed):
    rng = np.random.default_rng(seed)
    s0, d, k = (
        rng.uniform(500, 1500, GRID.shape),
        rng.uniform(0.8, 1.8, GRID.shape),
        rng.uniform(0.3, 1, GRID.shape),
    )
    x = [b / 1000 for b in B_VALUES]
    return fit_maps([s0 * np.exp(-b * d + b * b * d * d * k / 6) for b in x], B_VALUES)


def hashes(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def nifti(folder, seed):
    import SimpleITK as sitk

    rng = np.random.default_rng(seed)
    d = rng.uniform(0.8, 1.8, GRID.shape)
    volumes = [GRID.to_sitk((1000 * np.exp(-b / 1000 * d)).astype(np.int16)) for b in B_VALUES]
    sitk.WriteImage(sitk.JoinSeries(volumes), str(folder / "dwi.nii.gz"))
    (folder / "dwi.bval").write_text("0 800 1400 2000")
    return folder / "dwi.nii.gz"


@pytest.mark.parametrize("limit", [0, 100, 30_000, 69_000])
def test_the_command_fails_where_the_disk_is_full_and_leaves_the_old_maps(tmp_path, limit):
    """Each float map has 69,120 bytes of voxels and a header of some hundred."""
    command = [
        sys.executable,
        "-m",
        "HER2LowMRILib",
        "maps",
        str(nifti(tmp_path, 1)),
        "--quiet",
        "--out",
        "maps",
    ]
    environment = os.environ | {"PYTHONPATH": str(LIBRARY), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True)
    before = hashes(tmp_path / "maps")
    nifti(tmp_path, 2)
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert run.returncode != 0 and run.stdout == ""
    assert "was not saved" in run.stderr and run.stderr.count("\n") == 1
    assert str(tmp_path) not in run.stderr
    assert hashes(tmp_path / "maps") == before


def test_of_a_new_folder_nothing_is_left_behind(tmp_path, monkeypatch):
    def full(path, pieces):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(verified_write, "_write_pieces", full)
    with pytest.raises(StudyError, match="No space left"):
        write_maps(maps_of(1), GRID, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spoiled", ["ADC.nrrd", "D_app.nrrd", "K_app.nrrd", "fit_quality.nrrd", "maps.json"])
@pytest.mark.parametrize("cut", [0, 1, 5000])
def test_a_file_that_does_not_read_back_is_not_kept(tmp_path, monkeypatch, spoiled, cut):
    """A disk or share that takes the bytes without an error, and has lost some of them."""
    write_maps(maps_of(1), GRID, tmp_path)
    before = hashes(tmp_path)
    write = verified_write._write_pieces

    def losing(path, pieces):
        write(path, pieces)
        if path.name.startswith(f".{spoiled}."):
            content = path.read_bytes()
            kept = content[: len(content) - min(cut, len(content))]
            path.write_bytes(kept if cut else content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])

    monkeypatch.setattr(verified_write, "_write_pieces", losing)
    with pytest.raises(StudyError, match=f"{spoiled} was not saved: the disk gave back other bytes"):
        write_maps(maps_of(2), GRID, tmp_path)
    assert hashes(tmp_path) == before


def test_what_is_written_is_read_by_itk_too(tmp_path):
    import SimpleITK as sitk

    turn = np.radians(25)
    oblique = ImageGrid(
        GRID.size_ijk,
        (1.3, 1.7, 4.1),
        (3.25, -7.125, 11.0),
        (np.cos(turn), -np.sin(turn), 0, np.sin(turn), np.cos(turn), 0, 0, 0, 1),
    )
    maps = maps_of(3)
    files = write_maps(maps, oblique, tmp_path)
    image = sitk.ReadImage(str(files["k_app"]))
    assert np.array_equal(sitk.GetArrayFromImage(image), maps.k_app)
    assert ImageGrid.from_sitk(image).same_as(oblique, 1e-9)
    assert image.GetMetaData("HER2LowMRI.quantity") == "k_app"
    assert read_maps(tmp_path)[1].same_as(oblique, 1e-9)
