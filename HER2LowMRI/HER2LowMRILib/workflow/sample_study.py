"""A small synthetic study to try the module on, made on this computer: nothing is downloaded."""

from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import STUDY_FILE, create_study
from HER2LowMRILib.workflow.sort_cases import sort_case, with_hashes

TITLE = "Synthetic study (images of no person)"


def make_sample_study(
    folder: Path,
    cases: int = 3,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Write the images of a few synthetic patients and set up a study of them.

    Parameters
    ----------
    folder : Path
        Where the study goes; a study that is there already stays as it is.
    cases : int
        Number of patients.
    progress, cancelled : callable, optional
        As for ``read_dwi``.

    Returns
    -------
    Path
        The study folder.

    Raises
    ------
    StudyError
        When the folder holds other things or cannot be written.
    Cancelled
        When ``cancelled`` said so.
    """
    from HER2LowMRILib.core.errors import Cancelled
    from HER2LowMRILib.synthetic import anatomy, contrast_series, dwi_series
    from HER2LowMRILib.synthetic.cases import draw_case

    study_folder, images = folder / "study", folder / "images"
    if (study_folder / STUDY_FILE).exists():
        return study_folder
    made = []
    for number in range(1, cases + 1):
        if cancelled is not None and cancelled():
            raise Cancelled
        case = draw_case(number)
        phantom = anatomy.build(case, contrasts=True)
        dwi_series.write_series(case, phantom, images / case.name)
        contrast_series.write_contrast_series(case, phantom, images / case.name)
        made.append(Case(case.name, CaseImages(dwi=(images / case.name,))))
        if progress is not None:
            progress(number / cases)
    study = create_study(study_folder, TITLE, synthetic=True)
    with study.coordinator() as coordinator:
        found = {case.case_id: with_hashes(case.images, sort_case(case)) for case in made}
        coordinator.add_cases(made, found)
    return study_folder
