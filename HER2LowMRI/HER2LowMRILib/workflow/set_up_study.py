"""Set up a study from a folder that holds one folder of images per case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.add_cases import add_cases
from HER2LowMRILib.workflow.cases_of_database import ListedExamination, cases_of_examinations
from HER2LowMRILib.workflow.cases_tree import cases_from_tree


@dataclass(frozen=True)
class NewStudy:
    """What ``set_up_study`` did.

    Attributes
    ----------
    cases : int
        Cases that were added.
    not_added : tuple of str
        Which were not, and why.
    """

    cases: int = 0
    not_added: tuple[str, ...] = ()


def set_up_study(
    folder: Path,
    title: str,
    readers: Sequence[str],
    images: Path | None = None,
    keep_names: bool = False,
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
    images, keep_names
        As for ``cases_from_tree``; without images, cases are added later.
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
    with study.coordinator() as coordinator:
        cases = list(cases_of_examinations(examinations, coordinator.pseudonym))
        refused: dict[str, str] = {}
        if images is not None:
            further = [spec.role for spec in coordinator.protocol.features.further]
            found = cases_from_tree(
                images, coordinator.pseudonym, keep_names=keep_names, further_maps=further
            )
            cases += found.cases
            refused |= found.refused
        if progress is not None:
            progress(0.5)
        done = add_cases(coordinator, cases)
    refused |= done.refused
    return NewStudy(len(done.added), tuple(f"{what}: {why}" for what, why in refused.items()))
