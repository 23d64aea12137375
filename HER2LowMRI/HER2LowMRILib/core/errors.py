"""The errors a user can see: one line that says what, needed, found and what to do."""

from HER2LowMRILib.core.wording import one_line


class HER2LowMRIError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    what : str
        What could not be done, e.g. "K_app cannot be fitted".
    needed, found : str, optional
        What was required and what was there, with units.
    todo : str, optional
        What the user can do about it, in words that hold in the panel and in every command.
    option : str, optional
        The option of a command that does it, with an example, e.g. ``--b-values 0,800,1400,2000``. It is told by the
        command that has it, and by no other.
    """

    def __init__(
        self,
        what: str,
        *,
        needed: str | None = None,
        found: str | None = None,
        todo: str | None = None,
        option: str | None = None,
    ):
        self.what, self.needed, self.found, self.todo, self.option = what, needed, found, todo, option
        parts = [what]
        if needed is not None:
            parts.append(f"needed {needed}")
        if found is not None:
            parts.append(f"found {found}")
        line = ": ".join((parts[0], ", ".join(parts[1:]))) if parts[1:] else parts[0]
        super().__init__(" ".join(one_line(f"{line}. {todo}" if todo else line).split()))


class ImageError(HER2LowMRIError):
    """An image, map or VOI that cannot be used as it is."""


class StudyError(HER2LowMRIError):
    """A rule of the study folder: roles, states, blinding, files."""


class AnalysisError(HER2LowMRIError):
    """A table that cannot be analysed as asked."""


class Cancelled(HER2LowMRIError):
    """The user stopped a long act; nothing half-done was left behind."""

    def __init__(self, what: str = "Stopped by the user"):
        super().__init__(what)
