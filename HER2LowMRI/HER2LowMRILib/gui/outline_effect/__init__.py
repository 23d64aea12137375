"""The Segment Editor effect of this module: assisted outline, slices carried on and filled in, line that snaps."""

from pathlib import Path

# What it is called in the Segment Editor; editors find effects by this name, so it is not translated.
NAME = "Assisted outline"
SOURCE = Path(__file__).with_name("SegmentEditorEffect.py")
_ICONS = Path(__file__).parents[3] / "Resources" / "Icons"
# On dark buttons (True) and on light ones.
ICON = {False: _ICONS / "AssistedOutline.png", True: _ICONS / "AssistedOutlineDark.png"}


class Desk:
    """Where the effect finds the panel's drawing: Slicer makes effects by itself, one for every editor."""

    session: object = None
    # Called with a line of text to be shown beside the drawing.
    say: object = staticmethod(lambda _text: None)
    # Called before an outline changes: what was drawn before is saved, so that a crash costs the slice in hand at most.
    keep: object = staticmethod(lambda: None)


def register() -> None:
    """Make the effect known to every Segment Editor; once is enough, and again does nothing."""
    import qSlicerSegmentationsEditorEffectsPythonQt as effects

    effect = effects.qSlicerSegmentEditorScriptedEffect(None)
    effect.setPythonSource(SOURCE.as_posix())
    effect.self().register()
