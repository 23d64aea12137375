"""``python -m HER2LowMRILib`` and ``PythonSlicer -m HER2LowMRILib``."""

import sys

from HER2LowMRILib.cli import main

sys.exit(main())
