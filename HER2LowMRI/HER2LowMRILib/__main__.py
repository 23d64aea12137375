"""``python -m HER2LowMRILib`` and ``PythonSlicer -m HER2LowMRILib``."""

import sys

from HER2LowMRILib.cli import main

if __name__ == "__main__":
    sys.exit(main())
