"""Text that breaks careless programs: formulas, quotes, line ends, NUL, right-to-left, emoji, very long."""

import itertools
import random

PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-1.2e-05",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "'",
    "''",
    "'=1",
    '"',
    '""',
    '"=1"',
    ",",
    ",,",
    ";",
    "a,b",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\0",
    "a\0b",
    "\x1b[31m",
    "\x7f",
    "\u202e=reversed",
    "مرحبا",
    "שלום",
    "乳腺癌",
    "乳房MRI，非肿块",
    "👩‍⚕️",
    "🇫🇷",
    "e\u0301",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    "\u2028",
    "\u2029",
    "NULL",
    "None",
    "nan",
    "NaN",
    "inf",
    "true",
    "0",
    "1e5",
    "not_assessable",
    "",
    " ",
    "  padded  ",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "%s%n",
    "../../etc",
    "C:\\CON",
    "DROP TABLE cases;--",
    "\\",
    "\\n",
    "# comment",
    "sep=;",
    "HYPERLINK(1)",
    "ﬁ",
    "Å",
    "ß",
    "İ",
    "\u0000=1",
    "\ud7ff",
    "\U0010ffff",
    "x" * 10_000,
    "=" * 10_000,
)


def hostile_strings(count: int = 600, seed: int = 7) -> list[str]:
    """At least ``count`` strings: each payload alone, then seeded combinations of two and three."""
    strings = list(PAYLOADS)
    draw = random.Random(seed)
    short = [payload for payload in PAYLOADS if len(payload) < 100]
    pairs = list(itertools.product(short, short))
    strings += ["".join(pair) for pair in draw.sample(pairs, max(0, count - len(strings)) // 2)]
    while len(strings) < count:
        strings.append("".join(draw.choices(short, k=3)))
    return strings
