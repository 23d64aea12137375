"""The files of one set of maps: ADC, D_app, K_app, fit quality, and what they were made from."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.diffusion_maps import DiffusionMaps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import classify_values, count_quality
from HER2LowMRILib.files.verified_write import make_folder, write_together
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.adc_unit import STANDARD_UNIT, find_unit
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.image_files import read_image
from HER2LowMRILib.images.intake.read_adc import QUANTITY_KEY, UNIT_KEY
from HER2LowMRILib.images.nrrd_bytes import nrrd_parts

SCHEMA = "her2lowmri.maps/1"
MAP_FILES = {"adc": "ADC.nrrd", "d_app": "D_app.nrrd", "k_app": "K_app.nrrd"}
QUALITY_FILE = "fit_quality.nrrd"
RECORD_FILE = "maps.json"
_UNITS = {"adc": STANDARD_UNIT, "d_app": STANDARD_UNIT, "k_app": "1"}


def write_maps(
    maps: DiffusionMaps,
    grid: ImageGrid,
    out_dir: Path,
    series: DiffusionSeries | None = None,
    extra: Mapping[str, object] | None = None,
) -> dict[str, Path]:
    """Write ``ADC.nrrd``, ``D_app.nrrd``, ``K_app.nrrd``, ``fit_quality.nrrd`` and ``maps.json``.

    All files are complete under another name before the first takes its own; ``maps.json`` comes last. Nothing in
    them identifies a patient, and no path is written.

    Parameters
    ----------
    maps : DiffusionMaps
    grid : ImageGrid
        Grid of the maps.
    out_dir : Path
        Made if it is not there.
    series : DiffusionSeries, optional
        What the maps were made from, for the record.
    extra : mapping, optional
        Further entries of ``maps.json`` (how noise and saturation were decided).

    Returns
    -------
    dict of str to Path
        Of every file by its key: adc, d_app, k_app, quality, record.

    Raises
    ------
    StudyError
        If the folder cannot be made or written; what was there before is untouched then.
    """
    out_dir = Path(out_dir)
    made = not out_dir.exists()
    record = json.dumps(_record(maps, grid, series, extra), indent=1, ensure_ascii=False, allow_nan=False)
    contents = {
        # Raw: compressing float maps takes longer than everything else together and saves little.
        **{
            out_dir / name: _content(getattr(maps, key), grid, _UNITS[key], key, False)
            for key, name in MAP_FILES.items()
        },
        out_dir / QUALITY_FILE: _content(maps.quality, grid, "1", "fit_quality", True),
        # The record comes last: where it is, the maps are.
        out_dir / RECORD_FILE: ((record + "\n").encode(),),
    }
    make_folder(out_dir, "the folder of the maps")
    try:
        write_together(contents)
    finally:
        if made and out_dir.is_dir() and not any(out_dir.iterdir()):
            out_dir.rmdir()
    files = {key: out_dir / name for key, name in MAP_FILES.items()}
    return {**files, "quality": out_dir / QUALITY_FILE, "record": out_dir / RECORD_FILE}


def read_maps(
    adc: Path, d_app: Path | None = None, k_app: Path | None = None
) -> tuple[DiffusionMaps, ImageGrid]:
    """Read a set of maps.

    Parameters
    ----------
    adc : Path
        Folder that ``write_maps`` wrote, or the file of the ADC map.
    d_app, k_app : Path
        The other two maps, if ``adc`` is a file. Maps of another program are taken if their unit can be told.

    Returns
    -------
    maps : DiffusionMaps
        With ``fit_quality.nrrd`` and ``maps.json`` of the same folder, where they are there.
    grid : ImageGrid

    Raises
    ------
    ImageError
        If a file is missing or damaged, the grids differ, or a unit cannot be told.
    """
    adc = Path(adc)
    if d_app is None and k_app is None:
        folder = adc
        paths = {key: folder / name for key, name in MAP_FILES.items()}
    elif d_app is None or k_app is None:
        raise ImageError("The maps are not complete", needed="ADC, D_app and K_app")
    else:
        folder = adc.parent
        paths = {"adc": adc, "d_app": Path(d_app), "k_app": Path(k_app)}
    arrays: dict[str, np.ndarray] = {}
    grid = None
    for key, path in paths.items():
        array, here, keys = _read_array(path)
        if grid is None:
            grid = here
        elif not grid.same_as(here):
            raise ImageError(
                "The maps lie on different grids",
                needed="one grid",
                found=f"{path.name}: {here.difference(grid)}",
            )
        if keys.get(QUANTITY_KEY, key) != key:
            raise ImageError(f"{path.name} is another map", needed=key, found=keys[QUANTITY_KEY])
        if key == "k_app" or keys.get(UNIT_KEY) == STANDARD_UNIT:
            arrays[key] = array.astype(np.float32, copy=False)
        else:
            unit = find_unit(array, keys.get(UNIT_KEY), "header of the file")
            arrays[key] = (array * unit.factor).astype(np.float32)
    own = all(path.name == MAP_FILES[key] and path.parent == folder for key, path in paths.items())
    quality = _quality(folder / QUALITY_FILE if own else None, arrays, grid)
    b_values, averages, options = _read_record(folder / RECORD_FILE if own else None)
    return DiffusionMaps(
        **arrays, quality=quality, b_values=b_values, averages=averages, options=options
    ), grid


def _content(
    array: np.ndarray, grid: ImageGrid, unit: str, quantity: str, packed: bool
) -> tuple[bytes, bytes | memoryview]:
    return nrrd_parts([array], grid, {QUANTITY_KEY: quantity, UNIT_KEY: unit}, packed=packed)


def _read_array(path: Path) -> tuple[np.ndarray, ImageGrid, dict[str, str]]:
    image = read_image(path)
    if len(image.volumes) != 1:
        raise ImageError(
            f"{path.name} is no map", needed="one 3D volume", found="more than one value per voxel"
        )
    return image.volumes[0], image.grid, image.keys


def _quality(path: Path | None, arrays: dict[str, np.ndarray], grid: ImageGrid) -> np.ndarray:
    if path is not None and path.is_file():
        quality, here, _ = _read_array(path)
        if not grid.same_as(here):
            raise ImageError(
                "The fit quality lies on another grid than the maps", found=here.difference(grid)
            )
        return quality.astype(np.uint8, copy=False)
    # Of another program's maps only the values are known.
    return classify_values(arrays["adc"], arrays["d_app"], arrays["k_app"], FitOptions())


def _record(
    maps: DiffusionMaps, grid: ImageGrid, series: DiffusionSeries | None, extra: Mapping[str, object] | None
) -> dict[str, object]:
    images = series.images if series is not None else ()
    b_values = []
    for index, b in enumerate(maps.b_values):
        entry: dict[str, object] = {"b_value": b, "averages": maps.averages[index]}
        if index < len(images):
            entry |= {"source": images[index].source, "note": images[index].note}
        b_values.append(entry)
    record: dict[str, object] = {
        "schema": SCHEMA,
        "software": f"HER2LowMRI {__version__}",
        "notice": "Research software, no medical device.",
        "units": {"b_value": "s/mm2", "adc": STANDARD_UNIT, "d_app": STANDARD_UNIT, "k_app": "1"},
        "b_values": b_values,
        "fit": dataclasses.asdict(maps.options),
        "quality": count_quality(maps.quality),
        "grid": {
            key: value for key, value in dataclasses.asdict(grid).items() if key != "also_stated" or value
        },
    }
    if series is not None:
        record |= {
            "form": series.form,
            "scanner": series.scanner,
            "dropped": list(series.dropped),
            "warnings": list(series.warnings),
        }
    if extra:
        record |= extra
    return record


def _read_record(path: Path | None) -> tuple[tuple[float, ...], tuple[float, ...], FitOptions]:
    if path is None or not path.is_file():
        return (), (), FitOptions()
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["schema"] != SCHEMA:
            raise ImageError(f"{path.name} is of another version", needed=SCHEMA, found=str(record["schema"]))
        b_values = tuple(float(entry["b_value"]) for entry in record["b_values"])
        averages = tuple(float(entry["averages"]) for entry in record["b_values"])
        fit = {
            key: tuple(value) if isinstance(value, list) else value for key, value in record["fit"].items()
        }
        return b_values, averages, FitOptions(**fit)
    except (ValueError, KeyError, TypeError) as error:
        raise ImageError(f"{path.name} is damaged", todo="Compute the maps again") from error
