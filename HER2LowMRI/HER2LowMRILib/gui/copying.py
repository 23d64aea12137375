"""How images of a folder get into a study: left where they are, copied, or copied without identity."""

from slicer.i18n import tr as _

from HER2LowMRILib.workflow.folder_of_patients import FolderWishes

# Of a message in the panel, above the page.
_MOST_LINES = 9
_STAY, _AS_THEY_ARE, _WITHOUT_IDENTITY = range(3)


def fill_copying(combo: object) -> None:
    """Offer the ways; the images stay where they are unless another way is chosen."""
    combo.addItems(
        [
            _("The images stay where they are"),
            _("Copy them into the study as they are"),
            _("Copy them into the study, without identity"),
        ]
    )
    combo.setToolTip(
        _(
            "Copies lie under the case ids, so that no reader sees a patient's folder. Without identity, names, ids, "
            "dates and UIDs are taken out of the DICOM headers (PS3.15 basic profile)."
        )
    )


def folder_wishes(combo: object, keep_names: object, names: object) -> FolderWishes:
    """What is chosen in the combo box and the two check boxes."""
    way = combo.currentIndex
    return FolderWishes(
        keep_names=bool(keep_names.checked),
        copy=way in (_AS_THEY_ARE, _WITHOUT_IDENTITY),
        deidentify=way == _WITHOUT_IDENTITY,
        b_from_names=bool(names.checked),
    )


def shortened(lines: list[str]) -> list[str]:
    """The first lines of what was said of many cases; all of it stands in the list of a folder that is looked at."""
    if len(lines) <= _MOST_LINES:
        return lines
    text = _("… and {count} more lines: look at the folder on the page Cohort.")
    return [*lines[: _MOST_LINES - 1], text.format(count=len(lines) - _MOST_LINES + 1)]
