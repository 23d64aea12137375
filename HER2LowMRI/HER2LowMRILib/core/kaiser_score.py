"""The Kaiser score of a lesion from what a reader answered: a decision tree with eleven ends.

Baltzer et al., Eur Radiol 2013;23:2051-2060 (doi:10.1007/s00330-013-2804-3); Dietzel and Baltzer, Insights Imaging
2018;9:325-335 (doi:10.1007/s13244-018-0611-8). What the ends were compared with says docs/examination.md.
"""

from collections.abc import Mapping

from HER2LowMRILib.core.kinetics import PERSISTENT, PLATEAU, WASHOUT
from HER2LowMRILib.core.lexicon import Answer

# Without a root sign: curve -> (not suspicious, suspicious) margin, of washout internal enhancement.
_WITHOUT_ROOT = {PERSISTENT: (1, 3), PLATEAU: (2, 5), WASHOUT: (4, 8)}
# With one: curve -> (without, with) edema.
_WITH_ROOT = {PERSISTENT: (6, 6), PLATEAU: (7, 10), WASHOUT: (9, 11)}
_HOMOGENEOUS = "homogeneous"


def kaiser_score(
    root_sign: bool | None,
    curve: str | None,
    circumscribed: bool | None,
    homogeneous: bool | None,
    edema: bool | None,
) -> int | None:
    """The score, 1 to 11; only the answers on its path are needed.

    Parameters
    ----------
    root_sign : bool or None
        At least one spicule.
    curve : str or None
        "persistent", "plateau" or "washout".
    circumscribed, homogeneous, edema : bool or None
        Margin, internal enhancement, edema next to the lesion.

    Returns
    -------
    int or None
        None where an answer on the path is missing.
    """
    if root_sign is None or curve not in _WITH_ROOT:
        return None
    if root_sign:
        if curve == PERSISTENT:
            return _WITH_ROOT[curve][0]
        return None if edema is None else _WITH_ROOT[curve][edema]
    harmless = homogeneous if curve == WASHOUT else circumscribed
    return None if harmless is None else _WITHOUT_ROOT[curve][not harmless]


def kaiser_score_of(answers: Mapping[str, Answer], curve: str | None = None) -> int | None:
    """The score of a reading.

    Parameters
    ----------
    answers : mapping
        Item id -> answer. A lesion without a mass has no margin: it counts as not circumscribed, as published.
    curve : str, optional
        The delayed category where the form does not ask for it.
    """
    kind = answers.get("lesion_type")
    margin = answers.get("mass_margin") if kind != "nme" else "not circumscribed"
    inside = answers.get("nme_enhancement") if kind == "nme" else answers.get("mass_enhancement")
    stated = answers.get("kinetics_delayed") or curve
    known = {None, "not_assessable", "not_applicable"}
    edema = answers.get("peritumoral_edema")
    return kaiser_score(
        None if margin in known else margin == "spiculated",
        str(stated) if stated is not None else None,
        None if margin in known else margin == "circumscribed",
        None if inside in known else inside == _HOMOGENEOUS,
        None if edema in known else edema == 1,
    )
