"""The status of a study as one self-contained HTML page, for the coordinator."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.workflow.study_status import StudyStatus

_STATE_CLASS = {
    "signed_off": "good",
    "amended": "good",
    "in_progress": "part",
    "amending": "part",
    "damaged": "bad",
}
_STYLE = """
td.good { background: #dcefdc; } td.part { background: #fbf0cf; } td.bad { background: #f6d5d2; }
.bar { display: flex; height: .9rem; width: 16rem; background: #eee; }
.bar span { display: block; height: 100%; } .bar .good { background: #4a8f4a; } .bar .part { background: #d9a520; }
"""


def status_page(status: StudyStatus) -> str:
    """Make the page.

    Parameters
    ----------
    status : StudyStatus
        From `study_status` with ``agreement``.

    Returns
    -------
    str
        HTML without scripts, pictures or links to anything outside it.
    """
    css = (resources.files("HER2LowMRILib") / "data" / "report.css").read_text(encoding="utf-8")
    steps = (
        "".join(f"<li>{escape(step)}</li>" for step in status.next_steps) or "<li>nothing is left to do</li>"
    )
    parts = [
        f"<h1>{escape(status.title)}</h1>",
        f'<p class="lead">{counted(status.cases, "case")}, {status.left_out} left out, {status.removed} removed. '
        "For the coordinator: readers must not see it.</p>",
        "<h2>Now</h2>",
        f"<ul>{steps}</ul>",
        "<h2>Roles</h2>",
        _roles(status),
        "<h2>Cases</h2>",
        _cases(status),
        *_agreement(status),
    ]
    title = escape(f"Status of {status.title}")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{css}{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>'


def _td(text: object, kind: str = "") -> str:
    return f'<td class="{kind}">{escape(str(text))}</td>' if kind else f"<td>{escape(str(text))}</td>"


def _roles(status: StudyStatus) -> str:
    rows = []
    for role in status.roles:
        total = max(1, role.done + role.begun + role.not_begun)
        parts = "".join(
            f'<span class="{kind}" style="width:{100 * count / total:.4g}%"></span>'
            for kind, count in (("good", role.done), ("part", role.begun))
        )
        bar = f'<td><div class="bar">{parts}</div></td>'
        rows.append(
            (_td(role.role), bar, _td(role.done), _td(role.begun), _td(role.not_begun), _td(role.note))
        )
    return _table(("", "", "done", "begun", "not begun", ""), rows)


def _cases(status: StudyStatus) -> str:
    readers = [role.role for role in status.roles[:-2]]
    rows = []
    for line in status.lines:
        states = [
            _td(line.readings[r].replace("_", " "), _STATE_CLASS.get(line.readings[r], "")) for r in readers
        ]
        open_items = line.to_adjudicate
        desk = "waiting" if open_items is None else f"{open_items} to decide" if open_items else "done"
        kind = "" if open_items is None else "part" if open_items else "good"
        notes = line.excluded or "; ".join(f"{who}: {why}" for who, why in line.proposed_exclusions.items())
        group = status.groups[line.case_id]
        rows.append((_td(line.case_id), *states, _td(desk, kind), _td(group), _td(notes, "wrap")))
    return _table(("case", *readers, "adjudication", "HER2 group", ""), rows)


def _agreement(status: StudyStatus) -> list[str]:
    rows = [
        (
            _td(k.label),
            _td(" and ".join(k.readers)),
            _td("-" if k.kappa is None else f"{k.kappa:.2f}"),
            _td(k.cases),
        )
        for k in status.kappas
    ]
    times = [(_td(reader), _td(f"{minutes:.1f}")) for reader, minutes in status.minutes.items()]
    parts = []
    if rows:
        note = '<p class="note">Before adjudication; few cases make it uncertain.</p>'
        parts += [
            "<h2>Cohen's kappa so far</h2>",
            _table(("question", "readers", "kappa", "cases"), rows),
            note,
        ]
    if times:
        parts += ["<h2>Time per case</h2>", _table(("reader", "median [min]"), times)]
    return parts
