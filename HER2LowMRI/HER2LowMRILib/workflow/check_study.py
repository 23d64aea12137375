"""Look at every file of a study: is it whole, does it follow from its log, is it what was signed."""

import functools
import itertools
import time
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX
from HER2LowMRILib.images.quality_gate import Verdict
from HER2LowMRILib.study import adjudication, readings
from HER2LowMRILib.study.adjudicator_view import adjudication_files
from HER2LowMRILib.study.case_list import Case, places_of, read_cases
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.coordinator_record import coordinator_problems, erased_cases
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.study.own_files import inside, own_folders
from HER2LowMRILib.study.protocol import Protocol
from HER2LowMRILib.study.pseudonyms import read_key
from HER2LowMRILib.study.record_file import examine, record_problems
from HER2LowMRILib.study.removed_cases import left_behind, removed_readings, removed_rereads
from HER2LowMRILib.study.rereads import Reread
from HER2LowMRILib.study.session_lock import LOCK_NAME
from HER2LowMRILib.study.still_there import require_there
from HER2LowMRILib.study.study_folder import ADJUDICATION_FOLDER, READERS_FOLDER, Study
from HER2LowMRILib.workflow.case_maps import maps_of_case

_WAITS_S = (0.1, 0.3, 0.6)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes
    ----------
    where : str
        Role and case, without any path.
    what : str
        What is wrong.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class CheckReport:
    """What `check_study` saw: how much it looked at, what is wrong, what is worth knowing (open sessions)."""

    cases: int
    readings: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


@tells_disk_errors
def check_study(
    study: Study, *, images: bool = False, progress: Callable[[float], None] | None = None
) -> CheckReport:
    """Check every file and hash of a study; changes nothing.

    Parameters
    ----------
    study : Study
        The study.
    images : bool
        Also read diffusion images and maps of every case, which takes as long as an export.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    CheckReport
    """
    cohort = study.cohort()
    findings = [Finding("coordinator", problem) for problem in coordinator_problems(study.folder)]
    try:
        read_key(study.folder)
    except StudyError as error:
        # Recorded studies are told above; those of earlier versions have only the form of the key.
        findings += [] if findings else [Finding("coordinator", str(error))]
    if study.protocol.lexicon_sha256 != study.form.lexicon.digest:
        findings.append(
            Finding("study", f"the edition {study.protocol.lexicon} is not the one the study began with")
        )
    known = {case.case_id for case in cohort.cases}
    findings += _removed_findings(study, cohort)
    known |= {case.case_id for case in cohort.removed}
    cases, again = cohort.cases, {one.case_id: one for one in cohort.rereads}
    folders = {case.case_id: [case.case_id] for case in cases}
    for one in again.values():
        folders[one.case_id].append(one.reread_id)
    qualities: list[str] = []
    count = 0
    for done, case in enumerate(cases, start=1):
        for reader, name in itertools.product(study.protocol.readers, folders[case.case_id]):
            folder = study.folder / READERS_FOLDER / reader / name
            count += (folder / readings.LOG_FILE).exists()
            of_reader = functools.partial(_findings_of_reader, study, name, reader)
            findings += _settled(study, case.case_id, of_reader)
        of_desk = functools.partial(_adjudication_findings, study, case.case_id)
        findings += _settled(study, case.case_id, of_desk)
        findings += _image_findings(case, study.protocol, images, qualities)
        second = again.get(case.case_id)
        if second is not None and second.images_sha256:
            findings += _second_findings(study, second, case, images, qualities)
        findings += _owner_findings(case, cohort)
        if progress is not None:
            progress(done / len(cases))
    known |= {one.reread_id for one in again.values()}
    findings += _stranger_findings(study, known)
    left = sum(1 for _ in study.folder.rglob(f".*{TEMPORARY_SUFFIX}"))
    saves = f"{counted(left, 'file')} of interrupted saves can be deleted (.*{TEMPORARY_SUFFIX})"
    notes = [saves] if left else []
    notes += qualities
    notes += [f"{role} is open in a session" for role in _open_roles(study)]
    require_there(study.folder)
    return CheckReport(len(cases), count, tuple(findings), tuple(notes))


def _stranger_findings(study: Study, known: Container[str]) -> Iterator[Finding]:
    for reader in study.protocol.readers:
        found = own_folders(study.folder / READERS_FOLDER / reader)
        strangers = sum(folder.name not in known for folder in found)
        if strangers:
            what = f"{counted(strangers, 'folder')} of readings of no case of the study"
            yield Finding(f"reader {reader}", what)


def _settled(study: Study, case_id: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Findings that stay: while a session is open, files change between two looks, and whole cases are moved."""
    findings = list(look())
    for wait in _WAITS_S:
        if not findings or not any(_open_roles(study)):
            break
        time.sleep(wait)
        findings = list(look())
    if (
        findings
        and any(_open_roles(study))
        and case_id not in {case.case_id for case in read_cases(study.folder)}
    ):
        return []
    return findings


def _findings_of_reader(study: Study, case_id: str, reader: str) -> Iterator[Finding]:
    where = f"reader {reader}, case {case_id}"
    try:
        folder = inside(study.folder, READERS_FOLDER, reader, case_id)
    except StudyError as error:
        yield Finding(where, str(error))
        return
    yield from _reading_findings(study.form, where, folder)


def _removed_findings(study: Study, cohort: CohortView) -> Iterator[Finding]:
    """What is wrong with cases that were removed: they can come back, and must be as they were."""
    erased = erased_cases(study.folder)
    for case in cohort.removed:
        where = f"removed case {case.case_id}"
        if case.damage is not None:
            yield Finding(where, case.damage)
            continue
        if left_behind(study.folder, case.case_id) or (case.is_erased and case.case_id not in erased):
            yield Finding(where, "its removal was interrupted: `study remove` again, as before")
        for found in (removed_readings, removed_rereads):
            for reader, folder in found(study.folder, case.case_id).items():
                yield from _reading_findings(cohort.form, f"{where}, reader {reader}", folder)


def _reading_findings(form: Form, where: str, folder: Path) -> Iterator[Finding]:
    files = folder / readings.READING_FILE, folder / readings.LOG_FILE
    found = examine(*files, readings.KIND)
    for problem in found.problems:
        yield Finding(where, problem)
    for version in readings.versions_in(found.state) if found.state is not None else ():
        wrong = form.problems(version.answers)
        if wrong:
            yield Finding(where, f"version {version.number}: {'; '.join(wrong.values())}")
        if version.voi_file is not None:
            try:
                readings.checked_voi_content(folder, version)
            except StudyError as error:
                yield Finding(where, f"version {version.number}: {error}")


def _adjudication_findings(study: Study, case_id: str) -> Iterator[Finding]:
    try:
        files = adjudication_files(inside(study.folder, ADJUDICATION_FOLDER), case_id)
    except StudyError as error:
        yield Finding(f"adjudication, case {case_id}", str(error))
        return
    for problem in record_problems(*files, adjudication.KIND):
        yield Finding(f"adjudication, case {case_id}", problem)


def _image_findings(case: Case, protocol: Protocol, read: bool, qualities: list[str]) -> Iterator[Finding]:
    """What is wrong with the images of a case; how good they are is added to ``qualities`` where they do not pass."""
    for role in case.images.roles:
        places = places_of(case.images, role)
        absent = [place for place in places if not place.exists()]
        if absent:
            yield Finding(
                f"case {case.case_id}",
                f"its {role} images are not where they were ({len(absent)} of {len(places)})",
            )
    if not read:
        return
    try:
        refuse_changed_images(case.images)
        if all(place.exists() for role in case.images.roles for place in places_of(case.images, role)):
            found = maps_of_case(case.images, protocol.fit, protocol.features, with_series=True)
            if found.quality is not None and found.quality.verdict is not Verdict.PASS:
                reasons = "; ".join(found.quality.reasons)
                qualities.append(
                    f"case {case.case_id}, image quality: {found.quality.verdict.value} ({reasons})"
                )
    except HER2LowMRIError as error:
        yield Finding(f"case {case.case_id}", without_names(str(error), case.images))


def _second_findings(
    study: Study, second: Reread, case: Case, read: bool, qualities: list[str]
) -> Iterator[Finding]:
    """What is wrong with the copy of a case's images that is read the second time."""
    try:
        again = second.case_again(study.folder, case)
    except StudyError as error:
        yield Finding(f"case {second.reread_id}", str(error))
        return
    yield from _image_findings(again, study.protocol, read, qualities)


def _owner_findings(case: Case, cohort: CohortView) -> Iterator[Finding]:
    owner = cohort.owner(case)
    if owner.problem is not None:
        yield Finding(f"case {case.case_id}", owner.problem)


def _open_roles(study: Study) -> Iterator[str]:
    folders: dict[str, Path] = {"the coordinator's desk": study.folder}
    folders |= {
        f"reader {reader}": study.folder / READERS_FOLDER / reader for reader in study.protocol.readers
    }
    folders["the adjudicator's desk"] = study.folder / ADJUDICATION_FOLDER
    return (role for role, folder in folders.items() if (folder / LOCK_NAME).exists())
