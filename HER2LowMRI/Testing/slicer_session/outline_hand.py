"""A hand with the outline effect: mouse and keys over the first slice view."""

import itertools

import numpy as np
import slicer
import vtk
from HER2LowMRILib.gui.outline_effect import NAME
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_shown

PRESS, MOVE, RELEASE = (
    vtk.vtkCommand.LeftButtonPressEvent,
    vtk.vtkCommand.MouseMoveEvent,
    vtk.vtkCommand.LeftButtonReleaseEvent,
)


class Hand:
    """Mouse and keys over the first slice view, while the effect is in the reader's hand."""

    def __init__(self, person):
        self.person, self.panel = person, person.panel
        self.editor = self.panel.pages["voi"].editor
        self.widget = slicer.app.layoutManager().sliceWidget(SLICES[0])
        self.mouse = vtk.vtkGenericRenderWindowInteractor()

    @property
    def case(self):
        return self.panel.session.case

    @property
    def effect(self):
        return self.editor.effectByName(NAME).self()

    @property
    def proposal(self):
        return self.effect.drawing.proposal

    def takes_up(self):
        self.panel.go_to("voi")
        self.person.session.settle()
        self.editor.setActiveEffectByName(NAME)
        return self

    def sends(self, event, at=None):
        if at is not None:
            lps = self.case.grid.ijk_to_lps() @ (
                at[1],
                at[0],
                slice_shown(self.case.scene, self.case.grid),
                1.0,
            )
            to_xy = vtk.vtkMatrix4x4()
            to_xy.DeepCopy(self.widget.mrmlSliceNode().GetXYToRAS())
            to_xy.Invert()
            x, y, *_rest = to_xy.MultiplyPoint((-lps[0], -lps[1], lps[2], 1.0))
            self.mouse.SetEventPosition(round(x), round(y))
        return self.effect.processInteractionEvents(self.mouse, event, self.widget)

    def presses(self, key):
        self.mouse.SetKeySym(key)
        taken = self.effect.processInteractionEvents(self.mouse, vtk.vtkCommand.KeyPressEvent, self.widget)
        self.person.session.settle()
        return taken

    def drags_around(self, mask, reach=3.0):
        rows, columns = np.nonzero(mask)
        middle = rows.mean(), columns.mean()
        radii = (np.ptp(rows) + 1) / 2 + reach, (np.ptp(columns) + 1) / 2 + reach
        places = [
            (middle[0] + radii[0] * np.sin(angle), middle[1] + radii[1] * np.cos(angle))
            for angle in np.linspace(0, 2 * np.pi, 40)
        ]
        self.sends(PRESS, places[0])
        for place in places[1:]:
            self.sends(MOVE, place)
        self.sends(RELEASE, places[-1])
        self.person.session.settle()

    def drags(self, *places, ctrl=0):
        self.mouse.SetControlKey(ctrl)
        self.sends(PRESS, places[0])
        for start, end in itertools.pairwise(places):
            for part in (0.25, 0.5, 0.75, 1.0):
                self.sends(MOVE, tuple(np.add(start, part * np.subtract(end, start))))
        self.sends(RELEASE, places[-1])
        self.mouse.SetControlKey(0)
        self.person.session.settle()

    def saved(self):
        self.panel.voi_autosave.settle()
        reading = self.panel.session.reading
        return read_segmentation(reading.voi_path).masks["lesion"], reading.voi_origins


def largest(mask):
    """The slice with most voxels of a mask."""
    return int(mask.sum(axis=(1, 2)).argmax())
