"""Numbers and times in the sentences of the panel."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slicer.i18n import tr as _

if TYPE_CHECKING:
    from HER2LowMRILib.core.first_order import Statistic
    from HER2LowMRILib.core.voi import VoiGeometry
    from HER2LowMRILib.study.session_lock import StudyLocked


def counted(number: int, one: str, several: str) -> str:
    """Word a number of things.

    Parameters
    ----------
    number : int
    one, several : str
        Translated, with {count}, e.g. "{count} case" and "{count} cases".
    """
    return (one if number == 1 else several).format(count=number)


def cases(number: int) -> str:
    """Word a number of cases."""
    return counted(number, _("{count} case"), _("{count} cases"))


def voxels(number: int) -> str:
    """Word a number of voxels."""
    return counted(number, _("{count} voxel"), _("{count} voxels"))


def size_of_voi(geometry: "VoiGeometry") -> str:
    """Word how large a VOI is."""
    slices = counted(geometry.voi_slices, _("{count} slice"), _("{count} slices"))
    return f"{voxels(geometry.voi_voxels)}, {geometry.voi_volume_mm3 / 1000:.2f} cm³, {slices}"


def statistic_words(statistic: "Statistic") -> str:
    """Word a statistic; a new one has its own label until it is translated here."""
    words = {
        "mean": _("mean"),
        "median": _("median"),
        "p5": _("5th percentile"),
        "p95": _("95th percentile"),
        "skewness": _("skewness"),
        "kurtosis": _("kurtosis (excess)"),
        "entropy": _("entropy"),
    }
    return words.get(statistic.name, statistic.label)


def image_words(image: str, phase: int | None) -> str:
    """Word what a line was drawn on."""
    words = {
        "dce": _("phase {phase} of the dynamic series") if phase else _("the image before contrast"),
        "subtraction": _("the subtraction of phase {phase}"),
        "mip": _("the projection of phase {phase}"),
        "ultrafast": _("phase {phase} of the ultrafast series"),
        "adc": _("the ADC map"),
        "d_app": _("the D_app map"),
        "k_app": _("the K_app map"),
        "t1": "T1",
        "t2": "T2",
    }
    if image.startswith("dwi "):
        return f"b {image[4:]}"
    return words.get(image, image).format(phase=phase)


def size_line_text(line: Mapping[str, Any], is_source: bool) -> str:
    """Word the line over a lesion, and whether the size is its length."""
    length, image = f"{line['length_mm']:.2f}", image_words(line["image"], line["phase"])
    if not is_source:
        return _("The size was typed; the line of {length} mm is not its source.").format(length=length)
    if not image:
        return _("By a line of {length} mm.").format(length=length)
    return _("By a line of {length} mm on {image}.").format(length=length, image=image)


def beside_lines(values: Mapping[str, Any], phases: str, moved: bool) -> list[str]:
    """Word what was measured beside the descriptors, a line for each thing.

    Parameters
    ----------
    values : mapping
        Column -> value, None where it could not be measured.
    phases : str
        Phases that the kinetics were read from, or why they are not assessable.
    moved : bool
        Whether the reader moved the spot of the curve.
    """
    kinds = {
        "slow": _("slow"),
        "medium": _("medium"),
        "fast": _("fast"),
        "persistent": _("persistent"),
        "plateau": _("plateau"),
        "washout": _("washout"),
        "not_assessable": _("not assessable"),
    }

    def of(name: str, text: str, digits: int) -> str:
        value = values.get(name)
        return "" if value is None else text.format(value=f"{value:.{digits}f}")

    lines = []
    initial, delayed = values.get("measured_kinetics_initial"), values.get("measured_kinetics_delayed")
    if initial is not None:
        percents = [of(f"measured_{part}_percent", "{value} %", 0) for part in ("initial", "delayed")]
        curve = _("Curve: {initial} {percent}, {delayed} {change}").format(
            initial=kinds[initial], percent=percents[0], delayed=kinds.get(delayed, ""), change=percents[1]
        )
        where = _("spot moved") if moved else _("hottest 3 × 3 voxels")
        lines.append(f"{' '.join(curve.split())} ({where}; {phases})")
    parts = [
        of("measured_enhancing_fraction", _("enhancing fraction {value}"), 2),
        of("measured_ser", _("SER {value}"), 2),
    ]
    if any(parts):
        lines.append("VOI: " + ", ".join(part for part in parts if part))
    lines += [
        of("measured_t2_lesion_to_muscle", _("T2: lesion {value} × muscle"), 2),
        of("measured_diameter_mm", _("Longest diameter of the VOI: {value} mm"), 1),
        of("measured_kaiser_score", _("Kaiser score: {value}"), 0),
    ]
    return [line for line in lines if line]


def local_time(utc: str) -> str:
    """Word a time of the study's files, to the minute, by the clock of this computer; as it is when it is none."""
    try:
        return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return utc


def who_has_it_open(locked: "StudyLocked") -> str:
    """Word that somebody else has a folder open."""
    return str(locked).replace(locked.since, local_time(locked.since))


def level_words(level: str) -> str:
    """Word a level of diffusion of the EUSOBI consensus."""
    words = {
        "very_low": _("very low"),
        "low": _("low"),
        "intermediate": _("intermediate"),
        "high": _("high"),
        "very_high": _("very high"),
    }
    return words[level]
