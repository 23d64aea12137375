"""What names say, and that no name that contradicts the header is believed with certainty."""

import csv
import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.images.examination import CERTAIN, DCE, T1, T2, ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.acquisition import Acquisition
from HER2LowMRILib.images.sorting.series_names import name_facts
from HER2LowMRILib.images.sorting.sort_volumes import sort_volumes
from HER2LowMRILib.images.sorting.volume import Volume

GRID = ImageGrid((8, 8, 20), (1.0, 1.0, 2.0))
GRE = Acquisition(sequence=frozenset({"GR"}), options=(), kind="3D", repetition_ms=5.0, flip_deg=10.0)
SE = Acquisition(sequence=frozenset({"SE"}), options=("FS",), kind="2D", repetition_ms=4500.0, flip_deg=150.0)


def volume(key: int, name: str, facts: Acquisition, echo_ms: float, **more: object) -> Volume:
    pixels = np.random.default_rng(key).uniform(100, 200, (3, 8, 8)) * more.pop("gain", 1.0)
    images = ImageSet(key, name, GRID, (Path("somewhere"),))
    return Volume(key, images, facts, echo_ms, ("ORIGINAL", "PRIMARY"), "", middle=lambda: pixels, **more)


def dynamic(name: str) -> list[Volume]:
    return [
        volume(10, name, GRE, 2.0, order=p, of=4, order_source="temporal position",
               times={"trigger time": 60.0 * p}, gain=1.0 if p == 0 else 1.8)
        for p in range(4)
    ]  # fmt: skip


def examination(t1: str = "T1 non fs", t2: str = "T2 fs", dce: str = "dyn") -> list[Volume]:
    of_t1 = Acquisition(sequence=frozenset({"GR"}), options=(), kind="3D", repetition_ms=7.0, flip_deg=12.0)
    return [volume(2, t2, SE, 90.0), volume(3, t1, of_t1, 2.5), *dynamic(dce)]


def test_the_examination_itself_is_certain():
    found = sort_volumes(examination())
    assert {role: decision.certainty for role, decision in found.decisions.items()} == dict.fromkeys(
        (T1, T2, DCE), CERTAIN
    )


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("t1_fl3d_tra_dynaVIEWS_SUB_MIP_TRA", {"derived": "projection (MIP)"}),
        ("(25880/8/1..58)-(25880/7/1..58)", {"derived": "subtraction"}),
        ("sSUB dyn_eTHRIVE", {"derived": "subtraction"}),
        ("Subtraktion 2", {"derived": "subtraction"}),
        ("soustraction", {"derived": "subtraction"}),
        ("Registered AX Sen Vibrant +C", {"derived": "registered copy"}),
        ("Dynamic-3dfgre: SER", {"derived": "computed image"}),
        ("ISPY2: FAT:(IDEAL) T2FSE+ASSET no NP", {"derived": "Dixon fat image", "t2": True}),
        ("ISPY2: WATER:T2fseidealarc_BP", {"derived": "", "t2": True, "water": True, "fat_suppressed": True}),
        ("PJN", {"derived": "projection (MIP)"}),
        ("ISPY2: 3 Plane Scout", {"localizer": True}),
        ("t1_vibe spair post", {"t1": True, "t2": False, "fat_suppressed": True, "after": True}),
        ("t1_fl3d_tra_non-fs", {"t1": True, "fat_suppressed": False}),
        ("AX T2 FSE", {"t2": True, "fat_suppressed": None}),
        ("AX T2 FS", {"t2": True, "fat_suppressed": True}),
        ("AX 3D NON FAT SAT", {"fat_suppressed": False}),
        ("Ph3/AX VIBRANT", {"dynamic": True, "phase": 3}),
        ("AX VIBRANT 2nd pass", {"phase": 2, "after": True}),
        ("Ax VIBRANT PRE/POST", {"pre": False, "post": False}),
        ("AX Sen Vibrant MASK+F", {"pre": True, "derived": ""}),
        ("t1 fl3d nativ", {"pre": True}),
        ("t1 nach KM", {"post": True, "after": True}),
        ("T1 sans injection", {"pre": True, "post": False}),
        ("T1 avec injection", {"post": True}),
        ("T1 sin contraste", {"pre": True}),
        ("T1 con contraste", {"post": True}),
        ("t1 vor KM", {"pre": True, "post": False}),
        ("T1 pre contrast", {"pre": True, "post": False}),
        ("T1 without contrast", {"pre": True, "post": False}),
        ("dyn pre and post contrast", {"pre": False, "post": False}),
        ("KM 3", {"phase": 3, "post": True}),
        ("3. Phase minus nativ", {"derived": "subtraction"}),
        ("dyn_eTHRIVE UFAST 3s", {"ultrafast": True}),
        ("Sag T2 FS Left+C", {"side": "left", "t2": True}),
        ("T1 right breast", {"side": "right"}),
        ("ep2d_diff_tra", {"diffusion": True}),
    ],
)  # fmt: skip
def test_a_name_says_what_people_mean_by_it(name: str, facts: dict[str, object]):
    found = name_facts(name)
    assert {key: getattr(found, key) for key in facts} == facts


# Told apart without the library's own words, so that both would have to be wrong.
SAYS_T1 = re.compile(r"(?<![a-z0-9])t1(?!\d)", re.IGNORECASE)
SAYS_T2 = re.compile(r"(?<![a-z0-9])t2(?!\d)|stir(?![a-z])|tirm", re.IGNORECASE)
SAYS_COMPUTED = re.compile(
    r"_sub(?![a-z])|(?<![a-z])mip(?![a-z])|subtract|registered|: (ser|pe\d)", re.IGNORECASE
)
SAYS_DIFFUSION = re.compile(r"(?<![a-z])dwi(?![a-z])|ep2d_diff|(?<![a-z])adc(?![a-z])", re.IGNORECASE)


def contradicts(name: str, role: str) -> bool:
    t1, t2 = SAYS_T1.search(name), SAYS_T2.search(name)
    other = (t1 and not t2) if role == T2 else (t2 and not t1)
    return bool(other or SAYS_COMPUTED.search(name) or SAYS_DIFFUSION.search(name))


@pytest.mark.shared_data
@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.full)])
def test_no_real_name_that_contradicts_a_header_is_called_certain(step: int, shared_dir: Path):
    """The names of 64,755 series of public breast MRI on headers of a T2, a T1 and a dynamic series."""
    with gzip.open(shared_dir / "data" / "breast_series.csv.gz", "rt") as table:
        rows = [row["SeriesDescription"] for row in csv.DictReader(table)]
    assert len(rows) == 64755
    wrong, contradictions = [], 0
    for name in sorted(set(rows))[::step]:
        for role in (T1, T2, DCE):
            if not contradicts(name, role):
                continue
            contradictions += 1
            found = sort_volumes(examination(**{role: name}))
            decision = found.decisions.get(role)
            if getattr(found, role) and decision is not None and decision.certainty == CERTAIN:
                wrong.append((role, name))
    assert wrong == []
    assert contradictions > 2000 / step
