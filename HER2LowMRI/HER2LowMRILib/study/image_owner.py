"""Whether the images of a case are of the patient whose case it is.

A row that slipped, or a spreadsheet that took the zeros off an id, gives a case the images of one patient and the
pathology of another. The id in the images and the id that the case was made of are compared wherever both are known: a
case id that the study made of a patient id can be made again of the id in the images.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, Case, CaseImages, places_of
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.study.pseudonyms import PREFIX

# Hospital numbers are padded to at most so many digits.
LONGEST_NUMBER = 12
# Of hundreds of files of one sorted series a few tell whose they are.
_PLACES_LOOKED_AT = 8
_MADE = re.compile(rf"{PREFIX}[A-Z2-7]{{12}}")
# What anonymisers leave in the place of every id.
_NOBODY = frozenset(
    (
        "anon",
        "anonymous",
        "anonymized",
        "anonymised",
        "unknown",
        "none",
        "na",
        "n/a",
        "x",
        "xxx",
        "0",
        "removed",
    )
)


@dataclass(frozen=True)
class Owner:
    """Whose the images of a case are, as far as ids tell.

    Attributes
    ----------
    problem : str or None
        Why they cannot be those of the case; without any id.
    note : str or None
        That an id was written in another way, or that a case id chosen by people may be that of another patient.
    """

    problem: str | None = None
    note: str | None = None


def plain_id(patient_id: str) -> str:
    """An id without what people and spreadsheets change: blanks, capitals, leading zeros, a decimal point."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", patient_id)).casefold()
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return re.sub(r"^0+(?=\d)", "", text)


def patient_ids(images: CaseImages) -> frozenset[str]:
    """The patient ids in the DICOM headers of a case, one for each place at most; none where there are none."""
    found: set[str] = set()
    # Images beside the maps are compared with these when the examination is sorted, series by series.
    roles = (role for role in images.roles if role not in CONTEXT_ROLES)
    for place in (place for role in roles for place in places_of(images, role)[:_PLACES_LOOKED_AT]):
        found.update(stated_in(place, ("PatientID",)).get("PatientID", ())[:1])
    return frozenset(one for one in found if plain_id(one) not in _NOBODY)


def check_owner(
    case_id: str, ids: Iterable[str], cases: Container[str], pseudonym: Callable[[str], str] | None
) -> Owner:
    """Compare the patient ids in the images of a case with the case.

    Parameters
    ----------
    case_id : str
    ids : iterable of str
        From ``patient_ids``.
    cases : container of str
        Ids of the cases of the study.
    pseudonym : callable or None
        Patient id -> case id; None where the key of the study is not at hand: nothing is compared then but the ids
        with each other.
    """
    ids = sorted(ids)
    if not ids:
        return Owner()
    if len({plain_id(one) for one in ids}) > 1:
        return Owner(f"its images are of {len({plain_id(one) for one in ids})} patients")
    if pseudonym is None:
        return Owner()
    try:
        exact = {one for patient_id in ids for one in (patient_id, pseudonym(patient_id))}
        if case_id in exact:
            return Owner()
        near = {pseudonym(way) for patient_id in ids for way in ways_to_write(patient_id)}
    except StudyError:
        return Owner()
    if case_id in near:
        return Owner(
            note="the patient id in its images is written in another way (zeros, blanks or capitals): taken as the same"
        )
    others = sorted(one for one in exact | near if one in cases and one != case_id)
    if others:
        return Owner(f"its images are of the patient of case {others[0]}")
    if _MADE.fullmatch(case_id):
        return Owner("the patient id in its images is another than the one that its case id was made of")
    if any(_form(patient_id) == _form(case_id) for patient_id in ids):
        return Owner(
            note="the patient id in its images is another than the case id, and of the same form: check whose they are"
        )
    return Owner()


def _form(text: str) -> str:
    """What ids of one numbering share: all but the digits."""
    return re.sub(r"\d", "9", text.strip().casefold())


def owner_of(case: Case, cases: Container[str], pseudonym: Callable[[str], str] | None) -> Owner:
    """Compare the patient ids in the images of a case of the study with the case; see ``check_owner``."""
    return check_owner(case.case_id, patient_ids(case.images), cases, pseudonym)


def ways_to_write(patient_id: str) -> Iterator[str]:
    """The ways in which a person or a spreadsheet may have written a patient id."""
    plain = plain_id(patient_id)
    yield from dict.fromkeys((patient_id.strip(), plain, plain.upper()))
    if plain.isdigit():
        yield f"{plain}.0"
        for width in range(len(plain) + 1, LONGEST_NUMBER + 1):
            yield plain.zfill(width)
