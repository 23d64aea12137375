"""VOI: Slicer's Segment Editor on the ADC map, with what it measures beside it after every stroke."""

import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.slice_origin import DRAWN, INTERPOLATED
from HER2LowMRILib.gui import outline_effect
from HER2LowMRILib.gui.page import Page, timer
from HER2LowMRILib.gui.wording import voxels
from HER2LowMRILib.mrml.reading_layout import go_to_largest, go_to_slice, slice_shown
from HER2LowMRILib.mrml.size_lines import clicks_place
from HER2LowMRILib.mrml.voi_segmentation import LESION
from HER2LowMRILib.session.earlier_outlines import EarlierOutline

# The effects that an outline needs, in the order of their use; the rest would only be in the way.
EFFECTS = (
    "Draw",
    "Paint",
    "Erase",
    "Level tracing",
    "Fill between slices",
    "Islands",
    "Smoothing",
    "Scissors",
    "Threshold",
    outline_effect.NAME,
)
FILL_BETWEEN = "Fill between slices"
# What an outline is begun with; the reader's own choice among them is taken up again in the next case.
TOOLS = ("Draw", "Paint", "Level tracing", outline_effect.NAME)
# The tool is taken up when the images of a case that was just opened are there [ms].
_TAKE_UP_MS = 250
EDITOR_TAG = "SegmentEditor"
# Height of frame and grip of Slicer's table of segments [pixels].
_SIZE_GRIP = 16


class VoiPage(Page):
    """Drawing."""

    UI, NAME = "VoiPage.ui", "voi"

    def title(self) -> str:
        """Name on the page's button."""
        return _("VOI")

    def setup(self) -> None:
        """Embed the editor; once."""
        ui = self.ui
        self._shortcuts = self._shown = False
        self.editor_node = None
        # Slicer's table of segments and its frame, found when they are first needed.
        self._tables: list[tuple[object, object]] = []
        self._tool = TOOLS[0]
        self._soon_taken_up = timer(self.widget, _TAKE_UP_MS, True, self._take_up_tool)
        outline_effect.register()
        desk = outline_effect.Desk
        desk.session, desk.say = self.session, self.panel.show_message
        desk.keep = lambda: self.panel.voi_autosave.settle()
        self.editor = slicer.qMRMLSegmentEditorWidget(ui.editorHost)
        self.editor.setMaximumNumberOfUndoStates(10)
        for name in (
            "segmentationNodeSelectorVisible",
            "sourceVolumeNodeSelectorVisible",
            "switchToSegmentationsButtonVisible",
            "specifyGeometryButtonVisible",
            "show3DButtonVisible",
            "addRemoveSegmentButtonsVisible",
            "autoShowSourceVolumeNode",
            "unorderedEffectsVisible",
        ):
            setattr(self.editor, name, False)
        self.session.way_of_edits = self._way_of_edits
        self._offer_effects()
        self.select_editor_node()
        self.editor.setMRMLScene(slicer.mrmlScene)
        # How segments overlap is for the panel to say; what the drawing measures takes the place.
        self.editor.maskingSectionVisible = False
        ui.editorHost.layout().addWidget(self.editor)
        self._effects = slicer.qSlicerSegmentEditorEffectFactory.instance()
        self._effects.connect("effectRegistered(QString)", self._effect_registered)
        ui.noticeButton.connect("clicked()", self._put_right)
        ui.emptyButton.connect("clicked()", self._keep_empty)
        ui.earlierCombo.connect("activated(int)", self._go_back_to)
        self._outlines: list[EarlierOutline] = []
        ui.gapButton.connect("clicked()", self._go_to_gap)
        ui.middleButton.connect("clicked()", self._go_to_middle)
        for check in (ui.fillCheck, ui.outlineCheck, ui.scaleCheck, ui.airCheck):
            check.checked = True
            check.connect("toggled(bool)", lambda _on: self._show_style())

    def _offer_effects(self) -> None:
        """Offer the effects that the protocol allows."""
        rules = self.session.outline_rules
        left_out = () if rules.interpolated else (FILL_BETWEEN,)
        if not (rules.assisted or rules.interpolated):
            left_out = (*left_out, outline_effect.NAME)
        order = [name for name in EFFECTS if name not in left_out]
        if order != list(self.editor.effectNameOrder()):
            self.editor.setEffectNameOrder(order)

    def _way_of_edits(self) -> str:
        effect = self.editor.activeEffect()
        return INTERPOLATED if effect is not None and effect.name == FILL_BETWEEN else DRAWN

    def _effect_registered(self, _name: str = "") -> None:
        self.editor.updateEffectList()

    def select_editor_node(self) -> None:
        """Use the scene's segment editor node, as Slicer's own editor does; make one where there is none."""
        scene = slicer.mrmlScene
        node = scene.GetSingletonNode(EDITOR_TAG, "vtkMRMLSegmentEditorNode")
        if node is None:
            node = scene.CreateNodeByClass("vtkMRMLSegmentEditorNode")
            node.UnRegister(None)
            node.SetSingletonTag(EDITOR_TAG)
            node = scene.AddNode(node)
        # A scene that is loaded would bring an effect at work before its segmentation, and Slicer prints errors.
        node.SetSaveWithScene(False)
        if node is not self.editor_node:
            self.editor_node = node
            self.editor.setMRMLSegmentEditorNode(node)

    def enter(self) -> None:
        """Take up drawing: editor, shortcuts, lesion segment."""
        self._shown = True
        self.panel.hanging.outline_shown()
        self.select_editor_node()
        self.editor.updateWidgetFromMRML()
        self._show_case()
        self._allow_drawing()
        self._show_notice()
        self._soon_taken_up.start()

    def _take_up_tool(self) -> None:
        """Take up the tool where nothing is drawn yet; what is drawn could be spoilt by a click."""
        case = self.session.case
        begun = case is None or case.voi is None or case.measurement is not None
        # An effect takes the clicks, though the reader has begun a line meanwhile.
        busy = self.editor.activeEffect() is not None or clicks_place(slicer.mrmlScene)
        if self._shown and self._can_draw and not begun and not busy:
            offered = self._tool in list(self.editor.effectNameOrder())
            self.editor.setActiveEffectByName(self._tool if offered else TOOLS[0])

    def leave(self) -> None:
        """Lay down the brush, and give back the keys, which are window-wide."""
        self._shown = False
        self._soon_taken_up.stop()
        effect = self.editor.activeEffect()
        if effect is not None and effect.name in TOOLS:
            self._tool = effect.name
        self.editor.setActiveEffect(None)
        self._take_keys(False)
        self.editor.removeViewObservations()

    def _take_keys(self, take: bool) -> None:
        # Without a window there is nobody to press them, and nothing to put them on.
        take = take and slicer.app.layoutManager() is not None
        if take and not self._shortcuts:
            self.editor.installKeyboardShortcuts()
        elif not take and self._shortcuts:
            self.editor.uninstallKeyboardShortcuts()
        self._shortcuts = take

    def is_done(self) -> bool:
        """Whether something is drawn."""
        return self.session.case is not None and self.session.case.measurement is not None

    def refresh(self, topic: str) -> None:
        """Show what is drawn and what it measures."""
        if topic == "leaving":
            self.let_go()
        if topic in ("case", "maps"):
            self._show_case()
        if topic in ("case", "maps", "voi"):
            self._show_measurement()
        if topic in ("case", "maps", "voi", "saved", "views"):
            self._show_notice()
        if topic in ("case", "saved"):
            self._list_earlier()
        if topic in ("case", "answers", "views") and self._shown:
            self._allow_drawing()

    @property
    def _can_draw(self) -> bool:
        """Whether the reader may change the outline, and sees the case where they would draw."""
        return self.session.can_draw and self.panel.views.layout_shown

    def _allow_drawing(self) -> None:
        if not self._can_draw:
            self.editor.setActiveEffect(None)
        self.editor.readOnly = not self._can_draw
        self._take_keys(self._can_draw)

    def _show_notice(self) -> None:
        """Say what keeps the outline from being drawn or saved, with a button that puts it right."""
        ui, session = self.ui, self.session
        hidden = session.can_edit and session.case is not None and not self.panel.views.layout_shown
        emptied = session.emptied_voxels
        more_to_see = session.can_edit and not getattr(session.reading, "is_last_stage", True)
        locked = session.can_edit and not session.can_draw
        ui.noticeHost.visible = bool(hidden or emptied or more_to_see or locked)
        ui.noticeButton.visible = not locked or bool(hidden or emptied)
        ui.emptyButton.visible = bool(emptied) and not hidden
        if hidden:
            ui.noticeLabel.text = _(
                "⚠ Another layout is shown. You can draw only in the views of the reading."
            )
            ui.noticeButton.text = _("Show them")
        elif emptied:
            text = _("⚠ The outline is empty now, which is not saved: the last one, with {voxels}, is kept.")
            ui.noticeLabel.text = text.format(voxels=voxels(emptied))
            ui.noticeButton.text = _("Bring it back")
        elif more_to_see:
            ui.noticeLabel.text = _(
                "The other images are shown when the outline is finished; it is locked then."
            )
            ui.noticeButton.text = _("Outline finished")
        elif locked:
            ui.noticeLabel.text = _(
                "The outline was finished before the other images were shown, and is locked."
            )

    def _put_right(self) -> None:
        if not self.panel.views.layout_shown:
            self.panel.show_reading_views()
            return
        if not self.session.emptied_voxels:
            with self.act(_("The outline could not be finished.")):
                self.panel.voi_autosave.settle()
                self.session.finish_stage()
                self.panel.show_case_in_views(fit=False)
            return
        with self.act(_("The outline could not be brought back.")):
            self.session.bring_back_voi()
            self.panel.voi_autosave.observe()

    def _keep_empty(self) -> None:
        with self.act(_("The VOI could not be saved.")):
            self.session.keep_empty()

    def _list_earlier(self) -> None:
        self._outlines = self.session.earlier_outlines() if self.session.can_edit else []
        combo = self.ui.earlierCombo
        combo.clear()
        for outline in self._outlines:
            time = outline.saved.strftime("%d.%m. %H:%M:%S")
            combo.addItem(_("{time} · {voxels}").format(time=time, voxels=voxels(outline.voxels)))
        combo.currentIndex = -1
        combo.enabled = bool(self._outlines)

    def _go_back_to(self, number: int) -> None:
        with self.act(_("The earlier outline could not be used.")):
            self.session.go_back_to(self._outlines[number])
            self.panel.voi_autosave.observe()
            self.panel.voi_autosave.save_soon()

    def _show_case(self) -> None:
        case = self.session.case
        # An adjudicator looks at two VOIs and draws in none.
        voi = case.voi if case is not None and self.session.is_reader else None
        self.widget.setEnabled(voi is not None)
        self.select_editor_node()
        if voi is None:
            self.let_go()
            return
        self._offer_effects()
        if self.editor.segmentationNode() is not voi:
            self.editor.setSegmentationNode(voi)
            self.editor.setSourceVolumeNode(case.drawn_on)
            # A drawing in an excluded part must not eat the lesion around it.
            self.editor_node.SetOverwriteMode(self.editor_node.OverwriteNone)
            self.editor.setCurrentSegmentID(LESION)
        self.editor.readOnly = not self._can_draw
        self._fit_segment_table()
        self._show_style()

    def _fit_segment_table(self) -> None:
        """Take the empty rows from Slicer's table of segments: on a low window the options of an effect need them."""
        if not self._tables:
            self._tables = [
                (frame, table)
                for frame in slicer.util.findChildren(self.editor, "SegmentsTableResizableFrame")
                for table in slicer.util.findChildren(frame, "SegmentsTable")
            ]
        for frame, table in self._tables:
            rows = table.verticalHeader().length() + table.horizontalHeader().height
            frame.maximumHeight = rows + _SIZE_GRIP

    def let_go(self) -> None:
        """Forget the segmentation, because it goes away."""
        self.editor.setActiveEffect(None)
        # While a volume is chosen Slicer's selector takes another one when that goes, and has no segmentation for it.
        if self.editor.segmentationNode() is not None:
            self.editor.setSourceVolumeNode(None)
            self.editor.setSegmentationNode(None)
        elif self.editor.sourceVolumeNode() is not None:
            # Somebody deleted the segmentation: without one the editor cannot be told, but its selector forgets.
            self.editor.setMRMLScene(None)
            self.editor.setMRMLScene(slicer.mrmlScene)

    def _show_style(self) -> None:
        case = self.session.case
        shown = case.voi.GetDisplayNode() if case is not None and case.voi is not None else None
        # A segmentation that is being taken out of the scene has none.
        if shown is not None:
            shown.SetVisibility2DFill(self.ui.fillCheck.checked)
            shown.SetVisibility2DOutline(self.ui.outlineCheck.checked)
        if case is not None:
            case.show_scales(self.ui.scaleCheck.checked)
            case.show_cover(self.ui.airCheck.checked)

    def _show_measurement(self) -> None:
        case, ui = self.session.case, self.ui
        measured = case.measurement if case is not None else None
        for button in (ui.gapButton, ui.middleButton):
            button.enabled = measured is not None
        if measured is None:
            ui.sliceLabel.text = _("Nothing is drawn yet.") if case is not None else ""
            hint = _(
                "Draw around the lesion with the left mouse button; a right click closes the outline. "
                "Shift and the mouse show the same place in all views."
            )
            ui.measureLabel.text = hint if self.session.can_edit else ""
            ui.voiWarningLabel.text = ui.sliceLabel.toolTip = ""
            ui.voiWarningLabel.visible = False
            return
        geometry, values = measured.geometry, measured.features.values
        spanned = geometry.last_slice - geometry.first_slice + 1
        one = _("1 slice drawn ({first})")
        several = _("{drawn} of {spanned} slices drawn ({first}–{last})")
        ui.sliceLabel.text = (one if spanned == 1 else several).format(
            drawn=geometry.voi_slices,
            spanned=spanned,
            first=geometry.first_slice + 1,
            last=geometry.last_slice + 1,
        )
        count = len(self.session.origins.unconfirmed)
        if count:
            ui.sliceLabel.text += " · " + _("{count} to be looked at").format(count=count)
        if measured.warnings:
            # The warnings stand below the editor, which on a low window is out of sight.
            ui.sliceLabel.text += f" · ⚠ {len(measured.warnings)}"
        ui.sliceLabel.toolTip = "\n".join(map(str, measured.warnings))
        ui.gapButton.enabled = bool(geometry.empty_inner_slices)
        medians = [
            f"{spec.label} {values[f'{spec.name}_median']:.2f} {spec.unit_shown.replace('1e-3', '× 10⁻³')}".strip()
            for spec in measured.features.features.maps
            if spec.name in measured.features.total
        ]
        ui.measureLabel.text = _("{voxels} · {volume:.2f} cm³ · median {medians}").format(
            voxels=voxels(geometry.voi_voxels),
            volume=geometry.voi_volume_mm3 / 1000,
            medians=", ".join(medians),
        )
        ui.voiWarningLabel.text = "\n".join(f"⚠ {warning}" for warning in measured.warnings)
        ui.voiWarningLabel.visible = bool(measured.warnings)

    def _go_to_gap(self) -> None:
        case = self.session.case
        gaps = case.measurement.geometry.empty_inner_slices
        here = slice_shown(case.scene, case.grid)
        after = [gap for gap in gaps if here is None or gap > here]
        if gaps:
            go_to_slice(case.scene, case.grid, (after or gaps)[0])

    def _go_to_middle(self) -> None:
        case = self.session.case
        go_to_largest(case.scene, case.grid, [case.voi_mask()])

    def keys(self) -> list[tuple[str, str]]:
        """Keys of this page, for the help."""
        return [
            (
                _("1 … 9, Space, Esc, Z, Y"),
                _("Slicer's Segment Editor: effects, last effect, none, undo, redo"),
            ),
            ("Q W", _("segment before, segment after")),
        ]

    def close(self) -> None:
        """Take the editor apart in the order that Slicer needs."""
        self.leave()
        self.let_go()
        outline_effect.Desk.session = None
        self._effects.disconnect("effectRegistered(QString)", self._effect_registered)
        self.editor.setMRMLScene(None)
        self.editor_node = None
