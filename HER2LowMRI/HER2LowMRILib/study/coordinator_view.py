"""What the coordinator can reach: everything. Cases, pathology, exclusions, states, signed-off readings."""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.her2 import tests_from_fields
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.files.table_questions import ANSWERS_FILE
from HER2LowMRILib.files.understood_table import TableWishes
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import (
    CASES_FILE,
    DETAILS,
    IMAGES_FOLDER,
    Case,
    CaseImages,
    case_from_row,
    case_to_row,
    cases_to_bytes,
)
from HER2LowMRILib.study.change_log import Value, now_utc
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.coordinator_record import (
    EXAMINATIONS_FOLDER,
    HANGING_FILE,
    ORIGINS_FILE,
    REFERENCES_FILE,
    REREADS_FILE,
    CoordinatorRecord,
    recorded_removals,
    require_recorded,
    site_log_without,
)
from HER2LowMRILib.study.examinations import examination_bytes, examination_name, read_examination
from HER2LowMRILib.study.find_case import case_finder
from HER2LowMRILib.study.hanging import parse_hanging
from HER2LowMRILib.study.image_record import recorded
from HER2LowMRILib.study.origins import Origin, origins_to_bytes
from HER2LowMRILib.study.own_files import delete, inside
from HER2LowMRILib.study.pathology import PATHOLOGY_FILE, Fields, pathology_to_bytes
from HER2LowMRILib.study.pathology_table import PathologyPlan, plan_pathology
from HER2LowMRILib.study.protocol import STUDY_FILE, Protocol, protocol_to_bytes
from HER2LowMRILib.study.readings import NOT_STARTED, checked_text, finish_interrupted
from HER2LowMRILib.study.references import Reference, read_references, references_to_bytes
from HER2LowMRILib.study.removed_cases import (
    RemovedCase,
    erase_images,
    erase_readings,
    forget,
    keep_record,
    left_behind,
    move_back,
    move_out,
)
from HER2LowMRILib.study.rereads import Reread, draw_rereads, rereads_to_bytes
from HER2LowMRILib.study.session_lock import LockedSession, SessionLock


@door
class CoordinatorView(CohortView, LockedSession):
    """The coordinator's session: the cohort, and the right to change it.

    Made by `Study.coordinator`; close it, or use it as a context manager.
    """

    def __init__(self, folder: Path, protocol: Protocol, form: Form, take_over: bool = False):
        self._lock = SessionLock(folder, "the coordinator's desk", take_over)
        try:
            self._record = CoordinatorRecord(folder, self._lock)
            require_recorded(
                folder, (STUDY_FILE, CASES_FILE, PATHOLOGY_FILE, REREADS_FILE, REFERENCES_FILE, ORIGINS_FILE)
            )
            super().__init__(folder, protocol, form)
        except BaseException:
            self._lock.release()
            raise

    def add_cases(self, cases: Iterable[Case], examinations: Mapping[str, Examination] | None = None) -> None:
        """Add cases, either all or none, with their sorted examinations where there are any.

        Raises
        ------
        StudyError
            If an id is not a safe name, is there already, was removed, or a case has no image.
        """
        cases = list(cases)
        self.check_new_cases(cases)
        cases = [case if case.images.sha256 else recorded(case) for case in cases]
        names = [case.case_id for case in cases]
        by_id = {case.case_id: case for case in cases}
        files = _sorted_files((by_id[case_id], one) for case_id, one in (examinations or {}).items())
        self._change_cases("add", [*self.cases, *cases], files, new=names)

    def examination(self, case_id: str) -> Examination | None:
        """The sorted examination of a case; None where it was never sorted."""
        return read_examination(self._folder, self._case(case_id))

    def keep_examination(self, case_id: str, examination: Examination) -> None:
        """Keep the sorted examination of a case in place of the one before; the log says what the answers were.

        Raises
        ------
        StudyError
            If there is no such case.
        """
        case = self._case(case_id)
        answers = {role: list(series) for role, series in examination.answers.items()}
        self._record.change("sort", _sorted_files([(case, examination)]), new={case_id: answers})

    def accept_images(self, case_id: str, reason: str) -> bool:
        """Take the images of a case as they are now; whether that changed what is recorded of them."""
        case, reason = self._case(case_id), self._reason(reason, "given other images")
        new = recorded(case)
        if new.images.sha256 == case.images.sha256:
            return False
        cases = [new if old.case_id == case_id else old for old in self.cases]
        self._change_cases(
            "images", cases, case_id=case_id, reason=reason, old=case.images.sha256, new=new.images.sha256
        )
        return True

    def check_new_cases(self, cases: Iterable[Case]) -> None:
        """Refuse what `add_cases` would refuse, before anything is copied."""
        cases = list(cases)
        second = [one.reread_id for one in self._rereads]
        check_distinct([*self._cases, *second, *(checked_name(case.case_id) for case in cases)])
        removed = {case.case_id.lower() for case in self.removed} if cases else set()
        for case in cases:
            if case.case_id.lower() in removed:
                raise StudyError(
                    f"case {case.case_id} was removed from the study",
                    todo="`her2lowmri study restore` brings it back",
                )
            if not case.images.is_measurable:
                raise StudyError(f"case {case.case_id} has no images", needed="a DWI series or maps")

    def images_folder(self, case_id: str) -> Path:
        """Where images of a case lie that were copied into the study."""
        return inside(self._folder, IMAGES_FOLDER, checked_name(case_id))

    def replace_images(self, case: Case) -> None:
        """Let a case of the study have its images at other places; that they are the same is the caller's to know."""
        old = self._case(case.case_id)
        new = recorded(dataclasses.replace(old, images=case.images))
        cases = [new if each.case_id == case.case_id else each for each in self.cases]
        self._change_cases("replace_images", cases, case_id=case.case_id)

    def exclude(self, case_id: str, reason: str) -> None:
        """Leave a case out of the study, with the reason that the flow gives."""
        self._set_excluded(case_id, self._reason(reason, "left out"))

    def include(self, case_id: str) -> None:
        """Take a case back in that was left out."""
        if self._case(case_id).excluded is None:
            raise StudyError(f"case {case_id} is not left out")
        self._set_excluded(case_id, None)

    def remove(self, case_id: str, reason: str, take_over: bool = False) -> None:
        """Take a case out of the study with everything that was read of it; `restore` brings it back.

        Its readings, decisions and pathology go to `removed/`. Unlike an excluded case it is in no table: it is one
        that never belonged here. The images stay where they are.

        Parameters
        ----------
        case_id : str
            A case of the study, or one whose removal was interrupted.
        reason : str
            Why, for the log; no identity.
        take_over : bool
            Take the folders of readers and adjudicator from sessions that have them open. Ask the user before: that the
            coordinator's desk was taken over says nothing of them.

        Raises
        ------
        StudyError
            If there is no reason or no such case.
        StudyLocked
            If a reader or the adjudicator has the study open: nobody may hold a case that is being moved.
        """
        reason = self._reason(reason, "removed")
        if not self._is_half_removed(case_id):
            if any(case.case_id == case_id for case in self.removed):
                raise StudyError(f"case {case_id} was removed already")
            self._case(case_id)
        with self.nobody_reads(take_over):
            if case_id in self._cases:
                case, fields = self._cases[case_id], self._pathology.get(case_id)
                row = case_to_row(case, self._folder)
                kept = keep_record(self._folder, RemovedCase(case_id, now_utc(), reason, row, fields))
            else:
                kept = recorded_removals(self._folder).get(case_id, "")
            cases = {key: case for key, case in self._cases.items() if key != case_id}
            said = {"record_sha256": kept} if kept else {}
            self._change_both("remove", cases, self._pathology, case_id=case_id, reason=reason, **said)
            move_out(self._folder, case_id, self._lock.check)

    def restore(self, case_id: str, reason: str, take_over: bool = False) -> None:
        """Bring a removed case back as it was; it becomes the last of the list. Arguments as for `remove`.

        Raises
        ------
        StudyError
            If there is no reason, no such case, or it was erased.
        StudyLocked
            As for `remove`.
        """
        reason = self._reason(reason, "restored")
        removed = next((case for case in self.removed if case.case_id == case_id), None)
        if removed is None:
            raise StudyError(
                "there is no such removed case", needed="a case that `study status` lists as removed"
            )
        if removed.damage is not None:
            raise StudyError(f"case {case_id} cannot be brought back: {removed.damage}")
        if removed.row is None:
            raise StudyError(f"case {case_id} was erased and cannot be brought back")
        with self.nobody_reads(take_over):
            move_back(self._folder, case_id, self.protocol.readers, self._lock.check)
            cases = self._cases | {case_id: case_from_row(removed.row, self._folder)}
            fields = {} if removed.pathology is None else {case_id: removed.pathology}
            self._change_both("restore", cases, self._pathology | fields, case_id=case_id, reason=reason)
            forget(self._folder, case_id)

    def erase(self, case_id: str, reason: str, take_over: bool = False) -> int:
        """Delete everything that the study holds of a case but its id, for good.

        Readings, decisions, pathology, copied images, what was derived, and what the log says of them go; the id, the
        date and the reason stay, so that the case is not added again by mistake. Images outside the study, backups and
        earlier exports are not touched.

        Parameters
        ----------
        case_id : str
            A case of the study, or one that was removed.
        reason : str
            Why, for the log; no identity.
        take_over : bool
            As for `remove`.

        Returns
        -------
        int
            Places of its images that were left, because they are outside the study's `images/` or another case's too.

        Raises
        ------
        StudyError
            If there is no reason or no such case, or a file cannot be deleted; the same call then goes on.
        StudyLocked
            As for `remove`.
        """
        reason = self._reason(reason, "erased")
        if case_id in self._cases or self._is_half_removed(case_id):
            self.remove(case_id, reason, take_over)
        removed = next((case for case in self.removed if case.case_id == case_id), None)
        if removed is None:
            self._case(case_id)
        row = None if removed is None else removed.row
        with self.nobody_reads(take_over):
            images = CaseImages() if row is None else case_from_row(row, self._folder).images
            left = erase_images(self._folder, case_id, images, (case.images for case in self.cases))
            kept = keep_record(self._folder, RemovedCase(case_id, now_utc(), reason))
            erase_readings(self._folder, case_id)
            delete(inside(self._folder, EXAMINATIONS_FOLDER, f"{case_id}.json"))
            second = [one.reread_id for one in self._rereads if one.case_id == case_id]
            for name in second:
                delete(inside(self._folder, EXAMINATIONS_FOLDER, f"{name}.json"))
                delete(inside(self._folder, IMAGES_FOLDER, name))
            origin = self._origins.get(case_id)
            if origin is not None:
                files = site_log_without(self._folder, origin.site, origin.case_id)
                self._record.change("erase_at_site", files, case_id=case_id)
            if case_id in (references := self.references):
                del references[case_id]
                content = references_to_bytes(references, self.form)
                self._record.change("training", {REFERENCES_FILE: content}, old=[case_id])
            self._record.erase(case_id, reason, kept, second)
        return left

    def _is_half_removed(self, case_id: str) -> bool:
        """Whether the removal of a case was interrupted."""
        removed = any(case.case_id == case_id for case in self.removed)
        return removed and (case_id in self._pathology or left_behind(self._folder, case_id))

    def _reason(self, reason: str, done: str) -> str:
        reason = checked_text(reason, "the reason").strip()
        if not reason:
            raise StudyError(f"a case is only {done} with a reason", needed="a reason")
        return reason

    @contextlib.contextmanager
    def nobody_reads(self, take_over: bool) -> Iterator[None]:
        """Hold the folders of all readers and the adjudicator, and finish what their last sessions left half saved."""
        with contextlib.ExitStack() as held:
            folders = {
                f"reader {name}": inside(self._folder, "readers", name) for name in self.protocol.readers
            }
            folders["the adjudicator's desk"] = inside(self._folder, "adjudication")
            for role, folder in folders.items():
                if folder.is_dir():
                    lock = SessionLock(folder, role, take_over)
                    held.callback(lock.release)
                    finish_interrupted(folder, lock)
            yield

    def draw_rereads(self, share: float, after_days: float) -> tuple[Reread, ...]:
        """Draw cases that every reader reads a second time under another id; returns the new ones.

        Parameters
        ----------
        share : float
            Of the cases that count, above 0 to 1; those drawn before are part of it.
        after_days : float
            How long after the first sign-off a reader gets a case again [days].

        Raises
        ------
        StudyError
            If a number cannot be used, or the share is reached already.
        """
        cases = [case.case_id for case in self.study_cases if case.excluded is None]
        others = [*self._cases, *(case.case_id for case in self.removed)]
        new = draw_rereads(cases, self.rereads, share, after_days, self.protocol.seed, others, self.pseudonym)
        rereads = (*self._rereads, *new)
        named = {one.case_id: one.reread_id for one in new}
        self._record.change(
            "reread", {REREADS_FILE: rereads_to_bytes(rereads)}, new=named, share=share, after_days=after_days
        )
        self._rereads = rereads
        return new

    def has_begun_again(self, reread: Reread) -> bool:
        """Whether a reader has begun a second reading."""
        folders = (self.reading_folder(reader, reread.reread_id) for reader in self.protocol.readers)
        return any(self._look_at(folder).state != NOT_STARTED for folder in folders)

    def keep_reread_images(self, reread: Reread, images: CaseImages, examination: Examination | None) -> None:
        """Keep that the images of a second reading lie under its own id.

        Parameters
        ----------
        reread : Reread
        images : CaseImages
            At their places, with their hashes.
        examination : Examination or None
            The same images, sorted.
        """
        own = dataclasses.replace(reread, images_sha256=images.sha256)
        rereads = tuple(own if one == reread else one for one in self._rereads)
        files = {REREADS_FILE: rereads_to_bytes(rereads)}
        if examination is not None:
            files |= _sorted_files([(Case(reread.reread_id, images), examination)])
        self._record.change("reread_images", files, new=reread.reread_id)
        self._rereads = rereads

    @property
    def references(self) -> dict[str, Reference]:
        """Case -> what it was agreed to show, of the cases that readers train on."""
        return read_references(self._folder, self.form)

    def why_not_for_training(self, case_id: str) -> list[str]:
        """Why readers cannot train on a case, in words; nothing where they can or do."""
        case = self._case(case_id)
        if case.training:
            return []
        begun = [
            reader
            for reader in self.protocol.readers
            if self._look_at(self.reading_folder(reader, case_id)).state != NOT_STARTED
        ]
        why = [f"{', '.join(begun)} began to read it as a case of the study"] if begun else []
        return why + (["it is one of the cases that are read again"] if self.read_again_as(case_id) else [])

    def set_references(self, references: Mapping[str, Reference]) -> None:
        """Say what cases were agreed to show: they become cases that readers train on, and are exported never.

        Parameters
        ----------
        references : mapping
            Case -> reference; the references of other cases stay.

        Raises
        ------
        StudyError
            If a reader has begun to read one of the cases, or it is read again.
        """
        for case_id, reference in references.items():
            for problem in self.why_not_for_training(case_id):
                raise StudyError(f"case {case_id} cannot be one to train on: {problem}")
            for wrong in self.form.problems(reference.answers).values():
                raise StudyError(f"the reference of case {case_id}: {wrong}")
        cases = [
            dataclasses.replace(case, training=True) if case.case_id in references else case
            for case in self.cases
        ]
        files = {REFERENCES_FILE: references_to_bytes({**self.references, **references}, self.form)}
        self._change_cases("training", cases, files, new=list(references))

    def end_training(self, case_id: str) -> None:
        """Make a case one of the study that was to train on.

        Raises
        ------
        StudyError
            If it is none, or a reader has signed it off and so seen the reference.
        """
        case = self._case(case_id)
        if not case.training:
            raise StudyError(f"case {case_id} is not one to train on")
        if self.signed(case_id):
            raise StudyError(
                f"case {case_id} stays one to train on", needed="a case whose reference nobody has seen"
            )
        cases = [dataclasses.replace(one, training=False) if one is case else one for one in self.cases]
        references = {name: one for name, one in self.references.items() if name != case_id}
        files = {REFERENCES_FILE: references_to_bytes(references, self.form)}
        self._change_cases("training", cases, files, old=[case_id])

    def take_over_sites(
        self,
        cases: Iterable[Case],
        origins: Mapping[str, Origin],
        files: Mapping[str, bytes],
        tables: tuple[Mapping[str, Fields], tuple[Reread, ...], Mapping[str, Reference]],
        sites: Mapping[str, Value],
    ) -> None:
        """Take the cases of other studies into this one, which has none, in one line of the log.

        Parameters
        ----------
        cases, origins
            The cases under the names that they have here, and where each comes from.
        files : mapping
            Name -> content of sorted examinations and of the protocols and logs of the sites.
        tables : tuple
            Pathology, second readings and references under the names here.
        sites : mapping
            Site -> what the log says of it.
        """
        if self._cases:
            raise StudyError("studies are merged into a new one", found=f"{len(self._cases)} cases in it")
        cases = list(cases)
        pathology, rereads, references = tables
        check_distinct([*(case.case_id for case in cases), *(one.reread_id for one in rereads)])
        written = dict(files) | {ORIGINS_FILE: origins_to_bytes(origins)}
        if pathology:
            written[PATHOLOGY_FILE] = pathology_to_bytes(pathology)
        if rereads:
            written[REREADS_FILE] = rereads_to_bytes(rereads)
        if references:
            written[REFERENCES_FILE] = references_to_bytes(references, self.form)
        self._change_cases("merge", cases, written, new=dict(sites))
        self._origins, self._rereads, self._pathology = dict(origins), rereads, dict(pathology)

    def set_pathology(self, case_id: str, **fields: object) -> None:
        """Set fields of a case (names: `core.lexicon.clinic_fields`); None clears one.

        Raises
        ------
        HER2LowMRIError
            For a field or value that no report can state.
        """
        self._case(case_id)
        accepted = {name: clinic_fields()[name].accept(raw) for name, raw in fields.items()}
        kept = {**self._pathology.get(case_id, {}), **accepted}
        values: Fields = {name: value for name, value in kept.items() if value is not None}
        tests_from_fields(values)
        self._change_pathology(self._pathology | {case_id: values}, [case_id])

    @property
    def answers_file(self) -> Path:
        """Where the answers about the coordinator's tables are kept."""
        return inside(self._folder, ANSWERS_FILE)

    def look_at_pathology(self, table: Path, wishes: TableWishes | None = None) -> PathologyPlan:
        """See what a table of clinic and HER2 fields would change; nothing is written.

        Parameters
        ----------
        table : Path
            CSV or .xlsx, with case ids or patient ids. Rows of cases that were removed from the study are left out.
        wishes : TableWishes, optional
            What the coordinator says beside it: columns, answers.

        Raises
        ------
        StudyError
            If it is not such a table.
        """
        find = case_finder(self._cases, (case.case_id for case in self.removed), self.pseudonym)
        return plan_pathology(Path(table), self._pathology, self.cases, find, self.pseudonym, wishes)

    def take_pathology(self, plan: PathologyPlan) -> tuple[str, ...]:
        """Take over what `look_at_pathology` found; returns the cases that changed.

        Raises
        ------
        StudyError
            If the table leaves a question open, or fields would contradict each other. Nothing is taken over then.
        """
        plan.check()
        changed = list(dict.fromkeys([*plan.fields, *plan.details]))
        if changed:
            cases = {
                case_id: dataclasses.replace(case, **plan.details.get(case_id, {}))
                for case_id, case in self._cases.items()
            }
            self._change_pathology(self._pathology | plan.fields, changed, cases if plan.details else None)
        return tuple(changed)

    def change_protocol(self, **changes: Any) -> None:
        """Change settings that touch no reading: voi_choice, fit, features, size_tolerance_mm, min_dice, title."""
        allowed = {"voi_choice", "fit", "features", "min_dice", "size_tolerance_mm", "title"}
        if not set(changes) <= allowed:
            raise StudyError("this setting is fixed for the whole study", needed=", ".join(sorted(allowed)))
        protocol = dataclasses.replace(self.protocol, **changes)
        files = {STUDY_FILE: protocol_to_bytes(protocol)}
        self._record.change("protocol", files, old=self.protocol.to_json(), new=protocol.to_json())
        self.protocol = protocol

    def set_hanging(self, content: bytes) -> None:
        """Give the study a hanging protocol of its own (`hanging.parse_hanging` says whether it can be used)."""
        parse_hanging(content)
        self._record.change("hanging", {HANGING_FILE: content})

    def _set_excluded(self, case_id: str, reason: str | None) -> None:
        old = self._case(case_id)
        cases = [
            dataclasses.replace(case, excluded=reason) if case.case_id == case_id else case
            for case in self.cases
        ]
        self._change_cases("exclude", cases, case_id=case_id, old=old.excluded, new=reason)

    def _change_cases(
        self, action: str, cases: list[Case], files: Mapping[str, bytes] | None = None, **values: Value
    ) -> None:
        self._record.change(
            action, {**(files or {}), CASES_FILE: cases_to_bytes(self._folder, cases)}, **values
        )
        self._cases = {case.case_id: case for case in cases}

    def _change_both(
        self, action: str, cases: dict[str, Case], pathology: dict[str, Fields], **values: Value
    ) -> None:
        """Change cases.csv and pathology.csv in one line of the log.

        A case joins with `cases.csv` written last and leaves with it written first: stopped between the two, it is out.
        """
        ordered = {key: pathology[key] for key in cases if key in pathology}
        files = {CASES_FILE: cases_to_bytes(self._folder, cases.values())}
        if self._pathology or ordered:
            files[PATHOLOGY_FILE] = pathology_to_bytes(ordered)
        if len(cases) > len(self._cases):
            files = dict(reversed(files.items()))
        self._record.change(action, files, **values)
        self._cases, self._pathology = cases, ordered

    def _change_pathology(
        self, fields: dict[str, Fields], changed: list[str], cases: dict[str, Case] | None = None
    ) -> None:
        # Dates and laboratories identify too well for a log: it says that they changed, not to what.
        shown = [item.id for item in clinic_fields().items if item.exported]
        states = (self._pathology, self._cases), (fields, self._cases if cases is None else cases)
        old, new = (
            {case_id: _logged(pathology.get(case_id, {}), of[case_id], shown) for case_id in changed}
            for pathology, of in states
        )
        if cases is not None:
            self._change_both("pathology", cases, fields, old=old, new=new)
            return
        ordered = {case_id: fields[case_id] for case_id in self._cases if case_id in fields}
        self._record.change("pathology", {PATHOLOGY_FILE: pathology_to_bytes(ordered)}, old=old, new=new)
        self._pathology = ordered


def _logged(fields: Fields, case: Case, shown: list[str]) -> dict[str, Value]:
    details = {name: getattr(case, name) for name in DETAILS if getattr(case, name) is not None}
    return details | {name: fields[name] for name in shown if name in fields}


def _sorted_files(examinations: Iterable[tuple[Case, Examination]]) -> dict[str, bytes]:
    """Name -> content of the files of sorted examinations."""
    return {
        examination_name(checked_name(case.case_id)): examination_bytes(case.images, one)
        for case, one in examinations
    }
