"""Whose objects are written: the patient as the images have it, or the study's pseudonym."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.derived_uid import derived_from_uid, derived_uid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SOURCE, PSEUDONYM = "source", "pseudonym"
PATIENT_MODES = (PSEUDONYM, SOURCE)
# Type 1 and 2 elements of the modules Patient and General Study (DICOM PS3.3 C.7.1.1, C.7.2.1), and what a PACS needs
# to put an object beside the images of its study.
_PATIENT = (
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName", "StudyDescription", "PatientAge",
)  # fmt: skip
_OWN_COPY = "HER2LowMRI"


@dataclass(frozen=True)
class Subject:
    """The patient, study and frame of reference of the objects of one case.

    Attributes
    ----------
    case_id : str
    values : mapping of str to object
        Keyword -> value of patient and study.
    study_uid, frame_of_reference_uid : str
    token : callable
        Text -> word that nobody can turn back without the study's key.
    keeps_uids : bool
        Whether UIDs of the images are written as they are.
    is_pseudonym : bool
        Whether nothing in the objects says who the patient is.
    """

    case_id: str
    values: Mapping[str, object]
    study_uid: str
    frame_of_reference_uid: str
    token: Callable[[str], str]
    keeps_uids: bool
    is_pseudonym: bool

    def uid_of_image(self, uid: str) -> str:
        """A UID of the images as the objects write it."""
        return uid if self.keeps_uids else derived_from_uid(self.token, uid)

    def new_uid(self, what: str) -> str:
        """A UID of our own: the same for the same key, case and words."""
        return derived_uid(self.token, f"her2lowmri.dicom {self.case_id} {what}")

    def mark(self, data: "Dataset") -> None:
        """Write patient and study into an object."""
        for keyword, value in self.values.items():
            setattr(data, keyword, value)
        if self.is_pseudonym:
            data.PatientIdentityRemoved = "YES"
            data.DeidentificationMethod = "Made without identity by HER2LowMRI"


def subject_of(
    case_id: str, header: "Dataset | None", token: Callable[[str], str], patient: str = PSEUDONYM
) -> Subject:
    """Say whose objects those of a case are.

    Parameters
    ----------
    case_id : str
        Pseudonym of the case.
    header : Dataset or None
        Header of one of its images; None: they are not DICOM.
    token : callable
        As in `Subject`.
    patient : {"pseudonym", "source"}
        The study's pseudonym and new UIDs, or what the images say.

    Raises
    ------
    ImageError
        If the images are to say who it is and do not.
    """
    stated: Any = header if header is not None else {}
    frame = str(stated.get("FrameOfReferenceUID") or "")
    study = str(stated.get("StudyInstanceUID") or "")
    new_study = derived_uid(token, f"her2lowmri.dicom study of {case_id}")
    new_frame = derived_uid(token, f"her2lowmri.dicom frame of reference of {case_id}")
    if patient == SOURCE:
        if not str(stated.get("PatientID") or "").strip() or not study:
            raise ImageError(
                "the images do not say who the patient is",
                needed="DICOM images with patient id and study",
                found="images of another kind" if header is None else "no patient id, or no study",
                todo="Write the objects with the study's pseudonym",
            )
        values = {keyword: stated.get(keyword) for keyword in _PATIENT if keyword in stated}
        return Subject(case_id, values, study, frame or new_frame, token, True, False)
    # Copies that this software made already have UIDs of the study.
    own_copy = str(stated.get("PatientIdentityRemoved") or "").upper() == "YES" and _OWN_COPY in str(
        stated.get("DeidentificationMethod") or ""
    )
    values = {"PatientName": case_id, "PatientID": case_id}

    def changed(uid: str) -> str:
        return uid if own_copy else derived_from_uid(token, uid)

    return Subject(
        case_id,
        values,
        changed(study) if study else new_study,
        changed(frame) if frame else new_frame,
        token,
        own_copy,
        True,
    )
