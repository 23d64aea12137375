"""The files of a folder that was given: what lies in it, and not what links in it lead to elsewhere.

A folder of images may come from anybody, and a link in it can name any file of the computer. One that leads out of the
folder is left out, and said. The folder itself may be a link: whoever named it meant it.
"""

from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import lies_inside


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder.

    Attributes
    ----------
    files : tuple of Path
        In order.
    leading_out : int
        Links that lead out of the folder, which were left out.
    """

    files: tuple[Path, ...]
    leading_out: int

    @property
    def said(self) -> str:
        """What was left out, in words; empty where nothing was."""
        if not self.leading_out:
            return ""
        verb = "leads" if self.leading_out == 1 else "lead"
        return f"{counted(self.leading_out, 'link')} that {verb} out of the folder"


def entries_of(folder: Path) -> FolderFiles:
    """Find the files and folders in a folder itself, without hidden ones; links as for `files_below`."""
    entries = [entry for entry in sorted(folder.iterdir()) if not entry.name.startswith(".")]
    out = {entry for entry in entries if entry.is_symlink() and not lies_inside(entry, folder)}
    return FolderFiles(tuple(entry for entry in entries if entry not in out), sum(e.exists() for e in out))


def files_below(folder: Path, *, hidden: bool = True) -> FolderFiles:
    """Find the files of a folder and its subfolders.

    Parameters
    ----------
    folder : Path
    hidden : bool
        Those whose names begin with a dot as well.

    Raises
    ------
    OSError
        If the folder itself cannot be listed.
    """
    found: list[Path] = []
    leading_out = 0
    # Folders behind links are not gone into; the link itself is among the entries.
    for path in folder.rglob("*"):
        if path.is_symlink() and not lies_inside(path, folder):
            leading_out += path.exists()
        elif path.is_file() and (hidden or not path.name.startswith(".")):
            found.append(path)
    return FolderFiles(tuple(sorted(found)), leading_out)
