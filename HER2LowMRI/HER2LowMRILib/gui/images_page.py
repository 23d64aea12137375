"""Images and maps: what was found, corrections by hand, the fit, and the quality of the voxels."""

from collections.abc import Sequence
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.gui.lexicon_words import label_text
from HER2LowMRILib.gui.messages import progress
from HER2LowMRILib.gui.page import Page, fill_table, set_columns
from HER2LowMRILib.mrml.volumes import ROLE
from HER2LowMRILib.session.dicom_database import remember_series
from HER2LowMRILib.session.prepare_maps import ChosenImages, maps_from, with_b_values
from HER2LowMRILib.session.reading_session import SINGLE
from HER2LowMRILib.session.voxel_classes import voxel_classes
from HER2LowMRILib.study.case_list import CaseImages

# Nodes that may hold diffusion images or an ADC map, series first.
KINDS = (
    "vtkMRMLSequenceNode",
    "vtkMRMLMultiVolumeNode",
    "vtkMRMLDiffusionWeightedVolumeNode",
    "vtkMRMLVectorVolumeNode",
    "vtkMRMLScalarVolumeNode",
)
# What was said when images were read stands on the page already.
READ = ("series_read", "map_read", "unit_by_size")


class ImagesPage(Page):
    """From images to maps."""

    UI, NAME = "ImagesPage.ui", "images"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Images")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        set_columns(ui.seriesTable, 1, wrap=True)
        set_columns(ui.qualityTable, 2, wrap=True)
        self.chosen, self.stale = ChosenImages(), False
        ui.readButton.connect("clicked()", self._read)
        ui.imagePath.connect("currentPathChanged(QString)", lambda _path: self._show_buttons())
        ui.addNodeButton.connect("clicked()", self._add_node)
        ui.addAllButton.connect("clicked()", self._add_all)
        ui.seriesSelector.connect("currentNodeChanged(vtkMRMLNode*)", lambda _node: self._show_buttons())
        ui.seriesTable.connect("cellChanged(int,int)", self._b_value_typed)
        ui.computeButton.connect("clicked()", self.compute)
        # Not `currentNodeChanged`: when a node goes, Slicer's selector takes another one by itself.
        ui.imageSelector.connect("nodeActivated(vtkMRMLNode*)", self._image_picked)

    def enter(self) -> None:
        """Count the voxels anew, if maps or VOI changed."""
        if self.stale:
            self._show_quality()
            self.stale = False

    def is_done(self) -> bool:
        """Whether there are maps."""
        return self.session.case is not None and self.session.case.has_maps()

    def refresh(self, topic: str) -> None:
        """Show images, fit and quality of the case at hand."""
        if topic in ("case", "maps", "voi"):
            self.stale = True
        if topic not in ("case", "maps", "role"):
            return
        case, ui = self.session.case, self.ui
        if topic == "case":
            self.chosen = ChosenImages(series=case.series) if case is not None else ChosenImages()
        single = self.session.role == SINGLE
        self.widget.setEnabled(case is not None)
        # In a study the coordinator's protocol says how maps are made; a reader does not change it for one case.
        for widget in (ui.sourceBox, ui.computeButton):
            widget.visible = single
        for widget in (ui.adcCombo, ui.adcLowSpin, ui.adcHighSpin, ui.modelCombo, ui.s0Combo):
            widget.enabled = single
        self._show_series()
        self._show_buttons()
        if case is None or self.is_up:
            self.enter()

    def _show_series(self) -> None:
        ui, series, adc = self.ui, self.chosen.series, self.chosen.adc
        self.filling = True
        rows = [
            (
                f"{image.b_value:g}",
                "; ".join(t for t in (image.source, image.note) if t),
                f"{image.averages:g}",
            )
            for image in (series.images if series is not None else ())
        ]
        fill_table(ui.seriesTable, rows)
        self.filling = False
        parts = []
        if series is not None:
            parts = [series.grid.text(), series.form, series.scanner]
        elif self.session.case is not None and self.session.case.grid is not None:
            parts = [self.session.case.grid.text()]
        if adc is not None:
            parts.append(
                _("ADC map in {unit} ({source})").format(unit=adc.unit_found, source=adc.unit_source)
            )
        empty = _("No images yet. Choose a folder or a file, or a volume of the scene.")
        ui.foundLabel.text = " · ".join(part for part in parts if part) or empty
        notes = [*(series.warnings + series.dropped if series is not None else ())]
        notes += adc.warnings if adc is not None else ()
        if (
            self.session.case is not None
            and self.session.case.maps is not None
            and series is self.session.case.series
        ):
            notes += map(str, self.session.case.maps.notices)
        notes = list(dict.fromkeys(map(str, notes)))
        ui.warningLabel.text = "\n".join(f"⚠ {note}" for note in notes)
        ui.warningLabel.visible = bool(notes)
        ui.adcCombo.clear()
        ui.adcCombo.addItems(
            [_("computed from two b-values"), _("the map that came with the case")][
                : 2 if adc is not None else 1
            ]
        )
        ui.adcCombo.setCurrentIndex(1 if adc is not None else 0)

    def _show_quality(self) -> None:
        case = self.session.case
        rows = voxel_classes(case) if case is not None and case.maps is not None else []
        shown = [
            (
                "–" if entry.in_voi is None else f"{entry.in_voi}",
                f"{100 * entry.share:.1f} %",
                label_text(entry.definition),
            )
            for entry in rows
        ]
        fill_table(self.ui.qualityTable, shown)

    def _show_buttons(self) -> None:
        ui = self.ui
        ui.readButton.enabled = bool(ui.imagePath.currentPath)
        ui.addNodeButton.enabled = ui.seriesSelector.currentNode() is not None
        ui.computeButton.enabled = self.chosen.series is not None or self.chosen.adc is not None

    def _read(self) -> None:
        with self.act(_("The images could not be read.")):
            self._read_places([Path(self.ui.imagePath.currentPath)])

    def _read_places(self, places: Sequence[Path]) -> None:
        with progress(_("Reading images …")) as dialog:
            self.chosen = self.chosen.with_files(places, dialog, dialog.cancelled)
        self._show_series()
        self._show_buttons()

    def take(self, images: CaseImages) -> None:
        """Read the images of a single case and compute its maps; what leaves a question stays on this page."""
        with self.act(_("The images could not be read.")):
            self._read_places(images.dwi)
            self.compute()
            if self.session.case.has_maps():
                remember_series(self.session.case.images_by_b, images)
                self.panel.go_to("voi")

    def _add_node(self) -> None:
        with self.act(_("This volume cannot be used.")):
            self.chosen = self.chosen.with_node(self.ui.seriesSelector.currentNode(), dicom_value)
            self._show_series()
            self._show_buttons()

    def _add_all(self) -> None:
        with self.act(_("The volumes cannot be used.")):
            nodes = [
                node
                for kind in KINDS
                for node in slicer.util.getNodesByClass(kind)
                if node.GetClassName() == kind and not node.GetAttribute(ROLE)
            ]
            self.chosen, left_out = self.chosen.with_all(nodes, dicom_value)
            self._show_series()
            self._show_buttons()
            taken = _("Taken: {images}.").format(images=", ".join(self.chosen.parts))
            missed = _("Left out: {images}").format(images="; ".join(left_out)) if left_out else ""
            self.panel.show_message(f"{taken} {missed}".strip())

    def _b_value_typed(self, row: int, column: int) -> None:
        if self.filling or column != 0 or self.chosen.series is None:
            return
        with self.act(_("This is not a b-value.")):
            typed = [
                self.ui.seriesTable.item(number, 0).text() for number in range(self.ui.seriesTable.rowCount)
            ]
            if self.session.role == SINGLE:
                self.chosen = with_b_values(self.chosen, typed)
            else:
                raise HER2LowMRIError(
                    _("In a study the coordinator sets the b-values of a case"),
                    todo=_("Tell the coordinator: study table, column b_values."),
                )
        self._show_series()

    def options(self) -> FitOptions:
        """Return the fit as the widgets of the scene's parameters say."""
        parameters = self.panel.parameters
        return FitOptions(
            model=parameters.fitModel.value,
            s0=parameters.fitS0.value,
            adc_b=(parameters.adcLowB, parameters.adcHighB),
        )

    def compute(self) -> None:
        """Compute the maps of a single case."""
        with self.act(_("The maps could not be computed.")):
            use_given = self.ui.adcCombo.currentIndex == 1
            with progress(_("Computing maps …")) as dialog:
                computed = maps_from(self.chosen, self.options(), use_given, dialog, dialog.cancelled)
            case = self.session.case
            if self.chosen.series is not None:
                case.show_series(self.chosen.series)
            self.session.show_maps(computed)
            self.panel.show_case_in_views()
            said = [notice for notice in computed.notices if notice.code not in READ]
            self.panel.show_message(" ".join(map(str, [*said, *computed.fit_notices])))

    def _image_picked(self, node: object) -> None:
        case = self.session.case
        if case is None:
            return
        # The views show nothing but the case.
        if node is None or case.has(node):
            self.panel.choose_image(node.GetAttribute(ROLE) if node is not None else "")
        self.show_image()

    def show_image(self) -> None:
        """Have the selector stand on what the fourth view shows."""
        selector = self.ui.imageSelector
        # Slicer also calls a node activated that a program sets.
        before = selector.blockSignals(True)
        if selector.currentNode() is not self.panel.views.image:
            # After keys or the wheel Slicer's selector takes what is set only if it is not what was set before.
            selector.setCurrentNode(None)
        selector.setCurrentNode(self.panel.views.image)
        selector.blockSignals(before)


def dicom_value(uid: str, tag: str) -> str:
    """Look a value up in Slicer's DICOM database; "" without one."""
    database = getattr(slicer, "dicomDatabase", None)
    return database.fileValue(uid, tag) if database is not None else ""
