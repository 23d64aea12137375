"""What an analysis needs before it can start: packages beyond the Python of Slicer, and the tables of an export."""

import importlib
from importlib.util import find_spec
from pathlib import Path

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.files.requirements import ANALYSIS, requirements
from HER2LowMRILib.workflow.export_cohort import FEATURES_FILE, READINGS_FILE

# What a package is called where it is imported, if it is called otherwise.
_MODULES = {"python-docx": "docx"}


def missing_packages(file: str = ANALYSIS) -> tuple[str, ...]:
    """Names of the packages of a requirements file that are not installed; the panel asks before it installs them."""
    # What was installed a moment ago counts too.
    importlib.invalidate_caches()
    names = [requirement.split(">=")[0] for requirement in requirements(file)]
    return tuple(name for name in names if find_spec(_MODULES.get(name, name)) is None)


def need_package(module: str, name: str, purpose: str) -> None:
    """Refuse what a package is needed for while it is not installed.

    Raises
    ------
    AnalysisError
    """
    importlib.invalidate_caches()
    if find_spec(module) is None:
        raise AnalysisError(
            f"{purpose} cannot be made",
            needed=f"the package {name}",
            found="it is not installed",
            todo=f"Install it: pip install {name}",
        )


def proposed_inputs(folder: Path) -> tuple[Path | None, Path | None]:
    """Tables of an export: features and readings, None for one that is not there."""
    features, readings = Path(folder) / FEATURES_FILE, Path(folder) / READINGS_FILE
    return features if features.is_file() else None, readings if readings.is_file() else None
