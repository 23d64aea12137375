"""The images of a single case, chosen from files or from the scene, and the maps that follow from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.long_act import IsCancelled, OnProgress
from HER2LowMRILib.images.intake.adc_unit import UnknownUnit
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.read_adc import AdcMap, adc_of_frames, read_adc
from HER2LowMRILib.images.intake.read_dwi import read_headers, series_of
from HER2LowMRILib.images.intake.volume_files import Volume, series_of_volumes
from HER2LowMRILib.images.read_map import GivenMap
from HER2LowMRILib.mrml.diffusion_nodes import DicomValue, adc_of_node, volumes_of_node
from HER2LowMRILib.workflow.case_maps import CaseMaps, choose_maps

# 1400 as many countries write it, and as many others write one and four tenths.
_THOUSANDS = re.compile(r"[1-9]\d?[.,]\d{3}", re.ASCII)


@dataclass(frozen=True)
class ChosenImages:
    """What the user chose so far: a diffusion series, an ADC map, or both; and single images of the scene."""

    series: DiffusionSeries | None = None
    adc: AdcMap | None = None
    volumes: tuple[Volume, ...] = ()

    def with_files(
        self, paths: Sequence[Path], progress: OnProgress = None, cancelled: IsCancelled = None
    ) -> "ChosenImages":
        """Read files: a diffusion series, and the ADC map that lies with it; or an ADC map alone.

        Raises
        ------
        HER2LowMRIError
            When there is neither.
        """
        headers = None if progress is None else lambda done: progress(0.7 * done)
        read = read_headers(paths, progress=headers, cancelled=cancelled)
        adc, without_unit = None, None
        try:
            frames = read.frames
            adc = adc_of_frames(frames, must_say_so=True) if frames else read_adc(paths, must_say_so=True)
        except UnknownUnit as error:
            without_unit = error
        except HER2LowMRIError:
            pass
        try:
            series = series_of(read, progress=progress, cancelled=cancelled)
        except ImageError as error:
            if adc is None:
                raise
            if any(frame.is_diffusion for frame in read.frames):
                note = f"The diffusion images that lie with the ADC map are not used: {error}"
                adc = replace(adc, warnings=(*adc.warnings, note))
            if self.series is not None:
                adc.check_belongs_to(self.series)
            return replace(self, adc=adc)
        if without_unit is not None:
            # A map is there, but nobody can tell its unit: the computed one is used, and said to be.
            note = f"The ADC map that came with the images is not used: {without_unit}"
            series = replace(series, warnings=(*series.warnings, note))
        return ChosenImages(series, adc)

    def with_node(self, node: object, dicom_value: DicomValue | None = None) -> "ChosenImages":
        """Add a node of the scene: a whole series, or the image of one b-value.

        Parameters
        ----------
        node : vtkMRMLNode
        dicom_value : callable, optional
            As for ``volumes_of_node``.

        Raises
        ------
        HER2LowMRIError
            When the node tells no b-value, or lies on other voxels than the images before.
        """
        adc = adc_of_node(node, dicom_value)
        if adc is not None:
            return replace(self, adc=adc)
        volumes, grid = volumes_of_node(node, dicom_value)
        if len(volumes) > 1:
            return ChosenImages(series_of_volumes(volumes, grid, form="in the scene"), self.adc)
        if self.series is not None and not grid.same_as(self.series.grid):
            raise ImageError(
                "The volume does not fit the series",
                needed=self.series.grid.text(),
                found=grid.difference(self.series.grid),
            )
        kept = [volume for volume in self.volumes if volume.b_value != volumes[0].b_value]
        together = sorted([*kept, *volumes], key=lambda volume: volume.b_value)
        series = series_of_volumes(together, grid, form="in the scene")
        return ChosenImages(series, self.adc, tuple(together))

    def with_all(
        self, nodes: Sequence[Any], dicom_value: DicomValue | None = None
    ) -> tuple["ChosenImages", tuple[str, ...]]:
        """Take every volume of the scene that says what it is.

        Parameters
        ----------
        nodes : sequence of vtkMRMLVolumeNode and others
            What the scene holds.
        dicom_value : callable, optional
            As for ``volumes_of_node``.

        Returns
        -------
        ChosenImages
            In place of what was chosen before.
        tuple of str
            What was left out, and why.

        Raises
        ------
        HER2LowMRIError
            When no volume can be used, or two claim the same place: the user must say which.
        """
        found, left_out = ChosenImages(), []
        for node in nodes:
            try:
                more = found.with_node(node, dicom_value)
            except HER2LowMRIError as error:
                left_out.append(f"{node.GetName()}: {error}")
                continue
            before, now = found.parts, more.parts
            if len(now) <= len(before) or not set(before) <= set(now):
                raise ImageError(
                    f"{node.GetName()} is in the scene beside another volume that says the same",
                    needed="one volume for each b-value, and one ADC map",
                    found="two",
                    todo="Choose the right ones and add them one by one.",
                )
            found = more
        if not found.parts:
            raise ImageError(
                "No volume of the scene can be used",
                needed="volumes that tell their b-value, or an ADC map",
                found="; ".join(left_out) or "no volume",
                todo="Load the images, or read the files here.",
            )
        return found, tuple(left_out)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is chosen: b-values, and the ADC map."""
        b_values = [f"b {b:g}" for b in self.series.b_values] if self.series is not None else []
        return (*b_values, *(["ADC"] if self.adc is not None else []))


def with_b_values(chosen: ChosenImages, typed: Sequence[str]) -> ChosenImages:
    """Take b-values that the user typed, one per image [s/mm2].

    Raises
    ------
    HER2LowMRIError
        When one is not a b-value, or two are the same.
    """
    for text in typed:
        if _THOUSANDS.fullmatch(text.strip()):
            plain = re.sub("[.,]", "", text.strip())
            raise HER2LowMRIError(
                "A b-value can be read in two ways",
                needed="no sign between thousands",
                found=text.strip(),
                todo=f"Type {plain}.",
            )
    values = []
    for text in typed:
        try:
            values.append(float(text.strip().replace(",", ".")))
        except ValueError:
            values.append(float("nan"))
    if not all(0 <= value <= 20_000 for value in values) or len(set(values)) < len(values):
        raise HER2LowMRIError(
            "The b-values cannot be used",
            needed="a different number for each image, 0 to 20000 s/mm2",
            found=", ".join(text.strip()[:12] for text in typed),
        )
    images = [
        image if image.b_value == value else replace(image, b_value=value, source="typed by the user")
        for image, value in zip(chosen.series.images, values, strict=True)
    ]
    images.sort(key=lambda image: image.b_value)
    return replace(chosen, series=replace(chosen.series, images=tuple(images)))


def maps_from(
    chosen: ChosenImages,
    options: FitOptions,
    use_given_adc: bool,
    progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> CaseMaps:
    """Make the maps of what was chosen.

    Parameters
    ----------
    use_given_adc : bool
        Use the ADC map that came with the case as it is.

    Raises
    ------
    HER2LowMRIError
        When there are too few b-values, or nothing was chosen.
    Cancelled
        When ``cancelled`` said so.
    """
    use_given = chosen.adc is not None and (use_given_adc or chosen.series is None)
    given = [GivenMap.of_adc(chosen.adc)] if use_given else []
    return choose_maps(chosen.series, given, options).whole(progress, cancelled)
