"""The module in a Slicer session, with a small synthetic study, worked through its widgets."""

import pytest
from slicer_session import slicer_python
from slicer_session.panel import Session, qt
from slicer_session.person import Person
from slicer_session.printed_errors import none_printed
from slicer_session.small_images import write_small_series

# Tests import what imports texts, before there is a session.
slicer_python.install()


@pytest.fixture
def printed():
    """Fails the test on a traceback, or an error of VTK or Qt, that was only printed."""
    with none_printed() as errors:
        yield errors


@pytest.fixture
def session(tmp_path, printed, monkeypatch):
    """Slicer with the module loaded; it prepares the next case only where a test asks for it."""
    settings = qt.QSettings()
    settings.clear()
    running = Session()
    monkeypatch.setattr("HER2LowMRILib.gui.panel.AHEAD_MS", 3_600_000)
    yield running
    running.close()
    assert not running.errors(), running.errors()


@pytest.fixture
def panel(session):
    """The panel, shown and entered."""
    return session.open().panel


@pytest.fixture(scope="session")
def image_tree(tmp_path_factory):
    """Three small cases on the disk, with the truth of each by name."""
    root = tmp_path_factory.mktemp("images")
    truth = {f"CASE-{n:03d}": write_small_series(root / f"CASE-{n:03d}", n) for n in (1, 2, 3)}
    return root, truth


@pytest.fixture
def person(session, panel, image_tree):
    """Somebody at the panel, who only clicks and types."""
    return Person(session, panel, image_tree[1])


@pytest.fixture
def study(person, image_tree, tmp_path):
    """A study of the three cases, set up through the panel."""
    return person.sets_up_study(tmp_path / "study", image_tree[0])
