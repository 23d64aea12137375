"""How the time of what people do with a study grows with its cases: the exponent must be at most 1.

Every case is read by both readers; readings and images are the same for all, because neither holds the id of its case.

    python bench/study_scale.py [--cases 1000,3000,10000] [--out docs/benchmarks-study.md]

To make the studies takes longer than to measure them: with ``--studies FOLDER`` they stay there, and a second call, on
a quiet machine, only measures.
"""

# ruff: noqa: E402
import argparse
import gc
import math
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_EXTENSION = Path(__file__).parents[1] / "HER2LowMRI"
sys.path[:0] = [str(_EXTENSION), str(_EXTENSION / "Testing")]

from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.seen_states import SEEN_FILE
from HER2LowMRILib.study.study_folder import Study, create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS

LONGEST_OPENING_S = 1.0
LARGEST_EXPONENT = 1.0
# Of a measured exponent, on a machine that does other things too.
TOLERANCE = 0.1
LONG_S = 5.0


def make_study(folder: Path, cases: int) -> Study:
    """A study of so many cases, read by both readers and measured once."""
    study = create_study(folder, "Synthetic study", seed=5, synthetic=True)
    write_images(folder / "images" / "one", 1)
    images = CaseImages(dwi=image_files(folder / "images" / "one"), b_values=B_VALUES)
    with study.coordinator() as office:
        office.add_cases([Case("P0", images)])
        office.set_pathology("P0", her2_ihc="1+", age=50)
        first = office.cases[0]
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            case = view.open_case("P0")
            case.save_voi({"lesion": lesion_mask()}, GRID)
            for item, value in MASS.items():
                case.set_answer(item, value)
            case.sign_off()
    export_cohort(study, folder.parent / "first")
    names = [f"P{number}" for number in range(1, cases)]
    with open_study(folder).coordinator() as office:
        office.add_cases([Case(name, first.images) for name in names])
    for name in names:
        for reader in ("r1", "r2"):
            shutil.copytree(folder / "readers" / reader / "P0", folder / "readers" / reader / name)
        shutil.copy(
            folder / "derived" / "measurements" / "P0.json",
            folder / "derived" / "measurements" / f"{name}.json",
        )
    return open_study(folder)


def acts(study: Study, out: Path) -> Mapping[str, Callable[[], object]]:
    """What is measured, by name."""
    folder = study.folder

    def open_as_reader() -> None:
        with open_study(folder).reader("r1"):
            pass

    def open_as_coordinator() -> None:
        with open_study(folder).coordinator():
            pass

    def open_as_adjudicator() -> None:
        with open_study(folder).adjudicator():
            pass

    def next_case() -> None:
        with open_study(folder).reader("r1") as view:
            view.next_case_id()

    def next_to_decide() -> None:
        with open_study(folder).adjudicator() as desk:
            desk.next_case_id()

    def never_seen(act: Callable[[], object]) -> Callable[[], object]:
        def after_a_look_that_nobody_had() -> None:
            for place in (folder / "readers" / "r1", folder / "adjudication"):
                (place / SEEN_FILE).unlink(missing_ok=True)
            act()

        return after_a_look_that_nobody_had

    return {
        "open as a reader": open_as_reader,
        "open as the coordinator": open_as_coordinator,
        "open as the adjudicator": open_as_adjudicator,
        "open and next case, the first time": never_seen(next_case),
        "open and next case": next_case,
        "open and next to decide, the first time": never_seen(next_to_decide),
        "open and next to decide": next_to_decide,
        "status": lambda: open_study(folder).cohort().status(),
        "check": lambda: check_study(open_study(folder)),
        "export": lambda: export_cohort(open_study(folder), out),
    }


def studies(place: Path, cases: list[int]) -> dict[int, Study]:
    """The study of each number of cases, made where it is not there yet."""
    made = {}
    for count in cases:
        folder, whole = place / str(count) / "study", place / str(count) / "whole"
        if not whole.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            make_study(folder, count)
            whole.touch()
            print(f"{count:6} cases made", flush=True)
        made[count] = open_study(folder)
    return made


def measure(place: Path, cases: list[int], times: int, words: list[str]) -> dict[str, list[float]]:
    """Act -> processor seconds for each number of cases: medians of rounds in which the studies take turns.

    What takes longer than `LONG_S` is measured in three rounds at most. Only acts whose name holds one of the words.
    """
    made = studies(place, cases)
    of_study = {count: acts(study, place / str(count) / "out") for count, study in made.items()}
    found: dict[str, list[float]] = {}
    for name in (name for name in of_study[cases[0]] if any(word in name for word in words)):
        seconds: dict[int, list[float]] = {count: [] for count in cases}
        for done in range(times):
            if done == 3 and max(seconds[cases[-1]]) > LONG_S:
                break
            for count in cases:
                gc.collect()
                start = time.process_time()
                of_study[count][name]()
                seconds[count].append(time.process_time() - start)
        found[name] = [statistics.median(seconds[count]) for count in cases]
        shown = "  ".join(f"{value:8.3f}" for value in found[name])
        print(f"{name:40} {shown} s", flush=True)
    return found


def exponent(cases: list[int], seconds: list[float]) -> float:
    """Of the growth from the first to the last number of cases."""
    return math.log(seconds[-1] / seconds[0]) / math.log(cases[-1] / cases[0])


def page(cases: list[int], found: Mapping[str, list[float]], earlier: Mapping[str, str]) -> str:
    head = " | ".join(f"{count} cases [s]" for count in cases)
    lines = [
        "# How a study grows",
        "",
        "Made by `bench/study_scale.py`: processor time, median of rounds in which the studies take turns; every case "
        "read by both readers, measurements kept from an export before. Every act opens the study anew. *The first "
        "time*: nothing is known of what the list showed before. Bounds: opening at most "
        f"{LONGEST_OPENING_S:g} s at 10,000 cases, exponents at most {LARGEST_EXPONENT:g}.",
        "",
        f"| act | {head} | exponent |",
        "| --- |" + " --- |" * (len(cases) + 1),
    ]
    rows = dict(earlier)
    for name, seconds in found.items():
        cells = " | ".join(f"{value:.3g}" for value in seconds)
        rows[name] = f"| {name} | {cells} | {exponent(cases, seconds):.2f} |"
    return "\n".join([*lines, *rows.values()]) + "\n"


def rows_of(file: Path | None) -> dict[str, str]:
    """Rows of a page that was written before, by act: it can be made in parts."""
    text = file.read_text(encoding="utf-8") if file is not None and file.is_file() else ""
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="1000,3000,10000")
    parser.add_argument("--studies", type=Path, metavar="FOLDER", help="keep the studies there")
    parser.add_argument("--times", type=int, default=7, help="rounds of each act; the median counts")
    parser.add_argument(
        "--only",
        action="append",
        metavar="WORD",
        help="acts with this word; the page keeps the rows of the others",
    )
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    cases = [int(count) for count in args.cases.split(",")]
    with tempfile.TemporaryDirectory() as place:
        found = measure(args.studies or Path(place), cases, args.times, args.only or [""])
    text = page(cases, found, rows_of(args.out) if args.only else {})
    print(text)
    if args.out is not None:
        args.out.write_text(text, encoding="utf-8")
    slow = [
        name for name, seconds in found.items() if exponent(cases, seconds) > LARGEST_EXPONENT + TOLERANCE
    ]
    slow += [name for name in found if name.startswith("open") and found[name][-1] > LONGEST_OPENING_S]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
