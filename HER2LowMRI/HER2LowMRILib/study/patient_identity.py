"""Who the images say the patient is, only to find out whether a text names that person."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from HER2LowMRILib.study.case_list import IMAGE_ROLES, CaseImages, places_of

_TAGS = ("PatientName", "PatientID", "OtherPatientIDs", "PatientBirthDate", "AccessionNumber")
_DATES = ("%Y%m%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y")
# Initials and the like would be found in any text.
_SHORTEST = 3


def identifiers_of(images: CaseImages) -> frozenset[str]:
    """What identifies the patient in the DICOM headers of a case; nothing where there are none.

    Parts of the name, ids, accession number, and the birth date in the ways it is written. Kept in memory only.
    """
    found: set[str] = set()
    for place in (place for role in IMAGE_ROLES for place in places_of(images, role)):
        found |= _identifiers_in(place)
    return frozenset(text.casefold() for text in found if len(text) >= _SHORTEST)


def names_patient(text: str, identifiers: frozenset[str]) -> bool:
    """Whether one of the identifiers stands in a text as a word of its own; capitals do not matter."""
    text = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in identifiers)


def _identifiers_in(place: Path) -> set[str]:
    """Identifiers of the first DICOM file of a place: all files of a case are of one patient."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    files = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
    for file in files:
        try:
            header = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=list(_TAGS))
        except (InvalidDicomError, OSError, EOFError):
            continue
        return {text for tag in _TAGS for text in _written(tag, header.get(tag))}
    return set()


def _written(tag: str, value: object) -> Iterator[str]:
    """The ways in which a person would write the value of a tag."""
    text = str(value or "").strip()
    if tag == "PatientName":
        yield from re.findall(r"\w+", text)
    elif tag != "PatientBirthDate":
        yield text
    elif re.fullmatch(r"\d{8}", text):
        try:
            born = datetime.strptime(text, "%Y%m%d")
        except ValueError:
            return
        yield from (born.strftime(form) for form in _DATES)
