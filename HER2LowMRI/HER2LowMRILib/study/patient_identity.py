"""Who the images say the patient is: to make a case id of it, and to find out whether a text names that person."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.images.dicom_object import header_of, is_dicom_object
from HER2LowMRILib.study.case_list import CaseImages, places_of

_TAGS = ("PatientName", "PatientID", "OtherPatientIDs", "PatientBirthDate", "AccessionNumber")
_DATES = ("%Y%m%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y")
# Initials and the like would be found in any text; of Chinese, Japanese and Korean signs two are a name.
_SHORTEST, _SHORTEST_SIGNS = 3, 2
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# A scanner's keyboard has no umlauts, a reader's has.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "å": "aa"})


def identifiers_of(images: CaseImages) -> frozenset[str]:
    """What identifies the patient in the DICOM headers of a case; nothing where there are none.

    Parts of the name, ids, accession number, and the birth date in the ways it is written. Kept in memory only.
    """
    found: set[str] = set()
    for place in (place for role in images.roles for place in places_of(images, role)):
        for tag, texts in stated_in(place, _TAGS).items():
            found |= {way for text in texts for way in _written(tag, text)}
    return frozenset(
        text.casefold()
        for text in found
        if len(text) >= (_SHORTEST_SIGNS if _SIGNS.fullmatch(text) else _SHORTEST)
    )


def names_patient(text: str, identifiers: frozenset[str]) -> bool:
    """Whether one of the identifiers stands in a text as a word of its own; capitals and accents do not matter.

    Chinese, Japanese and Korean are written without blanks between words: there it may stand anywhere.
    """
    texts = _spelt(text)
    return any(_stands_in(word, way) for name in identifiers for word in _spelt(name) for way in texts)


def _spelt(text: str) -> set[str]:
    """A text as it may be spelt: as it is, with ae for ä, and without accents."""
    text = unicodedata.normalize("NFC", text).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
    return {text, text.translate(_UMLAUTS), unicodedata.normalize("NFC", bare)}


def _stands_in(word: str, text: str) -> bool:
    if _SIGNS.fullmatch(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def stated_in(place: Path, tags: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What the DICOM headers of a file or folder state of one patient.

    Parameters
    ----------
    place : Path
        A file, or a folder with the files of one patient.
    tags : sequence of str
        Keywords of elements, such as "PatientID".

    Returns
    -------
    dict of str to tuple of str
        Keyword -> texts, of the first file that has one of the elements: a DICOMDIR has none, and a damaged file is
        passed over. Empty where there is no such file.
    """
    for file in [place] if place.is_file() else files_below(place).files:
        try:
            if not is_dicom_object(file):
                continue
            header = header_of(file, tags)
            stated = {tag: _texts(header.get(tag)) for tag in tags if tag in header}
        except Exception:  # noqa: BLE001 - a damaged header can raise anything inside the parser
            continue
        if stated:
            return stated
    return {}


def _texts(value: Any) -> tuple[str, ...]:
    """Texts of a value, one or several."""
    parts = value if hasattr(value, "append") else [value]
    return tuple(text for part in parts if (text := str(part or "").strip()))


def _written(tag: str, text: str) -> Iterator[str]:
    """The ways in which a person would write the value of a tag."""
    if tag == "PatientName":
        yield from re.findall(r"\w+", text)
        # Family and given name in signs of their own are written as one.
        yield from ("".join(re.findall(r"\w+", group)) for group in text.split("=") if _SIGNS.search(group))
    elif tag != "PatientBirthDate":
        yield text
    elif re.fullmatch(r"\d{8}", text):
        try:
            born = datetime.strptime(text, "%Y%m%d")
        except ValueError:
            return
        yield from (born.strftime(form) for form in _DATES)
        yield f"{born.day}.{born.month}.{born.year}"
