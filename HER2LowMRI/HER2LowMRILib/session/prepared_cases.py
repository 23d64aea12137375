"""Cases that are read and fitted by a process of its own while the reader works on another one.

A thread would not do: while Slicer waits for a person it gives Python threads next to no time (docs/panel.md).
"""

import contextlib
import os
import pickle
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import HER2LowMRILib
from HER2LowMRILib.study.session_lock import process_is_gone
from HER2LowMRILib.workflow.case_maps import CaseMaps
from HER2LowMRILib.workflow.prepared_case import CaseToPrepare, Order, read_prepared

KEPT_CASES, KEPT_BYTES = 3, 2 * 2**30
# What another session left, where nobody can tell whether it still runs [s].
_LEFT_AFTER_S = 12 * 3600
_PROGRAM = "HER2LowMRILib.workflow.prepare_case"


def python_program() -> str | None:
    """Return the Python interpreter that runs a program of this library; None where there is none.

    Within Slicer that is PythonSlicer: Slicer itself would open a second window.
    """
    names = ("PythonSlicer", "python-real") if _inside_slicer() else ()
    beside = Path(sys.executable).parent if sys.executable else None
    for name in names:
        found = shutil.which(name) or (shutil.which(name, path=str(beside)) if beside else None)
        if found:
            return found
    is_python = Path(sys.executable or "").name.lower().startswith(("python", "pythonslicer"))
    return sys.executable if is_python else None


def _inside_slicer() -> bool:
    return "SLICER_HOME" in os.environ or "slicer" in Path(sys.executable or "").name.lower()


class PreparedCases:
    """Prepares the cases that come next, one at a time, and gives them out.

    Parameters
    ----------
    folder : Path
        In the reader's own cache; each session has a folder of its own in it, which goes with the session.
    python : str, optional
        The interpreter; found when left out.
    """

    def __init__(self, folder: Path, python: str | None = None):
        self._all = folder
        self._folder = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        self._python = python or python_program()
        # Whatever lies in the cache and was not sealed with this is of no use.
        self._secret = secrets.token_bytes(32)
        # A case that is being read from the cache, and where its maps come to.
        self._fetched: tuple[str, threading.Thread, list[CaseMaps | None]] | None = None
        self._working: tuple[str, subprocess.Popen[bytes]] | None = None
        # Could not be prepared in this session; opening the case says why.
        self._hopeless: set[str] = set()
        self._drop_left_over()

    def prepare(self, cases: Sequence[CaseToPrepare]) -> None:
        """See to it that these cases get ready, the first first; others are forgotten. Returns at once.

        Called again and again: when one is ready, the next is begun.
        """
        wanted = [case.key for case in cases[:KEPT_CASES]]
        if self._working is not None:
            key, process = self._working
            if process.poll() is None and key in wanted:
                return
            if process.poll() not in (None, 0):
                self._hopeless.add(key)
            self._end_work()
        self._drop_others(wanted)
        for case in cases[:KEPT_CASES]:
            if case.key not in self._hopeless and not self._file(case.key).exists():
                self._begin(case)
                return

    def is_ready(self, case: CaseToPrepare) -> bool:
        """Whether a case was prepared; `take` finds out whether it still holds."""
        return self._file(case.key).exists()

    @property
    def is_working(self) -> bool:
        """Whether a case is being prepared now."""
        return self._working is not None and self._working[1].poll() is None

    def fetch(self, case: CaseToPrepare) -> None:
        """Begin to read a case that is ready, while the one before is still put away; `take` gives it out."""
        if not self.is_ready(case):
            return
        found: list[CaseMaps | None] = []
        order = self._order(case)
        thread = threading.Thread(target=lambda: found.append(read_prepared(order)), daemon=True)
        self._fetched = case.key, thread, found
        thread.start()

    def take(self, case: CaseToPrepare) -> CaseMaps | None:
        """Return series and maps of a case; None when it is not ready, or no longer what was prepared."""
        if self._working is not None and self._working[0] == case.key:
            # Two that read the same files take longer than one.
            self._end_work()
        fetched, self._fetched = self._fetched, None
        if fetched is not None:
            fetched[1].join()
        if fetched is not None and fetched[0] == case.key and fetched[2]:
            found = fetched[2][0]
        else:
            found = read_prepared(self._order(case))
        with contextlib.suppress(OSError):
            self._file(case.key).unlink(missing_ok=True)
        return found

    def stop(self) -> None:
        """Prepare nothing any more and forget what is ready; a study was left."""
        self._end_work()
        self._hopeless.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _order(self, case: CaseToPrepare) -> Order:
        return Order(case, self._file(case.key), self._secret)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.case"

    def _begin(self, case: CaseToPrepare) -> None:
        if self._python is None:
            return
        try:
            # Images of patients: for nobody else on this computer.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            process = subprocess.Popen(
                [self._python, "-m", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=_environment(),
                **_WINDOWS,
            )
        except OSError:
            # Without it a case opens as it always did.
            self._python = None
            return
        self._working = case.key, process
        try:
            with process.stdin as told:
                pickle.dump(self._order(case), told, protocol=5)
        except OSError:
            self._hopeless.add(case.key)

    def _end_work(self) -> None:
        if self._working is None:
            return
        key, process = self._working
        self._working = None
        if process.poll() is None:
            process.kill()
        process.wait()
        with contextlib.suppress(OSError):
            self._file(key).with_suffix(".part").unlink(missing_ok=True)

    def _drop_others(self, wanted: Sequence[str]) -> None:
        kept = 0
        for key in wanted:
            with contextlib.suppress(OSError):
                kept += self._file(key).stat().st_size
                if kept > KEPT_BYTES:
                    # And not made again, only to be erased again.
                    self._hopeless.add(key)
                    self._file(key).unlink()
        for file in self._folder.glob("*"):
            if file.stem not in wanted:
                with contextlib.suppress(OSError):
                    file.unlink()

    def _drop_left_over(self) -> None:
        """Erase what sessions left that did not end as they should."""
        for folder in self._all.glob("*-*"):
            pid, _, _ = folder.name.partition("-")
            gone = process_is_gone(int(pid)) if pid.isdecimal() else True
            if gone or (gone is None and _age_s(folder) > _LEFT_AFTER_S):
                shutil.rmtree(folder, ignore_errors=True)


def _age_s(path: Path) -> float:
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _environment() -> dict[str, str]:
    library = str(Path(HER2LowMRILib.__file__).resolve().parents[1])
    before = os.environ.get("PYTHONPATH")
    return os.environ | {
        "PYTHONPATH": os.pathsep.join((library, before) if before else (library,)),
        # One thread: the reader's own work goes before.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _windows_options() -> Iterator[tuple[str, int]]:
    if os.name == "nt":
        yield "creationflags", subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW


_WINDOWS = dict(_windows_options())
