"""Headers that were damaged, emptied or mixed up: nothing crashes, and nothing is called pre-contrast that is not."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from made_examinations import GRE, LAYOUTS, SE, Examination, Grid, Images, clock, write_dynamic
from test_sorted_examinations import asked, images_of

# Elements that the sorting looks at, with other values that they may have.
ELEMENTS: dict[str, tuple[object, ...]] = {
    "ImageType": (["DERIVED", "SECONDARY"], ["ORIGINAL", "PRIMARY", "W"], [""], ["ORIGINAL"]),
    "SeriesDescription": (
        "",
        "t2_tirm",
        "SUB",
        "ax dyn post 1",
        "localizer",
        "pre",
        "T1 non fs",
        "\x00\xff",
        "x" * 64,
    ),
    "ScanningSequence": ("", "SE", "EP", ["GR", "IR"]),
    "ScanOptions": ("", "FS"),
    "RepetitionTime": ("", 4500.0, 0.0, -1.0, 1e9),
    "EchoTime": ("", 90.0, 0.0, 2.2),
    "FlipAngle": ("", 150.0, 11.0),
    "InversionTime": (200.0, 0.0),
    "TriggerTime": ("", 0.0, -5.0, 1e12),
    "AcquisitionTime": ("", "235959", "000000.000", "99", "10:10:10"),
    "AcquisitionDate": ("", "20200103", "19000101"),
    "ContentTime": ("", "101010"),
    "AcquisitionNumber": (0, 7, -3),
    "InstanceNumber": ("", 1, 999),
    "TemporalPositionIdentifier": (1, 9, -1),
    "NumberOfTemporalPositions": (1, 60),
    "SeriesNumber": ("", 10, 999),
    "StudyInstanceUID": ("", "1.2.3"),
    "FrameOfReferenceUID": ("", "1.2.3"),
    "PatientID": ("", "somebody else"),
    "ImagePositionPatient": ([0.0, 0.0, 0.0], [1e6, 0.0, 0.0]),
    "ImageOrientationPatient": ([0.0, 1.0, 0.0, 0.0, 0.0, -1.0], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
    "PixelSpacing": ([3.0, 3.0], [0.0, 0.0]),
    "SliceThickness": ("", 50.0),
    "Manufacturer": ("", "GE MEDICAL SYSTEMS", "Philips"),
    "RescaleSlope": (2.0, 0.5),
    "RescaleIntercept": (-100.0,),
}


def mutate(file: Path, tag: str, value: object) -> None:
    """Set an element, or take it out (value None)."""
    data = pydicom.dcmread(file)
    if value is None:
        if tag in data:
            delattr(data, tag)
    else:
        setattr(data, tag, value)
    data.save_as(file)


def spoil(phases: list[Images], others: list[Images], rng: np.random.Generator) -> str:
    """Change one to four things in one file, one phase, or all of them; or bytes of a header; returns what."""
    told = []
    for _ in range(int(rng.integers(1, 5))):
        groups = [*phases, *others]
        files = sorted({file for file, _ in groups[int(rng.integers(len(groups)))] if file.exists()})
        if not files:
            continue
        kind = rng.random()
        if kind < 0.1:
            file = files[int(rng.integers(len(files)))]
            content = bytearray(file.read_bytes())
            for at in rng.integers(128, min(len(content), 1500), 6):
                content[at] = rng.integers(256)
            file.write_bytes(
                bytes(content) if rng.random() < 0.7 else bytes(content[: rng.integers(len(content))])
            )
            told.append("bytes")
            continue
        if kind < 0.15:
            for file in files:
                file.unlink()
            told.append("phase gone")
            continue
        tag = list(ELEMENTS)[int(rng.integers(len(ELEMENTS)))]
        values = (*ELEMENTS[tag], None)
        value = values[int(rng.integers(len(values)))]
        chosen = files if rng.random() < 0.5 else [files[int(rng.integers(len(files)))]]
        if rng.random() < 0.15:
            chosen = sorted({file for phase in phases for file, _ in phase if file.exists()})
        for file in chosen:
            try:
                mutate(file, tag, value)
            except Exception:  # noqa: BLE001 - a file whose bytes were changed may not open
                continue
        told.append(f"{tag} = {value!r} in {len(chosen)}")
    return "; ".join(told)


def check(folder: Path, seed: int) -> None:
    rng = np.random.default_rng([seed, 19])
    maker = list(LAYOUTS)[seed % len(LAYOUTS)]
    layout = str(rng.choice(LAYOUTS[maker]))
    exam = Examination(folder, rng, maker)
    day = {"AcquisitionDate": "20200102"}
    others = [
        exam.classic(
            2,
            "t2_tirm_tra",
            exam.pixels(),
            Grid(),
            **SE | {"ScanOptions": "FS"},
            **day,
            AcquisitionTime=clock(99),
        ),
        exam.classic(
            3,
            "t1 non fs",
            exam.pixels(),
            Grid(),
            **GRE | {"RepetitionTime": 6.5},
            **day,
            AcquisitionTime=clock(300),
        ),
    ]
    times = [0.0, *(60.0 + 70.0 * np.arange(5))]
    if layout == "no tags":
        times = [70.0 * at for at in range(6)]
    slope = float(rng.uniform(-0.1, 0.12))
    uptakes = [0.0, *(1.3 * (1 + slope * np.arange(5)))]
    phases = write_dynamic(
        exam, 10, layout, times, uptakes, Grid(), name="ax dyn", tags={"ScanOptions": "FS"}
    )
    told = f"{seed}, {maker}, {layout}: {spoil(phases, others, rng)}"
    try:
        found = sort_folder(folder)
    except HER2LowMRIError:
        return
    if found.dce and "dce" not in asked(found):
        assert images_of(found.dce[0].images) == phases[0], told
    for images in (*found.t2, *found.t1):
        assert images_of(images) & frozenset().union(*phases) == frozenset() or asked(found), told


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 2100), marks=pytest.mark.full)])
def test_no_mutated_header_makes_another_phase_the_one_before_contrast(seeds: range, tmp_path: Path):
    for seed in seeds:
        folder = tmp_path / str(seed)
        check(folder, seed)
        shutil.rmtree(folder)
    print(f"{len(seeds)} mutated files")
