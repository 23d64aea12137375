"""Images in, without Slicer: which b-value each image has, where that stands, and whether it can be believed.

    read_dwi   folders and files -> DiffusionSeries
    read_adc   an ADC map in any unit -> AdcMap
    report     what was found, what was left out and why, for a radiologist

DICOM: dicom_frames reads every file once (file_bytes) and describes its images (dicom_header over dicom_items,
file_header, functional_groups, vendor_tags, csa_header, pixel_file);
dicom_choice decides which of them make which b-value; dicom_series puts them together (frame_geometry, dicom_pixels,
averaging). Other files: volume_files over image_files and frame_labels; ``series_of_volumes`` also for images of a
scene. Numbers: b_value, adc_unit, clipping. Trust: signal_decay_check, displacement. Rules in words: docs/intake.md.
"""

from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.images.intake.read_adc import AdcMap, read_adc
from HER2LowMRILib.images.intake.read_dwi import read_dwi

__all__ = ["AdcMap", "BImage", "DiffusionSeries", "read_adc", "read_dwi"]
