"""What the operating system refuses, told in words and without a place, at the doors of the study."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from HER2LowMRILib.core.errors import StudyError

Door = TypeVar("Door", bound=Callable[..., Any])
Kind = TypeVar("Kind", bound=type)


def tells_disk_errors(act: Door) -> Door:
    """Let a function raise a StudyError where a disk, a share or a right fails it in a way that it did not foresee."""

    @functools.wraps(act)
    def told(*arguments: Any, **named: Any) -> Any:
        try:
            return act(*arguments, **named)
        except OSError as error:
            raise StudyError(
                f"the study cannot be read or written: {error.strerror or type(error).__name__}",
                needed="access to the study folder, and space in it",
                todo="What was saved before is unchanged. Restore access, then do this again",
            ) from error
        except RecursionError as error:
            raise StudyError(
                "folders in the study lie too deep in each other to be looked at",
                todo="Take what belongs to no study out of it",
            ) from error

    return told  # type: ignore[return-value]


def door(kind: Kind) -> Kind:
    """Let all public methods and properties of a class tell disk errors; see `tells_disk_errors`."""
    for name, value in list(vars(kind).items()):
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(value, property) and value.fget is not None:
            setattr(kind, name, property(tells_disk_errors(value.fget), doc=value.__doc__))
        elif callable(value) and not isinstance(value, type):
            setattr(kind, name, tells_disk_errors(value))
    return kind
