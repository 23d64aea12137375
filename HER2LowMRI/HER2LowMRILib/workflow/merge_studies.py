"""One study of the studies of several sites: their cases, readings, decisions and pathology, each with its own log.

The readings and decisions are copied byte by byte, so that their logs can be verified as before; the log of each site's
coordinator goes along in `sites/`. The images stay where they are.
"""

import contextlib
import dataclasses
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted, first_of
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.files.verified_write import make_folder, not_saved, write_verified
from HER2LowMRILib.study.adjudicator_view import adjudication_files
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.change_log import Value
from HER2LowMRILib.study.coordinator_record import SITE_FILES, SITES_FOLDER
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.examinations import examination_name
from HER2LowMRILib.study.origins import Origin
from HER2LowMRILib.study.own_files import inside, own_entries, read_own
from HER2LowMRILib.study.pathology import Fields
from HER2LowMRILib.study.protocol import Protocol
from HER2LowMRILib.study.references import Reference
from HER2LowMRILib.study.rereads import Reread
from HER2LowMRILib.study.study_folder import (
    ADJUDICATION_FOLDER,
    LEXICON_FILE,
    READERS_FOLDER,
    Study,
    create_study,
    open_study,
)
from HER2LowMRILib.workflow.check_study import check_study

# What may differ from site to site; whatever else the protocol says decides a number or how it is read.
OF_A_SITE = ("title", "readers", "seed", "lexicon", "created", "software")
_WORDS = {
    "lexicon_sha256": "lexicon",
    "fit": "fit of the maps",
    "features": "maps, bins and rings",
    "voi_choice": "choice of the VOI",
    "size_tolerance_mm": "tolerance of sizes",
    "min_dice": "lowest Dice coefficient",
    "stages": "stages of a reading",
    "synthetic": "mark of made-up data",
}


@dataclass(frozen=True)
class MergePlan:
    """What merging would give.

    Attributes
    ----------
    sites : mapping
        Site -> study folder.
    names : mapping
        (Site, case id there) -> case id in the merged study; ids of second readings too.
    readers : tuple of str
        Readers of the merged study.
    protocol : Protocol
        Of the first site, whose settings are those of all.
    notes : tuple of str
        What to know: cases that are called otherwise, what stays behind.
    problems : tuple of str
        Why the studies cannot be merged, all at once.
    """

    sites: Mapping[str, Path]
    names: Mapping[tuple[str, str], str]
    readers: tuple[str, ...]
    protocol: Protocol
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def plan_merge(
    sites: Mapping[str, Path], *, prefix: bool = False, readers: Sequence[str] | None = None
) -> MergePlan:
    """See whether studies can be merged, and what the cases would be called; nothing is written.

    Parameters
    ----------
    sites : mapping
        Name of the site -> its study folder; two or more.
    prefix : bool
        Put the name of the site before every case id.
    readers : sequence of str, optional
        What the readers of each site, in the order of its protocol, are called in the merged study. Needed where the
        sites call them differently.

    Raises
    ------
    StudyError
        If a folder is not a study.
    """
    if len(sites) < 2:
        raise StudyError("nothing is to be merged", needed="the studies of two or more sites")
    check_distinct([checked_name(site, "name of a site") for site in sites], "name of a site")
    studies = {site: open_study(folder) for site, folder in sites.items()}
    first = next(iter(studies.values()))
    problems = [*_differences(studies), *_reader_problems(studies, readers)]
    cohorts = {site: study.cohort() for site, study in studies.items()}
    names: dict[tuple[str, str], str] = {}
    notes: list[str] = []
    for site, cohort in cohorts.items():
        ids = [*(case.case_id for case in cohort.cases), *(one.reread_id for one in cohort.rereads)]
        for case_id in ids:
            names[site, case_id] = f"{site}-{case_id}" if prefix else case_id
        if cohort.origins:
            problems.append(f"{site} was merged itself: merge the studies that it was made of")
        removed = len(cohort.removed)
        if removed:
            notes.append(f"{site}: {counted(removed, 'removed case')} stay behind, the log says which")
    problems += [*_name_problems(names, prefix), *_findings(studies)]
    notes += [f"{site}: {counted(len(cohort.cases), 'case')}" for site, cohort in cohorts.items()]
    merged_readers = tuple(readers) if readers is not None else first.protocol.readers
    return MergePlan(dict(sites), names, merged_readers, first.protocol, tuple(notes), tuple(problems))


def _reader_problems(studies: Mapping[str, Study], readers: Sequence[str] | None) -> list[str]:
    called = {study.protocol.readers for study in studies.values()}
    count = {len(study.protocol.readers) for study in studies.values()}
    if len(count) > 1:
        found = ", ".join(f"{site} {len(study.protocol.readers)}" for site, study in studies.items())
        return [f"the sites have different numbers of readers: {found}"]
    if readers is not None and len(readers) != next(iter(count)):
        return [f"{counted(len(readers), 'reader')} named, where each site has {next(iter(count))}"]
    if readers is None and len(called) > 1:
        found = "; ".join(f"{site} {', '.join(study.protocol.readers)}" for site, study in studies.items())
        return [
            f"the sites call their readers differently ({found}): say with --readers what the first, second, ... "
            "reader of each site is called in the merged study"
        ]
    return []


def _findings(studies: Mapping[str, Study]) -> list[str]:
    """What the check of each study found, and who has it open."""
    found = []
    for site, study in studies.items():
        report = check_study(study)
        found += [f"{site}: {finding}" for finding in report.findings]
        found += [f"{site}: {note}" for note in report.notes if "is open in a session" in note]
    return found


def _differences(studies: Mapping[str, Study]) -> list[str]:
    (first_site, first), *others = studies.items()
    found = []
    for site, study in others:
        for field in dataclasses.fields(Protocol):
            one, other = getattr(first.protocol, field.name), getattr(study.protocol, field.name)
            if field.name in OF_A_SITE:
                continue
            words = _WORDS.get(field.name, field.name.replace("_", " "))
            if field.name == "voi_choice":
                # A reader is told by the place in the list: the ids may differ.
                one, other = (
                    value
                    if value not in of.protocol.readers
                    else f"reader {of.protocol.readers.index(value) + 1}"
                    for value, of in ((one, first), (other, study))
                )
            if one != other:
                found.append(
                    f"the {words} of {site} is not that of {first_site}: {_shown(other)}, not {_shown(one)}"
                )
    return found + _b_value_differences(studies)


def _shown(value: Any) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = getattr(value, "definition_id", None) or dataclasses.asdict(value)
    return str(value)[:120]


def _b_value_differences(studies: Mapping[str, Study]) -> list[str]:
    """b-values that the coordinators typed; those in the images are compared row by row, in the export."""
    typed = {
        site: {case.images.b_values for case in study.cohort().cases if case.images.b_values}
        for site, study in studies.items()
    }
    every = set().union(*typed.values())
    if len(every) < 2:
        return []
    words = "; ".join(
        f"{site} {' or '.join(' '.join(f'{b:g}' for b in values) for values in sorted(found))}"
        for site, found in typed.items()
        if found
    )
    return [f"the b-values of the sites differ: {words} [s/mm2]"]


def _name_problems(names: Mapping[tuple[str, str], str], prefix: bool) -> list[str]:
    times = Counter(name.lower() for name in names.values())
    again = sorted({name for name in names.values() if times[name.lower()] > 1})
    if again:
        return [
            f"case ids that several sites have: {first_of(again, 5)}. Where these are other patients, "
            "--prefix puts the site before every id; where they are the same, merge one of the two"
        ]
    try:
        for name in names.values():
            checked_name(name)
    except StudyError as error:
        return [f"case ids with the site before them: {error}"]
    return []


@tells_disk_errors
def merge_studies(
    plan: MergePlan, out: Path, *, title: str = "", progress: Callable[[float], None] | None = None
) -> Study:
    """Make the merged study.

    Parameters
    ----------
    plan : MergePlan
        From `plan_merge`, without problems.
    out : Path
        A folder that is not there yet. The study is made beside it and gets its name when all is in it.
    title : str
        Of the merged study; those of the sites joined if left out.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    StudyError
        If the plan has a problem, the folder is there, a site is open in a session, or something cannot be written.
        Nothing is left behind then.
    """
    if plan.problems:
        more = f" (and {len(plan.problems) - 1} more)" if plan.problems[1:] else ""
        raise StudyError(f"the studies cannot be merged: {plan.problems[0]}{more}")
    out = Path(out).absolute()
    if out.exists():
        raise StudyError("studies are merged into a new folder", found=f"{out.name}, which is there")
    make_folder(out.parent, "the folder of the merged study")
    unfinished = out.with_name(f".{out.name}.merging")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        _fill(plan, unfinished, title, progress or (lambda _fraction: None))
        unfinished.replace(out)
    except OSError as error:
        raise not_saved("the merged study", error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return open_study(out)


def _fill(plan: MergePlan, folder: Path, title: str, progress: Callable[[float], None]) -> None:
    protocol = plan.protocol
    studies = {site: open_study(path) for site, path in plan.sites.items()}
    first = next(iter(studies.values()))
    merged = create_study(
        folder,
        title or " + ".join(dict.fromkeys(study.protocol.title for study in studies.values())),
        plan.readers,
        lexicon=first.folder / LEXICON_FILE,
        fit=protocol.fit,
        features=protocol.features,
        voi_choice=_voi_choice(plan, protocol),
        size_tolerance_mm=protocol.size_tolerance_mm,
        min_dice=protocol.min_dice,
        stages=protocol.stages,
        outline=protocol.outline,
        synthetic=protocol.synthetic,
    )
    parts = []
    for number, (site, study) in enumerate(studies.items(), start=1):
        # Nobody may save there while it is copied.
        with study.coordinator() as office, office.nobody_reads(False):
            part = _part_of(plan, site, study, office)
            _copy_records(plan, site, study, folder, office)
            parts.append(part)
        progress(number / (len(studies) + 1))
    with merged.coordinator() as office:
        office.take_over_sites(
            [case for part in parts for case in part.cases],
            _joined(part.origins for part in parts),
            _joined(part.files for part in parts),
            (
                _joined(part.pathology for part in parts),
                tuple(one for part in parts for one in part.rereads),
                _joined(part.references for part in parts),
            ),
            {part.site: part.said for part in parts},
        )
    wrong = check_study(open_study(folder)).findings
    if wrong:
        raise StudyError(f"the merged study is not whole: {wrong[0]}", todo="Merge again")


def _voi_choice(plan: MergePlan, protocol: Protocol) -> str:
    """The rule of the sites, with the reader under the merged study's name."""
    here = dict(zip(protocol.readers, plan.readers, strict=True))
    return here.get(protocol.voi_choice, protocol.voi_choice)


def _joined(parts: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


@dataclass(frozen=True)
class _Part:
    """What a site brings; names are those of the merged study."""

    site: str
    cases: list[Case]
    origins: dict[str, Origin]
    files: dict[str, bytes]
    pathology: dict[str, Fields]
    rereads: tuple[Reread, ...]
    references: dict[str, Reference]
    said: dict[str, Value]


def _part_of(plan: MergePlan, site: str, study: Study, office: CoordinatorView) -> _Part:
    def here(case_id: str) -> str:
        return plan.names[site, case_id]

    protocol = study.protocol
    cases, files = [], {}
    for case in office.cases:
        # Places in a site's folder are outside the merged study, and so whole.
        images = case.images.moved(lambda place, _role, _number: place.absolute())
        of_site = case.site or site
        cases.append(dataclasses.replace(case, case_id=here(case.case_id), images=images, site=of_site))
        with contextlib.suppress(FileNotFoundError):
            content = read_own(study.folder / examination_name(case.case_id))
            files[examination_name(here(case.case_id))] = content
    for name in SITE_FILES:
        files[f"{SITES_FOLDER}/{site}/{name}"] = read_own(study.folder / name)
    log = files[f"{SITES_FOLDER}/{site}/log.jsonl"]
    return _Part(
        site,
        cases,
        {
            here(case.case_id): Origin(site, case.case_id, protocol.seed, protocol.readers)
            for case in office.cases
        },
        files,
        {
            here(c.case_id): dict(office.pathology(c.case_id))
            for c in office.cases
            if office.pathology(c.case_id)
        },
        tuple(_reread_here(plan, site, one) for one in office.rereads),
        {here(case_id): one for case_id, one in office.references.items() if (site, case_id) in plan.names},
        {
            "title": protocol.title,
            "created": protocol.created,
            "cases": len(cases),
            "log_sha256": hashlib.sha256(log).hexdigest(),
        },
    )


def _reread_here(plan: MergePlan, site: str, one: Reread) -> Reread:
    names = plan.names
    # A copy under the second id stays in the folder of its site.
    return dataclasses.replace(
        one, case_id=names[site, one.case_id], reread_id=names[site, one.reread_id], images_sha256={}
    )


def _copy_records(plan: MergePlan, site: str, study: Study, folder: Path, office: CoordinatorView) -> None:
    names = {case.case_id: plan.names[site, case.case_id] for case in office.cases}
    readers = dict(zip(study.protocol.readers, plan.readers, strict=True))
    second = {one.reread_id: _reread_here(plan, site, one).reread_id for one in office.rereads}
    for reader, reader_here in readers.items():
        for there, here in (names | second).items():
            source = inside(study.folder, READERS_FOLDER, reader, there)
            _copy_files(source, inside(folder, READERS_FOLDER, reader_here, here))
    for there, here in names.items():
        sources = adjudication_files(inside(study.folder, ADJUDICATION_FOLDER), there)
        targets = adjudication_files(inside(folder, ADJUDICATION_FOLDER), here)
        for source, target in zip(sources, targets, strict=True):
            if source.is_file():
                write_verified(target, read_own(source))


def _copy_files(source: Path, target: Path) -> None:
    files = [file for file in own_entries(source) if file.is_file() and not file.name.startswith(".")]
    if files:
        make_folder(target, "the folder of a reading")
    for file in files:
        write_verified(target / file.name, read_own(file))


def merge_lines(plan: MergePlan) -> list[str]:
    """What merging would give, in words."""
    renamed = sum(there != here for (_site, there), here in plan.names.items())
    lines = [*plan.notes, *(["the site stands before every case id"] if renamed else [])]
    return [*lines, *plan.problems]
