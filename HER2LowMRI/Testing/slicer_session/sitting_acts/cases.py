"""The reader goes from case to case, from page to page, and waits."""

from typing import ClassVar

from slicer_session.sitting_check import READER
from slicer_session.sitting_ground import Ground


class CaseActs(Ground):
    """The work list and the pages."""

    ACTS: ClassVar = {
        "next_case": 4,
        "previous_case": 2,
        "open_case": 3,
        "page": 6,
        "re_enter": 1,
        "pause": 4,
        "long_pause": 1,
    }

    def _next_case(self) -> None:
        if self.session.reading is None:
            self.panel.open_next_open_case()
        else:
            self.panel.open_neighbour(1)

    def _previous_case(self) -> None:
        self.panel.open_neighbour(-1)

    def _open_case(self) -> None:
        ids = [item.case_id for item in self.session.view.work_list]
        self.panel.open_case(str(self.rng.choice(ids)))

    def _page(self) -> None:
        if not self.panel.entered:
            self.hands.our_module()
        if self.case is not None:
            self.panel._turn_to(str(self.rng.choice(self.panel.steps())))

    def _re_enter(self) -> None:
        """Choose the study anew, as after lunch."""
        self.panel.enter_study(self.study, READER)

    def _pause(self) -> None:
        self.rest(float(self.rng.choice([0.05, 0.5, 0.9])))

    def _long_pause(self) -> None:
        """Long enough for images that wait to be read."""
        self.rest(2.5)
