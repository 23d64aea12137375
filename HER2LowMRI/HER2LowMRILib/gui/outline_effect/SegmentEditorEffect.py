"""Mouse and keys of the assisted outline; what they do is decided in session/assisted_drawing.py."""

import qt
import slicer
import vtk
from SegmentEditorEffects import AbstractScriptedSegmentEditorEffect
from slicer.i18n import tr as _

from HER2LowMRILib.core.assisted_outline import FEWEST_FOUND, FEWEST_VOXELS
from HER2LowMRILib.core.slice_outline import inside_of_line, is_closed, sides_of, under_line
from HER2LowMRILib.gui.outline_effect import ICON, NAME, SOURCE, Desk
from HER2LowMRILib.gui.outline_effect.lines import SliceLines
from HER2LowMRILib.images.segment_names import LESION
from HER2LowMRILib.mrml.reading_layout import SLICES
from HER2LowMRILib.mrml.voi_segmentation import fill
from HER2LowMRILib.session.assisted_drawing import AssistedDrawing
from HER2LowMRILib.session.case_in_scene import place_in_voxels

SNAPPING = "SnapToEdges"
REASONS = {
    "poor_contrast": lambda: _("the lesion does not stand out clearly enough"),
    "touches_line": lambda: _("the lesion goes on beyond the line"),
    "far_from_neighbours": lambda: _("it lies away from the outlines next to it"),
    "too_small": lambda: _("it is only a few voxels"),
    "no_image": lambda: _("there is no image of the slice to look at"),
}


class SegmentEditorEffect(AbstractScriptedSegmentEditorEffect):
    """The effect in one Segment Editor."""

    def __init__(self, scriptedEffect):
        scriptedEffect.name = NAME
        scriptedEffect.title = _("Assisted outline")
        scriptedEffect.perSegment = False
        AbstractScriptedSegmentEditorEffect.__init__(self, scriptedEffect)
        self.icons = {}
        self.drawing = None
        self.lines = {}
        self.drawn, self.slice, self.is_dragging, self.is_left_out = [], None, False, False
        self.wire = None

    def clone(self):
        """Return another of this effect, for another editor."""
        import qSlicerSegmentationsEditorEffectsPythonQt as effects

        cloned = effects.qSlicerSegmentEditorScriptedEffect(None)
        cloned.setPythonSource(SOURCE.as_posix())
        return cloned

    def icon(self):
        """Return its icon: one for light and one for dark buttons."""
        dark = slicer.app.palette().color(qt.QPalette.Window).lightness() < 128
        # Slicer asks whenever a tool is taken up, and PythonQt keeps every icon that it is given.
        if dark not in self.icons:
            self.icons[dark] = qt.QIcon(ICON[dark].as_posix())
        return self.icons[dark]

    def helpText(self):
        """Return the help above the options."""
        return "<html>" + _(
            "Drag across the lesion along its longest diameter, or loosely around it: the edge is proposed.<br>"
            "<b>Drag from inside the edge:</b> that belongs to it. "
            "<b>Drag from outside, or Ctrl and drag:</b> that does not.<br>"
            "<b>Wheel, + and −:</b> looser and tighter. <b>Enter:</b> take it and go on to the next slice. "
            "<b>A:</b> take it and stay. <b>Backspace:</b> leave it.<br>"
            "<b>Page up, Page down:</b> look in the next slice up or down. <b>C:</b> copy to the next slice. "
            "<b>F:</b> fill the slices in between. <b>N:</b> confirm this slice, go to the next unconfirmed."
        )

    # options
    def setupOptionsFrame(self):
        """Make the options; once for each editor."""
        effect = self.scriptedEffect
        self.label = qt.QLabel()
        self.label.setWordWrap(True)
        effect.addOptionsWidget(self.label)
        grid = qt.QGridLayout()
        self.buttons = {}
        acts = (
            ("take", _("Take, go on"), self.take_and_go_on),
            ("refuse", _("Leave"), self.refuse),
            ("up", _("Next slice"), lambda: self.carry_on(1)),
            ("copy", _("Copy on"), lambda: self.copy_on(1)),
            ("fill", _("Fill gaps"), self.fill_gaps),
            ("confirm", _("Confirm, next"), self.confirm_and_go_on),
        )
        for number, (key, text, act) in enumerate(acts):
            button = qt.QPushButton(text)
            button.connect("clicked()", act)
            grid.addWidget(button, number // 2, number % 2)
            self.buttons[key] = button
        effect.addOptionsWidget(grid)
        self.snapCheck = qt.QCheckBox(_("Click by click, snapping"))
        self.snapCheck.setToolTip(
            _("Each click is a corner; the line between them snaps to edges. Enter closes it")
        )
        self.snapCheck.connect("toggled(bool)", self._snapping_chosen)
        effect.addOptionsWidget(self.snapCheck)

    def setMRMLDefaults(self):
        """Start with the loose outline."""
        self.scriptedEffect.setParameterDefault(SNAPPING, 0)

    def updateGUIFromMRML(self):
        """Show what the node says."""
        was = self.snapCheck.blockSignals(True)
        self.snapCheck.checked = self.is_snapping
        self.snapCheck.blockSignals(was)

    def updateMRMLFromGUI(self):
        """Keep what was chosen."""
        self.scriptedEffect.setParameter(SNAPPING, int(self.snapCheck.checked))

    @property
    def is_snapping(self):
        """Whether lines are drawn click by click and snap to edges."""
        return self.scriptedEffect.integerParameter(SNAPPING) == 1

    def _snapping_chosen(self, _on):
        self.updateMRMLFromGUI()
        self._drop_line()

    # coming and going
    def activate(self):
        """Take up the tool."""
        self.drawing = AssistedDrawing(Desk.session, self._write) if Desk.session is not None else None
        layout = slicer.app.layoutManager()
        for name in SLICES if layout is not None else ():
            widget = layout.sliceWidget(name)
            if widget is not None:
                self._lines_of(widget)
        self._drop_line()
        self._tell("")

    def deactivate(self):
        """Lay the tool down: lines, proposal and what was said of it go."""
        Desk.say("")
        self._lay_down()

    def _lay_down(self):
        if self.drawing is not None:
            self.drawing.refuse()
        self.drawn, self.slice, self.wire, self.is_dragging = [], None, None, False
        for widget, lines in self.lines.items():
            lines.remove(self.scriptedEffect, widget)
        self.lines = {}

    def cleanup(self):
        """Let go of everything before the editor goes; the panel may be gone already."""
        self._lay_down()
        self.drawing = None

    # mouse and keys
    def processInteractionEvents(self, callerInteractor, eventId, viewWidget):
        """Take mouse and keys over a slice view; whether they were for this effect."""
        if viewWidget.className() != "qMRMLSliceWidget" or not self._is_ready():
            return False
        self._lines_of(viewWidget)
        if eventId == vtk.vtkCommand.KeyPressEvent:
            return self._key(callerInteractor.GetKeySym())
        if callerInteractor.GetShiftKey() or callerInteractor.GetAltKey():
            return False
        if callerInteractor.GetControlKey():
            # The begun drag goes on; wheel and the rest are Slicer's.
            if self.is_snapping or not (self.is_dragging or eventId == vtk.vtkCommand.LeftButtonPressEvent):
                return False
            self.is_left_out = True
        if eventId in (vtk.vtkCommand.MouseWheelForwardEvent, vtk.vtkCommand.MouseWheelBackwardEvent):
            if self.drawing.proposal is None:
                return False
            self.move(1 if eventId == vtk.vtkCommand.MouseWheelForwardEvent else -1)
            return True
        return self._mouse(eventId, self._place(callerInteractor, viewWidget))

    def _mouse(self, event, place):
        command = vtk.vtkCommand
        if self.is_snapping:
            return self._snap(event, place)
        if event == command.LeftButtonPressEvent:
            self._start(place)
            self.is_dragging = self.slice is not None
            return True
        if event == command.MouseMoveEvent and self.is_dragging:
            self._add(place)
            return True
        if event == command.LeftButtonReleaseEvent and self.is_dragging:
            self.is_dragging = False
            self._end_drag()
            return True
        return False

    def _snap(self, event, place):
        command = vtk.vtkCommand
        if event == command.LeftButtonPressEvent:
            if self.wire is None:
                self._start(place)
                self.wire = self.drawing.wire(self.slice) if self.slice is not None else None
                if self.wire is None:
                    self._drop_line()
                    return True
                self.wired, self.ahead = [], None
                self.wire.start(self._corner(place))
            else:
                self._fix_wire(place)
            return True
        if event == command.MouseMoveEvent and self.wire is not None:
            self.ahead = self.wire.to(self._corner(place))
            self._show()
            return True
        if event in (command.LeftButtonDoubleClickEvent, command.RightButtonPressEvent):
            if self.wire is None:
                return False
            self._close_wire()
            return True
        return False

    def _key(self, key):
        acts = {
            "Return": self.take_and_go_on,
            "KP_Enter": self.take_and_go_on,
            "a": self.take,
            "BackSpace": self.refuse,
            "plus": lambda: self.move(1),
            "KP_Add": lambda: self.move(1),
            "minus": lambda: self.move(-1),
            "KP_Subtract": lambda: self.move(-1),
            "Prior": lambda: self.carry_on(1),
            "Next": lambda: self.carry_on(-1),
            "c": lambda: self.copy_on(1),
            "f": self.fill_gaps,
            "n": self.confirm_and_go_on,
        }
        act = acts.get(key)
        if act is None:
            return False
        act()
        return True

    def processViewNodeEvents(self, callerViewNode, eventId, viewWidget):
        """Follow the view."""
        if viewWidget in self.lines:
            self.lines[viewWidget].place()

    # acts
    def move(self, steps):
        """Move the proposed edge."""
        self.drawing.move(steps)
        self._show()

    def take(self):
        """Take the proposed edge and stay."""
        if self.drawing.take():
            self._tell(_("Taken."))
        self._show()

    def take_and_go_on(self):
        """Take the proposed edge, and look in the next slice; or close the snapping line."""
        if self.wire is not None:
            self._close_wire()
            return
        if self.drawing.proposal is not None:
            self._after_look(self.drawing.take_and_go_on())

    def refuse(self):
        """Leave the proposed edge."""
        self.drawing.refuse()
        self._drop_line()
        self._tell(_("Left. Drag around the lesion again, or draw it by hand."))

    def carry_on(self, direction):
        """Look for the edge in the next slice."""
        self._after_look(self.drawing.carry_on(direction))

    def copy_on(self, direction):
        """Copy the outline to the next slice."""
        if self.drawing.copy_on(direction):
            self._tell(_("Copied. N confirms it."))
        self._show()

    def fill_gaps(self):
        """Fill the slices in between."""
        count = self.drawing.fill_gaps()
        self._tell(
            _("{count} slices filled in; N goes to each.").format(count=count)
            if count
            else _("There is nothing to fill in.")
        )

    def confirm_and_go_on(self):
        """Confirm the slice in view, and go to the next that waits."""
        k = self.drawing.confirm_and_go_on()
        left = len(Desk.session.origins.unconfirmed)
        self._tell(
            _("Slice {k} was interpolated: N confirms it. {count} to look at.").format(k=k + 1, count=left)
            if k is not None
            else _("Every interpolated slice is confirmed.")
        )

    # lines
    def _is_ready(self):
        if self.drawing is None or not self.drawing.can_draw:
            return False
        node = self.scriptedEffect.parameterSetNode()
        return node is not None and node.GetSegmentationNode() is Desk.session.case.voi

    def _place(self, interactor, widget):
        """Where the mouse is, in voxels (i, j, k) of the map that is drawn on; fractions of a voxel count."""
        x, y = interactor.GetEventPosition()
        to_ras = widget.sliceLogic().GetSliceNode().GetXYToRAS()
        ras = to_ras.MultiplyPoint((x, y, 0.0, 1.0))
        return place_in_voxels(Desk.session.case.grid, ras[:3])

    def _start(self, place):
        is_left_out = self.is_left_out
        self._drop_line()
        self.is_left_out = is_left_out
        if self.is_snapping:
            self.drawing.refuse()
        k = round(place[2])
        self.slice = k if 0 <= k < Desk.session.case.grid.size_ijk[2] else None
        self.drawn = [(place[1], place[0])]
        self._show()

    def _add(self, place):
        self.drawn.append((place[1], place[0]))
        self._show()

    def _end_drag(self):
        """Look anew around the lesion or along a line across it, or correct what was looked for by a stroke."""
        k, line, is_left_out = self.slice, self.drawn, self.is_left_out
        self._drop_line()
        if k is None:
            return
        grid, drawing = Desk.session.case.grid, self.drawing
        shape = grid.shape[1:]
        inside = inside_of_line(line, shape)
        if is_left_out:
            if drawing.looked is not None and drawing.looked.k == k:
                self._after_look(drawing.mark(under_line(line, shape), False))
        elif is_closed(line, grid.spacing_mm) and inside.sum() >= FEWEST_VOXELS:
            self._after_look(drawing.draw_loosely(k, inside))
        elif drawing.can_mark(k, line[0]):
            self._after_look(drawing.mark(under_line(line, shape), self._begins_in_edge(line[0])))
        elif under_line(line, shape).sum() >= FEWEST_FOUND:
            self._after_look(drawing.draw_across(k, under_line(line, shape), (line[0], line[-1])))

    def _begins_in_edge(self, place):
        proposal = self.drawing.proposal
        if proposal is None:
            # Nothing is shown: a stroke says where the lesion is.
            return True
        j, i = (round(part) for part in place)
        mask = proposal.mask
        return bool(0 <= j < mask.shape[0] and 0 <= i < mask.shape[1] and mask[j, i])

    def _corner(self, place):
        # Corner (j, i) lies half a voxel before the centre of voxel (j, i).
        return round(place[1] + 0.5), round(place[0] + 0.5)

    def _fix_wire(self, place):
        self.wired += [tuple(corner) for corner in self.wire.to(self._corner(place))[:-1]]
        self.wire.start(self._corner(place))
        self._show()

    def _close_wire(self):
        k, wire, first = self.slice, self.wire, (self.wired[0] if self.wired else None)
        if first is not None:
            self.wired += [tuple(corner) for corner in wire.to(first)[:-1]]
        line = self.wired
        self._drop_line()
        if len(line) >= 4:
            from HER2LowMRILib.core.live_wire import fill_line

            self.drawing.add_snapped(k, fill_line(line, Desk.session.case.grid.shape[1:]))
            self._tell(_("Added."))

    def _drop_line(self):
        self.drawn, self.slice, self.is_dragging, self.is_left_out = [], None, False, False
        self.wire, self.wired, self.ahead = None, [], None
        self._show()

    def _after_look(self, is_proposed):
        drawing = self.drawing
        if is_proposed:
            self._tell(
                _(
                    "Wheel: looser, tighter. Drag from inside: belongs to it; from outside: does not. "
                    "Enter: take it and go on. Backspace: leave it."
                )
            )
        elif drawing.refusal:
            reason = REASONS[drawing.refusal]()
            self._tell(
                _(
                    "No edge is proposed: {reason}. Drag along the lesion to mark it, or draw it by hand."
                ).format(reason=reason)
            )
        self._show()

    def _tell(self, text):
        if not text and self.drawing is not None:
            rules = self.drawing.rules
            text = (
                _("Drag across the lesion, or around it.")
                if rules.assisted
                else _("The protocol allows no assisted outline.")
            )
        self.label.text = text
        rules = self.drawing.rules if self.drawing is not None else None
        for key in ("take", "refuse", "up"):
            self.buttons[key].enabled = rules is not None and rules.assisted
        for key in ("copy", "fill"):
            self.buttons[key].enabled = rules is not None and rules.interpolated
        self.snapCheck.enabled = rules is not None and rules.assisted
        if text:
            Desk.say(text)

    def _lines_of(self, widget):
        if widget not in self.lines:
            self.lines[widget] = SliceLines(self.scriptedEffect, widget)

    def _show(self):
        """Show the line at hand and the proposed edge in every view that shows the slice."""
        if self.drawing is None or Desk.session.case is None or Desk.session.case.grid is None:
            return
        grid, parts, k = Desk.session.case.grid, [], None
        proposal = self.drawing.proposal
        if proposal is not None:
            k, parts = proposal.k, sides_of(proposal.mask)
        if self.slice is not None:
            k = self.slice
            corners = [*self.wired, *(self.ahead if self.ahead is not None else [])]
            line = [(j - 0.5, i - 0.5) for j, i in corners] if self.wire is not None else self.drawn
            parts = parts + [(line[n], line[n + 1]) for n in range(len(line) - 1)]
        for lines in self.lines.values():
            lines.show(parts, k, grid)

    def _write(self, lesion):
        """Put the lesion into its segment, one step of undo."""
        Desk.keep()
        effect = self.scriptedEffect
        effect.parameterSetNode().SetSelectedSegmentID(LESION)
        effect.saveStateForUndo()
        modifier = effect.defaultModifierLabelmap()
        fill(modifier, lesion)
        effect.modifySelectedSegmentByLabelmap(
            modifier, slicer.qSlicerSegmentEditorAbstractEffect.ModificationModeSet
        )
