"""Images of forms that are not read, and what to convert each with."""

from pathlib import Path

_DCM2NIIX = "Convert the DICOM files of the examination with dcm2niix, or give them as they are"
# Suffix: what it is, what to do.
_FORMS = {
    ".par": ("a Philips PAR/REC image", "Convert it: dcm2niix FOLDER"),
    ".rec": ("a Philips PAR/REC image", "Convert it: dcm2niix FOLDER"),
    ".xml.rec": ("a Philips XML/REC image", "Convert it: dcm2niix FOLDER"),
    ".mif": (
        "an MRtrix image",
        "Convert it: mrconvert IN.mif OUT.nii.gz -export_grad_fsl OUT.bvec OUT.bval",
    ),
    ".mif.gz": (
        "an MRtrix image",
        "Convert it: mrconvert IN.mif.gz OUT.nii.gz -export_grad_fsl OUT.bvec OUT.bval",
    ),
    ".mih": (
        "an MRtrix image",
        "Convert it: mrconvert IN.mih OUT.nii.gz -export_grad_fsl OUT.bvec OUT.bval",
    ),
    ".zip": ("a packed folder", "Unpack it, and give the folder"),
    ".7z": ("a packed folder", "Unpack it, and give the folder"),
    ".rar": ("a packed folder", "Unpack it, and give the folder"),
    ".tar": ("a packed folder", "Unpack it, and give the folder"),
    ".tar.gz": ("a packed folder", "Unpack it, and give the folder"),
    ".tgz": ("a packed folder", "Unpack it, and give the folder"),
    ".nii.bz2": ("a NIfTI file packed with bzip2", "Unpack it: bunzip2 FILE"),
    ".nrrd.gz": ("a packed NRRD file", "Unpack it: gunzip FILE"),
    ".mnc": ("a MINC image", "Convert it: mnc2nii IN.mnc OUT.nii"),
    ".mgh": ("a FreeSurfer image", "Convert it: mri_convert IN.mgh OUT.nii.gz"),
    ".mgz": ("a FreeSurfer image", "Convert it: mri_convert IN.mgz OUT.nii.gz"),
    ".head": ("an AFNI image", "Convert it: 3dAFNItoNIFTI IN+orig"),
    ".brik": ("an AFNI image", "Convert it: 3dAFNItoNIFTI IN+orig"),
    ".gipl": ("a GIPL image", _DCM2NIIX),
    ".ima.gz": ("a packed DICOM file", "Unpack it: gunzip FILE"),
    ".dcm.gz": ("a packed DICOM file", "Unpack it: gunzip FILE"),
    ".fdf": ("a Varian image", _DCM2NIIX),
    ".jpg": ("a picture without units and position", _DCM2NIIX),
    ".png": ("a picture without units and position", _DCM2NIIX),
    ".tif": ("a picture without units and position", _DCM2NIIX),
    ".tiff": ("a picture without units and position", _DCM2NIIX),
}


def foreign_form(path: Path) -> tuple[str, str] | None:
    """What an image of a form that is not read is called, and what to do about it; None for anything else.

    The name decides: a file of these forms that was named otherwise is told by its content elsewhere.
    """
    name = path.name.lower()
    for suffix in sorted(_FORMS, key=len, reverse=True):
        if name.endswith(suffix):
            return _FORMS[suffix]
    if name == "2dseq":
        return "a Bruker image", _DCM2NIIX
    return None
