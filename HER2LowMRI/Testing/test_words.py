"""Messages, labels and pages are natural English: the word-by-word renderings that crept in before stay out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Pattern -> how it is said.
PATTERNS = {
    r"(?<!here )\b(?:is|are) no (?!(?:longer|more|medical|other|further|one|way|good|b)\b)[A-Za-z]": "is not a",
    r"\bcan be told to be\b": "is",
    r"\bis said to be no\b": "is said not to be",
}
PAGES = [
    path
    for pattern in ("HER2LowMRI/HER2LowMRILib/**/*.py", "HER2LowMRI/Resources/UI/*.ui", "docs/*.md", "*.md")
    for path in sorted(ROOT.glob(pattern))
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=PATTERNS.values())
def test_no_page_or_message_is_a_word_by_word_rendering(pattern):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}"
        for path in PAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert found == []
