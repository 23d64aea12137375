"""R computes every number of the tables again from the rows that were analysed, where R is at hand."""

import shutil
import subprocess

import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.synthetic.cohort import make_cohort
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

RSCRIPT = shutil.which("Rscript")
needs_r = pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")


def checked(folder) -> tuple[int, str]:
    found = subprocess.run([RSCRIPT, "check.R"], cwd=folder, capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    cohort = make_cohort()
    folder = tmp_path_factory.mktemp("demo")
    features = write_rows_as_csv(folder / "features.csv", cohort.features)
    readings = write_rows_as_csv(folder / "readings.csv", cohort.readings)
    analyze_cohort(
        features, folder / "out", readings=readings, settings=Settings(repeats=1, folds=5, bootstraps=2)
    )
    return folder / "out"


@needs_r
def test_r_reproduces_every_number_of_the_demo_cohort(out):
    status, told = checked(out)
    assert status == 0, told
    agree = int(told.split()[0])
    assert agree > 13_000 and ", " not in told.split("\n")[0].replace("agree, 0 differ", ""), told


@needs_r
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("univariate.csv", "p"),
        ("models.csv", "odds_ratio"),
        ("roc.csv", "ci_low"),
        ("agreement.csv", "estimate"),
    ],
)
def test_r_finds_a_number_that_was_changed(out, tmp_path, name, column):
    import pandas as pd

    folder = tmp_path / "changed"
    shutil.copytree(out, folder)
    table = pd.read_csv(folder / name)
    place = table.index[table[column].notna()][5]
    table.loc[place, column] *= 1.001
    table.to_csv(folder / name, index=False)
    status, told = checked(folder)
    assert status == 1
    assert f"{name}" in told and column in told
