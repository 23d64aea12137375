"""How every figure is drawn: in a style of its own, and never in a window."""

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def drawing(style: Any) -> Iterator[None]:
    """Draw with settings of matplotlib that are put back afterwards.

    Parameters
    ----------
    style : dict of str to object
        Settings (rcParams; their names are a type of matplotlib that not all of its versions have).
    """
    import matplotlib

    # Where nobody has chosen how matplotlib draws, it takes up a window system at the first look at its settings: in
    # an application of Qt it loads whatever other Qt is installed beside, and the application ends.
    if matplotlib.get_backend(auto_select=False) is None:
        matplotlib.use("agg")
    with matplotlib.rc_context(style):
        yield
