"""Images in, without Slicer: which b-value each image has, where that stands, and whether it can be believed.

    read_dwi   folders and files -> DiffusionSeries      (commands, cohort work)
    read_adc   an ADC map in any unit -> AdcMap
    report     what was found, dropped and why, for a radiologist

DICOM: dicom_frames (headers, once) -> vendor_tags (what each maker writes) -> dicom_series (which images make which
b-value) -> frame_geometry, dicom_pixels, averaging. Other files: volume_files over image_files. Numbers: b_value,
adc_unit, clipping.
"""

from HER2LowMRILib.study.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.study.intake.read_adc import AdcMap, read_adc
from HER2LowMRILib.study.intake.read_dwi import read_dwi

__all__ = ["AdcMap", "BImage", "DiffusionSeries", "read_adc", "read_dwi"]
