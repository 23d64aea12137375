"""`origins.csv` of a merged study: the study that each case comes from, and what decided there which reader is side A.

A decision of the adjudicator rests on the sides of its case. They are drawn from seed, case id and readers, so those of
the study in which the case was read are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import rows_from_bytes, rows_to_bytes
from HER2LowMRILib.study.adjudication import sides_of
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.coordinator_record import ORIGINS_FILE, recorded_file
from HER2LowMRILib.study.protocol import Protocol

COLUMNS = ("case_id", "site", "case_id_there", "seed_there", "readers_there")


@dataclass(frozen=True)
class Origin:
    """Where a case comes from.

    Attributes
    ----------
    site : str
        Name of the study it was read in.
    case_id : str
        What it is called there.
    seed : int
        Of that study.
    readers : tuple of str
        Of that study, in the order of the readers of this one.
    """

    site: str
    case_id: str
    seed: int
    readers: tuple[str, ...]


def read_origins(study: Path, readers: int) -> dict[str, Origin]:
    """Read where the cases of a study come from: case -> origin; nothing where it was not merged.

    Parameters
    ----------
    study : Path
    readers : int
        How many the study has; each site has as many.

    Raises
    ------
    StudyError
        If the file is not what the merge left, or damaged.
    """
    found = recorded_file(study, ORIGINS_FILE)
    if found.problem is not None:
        raise StudyError(found.problem, todo="Restore it from a backup of the study")
    if found.content is None:
        return {}
    try:
        rows = rows_from_bytes(found.content, ORIGINS_FILE)
        origins: dict[str, Origin] = {checked_name(row.get("case_id")): _origin(row) for row in rows}
        if not all(len(set(one.readers)) == len(one.readers) == readers for one in origins.values()):
            raise ValueError
        return origins
    except (KeyError, ValueError, StudyError) as error:
        raise StudyError(f"{ORIGINS_FILE} is damaged", needed="what `study merge` wrote") from error


def _origin(row: Mapping[str, str | None]) -> Origin:
    return Origin(
        checked_name(row["site"], "name of a site"),
        checked_name(row["case_id_there"]),
        int(str(row["seed_there"])),
        tuple(checked_name(reader, "reader id") for reader in str(row["readers_there"]).split()),
    )


def origins_to_bytes(origins: Mapping[str, Origin]) -> bytes:
    """Content of the file `origins.csv`."""
    return rows_to_bytes(_rows(origins), COLUMNS)


def _rows(origins: Mapping[str, Origin]) -> Iterable[dict[str, str]]:
    for case_id, origin in origins.items():
        there = (origin.site, origin.case_id, str(origin.seed), " ".join(origin.readers))
        yield dict(zip(COLUMNS, (case_id, *there), strict=True))


@dataclass(frozen=True)
class SidesOfCases:
    """Tells which reader is which side of a case.

    Attributes
    ----------
    protocol : Protocol
    origins : mapping
        Case -> origin, of a merged study.
    """

    protocol: Protocol
    origins: Mapping[str, Origin]

    def of(self, case_id: str) -> dict[str, str]:
        """Side -> reader."""
        origin = self.origins.get(case_id)
        if origin is None:
            return sides_of(case_id, self.protocol.readers, self.protocol.seed)
        here = dict(zip(origin.readers, self.protocol.readers, strict=True))
        there = sides_of(origin.case_id, origin.readers, origin.seed)
        return {side: here[reader] for side, reader in there.items()}
