"""Make the pictures of the README from the synthetic patients of the demonstration: `make pictures`."""

import shutil
import tempfile
from pathlib import Path

from HER2LowMRILib.workflow.demo import PICTURES_FOLDER, run_demo

# Picture in the documentation <- case of the demonstration.
PICTURES = {"synthetic-mass.png": "synthetic-01.png", "synthetic-non-mass.png": "synthetic-02.png"}


def main() -> None:
    """Run the demonstration on a few patients and copy two of its pictures beside this file."""
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder), len(PICTURES), cohort=False)
        for name, source in PICTURES.items():
            shutil.copyfile(Path(folder) / PICTURES_FOLDER / source, here / name)


# The demonstration works in processes of its own, which import this file on some systems.
if __name__ == "__main__":
    main()
