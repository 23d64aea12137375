r"""Picture every page and layout in Slicer's window, to be looked at: sizes of the screen, languages.

    Slicer --no-splash --additional-module-paths HER2LowMRI --exit-after-startup \
        --python-script HER2LowMRI/Testing/make_screen_pictures.py FOLDER [--language de] [--look "Dark Slicer"]

The window is as large as the screen. A language brings the texts of the module and its way to write numbers; Slicer's
own texts stay English unless Slicer is set to the language.
"""

import argparse
import os
from pathlib import Path

import make_slicer_pictures as slicer_pictures
import qt
import slicer

PAGES_OF_A_READER = ("study", "images", "voi", "descriptors", "features", "sign_off")
TRANSLATIONS = Path(__file__).resolve().parents[1] / "Resources" / "Translations"


class Camera:
    """Pictures of the screen, in the order in which they are taken."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._number = folder, 0

    def take(self, name: str) -> None:
        """Picture the window."""
        self._number += 1
        slicer_pictures.save(f"{self._number:02d}-{name}.png", self._folder)


def begin(language: str, style: str) -> object:
    """Bring the module up in a language and a style; returns the means of its self-test."""
    if style:
        styles = list(qt.QStyleFactory.keys())
        if style.lower() not in [one.lower() for one in styles]:
            raise SystemExit(f"needed: one of the styles {', '.join(styles)}; found: {style}")
        slicer.app.setStyle(style)
        # As the settings of Slicer do.
        slicer.app.setPalette(slicer.app.style().standardPalette())
    if language:
        qt.QLocale.setDefault(qt.QLocale(language.replace("-", "_")))
        texts = TRANSLATIONS / f"HER2LowMRI_{language}.qm"
        if texts.exists():
            translator = qt.QTranslator(slicer.app)
            translator.load(str(texts))
            slicer.app.installTranslator(translator)
    slicer.util.mainWindow().showMaximized()
    slicer.util.selectModule("HER2LowMRI")
    slicer.util.setModuleHelpSectionVisible(False)
    slicer.util.setDataProbeVisible(False)
    slicer.util.setApplicationLogoVisible(False)
    from HER2LowMRI import HER2LowMRITest

    test = HER2LowMRITest()
    test.setUp()
    # Paths that a page shows name no computer.
    os.chdir(test.folder)
    return test


def picture_reader(test: object, camera: Camera) -> object:
    """Picture the pages and layouts of a reader; the case is signed off then. Returns the anatomy."""
    panel = test.panel
    phantom = slicer_pictures.begin_study(test, "r1,r2")
    layouts = {layout.id: layout for layout in panel.session.hanging.layouts}
    for name in PAGES_OF_A_READER:
        panel.go_to(name)
        if name == "descriptors":
            for layout in ("overview", "dynamic"):
                panel.hanging.choose(layouts[layout])
                slicer_pictures.settle()
                camera.take(f"{name}-{layout}")
            slicer_pictures.answer(test, phantom.lesion)
            panel.hanging.choose(layouts["dynamic"])
            camera.take(f"{name}-answered")
            panel.hanging.choose(layouts["diffusion"])
        if name == "features":
            panel.pages[name].draw_plots()
        camera.take(name)
    panel.session.sign_off()
    return phantom


def picture_others(test: object, phantom: object, camera: Camera) -> None:
    """Picture the pages of adjudicator and coordinator."""
    panel, case = test.panel, panel_case()
    test.enter_as("r2")
    panel.open_next_open_case()
    from HER2LowMRILib.synthetic import readers

    for name, mask in readers.draw_voi(case, phantom, "r2").items():
        test.draw(name, mask)
    slicer_pictures.settle()
    for item, value in {**slicer_pictures.ANSWERS, "mass_margin": "irregular", "lesion_size_mm": 24}.items():
        panel.session.set_answer(item, value)
    panel.voi_autosave.settle()
    panel.session.sign_off()
    test.enter_as("adjudicator")
    panel.open_next_open_case()
    slicer_pictures.settle()
    camera.take("adjudication")
    test.enter_as("coordinator")
    camera.take("cohort")
    slicer_pictures.analyse(test)
    camera.take("analysis")


def panel_case() -> object:
    """The synthetic patient of the study."""
    from HER2LowMRILib.synthetic import cases

    return cases.draw_case(1)


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default="")
    # Qt takes an argument called --style for itself.
    parser.add_argument("--look", default="", help="a style of Slicer")
    args = parser.parse_args()
    camera = Camera(args.folder.resolve())
    test = begin(args.language, args.look)
    phantom = picture_reader(test, camera)
    picture_others(test, phantom, camera)


if __name__ == "__main__":
    main()
