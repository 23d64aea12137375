"""What adjudicator and coordinator decided stands, and the adjudicator sees the outlines that were signed."""

from HER2LowMRILib.images.voi_files import read_voi

from slicer_session.sitting_check import CLINIC, DECIDING, clinic_of, decisions_of, describe, pack, undecided
from slicer_session.sitting_ground import Ground, Wrong


class DeskLooks(Ground):
    """Of the case on the desk, and of the cohort."""

    # Case -> what the adjudicator was told last; what the coordinator was told last.
    decided: dict[str, dict]
    clinic: dict | None

    def _look_at_desk(self, act: str) -> None:
        reading = self.session.reading
        known = self.decided.get(self.case_id)
        if known is not None and act not in DECIDING:
            lost = undecided(known, decisions_of(reading))
            if lost:
                raise Wrong(f"{self.case_id} after {act}: {lost}")
        sides = {
            f"side {side}": read_voi(path, self.case.grid).mask for side, path in reading.voi_paths.items()
        }
        signed = {name: packed for name, mask in sides.items() if (packed := pack(mask)) is not None}
        if self.drawn() != signed:
            raise Wrong(f"{act}: the sides drew {describe(signed)}, and {describe(self.drawn())} is shown")

    def _look_at_cohort(self, act: str) -> None:
        now = clinic_of(self.session.view)
        if self.clinic is not None and act not in CLINIC and now != self.clinic:
            raise Wrong(f"{act} changed the cohort from {self.clinic} to {now}")
