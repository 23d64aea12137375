"""The functions for scripts and notebooks: quick to import, documented, and the page about them runs."""

import doctest
import subprocess
import sys
from pathlib import Path

import HER2LowMRILib
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
LIBRARY = Path(HER2LowMRILib.__file__).parents[1]


def test_importing_brings_nothing_heavy_in():
    code = (
        "import sys; before = set(sys.modules); import HER2LowMRILib; "
        "heavy = {'numpy', 'scipy', 'SimpleITK', 'pandas', 'pydicom', 'slicer'} & (set(sys.modules) - before); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=LIBRARY, timeout=60)


@pytest.mark.parametrize("name", HER2LowMRILib.__all__)
def test_every_public_name_is_there_and_documented(name):
    found = getattr(HER2LowMRILib, name)
    assert found.__doc__ and found.__module__.startswith("HER2LowMRILib.")
    assert name in dir(HER2LowMRILib)
    assert name in PAGE.read_text() or name in ("FitOptions", "FeatureSet")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'read_everything'"):
        _ = HER2LowMRILib.read_everything


def test_the_page_runs_as_it_stands():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried >= 15
    assert failed == 0
