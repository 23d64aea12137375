"""docs/security.md says what the program does: every test that it names is there, and it names enough of them."""

import re
from pathlib import Path

TESTING = Path(__file__).parent


def test_every_promise_of_the_security_page_has_its_test():
    page = (TESTING.parents[1] / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    there = {
        name
        for file in TESTING.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    }
    assert len(named) >= 15
    assert named - there == set()
