"""Give every volume of an examination its role, or say why it has none, or ask."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.examination import (
    ASKED,
    CERTAIN,
    DCE,
    LIKELY,
    T1,
    T2,
    ULTRAFAST,
    Aside,
    Decision,
    ImageSet,
    Phase,
    Question,
    SeriesName,
)
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.sorting import derived, series_names
from HER2LowMRILib.images.sorting.contrasts import (
    CONTRADICTS,
    FITS,
    NO,
    Judgement,
    judge_t1,
    judge_t2,
)
from HER2LowMRILib.images.sorting.dynamic import (
    FEWEST_PHASES,
    Dynamic,
    in_order,
    may_be_dynamic,
    missing_said,
    same_settings,
    sets_of,
    without_copies,
)
from HER2LowMRILib.images.sorting.series_volumes import INSTANCE_ORDER
from HER2LowMRILib.images.sorting.volume import Volume, same_place, same_plane

COORDINATOR = "the coordinator"
Answers = Mapping[str, tuple[SeriesName, ...]]


@dataclass
class Sorted:
    """The roles of the volumes of one examination, while they are being found."""

    t1: tuple[ImageSet, ...] = ()
    t2: tuple[ImageSet, ...] = ()
    dce: tuple[Phase, ...] = ()
    ultrafast: tuple[Phase, ...] = ()
    aside: list[Aside] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def sort_volumes(
    volumes: Sequence[Volume],
    plane: ImageGrid | None = None,
    answers: Answers | None = None,
    broken: Sequence[Volume] = (),
    lost_files: int = 0,
) -> Sorted:
    """Sort the volumes of one examination of one patient, diffusion taken out.

    Parameters
    ----------
    volumes : sequence of Volume
    plane : ImageGrid, optional
        Grid of the diffusion images: T2 and T1 on its plane come first.
    answers : mapping of str to tuple, optional
        Role -> series that a person said it is; an empty tuple: none of them.
    broken : sequence of Volume
        What could not be cut into whole volumes, one image of each.
    lost_files : int
        Damaged files of which nobody knows what they were.
    """
    return _Sorter(list(volumes), plane, answers or {}, broken, lost_files).sort()


class _Sorter:
    def __init__(
        self,
        volumes: list[Volume],
        plane: ImageGrid | None,
        answers: Answers,
        broken: Sequence[Volume],
        lost_files: int,
    ):
        self.left = volumes
        self.broken, self.lost_files = broken, lost_files
        self.plane = plane
        self.answers = answers
        self.result = Sorted()
        self.doubtful: list[Volume] = []
        self.dynamic: Dynamic | None = None
        # All that may be the dynamic series, where a person has to say which.
        self.may_be_dynamic: list[Dynamic] = []

    def sort(self) -> Sorted:
        """Role by role; what is left stands aside."""
        answered = self._take_answers()
        self._set_derived_aside()
        self._sort_dynamic(answered.get(DCE))
        self._ask_about_names()
        self._sort_t2(answered.get(T2))
        self._sort_t1(answered.get(T1))
        for members in _by_series(self.left).values():
            self._set_aside(members, self._left_over(members[0]))
        return self.result

    # ------------------------------------------------------------------ answers
    def _take_answers(self) -> dict[str, list[Volume]]:
        """Volumes of the series that a person named, taken out of what is left to sort."""
        found: dict[str, list[Volume]] = {}
        for role, series in self.answers.items():
            found[role] = [volume for volume in self.left if volume.images.series in series]
            absent = [str(one) for one in series if all(one != v.images.series for v in found[role])]
            if absent:
                there = sorted({str(volume.images.series) for volume in self.left})
                raise ImageError(
                    f"The answer for {role} names a series that is not there",
                    needed=f"one of {', '.join(there)}" if there else "no answer",
                    found=", ".join(absent),
                )
        taken = {id(volume) for members in found.values() for volume in members}
        self.left = [volume for volume in self.left if id(volume) not in taken]
        return found

    # ------------------------------------------------------------------ aside
    def _set_aside(self, members: Sequence[Volume], reason: str) -> None:
        """Put volumes of one series aside; they can still be looked at."""
        first = members[0].images
        volumes = tuple(volume.images for volume in members)
        self.result.aside.append(Aside(first.series, first.description, reason, volumes))
        gone = {id(volume) for volume in members}
        self.left = [volume for volume in self.left if id(volume) not in gone]

    def _set_derived_aside(self) -> None:
        """Localizers, and what the header says was computed; what only its name says so waits for the rest."""
        for members in _by_series(self.left).values():
            for reason, of_reason in _grouped(members, derived.header_reason).items():
                if reason:
                    self._set_aside(of_reason, reason)
        for members in _by_series(self.left).values():
            reason = derived.name_reason(members[0])
            if not reason:
                continue
            if derived.says_acquired(members[0]) and reason != series_names.LOCALIZER:
                self.doubtful += members
                gone = {id(volume) for volume in members}
                self.left = [volume for volume in self.left if id(volume) not in gone]
            else:
                self._set_aside(members, reason)

    def _ask_about_names(self) -> None:
        """A series whose name says "subtraction" and whose header says "acquired" may be a phase that is missing."""
        for members in _by_series(self.doubtful).values():
            first, reason = members[0], derived.name_reason(members[0])
            self._set_aside(members, reason)
            on_dynamic = self.dynamic is not None and same_place(first, self.dynamic.volumes[0])
            if DCE not in self.answers and on_dynamic and may_be_dynamic(first) is not False:
                self._ask(
                    DCE,
                    f"Is {first.called()} a {reason}, as its name says, or a phase of the dynamic series, as its "
                    "header says?",
                    [*(self.dynamic.volumes if self.dynamic else ()), *members],
                )

    def _left_over(self, volume: Volume) -> str:
        if judge_t2(volume).verdict == FITS:
            return "another T2"
        if "EP" in volume.facts.sequence:
            return "echo-planar image without a b-value"
        if may_be_dynamic(volume):
            return "another T1-weighted image"
        return "of no role"

    # ------------------------------------------------------------------ questions and decisions
    def _ask(self, role: str, text: str, candidates: Iterable[Volume]) -> None:
        """Ask; the role stays empty until the answer."""
        shown = {(v.images.series, v.order if role != DCE else 0): v.images for v in candidates}
        self.result.questions.append(Question(role, text, tuple(shown.values())))
        self.result.decisions[role] = Decision(ASKED, "")
        setattr(self.result, role, ())

    def _decide(self, role: str, sure: bool, by: str) -> None:
        if role not in self.result.decisions:
            self.result.decisions[role] = Decision(CERTAIN if sure else LIKELY, by)

    # ------------------------------------------------------------------ the dynamic series
    def _sort_dynamic(self, answered: list[Volume] | None) -> None:
        if answered is not None:
            self._take_dynamic(answered)
            return
        sets = self._dynamic_sets()
        ultrafast = [one for one in sets if one.is_ultrafast]
        usual = [one for one in sets if not one.is_ultrafast and len(one.volumes) >= FEWEST_PHASES]
        pairs = [one for one in sets if len(one.volumes) == FEWEST_PHASES - 1 and one.rises]
        if len(ultrafast) == 1 and not ultrafast[0].problems:
            self._use(ULTRAFAST, ultrafast[0])
        elif len(ultrafast) == 1:
            said = "; ".join(ultrafast[0].problems)
            self._ask(
                ULTRAFAST,
                f"Is {ultrafast[0].called()} the ultrafast dynamic series? {said[0].upper()}{said[1:]}.",
                ultrafast[0].volumes,
            )
            self._remove(ultrafast[0].volumes)
        elif ultrafast:
            self._ask_which(ULTRAFAST, ultrafast)
        rising = [one for one in usual if one.rises]
        chosen = _named(rising or usual or pairs, DCE)
        if len(chosen) > 1:
            self._ask_which(DCE, chosen)
        elif chosen:
            self._check_and_use(chosen[0])
        else:
            self._ask_for_dynamic()

    def _take_dynamic(self, answered: list[Volume]) -> None:
        """The series that a person named: only their order is left to find."""
        if not answered:
            self.result.decisions[DCE] = Decision(CERTAIN, COORDINATOR)
            return
        kept, copies = without_copies(answered)
        dynamic = in_order(kept)
        self.result.decisions[DCE] = Decision(CERTAIN, COORDINATOR)
        if any(not same_place(dynamic.volumes[0], volume) for volume in dynamic.volumes):
            self._ask(
                DCE,
                f"The phases in {dynamic.called()} lie on different voxels: which of them belong together?",
                answered,
            )
            return
        self.result.dce = dynamic.phases()
        self.dynamic = dynamic
        self.result.notes += [problem[0].upper() + problem[1:] for problem in dynamic.problems]
        for copy, original in copies:
            self._set_aside([copy], f"copy: the same pixels as in {original.called()}")

    def _dynamic_sets(self) -> list[Dynamic]:
        candidates = [volume for volume in self.left if self._is_candidate(volume)]
        found = []
        for members in sets_of(candidates):
            if len(members) < FEWEST_PHASES - 1 and members[0].named != DCE:
                continue
            kept, copies = without_copies(members)
            for copy, original in copies:
                self._set_aside([copy], f"copy: the same pixels as in {original.called()}")
            if len(kept) >= FEWEST_PHASES - 1:
                found.append(in_order(kept))
        return found

    def _is_candidate(self, volume: Volume) -> bool:
        if volume.named not in ("", DCE):
            return False
        # Water, fat, in and out of phase, four volumes under one number, look like four phases.
        unlabelled = volume.name.dixon and volume.of > 1 and volume.order_source == INSTANCE_ORDER
        if unlabelled and not volume.times:
            return False
        header = may_be_dynamic(volume)
        said = volume.named == DCE or volume.name.dynamic
        return header is True or (header is None and (said or _has_clock(volume)))

    def _check_and_use(self, dynamic: Dynamic) -> None:
        against = [
            volume.called()
            for volume in dynamic.volumes
            if volume.name.diffusion or (volume.name.t2 and not volume.name.t1)
        ]
        if against:
            self._ask(
                DCE,
                f"Is {against[0]} part of the dynamic series? Its header looks like that, its name says something "
                "else.",
                dynamic.volumes,
            )
        elif problems := dict.fromkeys((*dynamic.problems, *self._like_phases(dynamic))):
            said = "; ".join(problems)
            self._ask(
                DCE,
                f"Are the phases of the dynamic series those in {dynamic.called()}, in this order? "
                f"{said[0].upper()}{said[1:]}.",
                dynamic.volumes,
            )
        else:
            self._use(DCE, dynamic)
            if len(dynamic.volumes) < FEWEST_PHASES:
                self.result.notes.append("An abbreviated protocol: one phase before and one after contrast")
        self._remove(dynamic.volumes)
        self.dynamic = dynamic

    def _like_phases(self, dynamic: Dynamic) -> Iterable[str]:
        """What looks like a phase and is not among them, because it lacks slices or differs in a setting."""
        first = dynamic.volumes[0]
        members = {id(volume) for volume in dynamic.volumes}
        names = {volume.images.description for volume in dynamic.volumes} - {""}
        for volume in self.left:
            if id(volume) in members or not _same_pixel_grid(volume, first) or _is_called_other(volume):
                continue
            if same_settings(volume, first) and same_place(volume, first):
                yield f"{volume.called()} looks like more phases of it, measured on their own"
            elif same_settings(volume, first) or volume.images.description in names:
                yield f"{volume.called()} looks like another phase and lies on other slices or differs in a setting"
        if self.lost_files:
            yield f"{counted(self.lost_files, 'damaged file')} may be a phase of it"
        for volume in self.broken:
            if same_settings(volume, first) or volume.images.description in names:
                yield f"{volume.called()} looks like another phase and is not a whole volume"

    def _use(self, role: str, dynamic: Dynamic) -> None:
        setattr(self.result, role, dynamic.phases())
        sure = dynamic.is_certain and all(may_be_dynamic(volume) for volume in dynamic.volumes)
        sure = sure and len(dynamic.volumes) >= FEWEST_PHASES
        self._decide(role, sure, dynamic.ordered_by)
        if said := missing_said(dynamic):
            self.result.notes.append(said[0].upper() + said[1:])
        self._remove(dynamic.volumes)

    def _remove(self, volumes: Iterable[Volume]) -> None:
        gone = {id(volume) for volume in volumes}
        self.left = [volume for volume in self.left if id(volume) not in gone]

    def _ask_which(self, role: str, sets: Sequence[Dynamic]) -> None:
        """Several series that all look like the dynamic one: repeated, left and right, registered."""
        sides = {volume.name.side for one in sets for volume in one.volumes} - {""}
        names = "; or ".join(one.called() for one in sets)
        proposed = max(sets, key=lambda one: (len(one.volumes), one.volumes[-1].series_number))
        why = (
            "Left and right were measured on their own."
            if len(sides) == 2
            else f"The later complete one is {proposed.called()}."
        )
        what = "dynamic" if role == DCE else "ultrafast dynamic"
        self._ask(
            role, f"Which is the {what} series: {names}? {why}", [v for one in sets for v in one.volumes]
        )
        for one in sets:
            self._remove(one.volumes)
        if role == DCE:
            self.dynamic, self.may_be_dynamic = proposed, list(sets)

    def _ask_for_dynamic(self) -> None:
        """None was found: it may be that only copies were sent, or that nothing tells the phases apart."""
        copies = [volume for volume in self.doubtful if volume.name.derived == series_names.REGISTERED]
        copied = [one for one in sets_of(copies) if len(one) >= FEWEST_PHASES]
        if copied:
            names = " and ".join(dict.fromkeys(v.called() for one in copied for v in one))
            self._ask(DCE, f"Is the dynamic series in {names}? Only registered copies are there.", copies)
            return
        sides = [volume for volume in self.left if volume.named == DCE]
        single = [volume for volume in sides if may_be_dynamic(volume) is not False]
        other = [volume for volume in sides if may_be_dynamic(volume) is False]
        if single or other:
            names = " and ".join(dict.fromkeys(volume.called() for volume in sides))
            self._ask(
                DCE,
                f"Which images in the dce folder are the dynamic series? {names} "
                f"{'looks' if len(sides) == 1 else 'look'} like no phases of one series.",
                sides,
            )
            return
        silent = [volume for volume in self.left if _says_nothing(volume)]
        for members in sets_of(silent):
            if len(members) >= FEWEST_PHASES:
                names = " and ".join(dict.fromkeys(volume.called() for volume in members))
                self._ask(
                    DCE,
                    f"Are {names} the phases of the dynamic series? They lie on the same voxels, and nothing says "
                    "what they are.",
                    members,
                )

    # ------------------------------------------------------------------ T2 and T1
    def _sort_t2(self, answered: list[Volume] | None) -> None:
        if answered is not None:
            self._take(T2, answered)
            return
        judged = [(volume, judge_t2(volume)) for volume in self.left]
        fits = [(volume, found) for volume, found in judged if found.verdict not in (NO, CONTRADICTS)]
        against = [(volume, found) for volume, found in judged if found.verdict == CONTRADICTS]
        chosen = self._on_plane(_named_first(fits, T2))
        suppressed = [pair for pair in chosen if pair[1].fat_suppressed is True]
        # What is not said to be suppressed comes after what is.
        self._choose(T2, suppressed or chosen, against)
        if self.result.t2 and not suppressed:
            told = any(found.fat_suppressed is False for _, found in chosen)
            said = "without fat suppression" if told else "and nothing tells whether its fat is suppressed"
            self.result.notes.append(
                f"The T2 is {said}: the T2 sign and edema are defined on fat-suppressed T2"
                if told
                else f"There is a T2, {said}: the T2 sign and edema are defined on fat-suppressed T2"
            )

    def _sort_t1(self, answered: list[Volume] | None) -> None:
        if answered is not None:
            self._take(T1, answered)
            return
        judged = [(volume, judge_t1(volume)) for volume in self.left]
        # What was surely acquired after contrast cannot be the T1 that FGT is judged on.
        judged = [(volume, self._of_its_time(volume, found)) for volume, found in judged]
        fits = [(v, found) for v, found in judged if found.verdict not in (NO, CONTRADICTS)]
        named = [volume for volume, _ in fits if volume.named == T1]
        against = [
            (volume, found)
            for volume, found in judged
            if found.verdict == CONTRADICTS and (not named or volume.named == T1)
        ]
        self._choose(T1, self._on_plane(_named_first(fits, T1)), against)
        if not self.result.t1 and T1 not in self.result.decisions and self.result.dce:
            self.result.notes.append(
                "There is no T1 without fat suppression: FGT is judged on the phase before contrast"
            )

    def _take(self, role: str, answered: list[Volume]) -> None:
        """The volumes of the series that a person named."""
        self.result.decisions[role] = Decision(CERTAIN, COORDINATOR)
        if len(answered) > 1 and not _are_two_sides(answered) and len(_by_series(answered)) < len(answered):
            names = " and ".join(dict.fromkeys(volume.called() for volume in answered))
            self._ask(
                role, f"There are {len(answered)} volumes in {names}: which is the {role.upper()}?", answered
            )
            return
        setattr(self.result, role, tuple(volume.images for volume in answered))

    def _on_plane(self, fits: list[tuple[Volume, Judgement]]) -> list[tuple[Volume, Judgement]]:
        """Those on the plane of the dynamic or diffusion images, or all where none is."""
        plane = self.dynamic.volumes[0].grid if self.dynamic is not None else self.plane
        if plane is None:
            return fits
        return [pair for pair in fits if same_plane(pair[0].grid, plane)] or fits

    def _choose(
        self,
        role: str,
        fits: list[tuple[Volume, Judgement]],
        against: list[tuple[Volume, Judgement]],
    ) -> None:
        """One volume, or both sides; several are asked about, and so is one that contradicts itself if it is alone."""
        kept, copies = without_copies([volume for volume, _ in fits])
        for copy, original in copies:
            self._set_aside([copy], f"copy: the same pixels as in {original.called()}")
        verdicts = {id(volume): found.verdict for volume, found in fits}
        if len(kept) == 1 or _are_two_sides(kept):
            sure = all(verdicts[id(volume)] == FITS for volume in kept)
            setattr(self.result, role, tuple(volume.images for volume in kept))
            self._decide(role, sure, "header" if sure else "name of the series")
            self._remove(kept)
            self._say_frame_of_reference(role, kept)
        elif kept:
            names = " or ".join(dict.fromkeys(volume.called() for volume in kept))
            later = max(kept, key=lambda volume: (volume.slices, volume.series_number))
            proposal = f" The later complete one is {later.called()}." if _is_repeat(kept) else ""
            self._ask(role, f"Which is the {_in_words(role)}: {names}?{proposal}", kept)
            self._remove(kept)
        elif against:
            volumes = [volume for volume, _ in against]
            names = " or ".join(dict.fromkeys(volume.called() for volume in volumes))
            reason = against[0][1].reason
            self._ask(role, f"Is {names} the {_in_words(role)}? {reason[0].upper()}{reason[1:]}.", volumes)
            self._remove(volumes)

    def _of_its_time(self, volume: Volume, found: Judgement) -> Judgement:
        """A judgement on T1, with what time and name say of contrast: a T1 was acquired before it."""
        if found.verdict == NO:
            return found
        after = self._after_contrast(volume)
        if after is None:
            reason = "its name says after contrast, its time before"
            if not _says_post(volume):
                reason = "it was acquired after one of the series that may be the dynamic one"
            return Judgement(CONTRADICTS, found.fat_suppressed, reason)
        return Judgement(NO) if after else found

    def _after_contrast(self, volume: Volume) -> bool | None:
        """Whether a volume was acquired after the start of the first phase after contrast.

        As its time says, or where that is not known its name; None where they differ, or where it lies between two
        series that may be the dynamic one.
        """
        named = _says_post(volume)
        sets = self.may_be_dynamic or ([self.dynamic] if self.dynamic is not None else [])
        told = {_is_later(volume, one.volumes[1]) for one in sets if len(one.volumes) > 1} - {None}
        if len(told) != 1:
            return None if told else named
        later = bool(told.pop())
        return None if named and not later else later

    def _say_frame_of_reference(self, role: str, kept: Sequence[Volume]) -> None:
        if self.dynamic is None:
            return
        frame = self.dynamic.volumes[0].facts.frame_of_reference
        if any(v.facts.frame_of_reference not in (0, frame) and frame for v in kept):
            self.result.notes.append(
                f"The {role.upper()} has another frame of reference than the dynamic series: the patient may have "
                "moved between them"
            )


def _says_post(volume: Volume) -> bool:
    return volume.name.post and not volume.name.pre


def _is_later(volume: Volume, other: Volume) -> bool | None:
    """Whether a volume was acquired when another was, or later; None where no clock tells."""
    for source in ("acquisition time", "content time"):
        if source in volume.times and source in other.times:
            return bool(volume.times[source] >= other.times[source])
    return None


def _by_series(volumes: Iterable[Volume]) -> dict[object, list[Volume]]:
    found: dict[object, list[Volume]] = defaultdict(list)
    for volume in volumes:
        found[volume.key].append(volume)
    return found


def _grouped(volumes: Iterable[Volume], by: Callable[[Volume], str]) -> dict[str, list[Volume]]:
    found: dict[str, list[Volume]] = defaultdict(list)
    for volume in volumes:
        found[by(volume)].append(volume)
    return found


def _has_clock(volume: Volume) -> bool:
    """Whether a series of unknown sequence holds several volumes told apart by a time index."""
    return volume.of >= FEWEST_PHASES and volume.order_source not in ("", INSTANCE_ORDER)


def _is_called_other(volume: Volume) -> bool:
    """Whether nothing but its name tells what a volume is, and that says T1 or T2 and nothing of a phase."""
    name = volume.name
    of_phase = name.dynamic or name.pre or name.post or name.phase is not None
    return may_be_dynamic(volume) is None and (name.t1 or name.t2) and not of_phase


def _says_nothing(volume: Volume) -> bool:
    """Whether neither header nor name says what a volume is."""
    return not volume.named and may_be_dynamic(volume) is None and not volume.name.says_something


def _named(sets: list[Dynamic], role: str) -> list[Dynamic]:
    """Those from a folder that is named after the role, or all where there are none."""
    return [one for one in sets if one.volumes[0].named == role] or sets


def _named_first(fits: list[tuple[Volume, Judgement]], role: str) -> list[tuple[Volume, Judgement]]:
    return [pair for pair in fits if pair[0].named == role] or fits


def _are_two_sides(volumes: Sequence[Volume]) -> bool:
    """Whether two volumes are the left and the right breast, by their names or because they do not overlap."""
    if len(volumes) != 2 or {volume.name.side for volume in volumes} != {"left", "right"}:
        return False
    first, second = (volume.grid.corners_mm()[:, 0] for volume in volumes)
    overlap = min(first.max(), second.max()) - max(first.min(), second.min())
    return bool(overlap < 0.5 * min(first.max() - first.min(), second.max() - second.min()))


def _is_repeat(volumes: Sequence[Volume]) -> bool:
    first = volumes[0]
    return all(
        volume.images.description == first.images.description and same_place(first, volume)
        for volume in volumes[1:]
    )


def _same_pixel_grid(one: Volume, other: Volume) -> bool:
    """Whether two volumes have the same pixels in plane, whatever slices they have."""
    first, second = one.grid, other.grid
    return (
        first.size_ijk[:2] == second.size_ijk[:2]
        and np.allclose(first.spacing_mm[:2], second.spacing_mm[:2], atol=1e-3)
        and np.allclose(first.direction, second.direction, atol=1e-2)
    )


def _in_words(role: str) -> str:
    return "T1 without fat suppression" if role == T1 else role.upper()
