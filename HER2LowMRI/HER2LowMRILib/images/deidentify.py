"""DICOM images without identity: only what an image needs is kept, everything else is removed or replaced.

DICOM PS3.15 table E.1-1, Basic Application Level Confidentiality Profile, with the options Retain Safe Private,
Retain Longitudinal Temporal Information With Modified Dates, and Clean Descriptors. The table lists what must go; here
the rule is turned round, because makers add elements faster than tables: what is not on a list of acquisition, geometry
and pixel elements goes. What is drawn into the pixels is not looked at; images that say so are refused.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import open_regular
from HER2LowMRILib.images.derived_uid import STANDARD_ROOT, derived_from_uid, number_of
from HER2LowMRILib.images.intake.csa_header import csa_value
from HER2LowMRILib.images.intake.deflated import refuse_endless
from HER2LowMRILib.images.intake.dicom_frames import hush_pydicom
from HER2LowMRILib.images.intake.vendor_tags import (
    GE_B,
    GE_BIAS,
    GE_DIFFUSION_DIRECTION,
    GE_GRADIENT,
    GE_IMAGE_TYPE,
    GE_VAS_COLLAPSE,
    PHILIPS_B,
    PHILIPS_DIRECTION,
    PHILIPS_FRAME_SEQUENCE,
    PHILIPS_GRADIENT,
    PHILIPS_SCALE_SLOPE,
    SIEMENS_B,
    SIEMENS_CSA,
    SIEMENS_DIRECTIONALITY,
    SIEMENS_GRADIENT,
    SIEMENS_TILES,
    UIH_B,
    UIH_GRADIENT,
    UIH_TILE_SEQUENCE,
    UIH_TILES,
)

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

# Groups whose elements describe acquisition, place and pixels; text in them is cleaned.
_IMAGE_GROUPS = (0x0018, 0x0020, 0x0028, 0x2050, 0x5200, 0x7FE0)
_KEPT = frozenset(
    (
        "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "Modality", "Manufacturer",
        "ManufacturerModelName", "SeriesDescription", "ComplexImageComponent", "AcquisitionContrast",
        "PixelPresentation", "VolumetricProperties", "VolumeBasedCalculationTechnique", "FrameType",
        "DerivationDescription", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "StudyTime",
        "SeriesTime", "AcquisitionTime", "ContentTime", "AcquisitionDateTime", "ReferencedImageSequence",
        "ReferencedSOPClassUID", "ReferencedSOPInstanceUID", "Laterality", "RealWorldValueMappingSequence",
        "RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped", "RealWorldValueIntercept",
        "RealWorldValueSlope", "MeasurementUnitsCodeSequence", "CodeValue", "CodingSchemeDesignator",
        "QuantityDefinitionSequence", "ConceptNameCodeSequence", "ConceptCodeSequence", "LUTLabel",
    )
)  # fmt: skip
# Elements of the image groups that name people, places, devices, or hold free text.
_NOT_KEPT = frozenset(
    (
        "DeviceSerialNumber", "DeviceUID", "GantryID", "SecondaryCaptureDeviceID", "OperatorsName",
        "FrameComments", "RequestedSeriesDescription", "StudyID", "ProtocolContextSequence",
        "AcquisitionComments", "ContributingEquipmentSequence", "AcquisitionProtocolDescription",
        "ReasonForRequestedProcedureCodeSequence", "InstitutionName", "CassetteID", "PlateID", "DetectorID",
        "DeviceDescription", "LongDeviceDescription", "DeviceDiameterUnits", "StationName", "PixelDataProviderURL",
        "DateOfLastCalibration", "TimeOfLastCalibration", "DateOfSecondaryCapture", "TimeOfSecondaryCapture",
    )
)  # fmt: skip
_CLEANED = frozenset(
    (
        "SeriesDescription",
        "ProtocolName",
        "SequenceName",
        "PulseSequenceName",
        "LUTLabel",
        "DerivationDescription",
    )
)
_PRIVATE = (
    SIEMENS_B, SIEMENS_DIRECTIONALITY, SIEMENS_GRADIENT, SIEMENS_TILES, GE_B, GE_BIAS, GE_IMAGE_TYPE, GE_VAS_COLLAPSE,
    GE_DIFFUSION_DIRECTION, *GE_GRADIENT, PHILIPS_B, PHILIPS_DIRECTION, *PHILIPS_GRADIENT, PHILIPS_SCALE_SLOPE, UIH_B,
    UIH_GRADIENT, UIH_TILES, UIH_TILE_SEQUENCE, PHILIPS_FRAME_SEQUENCE,
)  # fmt: skip
# Words of sequences; any other word of a description may be a name.
_WORDS = """
adc dwi diff diffusion dki ivim trace tracew tra ax axial sag sagittal cor coronal obl oblique ep ep2d epi
resolve se tse fse gre spair spir stir fs fatsat fat sat dixon water inphase t1 t1w t2 t2w pd flair vibe thrive
vibrant lava views twist dce dyn dynamic pre post contrast gd native sub subtraction mip map maps b bvalue
values breast mamma mammography bilateral left right li re both uni d app dapp k kapp ms mm s2 s iso isotropic
synthetic syn dw calc calculated computed high low res multi shot loc localizer localiser scout survey ph phase
phases space cube blade propeller tirm fl3d fl2d tfe ffe no nav resp gated acquisition series e1 e2 r1 r2 ave
average of diffusivity kurtosis exp eadc fa tensor ultrafast ufast abbreviated reformatted mpr
"""
_SEQUENCE_WORDS = frozenset(_WORDS.split())
_NUMBER_WORD = re.compile(r"b?[0-9]{1,4}(?:[tsx]|nd|rd|st|th|min|sec|mm|ms|dyn|d)?")
_CANON_COMMENT = re.compile(r"b=\d{1,5}(?:\.\d+)?\([-\d.]+,[-\d.]+,[-\d.]+\)")


class Deidentifier:
    """Writes images of one case without identity.

    Parameters
    ----------
    case_id : str
        Takes the place of name and patient id.
    token : callable
        Text -> a word that cannot be turned back without the study's key (`CoordinatorView.pseudonym`): UIDs are made
        of it, the same for the same UID in every file, and the number of days by which the dates are moved.
    """

    def __init__(self, case_id: str, token: Callable[[str], str]):
        self._case_id, self._token = case_id, token
        self._days = 365 + number_of(token(f"dates of {case_id}")) % 3650
        self.removed: Counter[str] = Counter()

    def write(self, source: Path, target: Path) -> None:
        """Write one file; what was removed is counted by name in ``removed``.

        Raises
        ------
        ImageError
            If the file is not a DICOM image, or says that text is drawn into its pixels.
        """
        import pydicom

        hush_pydicom()
        try:
            with open_regular(source) as stream:
                refuse_endless(stream, "an image")
            data = pydicom.dcmread(source, force=True)
        except Exception as error:
            raise ImageError("an image cannot be de-identified", needed="a whole DICOM file") from error
        if str(data.get("BurnedInAnnotation", "")).upper() == "YES" or str(
            data.get("SOPClassUID", "")
        ).startswith("1.2.840.10008.5.1.4.1.1.7"):
            raise ImageError(
                "an image cannot be de-identified",
                needed="an image without text drawn into it",
                found="a screen capture, or one that says so",
                todo="Take it out of the folder",
            )
        self._keep_b_value(data)
        self._clean(data)
        data.PatientName, data.PatientID = self._case_id, self._case_id
        data.PatientBirthDate, data.PatientSex = "", ""
        data.StudyID, data.AccessionNumber, data.ReferringPhysicianName = "", "", ""
        data.PatientIdentityRemoved = "YES"
        data.DeidentificationMethod = "DICOM PS3.15 basic profile, HER2LowMRI"
        data.DeidentificationMethodCodeSequence = _method_codes()
        data.LongitudinalTemporalInformationModified = "MODIFIED"
        meta = data.file_meta
        meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        for name in ("SourceApplicationEntityTitle", "SendingApplicationEntityTitle", "PrivateInformation",
                     "ReceivingApplicationEntityTitle", "PrivateInformationCreatorUID"):  # fmt: skip
            if name in meta:
                delattr(meta, name)
        data.preamble = b"\0" * 128
        data.save_as(target, enforce_file_format=True)

    def _keep_b_value(self, data: "Dataset") -> None:
        """The b-value that only the maker's text header states becomes public; that header goes."""
        group, element, creator = SIEMENS_CSA
        try:
            csa = data.private_block(group, creator)[element].value
            value = csa_value(csa, "B_value") if isinstance(csa, bytes) else None
            if value is not None and "DiffusionBValue" not in data:
                data.DiffusionBValue = float(str(value))
        except (KeyError, ValueError, TypeError):
            return

    def _clean(self, data: "Dataset") -> None:
        safe = self._safe_private(data)
        for element in list(data):
            tag = element.tag
            if tag.is_private and int(tag) not in safe:
                self._remove(data, element, "private element")
            elif not tag.is_private and not _is_kept(element):
                self._remove(data, element, element.keyword or str(tag))
            elif element.VR == "SQ":
                for item in element.value:
                    self._clean(item)
            elif not tag.is_private:
                self._change(element)

    def _remove(self, data: "Dataset", element: "DataElement", name: str) -> None:
        if element.value not in (None, "", b""):
            self.removed[name] += 1
        del data[element.tag]

    def _safe_private(self, data: "Dataset") -> set[int]:
        safe: set[int] = set()
        for group, element, creator in _PRIVATE:
            try:
                block = data.private_block(group, creator)
            except KeyError:
                continue
            if element in block:
                tag = block.get_tag(element)
                safe |= {int(tag), (group << 16) | (tag.element >> 8)}
        return safe

    def _change(self, element: "DataElement") -> None:
        if element.VR == "UI":
            uids = element.value if isinstance(element.value, list | tuple) else [element.value]
            if any(uid and not str(uid).startswith(STANDARD_ROOT) for uid in uids):
                element.value = (
                    [self._uid(str(uid)) for uid in uids] if len(uids) > 1 else self._uid(str(uids[0]))
                )
        elif element.VR in ("DA", "DT"):
            element.value = self._moved(str(element.value or ""))
        elif element.keyword in _CLEANED or element.VR in ("LO", "LT", "ST", "UT", "UC", "SH"):
            self._clean_words(element)

    def _clean_words(self, element: "DataElement") -> None:
        if element.keyword in ("Manufacturer", "ManufacturerModelName", "CodingSchemeDesignator", "CodeValue",
                               "SoftwareVersions", "ImageComments", "BodyPartExamined", "CodeMeaning"):  # fmt: skip
            return
        values = element.value if isinstance(element.value, list | tuple) else [element.value]
        cleaned = [_cleaned(str(value or "")) for value in values]
        if cleaned != [str(value or "") for value in values]:
            self.removed[f"words of {element.keyword}"] += 1
            element.value = cleaned if len(cleaned) > 1 else cleaned[0]

    def _uid(self, uid: str) -> str:
        return derived_from_uid(self._token, uid)

    def _moved(self, text: str) -> str:
        """A date, moved by the days of the case; a date that is none is removed."""
        try:
            day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
            moved = day - datetime.timedelta(days=self._days)
        except (ValueError, OverflowError):
            return ""
        return f"{moved:%Y%m%d}{text[8:]}"


def is_deidentified(file: Path) -> bool:
    """Whether a file is a DICOM image that says that identity was taken out of it."""
    import pydicom

    try:
        with open_regular(file) as stream:
            found = pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=["PatientIdentityRemoved"])
    except Exception:  # noqa: BLE001 - a damaged header can raise anything inside the parser
        return False
    return str(found.get("PatientIdentityRemoved", "")) == "YES"


def _is_kept(element: "DataElement") -> bool:
    if element.keyword in _KEPT:
        return True
    if element.keyword == "ImageComments":
        # Canon's classic files hold the b-value here and nowhere else.
        return _CANON_COMMENT.fullmatch(str(element.value).strip()) is not None
    named = element.VR == "PN" or element.keyword in _NOT_KEPT
    return element.tag.group in _IMAGE_GROUPS and not named and bool(element.keyword)


def _cleaned(text: str) -> str:
    """Description without words that are not of sequences; signs between the words stay."""

    def kept(match: re.Match[str]) -> str:
        word = match[0].lower()
        return match[0] if word in _SEQUENCE_WORDS or _NUMBER_WORD.fullmatch(word) else ""

    return re.sub(r"[^\W_]+", kept, text).strip()


def _method_codes() -> list["Dataset"]:
    from pydicom.dataset import Dataset

    codes = (
        ("113100", "Basic Application Confidentiality Profile"),
        ("113105", "Clean Descriptors Option"),
        ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
        ("113111", "Retain Safe Private Option"),
    )
    items = []
    for value, meaning in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
        items.append(item)
    return items
