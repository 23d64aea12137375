"""What a random sitting tells of itself, and whether a study still holds it after a kill; needs no panel."""

import base64
import json
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
    "earlier_outline",
    "editor_stroke",
    "erase_all",
    "empty_word",
}
# Acts that answer.
ANSWERING = {"answer", "take_back", "sign_off", "amend", "exclude"}


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


class Journal:
    """What was begun, and what the reader was told.

    Parameters
    ----------
    file : Path
    """

    def __init__(self, file: Path):
        self._out = file.open("a", encoding="utf-8")

    def write(self, **line: object) -> None:
        """Write a line; it outlives a killed process."""
        self._out.write(json.dumps(line, default=str) + "\n")
        self._out.flush()


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
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            lines.append(json.loads(line))
        except ValueError:
            # The last one, of a process that was killed.
            continue
    cases, begun = {}, None
    for line in lines:
        if "act" in line:
            begun = line
        if "case" in line:
            cases[line["case"]] = line
        if line.get("settled") or line.get("checked"):
            begun = None
    return cases, begun, [line for line in lines if "wrong" in line]


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
    """Compare a study that nobody has open with what its reader was told; returns what is lost.

    Parameters
    ----------
    study : Path
    file : Path
        The journal.
    """
    from HER2LowMRILib.study.study_folder import open_study

    cases, in_flight, _ = told(file)
    lost = []
    act = in_flight["act"] if in_flight else None
    with open_study(study).reader(READER, take_over=True) as view:
        for case_id, line in cases.items():
            reading = view.open_case(case_id)
            mine = act is not None and in_flight["case_before"] == case_id
            answers = dict(reading.answers)
            changed = {
                item
                for item in {*answers, *line["answers"]}
                if answers.get(item) != line["answers"].get(item)
            }
            # The act that was under way may be done or not.
            allowed = 99 if mine and act == "sign_off" else 1 if mine else 0
            if len(changed) > allowed:
                lost.append(
                    f"{case_id}: answers {sorted(changed)} after {act}: {line['answers']} -> {answers}"
                )
            masks = read_segmentation(reading.voi_path).masks if reading.voi_path is not None else {}
            now = {name: packed for name, mask in masks.items() if (packed := pack(mask)) is not None}
            if now not in may_be_saved(line) and not (mine and act in DRAWING):
                lost.append(
                    f"{case_id}: outline {describe(line['saved'])} (on the screen {describe(line['drawn'])}) -> "
                    f"{describe(now)} after {act}"
                )
    return lost


def accept_study(study: Path, file: Path) -> None:
    """Write into the journal what the study holds now, after a kill: the next life goes on from there."""
    from HER2LowMRILib.study.study_folder import open_study

    cases, _, _ = told(file)
    journal = Journal(file)
    with open_study(study).reader(READER, take_over=True) as view:
        for case_id, line in cases.items():
            reading = view.open_case(case_id)
            masks = read_segmentation(reading.voi_path).masks if reading.voi_path is not None else {}
            now = {name: packed for name, mask in masks.items() if (packed := pack(mask)) is not None}
            journal.write(
                **line
                | {
                    "answers": dict(reading.answers),
                    "saved": now,
                    "drawn": now,
                    "back": now,
                    "states": [],
                    "pending": False,
                    "open": reading.is_open,
                    "checked": True,
                }
            )


def acts_done(file: Path) -> int:
    """How many acts have settled."""
    return file.read_text(encoding="utf-8").count('"settled": true') if file.exists() else 0


def faults_of(file: Path, life: int) -> str:
    """What a life found wrong itself; "" for nothing."""
    _, _, wrong = told(file)
    return "\n".join(f"{line['wrong']} after {line.get('acts')}" for line in wrong)
