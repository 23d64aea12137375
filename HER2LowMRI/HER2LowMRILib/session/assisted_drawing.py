"""Drawing with the program's help: an edge is proposed and taken or refused, slices are carried on and filled in.

Knows nothing of mouse and keys. What it changes goes through `write`, which can be undone, one slice at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from HER2LowMRILib.core.assisted_outline import (
    ACROSS,
    ADC,
    HIGH_B,
    LOOSEST,
    TIGHTEST,
    TOUCHES_LINE,
    FoundEdge,
    Neighbour,
    find_edge,
    loose_across,
    loose_around,
)
from HER2LowMRILib.core.live_wire import LiveWire
from HER2LowMRILib.core.map_spec import ADC as ADC_MAP
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.core.shape_interpolation import gaps, interpolate_gaps
from HER2LowMRILib.core.slice_origin import ASSISTED, INTERPOLATED
from HER2LowMRILib.core.slice_outline import Place
from HER2LowMRILib.images.segment_names import LESION
from HER2LowMRILib.mrml.reading_layout import go_to_slice, slice_shown
from HER2LowMRILib.mrml.volumes import array_of, grid_of
from HER2LowMRILib.session.reading_session import ReadingSession

# How far from what was looked at a drag is a stroke, and not a look at another lesion [mm].
MARKED_MM = 15.0

Write = Callable[[np.ndarray], None]


@dataclass(frozen=True)
class Proposal:
    """An edge that waits to be taken.

    Attributes
    ----------
    k : int
        Slice.
    found : FoundEdge
    step : int
        How far it was moved; negative tighter.
    carried : int
        Direction in which the slices are carried on: -1, 0 (not), 1.
    """

    k: int
    found: FoundEdge
    step: int = 0
    carried: int = 0

    @property
    def mask(self) -> np.ndarray:
        """The outline as it would be taken, (j, i)."""
        return self.found.mask(self.step)


@dataclass(frozen=True)
class Look:
    """Where the edge was looked for, and what the reader marked there.

    Attributes
    ----------
    k : int
        Slice.
    loose, lesion, outside : ndarray of bool, (j, i)
        Loose outline, and what was marked as lesion and as not lesion.
    carried : int
        As in `Proposal`.
    """

    k: int
    loose: np.ndarray
    lesion: np.ndarray
    outside: np.ndarray
    carried: int = 0

    @classmethod
    def first(cls, k: int, loose: np.ndarray, carried: int = 0) -> "Look":
        """Nothing marked yet."""
        return cls(k, loose, np.zeros_like(loose), np.zeros_like(loose), carried)


class AssistedDrawing:
    """What the outline effect does.

    Parameters
    ----------
    session : ReadingSession
    write : callable
        Puts the lesion, (k, j, i), into the segmentation, so that it can be undone.
    """

    def __init__(self, session: ReadingSession, write: Write):
        self._session, self._write = session, write
        self.proposal: Proposal | None = None
        # The last look, as long as strokes can still change what it finds.
        self.looked: Look | None = None
        # Why the last look found nothing that is sure enough; "" when it did.
        self.refusal = ""

    # what is there
    @property
    def rules(self) -> OutlineRules:
        """What the protocol allows."""
        return self._session.outline_rules

    @property
    def can_draw(self) -> bool:
        """Whether there is an outline that may be changed."""
        session = self._session
        return session.can_draw and session.case is not None and session.case.voi is not None

    @property
    def slice_in_view(self) -> int | None:
        """The slice that the first view shows."""
        case = self._session.case
        return slice_shown(case.scene, case.grid) if case is not None and case.grid is not None else None

    def lesion(self) -> np.ndarray:
        """The lesion as it is drawn now, (k, j, i)."""
        case = self._session.case
        drawn = case.masks().get(LESION)
        return drawn if drawn is not None else np.zeros(case.grid.shape, bool)

    def images(self, k: int) -> tuple[np.ndarray | None, np.ndarray | None]:
        """High b and ADC of a slice, as far as the protocol names them and they are there."""
        case, wanted = self._session.case, self.rules.edge_image
        high_b = adc = None
        if wanted != ADC and case.series is not None and case.series.grid.same_as(case.grid):
            high_b = np.asarray(case.series.images[-1].array)[k].astype(np.float64)
        if wanted != HIGH_B or high_b is None:
            node = case.nodes.get(ADC_MAP.role)
            if node is not None and grid_of(node).same_as(case.grid):
                adc = array_of(node)[k].astype(np.float64)
        return high_b, adc

    # the edge of one slice
    def draw_loosely(self, k: int, loose: np.ndarray, carried: int = 0) -> bool:
        """Look for the edge inside a loose outline; whether one is proposed, else `refusal` says why not."""
        return self._look(Look.first(k, loose, carried))

    def draw_across(self, k: int, line: np.ndarray, ends: tuple[Place, Place]) -> bool:
        """Look for the edge around a line across the lesion; whether one is proposed.

        Parameters
        ----------
        k : int
            Slice.
        line : ndarray of bool, (j, i)
            Voxels under the line.
        ends : two places (j, i)
        """
        for wider in ACROSS:
            loose = loose_across(*ends, line.shape, self._session.case.grid.spacing_mm, wider)
            if self._look(replace(Look.first(k, loose), lesion=line)) or self.refusal != TOUCHES_LINE:
                break
        return self.proposal is not None

    def can_mark(self, k: int, place: Place) -> bool:
        """Whether a stroke that begins here corrects the edge that was looked for last."""
        look = self.looked
        if look is None or look.k != k:
            return False
        j, i = (round(part) for part in place)
        near = loose_around(look.loose | look.lesion, self._session.case.grid.spacing_mm, MARKED_MM)
        return 0 <= j < near.shape[0] and 0 <= i < near.shape[1] and bool(near[j, i])

    def mark(self, line: np.ndarray, is_lesion: bool) -> bool:
        """Mark voxels as lesion or not, and look again; whether an edge is proposed.

        The last stroke counts where strokes cross.
        """
        look = self.looked
        if look is None:
            return False
        marked, other = (look.lesion, look.outside) if is_lesion else (look.outside, look.lesion)
        marked, other = marked | line, other & ~line
        lesion, outside = (marked, other) if is_lesion else (other, marked)
        return self._look(replace(look, lesion=lesion, outside=outside))

    def _look(self, look: Look) -> bool:
        self.refuse()
        if not (self.can_draw and self.rules.assisted):
            return False
        high_b, adc = self.images(look.k)
        if high_b is None and adc is None:
            self.refusal = "no_image"
            return False
        lesion = self.lesion()
        neighbours = [
            Neighbour(lesion[n], *self.images(n))
            for n in (look.k - 1, look.k + 1)
            if 0 <= n < len(lesion) and lesion[n].any()
        ]
        found = find_edge(
            look.loose,
            self._session.case.grid.spacing_mm,
            high_b=high_b,
            adc=adc,
            neighbours=neighbours,
            lesion_stroke=look.lesion,
            outside_stroke=look.outside,
        )
        self.looked = look
        if found.offered:
            self.proposal = Proposal(look.k, found, 0, look.carried)
        else:
            self.refusal = found.reason
        return found.offered

    def move(self, steps: int) -> None:
        """Move the proposed edge outwards, or inwards (negative)."""
        now = self.proposal
        if now is not None:
            step = max(TIGHTEST, min(LOOSEST, now.step + steps))
            self.proposal = Proposal(now.k, now.found, step, now.carried)

    def take(self) -> bool:
        """Take the proposed edge as the outline of its slice; whether there was one."""
        now = self.proposal
        self.refuse()
        if now is None or not self.can_draw:
            return False
        self._put(now.k, now.mask, ASSISTED)
        return True

    def take_and_go_on(self) -> bool:
        """Take the proposed edge, go on to the next slice, and look for the edge there; whether one is proposed.

        The way is kept: after a slice that was carried on upwards comes the next one up; after the first one, up.
        """
        now = self.proposal
        if now is None or not self.take():
            return False
        return self.carry_on(now.carried or 1)

    def refuse(self) -> None:
        """Leave the proposed edge, and what was marked."""
        self.proposal, self.looked, self.refusal = None, None, ""

    def carry_on(self, direction: int) -> bool:
        """Go to the next slice (1 or -1) and look for the edge there, around the outline of this one."""
        k = self.slice_in_view
        if k is None or not self.can_draw:
            return False
        lesion, after = self.lesion(), k + direction
        if not 0 <= after < len(lesion):
            return False
        self.go_to(after)
        loose = loose_around(lesion[k], self._session.case.grid.spacing_mm)
        if not loose.any():
            self.refuse()
            return False
        return self.draw_loosely(after, loose, direction)

    def wire(self, k: int) -> LiveWire | None:
        """Edges of a slice to draw along; None where the protocol does not allow it or there is no image."""
        planes = [plane for plane in self.images(k) if plane is not None] if self.can_draw else []
        return LiveWire(planes) if planes and self.rules.assisted else None

    def add_snapped(self, k: int, inside: np.ndarray) -> None:
        """Add the inside of a line that snapped to edges."""
        if self.can_draw and self.rules.assisted and inside.any():
            self._put(k, self.lesion()[k] | inside, ASSISTED)

    # between slices
    def copy_on(self, direction: int) -> bool:
        """Copy the outline of the slice in view to the next one, where it waits to be confirmed."""
        k = self.slice_in_view
        if k is None or not (self.can_draw and self.rules.interpolated):
            return False
        lesion, after = self.lesion(), k + direction
        if not 0 <= after < len(lesion) or not lesion[k].any():
            return False
        self._put(after, lesion[k], INTERPOLATED)
        self.go_to(after)
        return True

    def fill_gaps(self) -> int:
        """Fill the empty slices between drawn ones; each waits to be confirmed. Returns their number."""
        if not (self.can_draw and self.rules.interpolated):
            return 0
        lesion = self.lesion()
        empty = [k for k, _below, _above in gaps(lesion)]
        if empty:
            filled = interpolate_gaps(lesion, self._session.case.grid.spacing_mm)
            for k in empty:
                self._session.origins.will_be(k, filled[k], INTERPOLATED)
            self._write(filled)
        return len(empty)

    def confirm_and_go_on(self) -> int | None:
        """Confirm the slice in view, if it was interpolated, and go to the next unconfirmed one; None without one."""
        k = self.slice_in_view
        if k is not None and self.can_draw:
            self._session.confirm_slice(k)
        waiting = self._session.origins.unconfirmed
        if not waiting:
            return None
        after = next((n for n in waiting if k is None or n > k), waiting[0])
        self.go_to(after)
        return after

    def go_to(self, k: int) -> None:
        """Show a slice in all views."""
        case = self._session.case
        go_to_slice(case.scene, case.grid, k)

    def _put(self, k: int, plane: np.ndarray, way: str) -> None:
        lesion = self.lesion()
        lesion[k] = plane
        self._session.origins.will_be(k, plane, way)
        self._write(lesion)
