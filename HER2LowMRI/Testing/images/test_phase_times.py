"""The phases come in the order of time with their times, or the times are said not to be known."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from made_examinations import GRE, LAYOUTS, Examination, Grid, Images, write_dynamic
from test_sorted_examinations import asked, images_of

KINDS = ("as they are", "missing", "equal", "one without", "interrupted", "lost")
_TIMES = ("AcquisitionTime", "ContentTime", "TriggerTime", "AcquisitionDateTime")

_ONE_TIME = dict.fromkeys(_TIMES) | {"AcquisitionTime": "100000", "ContentTime": "100000", "TriggerTime": 0.0}


def edit(path: Path, **values: object) -> None:
    """Set elements of a file; None takes one out."""
    data = pydicom.dcmread(path)
    for tag, value in values.items():
        if value is None:
            if tag in data:
                delattr(data, tag)
        else:
            setattr(data, tag, value)
    data.save_as(path)


def spoil(kind: str, phases: list[Images], rng: np.random.Generator) -> list[Images]:
    """Do to the files what the kind says; returns the phases that are whole."""
    files = [sorted({file for file, _ in phase}) for phase in phases]
    if kind == "equal":
        for file in (file for of in files for file in of):
            edit(file, **_ONE_TIME)
    if kind == "one without":
        edit(files[int(rng.integers(len(files)))][0], **dict.fromkeys(_TIMES))
    if kind == "interrupted":
        for file in files[-1][3:]:
            file.unlink()
        return phases[:-1]
    if kind == "lost":
        at = int(rng.integers(len(files)))
        for file in files[at]:
            file.unlink()
        return phases[:at] + phases[at + 1 :]
    return phases


def check(folder: Path, seed: int) -> None:
    rng = np.random.default_rng([seed, 17])
    maker = list(LAYOUTS)[seed % len(LAYOUTS)]
    layout = str(rng.choice(LAYOUTS[maker]))
    kind = KINDS[int(rng.integers(len(KINDS)))]
    if layout.startswith("enhanced") and kind not in ("as they are", "missing"):
        kind = "missing"
    exam = Examination(folder, rng, maker)
    count = int(rng.integers(4, 8))
    step = float(rng.uniform(40, 110))
    pause = 0.0 if layout == "no tags" else float(rng.uniform(0, 90))
    times = [0.0, *(pause + step * np.arange(1, count))]
    slope = float(rng.uniform(-0.1, 0.12))
    uptakes = [0.0, *(1.2 * (1 + slope * np.arange(count - 1)))]
    phases = write_dynamic(
        exam, 10, layout, times, uptakes, Grid(), name="dyn", tags=GRE, with_times=kind != "missing"
    )
    whole = spoil(kind, phases, rng)
    found = sort_folder(folder)
    told = f"{seed}: {maker}, {layout}, {kind}: {[q.text for q in found.questions]} {found.notes}"
    if "dce" in asked(found):
        assert kind in ("interrupted", "lost", "one without"), told
        return
    got = [images_of(phase.images) for phase in found.dce]
    assert got == whole, told
    # Whatever is lost, what is shown as the phase before contrast is that.
    assert got[0] == phases[0], told
    start = times[phases.index(whole[0])]
    for phase, images in zip(found.dce, got, strict=True):
        true = times[phases.index(images)] - start
        known = phase.time_s is not None
        assert known == (phase.time_source != "not known"), told
        assert not known or abs(phase.time_s - true) <= 1.0, (told, phase.time_s, true)
    if kind == "as they are":
        assert layout == "enhanced" or all(phase.time_s is not None for phase in found.dce), told


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(30, 540), marks=pytest.mark.full)])
def test_phases_of_five_hundred_timings_are_in_order(seeds: range, tmp_path: Path):
    for seed in seeds:
        folder = tmp_path / str(seed)
        check(folder, seed)
        shutil.rmtree(folder)
