"""Put image planes in order and find the one voxel grid they lie on."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.dicom_frames import Frame

SAME_SLICE_MM = 0.05
SAME_AXIS = 1e-3


def slice_positions(frames: Sequence[Frame], name: str) -> tuple[ImageGrid, np.ndarray]:
    """Grid that all frames share, and the slice index k of each frame on it.

    The k axis points along the cross product of the row and column directions, so that the grid is right-handed
    whatever the order of the files. Slice spacing comes from the positions: thickness leaves out the gap.

    Parameters
    ----------
    frames : sequence of Frame
    name : str
        What they are, for messages, e.g. ``the DWI images``.

    Returns
    -------
    grid : ImageGrid
    k : ndarray of int, shape (frames,)

    Raises
    ------
    ImageError
        If a frame lies on another grid, or slices are missing or unevenly spaced in all of them together.
    """
    first = frames[0]
    for frame in frames:
        if len(frame.position) != 3 or len(frame.orientation) != 6 or len(frame.spacing) != 2:
            raise ImageError(
                f"An image of {name} cannot be placed in the patient",
                needed="position, orientation and pixel spacing in every header",
                found=f"a header without them in file {frame.file + 1}",
            )
        size, other = f"{frame.columns} x {frame.rows}", f"{first.columns} x {first.rows}"
        if size != other or np.max(np.abs(np.subtract(frame.spacing, first.spacing))) > 1e-4 * max(
            first.spacing
        ):
            raise ImageError(
                f"The frames of {name} lie on different grids",
                needed=f"{other} pixels of {_mm(first.spacing)} in all of them",
                found=f"{size} pixels of {_mm(frame.spacing)} in file {frame.file + 1}",
                todo="Give only the series that belong together",
            )
        if np.max(np.abs(np.subtract(frame.orientation, first.orientation))) > SAME_AXIS:
            raise ImageError(
                f"The frames of {name} lie on different grids",
                needed="one orientation",
                found=f"another orientation in file {frame.file + 1}",
                todo="Give only the series that belong together",
            )
    row, column = np.array(first.orientation[:3]), np.array(first.orientation[3:])
    if (
        abs(np.linalg.norm(row) - 1) > 1e-3
        or abs(np.linalg.norm(column) - 1) > 1e-3
        or abs(row @ column) > 1e-3
    ):
        raise ImageError(f"{name} have no usable orientation", needed="two unit vectors at right angles")
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    column /= np.linalg.norm(column)
    normal = np.cross(row, column)
    positions = np.array([frame.position for frame in frames])
    along = positions @ normal
    order = np.argsort(along, kind="stable")
    sorted_along = along[order]
    steps = np.diff(sorted_along)
    starts = np.concatenate(([True], steps > SAME_SLICE_MM))
    k = np.empty(len(frames), int)
    k[order] = np.cumsum(starts) - 1
    distinct = sorted_along[starts]
    across = positions - np.outer(along, normal)
    apart = np.linalg.norm(across - across[order[0]], axis=1)
    # Tenths of a micron of rounding in the header are normal, a sheared stack or another field of view is not.
    if apart.max() > 0.1:
        odd = frames[int(np.argmax(apart))]
        raise ImageError(
            f"The frames of {name} lie on different grids",
            needed="slices stacked at right angles to their plane",
            found=f"one that lies {apart.max():.3g} mm aside in file {odd.file + 1}",
            todo="Give only the series that belong together",
        )
    if len(distinct) > 1:
        gaps = np.diff(distinct)
        spacing = float(np.median(gaps))
        if np.max(np.abs(gaps - spacing)) > max(0.01 * spacing, 2 * SAME_SLICE_MM):
            raise ImageError(
                f"Slices of {name} are missing or unevenly spaced",
                needed=f"one slice every {spacing:.3g} mm",
                found=f"a step of {gaps[np.argmax(np.abs(gaps - spacing))]:.3g} mm",
            )
        spacing = float((distinct[-1] - distinct[0]) / (len(distinct) - 1))
    else:
        spacing = first.thickness or 1.0
    at_first = positions[order[0]]
    grid = ImageGrid(
        (first.columns, first.rows, len(distinct)),
        (float(first.spacing[1]), float(first.spacing[0]), spacing),
        (float(at_first[0]), float(at_first[1]), float(at_first[2])),
        tuple(float(d) for d in np.column_stack((row, column, normal)).ravel()),
    )
    return grid, k


def _mm(spacing: Sequence[float]) -> str:
    return " x ".join(f"{s:.4g}" for s in spacing) + " mm"
