"""A share is unplugged at any moment of any command: one line says so, without a traceback and without a place."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS

NAME = "SYNTHETIC^JANE"
_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir")


class Unplugging:
    """Renames a folder away before the n-th call to the file system below it."""

    def __init__(self):
        self.folder, self.away, self.seen, self.at = None, None, 0, 0
        sys.addaudithook(self._hook)
        self._stat = os.stat

    def _hook(self, event, arguments):
        if self.folder is not None and event in _EVENTS and str(arguments[0]).startswith(self.folder):
            self._count()

    def _count(self):
        self.seen += 1
        if self.seen == self.at:
            folder, self.folder = self.folder, None
            Path(folder).rename(self.away)

    def stat(self, path, **options):
        if self.folder is not None and str(path).startswith(self.folder):
            self._count()
        return self._stat(path, **options)


UNPLUGGING = Unplugging()


@pytest.fixture(scope="module")
def share(tmp_path_factory):
    """A study and, beside it, the images of its cases in a folder with a patient's name."""
    share = tmp_path_factory.mktemp("unplugged") / "share"
    study = create_study(share / "study", "Synthetic study", ("r1",), seed=3, synthetic=True)
    for number in (1, 2):
        write_images(share / NAME / f"P{number}", number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(share / NAME / f"P{n}"), b_values=B_VALUES))
            for n in (1, 2)
        )
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.save_voi({"lesion": lesion_mask()}, GRID)
        for item, value in MASS.items():
            case.set_answer(item, value)
        case.sign_off()
    return share


def commands(share, out):
    study, images = share / "study", share / NAME
    files = [str(file) for file in image_files(images / "P1")]
    return {
        "check": ["study", "check", study, "--images"],
        "received": ["study", "check", study, "--received"],
        "status": ["study", "status", study],
        "monitor": ["study", "monitor", study],
        "cases": ["study", "cases", study],
        "exclude": ["study", "exclude", study, "P2", "--reason", "synthetic"],
        "remove": ["study", "remove", study, "P2", "--reason", "synthetic", "--take-over"],
        "sort": ["study", "sort", study],
        "add": ["study", "add", study, images, "--keep-names"],
        "export": ["export", study, "--out", out, "--jobs", "1"],
        "dicom": ["dicom", study, "--out", out],
        "maps": ["maps", *files, "--b-values", "0,800,1400,2000", "--out", out],
        "examination": ["examination", images / "P1"],
        "merge": ["study", "merge", out / "merged", f"A={study}", f"B={study}", "--prefix"],
    }


LOOKING = ("check", "status", "monitor", "cases", "export")


@pytest.mark.parametrize("every", [61, pytest.param(3, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", commands(Path("x"), Path("y")))
def test_a_share_that_is_unplugged_at_any_moment_is_told_in_one_line(
    share, tmp_path, monkeypatch, capsys, name, every
):
    monkeypatch.setattr(os, "stat", UNPLUGGING.stat)
    away = share.with_name("away")
    number, stops, reached = 1, 0, True
    whole = None
    if name in LOOKING:
        assert (
            main([str(argument) for argument in commands(share, tmp_path / "whole")[name]] + ["--quiet"]) == 0
        )
        whole = capsys.readouterr().out
    while reached:
        arguments = [str(argument) for argument in commands(share, tmp_path / f"{number}")[name]]
        UNPLUGGING.folder, UNPLUGGING.away, UNPLUGGING.seen, UNPLUGGING.at = str(share), str(away), 0, number
        try:
            status = main([*arguments, "--quiet"])
        finally:
            UNPLUGGING.folder = None
            reached = away.exists()
            made = sorted(path.relative_to(share) for path in share.rglob("*")) if reached else []
            if reached:
                shutil.rmtree(share, ignore_errors=True)
                away.rename(share)
        said = capsys.readouterr()
        assert status in (0, 1), f"stop {number}"
        # What could not be looked at is not told as if it were not there.
        assert not (reached and status == 0 and whole) or said.out == whole, f"stop {number}"
        assert made == [], f"stop {number}: made where the share had been"
        for text in (said.out, said.err):
            assert "unexpected" not in text, f"stop {number}: {text}"
            assert NAME not in text, f"stop {number}: {text}"
            assert str(share.parent) not in text.replace(str(tmp_path), ""), f"stop {number}: {text}"
        stops += reached
        number += every
    print(f"{name}: {stops} stop points")
    assert stops
