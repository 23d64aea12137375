"""Folders as converters leave them: the diffusion images are found, the rest is named, two sessions are asked about.

All images are synthetic.
"""

import bz2
import json
import os
import shutil
import struct
import time
import zipfile

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.dicom_object import header_of
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.images.intake.diffusion_files import companions, sort_image_files
from HER2LowMRILib.images.intake.image_files import read_image
from HER2LowMRILib.images.voi_files import read_voi
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.image_record import hash_images
from images.nifti_bytes import write_nifti, write_pair
from images.vendor_series import B_VALUES, SHAPE, adc, signal

GRID = ImageGrid(SHAPE[::-1], (1.5, 1.25, 4.5))
VOLUMES = [signal(b).astype(np.int16) for b in B_VALUES]
TABLE = "0 800 1400 2000"


def put(path, volumes=VOLUMES, table=None):
    """An image with its table of b-values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_nifti(path, volumes)
    if table is not None:
        path.with_name(path.name.split(".")[0] + ".bval").write_text(table)
    return path


def same_images(series):
    assert series.b_values == B_VALUES
    for array, volume in zip(series.signals, VOLUMES, strict=True):
        assert np.allclose(array, volume, rtol=1e-6)


def refused(*inputs, **options):
    with pytest.raises(HER2LowMRIError) as caught:
        read_dwi(list(inputs), **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---------------------------------------------------------------- dcm2niix
@pytest.mark.parametrize(
    "beside",
    [
        "6_dwi_ADC",
        "6_ADC_map",
        "rADC",
        "5_dwi_ADC_b0_b800",
        "7_dwi_FA",
        "3_t2_tse",
        "5_dwi_ph",
        "mask",
        "2_cDWI_b2000",
    ],
)
@pytest.mark.parametrize("json_too", [False, True])
def test_what_lies_beside_the_diffusion_images_is_left_out_and_named(tmp_path, beside, json_too):
    put(tmp_path / "P1" / "5_dwi.nii.gz", table=TABLE)
    has_table = beside in ("5_dwi_ph", "2_cDWI_b2000")
    put(tmp_path / "P1" / f"{beside}.nii.gz", [adc().astype(np.int16)], "2000" if has_table else None)
    if json_too:
        (tmp_path / "P1" / f"{beside}.json").write_text("{}")
        (tmp_path / "P1" / "5_dwi.json").write_text(
            '{"ImageType": ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]}'
        )
    series = read_dwi([tmp_path / "P1"])
    same_images(series)
    assert len(series.dropped) == 1
    assert beside not in series.dropped[0], "a file name may be a patient's"


@pytest.mark.parametrize("name", ["6_dwi_ADC", "ADC_map", "dwi_adc_0_800", "7_ep2d_diff_ADC", "unnamed"])
def test_the_adc_map_of_such_a_folder_is_found(tmp_path, name):
    put(tmp_path / "5_dwi.nii.gz", table=TABLE)
    put(tmp_path / f"{name}.nii.gz", [adc().astype(np.int16)])
    if name == "unnamed":
        # The name says nothing, but dcm2niix noted what the scanner said.
        (tmp_path / "unnamed.json").write_text(
            json.dumps({"ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]})
        )
    found = read_adc([tmp_path])
    assert np.median(found.array) == pytest.approx(np.median(adc()) / 1000, rel=1e-3)


def test_a_table_says_more_than_a_word_in_the_name(tmp_path):
    """A patient, a folder or a protocol may have adc in its name."""
    put(tmp_path / "MacADC_dwi.nii.gz", table=TABLE)
    same_images(read_dwi([tmp_path]))


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_several_files_with_tables_are_one_examination(tmp_path, parts):
    """One series per b-value, each with b 0 of its own, as converters write them."""
    for b in B_VALUES[1:parts]:
        put(tmp_path / f"dwi_b{b:g}.nii.gz", [VOLUMES[0], VOLUMES[B_VALUES.index(b)]], f"0 {b:g}")
    if parts == 2:
        put(tmp_path / "x.nii.gz", VOLUMES[2:], "1400 2000")
    elif parts == 3:
        put(tmp_path / "x.nii.gz", VOLUMES[3:], "2000")
    series = read_dwi([tmp_path])
    same_images(series)
    assert series.form.startswith("NIfTI")


@pytest.mark.parametrize("table", ["0", "0 0 0", "0 5", "0\n0"])
def test_b_0_of_the_other_phase_encoding_is_left_out(tmp_path, table):
    put(tmp_path / "dwi.nii.gz", table=TABLE)
    count = len(table.split())
    put(tmp_path / "dwi_b0_PA.nii.gz", [np.roll(VOLUMES[0], 3, axis=1)] * count, table)
    series = read_dwi([tmp_path])
    same_images(series)
    assert "b 0 only" in series.dropped[0]


# ---------------------------------------------------------------- FSL
@pytest.mark.parametrize(
    "names", [("bvals", "bvecs"), ("bval", "bvec"), ("bvals.txt", "bvecs.txt"), ("BVALS", "BVECS")]
)
@pytest.mark.parametrize("image", ["data.nii.gz", "dwi.nii", "P17_eddy.nii.gz"])
def test_fsl_keeps_its_tables_under_names_of_their_own(tmp_path, names, image):
    put(tmp_path / image)
    put(tmp_path / "nodif_brain_mask.nii.gz", [np.ones(SHAPE, np.uint8)])
    (tmp_path / names[0]).write_text(TABLE)
    (tmp_path / names[1]).write_text("0 0 0 0\n" * 3)
    same_images(read_dwi([tmp_path / image]))
    same_images(read_dwi([tmp_path]))
    assert {file.name for file in companions(tmp_path / image)} == set(names)


def test_of_two_series_the_tables_belong_to_the_one_called_data(tmp_path):
    put(tmp_path / "data.nii.gz")
    put(tmp_path / "other.nii.gz", [VOLUMES[0]] * 4)
    (tmp_path / "bvals").write_text(TABLE)
    same_images(read_dwi([tmp_path]))
    assert "b-values are not known" in refused(tmp_path / "other.nii.gz")


def test_a_table_of_its_own_goes_before_a_shared_one(tmp_path):
    put(tmp_path / "data.nii.gz", table=TABLE)
    (tmp_path / "bvals").write_text("0 1 2 3")
    same_images(read_dwi([tmp_path]))


@pytest.mark.parametrize("suffixes", [(".bval", ".bvec"), (".bvals", ".bvecs"), (".BVAL", ".BVEC")])
def test_tables_are_named_after_the_image(tmp_path, suffixes):
    path = put(tmp_path / "Dwi.nii.gz")
    (tmp_path / f"Dwi{suffixes[0]}").write_text(TABLE)
    (tmp_path / f"Dwi{suffixes[1]}").write_text("0 0 0 0\n" * 3)
    same_images(read_dwi([path]))


# ---------------------------------------------------------------- BIDS
def bids(root, subject="01", session="", run="", direction="", table=TABLE, volumes=VOLUMES):
    parts = [f"sub-{subject}", f"ses-{session}" * bool(session)]
    name = "_".join(
        p for p in (*parts, f"dir-{direction}" * bool(direction), f"run-{run}" * bool(run), "dwi") if p
    )
    folder = root.joinpath(*filter(None, parts), "dwi")
    return put(folder / f"{name}.nii.gz", volumes, table)


def test_a_bids_subject_is_read(tmp_path):
    bids(tmp_path)
    put(tmp_path / "sub-01" / "anat" / "sub-01_T2w.nii.gz", [VOLUMES[0]])
    same_images(read_dwi([tmp_path / "sub-01"]))


@pytest.mark.parametrize(
    "other",
    [
        {"session": "2"},
        {"session": "20250101"},
        {"subject": "02", "session": "1"},
        {"session": "1", "direction": "PA"},
        {"session": "followup"},
    ],
)
def test_two_sessions_patients_or_directions_are_asked_about(tmp_path, other):
    first = bids(tmp_path, session="1", direction="AP" if "direction" in other else "")
    bids(tmp_path, **other)
    message = refused(tmp_path)
    assert "2 patients" in message or "2 sessions" in message or "2 phase-encoding directions" in message
    assert not any(text in message for text in ("2025", "followup", "sub-"))
    same_images(read_dwi([first]))


def test_runs_of_one_session_are_repetitions(tmp_path):
    bids(tmp_path, session="1", run="1")
    bids(tmp_path, session="1", run="2")
    series = read_dwi([tmp_path])
    assert series.averages == (2, 2, 2, 2)


@pytest.mark.parametrize(
    "place", ["dwi.bval", "sub-01/sub-01_dwi.bval", "sub-01/ses-1/sub-01_ses-1_dwi.bval"]
)
def test_a_table_in_a_folder_above_holds_for_the_files_below(tmp_path, place):
    """The inheritance principle of BIDS."""
    path = bids(tmp_path, session="1", table=None)
    (tmp_path / place).write_text(TABLE)
    (tmp_path / "sub-02_dwi.bval").write_text("0 1 2 3")
    same_images(read_dwi([path]))
    assert companions(path) == ((tmp_path / place).absolute(),)


# ---------------------------------------------------------------- other forms
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dwi.PAR", ("PAR/REC", "dcm2niix")),
        ("dwi.rec", ("PAR/REC", "dcm2niix")),
        ("dwi.mif", ("MRtrix", "mrconvert")),
        ("dwi.mif.gz", ("MRtrix", "mrconvert")),
        ("P1.zip", ("packed folder", "Unpack")),
        ("P1.7z", ("packed folder", "Unpack")),
        ("P1.tar.gz", ("packed folder", "Unpack")),
        ("dwi.nii.bz2", ("bzip2", "bunzip2")),
        ("dwi.mgz", ("FreeSurfer", "mri_convert")),
        ("dwi+orig.BRIK", ("AFNI", "3dAFNItoNIFTI")),
        ("dwi.mnc", ("MINC", "mnc2nii")),
        ("scan.png", ("picture", "dcm2niix")),
    ],
)
@pytest.mark.parametrize("in_folder", [False, True])
def test_a_form_that_is_not_read_is_called_by_its_name_with_what_to_do(tmp_path, name, words, in_folder):
    (tmp_path / name).write_bytes(b"# some other content\n" * 20)
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a", "b")
    message = refused(tmp_path if in_folder else tmp_path / name)
    assert all(word in message for word in words), message


def test_a_nrrd_file_packed_with_bzip2_is_refused_by_name(tmp_path):
    header = b"NRRD0004\ntype: short\ndimension: 3\nsizes: 20 24 5\nencoding: bzip2\nendian: little\n\n"
    (tmp_path / "a.nrrd").write_bytes(header + bz2.compress(VOLUMES[0].tobytes()))
    message = refused(tmp_path / "a.nrrd", b_values=(0,))
    assert "bzip2" in message and "gzip" in message


# ---------------------------------------------------------------- what is not a file, and what claims too much
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["dwi.nrrd", "dwi.nii.gz", "IM0001"])
@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_pipes_and_devices_are_not_waited_for(tmp_path, name, kind):
    path = tmp_path / name
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert "regular file" in refused(path)
    put(tmp_path / "good" / "series.nii.gz", table=TABLE)
    shutil.move(path, tmp_path / "good")
    same_images(read_dwi([tmp_path / "good"]))


@pytest.mark.parametrize(
    "header",
    [
        "NRRD0004\ntype: short\ndimension: 3\nsizes: 20 24 5\nencoding: raw\nendian: little\ndata file: {}\n\n",
        "ObjectType = Image\nNDims = 3\nDimSize = 20 24 5\nElementType = MET_SHORT\nElementDataFile = {}\n",
    ],
    ids=["nhdr", "mhd"],
)
@pytest.mark.parametrize(
    "place",
    ["/dev/zero", "../outside.raw", "link.raw", "/etc/passwd", "folder/x.raw", "%03d.raw 1 5 1", "LIST"],
)
def test_a_header_reaches_no_file_outside_its_folder(tmp_path, header, place):
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "outside.raw").write_bytes(VOLUMES[0].tobytes())
    (folder / "link.raw").symlink_to(tmp_path / "outside.raw")
    (folder / "folder").symlink_to(tmp_path)
    path = folder / ("a.nhdr" if header.startswith("NRRD") else "a.mhd")
    path.write_text(header.format(place))
    message = refused(path, b_values=(0,))
    assert "outside its folder" in message or "several files" in message
    assert str(tmp_path) not in message


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
def test_a_detached_header_beside_its_voxels_is_read(tmp_path, suffix):
    sitk.WriteImage(GRID.to_sitk(VOLUMES[0]), str(tmp_path / f"a{suffix}"))
    image = read_image(tmp_path / f"a{suffix}")
    assert np.array_equal(image.volumes[0], VOLUMES[0])
    assert [file.suffix for file in companions(tmp_path / f"a{suffix}")] == [".raw"]


@pytest.mark.parametrize("suffix", [".nrrd", ".mha", ".nii.gz"])
def test_many_small_files_that_claim_much_together_are_refused(tmp_path, suffix):
    volume = np.zeros((40, 1000, 1000), np.uint8)
    volume[::10, 400:600, 400:600] = 100
    for n in range(3):
        if suffix == ".nii.gz":
            put(tmp_path / f"a{n}.nii.gz", [volume])
        else:
            sitk.WriteImage(
                sitk.GetImageFromArray(volume), str(tmp_path / f"a{n}{suffix}"), useCompression=True
            )
    paths = sorted(tmp_path.glob(f"*{suffix}"))
    assert sum(path.stat().st_size for path in paths) < 10**6
    assert "memory" in refused(*paths, b_values=(0, 800, 2000))


def test_a_pair_counts_once(tmp_path):
    path = write_pair(tmp_path, "dwi", VOLUMES)
    assert sort_image_files(sorted(tmp_path.iterdir())).diffusion == (path,)
    assert companions(path) == (path.with_suffix(".img"),)
    assert companions(path.with_suffix(".img")) == (path,)


# ---------------------------------------------------------------- computed b-values
COMPUTED = [
    "cDWI_b2000",
    "5_calc_b2000",
    "compDWI2000",
    "dwi_synth_b2000",
    "SYN_b2000",
    "c-dwi_b2000",
    "computed_b2000",
]


@pytest.mark.parametrize("name", COMPUTED)
def test_a_file_that_was_computed_is_refused_where_it_is_named(tmp_path, name):
    paths = [put(tmp_path / f"b{b:g}.nii.gz", [VOLUMES[n]]) for n, b in enumerate((0, 800, 1400))]
    paths.append(put(tmp_path / f"{name}.nii.gz", [VOLUMES[3]]))
    message = refused(*paths, b_values=B_VALUES)
    assert "computed from other images" in message and name not in message


@pytest.mark.parametrize("name", COMPUTED)
def test_a_file_that_was_computed_is_left_out_of_a_folder(tmp_path, name):
    put(tmp_path / "dwi.nii.gz", VOLUMES[:3], "0 800 1400")
    put(tmp_path / f"{name}.nii.gz", [VOLUMES[3]], "2000")
    series = read_dwi([tmp_path])
    assert series.b_values == (0, 800, 1400)
    assert "computed" in series.dropped[0]


def test_a_protocol_named_after_all_that_comes_out_of_it_has_measured_images_too(tmp_path):
    put(tmp_path / "diff_b50_800_calc1500.nii.gz", [VOLUMES[0], VOLUMES[1], VOLUMES[2]], "0 800 1400")
    assert read_dwi([tmp_path]).b_values == (0, 800, 1400)
    put(tmp_path / "diff_b50_800_calc1500.nii.gz", [VOLUMES[0], VOLUMES[1], VOLUMES[2]], "0 800 1500")
    assert "computed from other images" in refused(tmp_path)


@pytest.mark.parametrize("place", ["bvals", "../dwi.bval"])
def test_tables_that_lie_elsewhere_belong_to_the_recorded_images(tmp_path, place):
    """FSL's bvals, and a BIDS table in the folder above, decide every number as the voxels do."""
    path = tmp_path / "sub-1" / "dwi" / "sub-1_dwi.nii.gz"
    put(path)
    table = (path.parent / place).resolve()
    table.write_text(TABLE)
    images = CaseImages(dwi=(path,)), CaseImages(dwi=(path.parent,))
    before = [hash_images(one) for one in images]
    table.write_text("0 800 1500 2000")
    assert all(hash_images(one)["dwi"] != old["dwi"] for one, old in zip(images, before, strict=True))


@pytest.mark.parametrize("size", [1_000, 10_000_000, 20 * 2**30], ids=["1 kB", "10 MB", "20 GiB"])
@pytest.mark.parametrize(
    "read", [read_dwi, read_adc, lambda one: header_of(one[0])], ids=["dwi", "adc", "header"]
)
def test_a_header_of_zeros_does_not_keep_anybody_waiting(tmp_path, size, read):
    """A parser takes every eight of them for an element."""
    with (tmp_path / "IM1").open("wb") as stream:
        stream.write(bytes(128) + b"DICM")
        stream.truncate(size)
    start = time.monotonic()
    with pytest.raises(HER2LowMRIError):
        read([tmp_path / "IM1"])
    assert time.monotonic() - start < 5


def test_a_header_without_an_end_is_refused(tmp_path):
    element = struct.pack("<HH2sH", 0x0009, 0x1001, b"LO", 60000) + b"x" * 60000
    content = bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, 26)
    content += struct.pack("<HH2sH", 2, 0x10, b"UI", 18) + b"1.2.840.10008.1.2\0" + b""
    (tmp_path / "IM1").write_bytes(content + element * 1200)
    for read in (lambda: read_dwi([tmp_path / "IM1"]), lambda: header_of(tmp_path / "IM1")):
        with pytest.raises(HER2LowMRIError):
            read()


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.png", "a.zip", "a.mif", "a"])
def test_a_file_of_another_kind_is_no_voi(tmp_path, name):
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(HER2LowMRIError) as caught:
        read_voi(tmp_path / name, GRID)
    assert f"{name} is " in str(caught.value) and "NRRD" in str(caught.value)


@pytest.mark.parametrize("name", ["6_dwi_TRACEW", "dwi_trace", "6_dwi_iso"])
def test_a_trace_series_beside_the_series_of_its_directions_is_used(tmp_path, name):
    """Siemens exports both; dcm2niix writes a table for each."""
    b_values = [0.0] + [b for b in B_VALUES[1:] for _ in range(3)]
    directional = [signal(b, n % 3 if b else None).astype(np.float32) for n, b in enumerate(b_values)]
    put(tmp_path / "5_dwi.nii.gz", directional, " ".join(f"{b:g}" for b in b_values))
    axes = np.vstack([np.zeros(3), *[np.eye(3)] * 3])
    (tmp_path / "5_dwi.bvec").write_text("\n".join(" ".join(f"{v:g}" for v in row) for row in axes.T))
    put(tmp_path / f"{name}.nii.gz", [volume.astype(np.float32) for volume in VOLUMES], TABLE)
    series = read_dwi([tmp_path])
    assert series.b_values == B_VALUES and series.averages[1:] == (1, 1, 1)
    same_images(series)
    assert any("the trace image is used" in text for text in series.dropped)


def test_the_trace_of_another_scale_is_asked_about(tmp_path):
    b_values = [0.0, 800.0, 800.0, 800.0]
    directional = [signal(b, n % 3 if b else None).astype(np.float32) for n, b in enumerate(b_values)]
    put(tmp_path / "5_dwi.nii.gz", directional, "0 800 800 800")
    (tmp_path / "5_dwi.bvec").write_text("0 1 0 0\n0 0 1 0\n0 0 0 1")
    put(
        tmp_path / "6_dwi_TRACEW.nii.gz",
        [2 * volume.astype(np.float32) for volume in VOLUMES[1:3]],
        "800 1400",
    )
    assert "can be read in two ways" in refused(tmp_path)


def test_a_segmentation_named_as_an_image_is_called_what_it_is(tmp_path):
    sitk.WriteImage(GRID.to_sitk(VOLUMES[0].astype(np.uint8)), str(tmp_path / "voi.seg.nrrd"))
    assert "voi.seg.nrrd is a segmentation" in refused(tmp_path / "voi.seg.nrrd")
