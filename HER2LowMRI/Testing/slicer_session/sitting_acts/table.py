"""A table of readings that were made elsewhere, with an outline from a file."""

from typing import ClassVar

import numpy as np
from HER2LowMRILib.images.voi_files import segmentation_bytes

from slicer_session.sitting_brush import brush
from slicer_session.sitting_check import LESION, pack
from slicer_session.sitting_ground import Ground, Wrong


class TableActs(Ground):
    """Readings from a table."""

    ACTS: ClassVar = {"readings_table": 2}

    def _readings_table(self) -> None:
        """One row: a remark and a VOI file, also for the case at hand and for one that is signed off."""
        if not self.session.is_reader or self.case is None or self.case.grid is None:
            return
        grid = self.case.grid
        case_id = str(self.one_of(item.case_id for item in self.session.view.work_list))
        mask = np.zeros(grid.shape, bool)
        mask[brush(grid.shape, self.rng)] = True
        (self.folder / "offered.seg.nrrd").write_bytes(segmentation_bytes({LESION: mask}, grid))
        remark = f"elsewhere {int(self.rng.integers(1000))}"
        table = self.folder / "readings-of-r1.csv"
        table.write_text(f"case_id,comment,voi\n{case_id},{remark},offered.seg.nrrd\n", encoding="utf-8")
        if not self.go_to("study"):
            return
        page = self.panel.pages["study"]
        ui = page.table_ui
        # Its own text stays when the same file is written anew.
        ui.tablePath.currentPath = ""
        ui.tablePath.currentPath = str(table)
        ui.tableReasonEdit.setText("read elsewhere")
        ui.tableLookButton.click()
        self.hands.settle()
        if not ui.tableTakeButton.enabled:
            raise Wrong(f"the table is not taken: {self.panel.ui.messageLabel.text}")
        ui.tableTakeButton.click()
        self.hands.settle()
        if self.case is not None:
            raise Wrong(f"the table was not taken: {self.panel.ui.messageLabel.text}")
        drawn = {LESION: pack(mask)}
        outline = {"saved": drawn, "drawn": drawn, "back": drawn, "states": [], "pending": False}
        self.told_anew(case_id, comment=remark, open=True, **outline)
