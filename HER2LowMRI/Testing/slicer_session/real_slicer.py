"""A real Slicer under a virtual screen, driven by keys and mouse through xdotool; needs Xvfb, xdotool and openbox."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from slicer_session.slicer_log import faults_of_log, faults_of_terminal

MODULE = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "xdotool")


class SlicerFault(Exception):
    """Slicer did not do what was asked, or its log holds an error."""


class RealSlicer:
    """One run of Slicer.

    Parameters
    ----------
    program : str
        Path of Slicer.
    home : Path
        For its settings; a folder that stays gives the same settings to the next run.
    size : tuple of int
        Of the screen [pixels].
    environment : dict, optional
        Beside that of this process.
    """

    def __init__(self, program, home, size=(1600, 1000), environment=None):
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            raise SlicerFault(f"needed: {', '.join(missing)}")
        self.folder = Path(tempfile.mkdtemp(prefix="her2lowmri-probe-"))
        self._terminal = self.folder / "terminal.log"
        home.mkdir(parents=True, exist_ok=True)
        display = self.folder / "display"
        with display.open("wb") as told:
            self._screen = subprocess.Popen(
                [
                    "Xvfb",
                    "-displayfd",
                    str(told.fileno()),
                    "-screen",
                    "0",
                    f"{size[0]}x{size[1]}x24",
                    "-nolisten",
                    "tcp",
                ],
                pass_fds=[told.fileno()],
                stderr=subprocess.DEVNULL,
            )
        self._wait_for(lambda: display.read_text().strip(), 20, "no screen")
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = kept | {
            "DISPLAY": f":{display.read_text().strip()}",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "HER2LOWMRI_PROBE": str(self.folder),
            # Compiled once, as on the computer of a person, and not into the checkout.
            "PYTHONPYCACHEPREFIX": str(home / "compiled"),
            **(environment or {}),
        }
        # The tests run without a screen; here hands need one.
        self._environment.pop("QT_QPA_PLATFORM", None)
        self._manager = None
        if shutil.which("openbox"):
            self._manager = subprocess.Popen(
                ["openbox"], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(0.5)
        with self._terminal.open("wb") as out:
            self.process = subprocess.Popen(
                [
                    program,
                    "--no-splash",
                    "--additional-module-paths",
                    str(MODULE),
                    "--python-script",
                    str(Path(__file__).with_name("probe.py")),
                ],
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._asked, self._read = 0, 0
        self._said = []
        self.wait_for("started", 240)
        self._log = Path(next(event["log"] for event in self.events() if event["what"] == "started"))

    # what it says
    def _wait_for(self, condition, seconds, why):
        end = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > end:
                raise SlicerFault(why)
            process = getattr(self, "process", None)
            if process is not None and process.poll() is not None:
                raise SlicerFault(f"Slicer ended with {process.returncode}")
            time.sleep(0.003)
        return found

    def events(self):
        """Everything that was said so far."""
        file = self.folder / "events.jsonl"
        if file.exists():
            with file.open(encoding="utf-8") as lines:
                lines.seek(self._read)
                text = lines.read()
            whole = text[: text.rfind("\n") + 1]
            self._read += len(whole.encode())
            self._said += [json.loads(line) for line in whole.splitlines()]
        return self._said

    def wait_for(self, what, seconds=60, after=0.0, **more):
        """Wait until something is said; returns the time of it [s since 1970]."""

        def found():
            wanted = {"what": what, **more}
            return next(
                (
                    event["at"]
                    for event in self.events()
                    if event["at"] >= after and all(event.get(key) == value for key, value in wanted.items())
                ),
                None,
            )

        return self._wait_for(found, seconds, f"{what} {more} was not said")

    def ask(self, code, seconds=120):
        """Run Python in Slicer; returns what it put into ``answer``."""
        file = self.folder / f"answer-{self._asked}.json"
        temporary = self.folder / "ask.tmp"
        temporary.write_text(code, encoding="utf-8")
        temporary.rename(self.folder / f"ask-{self._asked}.py")
        self._asked += 1
        self._wait_for(file.exists, seconds, f"no answer to: {code.strip().splitlines()[0]}")
        told = json.loads(file.read_text(encoding="utf-8"))
        if "error" in told:
            raise SlicerFault(told["error"])
        return told["answer"]

    # hands
    def hands(self, *words):
        """Move the mouse or press keys, see xdotool; returns the time before [s since 1970]."""
        before = time.time()
        subprocess.run(["xdotool", *map(str, words)], env=self._environment, check=True, timeout=60)
        return before

    def memory_mib(self):
        """Resident memory [MiB]."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def log(self):
        """What Slicer wrote into its log file, line by line as it came, so that a kill loses none of it."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def terminal(self):
        """What Slicer printed."""
        return self._terminal.read_text(encoding="utf-8", errors="replace")

    def faults(self):
        """Return everything in both that must not be there."""
        return [*faults_of_log(self.log()), *faults_of_terminal(self.terminal())]

    def kill(self):
        """As when the power goes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        """End Slicer as its user does, and the screen."""
        if self.process.poll() is None:
            with contextlib.suppress(SlicerFault):
                self.ask("qt.QTimer.singleShot(0, slicer.util.exit)", 20)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.end_screen()

    def end_screen(self):
        """Take the screen away."""
        for process in (self._manager, self._screen):
            if process is not None:
                process.terminate()
                process.wait()
