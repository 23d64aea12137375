"""The study folder: protocol, roles and the ways into it.

study.json                      protocol: readers, seed, lexicon edition, fit, VOI rule
lexicon.json                    the edition of the lexicon, so that an update of the software changes no question
cases.csv                       case id and images (case_list)
pathology.csv                   the coordinator's (coordinator_view)
references.csv                  what cases to train on were agreed to show (references)
origins.csv, sites/             of a merged study: where each case comes from, and the logs of those studies (origins)
rereads.csv                     cases that are read twice, under another id (rereads)
pseudonym.key                   turns patient ids into case ids; never leaves the folder
coordinator.json, log.jsonl     hashes of the coordinator's files, what was changed (coordinator_record)
readers/<reader>/<case>/        reading.json, voi.seg.nrrd, log.jsonl (readings)
adjudication/<case>.json        decisions of the adjudicator, with their log (adjudication)
removed/<case>/                 cases that were taken out (removed_cases)
examinations/<case>.json        which images are the T1, T2, phases of a case, with its log (examinations)
derived/                        maps, caches, exports: can be deleted at any time
"""

import contextlib
import dataclasses
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import (
    DEFAULT_EDITION,
    Lexicon,
    edition_text,
    load_lexicon,
    parse_lexicon,
)
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.files.disk_errors import door, tells_disk_errors
from HER2LowMRILib.files.verified_write import make_folder, not_saved
from HER2LowMRILib.study.case_list import CASES_FILE, Case, cases_to_bytes, read_cases
from HER2LowMRILib.study.change_log import now_utc
from HER2LowMRILib.study.coordinator_record import (
    KEY_FILE,
    LOG_FILE,
    RECORD_FILE,
    CoordinatorRecord,
    require_recorded,
)
from HER2LowMRILib.study.due_rereads import due_rereads, read_again
from HER2LowMRILib.study.examinations import ImagesOfCases
from HER2LowMRILib.study.known_studies import SET_UP, remember
from HER2LowMRILib.study.origins import SidesOfCases, read_origins
from HER2LowMRILib.study.own_files import delete, inside, own_entries, own_folders, read_own
from HER2LowMRILib.study.protocol import (
    SIZE_TOLERANCE_MM,
    STUDY_FILE,
    VOI_MEAN,
    Protocol,
    protocol_to_bytes,
    read_protocol,
)
from HER2LowMRILib.study.pseudonyms import write_key
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.reading_order import reading_order
from HER2LowMRILib.study.references import ReferencesOfCases
from HER2LowMRILib.study.rereads import read_rereads, refuse_names_of_cases
from HER2LowMRILib.study.session_lock import LOCK_NAME, SESSION_PREFIX, SessionLock
from HER2LowMRILib.study.stages import ALL_AT_ONCE

if TYPE_CHECKING:
    from HER2LowMRILib.study.adjudicator_view import AdjudicatorView
    from HER2LowMRILib.study.cohort_view import CohortView
    from HER2LowMRILib.study.coordinator_view import CoordinatorView

LEXICON_FILE = "lexicon.json"
READERS_FOLDER, ADJUDICATION_FOLDER, DERIVED_FOLDER = "readers", "adjudication", "derived"
# What a study consists of before its first case.
_SKELETON = frozenset(
    {
        READERS_FOLDER,
        ADJUDICATION_FOLDER,
        DERIVED_FOLDER,
        KEY_FILE,
        LEXICON_FILE,
        CASES_FILE,
        RECORD_FILE,
        LOG_FILE,
    }
)


@door
class Study:
    """A study folder that can be entered in one role at a time. Made by `open_study` and `create_study`."""

    def __init__(self, folder: Path, protocol: Protocol):
        self.folder, self.protocol = folder, protocol
        self.form = Form(_lexicon_of(folder, protocol))

    def reader(self, reader: str, take_over: bool = False) -> ReaderView:
        """Enter as a reader.

        Parameters
        ----------
        reader : str
            One of `protocol.readers`.
        take_over : bool
            Take the reader's folder from another session. Ask the user before.

        Raises
        ------
        StudyError
            If there is no such reader.
        StudyLocked
            If another session has the reader's folder open.
        """
        if reader not in self.protocol.readers:
            raise StudyError("there is no such reader", needed=f"one of {', '.join(self.protocol.readers)}")

        folder = inside(self.folder, READERS_FOLDER, reader)

        def in_order() -> tuple[Case, ...]:
            cases = {case.case_id: case for case in self._cases_to_read()}
            rereads = read_rereads(self.folder)
            refuse_names_of_cases(rereads, cases)
            due = due_rereads(folder, rereads)
            again = {
                one.reread_id: read_again(cases[one.case_id], one) for one in due if one.case_id in cases
            }
            of_study = cases | again
            ordered = [of_study[case_id] for case_id in reading_order(of_study, reader, self.protocol.seed)]
            # Who trains, trains first.
            return tuple(sorted(ordered, key=lambda case: not case.training))

        return ReaderView(
            folder,
            reader,
            self.protocol.about,
            self.form,
            in_order,
            ImagesOfCases(self.folder, self.protocol.stages),
            ReferencesOfCases(self.folder),
            take_over,
        )

    def adjudicator(self, take_over: bool = False) -> "AdjudicatorView":
        """Enter as the adjudicator; see `reader` for ``take_over``."""
        from HER2LowMRILib.study.adjudicator_view import AdjudicatorView

        return AdjudicatorView(
            inside(self.folder, ADJUDICATION_FOLDER),
            inside(self.folder, READERS_FOLDER),
            inside(self.folder, DERIVED_FOLDER, ADJUDICATION_FOLDER),
            self.protocol,
            self.form,
            lambda: tuple(case for case in self._cases_to_read() if not case.training),
            ImagesOfCases(self.folder),
            SidesOfCases(self.protocol, read_origins(self.folder, len(self.protocol.readers))),
            take_over,
        )

    def with_intervals(self) -> "Study":
        """The same study, as if it had asked for intervals of the features; nothing is written."""
        features = dataclasses.replace(self.protocol.features, intervals=True)
        return Study(self.folder, dataclasses.replace(self.protocol, features=features))

    def with_bins_of(self, factor: float) -> "Study":
        """The same study with every bin of the entropy wider by a factor; nothing is written."""
        features = self.protocol.features.with_bins_of(factor)
        return Study(self.folder, dataclasses.replace(self.protocol, features=features))

    def _cases_to_read(self) -> tuple[Case, ...]:
        require_recorded(self.folder, (STUDY_FILE, CASES_FILE))
        require_lexicon(self.form, self.protocol)
        return tuple(case for case in read_cases(self.folder) if case.excluded is None)

    def cohort(self) -> "CohortView":
        """Look at the whole study without the right to change it (for the export)."""
        from HER2LowMRILib.study.cohort_view import CohortView

        return CohortView(self.folder, self.protocol, self.form)

    def coordinator(self, take_over: bool = False) -> "CoordinatorView":
        """Enter as the coordinator; see `reader` for ``take_over``."""
        from HER2LowMRILib.study.coordinator_view import CoordinatorView

        require_lexicon(self.form, self.protocol)
        return CoordinatorView(self.folder, self.protocol, self.form, take_over)


@tells_disk_errors
def create_study(
    folder: Path,
    title: str,
    readers: tuple[str, ...] = ("r1", "r2"),
    *,
    seed: int | None = None,
    lexicon: str | Path = DEFAULT_EDITION,
    fit: FitOptions | None = None,
    features: FeatureSet | None = None,
    voi_choice: str = VOI_MEAN,
    min_dice: float | None = None,
    size_tolerance_mm: float = SIZE_TOLERANCE_MM,
    stages: str = ALL_AT_ONCE,
    measured_beside: bool = False,
    outline: OutlineRules | None = None,
    synthetic: bool = False,
) -> Study:
    """Set up an empty study.

    Parameters
    ----------
    folder : Path
        A new or empty folder.
    title : str
        Shown to every role; no identity.
    readers : tuple of str
        Ids of the readers, e.g. ("r1", "r2").
    seed : int, optional
        Of the reading orders; drawn at random and kept in the protocol when it is not given.
    lexicon : str or Path
        Edition of the vocabulary, or the file of an edition of one's own (docs/lexicon.md). The study keeps a copy.
    fit : FitOptions, optional
        How maps are fitted.
    features : FeatureSet, optional
        What is measured; the 21 features when left out.
    voi_choice, min_dice, size_tolerance_mm : optional
        See `Protocol`.
    stages : str
        See `Protocol`.
    measured_beside : bool
        Measure values beside the descriptors (`core.measured_beside`), as `FeatureSet.beside`.
    outline : OutlineRules, optional
        How outlines may be made; by hand alone when left out.
    synthetic : bool
        Mark the study as made up.

    Raises
    ------
    StudyError
        If the folder is not empty or cannot be written, or a setting cannot be used.
    """
    folder = Path(folder)
    content = edition_text(lexicon)
    edition = parse_lexicon(content, LEXICON_FILE)
    measured = features or FeatureSet()
    protocol = Protocol(
        title=title,
        readers=tuple(readers),
        seed=secrets.randbits(32) if seed is None else seed,
        lexicon=edition.edition,
        lexicon_sha256=edition.digest,
        fit=fit or FitOptions(),
        features=dataclasses.replace(measured, beside=measured_beside or measured.beside),
        voi_choice=voi_choice,
        min_dice=min_dice,
        size_tolerance_mm=size_tolerance_mm,
        stages=stages,
        outline=outline or OutlineRules(),
        synthetic=synthetic,
        created=now_utc(),
    )
    make_folder(folder, "the study")
    _require_empty(folder)
    try:
        _fill(folder, protocol, content)
    except BaseException:
        # What an attempt left would be in the way of the next one.
        with contextlib.suppress(StudyError):
            _clear(folder)
        raise
    remember(folder, SET_UP)
    return Study(folder, protocol)


def _fill(folder: Path, protocol: Protocol, lexicon: str) -> None:
    try:
        for name in (READERS_FOLDER, ADJUDICATION_FOLDER, DERIVED_FOLDER):
            (folder / name).mkdir()
        for reader in protocol.readers:
            (folder / READERS_FOLDER / reader).mkdir()
    except OSError as error:
        raise not_saved("the study", error) from error
    key = write_key(folder)
    lock = SessionLock(folder, "the coordinator's desk")
    try:
        # study.json last, because a folder with it is a study.
        files = {
            LEXICON_FILE: lexicon.encode(),
            CASES_FILE: cases_to_bytes(folder, ()),
            STUDY_FILE: protocol_to_bytes(protocol),
        }
        CoordinatorRecord(folder, lock).change("create", files, {KEY_FILE: key}, new=protocol.to_json())
    finally:
        lock.release()


def _require_empty(folder: Path) -> None:
    """Refuse a folder with files in it; what a `study init` that was stopped left is deleted."""
    names = {place.name for place in own_entries(folder)}
    ours = {name for name in names if name in _SKELETON or name.startswith((LOCK_NAME, SESSION_PREFIX))}
    readers = own_folders(folder / READERS_FOLDER)
    used = (*readers, folder / ADJUDICATION_FOLDER, folder / DERIVED_FOLDER)
    unfinished = READERS_FOLDER in ours and not any(own_entries(place) for place in used)
    try:
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise not_saved("the study", error) from error
    if names == ours and unfinished:
        _clear(folder)
    elif not is_empty:
        raise StudyError("a study is set up in an empty folder", found="a folder with files in it")


def _clear(folder: Path) -> None:
    for place in own_entries(folder):
        delete(place)


@tells_disk_errors
def open_study(folder: Path) -> Study:
    """Open a study folder; nothing is locked before a role is entered.

    Raises
    ------
    StudyError
        If it is not a study folder, damaged, or of a newer version of the software.
    """
    folder = Path(folder)
    protocol = read_protocol(folder)
    if not (folder / CASES_FILE).exists():
        raise StudyError(f"{CASES_FILE} is missing", todo="Restore it from a backup of the study")
    return Study(folder, protocol)


def require_lexicon(form: Form, protocol: Protocol) -> None:
    """Refuse to work with other questions than those the study began with.

    Raises
    ------
    StudyError
        If the edition has another hash than the protocol states.
    """
    if form.lexicon.digest != protocol.lexicon_sha256:
        raise StudyError(
            f"the edition {protocol.lexicon} is not the one the study began with",
            todo=f"Restore {LEXICON_FILE} from a backup of the study",
        )


def _lexicon_of(folder: Path, protocol: Protocol) -> Lexicon:
    """Return the edition that the study began with: its own copy, or the same content from the software."""
    try:
        own = parse_lexicon(read_own(folder / LEXICON_FILE).decode(), LEXICON_FILE)
        if own.digest == protocol.lexicon_sha256:
            return own
    except (HER2LowMRIError, OSError, UnicodeDecodeError):
        own = None
    try:
        shipped = load_lexicon(protocol.lexicon)
        if own is None or shipped.digest == protocol.lexicon_sha256:
            return shipped
    except HER2LowMRIError as error:
        if own is None:
            raise StudyError(
                f"{LEXICON_FILE} is missing or damaged, and this software has no edition {protocol.lexicon}",
                todo=f"Restore {LEXICON_FILE} from a backup of the study",
            ) from error
    return own
