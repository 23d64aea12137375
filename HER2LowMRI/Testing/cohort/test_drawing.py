"""Figures are drawn in an application of Qt (as Slicer is) without taking up a window system."""

import subprocess
import sys

import pytest

# In a process of its own: what matplotlib chose once stays for the process.
IN_AN_APPLICATION = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
application = QApplication([])
import matplotlib
{before}
import numpy as np, pandas as pd
from HER2LowMRILib.cohort.report import figures
rows = pd.DataFrame({{"her2_group": ["zero", "low", "over"] * 8, "adc_mean": np.linspace(0.8, 1.4, 24)}})
for form in ("svg", "png", "pdf"):
    assert figures.rendered(figures.box_plots(rows, ["adc_mean"], ["ADC mean"], ["1e-3 mm2/s"]), form, 100)
windows = [name for name in sys.modules if name.startswith("matplotlib.backends.backend_q")]
print(matplotlib.get_backend().lower(), *windows)
"""


@pytest.mark.parametrize(
    ("before", "backend"),
    [("", "agg"), ("matplotlib.use('svg')", "svg")],
    ids=["nobody chose", "somebody chose"],
)
def test_no_window_system_is_taken_up_and_a_choice_is_kept(before, backend):
    pytest.importorskip("PySide6")
    done = subprocess.run(
        [sys.executable, "-c", IN_AN_APPLICATION.format(before=before)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [backend]
