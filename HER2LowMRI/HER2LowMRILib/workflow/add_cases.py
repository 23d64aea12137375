"""Add cases to a study, whether they come from a table or from a folder with one subfolder for each patient.

The same table or folder can be given again: what is in the study already stays as it is, the rest is added.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.budget import lies_inside
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import (
    IMAGES_FOLDER,
    Case,
    places_of,
)
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.image_record import recorded
from HER2LowMRILib.study.removed_cases import RemovedCase
from HER2LowMRILib.study.same_images import KnownSeries, differing_images, differing_sources
from HER2LowMRILib.study.session_lock import LockLost
from HER2LowMRILib.workflow.copy_images import CopyReport, copy_images
from HER2LowMRILib.workflow.look_at_images import SeenImages, look_at_images, with_b_values_of_names
from HER2LowMRILib.workflow.sort_cases import with_hashes


@dataclass(frozen=True)
class Added:
    """What `add_cases` did.

    Attributes
    ----------
    added : tuple of str
        Cases that are new in the study.
    there : tuple of str
        Cases that were in the study with the very same images; nothing was changed.
    refused : mapping of str to str
        Case -> why it was not added.
    copied : tuple of str
        Cases that were in the study with images elsewhere, which are copied into it now.
    copy : CopyReport
        What copying left out and took away.
    seen : mapping of str to SeenImages
        Case -> what the headers of its images told, of every case that was not there already.
    """

    added: tuple[str, ...]
    there: tuple[str, ...]
    refused: Mapping[str, str]
    copied: tuple[str, ...] = ()
    copy: CopyReport = field(default_factory=CopyReport)
    seen: Mapping[str, SeenImages] = field(default_factory=dict)


def add_cases(
    office: CoordinatorView,
    cases: Sequence[Case],
    copy_to: Path | None = None,
    *,
    one_case_per_place: bool = False,
    deidentify: bool = False,
    b_from_names: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Added:
    """Add the cases that the study does not have yet, and whose images can be read and are of their patients.

    Parameters
    ----------
    office : CoordinatorView
        The coordinator's session.
    cases : sequence of Case
        From `cases_table.plan_cases` or `cases_from_tree`.
    copy_to : Path, optional
        The study folder, to copy the images into it. Each case is copied and added before the next: when that is
        stopped, the same call goes on where it was.
    one_case_per_place : bool
        Refuse a case whose diffusion images are those of another case of the study: in a folder of patients, that is
        one patient under two ids. (In a table it may be two lesions.)
    deidentify : bool
        Take identity out of the copied DICOM images.
    b_from_names : bool
        The coordinator confirms the b-values in the names of image files that state none otherwise.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    StudyError
        If an id is not a safe name or comes twice, or a case has no image: nothing is added then.
    """
    check_distinct([checked_name(case.case_id) for case in cases])
    if b_from_names:
        cases = [with_b_values_of_names(case) for case in cases]
    sorting = _sort_out(office, cases, one_case_per_place)
    office.check_new_cases(sorting.new)
    if copy_to is None:
        return _add_where_they_are(office, sorting, progress)
    known = {case.case_id: case for case in office.cases}
    to_copy = [case for case in sorting.there if _lies_elsewhere(known[case.case_id], copy_to)]
    report, copied = CopyReport(), _Sorted(there=[c for c in sorting.there if c not in to_copy])
    copied.refused |= sorting.refused
    token = office.pseudonym if deidentify else None
    for done, case in enumerate([*sorting.new, *to_copy], start=1):
        try:
            seen = sorting.seen.get(case.case_id)
            examination = office.examination(case.case_id) if seen is None else seen.examination
            with_copies, moved = copy_images(case, copy_to, report, token, examination)
            _keep_copies(office, with_copies, moved, in_study=case in to_copy)
            copied.new.append(case)
        except LockLost:
            raise
        except HER2LowMRIError as error:
            copied.refused[case.case_id] = str(error)
        if progress is not None:
            progress(done / len([*sorting.new, *to_copy]))
    return Added(
        tuple(case.case_id for case in copied.new if case not in to_copy),
        tuple(case.case_id for case in copied.there),
        copied.refused,
        tuple(case.case_id for case in copied.new if case in to_copy),
        report,
        sorting.seen,
    )


def look_at_cases(
    office: CoordinatorView,
    cases: Sequence[Case],
    *,
    one_case_per_place: bool = False,
    b_from_names: bool = False,
) -> Added:
    """See what `add_cases` would do; nothing is written.

    Raises
    ------
    StudyError
        As `add_cases`.
    """
    check_distinct([checked_name(case.case_id) for case in cases])
    if b_from_names:
        cases = [with_b_values_of_names(case) for case in cases]
    found = _sort_out(office, cases, one_case_per_place)
    office.check_new_cases(found.new)
    new, there = (tuple(case.case_id for case in of) for of in (found.new, found.there))
    return Added(new, there, found.refused, seen=found.seen)


def _keep_copies(
    office: CoordinatorView, with_copies: Case, examination: Examination | None, *, in_study: bool
) -> None:
    """Enter a case with its copies, or put them in the place of its images where the study has it already."""
    moved = None if examination is None else with_hashes(with_copies.images, examination)
    if not in_study:
        office.add_cases([with_copies], {with_copies.case_id: moved} if moved is not None else None)
        return
    office.replace_images(with_copies)
    if moved is not None:
        office.keep_examination(with_copies.case_id, moved)


@dataclass
class _Sorted:
    """Cases by what becomes of them: new ones, those that are there, why others cannot be taken, what was seen."""

    new: list[Case] = field(default_factory=list)
    there: list[Case] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    seen: dict[str, SeenImages] = field(default_factory=dict)


def _sort_out(office: CoordinatorView, cases: Sequence[Case], one_case_per_place: bool) -> _Sorted:
    found = _Sorted()
    known_ids = {case.case_id for case in (*office.cases, *cases)}
    series = KnownSeries(office.cases if one_case_per_place else ())
    known = {case.case_id.lower(): case for case in office.cases}
    removed = {case.case_id.lower(): case for case in office.removed}
    for case in cases:
        key = case.case_id.lower()
        same, why = _in_study(office, case, known.get(key), removed.get(key))
        if why is None and not same and (other := series.case_with(case)) is not None:
            why = f"its images are those of case {other} of the study"
        if why is None and not same:
            found.seen[case.case_id] = look_at_images(case, known_ids, office.pseudonym)
            why = found.seen[case.case_id].problem
        if why is not None:
            found.refused[case.case_id] = why
        else:
            (found.there if same else found.new).append(case)
    return found


def _add_where_they_are(
    office: CoordinatorView, sorting: _Sorted, progress: Callable[[float], None] | None
) -> Added:
    hashed = []
    for done, case in enumerate(sorting.new, start=1):
        hashed.append(recorded(case))
        if progress is not None:
            progress(done / len(sorting.new))
    if hashed:
        found = {case.case_id: _hashed(case, sorting.seen[case.case_id]) for case in hashed}
        office.add_cases(hashed, {case_id: one for case_id, one in found.items() if one is not None})
    added, there = (tuple(case.case_id for case in cases) for cases in (sorting.new, sorting.there))
    return Added(added, there, sorting.refused, seen=sorting.seen)


def _hashed(case: Case, seen: SeenImages) -> Examination | None:
    """The sorted examination of a case with the hashes of its images."""
    found = seen.examination
    return with_hashes(case.images, found) if found is not None else None


def _lies_elsewhere(case: Case, study: Path) -> bool:
    """Whether a case of the study has its images outside it."""
    own = study / IMAGES_FOLDER
    return any(
        not lies_inside(place, own) for role in case.images.roles for place in places_of(case.images, role)
    )


def _in_study(
    office: CoordinatorView, case: Case, known: Case | None, removed: RemovedCase | None
) -> tuple[bool, str | None]:
    """Whether the study has the case with these images, and why it cannot take it."""
    if removed is not None and removed.damage is not None:
        return False, f"it was removed, and {removed.damage}"
    if removed is not None:
        how = "erased" if removed.is_erased else "removed"
        todo = "it is not to come back" if removed.is_erased else "`study restore` brings it back"
        return False, f"it was {how} on {removed.utc[:10]} ({removed.reason}): {todo}"
    if known is None:
        return False, None
    if known.case_id != case.case_id:
        return False, f"the study has {known.case_id}, which one folder could not keep apart from it"
    try:
        differing = differing_sources(office.images_folder(known.case_id), case.images)
        if differing is None:
            differing = differing_images(known.images, case.images)
    except StudyError as error:
        return False, f"it is in the study, and {error}"
    # Cases of earlier versions have no places of these.
    new_kinds = {role for role in ("t1", "others") if not getattr(known.images, role)}
    differing = tuple(role for role in differing if role not in new_kinds)
    if differing:
        return False, f"it is in the study with other images ({', '.join(differing)})"
    return True, None
