"""HER2 group of a tumour (zero, low, over or indeterminate) from what the pathology report states.

A research grouping - not a pathology report. The rules are those of Shen et al. (Tomography 2025;11(3):31,
doi:10.3390/tomography11030031): zero is IHC 0, low is IHC 1+ or IHC 2+ with negative ISH, over is IHC 3+ or
IHC 2+ with positive ISH; ISH is read by ASCO/CAP 2018 (Wolff et al., J Clin Oncol 2018;36:2105,
doi:10.1200/JCO.2018.77.8738), affirmed 2023 (doi:10.1200/JCO.22.02864). What the report leaves open is
"indeterminate", never guessed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import clinic_fields, shown

RESEARCH_NOTE = "research grouping - not a pathology report"
SETTLED_GROUPS = ("zero", "low", "over")
GROUPS = (*SETTLED_GROUPS, "indeterminate")

# Flag id -> what the coordinator should know or do. The ids are what the rows hold.
FLAGS: Mapping[str, str] = {
    "ish_missing": "IHC 2+ needs an ISH result: none is stated, or it failed or is pending",
    "ish_unresolved": "the ISH numbers given leave more than one reading open",
    "ish_equivocal": "reported as ISH equivocal, a class that the guideline of 2018 no longer has",
    "ish_conflict": "the reported ISH result and the ISH numbers contradict each other: ask the laboratory",
    "ish_not_recounted": "ISH group 2, 3 or 4 with IHC 2+ needs a recount by a second observer",
    "ish_group_rare": "ISH group 2, 3 or 4: the result rests on ISH and IHC together",
    "ish_older_guideline": "ISH positive by a guideline before 2018, without numbers: may be group 2",
    "discordant_3plus": "IHC 3+ with negative ISH: ask the laboratory",
    "discordant_low_ihc": "IHC 0 or 1+ with positive ISH: over by the guideline, the paper is silent",
    "ihc_missing": "no IHC score is stated",
    "specimens_differ": "core biopsy and surgical specimen give different groups; both are kept",
    "surgical_replaced": "the surgical specimen is from after neoadjuvant therapy; the core biopsy is used",
    "post_neoadjuvant": "the specimen is from after neoadjuvant therapy: exclude, or give one from before",
}

IshStatus = Literal["positive", "negative"]
# Of the results that a report states, those that settle the status.
_REPORTED: dict[str | None, IshStatus] = {"positive": "positive", "negative": "negative"}


@dataclass(frozen=True)
class Her2Test:
    """HER2 tests of one specimen as reported; every field may be None ("not stated").

    Attributes
    ----------
    ihc : {"0", "1+", "2+", "3+"}
    zero_staining : {"no_staining", "ultralow", "not_stated"}
        What lies behind an IHC score of 0.
    ish_result : {"negative", "positive", "equivocal", "failed", "pending"}
        As the laboratory worded it.
    ish_probe : {"dual", "single"}
    ish_ratio : float
        HER2/CEP17 signals, dual probe [1].
    ish_copies : float
        Average HER2 signals per cell [1].
    recounted : {1, 0}
        Whether an ISH group 2, 3 or 4 was counted again by a second observer.
    specimen : {"surgical", "core"}
    neoadjuvant : {1, 0}
        1 when the specimen was taken after systemic treatment had begun.
    guideline : {"2007", "2013", "2018", "2023", "other"}

    Raises
    ------
    HER2LowMRIError
        When a field holds what no report can state.
    """

    ihc: str | None = None
    zero_staining: str | None = None
    ish_result: str | None = None
    ish_probe: str | None = None
    ish_ratio: float | None = None
    ish_copies: float | None = None
    recounted: int | None = None
    specimen: str | None = None
    neoadjuvant: int | None = None
    guideline: str | None = None

    def __post_init__(self) -> None:
        """Check every field against core/lexicon.clinic_fields."""
        for field in fields(self):
            item = clinic_fields()[f"her2_{field.name}"]
            object.__setattr__(self, field.name, item.accept(getattr(self, field.name)))

    @property
    def stated(self) -> bool:
        """Whether the report states anything that a group could be made of."""
        return any(
            value is not None for value in (self.ihc, self.ish_result, self.ish_ratio, self.ish_copies)
        )


@dataclass(frozen=True)
class Her2Group:
    """The group of a tumour and how it came about.

    Attributes
    ----------
    group : {"zero", "low", "over", "indeterminate"}
    reason : str
        One sentence.
    flags : tuple of str
        Ids of `FLAGS`.
    ihc : str or None
        IHC score of the specimen that was used.
    ish : {"positive", "negative"} or None
        ISH status of that specimen, as reported or as its numbers and IHC give it.
    ish_group : {1, 2, 3, 4, 5} or None
        Dual-probe group of ASCO/CAP 2018, where ratio and copies are stated.
    zero_staining : str or None
        "no_staining", "ultralow" or "not_stated" where IHC is 0.
    specimen : str or None
        The specimen that was used.
    """

    group: str
    reason: str
    flags: tuple[str, ...] = ()
    ihc: str | None = None
    ish: IshStatus | None = None
    ish_group: int | None = None
    zero_staining: str | None = None
    specimen: str | None = None


def ish_group(ratio: float, copies: float) -> int:
    """Return the dual-probe ISH group of ASCO/CAP 2018.

    Parameters
    ----------
    ratio : float
        HER2/CEP17 [1].
    copies : float
        Average HER2 signals per cell [1].

    Returns
    -------
    int
        1: ratio >= 2, copies >= 4. 2: ratio >= 2, copies < 4. 3: ratio < 2, copies >= 6.
        4: ratio < 2, 4 <= copies < 6. 5: ratio < 2, copies < 4.
    """
    if not (math.isfinite(ratio) and math.isfinite(copies) and ratio > 0 and copies > 0):
        raise HER2LowMRIError(
            "No ISH group", needed="a ratio and copies per cell above 0", found=f"{ratio} and {copies}"
        )
    if ratio >= 2:
        return 1 if copies >= 4 else 2
    if copies >= 6:
        return 3
    return 4 if copies >= 4 else 5


# IHC scores with which a dual-probe group counts as positive; any IHC or none for group 1, never for group 5.
_POSITIVE_WITH = {2: ("3+",), 3: ("2+", "3+"), 4: ("3+",)}


def _status_of_group(group: int, ihc: str | None) -> IshStatus | None:
    if group in (1, 5):
        return "positive" if group == 1 else "negative"
    if ihc is None:
        return None
    return "positive" if ihc in _POSITIVE_WITH[group] else "negative"


def _status_of_numbers(test: Her2Test) -> tuple[set[IshStatus | None], int | None]:
    """Return the ISH statuses that the numbers leave possible and the dual-probe group.

    The set is empty without numbers; None in it stands for "only with an IHC score".
    """
    ratio, copies = test.ish_ratio, test.ish_copies
    if ratio is None and copies is None:
        return set(), None
    if ratio is not None and copies is not None:
        group = ish_group(ratio, copies)
        return {_status_of_group(group, test.ihc)}, group
    if ratio is None and copies is not None and test.ish_probe == "single":
        return _statuses_single_probe(copies, test.ihc), None
    groups = {
        ish_group(r, c)
        for r in ([ratio] if ratio is not None else [1.0, 3.0])
        for c in ([copies] if copies is not None else [2.0, 5.0, 8.0])
    }
    statuses = {_status_of_group(group, test.ihc) for group in groups}
    if ratio is None and copies is not None and test.ish_probe is None:
        # Copies without a named probe: a status holds where every probe would give it.
        statuses |= _statuses_single_probe(copies, test.ihc)
    return statuses, None


def _statuses_single_probe(copies: float, ihc: str | None) -> set[IshStatus | None]:
    if copies >= 6:
        return {"positive"}
    if copies < 4:
        return {"negative"}
    # 4 to < 6 copies: IHC decides, and with IHC 2+ a dual-probe assay.
    by_ihc: dict[str, set[IshStatus | None]] = {
        "3+": {"positive"},
        "0": {"negative"},
        "1+": {"negative"},
        "2+": {"positive", "negative"},
    }
    return by_ihc.get(ihc or "", {None})


def _ish_status(test: Her2Test) -> tuple[IshStatus | None, int | None, str, list[str]]:
    """Return ISH status, dual-probe group, wording, flags of one test."""
    possible, group = _status_of_numbers(test)
    numbers = _worded_numbers(test, group)
    flags: list[str] = []
    if group in (2, 3, 4):
        flags.append("ish_group_rare")
        if test.ihc == "2+" and test.recounted != 1:
            flags.append("ish_not_recounted")
    reported = _REPORTED.get(test.ish_result)
    computed = next(iter(possible)) if len(possible) == 1 else None
    if test.ish_result == "equivocal":
        flags.append("ish_equivocal")
    if computed is not None:
        if reported is not None and reported != computed:
            words = f"ISH reported {reported}, but {numbers} is {computed}"
            return None, group, words, [*flags, "ish_conflict"]
        return computed, group, f"ISH {computed} ({numbers})", flags
    if possible:
        if reported is not None and reported in possible:
            return reported, group, f"ISH reported {reported} ({numbers})", flags
        return None, group, f"ISH not settled ({numbers})", [*flags, "ish_unresolved"]
    if reported is None:
        known = {None: "no ISH result", "equivocal": "ISH equivocal"}
        return None, group, known.get(test.ish_result, f"ISH {test.ish_result}"), flags
    if test.guideline in ("2007", "2013") and reported == "positive":
        flags.append("ish_older_guideline")
    return reported, group, f"ISH {reported} (as reported)", flags


def _worded_numbers(test: Her2Test, group: int | None) -> str:
    parts = [f"group {group}"] if group else []
    if test.ish_probe == "single":
        parts.append("single probe")
    if test.ish_ratio is not None:
        parts.append(f"ratio {test.ish_ratio:g}")
    if test.ish_copies is not None:
        parts.append(f"{test.ish_copies:g} copies per cell")
        if test.ish_probe is None and test.ish_ratio is None:
            parts.append("probe not named")
    return ", ".join(parts)


def group_of_test(test: Her2Test) -> Her2Group:
    """Return the group of one specimen.

    Parameters
    ----------
    test : Her2Test

    Returns
    -------
    Her2Group
    """
    ish, dual_group, words, flags = _ish_status(test)

    def result(group: str, reason: str, *more_flags: str) -> Her2Group:
        return Her2Group(
            group=group,
            reason=reason,
            flags=tuple(dict.fromkeys([*more_flags, *flags])),
            ihc=test.ihc,
            ish=ish,
            ish_group=dual_group,
            zero_staining=(test.zero_staining or "not_stated") if test.ihc == "0" else None,
            specimen=test.specimen,
        )

    if not test.stated:
        return result("indeterminate", "no HER2 result is stated", "ihc_missing")
    if test.ihc is None:
        if ish == "positive":
            return result("over", f"{words}; IHC is not stated", "ihc_missing")
        return result("indeterminate", f"{words}; IHC is needed for the group", "ihc_missing")
    if test.ihc == "3+":
        if ish == "negative":
            return result("over", f"IHC 3+; {words} contradicts it", "discordant_3plus")
        return result("over", "IHC 3+; ISH is not needed" if ish is None else f"IHC 3+ and {words}")
    if test.ihc == "2+":
        if ish is None:
            missing = () if {"ish_conflict", "ish_unresolved"} & set(flags) else ("ish_missing",)
            return result("indeterminate", f"IHC 2+ and {words}: needs a positive or negative ISH", *missing)
        return result("over" if ish == "positive" else "low", f"IHC 2+ and {words}")
    if ish == "positive":
        return result("over", f"IHC {test.ihc} but {words}: over by the guideline", "discordant_low_ihc")
    if "ish_conflict" in flags or ("ish_unresolved" in flags and test.ish_result is None):
        return result("indeterminate", f"IHC {test.ihc}, and {words}")
    group = "zero" if test.ihc == "0" else "low"
    return result(group, f"IHC {test.ihc}" if not _has_ish(test) else f"IHC {test.ihc}; {words}")


def _has_ish(test: Her2Test) -> bool:
    return any(value is not None for value in (test.ish_result, test.ish_ratio, test.ish_copies))


def her2_group(tests: Her2Test | Iterable[Her2Test]) -> Her2Group:
    """Return the group of a tumour from the tests of its specimens.

    The surgical specimen is used, as in the paper, and a differing core biopsy is flagged. A specimen from
    after neoadjuvant therapy does not describe the tumour on the MRI: the core biopsy replaces it, and
    without one the group is indeterminate.

    Parameters
    ----------
    tests : Her2Test or sequence of Her2Test
        At most one test of a surgical specimen and one of a core biopsy.

    Returns
    -------
    Her2Group

    Raises
    ------
    HER2LowMRIError
        When two tests are of the same kind of specimen.
    """
    tests = (tests,) if isinstance(tests, Her2Test) else tuple(tests)
    stated = [test for test in tests if test.stated]
    if not stated:
        return group_of_test(Her2Test())
    kinds = [test.specimen for test in stated]
    if len(stated) > 1 and sorted(map(str, kinds)) != ["core", "surgical"]:
        raise HER2LowMRIError(
            "HER2 tests of one tumour",
            needed="one of the surgical specimen and one of the core biopsy",
            found=", ".join("specimen not stated" if kind is None else kind for kind in kinds),
        )
    groups = [(test, group_of_test(test)) for test in stated]
    usable = [pair for pair in groups if pair[0].neoadjuvant != 1]
    if not usable:
        only = groups[0][1]
        return _with(
            only,
            "post_neoadjuvant",
            group="indeterminate",
            reason=f"specimen from after neoadjuvant therapy, which gives {only.group}: {only.reason}",
        )
    _, used = min(usable, key=lambda pair: pair[0].specimen == "core")
    if len(groups) == 1:
        return used
    other = next(group for _, group in groups if group is not used)
    if len(usable) == 1:
        return _with(
            used,
            "surgical_replaced",
            reason=f"{used.reason}; core biopsy, as the other specimen is post-treatment",
        )
    if other.group != used.group:
        differ = f"{used.reason}; {used.specimen} specimen used, the {other.specimen} gives {other.group}"
        return _with(used, "specimens_differ", reason=differ)
    return used


def _with(result: Her2Group, flag: str, **changes: Any) -> Her2Group:
    return replace(result, flags=tuple(dict.fromkeys([flag, *result.flags])), **changes)


def tests_from_fields(answers: Mapping[str, Any]) -> tuple[Her2Test, ...]:
    """Read the tests of a tumour from the coordinator's fields (core/lexicon.clinic_fields, ``her2_*``).

    Parameters
    ----------
    answers : mapping
        Field id -> value, or the text of it as a CSV cell has it; further keys are ignored.

    Returns
    -------
    tuple of Her2Test
        The main specimen and, where any ``her2_core_*`` field is filled in, the core biopsy.

    Raises
    ------
    HER2LowMRIError
        For a value that no report can state, and for two core biopsies.
    """
    stated: dict[str, Any] = {field.name: answers.get(f"her2_{field.name}") for field in fields(Her2Test)}
    main = Her2Test(**stated)
    of_core = ("ihc", "ish_result", "ish_probe", "ish_ratio", "ish_copies")
    items = clinic_fields()
    second: dict[str, Any] = {
        name: items[f"her2_core_{name}"].accept(answers.get(f"her2_core_{name}")) for name in of_core
    }
    if all(value is None for value in second.values()):
        return (main,)
    core = Her2Test(**second, specimen="core", guideline=main.guideline)
    if main.specimen == "core":
        raise HER2LowMRIError(
            "HER2 tests of one tumour",
            needed="the surgical specimen in the main fields where the core biopsy has fields of its own",
            found="two core biopsies",
            todo="Set the specimen to surgical, or clear the fields of the core biopsy.",
        )
    if main.specimen is None:
        main = Her2Test(**{f.name: getattr(main, f.name) for f in fields(main)} | {"specimen": "surgical"})
    return (main, core)


def row_values(answers: Mapping[str, Any]) -> dict[str, str | int | float | None]:
    """Return the HER2 columns of features.csv from the coordinator's fields.

    Parameters
    ----------
    answers : mapping
        As for `tests_from_fields`.

    Returns
    -------
    dict
        ``her2_ihc``, ``her2_ish``, ``her2_group`` and how they came about; no date, no laboratory.
    """
    tests = tests_from_fields(answers)
    result = her2_group(tests)
    used = next((test for test in tests if test.specimen == result.specimen), tests[0])
    return {
        "her2_ihc": result.ihc,
        "her2_ish": result.ish,
        "her2_group": result.group,
        "her2_reason": result.reason,
        "her2_flags": "; ".join(result.flags) or None,
        "her2_zero_staining": result.zero_staining,
        "her2_ish_group": result.ish_group,
        "her2_ish_probe": used.ish_probe,
        "her2_ish_ratio": used.ish_ratio,
        "her2_ish_copies": used.ish_copies,
        "her2_specimen": result.specimen,
        "her2_guideline": used.guideline,
    }


# Sensitivity grouping -> what it does to the groups of the paper.
REGROUPINGS: Mapping[str, str] = {
    "paper": "zero, low, over",
    "ultralow_own": "IHC 0 with membrane staining is a group of its own: zero, ultralow, low, over",
    "ultralow_low": "IHC 0 with membrane staining counts as low",
    "split_low": "IHC 1+ and IHC 2+ with negative ISH apart: zero, low_1plus, low_2plus, over",
}


def regroup(
    group: str | None, ihc: str | None, zero_staining: str | None, regrouping: str = "paper"
) -> str | None:
    """Return the group of one row under a sensitivity grouping.

    Parameters
    ----------
    group, ihc, zero_staining : str or None
        The columns ``her2_group``, ``her2_ihc`` and ``her2_zero_staining`` of the row.
    regrouping : str
        A key of `REGROUPINGS`.

    Raises
    ------
    HER2LowMRIError
        When there is no such grouping.
    """
    if regrouping not in REGROUPINGS:
        raise HER2LowMRIError("No such HER2 grouping", needed=", ".join(REGROUPINGS), found=shown(regrouping))
    if group == "zero" and zero_staining == "ultralow":
        return {"ultralow_own": "ultralow", "ultralow_low": "low"}.get(regrouping, group)
    if group == "low" and regrouping == "split_low":
        return {"1+": "low_1plus", "2+": "low_2plus"}.get(ihc or "", group)
    return group
