"""Pathology tables as hospitals write them, made from a known truth by seeded noise: forms, headers, cells."""

import csv
import io
import random
from dataclasses import dataclass

IHC, ISH = ("0", "1+", "2+", "3+"), ("negative", "positive", None)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ISH_WORDS = {
    "negative": ["negative", "NEG", "not amplified", "nicht amplifiziert", "-"],
    "positive": ["positive", "Pos.", "amplified", "+"],
}
SPECIMEN_WORDS = {
    "surgical": ["surgical", "Surgery", "resection", "OP", "手术"],
    "core": ["core", "core biopsy", "Biopsy", "Stanze", "穿刺"],
}
FIELDS = ("age", "er", "pr", "ki67_percent", "her2_ihc", "her2_ish_result", "her2_date", "her2_specimen")

HEADERS = {
    "en": {
        "case_id": ["case_id", "Case ID", " CASE ", "Case no.", "Study ID"],
        "age": ["age", "Age", "Age (years)", "Age at MRI", "AGE [y]"],
        "er": ["er", "ER", "ER status", "Estrogen receptor", "Estrogen Receptor (ER)"],
        "pr": ["pr", "PR", "PgR", "Progesterone receptor"],
        "ki67_percent": ["ki67_percent", "Ki-67", "Ki67 (%)", "Ki-67 [%]", "KI67 index", "MIB-1"],
        "her2_ihc": ["her2_ihc", "HER2 IHC", "HER2", "Her2/neu", "IHC score"],
        "her2_ish_result": ["her2_ish_result", "FISH", "HER2 FISH", "ISH result", "HER2 ISH"],
        "her2_date": ["her2_date", "Report date", "Date of report"],
        "her2_specimen": ["her2_specimen", "Specimen", "Specimen type"],
    },
    "de": {
        "case_id": ["Fall", "Fallnummer"],
        "age": ["Alter", "Alter (Jahre)"],
        "er": ["ÖR", "Östrogenrezeptor"],
        "pr": ["PgR", "Progesteronrezeptor"],
        "ki67_percent": ["Ki-67", "Ki-67 (%)"],
        "her2_ihc": ["HER2", "HER2 Immunhistochemie"],
        "her2_ish_result": ["FISH", "FISH Ergebnis"],
        "her2_date": ["Befunddatum"],
        "her2_specimen": ["Material"],
    },
    "zh": {
        "case_id": ["病例号", "研究编号"],
        "age": ["年龄"],
        "er": ["雌激素受体", "ER"],
        "pr": ["孕激素受体", "PR"],
        "ki67_percent": ["Ki67指数", "Ki-67（％）"],
        "her2_ihc": ["HER2免疫组化", "HER2"],
        "her2_ish_result": ["FISH结果", "HER2扩增"],
        "her2_date": ["报告日期"],
        "her2_specimen": ["标本"],
    },
}

# The fourteen forms: (name, separator or None for .xlsx, encoding, what stands around the table).
FORMS = (
    ("comma, UTF-8", ",", "utf-8", ""),
    ("UTF-8 with mark", ",", "utf-8-sig", ""),
    ("semicolon", ";", "utf-8", ""),
    ("tab", "\t", "utf-8", ""),
    ("UTF-16 of Excel", "\t", "utf-16", ""),
    ("UTF-16 without mark", ";", "utf-16-be", ""),
    ("Windows-1252", ";", "cp1252", ""),
    ("GB18030", ",", "gb18030", ""),
    ("sep= line", ";", "utf-8-sig", "sep"),
    ("blank rows and columns", ",", "utf-8", "blank"),
    ("title above", ";", "utf-8", "title"),
    ("old line ends", ",", "utf-8", "cr"),
    (".xlsx of text", None, "", ""),
    (".xlsx of numbers and dates", None, "", "numbers"),
)


@dataclass(frozen=True)
class Messy:
    """A table: content of the file, its suffix, and the truth (case -> field -> value)."""

    content: bytes
    suffix: str
    truth: dict
    form: str
    columns: dict


def truth_of(draw: random.Random, cases) -> dict:
    """Fields of each case, some of them not known."""
    found = {}
    for case_id in cases:
        fields = {
            "age": draw.randint(24, 90),
            "er": draw.choice((0, 1)),
            "pr": draw.choice((0, 1)),
            "ki67_percent": draw.choice((5.0, 12.5, 30.0, 55.0, 80.0, 1.0, 0.5, 100.0)),
            "her2_ihc": draw.choice(IHC),
            "her2_ish_result": draw.choice(ISH),
            "her2_date": f"20{draw.randint(15, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "her2_specimen": draw.choice(("surgical", "core")),
        }
        if fields["her2_ihc"] == "0" and draw.random() < 0.5:
            fields["her2_zero_staining"] = draw.choice(("ultralow", "no_staining"))
        known = {k: v for k, v in fields.items() if v is not None and draw.random() > 0.08}
        if "her2_ihc" not in known:
            known.pop("her2_zero_staining", None)
        found[case_id] = known
    return found


def _receptor(draw, value, habit):
    share = draw.choice((1, 5, 40, 90, 100)) if value else 0
    return draw.choice(
        {
            "code": [str(value), f"{value}.0"],
            "words": [("neg", "pos")[value], ("Negative", "Positive")[value], ("negativ", "POSITIV")[value]],
            "signs": [("-", "+")[value], ("-", "++")[value], ("(-)", "+++")[value]],
            "percent": [
                f"{share} %",
                f"{share}%",
                ("<1 %", ">10%")[value],
                f"{('neg', 'pos')[value]} ({share} %)",
            ],
            "bare": [str(share)],
            "yes": [("no", "yes")[value], ("nein", "ja")[value], ("否", "是")[value], ("FALSE", "TRUE")[value]],
        }[habit]
    )  # fmt: skip


def _number(draw, value, habit, unit):
    text = f"{value:g}"
    if habit == "comma":
        text = text.replace(".", ",")
    if habit == "fraction":
        return f"{value / 100:.4g}"
    if habit == "unit":
        return text + draw.choice((unit, f" {unit}"))
    if habit == "vague":
        return draw.choice((f"ca. {text}", f"~{text}", text, f"{max(0, value - 5):g}-{value + 5:g}"))
    return text


def _ihc(draw, fields, habit):
    score, staining = fields["her2_ihc"], fields.get("her2_zero_staining")
    if score == "0":
        # The stratum stands in the cell, where the report has it.
        words = {
            "ultralow": ["0+", "ultralow", "0 (ultralow)"],
            "no_staining": ["null", "HER2-null", "0 (null)"],
        }
        return draw.choice(words.get(staining, ["0", "IHC 0", "0 "]))
    ish = fields.get("her2_ish_result")
    sign = {"positive": "+", "negative": "-"}.get(ish, "")
    both = f"{score} (FISH{draw.choice((' ', ''))}{sign})" if sign and score == "2+" else score
    return {
        "plain": score,
        "eaten": score[0],
        "wordy": draw.choice((f"HER2 {score}", f"IHC {score}", f"Score {score}", f"HER2 ({score})")),
        "signs": "+" * int(score[0]),
        "blanks": draw.choice((f" {score[0]} + ", f"{score[0]}＋", f"＋{score[0]}")),
        "redcap": f"{score[0]}plus",
        "both": both,
    }[habit]  # fmt: skip


def _date(draw, value, habit):
    year, month, day = value.split("-")
    return {
        "iso": value,
        "dots": f"{int(day)}.{int(month)}.{year}",
        "short": f"{day}.{month}.{year[2:]}",
        "slashes": f"{int(day)}/{int(month)}/{year}",
        "american": f"{int(month)}/{int(day)}/{year}",
        "words": f"{day}-{MONTHS[int(month) - 1]}-{year}",
        "chinese": f"{year}年{int(month)}月{int(day)}日",
        "packed": value.replace("-", ""),
    }[habit]


def _habits(draw) -> dict:
    return {
        "er": draw.choice(("code", "words", "signs", "percent", "bare", "yes")),
        "pr": draw.choice(("code", "words", "signs", "percent", "bare", "yes")),
        "ki67_percent": draw.choice(("plain", "comma", "unit", "fraction", "vague")),
        "age": draw.choice(("plain", "plain", "unit")),
        "her2_ihc": draw.choice(("plain", "eaten", "wordy", "signs", "blanks", "redcap", "both")),
        "her2_date": draw.choice(
            ("iso", "dots", "short", "slashes", "american", "words", "chinese", "packed")
        ),
    }


def _cells(draw, fields, habits, encoding) -> dict:
    cells = {}
    for name, value in fields.items():
        habit = habits.get(name, "")
        if name in ("er", "pr"):
            cells[name] = _receptor(draw, value, habit)
        elif name in ("age", "ki67_percent"):
            unit = "%" if name != "age" else draw.choice(("y", "years", "Jahre", "岁"))
            cells[name] = _number(draw, value, habit, unit)
        elif name == "her2_ihc":
            cells[name] = _ihc(draw, fields, habit)
        elif name == "her2_date":
            cells[name] = _date(draw, value, habit)
        elif name == "her2_ish_result":
            cells[name] = draw.choice(ISH_WORDS[value])
        elif name == "her2_specimen":
            cells[name] = draw.choice(SPECIMEN_WORDS[value])
    plain = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in fields.items()}
    return {name: cell if _fits(cell, encoding) else plain[name] for name, cell in cells.items()}


def _fits(cell, encoding) -> bool:
    try:
        cell.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def messy_table(seed: int, cases=("P01", "P02", "007", "P4", "A-5", "P06")) -> Messy:
    """A table by its seed."""
    draw = random.Random(seed)
    form, separator, encoding, around = FORMS[seed % len(FORMS)]
    truth, habits = truth_of(draw, cases), _habits(draw)
    language = {"cp1252": "de", "gb18030": "zh"}.get(encoding) or draw.choice(("en", "en", "de", "zh"))
    order = ["case_id", *draw.sample(FIELDS, len(FIELDS))]
    names = {name: draw.choice(HEADERS[language][name]) for name in order}
    extra = draw.choice(([], ["Bemerkungen zum Fall"], ["Name"], ["Lfd. Nr."]))
    missing = draw.choice(("", "n/a", "unknown", "[Not Available]", "k.A.", "?"))
    rows = []
    for case_id, fields in truth.items():
        cells = _cells(draw, fields, habits, encoding)
        shown = {"007": draw.choice(("007", "7"))}.get(
            case_id, draw.choice((case_id, case_id.lower(), f" {case_id} "))
        )
        rows.append([shown, *(cells.get(name, missing) for name in order[1:]), *("x" for _ in extra)])
    header = [*names.values(), *extra]
    rows = _with_rows_of_no_case(random.Random(f"no case {seed}"), order, rows, len(header))
    if separator is None:
        return Messy(_sheet(header, rows, around), ".xlsx", truth, form, names)
    text = _text(draw, header, rows, separator, around)
    return Messy(text.encode(encoding), ".csv", truth, form, names)


UNITS = {"age": "years", "er": "%", "pr": "%", "ki67_percent": "%", "her2_ihc": "score", "her2_date": "date"}


def _with_rows_of_no_case(draw, order, rows, width) -> list:
    """A line of units, ids with a mark, totals and remarks, now and then."""
    rows = [list(row) for row in rows]
    if draw.random() < 0.15:
        place = draw.randrange(len(rows))
        rows[place][0] = rows[place][0].strip() + draw.choice(("*", " *", " (2)"))
    if draw.random() < 0.15:
        units = [UNITS.get(name, "") for name in order]
        rows.insert(0, [*units, *[""] * (width - len(units))])
    if draw.random() < 0.25:
        for word in draw.sample(("Total", "Summe", "Mean:", "Mittelwert", "MEDIAN"), draw.randint(1, 2)):
            rows.append([word, *(draw.choice(("", "6", "53.8")) for _ in range(width - 1))])
    if draw.random() < 0.2:
        remark = draw.choice(("* FISH pending", "Source: pathology archive", "Stand 03/2024, Pathologie"))
        rows.append([remark, *[""] * (width - 1)])
    return rows


def _text(draw, header, rows, separator, around) -> str:
    stream = io.StringIO(newline="")
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(
        stream, delimiter=separator, quoting=quoting, lineterminator="\r" if around == "cr" else "\r\n"
    )
    if around == "sep":
        stream.write(f"sep={separator}\r\n")
    if around == "title":
        writer.writerow(["Pathology export 2025", *[""] * (len(header) - 1)])
        writer.writerow([""] * len(header))
    pad = [""] * 3 if around == "blank" else []
    for line in (header, *rows):
        writer.writerow([*line, *pad])
        if around == "blank" and draw.random() < 0.3:
            writer.writerow([""] * (len(header) + 3))
    return stream.getvalue()


def _sheet(header, rows, around) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(header)
    for line, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            value = cell
            if around == "numbers" and column > 1:
                try:
                    value = float(cell)
                    value = int(value) if value.is_integer() else value
                except ValueError:
                    value = cell
            sheet.cell(line, column, None if value == "" else value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
