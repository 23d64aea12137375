"""Counted words in the sentences about a table."""

from collections import Counter


def counted_words(values: Counter[str], most: int = 3) -> str:
    """The commonest values with how often they occur: "'strong' (2x), 'weak' (1x) and others"."""
    words = [f"{value} ({count}x)" for value, count in values.most_common(most)]
    return ", ".join(words) + (" and others" if len(values) > most else "")
