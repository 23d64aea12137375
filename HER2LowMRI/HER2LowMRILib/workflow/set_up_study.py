"""Set up a study from a folder that holds one folder of images per case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.add_cases import add_cases
from HER2LowMRILib.workflow.cases_of_database import ListedExamination, cases_of_examinations
from HER2LowMRILib.workflow.cases_tree import FoundCases
from HER2LowMRILib.workflow.folder_of_patients import FolderWishes, added_lines, find_in_folder


@dataclass(frozen=True)
class NewStudy:
    """What ``set_up_study`` did.

    Attributes
    ----------
    cases : int
        Cases that were added.
    not_added : tuple of str
        Which were not, and why.
    said : tuple of str
        What was left out of each and what to know, and what copying took away.
    """

    cases: int = 0
    not_added: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def set_up_study(
    folder: Path,
    title: str,
    readers: Sequence[str],
    images: Path | None = None,
    wishes: FolderWishes | None = None,
    features: FeatureSet | None = None,
    examinations: Sequence[ListedExamination] = (),
    outline: OutlineRules | None = None,
    progress: Callable[[float], None] | None = None,
) -> NewStudy:
    """Set up a study, with a case for every folder of images and every examination of a DICOM database.

    Parameters
    ----------
    folder : Path
        New or empty.
    title : str
        Shown to everybody.
    readers : sequence of str
        Reader ids.
    images : Path, optional
        A folder with one subfolder for each patient; without it cases are added later.
    wishes : FolderWishes, optional
        How that folder is taken.
    features : FeatureSet, optional
        What is measured; the 21 features when left out.
    examinations : sequence of ListedExamination
        Of a DICOM database.
    outline : OutlineRules, optional
        How outlines may be made; by hand alone when left out.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    NewStudy

    Raises
    ------
    StudyError
        When the study cannot be set up, or there are no folders of images.
    """
    study = create_study(folder, title or "Reader study", tuple(readers), features=features, outline=outline)
    if images is None and not examinations:
        return NewStudy()
    wishes, found = wishes or FolderWishes(), FoundCases(())
    with study.coordinator() as coordinator:
        cases = list(cases_of_examinations(examinations, coordinator.pseudonym))
        refused: dict[str, str] = {}
        if images is not None:
            try:
                found = find_in_folder(coordinator, images, wishes)
            except HER2LowMRIError as error:
                # The study stands already; its cases can be added once the folder is in order.
                refused["the folder of images"] = str(error)
            cases += found.cases
            refused |= found.refused
        if progress is not None:
            progress(0.3)
        done = add_cases(
            coordinator,
            cases,
            Path(folder) if wishes.copy else None,
            one_case_per_place=images is not None,
            deidentify=wishes.deidentify,
            b_from_names=wishes.b_from_names,
            progress=progress,
        )
    refused |= done.refused
    not_added = tuple(f"{found.with_place(what)}: {why}" for what, why in refused.items())
    said = added_lines(done, found, deidentified=wishes.deidentify, taken=False)
    return NewStudy(len(done.added), not_added, tuple(said))
