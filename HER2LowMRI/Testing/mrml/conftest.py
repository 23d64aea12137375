"""A fresh Slicer scene per test, and VTK's errors as failures."""

import numpy as np
import pytest
from HER2LowMRILib.images.image_grid import ImageGrid
from slicer_session import application, slicer_python
from slicer_session.printed_errors import none_printed

slicer_python.install()


@pytest.fixture
def scene():
    """An empty scene, as after starting Slicer; the test fails on any error that is printed."""
    with none_printed():
        yield application.start()


@pytest.fixture
def oblique_grid() -> ImageGrid:
    """Anisotropic, tilted, not at the origin: what a mistake in axis order or sign cannot survive."""
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    return ImageGrid((9, 7, 5), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0), tuple(turn.ravel()))
