"""Words of the vocabulary in the language of the application; the English of a definition stays beside it."""

from slicer.i18n import translate

from HER2LowMRILib.core.lexicon import Item

CONTEXT = "HER2LowMRI.lexicon"


def label_text(label: str) -> str:
    """A question or an answer."""
    return translate(CONTEXT, label) if label else label


def definition_text(definition: str) -> str:
    """A definition; where it is translated, the words that the readers agreed on follow."""
    translated = label_text(definition)
    return definition if translated == definition else f"{translated}\n{definition}"


def unit_text(item: Item) -> str:
    """The unit of a typed answer; empty where there is none."""
    return "" if item.unit in (None, "1") else label_text(item.unit)
