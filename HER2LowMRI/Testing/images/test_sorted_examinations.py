"""An examination is sorted right, or a person is asked; never wrong without a word."""

import shutil
from pathlib import Path

import pytest
from HER2LowMRILib.images.examination import Examination, ImageSet
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from random_examinations import draw


def images_of(found: ImageSet) -> frozenset[tuple[Path, int]]:
    frames = found.frames or ((0,),) * len(found.files)
    return frozenset((file, at) for file, of in zip(found.files, frames, strict=True) for at in of)


def asked(found: Examination) -> set[str]:
    return {question.role for question in found.questions}


def check(folder: Path, seed: int) -> tuple[bool, bool]:
    """Whether the examination is a plain one, and whether anything was asked."""
    truth = draw(folder, seed)
    found = sort_folder(folder)
    told = f"examination {seed}: {found.questions} {found.notes}"
    questions = asked(found)
    assert truth.must_ask <= questions, told
    if "dce" not in questions:
        assert [images_of(phase.images) for phase in found.dce] == truth.dce, told
        for phase, time in zip(found.dce, truth.times, strict=True):
            assert phase.time_s is None or abs(phase.time_s - time) <= 1.0, told
    if not {"dce", "ultrafast"} & questions:
        assert [images_of(phase.images) for phase in found.ultrafast] == truth.ultrafast, told
    for role in ("t1", "t2"):
        if role not in questions:
            assert {one.series for one in getattr(found, role)} == getattr(truth, role), (role, told)
    return truth.is_plain, bool(questions)


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 1100), marks=pytest.mark.full)])
def test_a_thousand_examinations_are_sorted_right_or_asked_about(seeds: range, tmp_path: Path):
    plain, asked_of_plain = 0, 0
    for seed in seeds:
        folder = tmp_path / str(seed)
        is_plain, was_asked = check(folder, seed)
        plain += is_plain
        asked_of_plain += is_plain and was_asked
        shutil.rmtree(folder)
    assert plain > 0.6 * len(seeds)
    assert asked_of_plain <= 0.1 * plain
