"""DICOM objects of a reading: segmentation, parametric maps, structured report, written with highdicom."""
