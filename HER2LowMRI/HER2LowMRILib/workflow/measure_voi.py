"""Measure one VOI on map files: the feature row of one lesion, without a study."""

from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib import __version__
from HER2LowMRILib.core.columns import columns
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import VoiFeatures
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.voi import VoiGeometry
from HER2LowMRILib.images.dicom_object import header_of, is_dicom_object
from HER2LowMRILib.images.intake.image_files import is_image_file
from HER2LowMRILib.images.map_files import MAP_FILES, read_record
from HER2LowMRILib.images.voi_files import Voi, read_voi
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.workflow.case_maps import Row, fit_columns, given_files, maps_of_case
from HER2LowMRILib.workflow.measure_maps import measure_placed, place_voi
from HER2LowMRILib.workflow.voi_examination import check_examination

_OWNER = ("PatientID", "PatientIdentityRemoved")
_OF_A_STUDY = ("lexicon_edition", "synthetic")


def row_columns(features: FeatureSet | None = None) -> tuple[str, ...]:
    """Columns of the row: those of a study's tables that follow from maps and a VOI."""
    groups = ("feature", "voi", "provenance")
    table = columns("features", measured=features)
    after = [column.name for column in table].index("software_version")
    names = [column.name for number, column in enumerate(table) if column.group in groups and number <= after]
    return tuple(name for name in names if name not in _OF_A_STUDY)


ROW_COLUMNS = row_columns()


@dataclass(frozen=True)
class MeasuredVoi:
    """The features of a VOI and what there is to say about them.

    Attributes
    ----------
    row : dict
        Column -> value, in the order of ``row_columns``; None: missing.
    features : VoiFeatures
    geometry : VoiGeometry
    voi : Voi
    warnings : tuple of Notice or str
        Of the files, the geometry and the features.
    options : FitOptions
        How the maps were fitted, where that is known.
    """

    row: Row
    features: VoiFeatures
    geometry: VoiGeometry
    voi: Voi
    warnings: tuple[Notice | str, ...]
    options: FitOptions = field(default_factory=FitOptions)


def measure_voi_files(
    adc: Path | None,
    d_app: Path | None,
    k_app: Path | None,
    voi: Path,
    segments: tuple[str, ...] | None = None,
    features: FeatureSet | None = None,
    adc_unit: str | None = None,
) -> MeasuredVoi:
    """Measure the features of one VOI on ADC, D_app and K_app maps.

    Parameters
    ----------
    adc, d_app, k_app : Path or None
        The map files, those there are; or only ``adc``: the folder that ``her2lowmri maps`` wrote.
    voi : Path
        ``.seg.nrrd`` or label map.
    segments : tuple of str, optional
        Segments whose union is the VOI; the lesion when left out.
    features : FeatureSet, optional
        What is measured.
    adc_unit : str, optional
        Unit of the ADC map where it states none, e.g. ``1e-6 mm2/s``.

    Returns
    -------
    MeasuredVoi

    Raises
    ------
    ImageError
        When a file cannot be read, there is no map, or the VOI is empty or outside the maps.
    """
    features = features or FeatureSet()
    if adc is None and d_app is None and k_app is None:
        raise ImageError("There is no map", needed="--adc, --d-app or --k-app", found="none")
    images = CaseImages(
        adc=None if adc is None else Path(adc),
        d_app=None if d_app is None else Path(d_app),
        k_app=None if k_app is None else Path(k_app),
    )
    of_owner = _of_another(images, Path(voi))
    b_values, averages, options = _fit_of(images, features)
    case = maps_of_case(images, options, features, adc_unit=adc_unit)
    region = read_voi(voi, case.grid, segments=segments)
    measured = measure_placed(case, {"": place_voi(case, region.outline)})[""]
    voxels = [measured.features.voxels[name] for name in case.names]
    if not any(voxels):
        raise ImageError(
            "The VOI has no voxel that can be measured",
            needed="at least one voxel with a valid value",
            found=f"{measured.geometry.voi_voxels} voxels, all of them left out",
            todo="Look at fit_quality.nrrd, and whether the VOI lies on tissue.",
        )
    row = measured.row | {"software_version": __version__}
    if b_values:
        row |= fit_columns(b_values, averages, options, case.names)
    return MeasuredVoi(
        {name: row.get(name) for name in row_columns(features)},
        measured.features,
        measured.geometry,
        region,
        (*of_owner, *case.notices, *region.warnings, *measured.warnings),
        options,
    )


def _of_another(images: CaseImages, voi: Path) -> tuple[Notice, ...]:
    """Refuse a DICOM VOI of another patient or examination than that of DICOM maps, where both say whose they are.

    Returns
    -------
    tuple of Notice
        That it cannot be compared: one states a pseudonym, the other a patient id.
    """
    if not voi.is_file() or is_image_file(voi) or not is_dicom_object(voi):
        return ()
    header = header_of(voi, _OWNER)
    drawn_in = str(header.get("PatientID") or "").strip()
    removed = str(header.get("PatientIdentityRemoved") or "").upper()
    places = [place for role in MAP_FILES if (place := images.map_place(role)) is not None]
    is_known = False
    for place in places:
        stated = stated_in(place, _OWNER)
        of_map = "".join(stated.get("PatientID", ()))
        is_known |= bool(drawn_in) and drawn_in == of_map
        if not drawn_in or not of_map or drawn_in == of_map:
            continue
        given = "".join(stated.get("PatientIdentityRemoved", ())).upper()
        if (removed == "YES") != (given == "YES"):
            text = "Whether the VOI is of the patient of the maps cannot be told: one of them states a pseudonym."
            return (Notice("voi_owner_unknown", text),)
        raise ImageError(
            "The VOI belongs to another patient than the maps",
            needed="one patient id in both",
            found="two",
            todo="Give the VOI that was drawn on these images",
        )
    return check_examination(voi, places, is_known)


def _fit_of(
    images: CaseImages, features: FeatureSet
) -> tuple[tuple[float, ...], tuple[float, ...], FitOptions]:
    """How the maps were fitted, where all of them are of one folder that ``her2lowmri maps`` wrote."""
    files = given_files(images, features.maps)
    folders = {file.parent for file in files.values()}
    own = all(MAP_FILES.get(role) == file.name for role, file in files.items())
    return read_record(folders.pop()) if own and len(folders) == 1 else ((), (), FitOptions())
