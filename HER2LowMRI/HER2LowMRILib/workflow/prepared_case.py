"""A case made ready before a reader asks for it: its series and maps in one file, in the reader's own cache.

The file is of use only to the session that asked for it, which alone knows the secret that it is sealed with, and only
as long as nothing that went into it has changed.
"""

import hashlib
import hmac
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, CaseImages, places_of
from HER2LowMRILib.study.image_record import files_of, refuse_changed_images
from HER2LowMRILib.workflow.case_maps import CaseMaps, MapGroup, maps_of_case

# Changes when the content of the file does.
_FORMAT = 1
_SEAL_BYTES = hashlib.sha256().digest_size
_NUMBER = struct.Struct("<Q")
_ALIGNED = 64
_CACHED = ("outside", "quality")

Stamps = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class CaseToPrepare:
    """What series and maps of a case are made from, and nothing else of the case.

    Attributes
    ----------
    images : CaseImages
        Diffusion series and maps.
    options : FitOptions
    features : FeatureSet
    """

    images: CaseImages
    options: FitOptions
    features: FeatureSet

    @classmethod
    def of(cls, images: CaseImages, options: FitOptions, features: FeatureSet) -> "CaseToPrepare":
        """Leave out the images that stand beside the maps: they are read when a view needs them."""
        hashes = {role: digest for role, digest in images.sha256.items() if role not in CONTEXT_ROLES}
        alone = replace(images, t1=(), t2=(), dce=(), others=(), sha256=hashes)
        return cls(alone, options, features)

    @cached_property
    def key(self) -> str:
        """Differs when images, settings or the software do."""
        images = self.images
        parts = (
            _FORMAT,
            __version__,
            [(role, [str(place) for place in places_of(images, role)]) for role in images.roles],
            images.b_values,
            sorted(images.sha256.items()),
            self.options,
            self.features,
        )
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()

    def stamps(self) -> Stamps:
        """Name, size and time of change of every file that goes in."""
        found = []
        for role in self.images.roles:
            for place in places_of(self.images, role):
                for file in files_of(place):
                    status = file.stat()
                    found.append((str(file), status.st_size, status.st_mtime_ns))
        return tuple(found)


@dataclass(frozen=True)
class Order:
    """What the process that prepares a case is told.

    Attributes
    ----------
    case : CaseToPrepare
    file : Path
        Where the result goes.
    secret : bytes
        What it is sealed with.
    """

    case: CaseToPrepare
    file: Path
    secret: bytes = field(repr=False)


def carry_out(order: Order) -> None:
    """Read the images, fit the maps, and write both.

    Raises
    ------
    HER2LowMRIError
        When images cannot be used, or changed meanwhile. Opening the case says the same to the reader.
    """
    case = order.case
    before = case.stamps()
    refuse_changed_images(case.images)
    maps = maps_of_case(case.images, case.options, case.features, with_series=True).whole()
    if case.stamps() != before:
        raise HER2LowMRIError("The images changed while they were read", todo="Open the case again.")
    write_prepared(order, before, maps)


def write_prepared(order: Order, stamps: Stamps, maps: CaseMaps) -> None:
    """Write maps so that `read_prepared` finds them whole, or not at all."""
    buffers: list[pickle.PickleBuffer] = []
    content = {"key": order.case.key, "stamps": stamps, "maps": _plain(maps)}
    head = pickle.dumps(content, protocol=5, buffer_callback=buffers.append)
    parts = [memoryview(head), *(buffer.raw() for buffer in buffers)]
    lengths = b"".join(_NUMBER.pack(len(part)) for part in parts)
    padding = [b"\0" * (-len(part) % _ALIGNED) for part in parts]
    seal = hmac.new(order.secret, digestmod="sha256")
    temporary = order.file.with_suffix(".part")
    with temporary.open("xb") as out:
        out.write(b"\0" * _SEAL_BYTES)
        first = _NUMBER.pack(len(parts)) + lengths
        first += b"\0" * (-(len(first) + _SEAL_BYTES) % _ALIGNED)
        for piece in (first, *(half for pair in zip(parts, padding, strict=True) for half in pair)):
            seal.update(piece)
            out.write(piece)
        out.seek(0)
        out.write(seal.digest())
    temporary.replace(order.file)


def read_prepared(order: Order) -> CaseMaps | None:
    """Return what was prepared; None unless it is what was asked for, whole, and of the files as they are now."""
    try:
        size = order.file.stat().st_size
        data = bytearray(size)
        with order.file.open("rb") as file:
            whole = file.readinto(data) == size
    except OSError:
        return None
    view = memoryview(data)
    sealed = hmac.digest(order.secret, view[_SEAL_BYTES:], "sha256")
    if not whole or not hmac.compare_digest(sealed, bytes(view[:_SEAL_BYTES])):
        return None
    place = _SEAL_BYTES
    (count,) = _NUMBER.unpack_from(view, place)
    lengths = [_NUMBER.unpack_from(view, place + _NUMBER.size * number)[0] for number in range(1, count + 1)]
    place = _up(place + _NUMBER.size * (count + 1))
    parts = []
    for length in lengths:
        parts.append(view[place : place + length])
        place += _up(length)
    content = pickle.loads(parts[0], buffers=parts[1:])
    try:
        right = content["key"] == order.case.key and content["stamps"] == order.case.stamps()
    except OSError:
        return None
    return _maps(content["maps"]) if right else None


def _up(number: int) -> int:
    return number + -number % _ALIGNED


def _plain(maps: CaseMaps) -> dict[str, Any]:
    """Everything of maps that can leave a process: what they are made by stays."""
    groups = []
    for group in maps.groups:
        found, _ = group.maps_in(None, None, None)
        groups.append((replace(found, values=dict(found.values)), group.grid, group.given))
    # The number of a patient is of one run of the program.
    series = None if maps.series is None else replace(maps.series, patient=None)
    plain = {
        "groups": groups,
        "features": maps.features,
        "provenance": dict(maps.provenance),
        "options": maps.options,
        "notices": maps.notices,
        "fit_notices": maps.fit_notices,
        "series": series,
    }
    return plain | {name: getattr(maps, name) for name in _CACHED}


def _maps(plain: Mapping[str, Any]) -> CaseMaps:
    maps = CaseMaps(
        tuple(MapGroup.of(found, grid, given) for found, grid, given in plain["groups"]),
        plain["features"],
        plain["provenance"],
        plain["options"],
        plain["notices"],
        plain["fit_notices"],
        plain["series"],
    )
    vars(maps).update({name: plain[name] for name in _CACHED})
    return maps
