"""Which layout of the images is shown: buttons and keys for layouts, phases, subtraction and projection."""

from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.gui.lexicon_words import label_text
from HER2LowMRILib.gui.messages import guarded, progress
from HER2LowMRILib.gui.page import shortcut, timer
from HER2LowMRILib.study.hanging import ADC_MAP, PROJECTION, SUBTRACTION, HangingProtocol, Layout

if TYPE_CHECKING:
    from HER2LowMRILib.gui.panel import Panel

# Images beside the maps are read one by one while nobody draws or types for so long [ms].
_QUIET_MS = 1500
# Buttons of many layouts, or with long names, are cut rather than pushed over each other [pixels].
_LEAST_WIDTH = 36


class HangingBar:
    """The row of layout buttons in the panel, and the keys of the hanging protocol.

    Parameters
    ----------
    panel : Panel
    host : QWidget
        With a row for the buttons.
    """

    def __init__(self, panel: "Panel", host: object):
        self._panel, self._host = panel, host
        self._protocol: HangingProtocol | None = None
        self._buttons: dict[str, object] = {}
        self._keys: list = []
        self._acts: dict[str, object] = {}
        self._enabled = False
        self._follow = qt.QCheckBox(_("by question"))
        self._follow.setToolTip(_("The layout that a question of the form needs comes up by itself"))
        self._align = qt.QToolButton(host)
        self._align.setText(_("Align"))
        self._align.setMinimumWidth(_LEAST_WIDTH)
        self._follow.setMinimumWidth(_LEAST_WIDTH)
        self._align.setObjectName("alignButton")
        self._align.setCheckable(True)
        self._align.setAutoRaise(True)
        self._align.connect("clicked()", self._align_or_not)
        self._soon_loaded = timer(host, _QUIET_MS, True, self._load_next)

    def show(self) -> None:
        """Show the layouts of the study, and which one is up."""
        session = self._panel.session
        if session.hanging is not self._protocol:
            self._build(session.hanging)
        several = session.case is not None and session.beside is not None and session.beside.posts > 0
        beside = session.case is not None and session.beside is not None and session.beside.has_images
        self._host.visible = bool(several or beside)
        for layout_id, button in self._buttons.items():
            button.checked = layout_id == session.layout.id
        self._show_motion()

    def _show_motion(self) -> None:
        session = self._panel.session
        self._align.visible = session.case is not None and (session.can_align or self._is_aligned())
        self._align.enabled = session.can_align
        self._align.checked = self._is_aligned()
        tip = _(
            "Align the phases to the one before contrast; pressed again: as they were acquired. It is recorded."
        )
        motion = session.beside.motion_mm if session.case is not None and session.beside is not None else {}
        known = {number: shift for number, shift in motion.items() if shift == shift}
        if known:
            worst = max(known, key=lambda number: known[number])
            moved = _("Phase {phase} lies {shift} mm from the one before contrast.").format(
                phase=worst, shift=f"{known[worst]:.1f}"
            )
            tip = f"{moved} {tip}"
            self._align.setText(_("Align · {shift} mm").format(shift=f"{known[worst]:.1f}"))
        else:
            self._align.setText(_("Align"))
        self._align.setToolTip(tip)

    def _is_aligned(self) -> bool:
        beside = self._panel.session.beside
        return beside is not None and beside.is_aligned

    def _align_or_not(self) -> None:
        panel = self._panel
        on = not self._is_aligned()
        with panel.page.act(_("The phases could not be aligned.")):
            if on:
                with progress(_("Aligning the phases …")) as dialog:
                    panel.session.align_phases(True, dialog, dialog.cancelled)
            else:
                panel.session.align_phases(False)
        self._show_motion()

    def _build(self, protocol: HangingProtocol) -> None:
        self._protocol = protocol
        row = self._host.layout()
        while row.count():
            row.takeAt(0)
        for button in self._buttons.values():
            button.hide()
            button.deleteLater()
        for key in self._keys:
            key.setEnabled(False)
        self._buttons, self._keys = {}, []
        for layout in protocol.layouts:
            button = qt.QToolButton(self._host)
            button.setText(label_text(layout.label))
            button.setToolTip(_("Key {key}").format(key=layout.key))
            button.setObjectName(f"layout_{layout.id}")
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.connect("clicked()", lambda chosen=layout: self.choose(chosen))
            button.setMinimumWidth(_LEAST_WIDTH)
            row.addWidget(button)
            self._buttons[layout.id] = button
            self._key(layout.key, lambda chosen=layout: self.choose(chosen))
        self._follow.checked = protocol.question_brings_layout
        row.addWidget(self._follow)
        row.addWidget(self._align)
        row.addStretch(1)
        acts = {
            "phase_back": lambda: self._panel.session.step_phase(-1),
            "phase_forward": lambda: self._panel.session.step_phase(1),
            "subtraction": lambda: self._panel.session.show_instead(SUBTRACTION),
            "projection": lambda: self._panel.session.show_instead(PROJECTION),
            "outline": self._panel.toggle_outline,
            "line": self._panel.size_line.draw,
        }
        self._acts = {protocol.keys[name].upper(): act for name, act in acts.items() if name in protocol.keys}
        for key, act in self._acts.items():
            self._key(key, lambda act=act: self._act(act))
        self.enable(self._enabled)

    def _key(self, key: str, slot: object) -> None:
        self._keys.append(shortcut(key, self._panel.widget, slot, True))

    def enable(self, on: bool) -> None:
        """Let the keys work, or give them back."""
        self._enabled = on
        for key in self._keys:
            key.setEnabled(on)

    def typed(self, letter: str) -> None:
        """Do what a key does that was pressed where a number is typed."""
        act = self._acts.get(letter.upper())
        if act is not None and self._enabled:
            self._act(act)

    def _act(self, act: object) -> None:
        if self._panel.session.case is not None and self._panel.session.beside is not None:
            with self._panel.page.act(_("The images could not be shown.")):
                act()

    def choose(self, layout: Layout) -> None:
        """Bring a layout up."""
        self._act(lambda: self._panel.session.show_layout(layout))
        self.show()

    def question_shown(self, item_id: str) -> None:
        """Bring up the layout that a question needs, unless the reader switched that off or has no such images."""
        session = self._panel.session
        layout = session.hanging.layout_of(item_id)
        wanted = self._follow.checked and layout is not None and layout is not session.layout
        if wanted and session.case is not None and session.beside is not None and session.beside.has_images:
            self._bring_up(layout)

    def outline_shown(self) -> None:
        """Bring up the layout of the map that is drawn on, after a question that needed another."""
        session = self._panel.session
        if not self._follow.checked or session.case is None or session.beside is None:
            return
        if any(view.image == ADC_MAP for view in session.layout.views):
            return
        layout = next(
            (one for one in session.hanging.layouts if any(view.image == ADC_MAP for view in one.views)), None
        )
        if layout is not None:
            self._bring_up(layout)

    def _bring_up(self, layout: Layout) -> None:
        """Bring a layout up because something else was done: what was said of that stays."""
        with guarded(self._panel.show_message, _("The images could not be shown.")):
            self._panel.session.show_layout(layout)
        self.show()

    def load_soon(self) -> None:
        """Read the images that wait, when nobody draws or types any more."""
        beside = self._panel.session.beside
        if self._panel.session.case is not None and beside is not None:
            self._soon_loaded.start()

    def _load_next(self) -> None:
        beside = self._panel.session.beside
        if self._panel.session.case is None or beside is None:
            return
        if not beside.is_complete:
            beside.load_next()
            self._soon_loaded.start()
        elif beside.measure_motion_of_next():
            self._show_motion()
            self._soon_loaded.start()

    def close(self) -> None:
        """Let go of timer and keys; the panel goes away."""
        self._soon_loaded.stop()
        self.enable(False)

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the images, for the help."""
        protocol = self._panel.session.hanging
        words = {
            "phase_back": _("phase before"),
            "phase_forward": _("next phase"),
            "subtraction": _("subtraction in place of the phase, and back"),
            "projection": _("projection of the subtraction in place of the phase, and back"),
            "outline": _("outline of the VOI on and off"),
            "line": _("lesion size by a line: click both ends"),
        }
        layouts = [(layout.key, label_text(layout.label)) for layout in protocol.layouts]
        return layouts + [
            (protocol.keys[name], text) for name, text in words.items() if name in protocol.keys
        ]
