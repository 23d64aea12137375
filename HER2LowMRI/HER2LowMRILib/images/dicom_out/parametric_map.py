"""A map as a DICOM parametric map: its values as they are, what they are of, in what unit, and how they were fitted.

Quantity, model, method of the fit and b-values: DICOM PS3.16 CID 7263, 7272, 7273, 7274 and DCM 113240. Voxels without
a valid value are NaN, so that whatever program measures the segmentation on the map gets the numbers of the report.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.lexicon import Code
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.images.dicom_out.codes import (
    B_VALUE,
    FITTING,
    MODEL,
    QUANTITY,
    SECONDS_PER_MM2,
    map_quantity,
    model_and_method,
    unit_code,
)
from HER2LowMRILib.images.dicom_out.parts import (
    Made,
    concept,
    equipment,
    finish,
    place_of,
    private_scheme,
    refer_to,
    slice_of_frames,
    template_image,
)
from HER2LowMRILib.images.dicom_out.sources import SourceFrame
from HER2LowMRILib.images.dicom_out.subject import Subject
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_codes import BREAST

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# An image that reaches so far to either side shows both breasts.
_BESIDE_MIDLINE_MM = 40.0
_ANALYSIS = Code("DCM", "129105", "Diffusion image analysis")


@dataclass(frozen=True)
class MapToWrite:
    """One map of a case.

    Attributes
    ----------
    spec : MapSpec
    values : ndarray of float32, shape (k, j, i)
        [unit of the spec]; NaN where there is no valid value.
    grid : ImageGrid
    b_values : tuple of float
        That it was fitted to [s/mm2]; empty for a map that came with the case.
    fit : str
        "wlls" or "nlls".
    """

    spec: MapSpec
    values: np.ndarray = field(repr=False)
    grid: ImageGrid
    b_values: tuple[float, ...] = ()
    fit: str = "wlls"


def map_object(
    of: MapToWrite,
    subject: Subject,
    title: str,
    series_number: int,
    moment: datetime.datetime,
    sources: Sequence[SourceFrame],
    slices: Sequence[Sequence[SourceFrame]] | None,
) -> Made:
    """Make the parametric map; arguments as for `segmentation_object`.

    Raises
    ------
    ImageError
        If no voxel has a value, or the values do not read back as they are.
    """
    from highdicom.pm import ParametricMap, RealWorldValueMapping

    finite = of.values[np.isfinite(of.values)]
    if not finite.size:
        raise ImageError(f"the {of.spec.label} map was not written", needed="a valid voxel", found="none")
    mapping = RealWorldValueMapping(
        lut_label=of.spec.label[:16],
        lut_explanation=f"{of.spec.label} [{of.spec.unit}]"[:64],
        unit=concept(of.spec.units or unit_code(of.spec.unit)),
        value_range=(float(finite.min()), float(finite.max())),
        slope=1.0,
        intercept=0.0,
    )
    mapping.QuantityDefinitionSequence = _definition(of)
    low, high = of.spec.window
    values = np.ascontiguousarray(of.values, np.float32)
    digest = hashlib.sha256(
        values.tobytes() + repr((of.spec.name, of.spec.unit, of.grid, of.b_values, of.fit, title)).encode()
    ).hexdigest()
    uid = subject.new_uid(f"map {of.spec.name} {moment.isoformat()} {digest}")
    data = ParametricMap(
        source_images=[template_image(subject, of.grid)],
        pixel_array=values,
        series_instance_uid=subject.new_uid(f"series of {uid}"),
        series_number=series_number,
        sop_instance_uid=uid,
        instance_number=1,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[mapping],
        window_center=(low + high) / 2,
        window_width=high - low,
        content_label="".join(sign for sign in of.spec.label.upper() if sign.isalnum() or sign == "_")[:16],
        content_description=f"{of.spec.label} map",
        image_flavor="VOLUME",
        derived_pixel_contrast="QUANTITY",
        series_description=title,
        coding_schemes=private_scheme(),
        **place_of(of.grid),
        **equipment(),
    )
    data.SharedFunctionalGroupsSequence[0].FrameAnatomySequence = [_anatomy(of.grid)]
    refer_to(data, of.grid, subject, sources, slices, _ANALYSIS)
    made = finish(data, subject, moment, uid)
    _check(made, of)
    return made


def _definition(of: MapToWrite) -> list[Any]:
    """Quantity, model, method and b-values as content items (PS3.3 table 10-2)."""
    items = [_coded(QUANTITY, map_quantity(of.spec))]
    if of.b_values:
        model, method = model_and_method(of.spec, of.fit)
        items += [_coded(MODEL, model), _coded(FITTING, method)]
        items += [_number(B_VALUE, b, SECONDS_PER_MM2) for b in of.b_values]
    return items


def _anatomy(grid: ImageGrid) -> "Dataset":
    """The breast, and on which side: dcmqi reads no parametric map that does not say it."""
    from pydicom.dataset import Dataset

    # L is + in the patient frame.
    left = grid.corners_mm()[:, 0]
    both = left.min() < -_BESIDE_MIDLINE_MM and left.max() > _BESIDE_MIDLINE_MM
    item = Dataset()
    item.AnatomicRegionSequence = [concept(BREAST)]
    item.FrameLaterality = "B" if both else "L" if left.mean() > 0 else "R"
    return item


def _coded(name: Code, value: Code) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ValueType = "CODE"
    item.ConceptNameCodeSequence = [concept(name)]
    item.ConceptCodeSequence = [concept(value)]
    return item


def _number(name: Code, value: float, unit: Code) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ValueType = "NUMERIC"
    item.ConceptNameCodeSequence = [concept(name)]
    item.NumericValue = f"{value:.10g}"
    item.MeasurementUnitsCodeSequence = [concept(unit)]
    return item


def _check(made: Made, of: MapToWrite) -> None:
    """Refuse an object that does not hold the values that it was made of."""
    import pydicom

    back = pydicom.dcmread(BytesIO(made.content))
    stored = np.frombuffer(back.FloatPixelData, "<f4").reshape(of.values.shape)
    if not np.array_equal(stored, of.values[slice_of_frames(back, of.grid)], equal_nan=True):
        raise ImageError(
            f"the {of.spec.label} map was not written",
            needed="the values of the map",
            found="others when it was read back",
        )
