"""What the panel and the scene owe each other: the parameter node, and what happens when the scene changes."""

from pathlib import Path
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _
from slicer.util import VTKObservationMixin

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.gui.messages import guarded
from HER2LowMRILib.gui.page import timer
from HER2LowMRILib.gui.parameter_node import HER2LowMRIParameterNode
from HER2LowMRILib.mrml.volumes import remove_case
from HER2LowMRILib.session.reading_session import SINGLE

if TYPE_CHECKING:
    from HER2LowMRILib.gui.panel import Panel

# How long to wait before a change of the scene is looked at, and before asking again whether it is complete [ms].
_BUSY_MS = 50


class SceneEvents(VTKObservationMixin):
    """Follows the scene: it is closed, loaded, or somebody takes a node out of it.

    Parameters
    ----------
    panel : Panel
    logic : HER2LowMRILogic
        Gives the parameter node.

    Attributes
    ----------
    parameters : HER2LowMRIParameterNode or None
        None until ``take_parameters``, and while a scene is being closed.
    """

    def __init__(self, panel: "Panel", logic: object):
        VTKObservationMixin.__init__(self)
        self._panel, self._logic = panel, logic
        self.parameters: HER2LowMRIParameterNode | None = None
        self._gui_tag: int | None = None
        self._own_nodes: frozenset[str] = frozenset()
        self._soon_mended = timer(panel.widget, _BUSY_MS, True, self._mend_case)
        self._soon_continued = timer(panel.widget, _BUSY_MS, True, self._go_on_after_loading)
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self._closing)
        self.addObserver(scene, scene.EndCloseEvent, self._closed)
        self.addObserver(scene, scene.StartImportEvent, self._loading)
        self.addObserver(scene, scene.EndImportEvent, self._loaded)
        self.addObserver(scene, scene.NodeRemovedEvent, self._node_removed)

    def take_parameters(self) -> None:
        """Use the parameter node that the scene has now."""
        node = self._logic.getParameterNode()
        if self.parameters is not None and self.parameters.parameterNode is node.parameterNode:
            return
        self._drop_parameters()
        self.parameters = node
        ui = slicer.util.childWidgetVariables(self._panel.pages["images"].widget)
        self._gui_tag = self.parameters.connectGui(ui)

    def _drop_parameters(self) -> None:
        if self.parameters is not None:
            self.parameters.disconnectGui(self._gui_tag)
        self.parameters = self._gui_tag = None

    def close(self) -> None:
        """Let go of the scene; the panel goes away."""
        self._soon_mended.stop()
        self._soon_continued.stop()
        self._drop_parameters()
        self.removeObservers()

    def _scene_is_busy(self, waiting: object) -> bool:
        """Whether nodes are still coming or going; the timer that asked comes again.

        While a scene is loaded Slicer runs events, timers too, long before its nodes know each other and the subject
        hierarchy knows them: a segmentation that is made then has no display node.
        """
        scene = slicer.mrmlScene
        busy = scene.IsBatchProcessing() or scene.IsImporting() or scene.IsClosing()
        if busy or self._panel.session.is_filling_scene:
            waiting.start()
            return True
        return False

    def _closing(self, _caller: object, _event: object) -> None:
        panel = self._panel
        # What was said of this scene is untrue of the next one.
        panel.show_message("")
        panel.page.leave()
        with guarded(panel.show_message, _("The VOI could not be saved.")):
            panel.voi_autosave.settle()
            panel.voi_autosave.forget()
            panel.pages["voi"].let_go()
            panel.session.forget_scene()
        # Also what is left of a case that nobody went on with, see `ReadingSession.forget_scene`.
        with slicer.util.RenderBlocker():
            remove_case(slicer.mrmlScene)
        panel.say(panel.ui.messageLabel.text)
        self._drop_parameters()
        panel.pages["voi"].editor_node = None

    def _closed(self, _caller: object, _event: object) -> None:
        self._panel.pages["voi"].select_editor_node()
        self.take_parameters()
        if self._panel.page.NAME != "study":
            self._panel.go_to("study")

    def _loading(self, _caller: object, _event: object) -> None:
        case = self._panel.session.case
        self._own_nodes = case.node_ids() if case is not None else frozenset()
        self._panel.views.scene_is_loading = True

    def _loaded(self, _caller: object, _event: object) -> None:
        self._soon_continued.start()

    def _go_on_after_loading(self) -> None:
        if self._scene_is_busy(self._soon_continued):
            return
        try:
            self._take_loaded_scene()
        finally:
            # Until here the views are put right without a word: what else came with the scene is said as a whole.
            self._panel.views.scene_is_loading = False

    def _take_loaded_scene(self) -> None:
        panel = self._panel
        panel.pages["voi"].select_editor_node()
        self._drop_parameters()
        self.take_parameters()
        if panel.session.case is None:
            self.continue_case()
            return
        with guarded(panel.show_message, _("The case could not be shown again.")):
            left_out = panel.session.leave_out_strangers(self._own_nodes)
            panel.show_again()
            if left_out:
                panel.show_message(
                    _(
                        "The scene that was loaded holds a case of its own. It was left out, because this case is "
                        "open. To go on with the other one, close the scene first."
                    )
                )

    def _node_removed(self, _caller: object, _event: object) -> None:
        if self._panel.session.case is not None:
            self._soon_mended.start()

    def _mend_case(self) -> None:
        """Bring back what somebody took out of the scene by hand."""
        if self._scene_is_busy(self._soon_mended):
            return
        panel = self._panel
        with guarded(panel.show_message, _("The case could not be mended.")):
            if panel.session.mend_case():
                if panel.session.case is not None:
                    panel.show_again()
                panel.voi_autosave.save_soon()
                panel.say(_("A node of the case was removed from the scene. It was brought back."))

    def continue_case(self) -> None:
        """Go on with the case that lies in the scene, if there is one and no other is open.

        Where nobody goes on with it, its images stay in the scene, but not under titles of a case.
        """
        if self._panel.session.case is None:
            self._continue_case()
        if self._panel.session.case is None:
            self._panel.views.forget()

    def _continue_case(self) -> None:
        panel, session, parameters = self._panel, self._panel.session, self.parameters
        case_id, page, image_role = parameters.caseId, parameters.page, parameters.imageRole
        if not case_id:
            return
        with guarded(panel.show_message, _("The case of the scene could not be continued.")):
            if parameters.role == SINGLE:
                session.start_single_case(case_id, panel.keep_record, parameters.record)
            else:
                if session.about is None or session.about.created != parameters.studyId:
                    self._enter_study()
                session.continue_case(case_id)
            session.image_role = image_role
            panel.case_opened(fit=True)
            if page in panel.steps():
                panel.go_to(page)

    def _enter_study(self) -> None:
        parameters = self.parameters
        folder = slicer.util.settingsValue(f"HER2LowMRI/Studies/{parameters.studyId}", "")
        if not folder:
            raise HER2LowMRIError(
                _("The study of this scene is not known on this computer"),
                todo=_("Open the study on the page Study, then the case {case}.").format(
                    case=parameters.caseId
                ),
            )
        self._panel.enter_study(Path(folder), parameters.role)
