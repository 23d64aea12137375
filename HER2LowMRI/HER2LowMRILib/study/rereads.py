"""`rereads.csv`: cases that every reader reads a second time without knowing it, under another id.

The coordinator draws them once. Of de-identified copies a second one is made under that other id (`images/<second id>`)
with a patient id, UIDs and dates of its own, so that headers do not tell what is read again. A second reading joins a
reader's list when enough days have passed since that reader signed the first one off; its files lie under the second
id, so that nothing in a reader's hands says what it repeats.
"""

import hashlib
import math
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import rows_from_bytes, rows_to_bytes
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import IMAGES_FOLDER, Case, hashes_from_cell, hashes_to_cell, places_of
from HER2LowMRILib.study.coordinator_record import REREADS_FILE, recorded_file
from HER2LowMRILib.study.own_files import inside

COLUMNS = ("case_id", "reread_id", "after_days", "images_sha256")
# Four weeks, as readers are commonly given to forget a case.
AFTER_DAYS = 28.0
MOST_DAYS = 3650.0
_NUMBERED = re.compile(r"(.*?)(\d+)", re.ASCII)


@dataclass(frozen=True)
class Reread:
    """A case that is read twice.

    Attributes
    ----------
    case_id : str
        The case.
    reread_id : str
        What it is called the second time.
    after_days : float
        How long after the first sign-off a reader gets it again [days].
    images_sha256 : mapping of str to str
        Kind of images -> hash of the copy under the second id; empty where the images are those of the case.
    """

    case_id: str
    reread_id: str
    after_days: float = AFTER_DAYS
    images_sha256: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def case_again(self, study: Path, case: Case) -> Case:
        """The case as it is read again: with the images that lie under the second id, where there are some."""
        if not self.images_sha256:
            return case
        old, new = (inside(study, IMAGES_FOLDER, name) for name in (self.case_id, self.reread_id))
        places = [place for role in case.images.roles for place in places_of(case.images, role)]
        if not all(place.is_relative_to(old) and ".." not in place.parts for place in places):
            raise StudyError(
                f"case {self.reread_id} has no images of its own",
                needed=f"those of the case it repeats in {IMAGES_FOLDER}/ of the study",
                todo=f"Restore {REREADS_FILE} from a backup of the study",
            )
        moved = case.images.moved(lambda place, _role, _number: new / place.relative_to(old))
        return replace(case, case_id=self.reread_id, images=replace(moved, sha256=dict(self.images_sha256)))


def read_rereads(study: Path) -> tuple[Reread, ...]:
    """Read which cases are read twice; none where none were drawn.

    Raises
    ------
    StudyError
        If the file is not what the coordinator's session left, or damaged.
    """
    found = recorded_file(study, REREADS_FILE)
    if found.problem is not None:
        raise StudyError(found.problem, todo="Restore it from a backup of the study")
    if found.content is None:
        return ()
    try:
        rereads = tuple(
            Reread(
                checked_name(row.get("case_id")),
                checked_name(row.get("reread_id")),
                float(row.get("after_days") or "nan"),
                hashes_from_cell(row.get("images_sha256")),
            )
            for row in rows_from_bytes(found.content, REREADS_FILE)
        )
        check_distinct([one.case_id for one in rereads])
        check_distinct([one.reread_id for one in rereads])
        if not all(0 <= one.after_days <= MOST_DAYS for one in rereads):
            raise ValueError
    except (ValueError, StudyError) as error:
        raise StudyError(f"{REREADS_FILE} is damaged", needed="what `study reread` wrote") from error
    refuse_names_of_cases(rereads, {one.case_id for one in rereads})
    return rereads


def refuse_names_of_cases(rereads: Iterable[Reread], cases: Container[str]) -> None:
    """Refuse a second reading under the id of a case: it would be shown, and kept, as that case.

    Raises
    ------
    StudyError
        If there is one.
    """
    if any(one.reread_id in cases for one in rereads):
        raise StudyError(
            f"{REREADS_FILE} calls a second reading as a case is called",
            needed="ids that no case has",
            todo="Restore it from a backup of the study",
        )


def rereads_to_bytes(rereads: Iterable[Reread]) -> bytes:
    """Content of the file `rereads.csv`."""
    rereads = list(rereads)
    check_distinct([one.case_id for one in rereads])
    return rows_to_bytes(
        (
            {
                "case_id": one.case_id,
                "reread_id": one.reread_id,
                "after_days": f"{one.after_days:g}",
                "images_sha256": hashes_to_cell(one.images_sha256) or None,
            }
            for one in rereads
        ),
        COLUMNS,
    )


def draw_rereads(
    case_ids: Sequence[str],
    drawn: Sequence[Reread],
    share: float,
    after_days: float,
    seed: int,
    taken: Iterable[str],
    pseudonym: Callable[[str], str],
) -> tuple[Reread, ...]:
    """Draw cases to be read twice until they are a share of all; those that were drawn before stay.

    Parameters
    ----------
    case_ids : sequence of str
        The cases of the study that count.
    drawn : sequence of Reread
        Drawn before.
    share : float
        Of the cases, above 0 to 1; rounded up to whole cases.
    after_days : float
        See `Reread`.
    seed : int
        Of the study; which cases are drawn follows from it.
    taken : iterable of str
        Ids that no second reading may be called.
    pseudonym : callable
        Makes an id of a text with the study's key, where the cases are not numbered.

    Returns
    -------
    tuple of Reread
        The new ones.

    Raises
    ------
    StudyError
        If a number cannot be used, or the share is reached already.
    """
    if not 0 < share <= 1:
        raise StudyError("the share of cases that are read twice", needed="above 0, to 1", found=f"{share:g}")
    if not 0 <= after_days <= MOST_DAYS:
        raise StudyError(
            "the time before a case is read again",
            needed=f"0 to {MOST_DAYS:g} days",
            found=f"{after_days:g} days",
        )
    before = {one.case_id for one in drawn}
    wanted = math.ceil(round(share * len(case_ids), 9)) - len(before & set(case_ids))
    if wanted <= 0:
        raise StudyError(
            "no case was drawn",
            needed=f"a share above that of the cases drawn before ({len(before)} of {len(case_ids)})",
            found=f"{share:g}",
        )

    def place(case_id: str) -> bytes:
        return hashlib.sha256(f"rereads\n{seed}\n{case_id}".encode()).digest()

    chosen = sorted((case_id for case_id in case_ids if case_id not in before), key=place)[:wanted]
    names = _new_names(case_ids, chosen, {*taken, *case_ids, *(one.reread_id for one in drawn)}, pseudonym)
    return tuple(
        Reread(case_id, name, float(after_days)) for case_id, name in zip(chosen, names, strict=True)
    )


def _new_names(
    case_ids: Sequence[str], chosen: Sequence[str], taken: set[str], pseudonym: Callable[[str], str]
) -> list[str]:
    """Ids that look as those of the study do, so that nobody sees that they are others."""
    known = {name.lower() for name in taken}
    parts = [part for case_id in case_ids if (part := _NUMBERED.fullmatch(case_id)) is not None]
    heads = {part[1] for part in parts}
    if len(heads) != 1 or len(parts) < len(case_ids):
        return [checked_name(pseudonym(f"read again {case_id}")) for case_id in chosen]
    # The drawn cases are in no order, so neither are their numbers.
    width, number = max(len(part[2]) for part in parts), max(int(part[2]) for part in parts)
    head = heads.pop()
    names: list[str] = []
    while len(names) < len(chosen):
        number += 1
        name = f"{head}{number:0{width}d}"
        if name.lower() not in known:
            names.append(checked_name(name))
    return names


def reread_of(study: Path, case_id: str) -> Reread | None:
    """What an id of a work list repeats; None where it is a case."""
    return next((one for one in read_rereads(study) if one.reread_id == case_id), None)
