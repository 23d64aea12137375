"""b-values from the frame labels that Slicer's MultiVolume importer writes."""

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
