"""Put faults into clean synthetic series and count what the quality gate finds; the figures go into docs/intake.md.

``python bench/quality_gate.py [--faults 504] [--clean 240]``: each series is made anew, so the whole takes some
20 minutes on one core. The patients of the demonstration are judged as well.
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.volume_files import Volume
from HER2LowMRILib.images.intake.volume_series import series_of_volumes
from HER2LowMRILib.images.quality_gate import Quality, Verdict, judge_series, judge_voi
from HER2LowMRILib.synthetic.anatomy import Phantom, build
from HER2LowMRILib.synthetic.cases import draw_case
from HER2LowMRILib.synthetic.dwi_series import B_VALUES, measured_signals
from image_faults import FAULTS, make_series, part_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "intake.md"
BEGIN, END = "<!-- quality gate, written by bench/quality_gate.py -->", "<!-- end of quality gate -->"
PATIENTS = (1, 2, 3, 6, 7, 10)  # of the demonstration, those who lay still
WORDS = {
    "fat": "fat that was not suppressed, in one half or everywhere",
    "ghost": "half-field ghost of 8 to 30 %",
    "repeats": "one of four images at b 0 dimmer by 14 to 30 %, moved by 2 voxels or more, or of b 80 to 300",
    "snr": "noise 2 to 5 times as high",
    "shift": "the images from some b-value on displaced by 2 to 6 voxels",
    "dropout": "a slice of one image lost 35 to 80 % of its signal",
    "voi": "40 to 100 % of the VOI outside the body",
}


def judged(phantoms: list[Phantom], name: str, number: int) -> Quality | None:
    """Judge one series; None where the intake refuses it already."""
    rng = np.random.default_rng([number, *name.encode()])
    try:
        series, voi = make_series(phantoms[number % len(phantoms)], rng, FAULTS.get(name))
    except ImageError:
        return None
    return judge_series(series).joined(judge_voi(series.signals[0], voi))


def counts(phantoms: list[Phantom], name: str, amount: int) -> tuple[int, int]:
    """How many of the series are no pass, and for how many the fault itself is named."""
    found = named = 0
    for number in range(amount):
        quality = judged(phantoms, name, number)
        what = (
            [name] if quality is None else [f.what for f in quality.findings if f.verdict is not Verdict.PASS]
        )
        found += bool(what)
        named += any(one.startswith(name) for one in what)
        sys.stderr.write(f"\r{name} {number + 1}/{amount} ")
    sys.stderr.write("\n")
    return found, named


def demonstration() -> tuple[int, int]:
    """How many of the demonstration's patients pass, and how many of the others did not lie still."""
    passed = moved = 0
    for number in range(1, 13):
        case = draw_case(number)
        phantom = build(case)
        signals = measured_signals(case, phantom)
        volumes = [Volume(s, b, "made up") for s, b in zip(signals, B_VALUES, strict=True)]
        quality = judge_series(series_of_volumes(volumes, phantom.grid))
        clean = quality.joined(judge_voi(signals[0], phantom.voi)).verdict is Verdict.PASS
        passed += clean
        moved += not clean and bool(case.motion)
    return passed, moved


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=504)
    parser.add_argument("--clean", type=int, default=240)
    args = parser.parse_args()
    each = -(-args.faults // len(FAULTS))
    phantoms = [part_of(build(draw_case(number)), slice(4, 20)) for number in PATIENTS]
    found = {name: counts(phantoms, name, each) for name in FAULTS}
    alarms, _ = counts(phantoms, "clean", args.clean)
    passed, moved = demonstration()
    total = sum(one for one, _ in found.values())
    share = f"{100 * total / (each * len(FAULTS)):.1f} %"
    section = "\n".join(
        [
            BEGIN,
            "",
            f"Faults put into clean synthetic series of {len(PATIENTS)} patients, each drawn anew, and clean series:",
            "",
            "| fault | series | no pass | the fault named |",
            "| --- | ---: | ---: | ---: |",
            *(f"| {WORDS[name]} | {each} | {one} | {named} |" for name, (one, named) in found.items()),
            f"| **all faults** | {each * len(FAULTS)} | {total} ({share}) | {sum(n for _, n in found.values())} |",
            f"| clean | {args.clean} | {alarms} ({100 * alarms / args.clean:.1f} %) | |",
            "",
            f"Of the demonstration's 12 patients {passed} pass; {moved} moved, and the program says so.",
            "",
            END,
        ]
    )
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: section, page, flags=re.DOTALL),
        encoding="utf-8",
    )
    sys.stdout.write(section + "\n")


if __name__ == "__main__":
    main()
