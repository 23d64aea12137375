"""One examination in every way DICOM can be written down: the same images come out. All files are synthetic."""

import struct
from pathlib import Path

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.intake.dicom_items import split_sequence
from HER2LowMRILib.images.intake.file_bytes import FileBytes
from HER2LowMRILib.images.intake.file_header import read_file_header
from images.vendor_series import B_VALUES, SIX_MAKERS, save, siemens_enhanced, siemens_trace, signal
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

PER_FRAME = 0x52009230


def with_undefined_lengths(dataset: Dataset, undefined: bool = True) -> None:
    """Write every sequence and item of the data set with a delimiter in place of its length."""
    for element in dataset:
        if element.VR == "SQ":
            element.is_undefined_length = undefined
            for item in element.value:
                item.is_undefined_length_sequence_item = undefined
                with_undefined_lengths(item, undefined)


def write(datasets: list[Dataset], folder: Path, syntax: str) -> Path:
    """Write the data sets in a transfer syntax."""
    for number, ds in enumerate(datasets):
        ds.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").byteswap().tobytes()
            dcmwrite(folder / f"{number}", ds, force_encoding=True, implicit_vr=False, little_endian=False)
        else:
            ds.save_as(folder / f"{number}", enforce_file_format=True)
    return folder


def equals_the_truth(folder: Path) -> None:
    series = read_dwi([folder])
    assert series.b_values == B_VALUES
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


SYNTAXES = {
    "implicit": ImplicitVRLittleEndian,
    "explicit": ExplicitVRLittleEndian,
    "big endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}


@pytest.mark.parametrize("undefined", [False, True], ids=["lengths", "delimiters"])
@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_enhanced_files_of_every_encoding_read_the_same(tmp_path, syntax, undefined):
    datasets = siemens_enhanced()
    for ds in datasets:
        with_undefined_lengths(ds, undefined)
    equals_the_truth(write(datasets, tmp_path, syntax))


@pytest.mark.parametrize("level", ["the frames", "their groups"])
def test_lengths_on_one_level_and_delimiters_on_the_other_read_the_same(tmp_path, level):
    datasets = siemens_enhanced()
    for ds in datasets:
        with_undefined_lengths(ds, level == "the frames")
        for item in ds[PER_FRAME].value:
            with_undefined_lengths(item, level == "their groups")
    equals_the_truth(write(datasets, tmp_path, ExplicitVRLittleEndian))


@pytest.mark.parametrize("name", SIX_MAKERS)
@pytest.mark.parametrize("syntax", list(SYNTAXES.values())[:3], ids=list(SYNTAXES)[:3])
def test_every_makers_files_of_every_encoding_give_the_same_signals(tmp_path, name, syntax):
    (tmp_path / "explicit").mkdir()
    (tmp_path / "other").mkdir()
    expected = read_dwi([write(SIX_MAKERS[name](), tmp_path / "explicit", ExplicitVRLittleEndian)])
    found = read_dwi([write(SIX_MAKERS[name](), tmp_path / "other", syntax)])
    assert found.b_values == expected.b_values
    assert found.averages == expected.averages
    for one, other in zip(found.signals, expected.signals, strict=True):
        np.testing.assert_array_equal(one, other)


def test_files_that_state_another_vr_than_they_are_written_in_read_the_same(tmp_path):
    write(siemens_trace(), tmp_path, ExplicitVRLittleEndian)
    for path in tmp_path.iterdir():
        path.write_bytes(spoiled_start(path.read_bytes(), "another transfer syntax than it states"))
    equals_the_truth(tmp_path)


def spoiled_start(content: bytes, how: str) -> bytes:
    """A file whose beginning is not as the standard has it, but can be read."""
    end = 144 + int.from_bytes(content[140:144], "little")
    return {
        "as it is": content,
        "no preamble and no meta group": content[end:],
        "length of the meta group too small": content[:140] + (20).to_bytes(4, "little") + content[144:],
        "no length of the meta group": content[:132] + content[144:],
        "another transfer syntax than it states": content.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"),
        "commands before the data set": content[:end] + b"\0\0\0\1\2\0\0\0\1\0" + content[end:],
    }[how]  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [
        "as it is",
        "no preamble and no meta group",
        "length of the meta group too small",
        "no length of the meta group",
        "another transfer syntax than it states",
        "commands before the data set",
    ],
)
@pytest.mark.parametrize("name", SIX_MAKERS)
def test_a_header_is_what_pydicom_reads_whatever_the_file_begins_with(tmp_path, name, how):
    folder = write(SIX_MAKERS[name](), tmp_path, ExplicitVRLittleEndian)
    for path in sorted(folder.iterdir())[:8]:
        path.write_bytes(spoiled_start(path.read_bytes(), how))
        with path.open("rb") as file:
            found = read_file_header(FileBytes(file))
        expected = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        assert set(found.root.tags) == set(map(int, expected.keys()))
        assert path.read_bytes()[found.pixels_at :][:4] == b"\xe0\x7f\x10\0"
        assert found.root.text(0x0020000E) == expected.SeriesInstanceUID
        assert found.root.value(0x00280010) == expected.Rows
        assert not found.is_implicit


@pytest.mark.parametrize("undefined", [False, True], ids=["lengths", "delimiters"])
@pytest.mark.parametrize("make", [siemens_trace, siemens_enhanced])
def test_a_header_of_megabytes_reads_the_same(tmp_path, make, undefined):
    datasets = make()
    for ds in datasets[:3]:
        block = ds.private_block(0x0021, "SYNTHETIC LARGE", create=True)
        block.add_new(0x01, "OB", bytes(300_000))
        item = Dataset()
        item.add_new(0x00210010, "LO", "SYNTHETIC LARGE")
        item.add_new(0x00211002, "OB", bytes(2_500_000))
        block.add_new(0x02, "SQ", Sequence([item]))
        with_undefined_lengths(ds, undefined)
    equals_the_truth(write(datasets, tmp_path, ExplicitVRLittleEndian))


def test_functional_groups_of_unknown_vr_read_the_same(tmp_path):
    """Gateways that do not know a sequence write it as UN, whose items are in implicit VR (PS3.5, 6.2.2)."""
    folder = write(siemens_enhanced(), tmp_path, ExplicitVRLittleEndian)
    for file in folder.iterdir():
        content = file.read_bytes()
        implicit = Dataset()
        implicit.add(pydicom.dcmread(file)[PER_FRAME])
        stream = pydicom.filebase.DicomBytesIO()
        stream.is_implicit_VR, stream.is_little_endian = True, True
        pydicom.filewriter.write_dataset(stream, implicit)
        value = stream.getvalue()[8:]
        start = content.index(struct.pack("<HH2s", 0x5200, 0x9230, b"SQ"))
        (length,) = struct.unpack_from("<L", content, start + 8)
        unknown = struct.pack("<HH2sHL", 0x5200, 0x9230, b"UN", 0, len(value)) + value
        file.write_bytes(content[:start] + unknown + content[start + 12 + length :])
    equals_the_truth(folder)


@pytest.mark.parametrize("spoiled", ["the sequence", "a frame", "a group", "a value"])
def test_a_functional_group_longer_than_what_holds_it_is_refused(tmp_path, spoiled):
    folder = write(siemens_enhanced(), tmp_path, ExplicitVRLittleEndian)
    file = min(folder.iterdir())
    content = bytearray(file.read_bytes())
    sequence = content.index(struct.pack("<HH2s", 0x5200, 0x9230, b"SQ"))
    group = content.index(struct.pack("<HH2s", 0x0020, 0x9113, b"SQ"), sequence)
    at, kind = {
        "the sequence": (sequence + 8, "<L"),
        "a frame": (sequence + 16, "<L"),
        "a group": (group + 8, "<L"),
        "a value": (content.index(struct.pack("<HH2s", 0x0020, 0x0032, b"DS"), group) + 6, "<H"),
    }[spoiled]
    (length,) = struct.unpack_from(kind, content, at)
    struct.pack_into(kind, content, at, length + 6)
    file.write_bytes(content)
    with pytest.raises(ImageError, match=r"is (damaged|truncated)"):
        read_dwi([folder])


def test_every_file_is_opened_once(tmp_path, monkeypatch):
    folder = save([*siemens_trace(), *siemens_enhanced((0.0,))], tmp_path)
    opened, open_file = [], Path.open

    def counted(path, *args, **options):
        opened.append(path.name)
        return open_file(path, *args, **options)

    monkeypatch.setattr(Path, "open", counted)
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("a file was opened behind Path.open"))
    with pytest.raises(ImageError):
        read_dwi([folder])  # two examinations, found out after all headers were read
    assert sorted(opened) == sorted(file.name for file in folder.iterdir())


def test_items_are_split_as_the_standard_writes_them():
    """The example of PS3.5, 7.5.3, table 7.5-1, with values: a sequence of three items of explicit length."""

    def split(value):
        return [{tag: element.value for tag, element in item.items()} for item in split_sequence(value)]

    item = (
        bytes.fromhex("feff00e0") + struct.pack("<L", 10) + struct.pack("<HH2sH", 8, 0x60, b"CS", 2) + b"MR"
    )
    assert split(3 * item) == 3 * [{0x00080060: b"MR"}]
    empty = bytes.fromhex("feff00e000000000")
    assert split(empty + item) == [{}, {0x00080060: b"MR"}]
    implicit = bytes.fromhex("feff00e0") + struct.pack("<LHHL", 10, 8, 0x60, 2) + b"MR"
    assert split(implicit) == [{0x00080060: b"MR"}]
    delimited = bytes.fromhex("feff00e0ffffffff") + item[8:] + bytes.fromhex("feff0de000000000")
    assert split_sequence(delimited) is None
    for cut in range(9, len(item)):
        with pytest.raises(ValueError, match="longer"):
            split_sequence(item[:cut])
        with pytest.raises(ValueError, match="longer"):
            split_sequence(item[:4] + struct.pack("<L", cut - 8) + item[8:cut])
