"""What the segments of a VOI are called, which of them is the lesion, and which are cut out of it.

One rule for what is drawn in the panel, read from a file, and exported.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.wording import counted

LESION = "lesion"
EXCLUSIONS = ("necrosis", "haemorrhage", "vessel", "cyst")
# Spellings that readers use for the segments that are cut out of the lesion.
_SAME_NAME = {
    "hemorrhage": "haemorrhage",
    "haemorrhages": "haemorrhage",
    "hemorrhages": "haemorrhage",
    "vessels": "vessel",
    "cysts": "cyst",
    "necroses": "necrosis",
    "tumor": LESION,
    "tumour": LESION,
}
# What people call them otherwise, alone or with other words: "necrotic core", "Zyste links", "cyst A".
_STEMS = {
    "necrosis": re.compile(r"necr[oó]\w*|n[eé]cro\w*|nekro\w*|坏死|壊死"),
    "haemorrhage": re.compile(
        r"h(?:a?e|ä|é)morr?h?ag\w*|hemorrag\w*|emorrag\w*|bleed\w*|h(?:a?e|ä|é)matom\w*|blutung\w*|出血"
    ),
    "vessel": re.compile(r"vessels?|gefä(?:ss|ß)e?|vaisseaux?|vasos?|血管"),
    "cyst": re.compile(r"cysts?|zysten?|kystes?|quistes?|cist[ie]|囊肿|嚢胞"),
}
_NO_EXCLUSION = re.compile(r"lesions?|l[äé]sion\w*|tumou?rs?|mass|masses|no|non|not|without|病灶|肿瘤")
# Other parts of the body, whose name alone says that they are not the lesion: "Left breast", "External" of a planning
# system, "Background".
_NO_LESION = re.compile(
    r"breasts?|brust|brüste|mammae?|seins?|body|external|skin|contour|background|hintergrund|air|fat|fett|glands?|glandular|"
    r"fibroglandular|fgt|parenchyma?|tissue|muscles?|pectoral\w*|lymph|nodes?|lymphknoten|axilla\w*|nipples?|implants?|"
    r"chest|thorax|wall|lungs?|heart|liver|bones?|ribs?|sternum|clips?|乳房|乳腺|背景|皮肤|脂肪|腺体|淋巴结?|体表"
)
_SIDE = re.compile(r"left|right|both|l|r|li|re|whole|total|outline|mask|左|右|双|侧")
# "cyst 2", "cyst_2", "cyst-2", "cyst (2)", "cyst #2": the second cyst.
_NUMBERED = re.compile(r"[\s_-]*(?:\(\d{1,3}\)|#?\d{1,3})$")


@dataclass(frozen=True)
class Chosen:
    """The VOI made of segments.

    Parameters
    ----------
    lesion : ndarray of bool, shape (k, j, i)
        The outlined lesion, with what was cut out of it.
    left_out : ndarray of bool or None, shape (k, j, i)
        What was cut out, inside the lesion or beyond it; None: nothing.
    segments : tuple of str
        Segments whose union the VOI is.
    excluded : tuple of str
        Segments that were cut out of it.
    inside : tuple of str
        Other segments that lie in it and were not cut out.
    """

    lesion: np.ndarray = field(repr=False)
    left_out: np.ndarray | None = field(repr=False)
    segments: tuple[str, ...]
    excluded: tuple[str, ...]
    inside: tuple[str, ...] = ()

    @property
    def mask(self) -> np.ndarray:
        """The VOI, shape (k, j, i)."""
        return self.lesion if self.left_out is None else self.lesion & ~self.left_out


def canonical_name(name: str) -> str:
    """Segment name for comparison: lower case, without a number, one spelling for what this library knows."""
    plain = _one_spelling(name)
    plain = _one_spelling(_NUMBERED.sub("", plain)) or plain
    words = re.findall(r"[^\W\d_]+", plain)
    if plain == LESION or any(_NO_EXCLUSION.fullmatch(word) for word in words):
        return plain
    # Of "haemorrhagic cyst" the last word is what it is.
    known = [name for word in words for name, stem in _STEMS.items() if stem.fullmatch(word)]
    return known[-1] if known else plain


def distinct_names(names: Sequence[str]) -> list[str]:
    """Give segments of one name a number each, so that none takes the place of another: ``cyst (1)``, ``cyst (2)``."""
    often = Counter(names)
    taken, result = {name for name in names if often[name] == 1}, list[str]()
    for name in names:
        title, number = name, 1
        while title in taken or (often[name] > 1 and title == name):
            title, number = f"{name} ({number})", number + 1
        if often[name] > 1:
            taken.add(title)
        result.append(name if often[name] == 1 else title)
    return result


def choose_voi(
    masks: Mapping[str, np.ndarray],
    segments: Sequence[str] | None = None,
    exclusions: Sequence[str] = EXCLUSIONS,
) -> Chosen:
    """The lesion without what the reader left out.

    Parameters
    ----------
    masks : mapping of str to ndarray of bool, shape (k, j, i)
        By segment name.
    segments : sequence of str, optional
        Names (or label numbers) whose union is the VOI. Left out: the segment ``lesion``, or the only one that is no
        exclusion and not named after another part of the body.
    exclusions : sequence of str
        Segments to be cut out; all of one name are.

    Raises
    ------
    ImageError
        If the segment is not there or cannot be told, or nothing is left.
    """
    names = tuple(masks)
    if not names:
        raise ImageError("The VOI is empty", needed="a segment with at least one voxel", found="no segment")
    unwanted = {canonical_name(name) for name in exclusions}
    chosen = _named(names, segments) if segments else _lesion(names, unwanted)
    excluded = tuple(n for n in names if canonical_name(n) in unwanted and n not in chosen)
    lesion = union([masks[name] for name in chosen])
    if not lesion.any():
        raise ImageError(
            "The VOI is empty", needed="at least one voxel", found=f"none in {' and '.join(chosen)}"
        )
    used: list[str] = []
    left_out: np.ndarray | None = None
    # One after the other, because each mask is made when it is asked for.
    for name in excluded:
        cut = masks[name]
        if cut.shape != lesion.shape:
            raise ImageError(
                "A region to leave out does not fit the lesion",
                needed=f"shape {lesion.shape}",
                found=f"{cut.shape}",
            )
        if (cut & lesion).any():
            used.append(name)
        left_out = np.array(cut, bool) if left_out is None else left_out | cut
    others = [name for name in names if name not in (*chosen, *excluded)]
    inside = tuple(
        name for name in others if masks[name].shape == lesion.shape and (masks[name] & lesion).any()
    )
    found = Chosen(lesion, left_out, chosen, tuple(used), inside)
    if not found.mask.any():
        raise ImageError(
            "The VOI is empty", needed="voxels outside the exclusions", found="all of it excluded"
        )
    return found


def union(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Voxels in any of the masks, in an array of its own."""
    joined = np.array(masks[0], bool)
    for mask in masks[1:]:
        joined |= mask
    return joined


def _one_spelling(name: str) -> str:
    plain = name.strip().lower()
    return _SAME_NAME.get(plain, plain)


def _named(names: tuple[str, ...], wanted: Sequence[str]) -> tuple[str, ...]:
    chosen: list[str] = []
    for want in wanted:
        match = [n for n in names if n in (want, f"label {want}")] or [
            n for n in names if _one_spelling(n) == _one_spelling(want)
        ]
        match = match or [n for n in names if re.fullmatch(re.escape(want) + r" \(\d+\)", n)]
        if len(match) != 1:
            raise ImageError(
                f"The segment {want} is {'not there' if not match else 'there more than once'}",
                needed="one of the segments of the file",
                found=", ".join(names),
                todo="Name each one that is meant" if match else None,
                option="--segment" if match else None,
            )
        chosen.extend(name for name in match if name not in chosen)
    return tuple(chosen)


def _is_no_lesion(name: str) -> bool:
    """Whether all that a name says is some other part of the body, or its side."""
    words = [word for word in re.findall(r"[^\W\d_]+", name.casefold()) if not _SIDE.fullmatch(word)]
    return bool(words) and all(_NO_LESION.fullmatch(word) for word in words)


def _lesion(names: tuple[str, ...], unwanted: set[str]) -> tuple[str, ...]:
    lesions = [name for name in names if canonical_name(name) == LESION]
    lesions = lesions or [name for name in names if canonical_name(name) not in unwanted]
    if len(lesions) == 1 and not _is_no_lesion(lesions[0]):
        return tuple(lesions)
    named = all(canonical_name(name) == LESION for name in lesions) and bool(lesions)
    raise ImageError(
        "Which segment is the lesion cannot be told",
        needed=f"one segment named {LESION}, or a choice",
        found=f"{counted(len(lesions), 'lesion')}: {', '.join(lesions)}" if named else ", ".join(names),
        todo="Choose it, or choose all that belong together to join them",
        option="--segment",
    )
