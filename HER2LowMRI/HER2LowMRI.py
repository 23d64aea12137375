"""The HER2LowMRI module: the four classes that 3D Slicer asks for. All work is done in HER2LowMRILib."""

import sys

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)


class HER2LowMRI(ScriptedLoadableModule):
    """Name, place and help of the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = "HER2LowMRI"
        parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        parent.dependencies = ["Segmentations", "SegmentEditor"]
        parent.contributors = ["HER2LowMRI contributors"]
        parent.helpText = _(
            "Reader study of breast MRI and HER2 expression: ADC, D_app and K_app maps from multi-b diffusion MRI, "
            "VOI, BI-RADS descriptors, sign-off, adjudication and export. Research software, no medical device. "
            "Keys: Ctrl+Enter next step, Ctrl+N and Ctrl+P next and previous case, digits answer the form, F1 all "
            "keys."
        )
        parent.acknowledgementText = _(
            "Methods after Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031."
        )


class HER2LowMRIWidget(ScriptedLoadableModuleWidget):
    """The place of the panel in Slicer's window."""

    panel = None

    def setup(self):
        """Build the panel when the module is opened for the first time."""
        ScriptedLoadableModuleWidget.setup(self)
        from HER2LowMRILib.gui.panel import Panel

        self.logic = HER2LowMRILogic()
        self.panel = Panel(self.layout, self.logic)

    def enter(self):
        """Run whenever the module comes up."""
        # Slicer also comes here when setup could not be completed.
        if self.panel is not None:
            self.panel.enter()

    def exit(self):
        """Run whenever another module comes up."""
        if self.panel is not None:
            self.panel.exit()

    def cleanup(self):
        """Run when the module is unloaded, or Slicer ends."""
        if self.panel is not None:
            self.panel.close()
            self.panel = None

    def onReload(self):
        """Reload the library too, which Slicer would keep."""
        for name in [name for name in sys.modules if name.split(".")[0] == "HER2LowMRILib"]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)


class HER2LowMRILogic(ScriptedLoadableModuleLogic):
    """The parameter node of the module."""

    def getParameterNode(self):
        """Return the typed parameter node of the scene."""
        from HER2LowMRILib.gui.parameter_node import HER2LowMRIParameterNode

        return HER2LowMRIParameterNode(super().getParameterNode())


class HER2LowMRITest(ScriptedLoadableModuleTest):
    """A whole case on synthetic data, through the panel alone."""

    def setUp(self):
        """Begin with an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self):
        """Run the case."""
        self.setUp()
