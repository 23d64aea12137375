"""Names of cases and people that are safe as folder names on every system."""

import re

from HER2LowMRILib.core.errors import StudyError

_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,30}[A-Za-z0-9])?", re.ASCII)
# Windows keeps these names for devices, whatever the case.
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10)))
)


class SafeName(str):
    """A name that `checked_name` let pass: of a case or a person, read from a file or typed."""

    __slots__ = ()


def checked_name(text: object, kind: str = "case id") -> SafeName:
    """Return a name that may become a folder of the study.

    Parameters
    ----------
    text : object
        The name; anything but text is refused.
    kind : str
        What the name is for, as it is called in the error.

    Raises
    ------
    StudyError
        If the name is not 1 to 32 letters, digits, "-" or "_" (neither of them first or last), or is a device
        name of Windows. The message does not repeat the name, which may be a patient's.
    """
    if not isinstance(text, str) or not _SAFE.fullmatch(text) or text.lower() in _RESERVED:
        raise StudyError(
            f"a {kind} cannot be used as a name",
            needed='1 to 32 letters, digits, "-" or "_", not the first or last; no device name such as CON',
            found=f"{len(text)} characters" if isinstance(text, str) else type(text).__name__,
        )
    return SafeName(text)


def check_distinct(names: list[str], kind: str = "case id") -> None:
    """Refuse names that one folder could not keep apart (on Windows and macOS, "a1" and "A1" are one folder).

    Raises
    ------
    StudyError
        If two names differ by case only or not at all.
    """
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise StudyError(
                f"{kind} {name} is there already, perhaps in capitals", needed=f"each {kind} once"
            )
        seen.add(name.lower())
