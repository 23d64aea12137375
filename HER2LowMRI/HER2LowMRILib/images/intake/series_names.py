r"""What the name of a series, file or node says of its images.

Names are cut into words and numbers first (``ep2d_diff_cDWI_b2000`` is ep, 2, d, diff, cdwi, b, 2000): scanners and
people join them with anything, and ``\b`` of a regular expression sees no boundary beside an underscore.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from HER2LowMRILib.images.intake.b_value import tolerance
from HER2LowMRILib.images.intake.image_kind import ImageKind

# Words for a b-value that was computed from others. Of Siemens: "_CALC_BVAL"; GE: "DW_Synthetic", "SYN:", "MAGiC DWI";
# Canon, Philips, United Imaging, Fujifilm: cDWI, sDWI, "Computed DWI", "Calculated b"; researchers: synb, compDWI.
_COMPUTED = re.compile(
    r"synth\w*|sint(?:et|es)\w*|syn|calc(?!if|an|iu)\w*|comput\w*|e?xtrapol\w*|simul\w*|kalkul\w*|berechn\w*|"
    r"errechn\w*|generated|estimated|predicted|inferred|fitted|derived|mathematical\w*|"
    r"[csv]dwi\w*|cdiff\w*|(?:comp|syn|calc)(?:dwi|diff|b)\w*|(?:dwi|diff|b|bval|tracew?)(?:comp|syn|calc)\w*"
)
# Words that say so only before a diffusion word (C-DWI, virtual b) or before a number (cb2000, vb1500).
_COMPUTED_BEFORE_DIFFUSION = re.compile(r"[csv]|comp|virtu[ae]l\w*|magic")
_COMPUTED_BEFORE_NUMBER = re.compile(r"[cv]b(?:val(?:ue)?)?")
# Words that say so only after a b-value: "b2000 comp", "b2000c".
_COMPUTED_AFTER_NUMBER = re.compile(r"comp|c")
_COMPUTED_IN_OTHER_SCRIPTS = re.compile(
    "计算|計算|合成|算出|虚拟|仮想|합성|계산|가상|синтет|синтез|расч|вычисл|виртуальн"
)
# What people put before a b-value or DWI without a space, and means nothing but what was measured: "eDWI" of GE,
# "SENSDWI", "highb2000", "TR2000". Of other words, such as "hb2000" or "iDWI", nobody knows.
_PLAIN_BEFORE_B = re.compile(
    r"(?:e|ep|epi|ss|ssh|ms|rs|se|te|ti|tr|fa|tse|fse|s?tir|stir|spair|spir|fs|fat|sat|res|resolve|muse|blade|prop|propeller|fase|opti|mri?|focus|zoom|zoomit|"
    r"r?fov|ffov|full|reduced|sense?|asset|arc|sms|mb|hires|hr|hd|hi|high|low|lo|max|min|mid|multi|dual|single|mono|bi|"
    r"br|brst|breast?s?|mamm[ao]|body|wb|bilat|uni|left|right|lt|rt|ax|axi|axial|tra|trans|sag|cor|obl|dw|dwi|dti|diff|"
    r"trace|tracew|iso|mean|avg?|orig|meas|measured|acq|acquired|raw|std|new|test|wip|pre|post|rep|reg|mat|nex|nsa|"
    r"s|im|ph|no|nr|bw|etl|series|b|bval|bvals|bvalues?|value|values)*"
)
# Computed b-values are high: what is before a lower one is not looked at [s/mm2].
_LOWEST_ASKED_B = 500.0
_DIFFUSION = re.compile(r"d[wt]i\w*|dw|diff\w*|b|bval\w*|trace\w*|adc")
_SMALLEST_NAMED_B = 50
_KEPT_NAMES = 1024  # all frames of a series have one name
_B_WORDS = frozenset(("b", "bval", "bvalue", "bvalues", "value", "values"))

# "CDA" in French and Spanish, "ADK" in German, "ИКД" in Russian.
_ADC_WORD = re.compile(
    r"(?!head|lead|read)\w{0,4}adc|adc\w*|diffusionskoeff\w*|diffusivity|diffcoeff?\w*|cda|adk|икд|dapp|av(?:e|g)?dc|dcavg"
)
_ADC_IN_OTHER_SCRIPTS = re.compile("扩散系数|擴散係數|拡散係数|확산 ?계수")
# A map of something else: of the kurtosis, of T2, a ratio.
_MAP_WORD = re.compile(r"maps?|mapp?a|karte|carte|kaart|карта|ratio|fraction")
_MAP_IN_OTHER_SCRIPTS = re.compile("图|圖|マップ|지도")
_PROJECTION_WORD = re.compile(r"mips?|minip")
_EXPONENTIAL = re.compile(r"exp|expo|exponential\w*")
_NOT_EXPONENTIAL_ADC = frozenset(("mono", "bi", "tri", "multi", "stretched"))


@dataclass(frozen=True)
class ComputedB:
    """The word of a name that says "computed", and the b-values [s/mm2] that it says so of; none: of all."""

    word: str
    b_values: tuple[float, ...] = ()

    def covers(self, b_value: float | None) -> bool:
        """Whether an image of this b-value is the computed one."""
        if b_value is None or not self.b_values:
            return True
        return any(abs(b_value - named) <= tolerance(named) for named in self.b_values)


@dataclass(frozen=True)
class _Word:
    text: str
    after: str  # the character before it

    @property
    def number(self) -> int | None:
        return int(self.text) if self.text.isdigit() and len(self.text) <= 6 else None


@functools.lru_cache(maxsize=_KEPT_NAMES)
def map_in_name(name: str) -> ImageKind | None:
    """The kind of map that a name says, or None."""
    words = [word.text for word in _words(name)]
    says_adc = _says_adc(words)
    if _says_exponential(words, says_adc):
        return ImageKind.EXPONENTIAL_ADC
    if says_adc or _ADC_IN_OTHER_SCRIPTS.search(_in_other_scripts(name)):
        return ImageKind.ADC
    if _says_anisotropy(words):
        return ImageKind.ANISOTROPY
    return None


@functools.lru_cache(maxsize=_KEPT_NAMES)
def other_image_in_name(name: str) -> ImageKind | None:
    """The kind of what else is made of diffusion images, by a name: a map, a projection; None where it says none.

    Only of images that have a b-value: other series are called maps too.
    """
    words = [word.text for word in _words(name)]
    if any(_PROJECTION_WORD.fullmatch(word) for word in words):
        return ImageKind.PROJECTION
    if any(_MAP_WORD.fullmatch(word) for word in words) or _MAP_IN_OTHER_SCRIPTS.search(
        _in_other_scripts(name)
    ):
        return ImageKind.OTHER_MAP
    return None


@functools.lru_cache(maxsize=_KEPT_NAMES)
def computed_b_in_name(name: str) -> ComputedB | None:
    """What a name says of computed b-values, or None where it says nothing of them.

    A protocol is often named after all that comes out of it (``diff_b50_800_calc1500``): only the b-values that
    follow the word are said to be computed. Where none follow, all are.
    """
    words = _words(name)
    for index in range(len(words)):
        said = _computed_at(words, index)
        if said is not None:
            b_values = tuple(_b_values_from(words, index + 1))
            return ComputedB(said, b_values if any(b_values) else ())
    for index in range(2, len(words)):
        of_b = words[index - 1].number or 0
        after_b = of_b >= _SMALLEST_NAMED_B and words[index - 2].text in _B_WORDS
        joined = words[index].text != "c" or words[index].after.isdigit()
        if after_b and joined and _COMPUTED_AFTER_NUMBER.fullmatch(words[index].text):
            return ComputedB(words[index].text, (float(of_b),))
    found = _COMPUTED_IN_OTHER_SCRIPTS.search(_in_other_scripts(name))
    return ComputedB(found.group()) if found is not None else None


@functools.lru_cache(maxsize=_KEPT_NAMES)
def unknown_word_in_name(name: str, b_value: float) -> str:
    """What stands before the b-value [s/mm2] of an image, or before DWI, without a space, and may mean "computed".

    Returns
    -------
    str
        As it stands, e.g. "hb2000"; empty where all is plain.
    """
    if b_value < _LOWEST_ASKED_B:
        return ""
    words = _words(name)
    for word, following in itertools.pairwise((*words, _Word("", ""))):
        is_of_b = following.number is not None and abs(following.number - b_value) <= tolerance(b_value)
        if word.text == "ai" and (_DIFFUSION.fullmatch(following.text) or is_of_b):
            return f"{word.text} {following.text}"
        is_joined = is_of_b and following.after == word.text[-1]
        if not is_joined and not word.text.endswith("dwi"):
            continue
        # "ep2db2000" is a 2D sequence.
        before = word.text.removeprefix("d") if word.after.isdigit() else word.text
        if before.isascii() and not _PLAIN_BEFORE_B.fullmatch(before):
            return word.text + (following.text if is_joined else "")
    return ""


@functools.lru_cache(maxsize=_KEPT_NAMES)
def says_diffusion(name: str) -> bool:
    """Whether a name has a word of diffusion imaging in it (DWI, diff, trace, b800 ...)."""
    return any(_DIFFUSION.fullmatch(word.text) or "dwi" in word.text for word in _words(name))


def b_value_in_name(name: str) -> float | None:
    """The b-value that a name such as ``DWI_b800`` gives [s/mm2]; None if it gives none or several."""
    words = _words(name)
    found: set[float] = set()
    for index, word in enumerate(words[:-1]):
        if word.text in ("b", "bval", "bvalue") or (
            word.text == "value" and index and words[index - 1].text == "b"
        ):
            first = words[index + 1].number
            found |= {*([float(first)] if first is not None else []), *_b_values_from(words, index + 1)}
    return found.pop() if len(found) == 1 else None


def _readable(name: str) -> str:
    """The name in lower case and without accents; text that was taken for Latin-1 is read as UTF-8."""
    plain = unicodedata.normalize("NFKD", _decoded(name, "utf-8") or name)
    return "".join(part for part in plain if not unicodedata.combining(part)).casefold()


def _in_other_scripts(name: str) -> str:
    """The name as it stands and as it may have been meant: taking accents off takes Korean letters apart."""
    return " ".join((name.casefold(), _readable(name), _decoded(name, "utf-8"), _decoded(name, "gb18030")))


def _decoded(name: str, encoding: str) -> str:
    """What a text that was taken for Latin-1 says in another encoding; empty where it is not such a text."""
    try:
        return "" if name.isascii() else name.encode("latin-1").decode(encoding)
    except UnicodeError:
        return ""


def _words(name: str) -> list[_Word]:
    text = re.sub(r"(\d)k(?=b\d|[\W_]|$)", r"\g<1>000 ", _readable(name))  # b2k
    return [_Word(m.group(), text[m.start() - 1 : m.start()]) for m in re.finditer(r"[^\W\d_]+|\d+", text)]


def _computed_at(words: Sequence[_Word], index: int) -> str | None:
    """The word at ``index``, as far as it takes, if it says "computed"."""
    word = words[index].text
    if _COMPUTED.fullmatch(word):
        return word
    if index + 1 == len(words):
        return None
    following = words[index + 1]
    # "+C DWI" and "w/o C" are contrast medium.
    if (
        _COMPUTED_BEFORE_DIFFUSION.fullmatch(word)
        and words[index].after not in ("+", "/", "'")
        and re.fullmatch(r"dwi\w*|diff\w*|dw" + (r"|b|bval\w*" if len(word) > 1 else ""), following.text)
    ):
        return f"{word} {following.text}"
    if _COMPUTED_BEFORE_NUMBER.fullmatch(word) and (following.number or 0) >= _SMALLEST_NAMED_B:
        return word
    return None


def _b_values_from(words: Sequence[_Word], start: int) -> list[float]:
    """The b-values that stand one after the other from ``start`` on; other small numbers count copies or slices."""
    found: list[float] = []
    for word in words[start:]:
        if word.number is not None:
            found.append(float(word.number))
        elif word.text not in _B_WORDS and (found or not _DIFFUSION.fullmatch(word.text)):
            break
    return [number for number in found if number == 0 or number >= _SMALLEST_NAMED_B]


def _says_adc(words: Sequence[str]) -> bool:
    joined = " ".join(words)
    return any(_ADC_WORD.fullmatch(word) for word in words) or bool(
        re.search(
            r"\b(?:average|ave?|avg|mean|isotropic|iso) dc\b|\bdc (?:map|avg|average)\b|\bapparent diff|"
            r"\bdiff(?:usion)? (?:coeff|const|map)|\bd app\b|\ba d c\b",
            joined,
        )
        or re.search(r"\bcoef\w* (?:de |di )?(?:la )?dif|\bdif\w* (?:apparent|aparent)", joined)
    )


def _says_exponential(words: Sequence[str], says_adc: bool) -> bool:
    joined = " ".join(words)
    if any(re.fullmatch(r"(?:e|exp|expo|exponential)adc\w*", word) for word in words) or re.search(
        r"\be adc", joined
    ):
        return True
    exponential = any(
        _EXPONENTIAL.fullmatch(word) and (index == 0 or words[index - 1] not in _NOT_EXPONENTIAL_ADC)
        for index, word in enumerate(words)
    )
    return exponential and (says_adc or "exponential" in joined or bool({"map", "coeff"} & set(words)))


def _says_anisotropy(words: Sequence[str]) -> bool:
    joined = " ".join(words)
    return bool(
        re.search(
            r"\bfractional an?iso|\b(?:col)?fa (?:map|col)|\bcolfa\b|\b(?:col|r)?fa$|\bmap fa\b", joined
        )
    )
