"""The small region on the darkest part of the lesion as a mark that the reader can move."""

from collections.abc import Callable, Sequence

import numpy as np
import slicer
from slicer.util import VTKObservationMixin

from HER2LowMRILib.core.map_spec import ADC
from HER2LowMRILib.mrml.size_lines import add_mark, place_of, put_ends
from HER2LowMRILib.mrml.volumes import grid_of, remove_node
from HER2LowMRILib.session.case_in_scene import CaseInScene

ROLE = "mark small region"
_COLOUR = (0.2, 1.0, 0.4)
_SAME_MM = 1e-3


class SmallRegionMark(VTKObservationMixin):
    """The mark of one case.

    Parameters
    ----------
    case : CaseInScene
    moved : callable
        Called with the place [mm, LPS] when the reader moved it, or with None when it was deleted; Slicer is still at
        it, so what it means is done later.
    """

    def __init__(self, case: CaseInScene, moved: Callable[[Sequence[float] | None], None]):
        VTKObservationMixin.__init__(self)
        self.case, self._moved = case, moved
        self._node: slicer.vtkMRMLMarkupsFiducialNode | None = None
        self._acting = False

    def show(self, label: str, locked: bool) -> None:
        """Show it where it is measured, with words beside it; nothing where there is no region."""
        measured = self.case.measurement
        region = measured.region if measured is not None else None
        map_node = self.case.nodes.get(ADC.role)
        if region is None or map_node is None:
            self.hide()
            return
        self._acting = True
        if self._node is None or self._node.GetScene() is None:
            self._node = add_mark(self.case.scene, "small region", ROLE, _COLOUR)
            for event in (self._node.PointEndInteractionEvent, self._node.PointRemovedEvent):
                self.addObserver(self._node, event, self._by_hand)
            self.addObserver(self._node, self._node.TransformModifiedEvent, self._under_transform)
        k, j, i = region.centre
        place = (grid_of(map_node).ijk_to_lps() @ (i, j, k, 1.0))[:3]
        kept = self.case.small_region_place
        at = place_of(self._node)
        aim = place if kept is None else np.asarray(kept)
        if at is None or not np.allclose(at, aim, rtol=0, atol=_SAME_MM):
            put_ends(self._node, [tuple(float(part) for part in aim)])
        self._node.SetNthControlPointLabel(0, label)
        self._node.SetLocked(locked)
        self._acting = False

    def _by_hand(self, _caller: object, _event: object) -> None:
        if not self._acting and self._node is not None:
            self._moved(place_of(self._node))

    def _under_transform(self, _caller: object, _event: object) -> None:
        # The images keep their place, and so does what is measured on them.
        if not self._acting:
            self._moved(self.case.small_region_place)

    def hide(self) -> None:
        """Take it out of the scene; what was measured stays."""
        self.removeObservers()
        node, self._node = self._node, None
        self._acting = True
        if node is not None and node.GetScene() is not None:
            remove_node(self.case.scene, node)
        self._acting = False
