"""Answers computed with R, carried with their source in Testing/data/oracles."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

ORACLES = Path(__file__).resolve().parents[2] / "data" / "oracles"


@pytest.fixture(scope="session")
def oracle() -> Callable[[str, str], dict]:
    """``oracle("kappa", "sas_skin")`` is that case of kappa.json."""

    def case(file: str, case_id: str) -> dict:
        cases = json.loads((ORACLES / f"{file}.json").read_text(encoding="utf-8"))["cases"]
        return next(case for case in cases if case["id"] == case_id)

    return case


@pytest.fixture(scope="session")
def oracle_table() -> Callable[[dict], dict[str, np.ndarray] | np.ndarray]:
    """The input file of a case: columns by name, or a bare table of counts."""

    def read(case: dict) -> dict[str, np.ndarray] | np.ndarray:
        lines = (ORACLES / case["input"]).read_text(encoding="utf-8").split()
        if not lines[0].startswith('"'):
            return np.loadtxt(lines, delimiter=",", dtype=int)
        names = [name.strip('"') for name in lines[0].split(",")]
        return dict(zip(names, np.loadtxt(lines[1:], delimiter=",").T, strict=True))

    return read
