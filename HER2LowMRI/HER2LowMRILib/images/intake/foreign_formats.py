"""Images of forms that are not read, and what to convert each with."""

from pathlib import Path

_DCM2NIIX = "Convert the DICOM files of the examination with dcm2niix, or give them as they are"
# Suffixes, what it is, what to do; the suffix itself stands for {}.
_FORMS = (
    ((".par", ".rec"), "a Philips PAR/REC image", "Convert it: dcm2niix FOLDER"),
    ((".xml.rec",), "a Philips XML/REC image", "Convert it: dcm2niix FOLDER"),
    (
        (".mif", ".mif.gz", ".mih"),
        "an MRtrix image",
        "Convert it: mrconvert IN{} OUT.nii.gz -export_grad_fsl OUT.bvec OUT.bval",
    ),
    ((".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz"), "a packed folder", "Unpack it, and give the folder"),
    ((".nii.bz2",), "a NIfTI file packed with bzip2", "Unpack it: bunzip2 FILE"),
    ((".nrrd.gz",), "a packed NRRD file", "Unpack it: gunzip FILE"),
    ((".mnc",), "a MINC image", "Convert it: mnc2nii IN{} OUT.nii"),
    ((".mgh", ".mgz"), "a FreeSurfer image", "Convert it: mri_convert IN{} OUT.nii.gz"),
    ((".head", ".brik"), "an AFNI image", "Convert it: 3dAFNItoNIFTI IN+orig"),
    ((".ima.gz", ".dcm.gz"), "a packed DICOM file", "Unpack it: gunzip FILE"),
    ((".gipl",), "a GIPL image", _DCM2NIIX),
    ((".fdf",), "a Varian image", _DCM2NIIX),
    ((".jpg", ".png", ".tif", ".tiff"), "a picture without units and position", _DCM2NIIX),
)
_BY_SUFFIX = {suffix: (what, todo.format(suffix)) for suffixes, what, todo in _FORMS for suffix in suffixes}


def foreign_form(path: Path) -> tuple[str, str] | None:
    """What an image of a form that is not read is called, and what to do about it; None for anything else.

    The name decides: a file of these forms that was named otherwise is told by its content elsewhere.
    """
    name = path.name.lower()
    for suffix in sorted(_BY_SUFFIX, key=len, reverse=True):
        if name.endswith(suffix):
            return _BY_SUFFIX[suffix]
    if name == "2dseq":
        return "a Bruker image", _DCM2NIIX
    return None
