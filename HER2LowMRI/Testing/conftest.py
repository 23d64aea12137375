"""What every test may rely on: no network, and the measured data where it is at hand."""

import os
import socket
from pathlib import Path

import hypothesis
import pytest

# The same examples in every run: a test that fails fails for everybody.
hypothesis.settings.register_profile("seeded", derandomize=True)
hypothesis.settings.load_profile("seeded")

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Measured data kept outside the repository; a test that needs it says when it is absent."""
    folder = Path(os.environ.get("HER2LOWMRI_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(
            "no measured data here: set HER2LOWMRI_SHARED to the folder that holds data/ and oracles/"
        )
    return folder


@pytest.fixture(autouse=True, scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the settings of whoever runs the tests out of them, in processes that tests start as well."""
    os.environ["HER2LOWMRI_SETTINGS"] = str(tmp_path_factory.mktemp("settings"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError("a test tried to reach the network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--part K/N`: the K-th of N parts of the tests, for `run_tests.py`."""
    parser.addoption("--part", default="1/1", help="K/N: only the K-th of N equal parts of the tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to `make test-full`, which asks for them by `-m full`; of the others, those of the part."""
    wanted = list(items)
    if "full" not in (config.option.markexpr or ""):
        wanted = [item for item in wanted if not item.get_closest_marker("full")]
    part, parts = (int(number) for number in config.option.part.split("/"))
    wanted = wanted[len(wanted) * (part - 1) // parts : len(wanted) * part // parts]
    kept = set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = wanted
