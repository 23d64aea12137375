"""A study folder that came from somebody else: what in it should be known before it is opened for the first time."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import real_place
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import Case, places_of
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.study.own_files import MOST_BYTES, is_link
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.study.session_lock import LOCK_NAME, SESSION_PREFIX
from HER2LowMRILib.study.study_folder import Study, open_study
from HER2LowMRILib.workflow.check_study import CheckReport, Finding, check_study

# What a study consists of; the rest came with it and belongs to nobody.
_PARTS = frozenset(
    (
        *(
            "study.json",
            "lexicon.json",
            "cases.csv",
            "pathology.csv",
            "pseudonym.key",
            "coordinator.json",
            "log.jsonl",
        ),
        *(
            "readers",
            "adjudication",
            "removed",
            "derived",
            "images",
            "examinations",
            "table_answers.csv",
            "hanging.json",
            "rereads.csv",
            "references.csv",
            "origins.csv",
            "sites",
        ),
    )
)
_NAMING = ("PatientName", "PatientBirthDate", "PatientAddress", "OtherPatientIDs", "AccessionNumber")


@tells_disk_errors
def check_received(folder: Path, progress: Callable[[float], None] | None = None) -> CheckReport:
    """Check a study of somebody else: names, links, places, sizes, hashes, identity in headers, versions.

    Nothing in it is opened before it is known to be a plain file of a size that can be read.

    Parameters
    ----------
    folder : Path
        The study.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    CheckReport
        As of `check_study`, with what only matters in a study of others; findings name no path and nobody.
    """
    kinds = list(_kinds(folder))
    if kinds:
        # Nothing is read through a link, a pipe or a file without end.
        return CheckReport(0, 0, tuple(kinds), ("nothing else was looked at: put this right first",))
    study = open_study(folder)
    report = check_study(study, progress=progress)
    findings = [*report.findings, *_names(folder, study)]
    for case in study.cohort().cases:
        findings += _of_case(case, folder)
    return CheckReport(report.cases, report.readings, tuple(findings), (*report.notes, *_notes(folder)))


def _kinds(folder: Path) -> Iterator[Finding]:
    """Links, files that are none, and files that are too long, each counted where it lies."""
    found: Counter[tuple[str, str]] = Counter()
    for parent, names, files in os.walk(folder, followlinks=False):
        inside = Path(parent).relative_to(folder).parts
        for name in (*names, *files):
            what = _kind(Path(parent) / name, is_image=inside[:1] == ("images",))
            if what is not None:
                found[(inside[0] if inside else "study"), what] += 1
    for (where, what), count in sorted(found.items()):
        yield Finding(where if where in _PARTS else "study", f"{counted(count, what, _PLURALS[what])}")


_LINK, _NO_FILE, _LONG = "link", "pipe, device or socket", f"file of more than {MOST_BYTES // 2**20} MiB"
_PLURALS = {
    _LINK: "links",
    _NO_FILE: "pipes, devices or sockets",
    _LONG: f"files of more than {MOST_BYTES // 2**20} MiB",
}


def _kind(path: Path, is_image: bool) -> str | None:
    if is_link(path):
        return _LINK
    found = path.lstat()
    if stat.S_ISDIR(found.st_mode):
        return None
    if not stat.S_ISREG(found.st_mode):
        return _NO_FILE
    return _LONG if found.st_size > MOST_BYTES and not is_image else None


def _names(folder: Path, study: Study) -> Iterator[Finding]:
    """What lies in the study and belongs to none of its parts, people or cases."""
    strangers = [
        path.name
        for path in folder.iterdir()
        if path.name not in _PARTS and not path.name.startswith((LOCK_NAME, SESSION_PREFIX))
    ]
    if strangers:
        yield Finding(
            "study", f"{counted(len(strangers), 'file or folder', 'files or folders')} that no study has"
        )
    readers = [path.name for path in (folder / "readers").iterdir()] if (folder / "readers").is_dir() else []
    others = [name for name in readers if name not in study.protocol.readers]
    if others:
        yield Finding("study", f"{counted(len(others), 'folder')} of readers that the protocol does not name")
    for part in ("removed", "images"):
        names = [path.name for path in (folder / part).iterdir()] if (folder / part).is_dir() else []
        unsafe = sum(not _is_name(name) for name in names if not name.startswith("."))
        if unsafe:
            yield Finding(part, f"{counted(unsafe, 'name')} that no case has")


def _is_name(name: str) -> bool:
    try:
        return bool(checked_name(name))
    except StudyError:
        return False


def _of_case(case: Case, folder: Path) -> Iterator[Finding]:
    where, root = f"case {case.case_id}", real_place(folder)
    places = [(role, place) for role in case.images.roles for place in places_of(case.images, role)]
    outside = sorted({role for role, place in places if not real_place(place).is_relative_to(root)})
    if outside:
        # They are this computer's files, whoever wrote the table; nothing of them is read.
        yield Finding(where, f"its {', '.join(outside)} images lie outside the folder that was received")
        return
    if not case.images.sha256:
        yield Finding(
            where, "no hash of its images was recorded: nobody can tell whether they are those that were read"
        )
    try:
        refuse_changed_images(case.images)
    except StudyError as error:
        yield Finding(where, without_names(str(error), case.images))
    stated = [(tag, texts) for _, place in places for tag, texts in stated_in(place, _NAMING).items()]
    # De-identified copies state the case in place of the patient, and the rest as blank.
    naming = sorted({tag for tag, texts in stated if set(texts) - {case.case_id}})
    if naming:
        yield Finding(where, f"its images say who the patient is ({', '.join(naming)})")


def _notes(folder: Path) -> Iterator[str]:
    left = [path.name for path in folder.rglob(".*") if path.name.startswith((LOCK_NAME, SESSION_PREFIX))]
    if left:
        yield f"{counted(len(left), 'lock or session', 'locks or sessions')} came with it: use --take-over"
    left = [path.name for path in folder.rglob(f".*{TEMPORARY_SUFFIX}")]
    if left:
        yield f"{counted(len(left), 'temporary file')} came with it"
