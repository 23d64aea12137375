"""``her2lowmri study merge``: one study of the studies of several sites."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_quiet
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.workflow.merge_studies import merge_lines, merge_studies, plan_merge


def add_merge_act(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act."""
    words = "make one study of the studies of several sites"
    act = acts.add_parser(
        "merge",
        help=words,
        description="Make one study of the studies of several sites, whose lexicon, fit, maps, bins and rules must "
        "agree. Readings, decisions and their logs are copied as they are; images stay where they are.",
    )
    act.set_defaults(act_run=_merge)
    act.add_argument("study", type=Path, metavar="OUT", help="folder of the merged study, not there yet")
    act.add_argument(
        "sites",
        nargs="+",
        metavar="[NAME=]SITE",
        help="study folder of a site; NAME is the folder's if left out",
    )
    act.add_argument("--title", default="", help="of the merged study (default: those of the sites)")
    act.add_argument(
        "--prefix", action="store_true", help="put the name of the site before every case id (A-CASE001)"
    )
    act.add_argument(
        "--readers",
        metavar="ID,ID",
        help="what the first, second, ... reader of each site is called in the merged study",
    )
    act.add_argument(
        "--dry-run", action="store_true", help="say what would be merged and what differs; write nothing"
    )
    add_quiet(act)


def _merge(args: argparse.Namespace) -> int:
    sites: dict[str, Path] = {}
    for text in args.sites:
        name, sign, place = text.partition("=")
        folder = Path(place if sign else text)
        name = name if sign else folder.absolute().name
        if name in sites:
            raise StudyError(f"two sites are called {name}", needed="NAME=SITE with a name for each")
        sites[name] = folder
    readers = None if args.readers is None else [name.strip() for name in args.readers.split(",")]
    plan = plan_merge(sites, prefix=args.prefix, readers=readers)
    say(*merge_lines(plan))
    if args.dry_run:
        say("dry run: nothing was written")
        return int(bool(plan.problems))
    with ProgressLine("Merging", args.quiet) as progress:
        merged = merge_studies(plan, args.study, title=args.title, progress=progress)
    cases = len(merged.cohort().cases)
    sys.stdout.write(f"{counted(cases, 'case')} of {counted(len(sites), 'site')} in the merged study\n")
    return 0
