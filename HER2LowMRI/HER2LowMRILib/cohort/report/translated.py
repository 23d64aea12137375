"""The report in another language: the finished page with its sentences exchanged; numbers and figures stay.

The sentences are data (`data/report_<language>.json`): English -> the other language, with ``#`` for numbers, ``@`` for
words that are translated on their own, and ``~`` for names and dates. A text that is not known stays English.
"""

import functools
import html
import json
import re
from collections.abc import Callable
from importlib import resources

LANGUAGES = ("zh-CN",)
_NUMBER = r"[−-]?\d+(?:[.,]\d+)*"
_NUMBERS = rf"({_NUMBER}(?:, {_NUMBER})*)"
_TAGS = re.compile(r"(<style.*?</style>|<script.*?</script>|<[^>]+>)", re.DOTALL)
_SENTENCE_ENDS = re.compile(r"(?<=[.;:]) ")
_LAST_SIGNS = {":": "：", ";": "；", ".": "。", ",": "，"}
_HEADING = re.compile(r"(\d+) (\D.*)")
# Parts of a heading or a subject, from the larger to the smaller.
_SPLITS = {": ": "：", "; ": "；", ", ": "，", " and ": "与"}
_WORD = re.compile(r"[^\W\d_]{2,}")
# Names of methods, people, programs, fields and files, which are the same in every language.
_NAMES = re.compile(
    r"(?<![\w])(?:Ki-?|I²|HER2(?:-(?:zero|low|over|ultralow))?|zero|low|over|ADC|D|K|SD|CI|AUC|OR|ICC|kappa|AC1|PABAK|IHC|ISH|df|ML|"
    r"Firth|PPV|NPV|TP/FP/FN/TN|Brier|Landis and Koch|Koo and Li|DeLong [pz]|wCV|Obuchowski-Rockette|"
    r"Dorfman-Berbaum-Metz|SPSS|mm²?/?s?|mm2/s|p\d*|q|z|n|image/svg\+xml|her2lowmri|Python|numpy|scipy|pandas|"
    r"statsmodels|matplotlib|[A-Za-z]+(?:_[A-Za-z0-9]+)+|[0-9a-f]{12,}|r\d|[A-Z]|doi:\S+|\w+\.(?:csv|json))(?![\w])"
)


def translated(page: str, language: str) -> str:
    """Return the page in another language.

    Parameters
    ----------
    page : str
        What `page.report_html` made.
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    KeyError
        If there are no sentences in that language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    translate = _sentences(language)
    parts = _TAGS.split(page)
    for place in range(0, len(parts), 2):
        text = parts[place]
        if _WORD.search(text):
            found = translate(html.unescape(text))
            parts[place] = text if found is None else html.escape(found, quote=False)
    return "".join(parts).replace('<html lang="en">', f'<html lang="{language}">', 1)


def untranslated(page: str, language: str) -> list[str]:
    """The texts of a page that have no translation, each once."""
    translate = _sentences(language)
    texts = dict.fromkeys(html.unescape(text) for text in _TAGS.split(page)[::2] if _WORD.search(text))
    return [" ".join(text.split()) for text in texts if translate(text) is None]


@functools.cache
def _sentences(language: str) -> Callable[[str], str | None]:
    """A function that gives the translation of a text, or None where there is none."""
    file = resources.files("HER2LowMRILib") / "data" / f"report_{language}.json"
    phrases: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["phrases"]
    plain = {english: other for english, other in phrases.items() if not re.search("[#@~]", english)}
    patterns = [
        (_pattern(english), other, "".join(re.findall("[#@~]", english)))
        for english, other in phrases.items()
        if english not in plain
    ]

    def translate(text: str) -> str | None:
        clean = " ".join(text.replace("\u2060", "").split())
        found = part(clean)
        if found is None:
            return None
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return before + found + after

    def phrase(text: str) -> str | None:
        if text in plain:
            return plain[text]
        if is_name(text):
            return text
        for pattern, other, signs in patterns:
            match = pattern.fullmatch(text)
            if match is not None and (found := filled(other, match, signs)) is not None:
                return found
        return None

    def sentence(text: str) -> str | None:
        found = phrase(text)
        if found is None and text[-1:] in _LAST_SIGNS and (bare := phrase(text[:-1])) is not None:
            return bare + _LAST_SIGNS[text[-1]]
        return found

    @functools.cache
    def part(text: str) -> str | None:
        found = phrase(text)
        if found is not None:
            return found
        if (heading := _HEADING.fullmatch(text)) is not None and (rest := part(heading[2])) is not None:
            return f"{heading[1]} {rest}"
        pieces = _SENTENCE_ENDS.split(text)
        if pieces[1:] and (found := together(tuple(pieces))) is not None:
            return found
        if text[-1:] in _LAST_SIGNS and (found := part(text[:-1])) is not None:
            return found + _LAST_SIGNS[text[-1]]
        for split, sign in _SPLITS.items():
            if split in text:
                parts = [part(piece) for piece in text.split(split)]
                if all(piece is not None for piece in parts):
                    return sign.join(piece or "" for piece in parts)
        return None

    def together(pieces: tuple[str, ...]) -> str | None:
        """Sentences from the left, the longest that is known each time."""
        said, start = "", 0
        while start < len(pieces):
            for end in range(len(pieces), start, -1):
                text = " ".join(pieces[start:end])
                found = sentence(text) if end - start > 1 else part(text)
                if found is not None:
                    said, start = said + found, end
                    break
            else:
                return None
        return said

    def filled(other: str, match: re.Match[str], signs: str) -> str | None:
        """The translation with its numbers and words, which come in the same order; None where a word has none."""
        values = []
        for sign, value in zip(signs, match.groups(), strict=True):
            word = part(value) if sign == "@" else value
            if word is None:
                return None
            values.append(word)
        given = iter(values)
        return re.sub("[#@~]", lambda _sign: next(given), other)

    return translate


def _pattern(english: str) -> re.Pattern[str]:
    text = re.escape(english).replace(re.escape("#"), _NUMBERS)
    # No words reach into the next sentence.
    return re.compile(re.sub(r"@|\\?~", lambda _sign: r"((?:(?!\. ).)+?)", text))


def is_name(text: str) -> bool:
    """Whether a text is the same in every language: numbers, signs, names of methods and fields."""
    return not _WORD.search(_NAMES.sub(" ", text))
