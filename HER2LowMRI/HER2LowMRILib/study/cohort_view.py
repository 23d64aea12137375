"""The whole study to look at: cases, pathology, signed-off readings, consensus. Holds no lock and writes nothing.

For the coordinator and the export. Every file is read whole in one act and replaced whole by its writer, so readers
may go on reading while an export runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.her2 import Her2Group, her2_group, tests_from_fields
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.files.collector import collector_waits
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.study.adjudication import Consensus, find_consensus, voi_decision
from HER2LowMRILib.study.adjudicator_view import adjudication_state
from HER2LowMRILib.study.case_list import CASES_FILE, Case, read_cases
from HER2LowMRILib.study.coordinator_record import ORIGINS_FILE, REFERENCES_FILE, REREADS_FILE, recorded_file
from HER2LowMRILib.study.due_rereads import due_rereads
from HER2LowMRILib.study.image_owner import Owner, check_owner, owner_of, patient_ids
from HER2LowMRILib.study.origins import Origin, SidesOfCases, read_origins
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.pathology import PATHOLOGY_FILE, Fields, read_pathology
from HER2LowMRILib.study.protocol import STUDY_FILE, VOI_MEAN, Protocol
from HER2LowMRILib.study.pseudonyms import pseudonym, read_key
from HER2LowMRILib.study.reading_order import reading_order
from HER2LowMRILib.study.readings import AMENDED, SIGNED_OFF, LookedAt, SignedVersion, look_at_reading
from HER2LowMRILib.study.removed_cases import RemovedCase, removed_cases
from HER2LowMRILib.study.rereads import Reread, read_rereads, refuse_names_of_cases
from HER2LowMRILib.study.still_there import require_there
from HER2LowMRILib.study.voi_limit import lowest_dice

# What the coordinator's session wrote and this view reads.
TABLES = (STUDY_FILE, CASES_FILE, PATHOLOGY_FILE, REREADS_FILE, REFERENCES_FILE, ORIGINS_FILE)


@dataclass(frozen=True)
class CaseStatus:
    """Where a case stands.

    Attributes
    ----------
    readings : mapping
        Reader -> state of the reading.
    proposed_exclusions : mapping
        Reader -> why that reader signed the case off as unreadable.
    to_adjudicate : int or None
        Questions that wait for the adjudicator; None while not all readers have signed off.
    excluded : str or None
        Why the coordinator left the case out.
    """

    case_id: str
    readings: Mapping[str, str]
    proposed_exclusions: Mapping[str, str]
    to_adjudicate: int | None
    excluded: str | None


@door
class CohortView:
    """All of a study, read-only. Made by `Study.cohort`; `CoordinatorView` adds the changes."""

    def __init__(self, folder: Path, protocol: Protocol, form: Form):
        self.protocol, self.form = protocol, form
        self.about = protocol.about
        self._folder = folder
        # File of the coordinator -> why it is not as the coordinator's session left it.
        self.changed: dict[str, str] = _changed(folder)
        self._cases = {case.case_id: case for case in read_cases(folder)}
        file = folder / PATHOLOGY_FILE
        self._looked_at: dict[Path, tuple[tuple[tuple[str, int, int], ...], LookedAt]] = {}
        self._dice: dict[tuple[str | None, ...], float | None] = {}
        self._pathology: dict[str, Fields] = read_pathology(file) if file.exists() else {}
        # A damaged table is named in `changed`.
        self._origins = (
            read_origins(folder, len(protocol.readers)) if ORIGINS_FILE not in self.changed else {}
        )
        self._places: dict[tuple[str, str, int], Mapping[str, int]] = {}
        self._places_of: Mapping[str, Case] | None = None
        self._known: frozenset[str] = frozenset()
        self._known_of: Mapping[str, Case] | None = None
        self._rereads = read_rereads(folder) if REREADS_FILE not in self.changed else ()
        self._again: Mapping[str, str] = {}
        self._again_of: tuple[Reread, ...] | None = None
        refuse_names_of_cases(self._rereads, self._cases)

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases, excluded ones included, in the order in which they joined."""
        return tuple(self._cases.values())

    @property
    def study_cases(self) -> tuple[Case, ...]:
        """The cases that count: all but those that readers train on."""
        return tuple(case for case in self.cases if not case.training)

    def position(self, case_id: str, reader: str) -> int | None:
        """Place of a case in a reader's order among the cases of the study, from 1; None where it has none.

        Of a merged study the place in the study where the case was read.
        """
        if self._places_of is not self._cases:
            # Each order is the work of a hash for every case, and asked for once a row.
            self._places_of, self._places = self._cases, {}
        origin = self._origins.get(case_id)
        if origin is None:
            return self._places_in("", reader, self.protocol.seed).get(case_id)
        called = origin.readers[self.protocol.readers.index(reader)]
        return self._places_in(origin.site, called, origin.seed).get(origin.case_id)

    def _places_in(self, site: str, reader: str, seed: int) -> Mapping[str, int]:
        """Case -> place in a reader's order at a site, under the names that they had there; "" without sites."""
        key = (site, reader, seed)
        if key not in self._places:
            counted = [case.case_id for case in self.study_cases if case.excluded is None]
            there = [one for case_id in counted if (one := self._origins.get(case_id)) and one.site == site]
            ids = [one.case_id for one in there] if site else counted
            order = reading_order(ids, reader, seed)
            self._places[key] = {case_id: place for place, case_id in enumerate(order, start=1)}
        return self._places[key]

    @property
    def origins(self) -> Mapping[str, Origin]:
        """Case -> the study it comes from; nothing where this one was not merged."""
        return MappingProxyType(self._origins)

    @property
    def rereads(self) -> tuple[Reread, ...]:
        """The cases of the study that are read twice."""
        return tuple(one for one in self._rereads if one.case_id in self._cases)

    @property
    def removed(self) -> tuple[RemovedCase, ...]:
        """Cases that were taken out of the study."""
        return tuple(case for case in removed_cases(self._folder) if case.case_id not in self._cases)

    def pseudonym(self, patient_id: str) -> str:
        """The case id of a patient in this study."""
        return pseudonym(read_key(self._folder), patient_id)

    def owner(self, case: Case) -> Owner:
        """Whether the images of a case are of the patient whose case it is."""
        if case.case_id in self._origins:
            # Its id was made with the key of another study, which compared them when the studies were merged.
            return check_owner(case.case_id, patient_ids(case.images), (), None)
        if self._known_of is not self._cases:
            # Asked for each case: to put ten thousand ids together each time would take longer than all the rest.
            self._known_of = self._cases
            self._known = frozenset((*self._cases, *(removed.case_id for removed in self.removed)))
        return owner_of(case, self._known, self.pseudonym)

    def pathology(self, case_id: str) -> Mapping[str, Answer]:
        """Clinic and HER2 fields of a case as reported; empty while nothing is known."""
        self._case(case_id)
        return dict(self._pathology.get(case_id, {}))

    def her2(self, case_id: str) -> Her2Group:
        """HER2 group of a case with its reason; "indeterminate" while nothing is known."""
        return her2_group(tests_from_fields(self.pathology(case_id)))

    def status(self) -> tuple[CaseStatus, ...]:
        """Where every case stands, those for training left out."""
        with collector_waits():
            found = tuple(self._status(case) for case in self.study_cases)
        require_there(self._folder)
        return found

    def signed(self, case_id: str) -> dict[str, SignedVersion]:
        """Reader -> newest signed-off reading of a case.

        Raises
        ------
        StudyError
            If a reading is damaged or was changed outside the program: it is not what the reader signed.
        """
        self._case(case_id)
        return self._signed_under(case_id)

    def signed_again(self, case_id: str) -> dict[str, SignedVersion]:
        """Reader -> newest signed-off second reading of a case; none where it is read once.

        Raises
        ------
        StudyError
            As `signed`.
        """
        again = self.read_again_as(case_id)
        return {} if again is None else self._signed_under(again)

    def read_again_as(self, case_id: str) -> str | None:
        """What a case is called when it is read the second time; None where it is read once."""
        if case_id not in self._cases:
            return None
        if self._again_of is not self._rereads:
            # Asked for several times a case.
            self._again_of = self._rereads
            self._again = {one.case_id: one.reread_id for one in reversed(self._rereads)}
        return self._again.get(case_id)

    def read_again(self, reader: str) -> tuple[int, int, int]:
        """Second readings of a reader: signed off, due and not signed off, to come."""
        asked = [one for one in self.rereads if self._cases[one.case_id].excluded is None]
        states = [self._look_at(self.reading_folder(reader, one.reread_id)).state for one in asked]
        done = sum(state in (SIGNED_OFF, AMENDED) for state in states)
        due = len(due_rereads(inside(self._folder, "readers", reader), asked)) - done
        return done, due, len(asked) - done - due

    def _signed_under(self, name: str) -> dict[str, SignedVersion]:
        signed = {}
        for reader in self.protocol.readers:
            # A signed VOI that is not as it was signed is found where it is measured; the answers stand.
            looked = self._look_at(self.reading_folder(reader, name))
            if looked.problem is not None:
                raise StudyError(f"the reading of {reader} is damaged: {looked.problem}")
            if looked.signed:
                signed[reader] = looked.signed[-1]
        return signed

    def consensus(self, case_id: str, signed: Mapping[str, SignedVersion] | None = None) -> Consensus | None:
        """What the readers agree on and the adjudicator decided; None while not all have signed off."""
        signed = self.signed(case_id) if signed is None else signed
        if set(signed) != set(self.protocol.readers):
            return None
        sides = self._sides(case_id)
        decisions = adjudication_state(self._folder / "adjudication", case_id)["decisions"]
        answers = {side: signed[reader].answers for side, reader in sides.items()}
        return find_consensus(self.form, answers, decisions, self.protocol.size_tolerance_mm)

    def voi_to_decide(self, case_id: str, signed: Mapping[str, SignedVersion]) -> float | None:
        """Dice coefficient of VOIs that the adjudicator has to choose from; None where there is nothing to choose."""
        limit, sides = self.protocol.min_dice, self._sides(case_id)
        if limit is None or set(signed) != set(self.protocol.readers):
            return None
        hashes = {side: signed[reader].voi_sha256 for side, reader in sides.items()}
        if voi_decision(adjudication_state(self._folder / "adjudication", case_id), hashes) is not None:
            return None
        key = (case_id, *hashes.values())
        if key not in self._dice:
            # In the order of the sides, as on the adjudicator's desk: the voxels of the first are those that count.
            drawn = {reader: signed[reader].voi_file for reader in sides.values()}
            files = [self.reading_folder(reader, case_id) / name for reader, name in drawn.items() if name]
            self._dice[key] = lowest_dice(files)
        dice = self._dice[key]
        return dice if dice is not None and dice < limit else None

    def sides_drawn(self, case_id: str, signed: Mapping[str, SignedVersion]) -> tuple[str, ...]:
        """The sides of a case that have a VOI, which the adjudicator can choose."""
        sides = self._sides(case_id).items()
        return tuple(side for side, reader in sides if reader in signed and signed[reader].voi_file)

    def voi_choice(self, case_id: str, signed: Mapping[str, SignedVersion]) -> str:
        """Whose VOI feeds the row of a case: a reader's id, or "mean"."""
        sides = self._sides(case_id)
        hashes = {side: signed[reader].voi_sha256 for side, reader in sides.items()}
        choice = voi_decision(adjudication_state(self._folder / "adjudication", case_id), hashes)
        if choice is None:
            return self.protocol.voi_choice
        return VOI_MEAN if choice == VOI_MEAN else sides[choice]

    def reading_folder(self, reader: str, case_id: str) -> Path:
        """Folder of a reader's files on a case."""
        return inside(self._folder, "readers", reader, case_id)

    def _case(self, case_id: str) -> Case:
        case = self._cases.get(case_id)
        if case is None:
            raise StudyError("there is no such case in this study", needed="a case id of the study")
        return case

    def _look_at(self, folder: Path) -> LookedAt:
        """Look at a reading; its files are read again when one of them changed."""
        try:
            return self._look_now(folder)
        except FileNotFoundError:
            # The coordinator removes or restores the case meanwhile: its folder is moved in one step.
            return self._look_now(folder)

    def _look_now(self, folder: Path) -> LookedAt:
        # The temporary files of a reader who saves meanwhile come and go.
        files = [file for file in sorted(folder.glob("*")) if not file.name.startswith(".")]
        stats = [(file.name, file.stat()) for file in files]
        seen = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
        if self._looked_at.get(folder, (None,))[0] != seen:
            self._looked_at[folder] = seen, look_at_reading(folder)
        return self._looked_at[folder][1]

    def _sides(self, case_id: str) -> dict[str, str]:
        return SidesOfCases(self.protocol, self._origins).of(case_id)

    def _status(self, case: Case) -> CaseStatus:
        readers = self.protocol.readers
        states = {
            reader: self._look_at(self.reading_folder(reader, case.case_id)).state for reader in readers
        }
        try:
            signed = self.signed(case.case_id)
            consensus = self.consensus(case.case_id, signed)
        except StudyError:
            # The states say which reading is damaged; `study check` says how.
            signed, consensus = {}, None
        return CaseStatus(
            case.case_id,
            states,
            {reader: version.exclusion for reader, version in signed.items() if version.exclusion},
            None if consensus is None else len(consensus.open) + self._voi_is_open(case.case_id, signed),
            case.excluded,
        )

    def _voi_is_open(self, case_id: str, signed: Mapping[str, SignedVersion]) -> int:
        return int(self.voi_to_decide(case_id, signed) is not None)


def _changed(folder: Path) -> dict[str, str]:
    """Files of the coordinator that are not as the coordinator's session left them, and why."""
    # The lexicon is known by the hash in the protocol.
    found = {name: recorded_file(folder, name).problem for name in TABLES}
    return {name: problem for name, problem in found.items() if problem is not None}
