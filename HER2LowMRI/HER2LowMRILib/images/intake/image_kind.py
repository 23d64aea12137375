"""What an image of a diffusion examination is: a measured signal, or one of the things that lie beside it."""

from enum import Enum


class ImageKind(Enum):
    """Kinds of images; the value is its name in a report."""

    SIGNAL = "measured signal"
    ADC = "ADC map"
    EXPONENTIAL_ADC = "exponential ADC map"
    COMPUTED_B = "synthetic b-value"
    ANISOTROPY = "FA map"
    TENSOR = "diffusion tensor"
    OTHER_MAP = "map"
    PHASE = "phase image"
    REAL = "real image"
    IMAGINARY = "imaginary image"
    LOCALIZER = "localizer"
    REFORMATTED = "reformatted image"
    PROJECTION = "projection"
    REPORT = "report page"

    @property
    def why_left_out(self) -> str:
        """Why it does not enter a fit."""
        if self is ImageKind.COMPUTED_B:
            return "computed from other images, not measured"
        return "no diffusion-weighted image"
