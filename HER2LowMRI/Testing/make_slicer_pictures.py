r"""Picture a reading and an analysis in Slicer's window, for the README; all data is synthetic.

    Slicer --no-splash --additional-module-paths HER2LowMRI --exit-after-startup \
        --python-script HER2LowMRI/Testing/make_slicer_pictures.py docs/images

It drives the module with the means of its self-test.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
import slicer
import vtk

WINDOW = (1600, 963)
SHOWN_MM = 110.0
EXPORT = "Export of a synthetic cohort"


def settle() -> None:
    """Let Slicer draw."""
    for _part in range(2):
        for _event in range(40):
            slicer.app.processEvents()
        time.sleep(0.2)


def save(name: str, folder: Path) -> None:
    """Save a picture of the window."""
    settle()
    slicer.util.mainWindow().grab().save(str(folder / name))


def begin_study(test: object, reader_ids: str = "r1") -> object:
    """Set up a study of one synthetic patient, open it as a reader, and draw the lesion; returns its anatomy."""
    from HER2LowMRILib.synthetic import anatomy, cases, contrast_series, dwi_series, readers

    case = cases.draw_case(1)
    phantom = anatomy.build(case, contrasts=True)
    dwi_series.write_series(case, phantom, test.folder / "images" / case.name)
    contrast_series.write_contrast_series(case, phantom, test.folder / "images" / case.name)
    page = test.ui("study")
    page.newPath.currentPath = str(test.folder / "study")
    page.titleEdit.text, page.readersEdit.text = "Synthetic study", reader_ids
    page.imagesPath.currentPath = str(test.folder / "images")
    page.keepNamesCheck.checked = True
    page.besideCheck.checked = True
    page.createButton.click()
    test.enter_as("r1")
    page.nextOpenButton.click()
    settle()
    for name, mask in readers.draw_voi(case, phantom, "r1").items():
        test.draw(name, mask)
    settle()
    return phantom


def look_at(test: object, mask: np.ndarray) -> None:
    """Centre the views on a lesion, magnified."""
    from HER2LowMRILib.mrml.reading_layout import SLICES, slice_node

    k, j, i = np.argwhere(mask).mean(axis=0)
    to_ras = vtk.vtkMatrix4x4()
    test.panel.session.case.nodes["adc"].GetIJKToRASMatrix(to_ras)
    ras = to_ras.MultiplyPoint((i, j, k, 1))[:3]
    for name in SLICES:
        view = slice_node(slicer.mrmlScene, name)
        width, height, depth = view.GetFieldOfView()
        view.SetFieldOfView(SHOWN_MM, height * SHOWN_MM / width, depth)
        view.JumpSliceByCentering(*ras)


ANSWERS = {
    "fgt": "c",
    "bpe": "moderate",
    "multifocal": 0,
    "t2_hyperintensity": 1,
    "peritumoral_edema": 1,
    "lesion_type": "mass",
    "mass_shape": "irregular",
    "mass_margin": "spiculated",
    "mass_enhancement": "heterogeneous",
}


def answer(test: object, mask: np.ndarray) -> None:
    """Answer the form, the size by a line over the lesion on the first phase after contrast."""
    session = test.panel.session
    for item, value in ANSWERS.items():
        session.set_answer(item, value)
    slices = mask.sum(axis=(1, 2))
    k = int(np.argmax(slices))
    j, i = np.nonzero(mask[k])
    ends = (
        session.case.grid.ijk_to_lps()
        @ np.array([(i.min(), j[i.argmin()], k, 1), (i.max(), j[i.argmax()], k, 1)]).T
    )
    session.draw_line()
    line = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")[0]
    for place in ends[:3].T:
        number = line.AddControlPointWorld(vtk.vtkVector3d(-place[0], -place[1], place[2]))
        line.SetNthControlPointAssociatedNodeID(number, session.case.nodes["dce 1"].GetID())
    interaction = slicer.mrmlScene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
    interaction.SetCurrentInteractionMode(interaction.ViewTransform)
    for _turn in range(40):
        settle()
        if session.measured.is_up_to_date:
            break
    settle()


def analyse(test: object) -> None:
    """Analyse a synthetic cohort as the coordinator does."""
    from HER2LowMRILib.core.columns import column_names
    from HER2LowMRILib.files.row_csv import write_rows
    from HER2LowMRILib.synthetic.cohort import make_cohort

    test.enter_as("coordinator")
    cohort = make_cohort()
    folder = Path(EXPORT)
    folder.mkdir()
    write_rows(folder / "features.csv", cohort.features, column_names("features"))
    write_rows(folder / "readings.csv", cohort.readings, column_names("readings"))
    test.ui("cohort").exportPath.currentPath = str(folder)
    test.panel.go_to("analysis")
    test.ui("analysis").analyzeButton.click()
    settle()
    test.ui("analysis").resultCombo.setCurrentIndex(2)


def main(folder: Path) -> None:
    """Make the pictures."""
    slicer.util.mainWindow().resize(*WINDOW)
    slicer.util.selectModule("HER2LowMRI")
    slicer.util.setModuleHelpSectionVisible(False)
    slicer.util.setDataProbeVisible(False)
    slicer.util.setApplicationLogoVisible(False)
    slicer.util.setStatusBarVisible(False)
    from HER2LowMRI import HER2LowMRITest

    test = HER2LowMRITest()
    test.setUp()
    # Paths that the page shows are relative, so that the picture names no computer.
    os.chdir(test.folder)
    phantom = begin_study(test)
    test.panel.pages["voi"].ui.fillCheck.checked = False
    look_at(test, phantom.lesion)
    test.panel.go_to("features")
    settle()
    test.panel.pages["features"].draw_plots()
    save("slicer-reading.png", folder)
    test.panel.go_to("descriptors")
    layouts = {layout.id: layout for layout in test.panel.session.hanging.layouts}
    # The line is drawn on a phase that is in the scene.
    test.panel.hanging.choose(layouts["dynamic"])
    answer(test, phantom.lesion)
    test.panel.hanging.choose(layouts["dynamic"])
    look_at(test, phantom.lesion)
    save("slicer-dynamic.png", folder)
    test.panel.hanging.choose(layouts["overview"])
    look_at(test, phantom.lesion)
    save("slicer-overview.png", folder)
    analyse(test)
    save("slicer-analysis.png", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
