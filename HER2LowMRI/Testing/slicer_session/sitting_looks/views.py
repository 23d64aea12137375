"""What the views show is what their titles say."""

import hashlib

import numpy as np
import slicer
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.mrml import reading_layout
from HER2LowMRILib.mrml.volumes import COVER, ROLE, array_of
from HER2LowMRILib.session.other_segmentations import HIDDEN

from slicer_session.sitting_ground import Ground, Wrong
from slicer_session.sitting_looks.titles import ANY, ImageTruth, role_of_title

_MAP_ROLES = {spec.role: spec for spec in STANDARD_MAPS}


class ViewLooks(Ground):
    """The views of the reading."""

    def _look_at_views(self) -> None:
        panel, scene = self.panel, slicer.mrmlScene
        if not panel.views.layout_shown:
            return
        case = self.case
        self._look_at_others()
        for name in reading_layout.ALL_SLICES:
            composite = reading_layout.composite_node(scene, name)
            view = reading_layout.slice_node(scene, name)
            if composite is None or view is None:
                continue
            title, volume = view.GetLayoutLabel(), scene.GetNodeByID(composite.GetBackgroundVolumeID() or "")
            if case is None and title.isdigit():
                # Without a case the views are anybody's, under no title of ours.
                continue
            if composite.GetForegroundVolumeID():
                raise Wrong(f"{name} shows a layer over {title}")
            label = scene.GetNodeByID(composite.GetLabelVolumeID() or "")
            if label is not None and label.GetAttribute(ROLE) != COVER:
                raise Wrong(f"{name} shows a label map over {title}")
            if case is None:
                if volume is not None:
                    raise Wrong(f"no case is open, and {name} shows {volume.GetName()} under {title}")
                continue
            self._look_at_view(name, title, volume, view)

    def _look_at_others(self) -> None:
        """No segmentation of others lies over a case; without one they are shown as they were."""
        for node in self.foreign("vtkMRMLSegmentationNode"):
            for display in self.displays(node):
                if self.case is not None and display.GetVisibility():
                    raise Wrong(f"the segmentation {node.GetName()} lies over {self.case_id}")
                if self.case is None and display.GetAttribute(HIDDEN):
                    raise Wrong(f"no case is open, and the segmentation {node.GetName()} is still hidden")

    def _look_at_view(self, name: str, title: str, volume: object, view: object) -> None:
        case, wanted = self.case, role_of_title(title)
        if volume is None:
            there = wanted in case.nodes if wanted in _MAP_ROLES else wanted not in (None, ANY)
            if there:
                raise Wrong(f"{name} is empty under {title}")
            return
        role = volume.GetAttribute(ROLE)
        if not role or case.nodes.get(role) is not volume:
            raise Wrong(f"{name} shows {volume.GetName()}, no image of the case, under {title}")
        if role != wanted and wanted != ANY:
            raise Wrong(f"{name} shows {role} under {title}")
        if volume.GetParentTransformNode() is not None:
            raise Wrong(f"{name} shows {role} moved by a transform")
        if not volume.GetName().startswith(self.case_id):
            raise Wrong(f"{name} shows {volume.GetName()} in {self.case_id}")
        if wanted in _MAP_ROLES:
            self._look_at_colours(title, volume, _MAP_ROLES[wanted])
        self._look_at_voxels(title, role, volume)

    def _look_at_colours(self, title: str, volume: object, spec: object) -> None:
        colour = volume.GetDisplayNode().GetColorNode()
        if colour is None or colour.GetName() != spec.colour:
            raise Wrong(f"{title} is shown in the colours {colour.GetName() if colour else None}")

    def _look_at_voxels(self, title: str, role: str, volume: object) -> None:
        """The voxels are those of the files, or what was seen of them first where they are computed."""
        voxels = array_of(volume)
        beside = self.session.beside
        if self.case_id not in self.truths and beside is not None:
            self.truths[self.case_id] = ImageTruth(beside.examination)
        truth = self.truths[self.case_id].of(role) if self.case_id in self.truths else None
        aligned = getattr(self.session.reading, "alignment", None)
        if truth is not None and aligned is None:
            if truth.shape != voxels.shape or not np.array_equal(truth, voxels):
                raise Wrong(f"the voxels under {title} are not those of {role} in {self.case_id}")
            return
        digest = hashlib.sha256(np.ascontiguousarray(voxels).tobytes()).hexdigest()
        key = (self.case_id, role, aligned is not None)
        if self.images.setdefault(key, digest) != digest:
            raise Wrong(f"the voxels of {role} are not those of {self.case_id}")
