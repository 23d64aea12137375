"""Words of the vocabulary in the language of the application; the English of a definition stays beside it."""

from slicer.i18n import translate

CONTEXT = "HER2LowMRI.lexicon"


def label_text(label: str) -> str:
    """A question or an answer."""
    return translate(CONTEXT, label) if label else label


def definition_text(definition: str) -> str:
    """A definition; where it is translated, the words that the readers agreed on follow."""
    translated = label_text(definition)
    return definition if translated == definition else f"{translated}\n{definition}"
