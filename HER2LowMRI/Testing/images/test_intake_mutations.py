"""Damaged files: the right b-values or one clear line; no crash, no hang, no flood of memory. All files are synthetic.

A sample runs with every test run; the long amounts (5,000 DICOM files over six makers' series, 4,000 NRRD and NIfTI
headers) behind the marker ``full``.
"""

import gzip
import struct
import sys
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.images.map_files import read_maps, write_maps
from HER2LowMRILib.images.voi_files import read_voi, write_voi
from images import vendor_series
from images.vendor_series import B_VALUES, SIX_MAKERS, every_element, save

SLOWEST_S = 10.0
MOST_MEMORY = 2**30
SHAPE = (3, 9, 7)


def peak_memory() -> int:
    resource = pytest.importorskip(
        "resource", reason="the peak memory of a process is not to be had on this system"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


# ---------------------------------------------------------------- DICOM
@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """For each maker: the bytes of its files, and the mean signal at every b-value."""
    patch = pytest.MonkeyPatch()
    patch.setattr(vendor_series, "SHAPE", SHAPE)
    result = {}
    for name, make in SIX_MAKERS.items():
        folder = save(make(), tmp_path_factory.mktemp("maker"), shuffle=1)
        series = read_dwi([folder])
        means = {image.b_value: float(image.array.mean()) for image in series.images}
        result[name] = ([file.read_bytes() for file in sorted(folder.iterdir())], means)
    patch.undo()
    return result


def header_length(content: bytes) -> int:
    """Bytes before the pixels."""
    return max(content.rfind(struct.pack("<HH", 0x7FE0, 0x0010)), 400)


def flip_bits(content, rng):
    data = bytearray(content)
    data[rng.integers(132, header_length(content))] ^= 1 << int(rng.integers(8))
    return bytes(data)


def flip_many_bytes(content, rng):
    data = bytearray(content)
    for at in rng.integers(132, header_length(content), 12):
        data[at] = rng.integers(256)
    return bytes(data)


def truncate(content, rng):
    return content[: rng.integers(0, len(content))]


def zero_a_block(content, rng):
    at = int(rng.integers(132, header_length(content)))
    return content[:at] + bytes(64) + content[at + 64 :]


def repeat_a_block(content, rng):
    at, n = int(rng.integers(132, header_length(content))), int(rng.integers(1, 200))
    return content[: at + n] + content[at:]


def lose_a_block(content, rng):
    at, n = int(rng.integers(132, header_length(content))), int(rng.integers(1, 200))
    return content[:at] + content[at + n :]


def huge_length(content, rng):
    at = 4 + int(rng.integers(33, header_length(content) // 4)) * 4
    return (
        content[:at] + rng.choice([b"\xff\xff", b"\xff\xff\xff\xff", b"\xfe\xff\xff\x7f"]) + content[at + 2 :]
    )


def junk_at_the_end(content, rng):
    return content + rng.bytes(int(rng.integers(1, 5000)))


def no_prefix(content, rng):
    return rng.choice([content[132:], b"\0" * 128 + b"DICX" + content[132:], content[128:]])


def other_transfer_syntax(content, rng):
    old = b"1.2.840.10008.1.2.1\0"
    new = [
        b"1.2.840.10008.1.2\0\0\0",
        b"1.2.840.10008.1.2.2\0",
        b"1.2.840.10008.1.2.5\0",
        b"1.2.840.10008.1.9.9\0",
    ]
    return content.replace(old, rng.choice(new), 1)


def pixels_changed(content, rng):
    data = bytearray(content)
    for at in rng.integers(header_length(content) + 12, len(content), 20):
        data[at] = rng.integers(256)
    return bytes(data)


def edited(content, change):
    """Change the parsed file and write it again; what pydicom itself refuses to write counts as no mutation."""
    ds = pydicom.dcmread(pydicom.filebase.DicomBytesIO(content))
    with pydicom.config.disable_value_validation():
        try:
            change(ds)
            out = pydicom.filebase.DicomBytesIO()
            ds.save_as(out, enforce_file_format=True)
        except (ValueError, TypeError, AttributeError, struct.error, OverflowError, KeyError, OSError):
            return content
    return out.getvalue()


def some_element(ds, rng, keep=()):
    elements = [e for e in every_element(ds) if e.tag.group != 0x7FE0 and e.keyword not in keep]
    return elements[rng.integers(len(elements))]


def lose_an_element(content, rng):
    def change(ds):
        tags = [tag for tag in ds.keys() if tag.group != 0x7FE0]  # noqa: SIM118
        del ds[tags[rng.integers(len(tags))]]

    return edited(content, change)


def empty_an_element(content, rng):
    return edited(content, lambda ds: setattr(some_element(ds, rng), "value", None))


def hostile_text(content, rng):
    texts = [
        "",
        "\\" * 40,
        "A" * 10_000,
        "\x00\x01\x1b$B",
        "NaN",
        "1e400",
        "-1",
        "=1+1",
        "\udcff",
        "0.8\\1.4",
    ]

    def change(ds):
        element = some_element(ds, rng)
        element.value = texts[rng.integers(len(texts))]

    return edited(content, change)


B_ELEMENTS = (0x00189087, 0x0019100C, 0x00431039, 0x20011003)


def impossible_b(content, rng):
    values = [-800.0, float("nan"), float("inf"), 1e7, -0.5, 123456.0]

    def change(ds):
        for element in every_element(ds):
            if int(element.tag) in B_ELEMENTS and element.VR in ("FD", "FL", "IS"):
                value = values[rng.integers(len(values))]
                element.value = value if element.VR != "IS" or np.isfinite(value) else "nonsense"

    return edited(content, change)


def b_of_another_image(content, rng):
    """One image states the b-value of another: its own is then a slice short."""

    def change(ds):
        elements = [e for e in every_element(ds) if int(e.tag) in B_ELEMENTS]
        if elements:
            element = elements[rng.integers(len(elements))]
            b = int(rng.choice([0, 50, 800, 1000, 1400, 2000]))
            element.value = [1_000_000_000 + b, 8, 0, 0] if int(element.tag) == 0x00431039 else b

    return edited(content, change)


def extreme_numbers(content, rng):
    names = [
        "Rows",
        "Columns",
        "BitsAllocated",
        "BitsStored",
        "NumberOfFrames",
        "SamplesPerPixel",
        "PixelRepresentation",
    ]
    values = [0, 1, 12, 255, 65535, 2**31 - 1, -1]

    def change(ds):
        setattr(ds, names[rng.integers(len(names))], values[rng.integers(len(values))])

    return edited(content, change)


def impossible_place(content, rng):
    names = ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"]
    values = [["nan"] * 3, ["1e30"] * 3, [0] * 6, [1, 0, 0, 1, 0, 0], [0, 0], [-1, 1], ["x", "y"], [1], None]

    def change(ds):
        name = names[rng.integers(len(names))]
        for holder in [ds, *(item for e in every_element(ds) if e.VR == "SQ" for item in e.value)]:
            if name in holder:
                setattr(holder, name, values[rng.integers(len(values))])
                break

    return edited(content, change)


def nested_without_end(content, rng):
    depth = int(rng.choice([50, 200, 1000, 5000]))
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    sequence = struct.pack("<HH2sHI", 0x0008, 0x2112, b"SQ", 0, 0xFFFFFFFF)
    nested = (sequence + item) * depth
    at = content.find(struct.pack("<HH", 0x0010, 0x0010))
    return content[:at] + nested + content[at:]


def unknown_vr(content, rng):
    def change(ds):
        for element in every_element(ds):
            if (
                element.tag.is_private
                and not element.tag.is_private_creator
                and element.VR in ("IS", "CS", "LO", "DS")
            ):
                element.VR, element.value = "UN", str(element.value).encode()

    return edited(content, change)


def other_image_type(content, rng):
    kinds = [
        ["DERIVED"],
        [],
        ["", "", ""],
        ["ORIGINAL", "PRIMARY", "PHASE MAP", "P"],
        ["DERIVED", "PRIMARY", "ADC"],
    ]
    return edited(content, lambda ds: setattr(ds, "ImageType", kinds[rng.integers(len(kinds))]))


STRATEGIES = (
    flip_bits,
    flip_many_bytes,
    truncate,
    zero_a_block,
    repeat_a_block,
    lose_a_block,
    huge_length,
    junk_at_the_end,
    no_prefix,
    other_transfer_syntax,
    pixels_changed,
    lose_an_element,
    empty_an_element,
    hostile_text,
    impossible_b,
    b_of_another_image,
    extreme_numbers,
    impossible_place,
    nested_without_end,
    unknown_vr,
    other_image_type,
)
VALUES_MAY_CHANGE = {
    "pixels_changed",
    "flip_bits",
    "flip_many_bytes",
    "hostile_text",
    "empty_an_element",
    "lose_an_element",
}


def check_mutated_series(folder, files, means, rng):
    """One file of the series is damaged: what comes out is right, or one line."""
    strategy = STRATEGIES[rng.integers(len(STRATEGIES))]
    which = int(rng.integers(len(files)))
    for file in folder.iterdir():
        file.unlink()
    for n, content in enumerate(files):
        (folder / f"{n:03d}").write_bytes(strategy(content, rng) if n == which else content)
    start = time.monotonic()
    try:
        with warnings.catch_warnings():
            # What pydicom would print holds values of the header and the path of the file.
            warnings.simplefilter("error")
            series = read_dwi([folder])
    except HER2LowMRIError as error:
        message = str(error)
        assert "\n" not in message and len(message) < 600, message
        assert not any(secret in message for secret in ("SYNTHETIC-", "SYNTHETIC^", "1.2.826", str(folder)))
        outcome = "refused"
    else:
        assert set(series.b_values) <= set(B_VALUES), f"{strategy.__name__}: {series.b_values}"
        if set(series.b_values) < set(B_VALUES):
            assert series.dropped, f"{strategy.__name__}: a b-value is gone without a word"
        for image in series.images:
            if strategy.__name__ not in VALUES_MAY_CHANGE:
                mean = float(image.array.mean())
                assert abs(mean / means[image.b_value] - 1) < 0.35, (
                    f"{strategy.__name__}: signals of another b-value"
                )
        outcome = "read"
    assert time.monotonic() - start < SLOWEST_S, strategy.__name__
    return outcome


def run_dicom(originals, tmp_path, count, seed):
    rng = np.random.default_rng(seed)
    before = peak_memory()
    outcomes = []
    for n in range(count):
        files, means = originals[list(SIX_MAKERS)[n % len(SIX_MAKERS)]]
        outcomes.append(check_mutated_series(tmp_path, files, means, rng))
    assert peak_memory() - before < MOST_MEMORY
    # Both happen, or the mutations are too mild or too wild to show anything.
    assert 0.1 < outcomes.count("refused") / count < 0.95
    print(f"{count} mutated files")


def test_a_sample_of_damaged_dicom_files(originals, tmp_path):
    run_dicom(originals, tmp_path, 60, 1)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(25))
def test_five_thousand_damaged_dicom_files(originals, tmp_path, seed):
    run_dicom(originals, tmp_path, 200, 100 + seed)


@pytest.mark.parametrize("name", list(SIX_MAKERS))
def test_an_impossible_b_value_in_one_file_is_always_refused(originals, tmp_path, name):
    files, _ = originals[name]
    rng = np.random.default_rng(3)
    for n, content in enumerate(files):
        (tmp_path / f"{n:03d}").write_bytes(impossible_b(content, rng) if n == len(files) // 2 else content)
    if name == "Siemens CSA":
        assert read_dwi([tmp_path]).b_values == B_VALUES, "its b-value stands in the CSA header only"
        return
    with pytest.raises(ImageError, match="b-value"):
        read_dwi([tmp_path])


# ---------------------------------------------------------------- bombs
@pytest.mark.parametrize("size_mib", [600, pytest.param(900, marks=pytest.mark.full)])
def test_a_deflated_file_that_inflates_without_end_is_refused(tmp_path, size_mib):
    meta = vendor_series.siemens_trace((0,))[0].file_meta
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    out = pydicom.filebase.DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    pydicom.filewriter.write_file_meta_info(out, meta, enforce_standard=True)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [deflate.compress(bytes(2**20)) for _ in range(size_mib)]
    content = bytes(128) + b"DICM" + out.getvalue() + b"".join(parts) + deflate.flush()
    assert len(content) < 2 * 2**20
    (tmp_path / "bomb").write_bytes(content)
    before = peak_memory()
    with pytest.raises(ImageError, match="inflates without end"):
        read_dwi([tmp_path])
    assert peak_memory() - before < MOST_MEMORY // 4


@pytest.mark.parametrize("depth", [50, 300, 1000, 5000])
def test_sequences_nested_without_end_are_refused_or_read(originals, tmp_path, depth):
    files, _ = originals["Siemens trace"]
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    nested = (struct.pack("<HH2sHI", 0x0008, 0x2112, b"SQ", 0, 0xFFFFFFFF) + item) * depth
    for n, content in enumerate(files):
        at = content.find(struct.pack("<HH", 0x0010, 0x0010))
        (tmp_path / f"{n}").write_bytes(content[:at] + nested + content[at:] if n == 0 else content)
    with pytest.raises(ImageError):
        read_dwi([tmp_path])


@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd"])
def test_a_small_gzip_file_that_claims_gigabytes_is_refused_before_memory_is_taken(tmp_path, suffix):
    path = tmp_path / f"bomb{suffix}"
    if suffix == ".nrrd":
        header = (
            "NRRD0004\ntype: short\ndimension: 3\nsizes: 1024 1024 1500\nencoding: gzip\nendian: little\n\n"
        )
        path.write_bytes(header.encode() + gzip.compress(bytes(4 * 2**20)))
    else:
        header = bytearray(352)
        struct.pack_into("<i", header, 0, 348)
        struct.pack_into("<8h", header, 40, 3, 1024, 1024, 1500, 1, 1, 1, 1)
        struct.pack_into("<hh", header, 70, 4, 16)
        struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
        struct.pack_into("<f", header, 108, 352)
        header[344:348] = b"n+1\0"
        path.write_bytes(gzip.compress(bytes(header) + bytes(4 * 2**20)))
    before = peak_memory()
    with pytest.raises(ImageError, match="truncated"):
        read_dwi([path], b_values=(0,))
    assert peak_memory() - before < MOST_MEMORY // 4


# ---------------------------------------------------------------- ADC maps, VOIs, map files
def damaged(content, rng):
    at = int(rng.integers(len(content)))
    data = bytearray(content)
    match int(rng.integers(4)):
        case 0:
            return content[:at]
        case 1:
            data[at] ^= 1 << int(rng.integers(8))
        case 2:
            for place in rng.integers(0, min(len(content), 600), 5):
                data[place] = rng.integers(256)
        case _:
            return content[:at] + rng.bytes(5) + content[at:]
    return bytes(data)


def read_or_refused(read):
    """Whether the file was read; a refusal must be one line, and anything else is an error of the test."""
    try:
        read()
    except HER2LowMRIError as error:
        assert "\n" not in str(error)
        return False
    return True


def test_a_damaged_adc_map_is_right_or_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor_series, "SHAPE", SHAPE)
    rng = np.random.default_rng(8)
    original = save(vendor_series.siemens_adc(), tmp_path / "original")
    files = [file.read_bytes() for file in sorted(original.iterdir())]
    folder = tmp_path / "damaged"
    folder.mkdir()
    outcomes = []
    for n in range(60):
        strategy = STRATEGIES[n % len(STRATEGIES)]
        for number, content in enumerate(files):
            (folder / f"{number}").write_bytes(
                strategy(content, rng) if number == n % len(files) else content
            )

        def read(strategy=strategy):
            found = read_adc([folder]).array
            if strategy.__name__ not in VALUES_MAY_CHANGE:
                assert np.median(found) == pytest.approx(np.median(vendor_series.adc()) / 1000, rel=0.3)

        outcomes.append(read_or_refused(read))
    assert any(outcomes) and not all(outcomes)


def test_a_damaged_voi_or_map_file_is_read_or_refused(tmp_path):
    rng = np.random.default_rng(9)
    grid = ImageGrid((12, 10, 6), (1.5, 1.5, 4.0))
    lesion, necrosis = np.zeros(grid.shape, bool), np.zeros(grid.shape, bool)
    lesion[2:4, 3:7, 4:9] = necrosis[3, 5:8, 5:11] = True
    voi = tmp_path / "voi.seg.nrrd"
    write_voi(voi, {"lesion": lesion, "necrosis": necrosis}, grid)
    signals = [np.full(grid.shape, 1000 * np.exp(-b / 1000)) for b in B_VALUES]
    files = write_maps(fit_maps(signals, B_VALUES), grid, tmp_path / "maps")
    outcomes = []
    for path, read in (
        (voi, lambda: read_voi(voi, grid)),
        *((file, lambda: read_maps(tmp_path / "maps")) for file in files.values()),
    ):
        content = path.read_bytes()
        for _ in range(20):
            path.write_bytes(damaged(content, rng))
            outcomes.append(read_or_refused(read))
        path.write_bytes(content)
    assert any(outcomes) and not all(outcomes)


# ---------------------------------------------------------------- NRRD and NIfTI headers
def nrrd_bytes(gz):
    volumes = [vendor_series.signal(b) for b in B_VALUES]
    data = np.stack(volumes, -1).astype("<i2").tobytes()
    k, j, i = volumes[0].shape
    header = (
        "NRRD0005\ntype: short\ndimension: 4\nspace: left-posterior-superior\n"
        f"sizes: 4 {i} {j} {k}\nspace directions: none (1.5,0,0) (0,1.5,0) (0,0,4)\n"
        "kinds: list domain domain domain\nendian: little\n"
        f"encoding: {'gzip' if gz else 'raw'}\nspace origin: (1,2,3)\n"
        "MultiVolume.FrameIdentifyingDICOMTagName:=Siemens.B-value\n"
    )
    labels = "MultiVolume.FrameLabels:=0,800,1400,2000\n\n"
    return header.encode(), labels.encode() + (gzip.compress(data) if gz else data)


def nifti_bytes():
    volumes = [vendor_series.signal(b) for b in B_VALUES]
    k, j, i = volumes[0].shape
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 4, i, j, k, 4, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, 1.5, 1.5, 4, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    struct.pack_into("<f", header, 112, 1)
    struct.pack_into("<hh", header, 252, 1, 1)
    struct.pack_into("<12f", header, 280, 1.5, 0, 0, 1, 0, 1.5, 0, 2, 0, 0, 4, 3)
    header[344:348] = b"n+1\0"
    return bytes(header), np.stack(volumes).astype("<i2").tobytes()


SIZES = [b"0", b"1", b"-5", b"99999", b"4294967295", b"99999999999999999999", b"nan", b"4 4 4 4", b""]


def mutate_text(header, rng):
    kind = rng.integers(5)
    lines = header.split(b"\n")
    n = int(rng.integers(1, len(lines)))
    if kind == 0:
        lines[n] = lines[n].split(b":")[0] + b": " + SIZES[rng.integers(len(SIZES))]
    elif kind == 1:
        del lines[n]
    elif kind == 2:
        lines.insert(n, lines[n])
    elif kind == 3:
        words = [b"(nan,0,0)", b"(0,0,0)", b"(1e300,0,0)", b"none", b"(1,2)"]
        lines[n] = lines[n].split(b":")[0] + b": " + b" ".join(words[i] for i in rng.integers(0, 5, 4))
    else:
        data = bytearray(header)
        for at in rng.integers(0, len(data), 3):
            data[at] = rng.integers(256)
        return bytes(data)
    return b"\n".join(lines)


def mutate_nifti(header, rng):
    data = bytearray(header)
    kind = rng.integers(4)
    if kind == 0:
        struct.pack_into(
            "<h", data, 40 + 2 * int(rng.integers(8)), int(rng.choice([-1, 0, 1, 2, 7, 999, 32767]))
        )
    elif kind == 1:
        at = 76 + 4 * int(rng.integers(8)) if rng.integers(2) else 280 + 4 * int(rng.integers(12))
        struct.pack_into("<f", data, at, float(rng.choice([np.nan, np.inf, 0.0, -1.0, 1e30])))
    elif kind == 2:
        struct.pack_into("<h", data, int(rng.choice([70, 72, 252, 254])), int(rng.integers(-5, 3000)))
    else:
        for at in rng.integers(0, 348, 4):
            data[at] = rng.integers(256)
    return bytes(data)


def check_mutated_volume(tmp_path: Path, rng) -> str:
    for file in tmp_path.iterdir():
        file.unlink()
    form = rng.integers(4)
    if form < 2:
        header, rest = nrrd_bytes(gz=form == 1)
        path = tmp_path / "dwi.nrrd"
        content = mutate_text(header, rng) + rest
    else:
        header, rest = nifti_bytes()
        content = mutate_nifti(header, rng) + rest
        path = tmp_path / ("dwi.nii.gz" if form == 3 else "dwi.nii")
        content = gzip.compress(content, 1) if form == 3 else content
        (tmp_path / "dwi.bval").write_text("0 800 1400 2000")
    if rng.integers(5) == 0:
        content = content[: rng.integers(len(content))]
    path.write_bytes(content)
    start = time.monotonic()
    try:
        series = read_dwi([path])
    except HER2LowMRIError as error:
        message = str(error)
        assert "\n" not in message and str(tmp_path) not in message
        outcome = "refused"
    else:
        assert series.b_values == B_VALUES
        outcome = "read"
    assert time.monotonic() - start < SLOWEST_S
    return outcome


@pytest.mark.parametrize(
    "spoil", [(40, "h", -1), (42, "h", 0), (70, "h", 128), (80, "f", np.nan), (284, "f", np.inf)]
)
def test_a_damaged_nifti_header_gives_one_line_and_no_chatter_of_libraries(tmp_path, capfd, spoil):
    at, kind, value = spoil
    header, rest = nifti_bytes()
    data = bytearray(header)
    struct.pack_into(f"<{kind}", data, at, value)
    (tmp_path / "dwi.nii").write_bytes(bytes(data) + rest)
    with pytest.raises(ImageError):
        read_dwi([tmp_path / "dwi.nii"], b_values=B_VALUES)
    assert capfd.readouterr().err == ""


def run_volumes(tmp_path, count, seed):
    rng = np.random.default_rng(seed)
    before = peak_memory()
    outcomes = [check_mutated_volume(tmp_path, rng) for _ in range(count)]
    assert peak_memory() - before < MOST_MEMORY
    assert 0.1 < outcomes.count("refused") / count < 0.95
    print(f"{count} mutated files")


def test_a_sample_of_damaged_nrrd_and_nifti_headers(tmp_path):
    run_volumes(tmp_path, 80, 1)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20))
def test_four_thousand_damaged_nrrd_and_nifti_headers(tmp_path, seed):
    run_volumes(tmp_path, 200, 200 + seed)
