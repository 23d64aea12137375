"""The pathology report of a synthetic patient: raw fields, as a coordinator types them."""

from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.synthetic.cases import SyntheticCase


def report(case: SyntheticCase) -> dict[str, Answer]:
    """Draw the clinic and HER2 fields of a case; the group that follows from them is the case's own.

    ER and PR are positive more often in HER2-low, as in Shen et al., Tomography 2025;11(3):31.
    """
    rng = case.rng("pathology")
    hormone = {"zero": 0.55, "low": 0.8, "over": 0.5}[case.her2_group]
    er = int(rng.random() < hormone)
    fields: dict[str, Answer] = {
        "age": case.age,
        "er": er,
        "pr": int(er and rng.random() < 0.8),
        "ki67_percent": float(5 * rng.integers(2, 15)),
        "her2_specimen": "surgical",
        "her2_neoadjuvant": 0,
        "her2_guideline": "2018",
    }
    if case.ish_pending:
        return fields | {"her2_ihc": "2+", "her2_ish_result": "pending"}
    if case.her2_group == "zero":
        return fields | {
            "her2_ihc": "0",
            "her2_zero_staining": "ultralow" if rng.random() < 0.4 else "no_staining",
        }
    if case.her2_group == "low" and rng.random() < 0.6:
        return fields | {"her2_ihc": "1+"}
    if case.her2_group == "over" and rng.random() < 0.6:
        return fields | {"her2_ihc": "3+"}
    ratio, copies = (1.2, 2.9) if case.her2_group == "low" else (3.1, 7.4)
    return fields | {
        "her2_ihc": "2+",
        "her2_ish_result": "negative" if case.her2_group == "low" else "positive",
        "her2_ish_probe": "dual",
        "her2_ish_ratio": round(ratio + float(rng.uniform(-0.1, 0.1)), 2),
        "her2_ish_copies": round(copies + float(rng.uniform(-0.3, 0.3)), 1),
    }
