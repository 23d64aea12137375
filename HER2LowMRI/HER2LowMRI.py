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
        load_translations()
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
        slicer.app.connect("startupCompleted()", register_layout)
        slicer.app.connect("startupCompleted()", register_sample_data)


def load_translations():
    """Load the texts of the application's language, where this module has them; otherwise it stays English."""
    from pathlib import Path

    # An application that was built without languages has no such method.
    if hasattr(slicer.app, "loadTranslations"):
        slicer.app.loadTranslations(str(Path(__file__).parent / "Resources" / "Translations"))


def register_sample_data():
    """Offer the synthetic study in Slicer's Sample Data module; it is made on this computer, not downloaded."""
    from pathlib import Path

    if not hasattr(slicer.modules, "sampledata"):
        return  # an application without that module
    import SampleData

    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="HER2LowMRI",
        sampleName="HER2LowMRI synthetic study",
        # Slicer counts the addresses, so there is one that is empty: nothing is fetched.
        uris="",
        fileNames="HER2LowMRI-synthetic",
        thumbnailFileName=str(Path(__file__).parent / "Resources" / "Icons" / "SyntheticStudy.png"),
        customDownloader=open_sample_study,
    )


def open_sample_study(_source=None):
    """Make the synthetic study, if it is not there yet, and propose it on the page Study.

    Returns
    -------
    list
        No nodes: the images come into the scene when a case is opened.
    """
    if slicer.util.mainWindow() is not None:
        slicer.util.selectModule("HER2LowMRI")
    slicer.util.getModuleWidget("HER2LowMRI").panel.open_sample_study()
    return []


def register_layout():
    """Make the module's layout known, so that a scene that was saved with it opens with its views."""
    from HER2LowMRILib.mrml.reading_layout import register_layout as register

    register(slicer.mrmlScene)


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
    """A whole case on synthetic images, through the panel; the same test runs in Slicer and, outside it, in pytest.

    It needs no network, opens no dialog, installs nothing, and leaves nothing behind.
    """

    def setUp(self):
        """Begin with an empty scene, and images on the disk."""
        import tempfile
        from pathlib import Path

        slicer.mrmlScene.Clear()
        self.panel = slicer.util.getModuleWidget("HER2LowMRI").panel
        if not self.panel.entered:
            self.panel.enter()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        """Close the study and remove its files."""
        self.panel.session.leave()
        self.panel.go_to("study")
        slicer.mrmlScene.Clear()
        self.temporary.cleanup()

    def runTest(self):
        """Run the case, as the Test button does."""
        self.setUp()
        try:
            self.test_a_whole_case()
        finally:
            self.tearDown()

    def test_a_whole_case(self):
        """Set up a study, draw, leave out, answer, save and load the scene, sign off, export."""
        import csv

        from HER2LowMRILib.synthetic import anatomy, cases, dwi_series

        case = cases.draw_case(1)
        phantom = anatomy.build(case)
        dwi_series.write_series(case, phantom, self.folder / "images" / case.name)
        self.delayDisplay("Synthetic images written")

        page = self.ui("study")
        page.newPath.currentPath = str(self.folder / "study")
        page.readersEdit.text = "r1"
        page.imagesPath.currentPath = str(self.folder / "images")
        page.keepNamesCheck.checked = True
        page.createButton.click()
        self.enter_as("r1")
        page.nextOpenButton.click()
        self.assertEqual(self.session.reading.case_id, case.name)
        self.assertEqual(self.panel.page.NAME, "voi")
        self.delayDisplay("Case opened, maps computed")

        two = sorted(phantom.lesion.sum(axis=(1, 2)).argsort()[-2:])
        lesion = phantom.lesion.copy()
        lesion[[k for k in range(lesion.shape[0]) if k not in two]] = False
        self.draw("lesion", lesion)
        columns = lesion.any(axis=(0, 1)).nonzero()[0]
        left_out = lesion.copy()
        left_out[:, :, columns[0] + 2 :] = False
        self.draw("cyst", left_out)
        measured = self.session.case.measurement
        self.assertEqual(measured.geometry.voi_voxels, int((lesion & ~left_out).sum()))
        self.delayDisplay("VOI drawn")

        self.panel.go_to("descriptors")
        self.answer("fgt", "c")
        before = dict(self.session.reading.answers)
        scene = str(self.folder / "middle.mrb")
        self.assertTrue(slicer.util.saveScene(scene))
        slicer.mrmlScene.Clear()
        self.assertIsNone(self.session.case)
        slicer.util.loadScene(scene)
        # The case is continued when the events of loading have run.
        import time

        for _turn in range(40):
            if self.session.case is not None:
                break
            time.sleep(0.05)
            slicer.app.processEvents()
        self.assertEqual(dict(self.session.reading.answers), before)
        self.assertEqual(self.session.case.measurement, measured)
        self.delayDisplay("Scene saved and loaded")

        self.panel.go_to("descriptors")
        for item_id, value in {
            "bpe": "mild",
            "multifocal": 0,
            "t2_hyperintensity": 1,
            "peritumoral_edema": 0,
            "lesion_type": "mass",
            "lesion_size_mm": "23",
            "mass_shape": "irregular",
            "mass_margin": "spiculated",
            "mass_enhancement": "rim",
        }.items():
            self.answer(item_id, value)
        self.panel.go_to("sign_off")
        self.ui("sign_off").signButton.click()
        self.delayDisplay("Signed off")

        self.enter_as("coordinator")
        self.ui("cohort").exportPath.currentPath = str(self.folder / "export")
        self.ui("cohort").exportButton.click()
        with (self.folder / "export" / "features.csv").open(encoding="utf-8-sig", newline="") as table:
            (row,) = csv.DictReader(table)
        self.assertEqual(row["case_id"], case.name)
        self.assertEqual(row["mass_margin"], "spiculated")
        for name, value in measured.features.values.items():
            self.assertAlmostEqual(float(row[name]), value, places=9, msg=name)
        self.delayDisplay("Exported: the row equals what the panel showed")

    @property
    def session(self):
        """What the panel works on."""
        return self.panel.session

    def ui(self, page):
        """Widgets of a page."""
        return self.panel.pages[page].ui

    def enter_as(self, role):
        """Open the study in a role."""
        self.panel.go_to("study")
        page = self.ui("study")
        page.roleCombo.setCurrentIndex(page.roleCombo.findData(role))
        page.openButton.click()
        self.assertEqual(self.session.role, role)

    def draw(self, segment, mask):
        """Put a drawing into a segment, as an effect of the Segment Editor does."""
        case = self.session.case
        slicer.util.updateSegmentBinaryLabelmapFromArray(
            mask.astype("uint8"), case.voi, segment, case.nodes["adc"]
        )
        slicer.app.processEvents()

    def answer(self, item_id, value):
        """Answer the question that the form shows."""
        page = self.panel.pages["descriptors"]
        self.assertEqual(page.editor.item.id, item_id)
        if page.editor.item.kind == "choice":
            slicer.util.findChild(page.widget, f"choice_{value}").click()
        else:
            page.ui.numberEdit.setText(value)
            page.ui.numberEdit.modified = True
            page.go_on()
        self.assertIn(item_id, self.session.reading.answers)
