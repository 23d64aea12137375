"""No command takes more than 2 GiB of memory, or 10 s without a word, whatever files of at most 10 MB it is given."""

import gzip
import json
import shutil
import struct
import zipfile
import zlib

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from commands.watched import needs_wait4, run_watched
from images.nifti_bytes import write_nifti
from images.vendor_series import public, save
from openpyxl import Workbook
from pydicom.dataset import FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, MRImageStorage, generate_uid
from study.made_up_study import MASS, made_up_study, read_case

LARGEST = 2 * 2**30
MOST_BYTES = 10_000_000
LONGEST_SILENCE_S = 10
pytestmark = needs_wait4


def header(sizes, encoding, more=""):
    return (
        f"NRRD0004\ntype: float\ndimension: {len(sizes)}\nsizes: {' '.join(map(str, sizes))}\nencoding: {encoding}\n"
        f"endian: little\nspace: left-posterior-superior\n{more}\n"
    ).encode()


def packed_zeros(count):
    """A gzip stream of that many zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(2**20)) for _ in range(count // 2**20)]
    return b"".join(parts) + packer.flush()


def packed_nrrd(folder):
    """9 MB that unpack to what the header says, 8 GB."""
    file = folder / "dwi.nrrd"
    directions = "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n"
    file.write_bytes(header((2048, 1024, 1000), "gzip", directions) + packed_zeros(2**33)[:9_000_000])
    return file


def many_segments(folder):
    """A segmentation of 255 segments, each as large as the image."""
    file = folder / "voi.seg.nrrd"
    lines = "".join(
        f"Segment{n}_ID:=s{n}\nSegment{n}_Name:=lesion {n}\nSegment{n}_Layer:={n}\nSegment{n}_LabelValue:=1\n"
        for n in range(255)
    )
    kinds = "kinds: list domain domain domain\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n"
    text = header((255, 512, 512, 120), "gzip", kinds + lines).replace(b"type: float", b"type: uint8")
    file.write_bytes(text + packed_zeros(255 * 512 * 512 * 30)[:9_000_000])
    return file


def packed_nifti(folder):
    """A NIfTI file of 9 MB with a 4D image of 12 GB."""
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 4, 1024, 1024, 300, 10, 1, 1, 1)
    struct.pack_into("<hh", head, 70, 16, 32)
    struct.pack_into("<8f", head, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", head, 108, 352)
    head[344:348] = b"n+1\0"
    file = folder / "dwi.nii.gz"
    file.write_bytes((gzip.compress(bytes(head)) + packed_zeros(2**32))[:9_000_000])
    (folder / "dwi.bval").write_text(" ".join(map(str, range(0, 2000, 200))))
    return file


def deflated_dicom(folder):
    """A deflated DICOM file whose few MB unpack to 4 GB."""
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = MRImageStorage
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.Modality = "MR"
    (folder / "dwi").mkdir()
    file = folder / "dwi" / "1.dcm"
    ds.save_as(file, enforce_file_format=True)
    body = file.read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    element = b"\x08\x00\x70\x00LO\x0a\x00BOMBBOMBBO"
    zeros = b"\xe0\x7f\x10\x00OW\x00\x00" + (2**32 - 2).to_bytes(4, "little")
    packed = packer.compress(element + zeros)
    packed += b"".join(packer.compress(bytes(2**20)) for _ in range(4095)) + packer.flush()
    start = body.index(b"DICM") + 4
    length = int.from_bytes(body[start + 8 : start + 12], "little")
    file.write_bytes(body[: start + 12 + length] + packed)
    return folder / "dwi"


def many_frames(folder):
    """An enhanced object that says a billion frames."""
    place = save(public(), folder / "dwi")
    for file in place.iterdir():
        ds = pydicom.dcmread(file)
        ds.NumberOfFrames, ds.Rows, ds.Columns = 10**6, 4096, 4096
        ds.save_as(file)
    return place


def long_bval(folder):
    write_nifti(folder / "dwi.nii.gz", [np.ones((2, 8, 8), np.float32)] * 2)
    (folder / "dwi.bval").write_text("0 800 " * (MOST_BYTES // 6 - 1000))
    return folder / "dwi.nii.gz"


IMAGES = {
    f.__name__.replace("_", " "): f
    for f in (packed_nrrd, packed_nifti, deflated_dicom, many_frames, long_bval)
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    study = made_up_study(tmp_path_factory.mktemp("memory") / "study", cases=2)
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS)
    return study.folder


def checked(arguments, folder, largest_input):
    assert largest_input <= MOST_BYTES, "no input is larger than what is promised for"
    ran = run_watched(arguments, folder / "settings")
    printed, peak = ran.printed, ran.peak
    assert ran.status in (0, 1, 2), printed[-500:]
    assert "Traceback" not in printed and "unexpected" not in printed, printed[-500:]
    assert str(folder) not in printed
    assert peak < LARGEST, f"{peak / 2**20:.0f} MiB: {printed[-300:]}"
    assert ran.silence_s <= LONGEST_SILENCE_S, f"{ran.silence_s:.1f} s without a word: {printed[-300:]}"
    print(f"1 commands {peak / 2**20:.0f} MiB at most, {ran.silence_s:.1f} s without a word")
    return printed


def size(place):
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


@pytest.mark.parametrize(
    "image", [name if name == "long bval" else pytest.param(name, marks=pytest.mark.full) for name in IMAGES]
)
def test_maps(tmp_path, image):
    place = IMAGES[image](tmp_path)
    checked(["maps", place, "--out", tmp_path / "out"], tmp_path, size(place))


@pytest.mark.full
@pytest.mark.parametrize("image", IMAGES)
def test_examination(tmp_path, image):
    place = IMAGES[image](tmp_path)
    checked(["examination", place], tmp_path, size(place))


@pytest.mark.full
@pytest.mark.parametrize("image", IMAGES)
def test_study_add(tmp_path, image):
    (tmp_path / "tree" / "P1").mkdir(parents=True)
    IMAGES[image](tmp_path / "tree" / "P1")
    checked(["study", "init", tmp_path / "study", "--title", "T", "--readers", "r1"], tmp_path, 0)
    checked(
        ["study", "add", tmp_path / "study", tmp_path / "tree", "--keep-names"],
        tmp_path,
        size(tmp_path / "tree"),
    )


@pytest.mark.full
def test_features_of_many_segments(tmp_path):
    sitk.WriteImage(
        sitk.GetImageFromArray(np.ones((120, 512, 512), np.float32)[:4]), str(tmp_path / "adc.nrrd")
    )
    voi = many_segments(tmp_path)
    checked(
        ["features", "--adc", tmp_path / "adc.nrrd", "--adc-unit", "1e-3 mm2/s", "--voi", voi],
        tmp_path,
        size(voi),
    )


def json_of(kind):
    if kind == "nested":
        return b"[" * 9_000_000
    if kind == "long list":
        return json.dumps(list(range(1_200_000))).encode()
    if kind == "many keys":
        return json.dumps({f"k{n}": n for n in range(500_000)}).encode()
    return b'{"a": "' + b"x" * 9_000_000 + b'"}'


OF_STUDY = (
    "study.json",
    "coordinator.json",
    "log.jsonl",
    "lexicon.json",
    "cases.csv",
    "hanging.json",
    "readers/r1/P1/reading.json",
    "readers/r1/P1/log.jsonl",
)


@pytest.mark.full
@pytest.mark.parametrize("kind", ["nested", "long list", "many keys", "long text"])
@pytest.mark.parametrize("file", OF_STUDY)
def test_a_large_file_of_a_study(finished, tmp_path, file, kind):
    folder = shutil.copytree(finished, tmp_path / "study")
    (folder / file).write_bytes(json_of(kind))
    for command in (["study", "check", folder], ["study", "status", folder]):
        checked(command, tmp_path, len(json_of(kind)))
    checked(["export", folder, "--out", tmp_path / "out", "--jobs", "1"], tmp_path, len(json_of(kind)))


def wide(folder):
    file = folder / "features.csv"
    file.write_text(",".join(f"c{n}" for n in range(700_000)) + "\n" + ",".join("1" * 700_000) + "\n")
    return file


def long(folder):
    file = folder / "features.csv"
    file.write_text("case_id,ADC_mean,her2_ihc\n" + "".join(f"P{n},1.0{n},2+\n" for n in range(480_000)))
    return file


def one_cell(folder):
    file = folder / "features.csv"
    file.write_text('case_id,ADC_mean\nP1,"' + "x" * 9_000_000 + '"\n')
    return file


def packed_workbook(folder):
    """A workbook of almost 10 MB whose one sheet unpacks to 4 GB."""
    book = Workbook()
    book.active.append(["case_id", "ADC_mean"])
    file = folder / "features.xlsx"
    book.save(file)
    out = folder / "bomb.xlsx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename.endswith("sheet1.xml"):
                row = b'<row><c t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c></row>"
                with target.open(entry.filename, "w", force_zip64=True) as stream:
                    stream.write(
                        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    )
                    for _ in range(1850):
                        stream.write(row * 2000)
                    stream.write(b"</sheetData></worksheet>")
            else:
                target.writestr(entry.filename, source.read(entry.filename))
    file.unlink()
    return out


TABLES = {f.__name__.replace("_", " "): f for f in (wide, long, one_cell, packed_workbook)}


@pytest.mark.full
@pytest.mark.parametrize("table", TABLES)
def test_tables(finished, tmp_path, table):
    file = TABLES[table](tmp_path)
    folder = shutil.copytree(finished, tmp_path / "study")
    for command in (
        ["analyze", file, "--out", tmp_path / "out"],
        ["study", "pathology", folder, file],
        ["study", "add", folder, file],
        ["study", "read", folder, "r1", file],
    ):
        checked(command, tmp_path, size(file))
