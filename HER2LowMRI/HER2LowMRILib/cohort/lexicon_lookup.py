"""Which edition of the lexicon the descriptors of a table belong to."""

from collections.abc import Iterable
from pathlib import Path

from HER2LowMRILib.core.errors import AnalysisError, HER2LowMRIError
from HER2LowMRILib.core.lexicon import Lexicon, editions, load_lexicon, read_lexicon, shown

LEXICON_FILE = "lexicon.json"


def lexicon_of_table(stated: Iterable[str | None], table: Path, given: Path | None = None) -> Lexicon:
    """Find the lexicon of a table.

    Parameters
    ----------
    stated : iterable of str or None
        Cells of the column ``lexicon_edition``; empty ones do not count.
    table : Path
        The table; a study with an edition of its own is exported with its lexicon.json beside it.
    given : Path, optional
        A lexicon, or a study folder, that was named by hand: it goes first.

    Returns
    -------
    Lexicon
        The default edition for a table that states none.

    Raises
    ------
    AnalysisError
        When the rows are of several editions, when the edition is nowhere to be found, or when the one that was
        given is another.
    """
    names = sorted({name for name in stated if name})
    if len(names) > 1:
        raise AnalysisError(
            f"{table.name} cannot be analysed",
            needed="rows of one edition of the lexicon",
            found=", ".join(shown(name) for name in names[:3]),
            todo="Descriptors of different editions do not compare: analyse them apart.",
        )
    edition = names[0] if names else None
    if given is not None:
        lexicon = _read(given / LEXICON_FILE if given.is_dir() else given)
        if edition not in (None, lexicon.edition):
            raise AnalysisError(
                f"{table.name} cannot be analysed with this lexicon",
                needed=f"edition {shown(edition)}",
                found=shown(lexicon.edition),
            )
        return lexicon
    if edition is None:
        return load_lexicon()
    beside = table.parent / LEXICON_FILE
    if beside.is_file():
        lexicon = _read(beside)
        if lexicon.edition == edition:
            return lexicon
    if edition in editions():
        return load_lexicon(edition)
    raise AnalysisError(
        f"The descriptors of {table.name} cannot be read",
        needed=f"the lexicon of edition {shown(edition)}",
        found=f"no {LEXICON_FILE} of it beside the table",
        todo=f"Put the study's {LEXICON_FILE} beside the table, or name it or the study folder with --lexicon.",
    )


def _read(path: Path) -> Lexicon:
    try:
        return read_lexicon(path)
    except HER2LowMRIError as error:
        raise AnalysisError(error.what, needed=error.needed, found=error.found, todo=error.todo) from error
