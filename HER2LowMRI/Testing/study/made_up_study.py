"""A small synthetic study folder and answers for it, without images."""

import random
from pathlib import Path

import numpy as np
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.readings import CaseReading
from HER2LowMRILib.study.study_folder import Study, create_study

SMALL = ImageGrid((6, 5, 3), (2.0, 2.0, 5.0))
MASS = {
    "fgt": "b",
    "bpe": "mild",
    "multifocal": 0,
    "t2_hyperintensity": 1,
    "peritumoral_edema": 0,
    "lesion_type": "mass",
    "lesion_size_mm": 21.0,
    "mass_shape": "irregular",
    "mass_margin": "spiculated",
    "mass_enhancement": "rim",
}
NME = {
    **{key: value for key, value in MASS.items() if not key.startswith("mass_")},
    "lesion_type": "nme",
    "nme_distribution": "segmental",
    "nme_enhancement": "clumped",
}


def made_up_study(folder: Path, cases: int = 3, readers: tuple[str, ...] = ("r1", "r2"), **protocol) -> Study:
    """A synthetic study with cases P1, P2, ... whose images are an empty folder."""
    study = create_study(folder, "Synthetic study", readers, seed=5, synthetic=True, **protocol)
    (folder / "images").mkdir()
    with study.coordinator() as office:
        images = CaseImages(dwi=(folder / "images",))
        office.add_cases(Case(f"P{number}", images) for number in range(1, cases + 1))
    return study


def draw(case: CaseReading, seed: int = 0) -> None:
    """Draw a small VOI, another one for another seed."""
    mask = np.zeros(SMALL.shape, bool)
    mask[1] = np.random.default_rng(seed).random(SMALL.shape[1:]) < 0.7
    case.save_voi({"lesion": mask}, SMALL)


def read_case(case: CaseReading, answers: dict, sign: bool = True) -> None:
    """Answer everything, draw, sign off."""
    for item, value in answers.items():
        case.set_answer(item, value)
    draw(case)
    case.step_time("form", 12.5)
    if sign:
        case.sign_off()


def random_answers(form, seed: int) -> dict:
    """A complete random set of answers."""
    draw_from, answers = random.Random(seed), {}
    while missing := form.missing(answers):
        item = missing[0]
        if item.kind == "choice":
            answers[item.id] = draw_from.choice([choice.value for choice in item.choices])
        else:
            answers[item.id] = float(draw_from.randint(int(item.minimum), 60))
    return answers
