"""Install packages that the user agreed to, without touching what Slicer has."""

import logging
import tempfile
from pathlib import Path
from subprocess import CalledProcessError

from HER2LowMRILib.files.requirements import constraints_of_installed, requirements


def ensure(file: str) -> None:
    """Ask for the packages of a requirements file and install them; without them nothing changes.

    Parameters
    ----------
    file : str
        `files.requirements.ANALYSIS`, `SHEETS` or `WORD`.
    """
    from slicer.packaging import pip_ensure

    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(constraints_of_installed(), encoding="utf-8")
        try:
            pip_ensure(list(requirements(file)), constraints=str(constraints), requester="HER2LowMRI")
        except (RuntimeError, CalledProcessError) as error:
            # Declined, no network, or impossible without replacing what Slicer has: no defect, and said by the caller.
            logging.warning("Packages were not installed: %s", error)
