"""``her2lowmri study protocol``: what a study goes by, and the settings that may change after it began."""

import argparse
import dataclasses
from typing import Any

from HER2LowMRILib.commands.arguments import add_act, distances
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.study.protocol import Protocol
from HER2LowMRILib.study.study_folder import open_study

# Of the file, not of the study.
_NOT_SHOWN = ("schema", "lexicon_sha256", "software")


def add_protocol_act(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act."""
    act = add_act(
        acts, "protocol", _protocol, "show what the study goes by, or change what touches no reading"
    )
    act.add_argument("--title", help="shown to every role; no identity")
    act.add_argument("--voi", metavar="RULE", help="whose VOI feeds features.csv: mean, or a reader's id")
    act.add_argument(
        "--min-dice",
        type=_limit,
        default=argparse.SUPPRESS,
        metavar="DICE",
        help="VOIs of two readers that agree less than this (0 to 1) go to the adjudicator; none: none do",
    )
    act.add_argument(
        "--size-tolerance",
        type=float,
        metavar="MM",
        help="sizes further apart than this go to the adjudicator; nearer ones are averaged",
    )
    act.add_argument(
        "--rings", type=_rings, metavar="MM,...", help="also measure around the lesion; none: do not"
    )
    act.add_argument(
        "--intervals", choices=("yes", "no"), help="give every feature an interval: FEATURE_low, FEATURE_high"
    )


def _limit(text: str) -> float | None:
    return None if text == "none" else float(text)


def _rings(text: str) -> tuple[float, ...]:
    return () if text == "none" else distances(text)


def _protocol(args: argparse.Namespace) -> int:
    before = open_study(args.study).protocol
    given = _given(args, before)
    if not given:
        say(*(f"{name}: {words}" for name, words in _words(before).items()))
        return 0
    changes = {name: value for name, value in given.items() if value != getattr(before, name)}
    if not changes:
        say("nothing changed")
        return 0
    with open_study(args.study).coordinator(args.take_over) as office:
        office.change_protocol(**changes)
        old, new = _words(before), _words(office.protocol)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name, "none"), new.get(name, "none")
        if was != now:
            say(f"{name}: {was} -> {now}")
    return 0


def _words(protocol: Protocol) -> dict[str, str]:
    """Each setting as a line: name -> value."""
    lines: dict[str, str] = {}

    def add(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                add(f"{name} {key}", part)
        elif isinstance(value, list | tuple):
            lines[name] = ", ".join(map(_word, value)) or "none"
        else:
            lines[name] = _word(value)

    for name, value in protocol.to_json().items():
        if name not in _NOT_SHOWN:
            add(name, value)
    return {name.replace("_", " "): words for name, words in lines.items()}


def _word(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(f"{key} {_word(part)}" for key, part in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _given(args: argparse.Namespace, protocol: Protocol) -> dict[str, Any]:
    """The settings that were given, as `CoordinatorView.change_protocol` takes them."""
    given: dict[str, Any] = {}
    if args.title is not None:
        given["title"] = args.title
    if args.voi is not None:
        given["voi_choice"] = args.voi
    if "min_dice" in args:
        given["min_dice"] = args.min_dice
    if args.size_tolerance is not None:
        given["size_tolerance_mm"] = args.size_tolerance
    features = protocol.features
    if args.rings is not None:
        features = dataclasses.replace(features, rings_mm=args.rings)
    if args.intervals is not None:
        features = dataclasses.replace(features, intervals=args.intervals == "yes")
    return given | ({"features": features} if features is not protocol.features else {})
