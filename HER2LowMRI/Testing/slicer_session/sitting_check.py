"""What a random sitting tells of itself, and whether a study still holds it after a kill; needs no panel."""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from HER2LowMRILib.images.voi_files import read_segmentation

READER = "r1"
LESION = "lesion"
# Acts after which the outline may be another one.
DRAWING = {
    "stroke",
    "erase",
    "undo",
    "redo",
    "undo_saved",
    "earlier_outline",
    "editor_stroke",
    "erase_all",
    "empty_word",
}
# Acts after which a part of the reading may be another one.
_LINE = {"line", "line_undo", "line_delete", "line_moved", "line_taken", "line_under_transform"}
CHANGING = {
    "answers": {"answer", "answer_all", "take_back", "sign_off", "amend", *_LINE},
    "comment": {"comment", "readings_table"},
    "exclusion": {"exclude", "exclude_elsewhere"},
    "size_line": {"take_back", *_LINE},
    "marks": {"spot", "spot_back", "t2_marks", "region", "region_back", "mark_taken"},
    "alignment": {"align"},
    "open": {"sign_off", "amend", "exclude_elsewhere", "readings_table"},
}
# Acts that change another case than the one at hand, or the one at hand before it goes away.
ELSEWHERE = {"exclude_elsewhere", "readings_table"}
DECIDING = {"decide", "choose_voi"}
CLINIC = {"pathology", "cohort_exclude"}


def pack(mask: np.ndarray | None) -> str | None:
    """A mask as text, for the journal."""
    if mask is None or not mask.any():
        return None
    return json.dumps([mask.shape, base64.b64encode(np.packbits(mask).tobytes()).decode()])


def unpack(text: str | None) -> np.ndarray | None:
    """The mask that `pack` wrote; None where nothing was drawn."""
    if text is None:
        return None
    shape, bits = json.loads(text)
    size = int(np.prod(shape))
    return np.unpackbits(np.frombuffer(base64.b64decode(bits), np.uint8))[:size].astype(bool).reshape(shape)


def same(one: str | None, other: str | None) -> bool:
    """Whether two packed masks are one."""
    return one == other


def plain(value: object) -> object:
    """As it comes back from the journal."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def kept_of(reading: object) -> dict:
    """Everything that a reading keeps beside its outline."""
    kept = {name: plain(getattr(reading, name)) for name in CHANGING if name != "open"}
    return kept | {"open": reading.is_open}


def outline_in(file: Path | None) -> dict[str, str | None]:
    """Segment -> packed mask in the file of an outline; empty segments are left out."""
    masks = read_segmentation(file).masks if file is not None else {}
    return {name: packed for name, mask in masks.items() if (packed := pack(mask)) is not None}


def decisions_of(case: object) -> dict:
    """What an adjudicator decided of a case, each with the answers that it was decided on."""
    decisions = {
        entry.item.id: plain([entry.decision, entry.reason, sorted(map(str, entry.answers.values()))])
        for entry in case.disagreements
        if entry.decision is not None
    }
    files = [hashlib.sha256(file.read_bytes()).hexdigest() for file in case.voi_paths.values()]
    # Sides are drawn anew for each case; a choice is known by the file, not by its letter.
    chosen = case.voi_paths.get(case.voi_choice)
    choice = hashlib.sha256(chosen.read_bytes()).hexdigest() if chosen is not None else case.voi_choice
    return {"decisions": decisions, "choice": choice, "sides": sorted(files)}


def undecided(told: dict, now: dict) -> list[str]:
    """What was decided and is so no longer, though the readers answered nothing else since."""
    lost = []
    for item, (decision, reason, answers) in told["decisions"].items():
        here = now["decisions"].get(item)
        if here is not None and here[2] == answers and here[:2] != [decision, reason]:
            lost.append(f"{item}: {decision} ({reason}) -> {here[:2]}")
    if told["sides"] == now["sides"] and told["choice"] != now["choice"]:
        lost.append(f"VOI: {told['choice']} -> {now['choice']}")
    return lost


def clinic_of(view: object) -> dict:
    """Pathology and exclusion of every case, as the coordinator has them."""
    return {
        status.case_id: plain(
            {"pathology": dict(view.pathology(status.case_id)), "excluded": status.excluded}
        )
        for status in view.status()
    }


class Journal:
    """What was begun, and what the reader was told.

    Parameters
    ----------
    file : Path
    """

    def __init__(self, file: Path):
        self._out = file.open("a", encoding="utf-8")

    def write(self, **line: object) -> None:
        """Write a line, with its time as in Slicer's log; it outlives a killed process."""
        line["at"] = time.strftime("%H:%M:%S")
        self._out.write(json.dumps(line, default=str) + "\n")
        self._out.flush()


def lines_of(file: Path) -> list[dict]:
    """The lines of a journal."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            lines.append(json.loads(line))
        except ValueError:
            # The last one, of a process that was killed.
            continue
    return lines


def told(file: Path) -> tuple[dict[str, dict], dict | None, list[dict]]:
    """Read a journal.

    Returns
    -------
    cases : dict of str to dict
        What the reader was told last of each case.
    in_flight : dict or None
        The act in which the process ended.
    wrong : list of dict
    """
    lines = lines_of(file)
    cases, begun = {}, None
    for line in lines:
        if "act" in line:
            begun = line
        if "case" in line:
            cases[line["case"]] = line
        if line.get("settled") or line.get("checked"):
            begun = None
    return cases, begun, [line for line in lines if "wrong" in line]


def last_told(file: Path, key: str) -> dict[str, dict]:
    """What adjudicator ("desk") or coordinator ("clinic") were told last: by case, or as a whole."""
    return {line[key]: line for line in lines_of(file) if key in line}


def describe(drawn: dict[str, str | None]) -> str:
    """Segments and their voxels, for a message."""
    counts = {name: int(mask.sum()) for name, text in drawn.items() if (mask := unpack(text)) is not None}
    return str(counts) if counts else "nothing"


def emptied(line: dict) -> bool:
    """Whether the outline was emptied without a word; the last one comes back then."""
    return LESION in line["back"] and LESION not in line["drawn"]


def may_be_saved(line: dict) -> list[dict]:
    """Every outline that the file may hold after a kill: an empty one takes the place of another only on a word."""
    states = (line["saved"], *line["states"], line["drawn"])
    return [state for state in states if LESION in state or LESION not in line["saved"]]


def check_study(study: Path, file: Path) -> list[str]:
    """Compare a study that nobody has open with what its people were told; returns what is lost.

    Parameters
    ----------
    study : Path
    file : Path
        The journal.
    """
    cases, in_flight, _ = told(file)
    act = in_flight["act"] if in_flight else None
    clinic = last_told(file, "clinic")
    # Whoever the coordinator leaves out is on no list; what was read of it stays for when it is taken back in.
    out = {name for line in clinic.values() for name, case in line["cases"].items() if case["excluded"]}
    if act == "cohort_exclude":
        out = set(cases)
    return [
        *_check_readings(study, cases, in_flight or {"act": None, "case_before": None}, out),
        *_check_desk(study, last_told(file, "desk"), act, out),
        *_check_clinic(study, clinic, act),
    ]


def _listed(view: object, cases: dict[str, dict], out: set[str]) -> tuple[dict[str, dict], list[str]]:
    """The cases that are on a list, and what is wrong with the list."""
    listed = {item.case_id for item in view.work_list}
    missing = sorted(cases.keys() - listed - out)
    return {case_id: line for case_id, line in cases.items() if case_id in listed}, [
        f"{case_id} is on no list" for case_id in missing
    ]


def _check_readings(study: Path, cases: dict[str, dict], in_flight: dict, out: set[str]) -> list[str]:
    from HER2LowMRILib.study.study_folder import open_study

    act = in_flight["act"]
    with open_study(study).reader(READER, take_over=True) as view:
        listed, lost = _listed(view, cases, out)
        for case_id, line in listed.items():
            reading = view.open_case(case_id)
            # The act that was under way may be done or not.
            mine = act is not None and (case_id == in_flight["case_before"] or act in ELSEWHERE)
            lost += [
                f"{case_id}: {text} after {act}"
                for text in _lost_of(line, kept_of(reading), act if mine else None)
            ]
            now = outline_in(reading.voi_path)
            if now not in may_be_saved(line) and not (mine and act in DRAWING | ELSEWHERE):
                lost.append(
                    f"{case_id}: outline {describe(line['saved'])} (on the screen {describe(line['drawn'])}) -> "
                    f"{describe(now)} after {act}"
                )
    return lost


def _lost_of(line: dict, now: dict, act: str | None) -> list[str]:
    """What a reading does not keep as its reader was told; ``act`` was under way."""
    lost = [
        f"{name} {line[name]} -> {now[name]}"
        for name, acts in CHANGING.items()
        if name != "answers" and line[name] != now[name] and act not in acts
    ]
    told_answers, answers = line["answers"], now["answers"]
    changed = sorted(
        item for item in {*answers, *told_answers} if answers.get(item) != told_answers.get(item)
    )
    allowed = 99 if act == "sign_off" else 1 if act is not None else 0
    if len(changed) > allowed:
        lost.append(f"answers {changed}: {told_answers} -> {answers}")
    return lost


def _check_desk(study: Path, cases: dict[str, dict], act: str | None, out: set[str]) -> list[str]:
    from HER2LowMRILib.study.study_folder import open_study

    if not cases:
        return []
    with open_study(study).adjudicator(take_over=True) as view:
        listed, missing = _listed(view, cases, out)
        found = {
            case_id: undecided(line, decisions_of(view.open_case(case_id)))
            for case_id, line in listed.items()
        }
    lost = [f"{case_id}: {text} after {act}" for case_id, texts in found.items() for text in texts]
    return missing + (lost if len(lost) > (1 if act in DECIDING else 0) else [])


def _check_clinic(study: Path, lines: dict[str, dict], act: str | None) -> list[str]:
    from HER2LowMRILib.study.study_folder import open_study

    if not lines or act in CLINIC:
        return []
    (line,) = lines.values()
    with open_study(study).coordinator(take_over=True) as view:
        now = clinic_of(view)
    return [f"cohort: {line['cases']} -> {now} after {act}"] if line["cases"] != now else []


def accept_study(study: Path, file: Path) -> None:
    """Write into the journal what the study holds now, at first and after a kill: the next life goes on from there."""
    from HER2LowMRILib.study.study_folder import open_study

    cases, _, _ = told(file)
    desk, clinic = last_told(file, "desk"), last_told(file, "clinic")
    journal = Journal(file)
    with open_study(study).reader(READER, take_over=True) as view:
        for case_id in [item.case_id for item in view.work_list]:
            reading, line = view.open_case(case_id), cases.get(case_id, {"case": case_id})
            now = outline_in(reading.voi_path)
            outline = {"saved": now, "drawn": now, "back": now, "states": [], "pending": False}
            journal.write(**line | kept_of(reading) | outline | {"checked": True})
    if desk:
        with open_study(study).adjudicator(take_over=True) as view:
            for case_id in desk.keys() & {item.case_id for item in view.work_list}:
                journal.write(desk=case_id, checked=True, **decisions_of(view.open_case(case_id)))
    if clinic:
        with open_study(study).coordinator(take_over=True) as view:
            journal.write(clinic="all", checked=True, cases=clinic_of(view))


def acts_done(file: Path) -> int:
    """How many acts have settled."""
    return file.read_text(encoding="utf-8").count('"settled": true') if file.exists() else 0


def faults_of(file: Path, life: int) -> str:
    """What a life found wrong itself; "" for nothing."""
    _, _, wrong = told(file)
    return "\n".join(f"{line['wrong']} after {line.get('acts')}" for line in wrong)
