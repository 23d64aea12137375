"""Runs inside a real Slicer and answers whoever drives it from outside: `measure_in_slicer.py`.

It looks every few milliseconds for a file of Python in the folder HER2LOWMRI_PROBE, runs it, and writes its answer; and
it writes a line, with the time, whenever the session tells something and whenever a view was drawn.
"""

import json
import os
import time
import traceback
from pathlib import Path

import qt
import slicer

FOLDER = Path(os.environ["HER2LOWMRI_PROBE"])
_POLL_MS = 5


class Probe:
    """One run of Slicer under the eyes of the driver."""

    def __init__(self):
        self.names = {"slicer": slicer, "qt": qt, "probe": self, "Path": Path, "time": time}
        self._events = (FOLDER / "events.jsonl").open("a", encoding="utf-8")
        self._number = 0
        self._timer = qt.QTimer()
        self._timer.setInterval(_POLL_MS)
        self._timer.connect("timeout()", self._look)
        self._timer.start()
        self.say("started", log=slicer.app.errorLogModel().filePath)

    def say(self, what, **more):
        """Write a line for the driver."""
        self._events.write(json.dumps({"what": what, "at": time.time(), **more}) + "\n")
        self._events.flush()

    def watch(self, panel):
        """Say what the session tells, once it is on the screen."""
        self.panel = self.names["panel"] = panel
        panel.session.listeners.append(self._told)

    def watch_views(self, names):
        """Say when one of these slice views was drawn with the case that is at hand."""
        for name in names:
            window = slicer.app.layoutManager().sliceWidget(name).sliceView().renderWindow()
            window.AddObserver("EndEvent", lambda *_, name=name: self._drawn(name))

    def _told(self, topic):
        # Timers without a delay run after the events that wait, and painting is one of them.
        qt.QTimer.singleShot(0, lambda: qt.QTimer.singleShot(0, lambda: self.say("painted", topic=topic)))

    def _drawn(self, name):
        reading = self.panel.session.reading
        shown = self.panel.views._wanted(name)
        self.say(
            "drawn", view=name, case=reading.case_id if reading is not None and shown is not None else None
        )

    def middle_of(self, widget):
        """Middle of a widget on the screen [pixels], for the mouse."""
        corner = widget.mapToGlobal(qt.QPoint(0, 0))
        return corner.x() + widget.width // 2, corner.y() + widget.height // 2

    def _look(self):
        file = FOLDER / f"ask-{self._number}.py"
        if not file.exists():
            return
        number, self._number = self._number, self._number + 1
        self._timer.stop()
        self.names["answer"] = None
        try:
            exec(compile(file.read_text(encoding="utf-8"), file.name, "exec"), self.names)
            answer = {"answer": self.names["answer"]}
        except Exception:  # noqa: BLE001 - whatever it is, the driver is told
            answer = {"error": traceback.format_exc()}
        temporary = FOLDER / f"answer-{number}.tmp"
        temporary.write_text(json.dumps(answer, default=str), encoding="utf-8")
        temporary.rename(FOLDER / f"answer-{number}.json")
        self._timer.start()


slicer.her2lowmri_probe = Probe()
