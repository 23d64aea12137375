"""Processes that work for a command, and end with it, however it ends."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import InvalidStateError, ProcessPoolExecutor
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext, SpawnContext, SpawnProcess

from HER2LowMRILib.core.errors import HER2LowMRIError

_ENDS = (signal.SIGINT, signal.SIGTERM)


class _Worker(SpawnProcess):
    """A process that nothing disturbs while it starts: it would print where it was."""

    def start(self) -> None:
        if threading.current_thread() is not threading.main_thread() or not hasattr(
            signal, "pthread_sigmask"
        ):
            super().start()
            return
        # Held back, not lost: the command hears of it when the worker has started, the worker when it begins.
        heard: list[int] = []
        handlers = {end: signal.signal(end, lambda number, _frame: heard.append(number)) for end in _ENDS}
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for end, handler in handlers.items():
                signal.signal(end, handler)
        try:
            for number in heard[:1]:
                signal.raise_signal(number)
        except BaseException:
            # The pool does not know of this worker yet.
            self.kill()
            raise


class FreshProcesses(SpawnContext):
    """Workers that start as new programs and share nothing with the command."""

    Process = _Worker


@contextlib.contextmanager
def worker_pool(
    count: int, context: BaseContext | None = None, begin: Callable[[], None] | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Processes for as long as they are needed.

    Whatever ends the command ends them: an error, Ctrl+C and a request to terminate at once, a kill or crash of the
    command within a second.

    Parameters
    ----------
    count : int
        How many.
    context : multiprocessing context, optional
        How they start.
    begin : callable, optional
        Called in each of them first.
    """
    with ProcessPoolExecutor(count, context, initializer=_begin, initargs=(begin,)) as pool:
        try:
            yield pool
        except BrokenPipeError as error:
            raise HER2LowMRIError(
                "the workers cannot be started", todo="Use one process (--jobs 1 of `export`)"
            ) from error
        except BaseException:
            # What they are doing is of no use any more; one that is starting listens to nothing else.
            _end_quietly()
            workers = list((getattr(pool, "_processes", None) or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.kill()
            raise


def _end_quietly() -> None:
    """Keep the pool's own thread from printing that work was cancelled which it then finds without a worker.

    The thread ends after everything else, so this holds until the command ends.
    """
    before = threading.excepthook

    def hook(raised: threading.ExceptHookArgs) -> None:
        if not issubclass(raised.exc_type, InvalidStateError):
            before(raised)

    threading.excepthook = hook


def _begin(begin: Callable[[], None] | None) -> None:
    """A Ctrl+C or a request to terminate is for the command, which says it and ends its workers.

    A worker that ended by itself would look to the command like one that crashed.
    """
    for end in _ENDS:
        signal.signal(end, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    if begin is not None:
        begin()


def _end_with_the_command() -> None:
    command = multiprocessing.parent_process()
    if command is not None:
        wait([command.sentinel])
        os._exit(1)
