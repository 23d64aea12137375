"""One life of a random sitting on the stand-ins, in a process that may be killed.

usage: python sitting_process.py FOLDER STUDY SEED LIFE ACTS
"""

import faulthandler
import sys
import traceback
from pathlib import Path

TESTING = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from slicer_session.panel import Session, install, qt, slicer  # noqa: E402  (Qt first)

install()

import numpy as np  # noqa: E402
import vtk  # noqa: E402
from HER2LowMRILib.mrml.voi_segmentation import LESION, masks_of  # noqa: E402

from slicer_session import widgets  # noqa: E402
from slicer_session.person import Answer  # noqa: E402
from slicer_session.printed_errors import none_printed  # noqa: E402
from slicer_session.sitting import Sitting  # noqa: E402
from slicer_session.sitting_brush import brush  # noqa: E402
from slicer_session.sitting_ground import Hands, Wrong  # noqa: E402


class StandInHands(Hands):
    """Strokes through Slicer's own editor logic, keys through the panel."""

    def __init__(self, session: Session):
        self.session, self.asked = session, []

    def settle(self):
        self.session.settle()

    def stroke(self, panel, segment, erase, rng):
        case = panel.session.case
        panel.pages["voi"].editor.setCurrentSegmentID(segment)
        panel.pages["voi"].editor.saveStateForUndo()
        drawn = masks_of(case.voi, case.grid).get(segment)
        mask = drawn.copy() if drawn is not None else np.zeros(case.grid.shape, bool)
        mask[brush(case.grid.shape, rng)] = not erase
        widgets.paint(case.voi, segment, mask, case.drawn_on)

    def core_stroke(self, case, rng):
        drawn = masks_of(case.voi, case.grid).get(LESION, np.zeros(case.grid.shape, bool)).copy()
        drawn[brush(case.grid.shape, rng)] = True
        slicer.util.updateSegmentBinaryLabelmapFromArray(
            drawn.astype(np.uint8), case.voi, LESION, case.drawn_on
        )

    def click(self, view, across, down):
        """Set a mark as Slicer's widgets do: in the node that is being placed, marked with the view's volume."""
        interaction = slicer.mrmlScene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        selection = slicer.mrmlScene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
        node = slicer.mrmlScene.GetNodeByID(selection.GetActivePlaceNodeID() or "")
        if interaction.GetCurrentInteractionMode() != interaction.Place or node is None:
            return None
        widget = slicer.app.layoutManager().sliceWidget(view)
        shown, composite = widget.mrmlSliceNode(), widget.mrmlSliceCompositeNode()
        width, height = shown.GetDimensions()[:2]
        place = shown.GetXYToRAS().MultiplyPoint((across * width, down * height, 0.0, 1.0))[:3]
        number = node.AddControlPointWorld(vtk.vtkVector3d(*place))
        node.SetNthControlPointAssociatedNodeID(number, composite.GetBackgroundVolumeID() or "")
        one = node.IsA("vtkMRMLMarkupsFiducialNode")
        if one or node.GetNumberOfDefinedControlPoints() == node.GetRequiredNumberOfControlPoints():
            interaction.SetCurrentInteractionMode(interaction.ViewTransform)
        return place

    def other_module(self, name):
        if self.session.entered:
            self.session.exit()

    def our_module(self):
        if not self.session.entered:
            self.session.enter()

    def key(self, text):
        self.session.widget.panel.pages["descriptors"].editor.key(text)


def main(folder: Path, study: Path, seed: int, life: int, acts: int) -> int:
    """Open the study and do the acts; 1 when something did not hold."""
    faulthandler.enable()
    qt.QSettings().clear()
    with none_printed():
        session = Session()
        session.open()
        # A study that was set up elsewhere is asked about; here it is the reader's own.
        sitting = Sitting(lambda: session.widget.panel, StandInHands(session), folder, study, [seed, life])
        with Answer("Yes") as asked:
            sitting.begin()
            for _act in range(acts):
                try:
                    sitting.step()
                except Wrong:
                    raise
                except Exception as error:
                    sitting.journal.write(wrong=traceback.format_exc(), acts=sitting.last)
                    raise error
                if session.errors():
                    sitting.journal.write(wrong=str(session.errors()), acts=sitting.last)
                    raise Wrong(str(session.errors()))
        sitting.journal.write(nodes=slicer.mrmlScene.GetNumberOfNodes(), asked=list(asked))
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:])))
