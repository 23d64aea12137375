"""The one place that decides what an image is: for files and for what is in a scene already.

An ADC map, an exponential one, a computed b-value, a trace image, a single direction; its b-value and its source.
What the image type says and what the name says may differ; then there is a doubt, and a reader of images asks.
"""

from dataclasses import dataclass

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import vendor_tags
from HER2LowMRILib.images.intake.b_value import check_b_value, tolerance
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.series_names import (
    computed_b_in_name,
    map_in_name,
    other_image_in_name,
    says_diffusion,
    unknown_word_in_name,
)
from HER2LowMRILib.images.intake.vendor_tags import TRACE_WORDS, ImageHeader

IMAGE_TYPE, FRAME_TYPE, SERIES_DESCRIPTION = 0x00080008, 0x00089007, 0x0008103E
MODEL, MADE_UP = 0x00081090, "SYNTHETIC"
# A unit vector written with few digits differs less from 1 than this.
UNIT_LENGTH = 0.03


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words of the name and of the image type that say different things of one image, or a word that is not known.

    Parameters
    ----------
    kind : ImageKind
        What the word says; of one that is not known, SIGNAL.
    word : str
        Of the name.
    image_type : str
        What the image type says, if anything.
    """

    kind: ImageKind
    word: str
    image_type: str = ""

    @property
    def needed(self) -> str:
        """What would settle it."""
        if self.kind is ImageKind.SIGNAL:
            return "a name that does not leave open whether its images were computed"
        return "a name and an image type that say the same"

    def text(self) -> str:
        """What there is, for a message."""
        if self.kind is ImageKind.SIGNAL:
            return f'"{self.word}" in the name of the series, which may be a word for "computed"'
        return f'"{self.word}" in the name of the series and {self.image_type} in the image type'


@dataclass(frozen=True, slots=True)
class ImageClass:
    """What one image is.

    Parameters
    ----------
    kind : ImageKind
    doubt : Doubt or None
        The kind may be another one: the user must be asked before the image enters a fit.
    b_value : float or None
        [s/mm2]; None where the header states none.
    b_source : str
    directionality : str
        ``none``, ``isotropic``, ``directional`` or empty.
    gradient : tuple of float or None
        As stated, in whatever frame.
    image_type : tuple of str
        Words of the image type, in capitals.
    """

    kind: ImageKind
    doubt: Doubt | None
    b_value: float | None
    b_source: str
    directionality: str
    gradient: tuple[float, float, float] | None
    image_type: tuple[str, ...] = ()


def classify(header: ImageHeader, maker: str, where: str, name: str = "") -> ImageClass:
    """Decide what an image is from its header and names.

    Parameters
    ----------
    header : ImageHeader
    maker : str
        From ``vendor_tags.manufacturer``.
    where : str
        The image in words, for messages, e.g. ``DICOM file 3 of 20``.
    name : str
        A name beside that of the series, e.g. of the node that holds the image.

    Raises
    ------
    ImageError
        If a b-value is impossible, or stated twice and differently.
    """
    image_type = image_type_of(header)
    b_value, b_source = agreed_b_value(header, maker, where)
    gradient = vendor_tags.gradient_direction(header, maker)
    if maker == "ge":
        b_value, b_source = _true_b_of_ge(header, b_value, b_source, gradient, where)
    kind, doubt = _kind(header, maker, image_type, b_value, f"{_description(header)} {name}".strip())
    directionality = vendor_tags.directionality(header, maker, image_type, b_value, gradient)
    return ImageClass(kind, doubt, b_value, b_source, directionality, gradient, image_type)


def _description(header: ImageHeader) -> str:
    """The name of the series; of a made-up patient, without the word that says that the whole patient is made up."""
    description = header.text(SERIES_DESCRIPTION)
    if description.startswith(MADE_UP) and header.text(MODEL).upper() == MADE_UP:
        return description.removeprefix(f"{MADE_UP} ")
    return description


def classify_name(name: str, b_value: float | None = None) -> ImageKind:
    """Decide from a name alone, where there is no header: of a file, or of a node of the scene."""
    return _kind_of_name(name, b_value)[0]


def doubt_of_name(name: str, b_value: float | None) -> Doubt | None:
    """What a name that says nothing of maps or computed b-values leaves open: a word that nobody knows."""
    word = unknown_word_in_name(name, b_value) if b_value is not None else ""
    return Doubt(ImageKind.SIGNAL, word) if word else None


def image_type_of(header: ImageHeader) -> tuple[str, ...]:
    """Words of the frame type of an enhanced image, else of the image type, in capitals."""
    stated = header.value(FRAME_TYPE) or header.value(IMAGE_TYPE) or ()
    words = stated.split("\\") if isinstance(stated, str) else stated
    return tuple([str(word).strip().upper() for word in words])  # type: ignore[attr-defined]


def agreed_b_value(header: ImageHeader, maker: str, where: str) -> tuple[float | None, str]:
    """The b-value [s/mm2] that all statements of a header agree on, and where the first of them stands.

    Raises
    ------
    ImageError
        If one is impossible, or two differ.
    """
    stated = list(vendor_tags.stated_b_values(header, maker))
    if not stated:
        return None, ""
    first = stated[0]
    value = check_b_value(first.b_value, f"{where}, {first.source},")
    for other in stated[1:]:
        if not abs(other.b_value - value) <= tolerance(value):
            raise ImageError(
                f"{where} states two different b-values",
                needed="one b-value [s/mm2]",
                found=f"{value:g} in the {first.source} and {other.b_value:g} in the {other.source}",
                todo="Give the right b-values",
                option="--b-values",
            )
    return value, first.source


def _kind(
    header: ImageHeader, maker: str, image_type: tuple[str, ...], b_value: float | None, name: str
) -> tuple[ImageKind, Doubt | None]:
    """The kind by the image type where that says one, else by the name; a doubt where they differ."""
    if any(computed_b_in_name(word) is not None for word in image_type[2:]):
        return ImageKind.COMPUTED_B, None
    typed = vendor_tags.kind_of_type(header, maker, image_type) or _map_of_words(image_type)
    if typed is not None:
        exponential = typed is ImageKind.ADC and map_in_name(name) is ImageKind.EXPONENTIAL_ADC
        return ImageKind.EXPONENTIAL_ADC if exponential else typed, None
    if maker == "ge" and name.casefold().startswith(vendor_tags.GE_SYNTHETIC_NAMES):
        return ImageKind.COMPUTED_B, None
    named, word = _kind_of_name(name, b_value)
    measured = next((word for word in image_type if word == "ORIGINAL" or word in TRACE_WORDS), "")
    if named is ImageKind.SIGNAL:
        return named, doubt_of_name(name, b_value)
    # A protocol is named after all that comes out of it; no map is called a trace image.
    if measured in TRACE_WORDS and named is not ImageKind.COMPUTED_B:
        return ImageKind.SIGNAL, None
    return (ImageKind.SIGNAL, Doubt(named, word, measured)) if measured else (named, None)


def _kind_of_name(name: str, b_value: float | None) -> tuple[ImageKind, str]:
    """What a name says of an image of this b-value, and the word that says so."""
    named_map, computed = map_in_name(name), computed_b_in_name(name)
    if computed is not None and named_map is not None and not computed.b_values:
        computed = None  # "calculated ADC" is a map; "calcb1500_ADC" a protocol that makes both
    is_of_diffusion = b_value is not None or says_diffusion(name)
    if computed is not None and is_of_diffusion and computed.covers(b_value):
        return ImageKind.COMPUTED_B, computed.word
    if named_map is None and is_of_diffusion:
        named_map = other_image_in_name(name)
    if named_map is None:
        return ImageKind.SIGNAL, ""
    return named_map, named_map.value.removesuffix(" map")


def _map_of_words(image_type: tuple[str, ...]) -> ImageKind | None:
    return next((kind for word in image_type[2:] if (kind := map_in_name(word)) is not None), None)


def _true_b_of_ge(
    header: ImageHeader,
    b_value: float | None,
    source: str,
    gradient: tuple[float, float, float] | None,
    where: str,
) -> tuple[float | None, str]:
    """GE states the largest b-value of a gradient table for every image: the true one is b |g|^2.

    A table with vectors of other lengths makes several shells, one of zeros further images at b 0 (dcm2niix issues
    163, 245, 777). Of trace images, which have no direction, the stated value is true.
    """
    if not b_value or gradient is None:
        return b_value, source
    squared = sum(part * part for part in gradient)
    if squared < 1e-6:
        if not vendor_tags.ge_is_tensor(header):
            return b_value, source
        return 0.0, f"{source} and a gradient of 0"
    if abs(squared - 1) <= 2 * UNIT_LENGTH:
        return b_value, source
    if squared > 1:
        raise ImageError(
            f"The b-value of {where} can be read in two ways",
            needed="a gradient no longer than 1",
            found=f"b {b_value:g} s/mm2 and a gradient of length {squared**0.5:.3g}",
            todo="Give the right b-values",
            option="--b-values",
        )
    # GE steps in 5 s/mm2.
    return max(5.0, 5.0 * round(b_value * squared / 5)), f"{source} x |gradient|^2"
