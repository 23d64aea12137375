"""Features: the numbers of every map after each edit of the VOI, the plots that belong to them, and the row."""

import qt
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.first_order import STATISTICS
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.gui.page import Page, fill_table, set_columns, timer
from HER2LowMRILib.gui.wording import level_words, size_of_voi, statistic_words, voxels
from HER2LowMRILib.session.case_row import case_row, write_case_row
from HER2LowMRILib.session.small_region_mark import SmallRegionMark

# The statistics that are lines in the histogram.
_WITH_WHISKER = ("p5", "median", "p95")
_REST_MS, _STEP_S = 600, 0.015


class FeaturesPage(Page):
    """What the VOI measures."""

    UI, NAME = "FeaturesPage.ui", "features"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Features")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        self._maps: tuple[MapSpec, ...] = ()
        set_columns(ui.rowTable, 0)
        ui.decayCombo.addItems([_("mean of the VOI"), _("voxel under the mouse")])
        ui.histogramCombo.connect("currentIndexChanged(int)", lambda _index: self._map_chosen())
        ui.decayCombo.connect("currentIndexChanged(int)", lambda _index: self._draw_decay())
        ui.featureTable.connect("currentCellChanged(int,int,int,int)", self._cell_chosen)
        ui.rowSection.connect("contentsCollapsed(bool)", lambda _closed: self._show_row())
        ui.saveRowButton.connect("clicked()", self._save_row)
        self._shown = False
        # The cursor moves with the mouse; the fit of one voxel waits until it stands for a moment.
        self._decay_timer = qt.QTimer(self.widget)
        self._decay_timer.setSingleShot(True)
        self._decay_timer.setInterval(40)
        self._decay_timer.connect("timeout()", self._draw_decay)
        self._crosshair = None
        # The mark of the small region; what it means that it was moved is done when Slicer is through with it.
        self._mark: SmallRegionMark | None = None
        self._marked: object = None
        self._soon_moved = timer(self.widget, 0, True, self._region_moved)
        ui.regionButton.connect("clicked()", lambda: self._move_region(None))
        # Intervals take half a second: they are measured in small steps once the reader has stopped drawing.
        self._interval_timer = qt.QTimer(self.widget)
        self._interval_timer.setSingleShot(True)
        self._interval_timer.connect("timeout()", self._measure_intervals)

    def enter(self) -> None:
        """Show everything as it is now."""
        self._shown = True
        self._follow_crosshair(True)
        self.refresh("voi")

    def leave(self) -> None:
        """Stop following the crosshair; the mark of the small region goes."""
        self._shown = False
        self._forget_mark()
        self._follow_crosshair(False)

    def is_done(self) -> bool:
        """Whether there are features without a gap."""
        case = self.session.case
        return case is not None and case.measurement is not None

    def refresh(self, topic: str) -> None:
        """Show the numbers; the plots follow when the page is up."""
        if topic not in ("case", "maps", "voi"):
            return
        case, ui = self.session.case, self.ui
        if case is not None:
            self._show_maps(case.features.maps)
        measured = case.measurement if case is not None else None
        self.widget.setEnabled(measured is not None)
        if measured is None:
            fill_table(ui.featureTable, [])
            ui.voiSummaryLabel.text = _("Draw the VOI to see its features.")
            ui.featureWarningLabel.visible = False
            ui.unitLabel.text = ""
            self._show_intervals()
        else:
            self._show_numbers(measured)
        if case is not None:
            self.draw_plots()
            self._interval_timer.start(_REST_MS)
        self._show_region(case)
        if self._shown and case is not None:
            case.show_table()
            self._show_row()

    def _show_region(self, case: object) -> None:
        """Show the small region on the darkest part, and its mark while the page is up."""
        ui = self.ui
        measured = case.measurement if case is not None else None
        region = measured.region if measured is not None else None
        moved = case is not None and case.small_region_place is not None
        ui.regionButton.visible = moved
        ui.regionButton.enabled = moved and self.session.can_edit
        if self._mark is not None and (case is None or self._mark.case is not case):
            self._forget_mark()
        if region is None:
            ui.regionLabel.text = _("No small region fits into the VOI.") if measured is not None else ""
            self._forget_mark()
            return
        text = _("Small region (EUSOBI): ADC {adc} × 10⁻³ mm²/s, {level}; {voxels}, {diameter:g} mm")
        ui.regionLabel.text = text.format(
            adc=number(region.mean),
            level=level_words(region.level),
            voxels=voxels(region.voxels),
            diameter=region.diameter_mm,
        )
        if self._shown:
            if self._mark is None:
                self._mark = SmallRegionMark(case, self._note_moved)
            self._mark.show(f"ADC {number(region.mean)}", not self.session.can_edit)

    def _note_moved(self, place: object) -> None:
        self._marked = place
        self._soon_moved.start()

    def _region_moved(self) -> None:
        if self._mark is not None:
            self._move_region(self._marked)
            # What cannot be moved goes back to where it is measured.
            self._show_region(self.session.case)

    def _move_region(self, place: object) -> None:
        with self.act(_("The small region could not be moved.")):
            self.session.move_small_region(place)

    def _forget_mark(self) -> None:
        mark, self._mark = self._mark, None
        if mark is not None:
            mark.hide()

    def draw_plots(self) -> None:
        """Draw histogram and decay as they are now."""
        self._draw_histogram()
        self._draw_decay()

    def _show_maps(self, maps: tuple[MapSpec, ...]) -> None:
        """Give every map of the study a column and a histogram."""
        if maps == self._maps:
            return
        self._maps, table, combo = maps, self.ui.featureTable, self.ui.histogramCombo
        labels = [spec.label for spec in maps]
        table.setColumnCount(1 + len(labels))
        table.setHorizontalHeaderLabels(["", *labels])
        set_columns(table, 0)
        combo.clear()
        combo.addItems(labels)
        combo.setCurrentIndex(0)

    def _show_numbers(self, measured: object) -> None:
        ui, features = self.ui, measured.features
        rows, tips = [], []
        for statistic in STATISTICS:
            values = [features.values[f"{spec.name}_{statistic.name}"] for spec in self._maps]
            rows.append((statistic_words(statistic), *(number(value) for value in values)))
            tips.append(statistic.worded(_("the map"), features.features.bins_of(self._maps[0]))[0])
        fractions = [features.valid_fraction.get(spec.name, 0.0) for spec in self._maps]
        rows.append((_("valid voxels"), *(f"{100 * part:.1f} %" for part in fractions)))
        tips.append(_("Part of the VOI that enters the features; the rest has no valid value in that map."))
        fill_table(ui.featureTable, rows, tips)
        self._fit_table()
        ui.voiSummaryLabel.text = size_of_voi(measured.geometry)
        ui.unitLabel.text = self._units(features.features)
        ui.featureWarningLabel.text = "\n".join(f"⚠ {warning}" for warning in features.warnings)
        ui.featureWarningLabel.visible = bool(features.warnings)
        self._show_intervals()

    def _fit_table(self) -> None:
        """Take the empty row from the table: on a low window the buttons below need it."""
        table = self.ui.featureTable
        rows = table.verticalHeader().length() + table.horizontalHeader().height
        table.minimumHeight = table.maximumHeight = rows + 2 * table.frameWidth

    def _measure_intervals(self) -> None:
        """Go on with the intervals for a moment; the whiskers follow when they are there."""
        case = self.session.case
        if case is None or case.measurement is None:
            return
        if case.go_on_with_intervals(_STEP_S):
            self._show_intervals()
            self._draw_histogram()
            self._show_row()
        else:
            self._interval_timer.start(0)

    def _show_intervals(self) -> None:
        """Word the intervals of the map whose histogram is shown."""
        case, index = self.session.case, max(self.ui.histogramCombo.currentIndex, 0)
        label = self.ui.intervalLabel
        intervals = case.intervals if case is not None and case.measurement is not None else None
        label.visible = intervals is not None and index < len(self._maps)
        if not label.visible:
            return
        spec, found = self._maps[index], intervals.found
        parts = [
            _("{statistic} {low} to {high}").format(
                statistic=statistic_words(statistic),
                low=number(found[name].low),
                high=number(found[name].high),
            )
            for statistic in STATISTICS
            if statistic.name in _WITH_WHISKER and (name := f"{spec.name}_{statistic.name}") in found
        ]
        label.text = (
            _("{map}, about 95 %: {intervals} (noise, and half a voxel of the boundary)").format(
                map=spec.label, intervals="; ".join(parts)
            )
            if parts
            else _(
                "{map}: no interval, because the map was not fitted to these images or their noise is not known"
            ).format(map=spec.label)
        )

    def _units(self, features: object) -> str:
        """Word the units of the maps, and the bins."""
        by_unit: dict[str, list[str]] = {}
        for spec in self._maps:
            by_unit.setdefault(spec.unit_shown.replace("1e-3", "10⁻³"), []).append(spec.label)
        parts = [
            _("{maps} in {unit}").format(maps=", ".join(labels), unit=unit)
            for unit, labels in by_unit.items()
            if unit
        ]
        width = features.bin_width(self._maps[0].name)
        bins = _("entropy in bit, bins of {width}").format(width=f"{width:g}" if width else _("fixed number"))
        return "; ".join([*parts, bins])

    def _cell_chosen(self, _row: int, column: int, _old_row: int, _old_column: int) -> None:
        if column > 0:
            self.ui.histogramCombo.setCurrentIndex(column - 1)

    def _map_chosen(self) -> None:
        self._draw_histogram()
        self._show_intervals()

    def _draw_histogram(self) -> None:
        case = self.session.case
        if case is not None and case.maps is not None:
            index = max(self.ui.histogramCombo.currentIndex, 0)
            if index < len(self._maps):
                case.draw_histogram(self._maps[index].name)

    def _draw_decay(self) -> None:
        case = self.session.case
        if case is None:
            return
        place = None
        if self.ui.decayCombo.currentIndex == 1:
            crosshair = self._crosshair_node()
            place = [0.0, 0.0, 0.0]
            if crosshair is None or not crosshair.GetCursorPositionRAS(place):
                self.ui.decayLabel.text = _("Move the mouse over a view.")
                return
        decay = case.draw_decay(place)
        self.ui.decayLabel.text = (
            _("ADC {adc}, D_app {d}, K_app {k}, {voxels}").format(
                adc=number(decay.adc),
                d=number(decay.d_app),
                k=number(decay.k_app),
                voxels=voxels(decay.voxels),
            )
            if decay is not None
            else _("No signal here.")
        )

    def _crosshair_node(self) -> object:
        return slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")

    def _follow_crosshair(self, follow: bool) -> None:
        if self._crosshair is not None:
            node, tag = self._crosshair
            node.RemoveObserver(tag)
            self._crosshair = None
        node = self._crosshair_node()
        if follow and node is not None:
            moved = slicer.vtkMRMLCrosshairNode.CursorPositionModifiedEvent
            self._crosshair = (node, node.AddObserver(moved, self._cursor_moved))

    def _cursor_moved(self, _caller: object, _event: object) -> None:
        if self.ui.decayCombo.currentIndex == 1:
            self._decay_timer.start()

    def _show_row(self) -> None:
        if self.ui.rowSection.collapsed or self.session.case is None or self.session.reading is None:
            return
        case = self.session.case
        if case.features.intervals and case.measurement is not None and case.intervals is None:
            return  # they come in a moment, and the row with them
        row = case_row(self.session)
        fill_table(
            self.ui.rowTable, [(name, "" if value is None else f"{value}") for name, value in row.items()]
        )

    def _save_row(self) -> None:
        with self.act(_("The row could not be written.")):
            path = qt.QFileDialog.getSaveFileName(
                None, _("Save the row"), f"{self.session.reading.case_id}.csv", "CSV (*.csv)"
            )
            if path:
                write_case_row(self.session, path)
                self.panel.show_message(_("The row was written."))

    def close(self) -> None:
        """Let go of the crosshair."""
        self.leave()
        self._decay_timer.stop()
        self._interval_timer.stop()


def number(value: float) -> str:
    """Word a measured number for the eye; files keep full precision."""
    return "–" if value != value else f"{value:.3f}"
