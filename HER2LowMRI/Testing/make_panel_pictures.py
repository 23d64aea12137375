"""Picture every page of the panel for the README: ``python HER2LowMRI/Testing/make_panel_pictures.py``.

To be looked at, in a language and with both styles of every page: ``make_panel_pictures.py FOLDER [--language de]``.

The pages are drawn by the test session (offscreen Qt) at the width of Slicer's module panel, in a light and a dark
style, with a synthetic study; the views are drawn by Slicer's own displayable managers. In Slicer itself the frame
around them looks different.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import numpy as np  # noqa: E402
from HER2LowMRILib.core.columns import column_names  # noqa: E402
from HER2LowMRILib.files.row_csv import write_rows  # noqa: E402
from HER2LowMRILib.synthetic import anatomy, cases, dwi_series, pathology, readers  # noqa: E402
from HER2LowMRILib.synthetic.cohort import make_cohort  # noqa: E402
from HER2LowMRILib.workflow.export_cohort import FEATURES_FILE, READINGS_FILE  # noqa: E402
from slicer_session.panel import WIDTH, Session, qt, slicer  # noqa: E402
from slicer_session.person import MASS_KEYS, NME_KEYS, Person  # noqa: E402
from slicer_session.slicer_python import language  # noqa: E402

DOCS = HERE.parents[1] / "docs" / "images"
# As high as the module panel of Slicer on a small screen; longer pages are pictured whole.
HEIGHT = 600
# Both styles are drawn and measured for every page; of the dark one two are enough to show.
DARK_SHOWN = ("voi", "descriptors")


def dark() -> object:
    """The colours of a dark style as Qt's Fusion draws it."""
    palette = qt.QPalette()
    for role, colour in {
        "Window": "#2d2d2d",
        "WindowText": "#e6e6e6",
        "Base": "#1e1e1e",
        "AlternateBase": "#262626",
        "Text": "#e6e6e6",
        "Button": "#383838",
        "ButtonText": "#e6e6e6",
        "Highlight": "#2a6fb0",
        "HighlightedText": "#ffffff",
        "PlaceholderText": "#8a8a8a",
    }.items():
        palette.setColor(getattr(qt.QPalette, role), qt.QColor(colour))
    for role in ("WindowText", "Text", "ButtonText"):
        palette.setColor(qt.QPalette.Disabled, getattr(qt.QPalette, role), qt.QColor("#8c8c8c"))
    return palette


class Photographer:
    """Takes pictures of the panel as it is shown.

    Parameters
    ----------
    folder : Path
        Where they go.
    session : Session
    shown_dark : collection of str
        Pages of which the dark style is kept too; None: all.
    """

    def __init__(self, folder: Path, session: Session, shown_dark: tuple[str, ...] | None):
        self.folder, self.session, self._shown_dark = folder, session, shown_dark
        self.light = qt.QApplication.palette()

    def take(self, name: str) -> None:
        """Picture the panel in both styles; a page that does not fit the width fails."""
        panel = self.session.widget.panel
        needed = panel.widget.layout().heightForWidth(panel.widget.geometry.width())
        self.session.window.resize(WIDTH, max(HEIGHT, needed + 24))
        for style, palette in (("", self.light), ("-dark", dark())):
            qt.QApplication.setPalette(palette)
            for _turn in range(4):
                self.session.settle()
            wanted = panel.widget.minimumSizeHint().width()
            if wanted > WIDTH:
                raise AssertionError(f"the page {name} needs {wanted} px, the panel has {WIDTH}")
            if style and self._shown_dark is not None and name not in self._shown_dark:
                continue
            picture = panel.widget.grab()
            picture.copy(0, 0, picture.width(), self._used_height(panel)).save(
                str(self.folder / f"panel-{name}{style}.png")
            )
        qt.QApplication.setPalette(self.light)
        self.session.settle()

    def _used_height(self, panel: object) -> int:
        label = panel.ui.researchLabel
        return label.mapTo(panel.widget, qt.QPoint(0, label.geometry.height())).y() + 6


def make_case(folder: Path, number: int) -> tuple[object, dict[str, dict]]:
    """Write the images of a synthetic patient.

    Returns
    -------
    Phantom, dict of str to dict of str to ndarray of bool
        The truth, and what each reader draws of it.
    """
    case = cases.draw_case(number)
    phantom = anatomy.build(case)
    dwi_series.write_series(case, phantom, folder / case.name)
    return phantom, {reader: readers.draw_voi(case, phantom, reader) for reader in ("r1", "r2")}


def draw_all(person: Person, masks: dict) -> None:
    """Draw what a reader draws."""
    for name, mask in masks.items():
        person.draws(name, mask=mask)


def main(folder: Path, shown_dark: tuple[str, ...] | None) -> None:
    """Work through a small synthetic study and picture every page on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        # Relative, so that no folder of somebody's computer is in a picture.
        images, study = Path("images"), Path("Breast MRI study")
        made = {cases.draw_case(number).name: make_case(images, number) for number in (1, 2)}
        session = Session()
        panel = session.open().panel
        person = Person(session, panel, {name: phantom for name, (phantom, _masks) in made.items()})
        camera = Photographer(folder, session, shown_dark)
        person.sets_up_study(study, images)
        panel.show_message("")
        for reader, keys in (("r1", MASS_KEYS), ("r2", NME_KEYS)):
            person.enters(reader)
            for _case in made:
                person.opens_next_case()
                draw_all(person, made[person.case_id][1][reader])
                if reader == "r1" and len(panel.session.reading.signed) == 0 and not camera_done(folder):
                    picture_reading(person, camera)
                else:
                    panel.go_to("descriptors")
                    person.answers(keys)
                panel.go_to("sign_off")
                panel.session.sign_off()
                panel.session.close_case()
                panel.go_to("study")
        person.enters("adjudicator")
        panel.open_next_open_case()
        camera.take("adjudication")
        person.enters("coordinator")
        for name in made:
            number = int(name.rsplit("-", 1)[1])
            panel.session.view.set_pathology(name, **pathology.report(cases.draw_case(number)))
        panel.pages["cohort"].refresh("answers")
        camera.take("cohort")
        picture_analysis(person, camera)
        session.close()
        if session.errors():
            raise session.errors()[0]


def camera_done(folder: Path) -> bool:
    """Whether a reading was pictured already."""
    return (folder / "panel-sign_off.png").exists()


def picture_reading(person: Person, camera: Photographer) -> None:
    """Picture the pages of a reader, with one question open on the form, and the views."""
    panel = person.panel
    panel.go_to("study")
    camera.take("study")
    for name in ("images", "voi"):
        panel.go_to(name)
        camera.take(name)
    person.clicks(person.page("voi").middleButton)
    picture_views(camera.folder / "views.png")
    panel.go_to("descriptors")
    person.types("23212")
    camera.take("descriptors")
    person.answers(MASS_KEYS)
    for name in ("features", "sign_off"):
        panel.go_to(name)
        camera.take(name)


def picture_analysis(person: Person, camera: Photographer) -> None:
    """Analyse the made-up cohort of the demonstration, whose size is that of the paper, and picture the page."""
    folder = Path("Export of a synthetic cohort")
    folder.mkdir()
    cohort = make_cohort()
    write_rows(folder / FEATURES_FILE, cohort.features, column_names("features"))
    write_rows(folder / READINGS_FILE, cohort.readings, column_names("readings"))
    person.page("cohort").exportPath.currentPath = str(folder)
    person.panel.go_to("analysis")
    person.clicks(person.page("analysis").analyzeButton)
    camera.take("analysis")


def picture_views(path: Path) -> None:
    """Picture the four slice views of the reading layout, as one image."""
    manager = slicer.app.layoutManager()
    views = [manager.sliceWidget(name).picture((420, 260)) for name in manager.sliceViewNames()]
    pixels = np.vstack([np.hstack(views[:2]), np.hstack(views[2:])])
    height, width, _ = pixels.shape
    qt.QImage(pixels.tobytes(), width, height, 3 * width, qt.QImage.Format_RGB888).save(str(path))


def _store(picture: Path, place: Path) -> None:
    """Keep a picture as small as PNG makes it."""
    qt.QImage(str(picture)).convertToFormat(qt.QImage.Format_RGB888).save(str(place), "PNG", 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="to be looked at; the README's are made without")
    parser.add_argument("--language", default="", help="a language that the panel has texts in")
    args = parser.parse_args()
    target = args.folder.absolute() if args.folder else DOCS
    with tempfile.TemporaryDirectory() as new:
        with language(args.language):
            main(Path(new), None if args.folder else DARK_SHOWN)
        target.mkdir(parents=True, exist_ok=True)
        for picture in sorted(Path(new).glob("*.png")):
            _store(picture, target / picture.name)
