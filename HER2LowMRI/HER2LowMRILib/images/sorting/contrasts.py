"""Which volumes are T2- or T1-weighted, with or without fat suppression, as header and name say."""

from dataclasses import dataclass

from HER2LowMRILib.images.examination import T1, T2
from HER2LowMRILib.images.sorting.derived import is_water
from HER2LowMRILib.images.sorting.volume import Volume

SHORTEST_T2_ECHO_MS, SHORTEST_T2_TR_MS, LONG_ECHO_TRAIN = 40.0, 1500.0, 20
LONGEST_T1_ECHO_MS, LONGEST_T1_TR_MS = 15.0, 1200.0
# At 1.5 and 3 T fat has no signal after an inversion about this long ago [ms].
FAT_NULL_MS = (130.0, 260.0)
_SUPPRESSED_OPTIONS = {"FS", "FSA_GEMS", "SFS", "FATSAT", "FAT_SAT", "SPIR", "SPAIR"}

FITS, LIKELY_FITS, CONTRADICTS, NO = "fits", "likely", "contradicts", "no"


@dataclass(frozen=True)
class Judgement:
    """Whether a volume is of one weighting.

    Attributes
    ----------
    verdict : str
        FITS: the header alone says so, and the name does not speak against it. LIKELY_FITS: the header allows it, the
        name says it. CONTRADICTS: header and name say different things. NO: it is something else.
    fat_suppressed : bool or None
        None where nothing tells, or header and name differ.
    reason : str
        What speaks against it, in words.
    """

    verdict: str
    fat_suppressed: bool | None = None
    reason: str = ""


def fat_suppression(volume: Volume) -> tuple[bool | None, bool]:
    """Whether fat is suppressed (None: not told), and whether header and name contradict each other in it."""
    facts, said = volume.facts, volume.name.fat_suppressed
    header = facts.fat_suppressed
    if header is None and facts.options is not None:
        header = bool(_SUPPRESSED_OPTIONS & set(facts.options))
    if _nulls_fat(volume) or is_water(volume):
        header = True
    if header is True and said is False:
        return None, True
    if said is True:
        # Water excitation and SPAIR do not always stand among the scan options.
        return True, False
    return header if header is not None else said, False


def _nulls_fat(volume: Volume) -> bool:
    inversion = volume.facts.inversion_ms
    inverted = "IR" in volume.facts.sequence
    return inverted and inversion is not None and FAT_NULL_MS[0] <= inversion <= FAT_NULL_MS[1]


def judge_t2(volume: Volume) -> Judgement:
    """Whether a volume is T2-weighted."""
    suppressed, _ = fat_suppression(volume)
    header = _header_says_t2(volume)
    name = volume.name
    says = name.t2 or volume.named == T2
    against = (name.t1 and not name.t2) or name.diffusion or (name.dynamic and not says)
    if header is True:
        verdict = LIKELY_FITS if name.t1 else FITS
        verdict = CONTRADICTS if against or volume.named not in ("", T2) else verdict
        return Judgement(
            verdict, suppressed, "its header says T2, its name something else" if against else ""
        )
    if not says:
        return Judgement(NO)
    if header is None and not (name.diffusion or (name.t1 and not name.t2)):
        return Judgement(LIKELY_FITS, suppressed)
    return Judgement(CONTRADICTS, suppressed, "it is called T2, its header says something else")


def _header_says_t2(volume: Volume) -> bool | None:
    facts = volume.facts
    sequence = facts.sequence - {"IR"}
    if sequence and (("GR" in sequence and "SE" not in sequence) or "EP" in sequence):
        return False
    if volume.echo_ms is not None and volume.echo_ms < SHORTEST_T2_ECHO_MS:
        return False
    long_train = facts.kind == "3D" and (facts.echo_train or 0) > LONG_ECHO_TRAIN
    if facts.repetition_ms is not None and facts.repetition_ms < SHORTEST_T2_TR_MS and not long_train:
        return False
    known = facts.sequence and volume.echo_ms is not None and facts.repetition_ms is not None
    return True if known else None


def judge_t1(volume: Volume) -> Judgement:
    """Whether a volume is T1-weighted without fat suppression."""
    suppressed, differ = fat_suppression(volume)
    header = _header_says_t1(volume)
    name = volume.name
    says = name.t1 or volume.named == T1
    if header is False and not says:
        return Judgement(NO)
    if volume.named not in ("", T1):
        return Judgement(NO)
    if differ:
        return Judgement(CONTRADICTS, None, "header and name differ on fat suppression")
    if header is False:
        return Judgement(CONTRADICTS, suppressed, "it is called T1, its header says something else")
    if suppressed is True:
        return Judgement(NO, True)
    return _allowed_t1(volume, header, says, suppressed)


def _allowed_t1(volume: Volume, header: bool | None, says: bool, suppressed: bool | None) -> Judgement:
    """Of a volume whose header does not speak against T1 without fat suppression."""
    name = volume.name
    if (name.t2 and not name.t1) or name.diffusion:
        reason = "its header says T1, its name something else"
        return Judgement(CONTRADICTS, suppressed, reason) if header else Judgement(NO)
    if header is None and not says:
        return Judgement(NO)
    if suppressed is None:
        return Judgement(CONTRADICTS, None, "nothing tells whether its fat is suppressed")
    sure = header is True and volume.facts.options is not None and not name.t2
    return Judgement(FITS if sure else LIKELY_FITS, False)


def _header_says_t1(volume: Volume) -> bool | None:
    facts = volume.facts
    if "EP" in facts.sequence or "IR" in facts.sequence:
        return False
    if volume.echo_ms is not None and volume.echo_ms >= LONGEST_T1_ECHO_MS:
        return False
    if facts.repetition_ms is not None and facts.repetition_ms > LONGEST_T1_TR_MS:
        return False
    known = facts.sequence and volume.echo_ms is not None
    return True if known else None
