"""b-values from the frame labels that Slicer's MultiVolume importer writes."""

from collections.abc import Sequence

from HER2LowMRILib.images.intake.b_value import decode_number


def b_values_of_labels(labels: str, tag_name: str) -> list[float] | None:
    """b-values of ``MultiVolume.FrameLabels``, believed only where the tag they came from is a b-value.

    Parameters
    ----------
    labels : str
        Comma-separated, one per frame, e.g. ``"0.0,800.0,1400.0,2000.0"``.
    tag_name : str
        ``MultiVolume.FrameIdentifyingDICOMTagName``, e.g. ``Siemens.B-value``. Labels of other tags (times,
        instance numbers, flip angles) look just the same and are not b-values.

    Returns
    -------
    list of float or None
        [s/mm2]; None if the labels are not b-values.
    """
    if not tag_name.strip().lower().replace("_", "-").endswith("b-value"):
        return None
    values = [decode_number(part) for part in labels.split(",")]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


_INDEX_NAMES = ("b", "b-value", "b-values", "bvalue", "bvalues", "bval", "bvals")
_INDEX_UNITS = ("s/mm2", "s/mm^2", "s/mm²", "s/mm**2", "s·mm-2", "s mm-2", "s*mm^-2")
INDEX_WANTED = 'the index name "b" with the unit "s/mm2", or the index name "b-value"'
"""What an index of a sequence is called that holds b-values."""


def b_values_of_index(name: str, unit: str, values: Sequence[str]) -> list[float] | None:
    """b-values of the index of a sequence, believed only where its name or its unit says so.

    Parameters
    ----------
    name, unit : str
        Of the index, e.g. "b" and "s/mm2"; "b" alone could be many things and needs its unit.
    values : sequence of str
        One for each frame.

    Returns
    -------
    list of float or None
        [s/mm2]; None if the index is not one of b-values.
    """
    called = name.strip().lower().replace("_", "-").replace(" ", "-")
    measured = unit.strip().lower()
    if (
        called not in _INDEX_NAMES
        or (measured and measured not in _INDEX_UNITS)
        or (called == "b" and not measured)
    ):
        return None
    found = [decode_number(value) for value in values]
    known = [value for value in found if value is not None]
    return known if known and len(known) == len(found) else None
