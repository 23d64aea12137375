"""SPSS syntax of a cohort: GNU PSPP, which speaks it, finds p values, coefficients and kappas of the tables."""

import re
import shutil
import subprocess

import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.synthetic.cohort import make_cohort
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

PSPP = shutil.which("pspp")
FAST = Settings(repeats=1, folds=5, bootstraps=2, label_draws=2)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    cohort = make_cohort()
    folder = tmp_path_factory.mktemp("spss")
    features = write_rows_as_csv(folder / "features.csv", cohort.features)
    readings = write_rows_as_csv(folder / "readings.csv", cohort.readings)
    analyze_cohort(features, folder / "out", readings=readings, settings=FAST)
    return folder / "out"


def test_every_procedure_of_spss_stands_with_what_the_report_prints(out):
    text = (out / "check.sps").read_text(encoding="utf-8-sig")
    # Three strata; one comparison of three groups and three pairs in each.
    assert text.count("NPAR TESTS /K-W=") == 3 and text.count("NPAR TESTS /M-W=") == 9
    assert text.count("LOGISTIC REGRESSION VARIABLES=y") > 30
    assert text.count("/ICC=MODEL(RANDOM) TYPE(ABSOLUTE)") >= 21
    assert text.count("/STATISTICS=KAPPA") >= 10
    assert max(map(len, text.splitlines())) < 3000
    assert "/work" not in text and "/tmp" not in text


@pytest.mark.skipif(PSPP is None, reason="PSPP is not installed")
def test_pspp_finds_the_numbers_of_the_tables(out):
    subprocess.run(
        [PSPP, "check.sps", "-o", "spss.csv", "-O", "format=csv"],
        cwd=out,
        capture_output=True,
        check=False,
        timeout=300,
    )
    told = (out / "spss.csv").read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in told if "error:" in line and "ICC" not in line]
    assert not errors, errors[:3]
    printed: dict[str, float] = {}
    coefficients: dict[str, tuple[float, float]] = {}
    kappas: list[float] = []
    compared = {"rank": 0, "logistic": 0, "kappa": 0}
    table = ""
    for line in told:
        table = line if line.startswith("Table:") else table
        if found := re.fullmatch(r"(\w+) p ([-+.\de]+)", line):
            printed[found[1]] = float(found[2])
        elif found := re.fullmatch(r"\S+ (\(constant\)|\w+) B ([-+.\de]+) p ([-+.\de]+)", line):
            coefficients[found[1]] = (float(found[2]), float(found[3]))
        elif found := re.fullmatch(r"\w+ kappa ([-+.\de]+)", line):
            kappas.append(float(found[1]))
        elif table == "Table: Test Statistics" and (
            found := re.fullmatch(r"(\w+),[\d.]+,[\d.]+,-?[\d.]+,([\d.]+)", line)
        ):
            assert float(found[2]) == pytest.approx(printed[found[1]], abs=0.00051), line
            compared["rank"] += 1
        elif found := re.fullmatch(r"(?:Step 1)?,(\w+),(-?[\d.]+),[\d.]+,[\d.]+,1,([\d.]+),.*", line):
            name = "(constant)" if found[1] == "Constant" else found[1].removesuffix("_c")
            assert float(found[2]) == pytest.approx(coefficients[name][0], abs=0.0051), line
            assert float(found[3]) == pytest.approx(coefficients[name][1], abs=0.00051), line
            compared["logistic"] += 1
        elif found := re.match(r"Measure of Agreement,Kappa,([-\d.]+)", line):
            assert float(found[1]) == pytest.approx(kappas[-1], abs=0.0051), line
            compared["kappa"] += 1
    assert compared["rank"] > 200 and compared["logistic"] > 150 and compared["kappa"] >= 10, compared
