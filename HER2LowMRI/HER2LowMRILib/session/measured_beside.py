"""What is measured beside the descriptors of the case at hand: after the answer, with its marks and its curve."""

from collections.abc import Callable

import numpy as np
import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.core.measured_beside import SPOT, T2_LESION, T2_MUSCLE
from HER2LowMRILib.images.examination import DCE, T2
from HER2LowMRILib.mrml.size_lines import (
    add_mark,
    add_pair,
    ends_of,
    is_placing,
    place_of,
    put_ends,
    selection_node,
    start_placing,
    stop_placing,
)
from HER2LowMRILib.mrml.volumes import put_in_place, remove_node
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.examination_in_scene import ExaminationInScene
from HER2LowMRILib.study.readings import CaseReading
from HER2LowMRILib.workflow.measure_beside import (
    Beside,
    BesideFacts,
    beside_row,
    facts_beside,
    measure_beside,
)
from HER2LowMRILib.workflow.reading_row import Row

SPOT_ROLE, T2_ROLE = "mark spot", "mark t2"
_COLOUR = (0.2, 0.9, 0.9)
# A mark that is nearer to where the reading has it was not moved [mm].
_SAME_MM = 1e-3


class MeasuredBeside(VTKObservationMixin):
    """Values beside the answers of one reading, up to date with answers, outline and marks.

    What may be measured at all says the reading (`CaseReading.beside_unlocked`).

    Parameters
    ----------
    case : CaseInScene
    reading : CaseReading
    images : ExaminationInScene
    touched : callable
        Called when a mark was moved or set by hand; `settle` is called when Slicer is through with it.
    """

    def __init__(
        self,
        case: CaseInScene,
        reading: CaseReading,
        images: ExaminationInScene,
        touched: Callable[[], None],
    ):
        VTKObservationMixin.__init__(self)
        self._case, self._reading, self._images, self._touched = case, reading, images, touched
        self.found: Beside | None = None
        self._of: tuple[object, ...] | None = None
        self._spot: slicer.vtkMRMLMarkupsFiducialNode | None = None
        self._pair: slicer.vtkMRMLMarkupsLineNode | None = None
        self._acting = False
        interaction = case.scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        if interaction is not None:
            self.addObserver(interaction, interaction.InteractionModeChangedEvent, self._by_hand)
        selection = selection_node(case.scene)
        if selection is not None:
            self.addObserver(selection, selection.ActivePlaceNodeIDChangedEvent, self._by_hand)
        self.addObserver(case.scene, case.scene.NodeRemovedEvent, self._node_removed)

    # measuring
    def _now(self) -> tuple[object, ...]:
        """Everything that the values hang on."""
        return (self._reading.beside_unlocked, facts_beside(self._reading), self._case.measurement)

    @property
    def is_up_to_date(self) -> bool:
        """Whether what was found is of the answers, the outline and the marks as they are."""
        return self._of is not None and self._same(self._of, self._now())

    @staticmethod
    def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
        return one[:2] == other[:2] and one[2] is other[2]

    def go_on(self) -> bool:
        """Read one of the images that are needed, or measure when all are there; whether it is up to date."""
        if self.is_up_to_date:
            return True
        unlocked = self._reading.beside_unlocked
        if unlocked and self._images.load_one_of((DCE, T2)):
            return False
        now = self._now()
        self.found = measure_beside(
            self._images.examination,
            self._images.image,
            self._case.outline(),
            facts_beside(self._reading),
            unlocked,
        )
        self._of = now
        return True

    def shown(self) -> None:
        """Note that the reader sees the values from now on."""
        if self.found is not None and self.found.values:
            seen = [name for name, value in self.found.values.items() if value is not None]
            self._reading.beside_was_shown(name for name in seen if name in self._reading.beside_unlocked)

    def row(self) -> Row:
        """The columns of readings.csv, measured now if they are not up to date."""
        while not self.go_on():
            pass
        assert self.found is not None
        return beside_row(self.found, self.facts)

    @property
    def facts(self) -> BesideFacts:
        """What of the reading decides the values."""
        return facts_beside(self._reading)

    # marks
    @property
    def nodes(self) -> tuple[slicer.vtkMRMLMarkupsNode, ...]:
        """Those that are in the scene."""
        marks = (self._spot, self._pair)
        return tuple(mark for mark in marks if mark is not None and mark.GetScene() is not None)

    def _by_hand(self, _caller: object, _event: object) -> None:
        if not self._acting and (self._spot is not None or self._pair is not None):
            self._touched()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _node_removed(self, caller: object, event: object, node: slicer.vtkMRMLNode) -> None:
        if node is not None and (node is self._spot or node is self._pair):
            self._by_hand(caller, event)

    def show_marks(self) -> None:
        """Show spot and T2 marks where they are."""
        curve = self.found.curve if self.found is not None else None
        marks = self._reading.marks
        self._acting = True
        if curve is None:
            self._take_away(self._spot)
            self._spot = None
        else:
            if self._spot is None or self._spot.GetScene() is None:
                self._spot = self._observed(add_mark(self._case.scene, "curve", SPOT_ROLE, _COLOUR))
            at = place_of(self._spot)
            if at is None or not np.allclose(at, curve.place_mm, rtol=0, atol=_SAME_MM):
                put_ends(self._spot, [curve.place_mm])
            self._spot.SetLocked(not self._reading.is_open)
        pair = [marks[name] for name in (T2_LESION, T2_MUSCLE) if name in marks]
        if self._pair is not None and is_placing(self._pair):
            # The reader is setting them while something else was measured.
            pass
        elif len(pair) < 2:
            self._take_away(self._pair)
            self._pair = None
        else:
            self._make_pair()
            ends = ends_of(self._pair)
            if ends is None or not np.allclose(ends, pair, rtol=0, atol=_SAME_MM):
                put_ends(self._pair, pair)
            # The name of the other mark would lie on the lesion.
            for number, label in enumerate(("", "muscle")):
                self._pair.SetNthControlPointLabel(number, label)
            self._pair.SetLocked(not self._reading.is_open)
        self._acting = False

    def mark_t2(self) -> bool:
        """Let the next two clicks mark lesion and muscle on T2; asked for again, give it up.

        Returns
        -------
        bool
            Whether clicks set the marks now.
        """
        if self._pair is not None and is_placing(self._pair):
            stop_placing(self._case.scene)
            return False
        self._acting = True
        self._make_pair()
        put_ends(self._pair, ())
        start_placing(self._pair)
        self._acting = False
        return True

    def settle(self) -> bool:
        """Keep marks that were moved or set; whether there were any.

        A mark that another module put under a transform comes back: the images keep their place too.
        """
        changed = False
        for mark in (self._spot, self._pair):
            if mark is not None and mark.GetScene() is not None:
                put_in_place(mark)
        if self._spot is not None and self._spot.GetScene() is not None and self.found is not None:
            at, curve = place_of(self._spot), self.found.curve
            if at is None:
                # Deleted: back to the hottest voxels.
                changed = self._keep(SPOT, None)
            elif curve is not None and not np.allclose(at, curve.place_mm, rtol=0, atol=_SAME_MM):
                changed = self._keep(SPOT, at)
        elif self._spot is not None:
            self._spot = None
            changed = self._keep(SPOT, None)
        return self._settle_pair() or changed

    def _settle_pair(self) -> bool:
        pair = self._pair
        if pair is None or (pair.GetScene() is not None and is_placing(pair)):
            return False
        ends = ends_of(pair) if pair.GetScene() is not None else None
        names = (T2_LESION, T2_MUSCLE)
        marks = [self._reading.marks.get(name) for name in names]
        if ends is None and all(mark is not None for mark in marks) and pair.GetScene() is not None:
            # Given up half-way: the marks before stay.
            return True
        known = ends is not None and all(mark is not None for mark in marks)
        if known and np.allclose(ends, marks, rtol=0, atol=_SAME_MM):
            return False
        changed = False
        for name, end in zip(names, ends or (None, None), strict=True):
            changed = self._keep(name, end) or changed
        return True

    def _keep(self, name: str, place: tuple[float, float, float] | None) -> bool:
        if self._reading.is_open and (place is not None or name in self._reading.marks):
            self._reading.set_mark(name, place)
        return True

    def _make_pair(self) -> None:
        if self._pair is None or self._pair.GetScene() is None:
            self._pair = self._observed(add_pair(self._case.scene, "T2", T2_ROLE, _COLOUR))

    def _observed(self, node: slicer.vtkMRMLMarkupsNode) -> slicer.vtkMRMLMarkupsNode:
        for event in (
            node.PointPositionDefinedEvent,
            node.PointEndInteractionEvent,
            node.PointRemovedEvent,
            node.PointModifiedEvent,
            node.TransformModifiedEvent,
        ):
            self.addObserver(node, event, self._by_hand)
        return node

    def _take_away(self, node: slicer.vtkMRMLMarkupsNode | None) -> None:
        if node is not None:
            if is_placing(node):
                stop_placing(self._case.scene)
            remove_node(self._case.scene, node)

    def forget(self) -> None:
        """Let go of the marks; the case goes away."""
        self.removeObservers()
        self._acting = True
        self._take_away(self._spot)
        self._take_away(self._pair)
        self._spot = self._pair = None
