"""The report's page: which section stands where; a file for each beside this one."""

import html
from collections.abc import Callable
from importlib import resources

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report.by_site import by_site
from HER2LowMRILib.cohort.report.cautions import cautions
from HER2LowMRILib.cohort.report.checklists import reporting
from HER2LowMRILib.cohort.report.drawing_times import drawing_times
from HER2LowMRILib.cohort.report.flow import flow
from HER2LowMRILib.cohort.report.group_comparisons import group_comparisons
from HER2LowMRILib.cohort.report.methods import methods_text
from HER2LowMRILib.cohort.report.performance import performance
from HER2LowMRILib.cohort.report.provenance import provenance
from HER2LowMRILib.cohort.report.qualitative_models import qualitative_models
from HER2LowMRILib.cohort.report.reader_agreement import reader_agreement
from HER2LowMRILib.cohort.report.readers_and_sites import repeats, several_readers, several_sites
from HER2LowMRILib.cohort.report.sensitivity import sensitivity
from HER2LowMRILib.cohort.report.summary import glance
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import GROUP_LABELS

_STRATA = ("all", "mass", "nme_related")
_SECTIONS: tuple[tuple[str, Callable[[Analysis], str]], ...] = (
    ("At a glance", glance),
    ("Flow of patients", flow),
    ("Warnings and what was left out", cautions),
    ("Clinical characteristics", group_comparisons("clinic", "Clinical characteristics", ("all",))),
    ("MRI descriptors", group_comparisons("descriptors", "MRI descriptors", _STRATA)),
    ("Histogram features", group_comparisons("features", "Histogram features", _STRATA)),
    ("Qualitative models", qualitative_models),
    ("Diagnostic performance", performance),
    ("Agreement of the readers", reader_agreement),
    ("How the lesions were drawn", drawing_times),
    ("Several readers together", several_readers),
    ("By site", by_site),
    ("Sites and scanners", several_sites),
    ("Repeatability", repeats),
    ("Sensitivity to other choices", sensitivity),
    ("Methods", methods_text),
    ("Reporting checklists", reporting),
    ("Provenance", provenance),
)


def report_html(analysis: Analysis, side_by_side: SideBySide = ALONE) -> str:
    """Build the whole report as one HTML text without any reference to outside.

    Parameters
    ----------
    analysis : Analysis
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    str
    """
    style = (resources.files("HER2LowMRILib") / "data" / "report.css").read_text(encoding="utf-8")
    texts = side_by_side.each(_section, [(place, analysis) for place in range(len(_SECTIONS))])
    sections = [(title, body) for (title, _), body in zip(_SECTIONS, texts, strict=True) if body]
    contents = "".join(
        f'<li><a href="#s{n}">{title}</a></li>' for n, (title, _) in enumerate(sections, start=1)
    )
    body = "".join(
        f'<section id="s{n}"><h2>{n} {title}</h2>{text}</section>'
        for n, (title, text) in enumerate(sections, start=1)
    )
    banner = (
        '<p class="banner">Synthetic data: every number below is made up.</p>' if analysis.synthetic else ""
    )
    title = analysis.settings.title or "Breast MRI and HER2 expression: report of the study"
    sizes = ", ".join(f"{GROUP_LABELS[group]} {count}" for group, count in analysis.group_sizes.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body>"
        f"<h1>{html.escape(title)}</h1>"
        f'<p class="lead">{_dated(analysis)}{sum(analysis.group_sizes.values())} lesions: {sizes}. Made by HER2LowMRI '
        f"{html.escape(analysis.versions['her2lowmri'])}. Research software, no medical device; the groups are a "
        f"research grouping, not a pathology report.</p>{banner}<nav><ol>{contents}</ol></nav>{body}</body></html>\n"
    )


def _section(place: int, analysis: Analysis) -> str:
    return _SECTIONS[place][1](analysis)


def _dated(analysis: Analysis) -> str:
    """The date of the table, not of the run: a rerun gives the same page."""
    return f"Table of {analysis.cohort.date}. " if analysis.cohort.date else ""
