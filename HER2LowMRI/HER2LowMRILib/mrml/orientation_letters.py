"""R and L, A and P, S and I at the edges of a slice view."""

import numpy as np
import vtk

# Towards the positive and the negative end of each axis of RAS.
_LETTERS = (("R", "L"), ("A", "P"), ("S", "I"))
# A direction that is tilted by less than this needs one letter only [share of a unit vector].
_TILTED = 0.35


def letters_of(direction: np.ndarray) -> str:
    """Name where a direction points to, the larger part first.

    Parameters
    ----------
    direction : ndarray, (3,)
        In RAS, of any length above 0.

    Returns
    -------
    str
        One letter, or two where the direction is tilted by more than 20 degrees.
    """
    unit = np.asarray(direction, float) / np.linalg.norm(direction)
    order = np.argsort(-np.abs(unit), kind="stable")
    named = [_LETTERS[axis][0 if unit[axis] > 0 else 1] for axis in order if abs(unit[axis]) > _TILTED]
    return "".join(named[:2])


def edge_letters(axes: np.ndarray) -> dict[str, str]:
    """Return the letters at the edges of a view.

    Parameters
    ----------
    axes : ndarray, (3, 3)
        Directions of the view in RAS as columns: right, up and out of the screen.
    """
    right, up = axes[:, 0], axes[:, 1]
    return {
        "right": letters_of(right),
        "left": letters_of(-right),
        "upper": letters_of(up),
        "lower": letters_of(-up),
    }


def show_letters(annotation: vtk.vtkCornerAnnotation, axes: np.ndarray | None) -> bool:
    """Write the letters at the edges of a view; None takes them away. Its corners are Slicer's own.

    Returns
    -------
    bool
        Whether they are others than before.
    """
    letters = edge_letters(axes) if axes is not None else {}
    edges = {
        "right": annotation.RightEdge,
        "left": annotation.LeftEdge,
        "upper": annotation.UpperEdge,
        "lower": annotation.LowerEdge,
    }
    changed = {
        place: letters.get(edge, "")
        for edge, place in edges.items()
        if (annotation.GetText(place) or "") != letters.get(edge, "")
    }
    for place, text in changed.items():
        annotation.SetText(place, text)
    if changed:
        annotation.GetTextProperty().SetShadow(True)
    return bool(changed)
