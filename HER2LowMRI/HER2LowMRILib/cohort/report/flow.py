"""Who came into the study, and who was analysed."""

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.strata import GROUP_LABELS


def flow(analysis: Analysis) -> str:
    """Flow of patients."""
    groups = [(GROUP_LABELS[group], count) for group, count in analysis.group_sizes.items()]
    svg = figures.flow_chart(analysis.flow, groups)
    return figures.figure(svg, "Cases from the start of the study to the analysis.")
