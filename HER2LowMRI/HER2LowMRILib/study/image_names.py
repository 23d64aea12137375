"""Messages about the images of a case without the names of their files and folders, which may be a patient's."""

import contextlib
import re
from collections.abc import Iterator

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.study.case_list import CaseImages, places_of
from HER2LowMRILib.study.image_record import files_of

_INSTEAD = "an image"
# Names that are words of the messages themselves; as names they identify nobody.
_OWN_WORDS = frozenset(
    {
        "a", "b", "adc", "and", "bytes", "d_app", "dce", "dicom", "dwi", "file", "files", "folder",
        "folders", "found", "image", "images", "in", "k_app", "map", "maps", "mri", "needed", "no", "none",
        "number", "of", "one", "or", "series", "slice", "slices", "study", "t2", "the", "to", "two",
        "value", "values", "volume", "voxel", "voxels", "with",
    }
)  # fmt: skip


def without_names(text: str, images: CaseImages) -> str:
    """Take the places, files and folders of the images of a case out of a message.

    A name stands for itself only: a file called "1" takes no "1" out of a number, and one called "b" no letter out of
    a word. Names that are mere numbers or words of the message are taken out where a message names its file, at its
    beginning and after "folder" or "file".
    """
    places = [place for role in images.roles for place in places_of(images, role)]
    for place in sorted(places, key=lambda place: len(str(place)), reverse=True):
        text = text.replace(str(place), _INSTEAD)
    names = {part for place in places for part in (place.name, place.parent.name)}
    # They may lie on a share that is away: then nothing was read of them, and no message names them.
    with contextlib.suppress(OSError):
        names |= {file.name for place in places for file in files_of(place)}
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = _without(text, name)
    return text


@contextlib.contextmanager
def names_left_out(images: CaseImages) -> Iterator[None]:
    """Let errors about the images of a case name no place, file or folder; see `without_names`.

    They are shown to readers, who know a case by its pseudonym alone, and stand in the log of the application.
    """
    try:
        yield
    except HER2LowMRIError as error:
        parts = ("what", "needed", "found", "todo", "option")
        told = {part: without_names(text, images) for part in parts if (text := getattr(error, part, None))}
        if all(getattr(error, part) == text for part, text in told.items()):
            raise
        clean = type(error).__new__(type(error))
        HER2LowMRIError.__init__(clean, told.pop("what"), **told)
        # The error that it was would stand in the log beside it.
        raise clean from None


def _without(text: str, name: str) -> str:
    word = rf"(?<![\w.\-]){re.escape(name)}(?![\w\-]|\.\w)"
    if name.isdigit() or len(name) < 3 or name.casefold() in _OWN_WORDS:
        return re.sub(rf"(^|\b(?:folder|file) ){word}", rf"\g<1>{_INSTEAD}", text)
    return re.sub(word, _INSTEAD, text)
