"""`make bench-examination`: the whole examination against its limits, written to docs/benchmarks-examination.md.

A made-up examination of the size of a large real one: diffusion 200 x 200 x 40 at four b-values; T1, T2 and six phases
of 512 x 512 x 160. The panel runs in the test session: Slicer's MRML and logics and Qt are real, nothing is drawn on a
screen.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "HER2LowMRI" / "Testing"), str(ROOT / "HER2LowMRI")]

import numpy as np  # noqa: E402
from HER2LowMRILib.images.image_grid import ImageGrid  # noqa: E402
from HER2LowMRILib.mrml.reading_layout import SLICES, middle_of, slice_node  # noqa: E402
from HER2LowMRILib.study.study_folder import create_study, open_study  # noqa: E402
from HER2LowMRILib.workflow.add_cases import add_cases  # noqa: E402
from HER2LowMRILib.workflow.cases_tree import cases_from_tree  # noqa: E402
from HER2LowMRILib.workflow.examination_images import images_to_load, subtracted  # noqa: E402
from made_up_volume import B_VALUES, series  # noqa: E402
from pydicom.dataset import Dataset, FileMetaDataset  # noqa: E402
from pydicom.uid import ExplicitVRLittleEndian, generate_uid  # noqa: E402
from slicer_session.panel import Session  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks-examination.md"
SIZE, PHASES, ROUNDS, PLACES = (160, 512, 512), 6, 20, 200
TILT = np.radians(12.0)


def write(folder: Path, array: np.ndarray, grid: ImageGrid, number: int, name: str, **tags: object) -> None:
    """Write a volume as classic DICOM files."""
    axes = np.reshape(grid.direction, (3, 3))
    uid = generate_uid(entropy_srcs=[name, str(number)])
    folder.mkdir(parents=True, exist_ok=True)
    for k, plane in enumerate(array):
        data = Dataset()
        data.PatientID, data.PatientName, data.Modality, data.Manufacturer = "MADE-UP", "", "MR", "made up"
        data.StudyInstanceUID = generate_uid(entropy_srcs=["bench"])
        data.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame"])
        data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
        data.SOPInstanceUID = generate_uid(entropy_srcs=[name, str(number), str(k), str(tags)])
        data.SeriesInstanceUID, data.SeriesNumber, data.SeriesDescription = uid, number, name
        data.ImageType, data.InstanceNumber = ["ORIGINAL", "PRIMARY"], k + 1
        data.Rows, data.Columns = plane.shape
        data.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[0]]
        data.SliceThickness = grid.spacing_mm[2]
        data.ImageOrientationPatient = [*map(float, axes[:, 0]), *map(float, axes[:, 1])]
        place = np.asarray(grid.origin_mm) + axes[:, 2] * grid.spacing_mm[2] * k
        data.ImagePositionPatient = [round(float(part), 4) for part in place]
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit, data.PixelRepresentation = 15, 0
        for tag, value in tags.items():
            setattr(data, tag, value)
        data.PixelData = plane.astype("<u2").tobytes()
        data.file_meta = FileMetaDataset()
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.save_as(
            folder / f"{name}-{number}-{tags.get('AcquisitionNumber', 1)}-{k:03d}", enforce_file_format=True
        )


def write_diffusion(folder: Path) -> None:
    """The diffusion series alone."""
    images = series(3)
    slices, rows, columns = images[0].shape
    grid = ImageGrid((columns, rows, slices), (1.8, 1.8, 4.0), (-180.0, -180.0, -80.0))
    for at, (b, image) in enumerate(zip(B_VALUES, images, strict=True), start=1):
        write(
            folder, np.clip(image, 0, None), grid, 5, "ep2d_diff", AcquisitionNumber=at, DiffusionBValue=b,
            ScanningSequence="EP", RepetitionTime=6000.0, EchoTime=70.0, AcquisitionTime=f"1200{at:02d}",
        )  # fmt: skip


def write_rest(folder: Path) -> None:
    """T2, T1 and six phases, on a grid that is tilted against the diffusion images."""
    slices, rows, columns = SIZE
    cos, sin = float(np.cos(TILT)), float(np.sin(TILT))
    direction = (1.0, 0.0, 0.0, 0.0, cos, -sin, 0.0, sin, cos)
    grid = ImageGrid((columns, rows, slices), (0.7, 0.7, 1.0), (-179.0, -175.0, -80.0), direction)
    rng = np.random.default_rng(4)
    tissue = rng.integers(100, 400, SIZE, dtype=np.uint16)
    lesion = np.zeros(SIZE, bool)
    lesion[70:90, 240:275, 200:240] = True
    spin = {"ScanningSequence": "SE", "RepetitionTime": 4500.0, "EchoTime": 90.0, "ScanOptions": "FS"}
    write(folder, tissue, grid, 2, "t2_tirm", AcquisitionTime="121000", **spin)
    gradient = {"ScanningSequence": "GR", "MRAcquisitionType": "3D", "EchoTime": 2.0}
    write(
        folder,
        tissue,
        grid,
        3,
        "t1_fl3d",
        AcquisitionTime="121500",
        RepetitionTime=7.0,
        ScanOptions="",
        **gradient,
    )
    for phase in range(PHASES):
        uptake = 0.0 if phase == 0 else 2.0 - 0.2 * phase
        image = tissue + (lesion * 300 * uptake).astype(np.uint16) + (20 * (phase > 0))
        write(
            folder, image.astype(np.uint16), grid, 10, "dyn", AcquisitionNumber=phase + 1, RepetitionTime=5.0,
            AcquisitionTime=f"12{20 + phase:02d}00", TemporalPositionIdentifier=phase + 1, ScanOptions="FS", **gradient,
        )  # fmt: skip


def make_study(root: Path, name: str, whole: bool) -> Path:
    """A study with one case."""
    write_diffusion(root / name / "images" / "P1")
    if whole:
        write_rest(root / name / "images" / "P1")
    study = create_study(root / name / "study", "made up")
    with study.coordinator() as office:
        found = cases_from_tree(root / name / "images", office.pseudonym, keep_names=True)
        add_cases(office, found.cases)
    return root / name / "study"


def timed(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def open_times(studies: dict[str, Path], rounds: int) -> dict[str, list[float]]:
    """Opening a case to its first diffusion view, each study in turn."""
    found: dict[str, list[float]] = {name: [] for name in studies}
    session = Session()
    panel = session.open().panel
    for round_ in range(rounds + 1):
        for name, study in studies.items():
            panel.session.enter(study, "r1", take_over=True)
            seconds = timed(lambda: panel.open_case("P1"))
            if round_:
                found[name].append(seconds)
            panel.session.leave()
    session.close()
    return found


def measure_views(study: Path) -> dict[str, float]:
    """Layout, phase step, subtraction and place, in the panel [s, mm]."""
    session = Session()
    panel = session.open().panel
    panel.session.enter(study, "r1", take_over=True)
    panel.open_case("P1")
    beside = panel.session.beside
    while not beside.is_complete:
        beside.load_next()
    layouts = {layout.id: layout for layout in panel.session.hanging.layouts}
    found: dict[str, float] = {}
    # Each image is a node once; a reader who has seen it waits for the views alone.
    panel.hanging.choose(layouts["dynamic"])
    panel.hanging.choose(layouts["overview"])
    steps, switches, subtractions = [], [], []
    panel.hanging.choose(layouts["dynamic"])
    for phase in range(2, PHASES):
        subtractions.append(timed(lambda: panel.session.step_phase(1)))
        assert panel.session.phase == phase
    for round_ in range(ROUNDS):
        steps.append(timed(lambda step=(-1 if round_ % 2 else 1): panel.session.step_phase(-step)))
        switches.append(timed(lambda: panel.hanging.choose(layouts["diffusion"])))
        switches.append(timed(lambda: panel.hanging.choose(layouts["dynamic"])))
    found["layout"], found["step"] = statistics.median(switches), statistics.median(steps) / 2
    found["new phase"] = statistics.median(subtractions)
    # T1 and T2 on the tilted grid beside the diffusion images.
    panel.hanging.choose(layouts["overview"])
    rng = np.random.default_rng(5)
    views, worst = [slice_node(panel.session.case.scene, name) for name in SLICES], 0.0
    for _place in range(PLACES):
        place = rng.uniform(-60, 60, 3)
        views[0].JumpSliceByCentering(*place)
        there = np.array([middle_of(view) for view in views])
        worst = max(worst, float(np.abs(there - there[0]).max()))
    found["place"] = worst
    session.close()
    return found


def subtraction_seconds(study: Path) -> float:
    """The subtraction alone, median of 20."""
    with open_study(study).reader("r1") as view:
        images = {
            image.phase: image.load()
            for image in images_to_load(view.open_case("P1").examination)
            if image.role == "dce" and image.phase in (0, 1)
        }
    return statistics.median(timed(lambda: subtracted(images[1], images[0])) for _ in range(ROUNDS))


def peak_kib() -> int:
    """Peak memory of this process [KiB]; what getrusage tells counts that of the process which started it, too."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def memory_ratio(study: Path) -> float:
    """Peak memory of a reading with all images in the scene, against their arrays."""
    session = Session()
    panel = session.open().panel
    panel.session.enter(study, "r1", take_over=True)
    panel.open_case("P1")
    before = peak_kib()
    beside = panel.session.beside
    while not beside.is_complete:
        beside.load_next()
    layouts = {layout.id: layout for layout in panel.session.hanging.layouts}
    panel.hanging.choose(layouts["overview"])
    panel.hanging.choose(layouts["dynamic"])
    for _phase in range(PHASES):
        panel.session.step_phase(1)
    grown = 1024.0 * (peak_kib() - before)
    session.close()
    return float(grown / (2.0 * np.prod(SIZE) * (PHASES + 2)))


def _row(check: str, what: str, value: float, unit: str, limit: float | None = None) -> tuple[str, bool]:
    """A line of the table, and whether its limit holds."""
    digits = 2 if unit in ("x", "mm") else 0
    most = "" if limit is None else f"{limit:g} {unit}"
    return f"| {check} | {what} | {value:.{digits}f} {unit} | {most} |", limit is None or value <= limit


def main() -> int:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where the made-up images are, or are to be")
    parser.add_argument(
        "--memory", type=Path, help="measure the memory of a reading of this study and nothing else"
    )
    args = parser.parse_args()
    if args.memory is not None:
        sys.stdout.write(f"{memory_ratio(args.memory):.3f}")
        return 0
    root = args.keep or Path(tempfile.mkdtemp())
    names = {"diffusion alone": False, "whole": True}
    studies = {name: root / name / "study" for name in names}
    for name, whole in names.items():
        if not (studies[name] / "study.json").exists():
            shutil.rmtree(root / name, ignore_errors=True)
            make_study(root, name, whole)
    # The peak of a process counts everything that it ever did.
    alone_process = [sys.executable, __file__, "--memory", str(studies["whole"])]
    memory = float(
        subprocess.run(alone_process, capture_output=True, text=True, check=True).stdout.split()[-1]
    )
    opened = open_times(studies, 7)
    views = measure_views(studies["whole"])
    alone = subtraction_seconds(studies["whole"])
    ratio = statistics.median(
        many / few for many, few in zip(opened["whole"], opened["diffusion alone"], strict=True)
    )
    rows = [
        _row(
            "X7", "opening to the first diffusion view, whole folder against diffusion alone", ratio, "x", 1.1
        ),
        _row("X8", "another layout", 1000 * views["layout"], "ms", 100),
        _row("X8", "phase step, each of two views", 1000 * views["step"], "ms", 30),
        _row("X8", "subtraction of a new phase", 1000 * alone, "ms", 250),
        _row(
            "", "step to a phase that was not shown yet, everything included", 1000 * views["new phase"], "ms"
        ),
        _row("X9", "peak memory with all images in the scene, against their arrays", memory, "x", 1.2),
        _row(
            "X10",
            f"places in the middle of four views, tilted planes, largest of {PLACES}",
            views["place"],
            "mm",
            0.35,
        ),
    ]
    lines = [
        "# Speed of the whole examination",
        "",
        "Written by `make bench-examination`; do not edit. Diffusion 200 x 200 x 40 at four b-values (160 files); T1,",
        "T2 and six phases of 512 x 512 x 160, tilted by 12 degrees (1,280 files). Slicer's MRML, logics and Qt are",
        f"real, nothing is drawn on a screen. Medians of {ROUNDS}; opening of 7, in turn.",
        "",
        "| check | what | measured | at most |",
        "|---|---|---:|---:|",
        *(text for text, _held in rows),
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines))
    if args.keep is None:
        shutil.rmtree(root)
    return 0 if all(held for _text, held in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
