"""The files of one set of maps: ADC, D_app, K_app, fit quality, and what they were made from."""

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import count_quality
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import ADC, D_APP, K_APP, STANDARD_MAPS
from HER2LowMRILib.core.standard_error import StandardErrors
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.files.verified_write import make_folder, write_together
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.read_adc import QUANTITY_KEY, UNIT_KEY
from HER2LowMRILib.images.nrrd_bytes import nrrd_parts
from HER2LowMRILib.images.read_map import read_map, read_volume

SCHEMA = "her2lowmri.maps/1"
MAP_FILES = {spec.role: f"{spec.label}.nrrd" for spec in STANDARD_MAPS}
ERROR_FILES = {f"{spec.role}_error": f"{spec.label}_error.nrrd" for spec in (ADC, D_APP, K_APP)}
QUALITY_FILE = "fit_quality.nrrd"
RECORD_FILE = "maps.json"
# What a record says of the fit, and nothing of the images.
_LONGEST_RECORD = 16 * 2**20
_ABOUT_THE_FIT = ("schema", "software", "notice", "units", "fit", "quality", "grid")


def write_maps(
    maps: MapSet,
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
    maps : MapSet
        Fitted maps; of two b-values the ADC alone.
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
    made, again = not out_dir.exists(), (out_dir / RECORD_FILE).is_file()
    record = json.dumps(_record(maps, grid, series, extra), indent=1, ensure_ascii=False, allow_nan=False)
    quality = _quality_of(maps)
    contents = {
        # Raw: compressing float maps takes longer than everything else together and saves little.
        **{
            out_dir / MAP_FILES[spec.role]: _content(
                maps.values[spec.name], grid, spec.unit, spec.role, False
            )
            for spec in maps.specs
        },
        out_dir / QUALITY_FILE: _content(quality, grid, "1", "fit_quality", True),
        # The record comes last: where it is, the maps are.
        out_dir / RECORD_FILE: ((record + "\n").encode(),),
    }
    make_folder(out_dir, "the folder of the maps")
    try:
        write_together(contents)
        # D_app and K_app of an earlier fit here would be taken for maps of this one, and so would their errors.
        for old in (out_dir / name for name in (*MAP_FILES.values(), *ERROR_FILES.values())) if again else ():
            if old not in contents:
                old.unlink(missing_ok=True)
    finally:
        if made and out_dir.is_dir() and not any(out_dir.iterdir()):
            out_dir.rmdir()
    files = {spec.role: out_dir / MAP_FILES[spec.role] for spec in maps.specs}
    return {**files, "quality": out_dir / QUALITY_FILE, "record": out_dir / RECORD_FILE}


def write_error_maps(errors: StandardErrors, grid: ImageGrid, out_dir: Path) -> dict[str, Path]:
    """Write the standard errors of maps beside them: ``ADC_error.nrrd``, ``D_app_error.nrrd``, ``K_app_error.nrrd``.

    Raises
    ------
    StudyError
        If one cannot be written; what was there before is untouched then.
    """
    arrays = {ADC: errors.adc, D_APP: errors.d_app, K_APP: errors.k_app}
    files = {key: Path(out_dir) / name for key, name in ERROR_FILES.items()}
    contents = {}
    for spec, array in arrays.items():
        key = f"{spec.role}_error"
        contents[files[key]] = _content(array.astype(np.float32), grid, spec.unit, key, False)
    write_together(contents)
    return files


def maps_in_folder(folder: Path) -> dict[str, Path] | None:
    """Role -> file of the maps that `write_maps` wrote into a folder; None when it wrote none there."""
    folder = Path(folder)
    if not (folder / MAP_FILES[ADC.role]).is_file():
        return None
    # Of two b-values there is the ADC only.
    roles = (ADC.role,) if len(read_record(folder)[0]) == 2 else tuple(MAP_FILES)
    return {role: folder / MAP_FILES[role] for role in roles}


def read_maps(folder: Path) -> tuple[MapSet, ImageGrid]:
    """Read the maps of a folder that `write_maps` wrote.

    Returns
    -------
    maps : MapSet
        With fit quality, and how they were fitted.
    grid : ImageGrid

    Raises
    ------
    ImageError
        If a file is missing or damaged, or the grids differ.
    """
    folder = Path(folder)
    specs = {spec.role: spec for spec in STANDARD_MAPS}
    files = maps_in_folder(folder) or {role: folder / name for role, name in MAP_FILES.items()}
    given = {role: read_map(file, specs[role]) for role, file in files.items()}
    grid = given[ADC.role].grid
    for role, other in given.items():
        if not grid.same_as(other.grid):
            raise ImageError(
                "The maps lie on different grids",
                needed="one grid",
                found=f"{MAP_FILES[role]}: {other.grid.difference(grid)}",
            )
    values = {specs[role].name: other.values for role, other in given.items()}
    b_values, averages, options = read_record(folder)
    return MapSet(values, read_quality(folder, grid), b_values, averages, options), grid


def read_quality(folder: Path, grid: ImageGrid) -> np.ndarray | None:
    """Read the fit quality of the maps of a folder; None when there is none.

    Raises
    ------
    ImageError
        If the file is damaged, or lies on other voxels than the maps.
    """
    path = Path(folder) / QUALITY_FILE
    if not path.is_file():
        return None
    quality, here, _ = read_volume(path)
    if not grid.same_as(here):
        raise ImageError("The fit quality lies on another grid than the maps", found=here.difference(grid))
    return quality.astype(np.uint8, copy=False)


def _content(
    array: np.ndarray, grid: ImageGrid, unit: str, quantity: str, packed: bool
) -> tuple[bytes, bytes | memoryview]:
    return nrrd_parts([array], grid, {QUANTITY_KEY: quantity, UNIT_KEY: unit}, packed=packed)


def _quality_of(maps: MapSet) -> np.ndarray:
    """Fit quality of maps that were fitted: only those are written."""
    if maps.quality is None:
        raise ImageError("Maps without fit quality cannot be written", needed="fitted maps")
    return maps.quality


def _record(
    maps: MapSet, grid: ImageGrid, series: DiffusionSeries | None, extra: Mapping[str, object] | None
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
        "units": {"b_value": "s/mm2"} | {spec.role: spec.unit for spec in maps.specs},
        "b_values": b_values,
        "fit": dataclasses.asdict(maps.options),
        "quality": count_quality(_quality_of(maps)),
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


def copy_own_map(file: Path, target: Path) -> Path:
    """Copy a map that `write_maps` wrote with what belongs to it - fit quality, record - under the same names.

    The record is copied without what may tell where the images came from (sources, scanner, warnings, dropped files).

    Parameters
    ----------
    file : Path
        One of `MAP_FILES`, for which `is_own_map` holds.
    target : Path
        Folder, made if absent; maps of one folder share it.

    Returns
    -------
    Path
        The copy.
    """
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target / file.name)
    shutil.copyfile(file.parent / QUALITY_FILE, target / QUALITY_FILE)
    if (file.parent / RECORD_FILE).is_file():
        read_record(file.parent)
        record = json.loads(read_at_most(file.parent / RECORD_FILE, _LONGEST_RECORD))
        kept = {key: value for key, value in record.items() if key in _ABOUT_THE_FIT}
        kept["b_values"] = [
            {key: entry[key] for key in ("b_value", "averages")} for entry in record["b_values"]
        ]
        (target / RECORD_FILE).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return target / file.name


def is_own_map(file: Path) -> bool:
    """Whether a file is a map that `write_maps` wrote, with the class of every voxel beside it."""
    return file.name in MAP_FILES.values() and file.is_file() and (file.parent / QUALITY_FILE).is_file()


def read_record(folder: Path) -> tuple[tuple[float, ...], tuple[float, ...], FitOptions]:
    """Read how the maps of a folder were fitted: b-values [s/mm2], averages, options; empty without a record.

    Raises
    ------
    ImageError
        If the record is damaged or of another version.
    """
    path = Path(folder) / RECORD_FILE
    if not path.is_file():
        return (), (), FitOptions()
    try:
        record = json.loads(read_at_most(path, _LONGEST_RECORD))
        if record["schema"] != SCHEMA:
            raise ImageError(f"{path.name} is of another version", needed=SCHEMA, found=str(record["schema"]))
        b_values = tuple(float(entry["b_value"]) for entry in record["b_values"])
        averages = tuple(float(entry["averages"]) for entry in record["b_values"])
        return b_values, averages, FitOptions.from_json(record["fit"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ImageError(f"{path.name} is damaged", todo="Compute the maps again") from error
