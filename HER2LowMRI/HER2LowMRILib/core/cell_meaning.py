"""What a cell of a person's table means as an answer to one item: taken, or asked. Never guessed.

What can be read in one way only is taken, with a note where it stood there differently; what can be read in two is a
doubt with a proposal. HER2 scores and receptors have their own readings, because one cell often holds two results
("2+ (FISH-)"), and because a spreadsheet eats the sign of "1+".
"""

import difflib
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, Answer, Item
from HER2LowMRILib.core.table_words import folded, plain, says_missing, table_words, words_of

MISSING = "missing"

_NUMBER = r"\d+(?:[.,]\d+)?|[.,]\d+"
_RANGE = re.compile(rf"({_NUMBER}) ?(?:-|to|bis|–|~|至) ?({_NUMBER})")
_LIMIT = re.compile(
    rf"(<=|>=|<|>|≤|≥|ca\.?|circa|about|approx\.?|~|under|over|unter|über|约|less than|more than) ?({_NUMBER})"
)
_PLAIN_NUMBER = re.compile(rf"[+-]?(?:{_NUMBER})(?:e[+-]?\d+)?")
_SCORE = re.compile(r"(?:([0-3]) ?\+|\+ ?([1-3])|(\+{1,3})|(0))(?![\d+])")
_RATIO = re.compile(rf"ratio(?: of)?[ :=]*({_NUMBER})|(?:比值)[ :=]*({_NUMBER})")
_COPIES = re.compile(
    rf"(?:copies|copy number|kopien|拷贝数)(?: per cell)?[ :=]*({_NUMBER})|({_NUMBER}) copies"
)
_PERCENT_PART = re.compile(rf"(<=|>=|<|>|≤|≥)? ?({_NUMBER}) ?%")
_PERCENT_SPREAD = re.compile(rf"({_NUMBER}) ?%? ?(?:-|to|bis|~|至) ?({_NUMBER}) ?%")
_TEST_NAMES = (
    r"her ?-?2(?: ?/ ?neu)?|c ?-?erb ?-?b ?-?2|erbb2|ihc|immunohistochemistry|immunhistochemie|dako|hercep ?test|"
    r"score|grade|免疫组化"
)
_ISH_NAMES = r"(?:d-?)?(?:fish|cish|sish|dish|ish)"
# Years in two digits up to this are of this century (as POSIX has it); nobody tested for HER2 before 1985.
_LAST_OF_2000S, _FIRST_REPORTS = 68, "1985-01-01"
# Excel counts days from here (its leap day of 1900 included).
_EXCEL_EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True)
class Meaning:
    """What a cell was taken as.

    Attributes
    ----------
    value : str, int, float or None
        The answer; None where the cell says that nothing is known.
    note : str
        How it was read where it did not stand there as it is stored; "" otherwise.
    also : mapping
        Answers to further items that the cell states as well (item id -> answer).
    """

    value: Answer
    note: str = ""
    also: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Doubt:
    """A cell that can be read in more than one way, or in none.

    Attributes
    ----------
    why : str
        What is not clear, in a few words.
    proposal : str
        What is proposed (an answer as it is stored, or "missing"); "" where nothing is.
    habit : {"", "fractions", "percentages", "dates"}
        A habit that is asked once for the whole column.
    otherwise : str
        The other reading, where the habit is not the proposed one.
    """

    why: str
    proposal: str = ""
    habit: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class ColumnHabits:
    """What the whole column tells about each of its cells.

    Attributes
    ----------
    decimal : {".", ",", ""}
        Sign before the decimals; "" where no cell tells.
    day_first : bool or None
        Of dates with slashes; None where no cell tells.
    has_null : bool
        Whether the column tells strata of IHC 0 apart, so that "null" is one of them.
    fractions : bool
        Whether all numbers of a percentage are at most 1 and some are broken: perhaps shares of 1.
    percents : bool
        Whether bare numbers of a receptor go beyond any score or code, up to 100: perhaps percentages.
    """

    decimal: str = ""
    day_first: bool | None = None
    has_null: bool = False
    fractions: bool = False
    percents: bool = False


def habits_of(item: Item, cells: list[str]) -> ColumnHabits:
    """Look at a whole column before its cells are read one by one."""
    words = [folded(cell) for cell in cells if cell and not says_missing(cell)]
    numbers = [float(w.replace(",", ".")) for w in words if re.fullmatch(_NUMBER, w)]
    strata = ("0+", "ultralow", "her2ultralow", "0(ultralow)")
    shares = len(numbers) == len(words) and all(0 <= n <= 1 for n in numbers) and any(n % 1 for n in numbers)
    return ColumnHabits(
        decimal=_decimal_sign(words),
        day_first=_day_first(words),
        has_null=any(_squeezed(word) in strata for word in words),
        fractions=item.unit == "%" and shares,
        percents=item.id in ("er", "pr") and 8 < max(numbers, default=0) <= 100,
    )


def _decimal_sign(words: list[str]) -> str:
    # Three digits behind the sign may be thousands and prove nothing.
    told = [word for word in words if not re.search(r"[.,]\d{3}\b", word)]
    commas = any(re.search(r"\d,\d", word) for word in told)
    points = any(re.search(r"\d\.\d", word) for word in told)
    return "" if commas == points else "," if commas else "."


def _day_first(words: list[str]) -> bool | None:
    slashed = [m for word in words if (m := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})", word))]
    first, second = (any(int(match[place]) > 12 for match in slashed) for place in (1, 2))
    return None if first == second else first


def read_cell(item: Item, cell: str | None, habits: ColumnHabits | None = None) -> Meaning | Doubt:
    """Read one cell as an answer to one item.

    Parameters
    ----------
    item : Item
        Of a lexicon, or of the coordinator's fields.
    cell : str or None
        As it stood in the table.
    habits : ColumnHabits, optional
        Of its column.

    Returns
    -------
    Meaning or Doubt
    """
    habits = habits or ColumnHabits()
    text = plain(cell or "")
    if not text:
        return Meaning(None)
    exact = _exactly(item, text)
    if exact is not None:
        return exact
    if item.kind == "text":
        return _text(item, cell or "")
    if item.kind == "date":
        return _date(item, text, habits)
    if item.kind in ("number", "integer"):
        return _missing(item, text) or _number(item, text, habits)
    if item.id.endswith("_ihc"):
        return _ihc(item, text, habits)
    if item.id in ("er", "pr"):
        return _receptor(item, text, habits)
    return _choice(item, text)


def _exactly(item: Item, text: str) -> Meaning | None:
    """The cell as the software itself writes it."""
    if item.kind != "choice":
        return None
    try:
        return Meaning(item.accept(text))
    except HER2LowMRIError:
        return None


def _missing(item: Item, text: str) -> Meaning | None:
    if item.states:
        word = folded(text)
        if word in words_of("not_applicable") or word == NOT_APPLICABLE:
            return Meaning(NOT_APPLICABLE)
        if word in words_of("not_assessable") or word == NOT_ASSESSABLE:
            return Meaning(NOT_ASSESSABLE, "not assessable")
    return Meaning(None, "nothing stated") if says_missing(text) else None


def _text(item: Item, cell: str) -> Meaning | Doubt:
    if says_missing(cell):
        return Meaning(None, "nothing stated")
    try:
        return Meaning(item.accept(cell.strip()))
    except HER2LowMRIError as error:
        return Doubt(f"needed {error.needed}, found {error.found}")


def _squeezed(text: str) -> str:
    """Letters, digits and signs that carry meaning: what is left to compare labels by."""
    return re.sub(r"[\s_\-–.,:;]+", "", folded(text))


@functools.lru_cache(maxsize=512)
def choice_words(item: Item) -> dict[str, list[Answer]]:
    """Word, squeezed -> the values of a choice that it can mean: codes, labels, REDCap codes, and listed words."""
    found: dict[str, list[Answer]] = {}

    def say(word: str, value: Answer) -> None:
        values = found.setdefault(_squeezed(word), [])
        if value not in values:
            values.append(value)

    synonyms = table_words()["values"].get(_base_id(item.id), {})
    for choice in item.choices:
        say(str(choice.value), choice.value)
        say(choice.label, choice.value)
        say(re.sub(r"\s*\(.*\)", "", choice.label), choice.value)
        say(str(choice.value).replace("+", "plus"), choice.value)
        if isinstance(choice.value, int) and " – " in choice.label:
            say(choice.label.split(" – ", 1)[1], choice.value)
        for word in synonyms.get(str(choice.value), ()):
            say(word, choice.value)
    if {value.value for value in item.values} == {0, 1}:
        for kind, value in (("yes", 1), ("no", 0)):
            for word in words_of(kind):
                say(word, value)
    return {word: values for word, values in found.items() if word}


def _base_id(item_id: str) -> str:
    return item_id.replace("her2_core_", "her2_")


def _choice(item: Item, text: str) -> Meaning | Doubt:
    words = choice_words(item)
    asked = _asked_word(item, text)
    if asked is not None:
        return asked
    signed = _named_sign(item, text)
    if signed is not None:
        return signed
    for candidate in (text, _without_own_name(item, text)):
        values = words.get(_squeezed(candidate), [])
        if len(values) == 1:
            label = item.label_of(values[0])
            usual = _squeezed(text) in (_squeezed(str(values[0])), _squeezed(label))
            return Meaning(values[0], "" if usual else label)
    missing = _missing(item, text)
    if missing is not None:
        return missing
    if item.id.endswith("ish_result"):
        return _ish_with_numbers(item, text)
    allowed = ", ".join(str(choice.value) for choice in item.choices)
    unsettled = folded(text) in ("indeterminate", "inconclusive", "unbestimmt")
    return Doubt(f"none of {allowed}", MISSING if unsettled else _nearest(words, text))


def _asked_word(item: Item, text: str) -> Doubt | None:
    """Words that are a value for some people and "nothing known" for others."""
    word = folded(text)
    binary = {value.value for value in item.values} == {0, 1}
    if item.id.endswith("ish_result"):
        if re.fullmatch(r"-+|\(-\)", word):
            return Doubt("negative, or nothing stated?", "negative")
        if word in ("0", "1"):
            return Doubt("a code of your own?", "negative" if word == "0" else "positive")
    if binary and (
        re.fullmatch(r"-+|\(-\)", word) or word in ("none", "nil", "/", "无", "(+)", "±", "+/-", "(+)+")
    ):
        positive = "+" in word and word not in ("+/-",)
        return Doubt(
            "no, or nothing stated?" if "+" not in word else "weakly positive: yes or no?",
            "1" if positive else "0",
        )
    if binary and re.fullmatch(r"\d+", word):
        return Doubt("a code of your own?")
    return None


def _own_names(item: Item) -> str | None:
    """What a test is called in its own column."""
    if item.id.endswith("ish_result"):
        return _ISH_NAMES + "|her2"
    names = {"er": r"er|ör|estrogen receptor|oestrogen receptor", "pr": r"pr|pgr|progesterone receptor"}
    return names.get(item.id)


def _named_sign(item: Item, text: str) -> Meaning | None:
    """`ER-` and `FISH+`: a sign behind the name of the test is its result; without the name it may be a blank."""
    own = _own_names(item)
    match = re.fullmatch(rf"(?:(?:{own})[ :=/]*)+\(?([+-])\)?", folded(text)) if own else None
    if match is None:
        return None
    words = ("positive", "negative") if item.id.endswith("ish_result") else (1, 0)
    value = words[match[1] == "-"]
    return Meaning(value, item.label_of(value))


def _without_own_name(item: Item, text: str) -> str:
    """`ER positive` in the column of ER is "positive"."""
    own = _own_names(item)
    return re.sub(rf"\b(?:{own})\b[ :=-]*", "", folded(text)).strip(" ()") if own else text


def _nearest(words: Mapping[str, list[Answer]], text: str) -> str:
    if re.match(r"(not?|non|kein|keine|nicht|ohne|without)\b|不|无|未", folded(text)):
        # The nearest word to a negation is what it denies.
        return ""
    sure = {word: values for word, values in words.items() if len(values) == 1 and len(word) > 3}
    near = difflib.get_close_matches(_squeezed(text), sure, n=1, cutoff=0.8)
    return str(sure[near[0]][0]) if near else ""


def _ish_with_numbers(item: Item, text: str) -> Meaning | Doubt:
    """`not amplified (ratio 1.2, 2.8 copies)`: the result and its numbers."""
    rest, also = folded(text), {}
    core = "core_" if "_core_" in item.id else ""
    for pattern, name in ((_RATIO, "ratio"), (_COPIES, "copies")):
        match = pattern.search(rest)
        if match is not None:
            also[f"her2_{core}ish_{name}"] = float(next(filter(None, match.groups())).replace(",", "."))
            rest = rest[: match.start()] + rest[match.end() :]
    values = choice_words(item).get(_squeezed(re.sub(rf"[(),;]|{_ISH_NAMES}", " ", rest)), [])
    if len(values) == 1:
        return Meaning(values[0], item.label_of(values[0]), also)
    allowed = ", ".join(str(choice.value) for choice in item.choices)
    return Doubt(f"none of {allowed}", _nearest(choice_words(item), text))


# --- receptors ---------------------------------------------------------------------------------------------


def _receptor(item: Item, text: str, habits: ColumnHabits) -> Meaning | Doubt:
    """ER and PR: at least 1 % of stained nuclei is positive (ASCO/CAP 2020, doi:10.1200/JCO.19.02309)."""
    word = _without_own_name(item, text)
    signed = _named_sign(item, text)
    if signed is not None:
        return signed
    if re.fullmatch(_NUMBER, word):
        if habits.percents:
            positive = int(float(word.replace(",", ".")) >= 1)
            return Doubt("percentages (1 % or more is positive)?", str(positive), "percentages")
        return Doubt("a percentage, an Allred score, or a code?")
    asked = _asked_word(item, word)
    if asked is not None:
        return asked
    part = _PERCENT_SPREAD.search(word) or _PERCENT_PART.search(word)
    if part is None:
        return _choice(item, text)
    stated = _percent_status(part)
    if stated is None:
        return Doubt("positive is 1 % or more, and this may be either")
    rest = _squeezed(re.sub(r"[()+-]", " ", word[: part.start()] + word[part.end() :]))
    if rest and choice_words(item).get(rest, []) != [stated]:
        return Doubt("the word and the percentage do not agree, or the word is not known", str(stated))
    return Meaning(
        stated, f"{'positive' if stated else 'negative'}, from the percentage (1 % or more is positive)"
    )


def _percent_status(part: re.Match[str]) -> int | None:
    """1 or 0 where a percentage, a limit or a range lies on one side of 1 %; else None."""
    if part.re is _PERCENT_SPREAD:
        low, high = (float(value.replace(",", ".")) for value in part.groups())
        return 1 if 1 <= low <= high <= 100 else 0 if high < 1 else None
    sign, value = part[1], float(part[2].replace(",", "."))
    if value > 100:
        return None
    if sign in ("<", "<=", "≤"):
        return 0 if value < 1 or (value == 1 and sign == "<") else None
    if sign in (">", ">=", "≥"):
        return 1 if value >= 1 else None
    return int(value >= 1)


# --- HER2 IHC ----------------------------------------------------------------------------------------------


def _ihc(item: Item, text: str, habits: ColumnHabits) -> Meaning | Doubt:
    word = folded(text)
    if re.fullmatch(r"[1-3](?:\.0)?", word):
        return Doubt("a spreadsheet may have eaten the sign", f"{word[0]}+")
    if re.fullmatch(r"-+|\(-\)", word):
        return Doubt("score 0, or nothing stated?", "0")
    zero = _zero_stratum(item, word, habits)
    if zero is not None:
        return zero
    if says_missing(text):
        return Meaning(None, "nothing stated")
    ish = _ish_part(item, word)
    if isinstance(ish, Doubt):
        return ish
    rest, also = ish
    percent = _PERCENT_PART.search(rest)
    if percent is not None:
        if percent[1]:
            return Doubt("a score with a limit of stained cells", _first_score(rest))
        if "_core_" not in item.id:
            also["her2_percent"] = float(percent[2].replace(",", "."))
        rest = rest[: percent.start()] + rest[percent.end() :]
    rest = re.sub(_TEST_NAMES, " ", rest)
    rest = re.sub(r"[\s():=,;]+", "", rest)
    scores = list(_SCORE.finditer(rest))
    if len(scores) == 1 and scores[0].span() == (0, len(rest)):
        score = _score(scores[0])
        return Meaning(score, f"IHC {score}" + _worded(also), also)
    if len(scores) == 1:
        # "Negative (1+)": the word says again what the score says.
        beside, score = rest[: scores[0].start()] + rest[scores[0].end() :], _score(scores[0])
        if beside in table_words()["beside_a_score"][score]:
            return Meaning(score, f"IHC {score}" + _worded(also), also)
    known = choice_words(item).get(rest, []) if not rest.isdigit() else []
    if len(known) == 1:
        return Meaning(known[0], f"IHC {known[0]}", also)
    return _no_score(rest, scores)


def _no_score(rest: str, scores: Sequence[re.Match[str]]) -> Doubt:
    """What is asked where a cell is not one score."""
    named = {"negative": "", "neg": "", "positive": "3+", "pos": "3+", "equivocal": "2+", "borderline": "2+"}
    if rest in named or rest in ("negativ", "positiv", "low", "阴性", "阳性"):
        return Doubt("a word, where the score is needed (0, 1+, 2+, 3+)", named.get(rest, ""))
    if rest == "indeterminate":
        return Doubt("a word, where the score is needed (0, 1+, 2+, 3+)", MISSING)
    if len({_score(score) for score in scores}) > 1:
        return Doubt("more than one score", "")
    bare = re.fullmatch(r"[1-3]", rest)
    if bare:
        return Doubt("a spreadsheet may have eaten the sign", f"{rest}+")
    return Doubt("no score (0, 1+, 2+, 3+)", _first_score(rest))


def _zero_stratum(item: Item, word: str, habits: ColumnHabits) -> Meaning | Doubt | None:
    """The strata of IHC 0: null (no staining) and ultralow (0+, some staining in at most 10 %)."""
    staining = None if "_core_" in item.id else "her2_zero_staining"
    rest = re.sub(r"[\s():=,;\-/]+", "", re.sub(_TEST_NAMES, " ", word))
    if rest in ("0+", "ultralow", "0ultralow", "0+ultralow", "ultralow0+", "ultralow0"):
        return Meaning("0", "IHC 0, ultralow", {staining: "ultralow"} if staining else {})
    sure = rest in ("0null", "null0") or (rest == "null" and (habits.has_null or word != "null"))
    if sure or rest in ("0nostaining", "nostaining", "0absent"):
        return Meaning("0", "IHC 0, no staining", {staining: "no_staining"} if staining else {})
    if rest == "null":
        return Doubt("IHC 0 without staining, or nothing stated?", "0, no staining")
    return None


def _ish_part(item: Item, word: str) -> tuple[str, dict[str, Answer]] | Doubt:
    """Take `FISH-`, `ISH not amplified` and the like out of a cell; returns the rest and the ISH answers."""
    match = re.search(rf"[(/,; ]*(?<![a-z])({_ISH_NAMES})(?![a-z])[ :=]*(.*)$", word)
    if match is None:
        return word, {}
    said = match[2].strip(" ()/.,;:")
    core = "core_" if "_core_" in item.id else ""
    signs = {"-": "negative", "+": "positive", "": None}
    # "(FISH-)" and "(FISH +)" are results here; a bare "-" cannot be a blank, since somebody named the test.
    if said in signs:
        result = signs[said]
    else:
        values = {
            value
            for value, words in table_words()["values"]["her2_ish_result"].items()
            if _squeezed(said) in {_squeezed(value), *map(_squeezed, words)}
        }
        result = next(iter(values)) if len(values) == 1 else None
    before = word[: match.start()] + (
        ")" if word[: match.start()].count("(") > word[: match.start()].count(")") else ""
    )
    if result is None:
        return Doubt("an ISH result beside the score that is not clear", _first_score(before))
    return before, {f"her2_{core}ish_result": result}


def _score(match: re.Match[str]) -> str:
    if match[3]:
        return f"{len(match[3])}+"
    number = match[1] or match[2] or "0"
    return "0" if number == "0" else f"{number}+"


def _first_score(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    scores = {_score(match) for match in _SCORE.finditer(text)}
    other = re.search(r"\d", _SCORE.sub("", _PERCENT_PART.sub("", text)))
    return scores.pop() if len(scores) == 1 and not other else ""


def _worded(also: Mapping[str, Answer]) -> str:
    words = {"her2_ish_result": "ISH {}", "her2_core_ish_result": "ISH {}", "her2_percent": "{:g} % stained"}
    return "".join(", " + words[name].format(value) for name, value in also.items() if name in words)


# --- numbers and dates -------------------------------------------------------------------------------------


def _number(item: Item, text: str, habits: ColumnHabits) -> Meaning | Doubt:
    word, scale, unit_said = _without_unit(item, folded(text))
    spread, limit = _RANGE.fullmatch(word), _LIMIT.fullmatch(word)
    if spread is not None:
        low, high = (float(part.replace(",", ".")) for part in spread.groups())
        return Doubt("a range, where one number is needed", f"{(low + high) / 2 * scale:g}")
    if limit is not None:
        return Doubt("a limit, where a number is needed", f"{float(limit[2].replace(',', '.')) * scale:g}")
    if not _PLAIN_NUMBER.fullmatch(word):
        return Doubt(f"no number{_of_unit(item)}")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", word) and habits.decimal != ",":
        return Doubt("a decimal comma, or a comma of thousands?", word.replace(",", "."))
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", word) and habits.decimal == ",":
        return Doubt("a decimal point, or a point of thousands?", word)
    value = float(word.replace(",", ".")) * scale
    value = round(value, 9)
    if item.unit == "%" and not unit_said:
        share = f"{round(value * 100, 9):g}"
        if habits.fractions:
            return Doubt("shares of 1, or percent?", share, "fractions", f"{value:g}")
        if 0 < value < 1:
            return Doubt("a share of 1, or percent?", share)
    if item.kind == "integer" and not value.is_integer():
        return Doubt(f"a whole number is needed{_of_unit(item)}", f"{int(value)}")
    try:
        taken = item.accept(value)
    except HER2LowMRIError as error:
        return Doubt(f"needed {error.needed}", _sentinel(value) or _with_its_point(item, value))
    usual = _stands_so(text, taken) or (scale == 1 and _stands_so(word, taken))
    return Meaning(taken, "" if usual else f"{taken:g}{_of_unit(item)}")


def _sentinel(value: float) -> str:
    """Codes that data bases use for "missing", where they are not a possible value."""
    return MISSING if value in (-1, -9, -99, -999, 99, 999, 9999, 888, 777) else ""


def _with_its_point(item: Item, value: float) -> str:
    """What an impossible whole number was, if a table program took its decimal point for one of thousands."""
    smaller, low, high = value / 1000, item.minimum or 0.0, item.maximum or 0.0
    return f"{smaller:g}" if value.is_integer() and value >= 100 and low <= smaller <= high else ""


def _of_unit(item: Item) -> str:
    return "" if item.unit in (None, "1") else f" [{item.unit}]"


def _without_unit(item: Item, word: str) -> tuple[str, float, bool]:
    """The number, the factor to the item's unit, and whether a unit stood there."""
    if item.unit == "mm":
        match = re.fullmatch(rf"({_NUMBER}) ?cm", word)
        if match is not None:
            return match[1], 10.0, True
    for unit in sorted(table_words()["unit_of_a_number"].get(item.unit, ()), key=len, reverse=True):
        bare = word.removesuffix(unit).rstrip()
        if bare != word and re.search(r"\d$", bare):
            inner = re.sub(rf" ?{re.escape(unit)}(?= ?-)", "", bare)
            return inner, 1.0, True
    return word, 1.0, False


def _stands_so(text: str, value: Answer) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _date(item: Item, text: str, habits: ColumnHabits) -> Meaning | Doubt:
    missing = _missing(item, text)
    if missing is not None:
        return missing
    word = folded(text)
    word = re.sub(r"[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", word)
    found = _year_first(word) or _with_month_name(word) or _day_dot_month(word)
    if found is None and (match := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})", word)):
        return _slashed(match, habits)
    if found is None and re.fullmatch(r"[3-4]\d{4}(\.\d+)?", word):
        stored = _EXCEL_EPOCH + timedelta(days=float(word))
        return Doubt("a spreadsheet's number of a date?", stored.date().isoformat())
    day = _real_date(*found) if found else None
    if day is None:
        return Doubt("no date that can be told")
    return _possible(day) or Meaning(day, "" if day == text else day)


def _possible(day: str) -> Doubt | None:
    """What is asked of a date that no report can have; None where it can."""
    # The day may have begun elsewhere already.
    if date.fromisoformat(day) > date.today() + timedelta(days=1):
        return Doubt("a day that is still to come")
    return Doubt("a day before 1985") if day < _FIRST_REPORTS else None


def _year_first(word: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", word) or re.fullmatch(
        r"((?:19|20)\d{2})(\d{2})(\d{2})", word
    )
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _day_dot_month(word: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})", word)
    return (_year(match[3]), int(match[2]), int(match[1])) if match else None


@functools.cache
def _months() -> dict[str, int]:
    return {name: number for number, names in enumerate(table_words()["months"], start=1) for name in names}


def _with_month_name(word: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(\d{1,2})[. -]{1,2}([a-zä]+)[. -]{1,2}(\d{4}|\d{2})", word)
    if match and match[2] in _months():
        return _year(match[3]), _months()[match[2]], int(match[1])
    match = re.fullmatch(r"([a-zä]+)\.? (\d{1,2}),? (\d{4})", word)
    if match and match[1] in _months():
        return int(match[3]), _months()[match[1]], int(match[2])
    return None


def _slashed(match: re.Match[str], habits: ColumnHabits) -> Meaning | Doubt:
    first, second, year = int(match[1]), int(match[2]), _year(match[3])
    day_first = habits.day_first if max(first, second) <= 12 and first != second else first > 12
    if day_first is None:
        other = _real_date(year, first, second) or ""
        return Doubt("day or month first?", _real_date(year, second, first) or "", "dates", other)
    day = _real_date(year, second, first) if day_first else _real_date(year, first, second)
    return (_possible(day) or Meaning(day, day)) if day else Doubt("no such day")


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year > _LAST_OF_2000S else 2000)


def _real_date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
