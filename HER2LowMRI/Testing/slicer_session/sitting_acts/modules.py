"""Other modules at work on volumes, segmentations, views and scenes."""

from pathlib import Path
from typing import ClassVar

import numpy as np
import slicer
import vtk
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import segmentation_bytes
from HER2LowMRILib.mrml import reading_layout

from slicer_session.sitting_brush import brush
from slicer_session.sitting_ground import FOREIGN, Ground

OTHER_LAYOUTS = (2, 3, 4, 6, 17)
_MAP_ROLES = {spec.role for spec in STANDARD_MAPS}


class ModuleActs(Ground):
    """Acts of other modules; some of them touch what is ours."""

    ACTS: ClassVar = {
        "add_data": 3,
        "add_segmentation": 2,
        "show_segmentations": 1,
        "put_into_view": 3,
        "turn_view": 2,
        "zoom": 3,
        "delete_volume": 2,
        "delete_foreign": 2,
        "delete_segment": 2,
        "delete_segmentation": 2,
        "rename_segment": 2,
        "rename_node": 1,
        "colour": 2,
        "transform": 2,
        "parent": 1,
        "window": 2,
        "close_scene": 1,
        "save_scene": 1,
        "load_scene": 2,
        "layout": 3,
        "other_module": 3,
        "editor_stroke": 2,
        "hide_panel": 1,
    }

    def _add_data(self) -> None:
        file = self.folder / "foreign.nrrd"
        if not file.exists():
            self._make_foreign(file)
        node = slicer.util.loadVolume(str(file))
        logic = slicer.app.applicationLogic()
        logic.GetSelectionNode().SetActiveVolumeID(node.GetID())
        logic.PropagateVolumeSelection(1)

    def _make_foreign(self, file: Path) -> None:
        import SimpleITK as sitk

        image = sitk.GetImageFromArray(self.rng.integers(0, 3000, (6, 30, 30)).astype(np.int16))
        image.SetSpacing((3.0, 3.0, 6.0))
        sitk.WriteImage(image, str(file))

    def _add_segmentation(self) -> None:
        """As Add Data brings one: with something in it, shown in every view."""
        file = self.folder / "foreign.seg.nrrd"
        if not file.exists():
            grid = ImageGrid((30, 30, 6), (3.0, 3.0, 6.0), (0.0, 0.0, 0.0), (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0))
            mask = np.zeros(grid.shape, bool)
            mask[brush(grid.shape, self.rng)] = True
            file.write_bytes(segmentation_bytes({"other": mask}, grid))
        slicer.util.loadSegmentation(str(file))

    def _show_segmentations(self) -> None:
        """As the eye in the Data tree."""
        for node in self.foreign("vtkMRMLSegmentationNode"):
            for display in self.displays(node):
                display.SetVisibility(True)

    def _put_into_view(self) -> None:
        nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
        names = reading_layout.SLICES[:3] if self.rng.random() < 0.7 else reading_layout.SLICES
        composite = reading_layout.composite_node(slicer.mrmlScene, str(self.rng.choice(names)))
        if nodes and composite is not None:
            node = nodes[int(self.rng.integers(len(nodes)))]
            layer = str(self.rng.choice(["Background", "Background", "Foreground", "Label"]))
            getattr(composite, f"Set{layer}VolumeID")(node.GetID())

    def _view(self):
        return reading_layout.slice_node(slicer.mrmlScene, str(self.rng.choice(reading_layout.SLICES)))

    def _turn_view(self) -> None:
        view = self._view()
        if view is not None:
            getattr(view, str(self.rng.choice(["SetOrientationToCoronal", "SetOrientationToSagittal"])))()

    def _zoom(self) -> None:
        view = self._view()
        if view is not None:
            x, y, z = view.GetFieldOfView()
            factor = float(self.rng.uniform(0.7, 1.4))
            view.SetFieldOfView(x * factor, y * factor, z)
            view.SetXYZOrigin(float(self.rng.uniform(-20, 20)), float(self.rng.uniform(-20, 20)), 0.0)

    def _delete_volume(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            node = case.nodes[str(self.rng.choice(list(case.nodes)))]
            slicer.mrmlScene.RemoveNode(node)

    def _delete_foreign(self) -> None:
        for kind in FOREIGN:
            for node in self.foreign(kind):
                # One may have gone with another.
                if node.GetScene() is not None and self.chance(0.7):
                    slicer.mrmlScene.RemoveNode(node)

    def _delete_segment(self) -> None:
        if self.case is not None and self.case.voi is not None:
            segmentation = self.case.voi.GetSegmentation()
            name = self.one_of(segmentation.GetSegmentIDs())
            if name is not None:
                segmentation.RemoveSegment(name)

    def _delete_segmentation(self) -> None:
        if self.case is not None and self.case.voi is not None:
            slicer.mrmlScene.RemoveNode(self.case.voi)

    def _rename_segment(self) -> None:
        if self.case is not None and self.case.voi is not None:
            segmentation = self.case.voi.GetSegmentation()
            name = self.one_of(segmentation.GetSegmentIDs())
            segment = segmentation.GetSegment(name) if name is not None else None
            if segment is not None:
                segment.SetName(str(self.rng.choice(["Segment_1", "tumour", "necrosis"])))

    def _rename_node(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            case.nodes[str(self.rng.choice(list(case.nodes)))].SetName("renamed")

    def _colour(self) -> None:
        case = self.case
        maps = [node for role, node in case.nodes.items() if role in _MAP_ROLES] if case is not None else []
        if maps:
            node = maps[int(self.rng.integers(len(maps)))]
            node.GetDisplayNode().SetAndObserveColorNodeID("vtkMRMLColorTableNodeRainbow")

    def _transform(self) -> None:
        case = self.case
        if case is None or not case.nodes:
            return
        self.put_under_transform(
            self.one_of([*case.nodes.values(), *([case.voi] if case.voi is not None else [])])
        )

    def put_under_transform(self, node) -> None:
        """As in the Data tree: the node goes elsewhere, and is stretched."""
        moved = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        to_parent = vtk.vtkMatrix4x4()
        to_parent.SetElement(0, 0, float(self.rng.choice([1.0, 1.2])))
        to_parent.SetElement(0, 3, float(self.rng.uniform(5, 20)))
        moved.SetMatrixTransformToParent(to_parent)
        node.SetAndObserveTransformNodeID(moved.GetID())

    def _parent(self) -> None:
        case = self.case
        hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
        if case is not None and case.nodes and hierarchy is not None:
            folder = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "folder")
            node = list(case.nodes.values())[int(self.rng.integers(len(case.nodes)))]
            # Slicer's Qt plugins give every node a place in it; the stand-ins have none.
            item = hierarchy.GetItemByDataNode(node) or hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)
            hierarchy.SetItemParent(item, folder)

    def _window(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            node = list(case.nodes.values())[int(self.rng.integers(len(case.nodes)))]
            shown = node.GetDisplayNode()
            if shown is not None and shown.IsA("vtkMRMLScalarVolumeDisplayNode"):
                low = float(self.rng.uniform(0, 1))
                shown.SetWindowLevelMinMax(low, low + float(self.rng.uniform(0.5, 2)))

    def _close_scene(self) -> None:
        slicer.mrmlScene.Clear(0)

    @property
    def _scene_file(self) -> Path:
        return self.folder / "scene.mrb"

    def _save_scene(self) -> None:
        file = self._scene_file
        file.unlink(missing_ok=True)
        slicer.util.saveScene(str(file))

    def _load_scene(self) -> None:
        if not self._scene_file.exists():
            self._save_scene()
            return
        if self.rng.random() < 0.5:
            slicer.mrmlScene.Clear(0)
            self.hands.settle()
        slicer.util.loadScene(str(self._scene_file))

    def _layout(self) -> None:
        node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
        # The stand-ins have fewer than Slicer.
        known = [number for number in OTHER_LAYOUTS if node.IsLayoutDescription(number)]
        slicer.app.layoutManager().setLayout(int(self.rng.choice(known)))

    def _other_module(self) -> None:
        if self.panel.entered:
            self.hands.other_module(str(self.rng.choice(["Data", "Volumes", "Segmentations", "Models"])))
        else:
            self.hands.our_module()

    def _editor_stroke(self) -> None:
        """Draw with the core Segment Editor on the segmentation of the case."""
        case = self.case
        if case is None or case.voi is None or not self.session.can_draw:
            return
        if self.panel.entered:
            self.hands.other_module("SegmentEditor")
        case = self.case
        if case is not None and case.voi is not None:
            self.hands.core_stroke(case, self.rng)

    def _hide_panel(self) -> None:
        self.panel.widget.hide()
        self.hands.settle()
        self.panel.widget.show()
