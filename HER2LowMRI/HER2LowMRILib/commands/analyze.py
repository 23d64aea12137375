"""``her2lowmri analyze``: tables, results.json and report.html of a cohort."""

import argparse
from pathlib import Path

from HER2LowMRILib.cohort.manuscript.journal_style import STYLES
from HER2LowMRILib.cohort.omissions import by_reason
from HER2LowMRILib.cohort.report.translated import LANGUAGES
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.units import parse_units
from HER2LowMRILib.commands.arguments import add_out, add_quiet, add_table_wishes, table_request
from HER2LowMRILib.commands.dry_run import say_what_is_taken
from HER2LowMRILib.commands.processes import add_jobs, processes, wanted_jobs
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort, read_tables, report_file
from HER2LowMRILib.workflow.freeze_model import write_model
from HER2LowMRILib.workflow.write_submission import FIGURES_FOLDER, write_submission


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Group comparisons, logistic models, ROC and DeLong, reader agreement: the paper's figures from "
        "your own rows, and the recommended ones beside them. Any CSV with the columns of the data dictionary will do."
    )
    parser.add_argument("features", type=Path, metavar="FEATURES.csv", help="one row per patient")
    parser.add_argument("--readings", type=Path, metavar="READINGS.csv", help="one row per case and reader")
    parser.add_argument(
        "--flow", type=Path, metavar="FLOW.csv", help="who was left out (default: beside FEATURES.csv)"
    )
    parser.add_argument(
        "--retest",
        type=Path,
        metavar="FEATURES.csv",
        help="the same features from a second scan of some cases, under the same case_id: repeatability",
    )
    parser.add_argument(
        "--bins",
        type=Path,
        action="append",
        default=[],
        metavar="FEATURES.csv",
        help="the same features with other bins of the entropy (her2lowmri export --bin-factor 0.5), to see what the "
        "bins do; may be repeated",
    )
    parser.add_argument(
        "--lexicon",
        type=Path,
        metavar="FILE",
        help="lexicon.json, or study folder, of the descriptors (default: beside FEATURES.csv, or the edition that "
        "its rows name)",
    )
    parser.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="QUANTITY=UNIT",
        help="unit of ADC, D, K, ki67_percent or lesion_size_mm in the tables where it is not that of the data "
        "dictionary: ADC=mm2/s, ki67_percent=fraction, lesion_size_mm=cm (may be repeated)",
    )
    add_table_wishes(parser)
    parser.add_argument(
        "--clinic",
        type=lambda text: [name.strip() for name in text.split(",") if name.strip()],
        default=[],
        metavar="COLUMN,...",
        help="columns of your own to take as clinic variables: histology,grade,nodes",
    )
    add_out(parser, "the results")
    default = Settings()
    parser.add_argument(
        "--seed", type=int, default=default.seed, help="of every resampling (default: %(default)s)"
    )
    parser.add_argument(
        "--bootstraps", type=int, default=default.bootstraps, help="samples of the optimism correction"
    )
    parser.add_argument("--repeats", type=int, default=default.repeats, help="of the cross-validation")
    parser.add_argument(
        "--freeze", type=Path, metavar="MODEL.json", help="also write one fitted model, for her2lowmri apply"
    )
    parser.add_argument(
        "--freeze-model",
        nargs=3,
        default=("Combined_All", "nme_related", "low_vs_over"),
        metavar=("MODEL", "STRATUM", "COMPARISON"),
        help="which, as models.csv names it (default: Combined_All nme_related low_vs_over)",
    )
    parser.add_argument(
        "--by-site",
        action="store_true",
        help="also the tables of each site for itself (column site), and whether the sites differ",
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        help="write the report in this language as well (report_zh-CN.html); item texts of the checklists stay English",
    )
    parser.add_argument("--title", default="", help="title of the study, at the head of the report")
    parser.add_argument(
        "--docx",
        nargs="?",
        const="ama",
        choices=tuple(STYLES),
        help="also write tables.docx in this journal style (default: ama) and figures/ as SVG, PDF, PNG, TIFF",
    )
    add_jobs(parser)
    add_quiet(parser, "no progress, no notes")


def run(args: argparse.Namespace) -> int:
    """Analyse, and say where the results are."""
    if args.dry_run:
        return _look(args)
    if args.freeze:
        refuse_inside_a_study(args.freeze, "the models")
    settings = Settings(
        seed=args.seed,
        bootstraps=args.bootstraps,
        repeats=args.repeats,
        title=args.title,
        by_site=args.by_site,
    )
    # This process works too.
    with (
        processes(wanted_jobs(args) - 1, _load_packages) as executor,
        ProgressLine("analysing", args.quiet) as progress,
    ):
        if executor is not None:
            # The first starts while the tables are read.
            executor.submit(_load_packages)
        analysis = analyze_cohort(
            args.features,
            args.out,
            readings=args.readings,
            flow=args.flow,
            retest=args.retest,
            bins=args.bins,
            lexicon=args.lexicon,
            settings=settings,
            units=parse_units(args.unit),
            request=table_request(args, args.features),
            clinic=args.clinic,
            language=args.language,
            progress=progress,
            executor=executor,
        )
    if args.freeze:
        write_model(analysis, args.freeze, *args.freeze_model)
    if args.docx:
        with ProgressLine("drawing", args.quiet) as progress:
            word, *_ = write_submission(analysis, args.out, args.docx, progress)
    if not args.quiet:
        for entry in by_reason(analysis.left_out):
            say(f"left out: {entry.subject}: {entry.reason}")
        for warning in analysis.warnings:
            say(f"note: {warning}")
    say(f"tables   {args.out / '*.csv'}, {args.out / 'results.json'}")
    say(f"report   {args.out / 'report.html'}")
    if args.language:
        say(f"report   {args.out / report_file(args.language)}")
    if args.freeze:
        say(f"model    {args.freeze}")
    if args.docx:
        say(f"tables   {word}")
        say(f"figures  {args.out / FIGURES_FOLDER}")
    return 0


def _load_packages() -> None:
    """What every part of an analysis needs."""
    import statsmodels.discrete.discrete_model  # noqa: F401


def _look(args: argparse.Namespace) -> int:
    """Say what would be taken, left out and asked; nothing is written."""
    tables = read_tables(
        args.features,
        args.out,
        args.readings,
        args.flow,
        args.lexicon,
        parse_units(args.unit),
        table_request(args, args.features),
        args.clinic,
        args.retest,
        args.bins,
    )
    return say_what_is_taken(tables)
