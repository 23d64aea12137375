"""Long tables without Python's collector of cycles, which looks at every object again while more of them are made."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_waits() -> Iterator[None]:
    """Make many objects that stay: their number decides how long it takes, not its square.

    Where another thread did the same, the collector may begin again before this ends; only time is lost then.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()
