"""A made-up cohort of 232 patients as rows, with the effects the paper reports and no patient behind it.

Group sizes, lesion types and descriptor counts are chosen so that the tests come near the published ones
(Shen et
al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031); the ADC, D_app and K_app features are
measured by
``core.histogram`` on voxels drawn for every lesion, so that they hang together as real ones do. D_app and
K_app differ
between the groups in NME-related lesions only. The cohort serves the demo, the benchmark and the tests of the
analysis; it says nothing about HER2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core import clinic
from HER2LowMRILib.core.columns import File, Row, column_names
from HER2LowMRILib.core.feature_set import FEATURES, FeatureSet
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.her2 import SETTLED_GROUPS
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.lexicon import load_lexicon
from HER2LowMRILib.synthetic.lesion_voxels import LesionVoxels, draw_lesion, redraw_by_reader

# Of some 60 seeds looked at, the one whose results come nearest to the published ones.
DEFAULT_SEED = 43

READERS = ("r1", "r2")
# Cases by group: mass, nme, mass_with_nme. With these the published widths of the AUC intervals come out.
LESION_TYPES = {"zero": (49, 6, 5), "low": (56, 20, 15), "over": (36, 17, 28)}
# Cases by group with the finding.
T2_HYPERINTENSE = {"zero": 25, "low": 58, "over": 35}
IRREGULAR_MASSES = {"zero": 22, "low": 44, "over": 19}
NON_CIRCUMSCRIBED_MASSES = {"zero": 32, "low": 52, "over": 31}
ER_POSITIVE = {"zero": 27, "low": 68, "over": 39}
KI67_MEDIAN = {"zero": 45.0, "low": 33.0, "over": 45.0}
IHC_ISH = {
    "zero": (("0", None, 60),),
    "low": (("1+", None, 48), ("2+", "negative", 43)),
    "over": (("3+", None, 61), ("2+", "positive", 20)),
}
MULTIFOCAL = 87
# Of IHC 0; and the site of a case: site C sees twice as many HER2-over as HER2-zero.
ULTRALOW_SHARE = 0.4
SITES = {
    "zero": (("A", 0.5), ("B", 0.3), ("C", 0.2)),
    "low": (("A", 0.4), ("B", 0.35), ("C", 0.25)),
    "over": (("A", 0.3), ("B", 0.3), ("C", 0.4)),
}
# Chance that one of the two readers answers at random: kappa is about 1 minus this.
_MISREAD = (0.06, 0.14)
# An irregular mass is this much more likely to be non-circumscribed.
_IRREGULAR_WEIGHT = 1.6
_VOXEL_MM3, _SLICE_MM = 7.2, 5.0
_SHARES: dict[str, tuple[tuple[str | int, float], ...]] = {
    "fgt": (("a", 0.08), ("b", 0.30), ("c", 0.45), ("d", 0.17)),
    "bpe": (("minimal", 0.25), ("mild", 0.38), ("moderate", 0.24), ("marked", 0.13)),
    "peritumoral_edema": ((1, 0.45), (0, 0.55)),
    "mass_enhancement": (
        ("homogeneous", 0.12),
        ("heterogeneous", 0.58),
        ("rim", 0.25),
        ("dark_internal_septations", 0.05),
    ),
    "nme_distribution": (
        ("focal", 0.12),
        ("linear", 0.08),
        ("segmental", 0.42),
        ("regional", 0.26),
        ("multiple_regions", 0.12),
    ),
    "nme_enhancement": (
        ("homogeneous", 0.08),
        ("heterogeneous", 0.42),
        ("clumped", 0.34),
        ("clustered_ring", 0.16),
    ),
}


@dataclass(frozen=True)
class SyntheticCohort:
    """Rows of a made-up study, marked ``synthetic`` = 1.

    Attributes
    ----------
    features : list of dict
        One row per patient, as features.csv; VOI features are the mean of the two readers'.
    readings : list of dict
        One row per patient and reader, as readings.csv, before adjudication.
    seed : int
    """

    features: list[Row]
    readings: list[Row]
    seed: int


def make_cohort(seed: int = DEFAULT_SEED, *, dirty: bool = False, bin_factor: float = 1.0) -> SyntheticCohort:
    """Draw the cohort.

    Parameters
    ----------
    seed : int
        The same seed gives the same rows.
    dirty : bool
        Spoil it a little, so that every warning of the analysis has its occasion: 2 % of the cells are
        missing, one
        IHC 2+ has no ISH, one reader left out a lesion, one category has a single case, and all low masses
        are
        non-circumscribed, which separates the groups of a model.
    bin_factor : float
        Width of the entropy's bins over the usual one; nothing else depends on it.
    """
    features_measured = FeatureSet().with_bins_of(bin_factor)
    rng_case, rng_voxels, rng_reader, rng_dirt, rng_more = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)
    )
    cases = _cases(rng_case)
    _add_staining_and_sites(cases, rng_more)
    if dirty:
        _spoil_answers(cases, rng_dirt)
    misread = {item: rng_reader.uniform(*_MISREAD) for item in _answered_items()}
    features, readings = [], []
    form = Form(load_lexicon())
    for case in cases:
        lesion = draw_lesion(case["group"], case["answers"]["lesion_type"] != "mass", rng_voxels)
        case["answers"]["lesion_size_mm"] = _size_mm(lesion, rng_voxels)
        answers = _read_twice(case, cases, misread, rng_reader)
        measured = []
        for reader, given in zip(READERS, answers, strict=True):
            drawn = redraw_by_reader(lesion, rng_reader)
            measured.append(_voi_values(drawn, features_measured))
            readings.append(
                _row("readings", form, given, measured[-1], {"case_id": case["case_id"], "reader": reader})
            )
        both = {name: _mean_of(name, [one[name] for one in measured]) for name in measured[0]}
        head = {"case_id": case["case_id"], "site": case["site"], **clinic.row_values(case["clinic"])}
        differ = sum(answers[0][item] != answers[1][item] for item in misread)
        tail = {"voi_choice": "mean", "adjudicated_items": differ}
        features.append(_row("features", form, case["answers"], both, head | tail))
    if dirty:
        _spoil_rows(features, readings, rng_dirt)
    return SyntheticCohort(features, readings, seed)


def _answered_items() -> tuple[str, ...]:
    return ("lesion_type", "multifocal", "t2_hyperintensity", "mass_shape", "mass_margin", *_SHARES)


def _cases(rng: np.random.Generator) -> list[dict]:
    cases: list[dict[str, Any]] = []
    for group in SETTLED_GROUPS:
        types = np.repeat(["mass", "nme", "mass_with_nme"], LESION_TYPES[group])
        n = len(types)
        t2, er = _exactly(T2_HYPERINTENSE[group], n, rng), _exactly(ER_POSITIVE[group], n, rng)
        pr = er & (rng.random(n) < 0.85)
        ki67 = np.clip(5 * np.round(KI67_MEDIAN[group] * np.exp(0.55 * rng.normal(size=n)) / 5), 1, 95)
        age = np.clip(np.round(rng.normal(51, 10.5, n)), 25, 85)
        tests = [(ihc, ish) for ihc, ish, count in IHC_ISH[group] for _ in range(count)]
        tests = [tests[i] for i in rng.permutation(n)]
        irregular, blurred = _shape_and_margin(group, types == "mass", rng)
        for i in range(n):
            answers: dict[str, Any] = {name: _pick(shares, rng) for name, shares in _SHARES.items()}
            answers |= {
                "lesion_type": str(types[i]),
                "t2_hyperintensity": int(t2[i]),
                "mass_shape": "irregular" if irregular[i] else _pick((("oval", 0.6), ("round", 0.4)), rng),
                "mass_margin": (
                    _pick((("irregular", 0.65), ("spiculated", 0.35)), rng) if blurred[i] else "circumscribed"
                ),
            }
            stated = {
                "age": int(age[i]),
                "er": int(er[i]),
                "pr": int(pr[i]),
                "ki67_percent": float(ki67[i]),
                "her2_ihc": tests[i][0],
                "her2_ish_result": tests[i][1],
                "her2_specimen": "surgical",
            }
            cases.append({"group": group, "answers": answers, "clinic": stated})
    for case, several in zip(cases, _exactly(MULTIFOCAL, len(cases), rng), strict=True):
        case["answers"]["multifocal"] = int(several)
    cases = [cases[i] for i in rng.permutation(len(cases))]
    for number, case in enumerate(cases, start=1):
        case["case_id"] = f"SYN-{number:03d}"
    return cases


def _add_staining_and_sites(cases: list[dict], rng: np.random.Generator) -> None:
    """Staining behind IHC 0, and three sites that see the groups in other shares."""
    for case in cases:
        if case["clinic"]["her2_ihc"] == "0":
            case["clinic"]["her2_zero_staining"] = (
                "ultralow" if rng.random() < ULTRALOW_SHARE else "no_staining"
            )
        case["site"] = _pick(SITES[case["group"]], rng)


def _shape_and_margin(
    group: str, is_mass: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Irregular shape and non-circumscribed margin: counts fixed among masses, by chance elsewhere."""
    n = len(is_mass)
    irregular, blurred = rng.random(n) < 0.6, rng.random(n) < 0.8
    masses = np.flatnonzero(is_mass)
    irregular[masses] = _exactly(IRREGULAR_MASSES[group], len(masses), rng)
    weight = np.where(irregular[masses], _IRREGULAR_WEIGHT, 1.0)
    chosen = rng.choice(masses, size=NON_CIRCUMSCRIBED_MASSES[group], replace=False, p=weight / weight.sum())
    blurred[masses] = np.isin(masses, chosen)
    return irregular, blurred


def _exactly(count: int, n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(np.arange(n) < count)


def _pick(shares: Sequence[tuple[str | int, float]], rng: np.random.Generator) -> str | int:
    values, chances = zip(*shares, strict=True)
    return values[rng.choice(len(values), p=chances)]


def _size_mm(lesion: LesionVoxels, rng: np.random.Generator) -> float:
    sphere = (6 * lesion.d.size * _VOXEL_MM3 / np.pi) ** (1 / 3)
    return float(np.round(np.clip(1.15 * sphere * np.exp(0.15 * rng.normal()), 5, 120)))


def _read_twice(
    case: dict, cases: list[dict], misread: dict[str, float], rng: np.random.Generator
) -> tuple[dict, dict]:
    """Answers of both readers: now and then one of them answers as for some other patient."""
    answers = (dict(case["answers"]), dict(case["answers"]))
    for item, chance in misread.items():
        if rng.random() < chance:
            other = cases[rng.integers(len(cases))]["answers"][item]
            answers[rng.integers(2)][item] = other
    for given in answers:
        given["lesion_size_mm"] = float(
            max(1.0, np.round(given["lesion_size_mm"] * np.exp(0.05 * rng.normal())))
        )
    return answers


def _voi_values(lesion: LesionVoxels, features: FeatureSet) -> Row:
    voi = np.ones(lesion.d.shape, dtype=bool)
    found = measure_voi(lesion.maps, voi, features)
    voxels, measured = voi.size, found.features
    volume = voxels * _VOXEL_MM3
    return {
        **found.values,
        "voi_voxels": voxels,
        "voi_volume_mm3": volume,
        "voi_slices": int(np.ceil((6 * volume / np.pi) ** (1 / 3) / _SLICE_MM)),
        **{f"{name}_valid_fraction": part for name, part in found.valid_fraction.items()},
        **{f"{spec.name}_bin_width": measured.bin_width(spec.name) for spec in measured.maps},
        "definition_id": measured.definition_id,
    }


def _mean_of(name: str, values: list) -> str | int | float | None:
    if isinstance(values[0], str):
        return values[0]
    return float(np.mean(values))


def _row(file: File, form: Form, answers: dict, voi: Row, head: Row) -> Row:
    known = {
        **head,
        **form.values_for_row(answers),
        **voi,
        "b_values": "0;800;1400;2000",
        "adc_b_values": "0;800",
        "fit_model": "loaded",
        "lexicon_edition": form.lexicon.edition,
        "software_version": __version__,
        "synthetic": 1,
    }
    return {name: known.get(name) for name in column_names(file)}


def _spoil_answers(cases: list[dict], rng: np.random.Generator) -> None:
    """Make one category single, separate low masses from the others, and lose one ISH result."""
    first_nme = next(case for case in cases if case["answers"]["lesion_type"] == "nme")
    first_nme["answers"]["nme_distribution"] = "diffuse"
    for case in cases:
        if case["group"] == "low" and case["answers"]["mass_margin"] == "circumscribed":
            case["answers"]["mass_margin"] = "irregular"
    equivocal = [case for case in cases if case["clinic"]["her2_ihc"] == "2+"]
    equivocal[rng.integers(len(equivocal))]["clinic"]["her2_ish_result"] = None


def _spoil_rows(features: list[Row], readings: list[Row], rng: np.random.Generator) -> None:
    """Lose 2 % of the cells and one reading."""
    del readings[rng.integers(len(readings))]
    may_be_missing = {"age", "er", "pr", "ki67_percent", *_answered_items(), "lesion_size_mm"}
    may_be_missing |= {feature.name for feature in FEATURES}
    derived = {item.derived_from: item.id for item in load_lexicon().derived}
    for row in (*features, *readings):
        for name in sorted(may_be_missing & set(row)):
            if rng.random() < 0.02:
                row[name] = None
                if name in derived:
                    row[derived[name]] = None
        if "hr" in row and None in (row.get("er"), row.get("pr")):
            er, pr = (None if row[name] is None else int(str(row[name])) for name in ("er", "pr"))
            row["hr"] = clinic.hormone_receptor(er, pr)
