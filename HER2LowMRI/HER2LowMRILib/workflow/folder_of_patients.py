"""A folder of patients that becomes cases: looked at whole before anything is written, and what is said of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.files.understood_table import UnderstoodTable
from HER2LowMRILib.images.examination import in_words
from HER2LowMRILib.study.case_list import places_of
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.workflow.add_cases import Added, add_cases, look_at_cases
from HER2LowMRILib.workflow.cases_table import NewCase
from HER2LowMRILib.workflow.cases_tree import FoundCases, cases_from_tree
from HER2LowMRILib.workflow.copy_images import copy_lines
from HER2LowMRILib.workflow.look_at_images import SeenImages


@dataclass(frozen=True)
class FolderWishes:
    """How a folder of patients is taken.

    Attributes
    ----------
    keep_names : bool
        Its subfolders are named by pseudonyms, which become the case ids.
    copy, deidentify : bool
        Copy the images into the study, and take identity out of their headers.
    b_from_names : bool
        The names of image files give their b-values, where nothing else does.
    """

    keep_names: bool = False
    copy: bool = False
    deidentify: bool = False
    b_from_names: bool = False


@dataclass(frozen=True)
class FolderPlan:
    """What adding a folder of patients would do.

    Attributes
    ----------
    found : FoundCases
    would : Added
        What `add_cases` would do with its cases.
    """

    found: FoundCases
    would: Added

    @property
    def problems(self) -> tuple[str, ...]:
        """Nothing keeps the rest of a folder from being added."""
        return ()

    @property
    def changes(self) -> tuple[NewCase, ...]:
        """The cases that would be added."""
        return tuple(
            NewCase(case.case_id, tuple(role for role in case.images.roles if places_of(case.images, role)))
            for case in self.found.cases
            if case.case_id in self.would.added
        )

    @property
    def not_added(self) -> tuple[str, ...]:
        """What would not be added, and why."""
        refused = {**self.would.refused, **self.found.refused}
        return tuple(f"{self.found.with_place(what)}: {why}" for what, why in refused.items())

    @property
    def table(self) -> UnderstoodTable:
        """What is to be known of it, in the form that a table of cases has; a folder asks nothing."""
        notes = added_lines(self.would, self.found, deidentified=False)
        return UnderstoodTable("", (), (), tuple(notes), (), ())


def plan_folder(office: CoordinatorView, folder: Path, wishes: FolderWishes) -> FolderPlan:
    """Look at a folder with one subfolder for each patient; nothing is written.

    Parameters
    ----------
    office : CoordinatorView
        The coordinator's session.
    folder : Path
    wishes : FolderWishes

    Raises
    ------
    StudyError
        If there is no subfolder, two of them are of one patient, or a name is not a case id.
    """
    found = find_in_folder(office, folder, wishes)
    would = look_at_cases(office, found.cases, one_case_per_place=True, b_from_names=wishes.b_from_names)
    return FolderPlan(found, would)


def find_in_folder(office: CoordinatorView, folder: Path, wishes: FolderWishes) -> FoundCases:
    """The cases of a folder of patients, see `cases_from_tree`."""
    further = [spec.role for spec in office.protocol.features.further]
    return cases_from_tree(folder, office.pseudonym, keep_names=wishes.keep_names, further_maps=further)


def add_folder(
    office: CoordinatorView,
    study: Path,
    found: FoundCases,
    wishes: FolderWishes,
    progress: Callable[[float], None] | None = None,
) -> Added:
    """Add the cases of a folder of patients, see `add_cases`."""
    return add_cases(
        office,
        found.cases,
        study if wishes.copy else None,
        one_case_per_place=True,
        deidentify=wishes.deidentify,
        b_from_names=wishes.b_from_names,
        progress=progress,
    )


def seen_lines(case_id: str, seen: SeenImages) -> Iterator[str]:
    """What was taken of a case, what was left out, and what to know."""
    if seen.problem is None:
        yield f"{case_id}: {'; '.join(seen.taken)}"
        if seen.examination is not None:
            yield f"{case_id}: {in_words(seen.examination)}"
    yield from _beside_lines(case_id, seen)


def _beside_lines(case_id: str, seen: SeenImages) -> Iterator[str]:
    for text in seen.left_out:
        yield f"{case_id}, left out: {text}"
    for text in seen.notes:
        yield f"{case_id}, please note: {text}"


def left_out_lines(found: FoundCases) -> Iterator[str]:
    """What lies in a folder of patients and is not taken."""
    yield from (f"left out: {text}" for text in found.left_out)
    yield from (f"{case_id}, left out: {text}" for case_id, text in found.beside.items())


def added_lines(done: Added, found: FoundCases, *, deidentified: bool, taken: bool = True) -> Iterator[str]:
    """What is to be known of cases that were added: copies, what was there, what was taken and what was left out.

    Without ``taken``, only what somebody must know: of many cases the rest is a long list.
    """
    yield from copy_lines(done.copy, deidentified=deidentified)
    if done.copied:
        yield f"there already, images copied into the study now: {', '.join(done.copied)}"
    if done.there:
        yield f"there already, with the same images: {', '.join(done.there)}"
    for case_id, seen in done.seen.items():
        yield from seen_lines(case_id, seen) if taken else _beside_lines(case_id, seen)
    yield from left_out_lines(found)
